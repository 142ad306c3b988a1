"""Parts of a problem that have nothing to do with each other."""

from __future__ import annotations

import numpy as np
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import BorderSwap, Expansion, Rules
from layoutplan.model.assemble import build_problem
from layoutplan.model.build import build_model
from layoutplan.model.columns import columns_of
from layoutplan.model.split import Part, split

FAR = 99.0
ORDER = ("small_schools", "pupil_minutes")


def two_valleys(order=ORDER, **changes: object) -> tuple[Part, ...]:
    """Return the parts of a case with two valleys of two villages and two schools each."""
    minutes = [[5, 9, FAR, FAR], [9, 5, FAR, FAR], [FAR, FAR, 5, 9], [FAR, FAR, 9, 5]]
    given = {
        "pupils": [8, 9, 10, 11],
        "seats": [40] * 4,
        "today": ["s1", "s2", "s3", "s4"],
        "townships": (["a", "a", "b", "b"], ["a", "a", "b", "b"]),
        **changes,
    }
    case = town(minutes, **given)
    return split(build_problem(case, case.travel_times, as_villages_say(case)), order)


def test_valleys_that_share_no_pupil_are_parts():
    parts = two_valleys()
    assert [part.problem.school_ids.tolist() for part in parts] == [["s1", "s2"], ["s3", "s4"]]
    assert np.concatenate([part.option for part in parts]).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "changes",
    [
        {"order": ("max_minutes",)},
        {"rules": Rules(max_closures=1)},
        {"rules": Rules(open_exactly=2)},
        {"rules": Rules(villages_together=(("v1", "v3"),)), "today": ["s1", "s2", "s1", "s4"]},
        {
            "rules": Rules(budget=5.0),
            "expansions": [Expansion("s1", 9, cost=3), Expansion("s3", 9, cost=3)],
        },
        {"townships": (["a"] * 4, ["a"] * 4), "rules": Rules(one_per_township=("any",))},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_a_rule_over_both_valleys_makes_them_one(changes):
    assert len(two_valleys(**changes)) == 1


def test_a_rule_within_one_valley_leaves_them_apart():
    rules = Rules(
        one_per_township=("any",),
        border_swaps=(BorderSwap(("a", "b")),),
        budget=4.0,
        must_merge_into=(("s3", "s4"),),
        never_merge_into=(("s1", "s2"),),
    )
    parts = two_valleys(rules=rules, expansions=[Expansion("s3", 9, cost=3.0)])
    assert len(parts) == 2
    first, second = (part.problem for part in parts)
    assert (first.budget_cents, second.budget_cents) == (None, 400)
    assert first.side.township.n_rows == second.side.township.n_rows == 1
    assert (len(first.side.never), len(second.side.never)) == (1, 0)


def test_every_part_has_the_rows_that_concern_it():
    """No coefficient is lost or added: all parts together are the whole."""
    rules = Rules(
        teaching_point_bands=(),
        contiguous=True,
        closest_open=True,
        one_per_township=("any",),
        never_merge_into=(("s1", "s2"), ("s4", "s3")),
        min_enrollment=5,
    )
    changes = {"rules": rules, "decision": ["free"] * 4, "expansions": [Expansion("s2", 5)]}
    parts = two_valleys(**changes)
    (whole,) = two_valleys(("max_minutes", *ORDER), **changes)
    rows = {rows.name: len(rows.entry) for rows in build_model(whole.problem, ORDER).rows}
    sums = dict.fromkeys(rows, 0)
    for part in parts:
        for family in build_model(part.problem, ORDER).rows:
            sums[family.name] += len(family.entry)
            assert family.column.max(initial=0) < columns_of(part.problem).n
    assert sums == rows
    assert len(parts) == 2
