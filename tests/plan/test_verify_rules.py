"""Plans that use what a case allows pass the check, also once they were written and read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from cases.broken import MINUTES, Broken, county, rules
from cases.broken_rules import (
    LOW,
    MONEY,
    STEPS,
    boarding,
    grown,
    merged,
    opened,
    parted,
    pointed,
)
from cases.told import attendance_of, tell
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.rules import BorderSwap, Exemption, Expansion
from layoutplan.plan.store import read_plan, write_plan
from layoutplan.plan.verify import verify
from layoutplan.report.geopackage import write_geopackage

EVERY_RULE = rules(
    closest_open=True,
    contiguous=True,
    siblings_together=True,
    villages_together=(("v1", "v2"), ("v4", "v5")),
    one_per_township=("any", "primary"),
    must_merge_into=(("s1", "s2"), ("s1", "s3")),
    never_merge_into=(("s2", "s1"),),
    border_swaps=(BorderSwap(("A", "B"), 23),),
    budget=1000.0,
    max_closures=2,
    **LOW,
)
TOWNSHIPS = (["A", "A", "B", "B", "B"], ["A", "B", "B", "B", "A"])


def found(case: Case, plan: Plan) -> list[str]:
    assert case.travel_times is not None
    return [each.message for each in verify(case, case.travel_times, attendance_of(case), plan)]


def every_rule_kept() -> Broken:
    """s1 merges into s2 as a whole; its township keeps s5, and everybody goes to the nearest."""
    case = county(
        townships=TOWNSHIPS,
        expansions=STEPS,
        costs=MONEY,
        points=[(105.0 + 0.01 * i, 34.0) for i in range(5)],
        order=("yearly_cost", "one_off_cost", "pupil_minutes"),
        **EVERY_RULE,
    )
    return case, tell(case, ["s2", "s3", "s5"], {"v1": "s2", "v2": "s2"}, becomes={"s2": STEPS[0]})


KEPT: list[Callable[[], Broken]] = [
    pointed,
    grown,
    opened,
    boarding,
    partial(grown, STEPS[1]),
    partial(merged, exceptions=(Exemption(("v1",), "low", max_minutes=12.0),)),
    partial(merged, **rules(villages_together=(("v1", "v3"), ("v2", "v5")))),
    partial(parted, **rules(villages_together=(("v1", "v3"), ("v2", "v5")))),
    partial(opened, **rules(budget=1000.5)),
]


@pytest.mark.parametrize("made", KEPT)
def test_what_is_allowed_passes(made: Callable[[], Broken]) -> None:
    assert found(*made()) == []


def test_every_rule_at_once_is_kept_also_once_written_and_read(tmp_path: Path) -> None:
    case, plan = every_rule_kept()
    assert found(case, plan) == []
    write_plan(plan, tmp_path, {"plan.gpkg": partial(write_geopackage, plan)})
    again = read_plan(tmp_path)
    assert again.rules == plan.rules
    assert again.totals == plan.totals
    assert found(case, again) == []


def test_a_school_over_its_seats_receives_once_it_has_grown_enough() -> None:
    step = Expansion("s2", 40)
    assert found(*grown(step, seats=[30, 45, 150, 60, 20], expansions=(step,))) == []


def test_who_boards_passes_no_school_within_a_day() -> None:
    """v1 high board at s2: the nearest open school is too far to go to by day."""
    minutes = [[5, 60, 70, 8, 25], *MINUTES[1:]]
    assert found(*boarding(minutes=minutes, **rules(closest_open=True))) == []
    near = boarding(
        minutes=[[5, 60, 39, 8, 25], *MINUTES[1:]], **rules(closest_open=True, boarding="anywhere")
    )
    assert len(found(*near)) == 1


def test_who_may_board_anywhere_does_so_beside_a_day_school() -> None:
    minutes = [[5, 60, 39, 8, 25], *MINUTES[1:]]
    assert found(*boarding(minutes=minutes, **rules(boarding="anywhere"))) == []


def test_a_school_never_to_be_merged_into_keeps_nobody_from_boarding() -> None:
    minutes = [[5, 60, 39, 8, 25], *MINUTES[1:]]
    barred = rules(never_merge_into=(("s1", "s3"),))
    assert found(*boarding(minutes=minutes, **barred)) == []


def test_who_stays_passes_nothing_and_needs_no_neighbor() -> None:
    case = county(**rules(closest_open=True, contiguous=True))
    assert found(case, tell(case, case.schools.index.drop("s4"))) == []
