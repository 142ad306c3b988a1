"""The hand edit, reckoned by the page, keeps to the rules: towns with rules of every kind."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from cases.edit_pages import Reckoned, read_model, reckoned
from cases.hand_edits import Recount
from cases.opposites import drawn_town
from layoutplan import pipeline
from layoutplan.basis import basis_of
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.solution import Solution
from layoutplan.evaluate.totals import totals
from layoutplan.plan import build
from layoutplan.plan.verify import verify

pytestmark = pytest.mark.browser

SEEDS = (3, 5, 8, 12, 15, 19, 24, 34, 41)  # towns that have a plan
N_VERIFIED = 6  # edits of each town that `verify` looks at too, which takes longer
# What `verify` calls the rules that the page says are broken.
CALLED = {
    "verify.schools.seats": "seats",
    "verify.schools.full": "seats",
    "verify.schools.beds": "beds",
    "verify.schools.min_enrollment": "least",
    "verify.closures": "closures",
    "verify.open_exactly": "open_exactly",
    "verify.schools.decision": "held",
    "verify.schools.not_small": "held",
    "verify.closest_open": "nearer",
    "verify.boards_beyond_reach": "boarding",
    "verify.township": "township",
}
# What the page says it does not reckon, and what no edit is held to.
UNRECKONED = {
    "verify.contiguous", "verify.together.siblings", "verify.together.villages", "verify.border",
    "verify.budget", "verify.objective.value", "verify.objective.gap", "verify.status",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Any) -> Any:
    opened = browser.new_page()
    yield opened
    opened.close()


def edits_of(plan: Plan) -> list[list[str]]:
    ids = list(plan.schools.index)
    return [[], *([each] for each in ids), *(list(pair) for pair in combinations(ids, 2))]


@pytest.mark.parametrize("seed", SEEDS)
def test_edit_is_what_a_recount_says_and_verify_finds_the_same_rules_broken(
    page: Any, seed: int
) -> None:
    case = drawn_town(seed)
    plan = pipeline.optimize(case)
    read_model(page, plan)
    recount, edits = Recount(plan), edits_of(plan)
    for place, (edit, said) in enumerate(zip(edits, reckoned(page, plan, edits), strict=True)):
        expected = recount.edited(edit)
        assert said.school == expected.school, edit
        assert said.how == expected.how, edit
        assert said.steps == expected.steps, edit
        assert said.roll == expected.roll, edit
        told = said.totals["edited"]
        for name in ("small_schools", "schools_open", "pupils_moved"):
            assert told[name] == getattr(expected, name), (edit, name)
        counted = {rule: said.breaks.get(rule, 0) for rule in expected.breaks}
        assert counted == expected.breaks, edit
        if place < N_VERIFIED and "without" not in said.breaks:
            assert set(said.breaks) == broken_rules(case, plan, said), edit
    nothing = reckoned(page, plan, [[]])[0]
    assert nothing.breaks == {}
    assert nothing.school == plan.assignments["school_id"].tolist()


def broken_rules(case: Case, plan: Plan, said: Reckoned) -> set[str]:
    """Return the rules that an edit breaks by `verify`, as the page calls them."""
    basis = basis_of(case)
    order = ["village_id", "band", "school_id"]
    units = plan.assignments.rename(columns={"school_id": "to", "school_id_before": "school_id"})
    placed = units.assign(to=said.school).sort_values(order)
    is_closed = np.isin(said.action, ["merge", "close"])
    schools = plan.schools
    solution = Solution(
        status="optimal",
        objective=plan.objective,
        action=np.where(is_closed, "", said.action).astype(object),
        seats=schools["seats"].to_numpy(dtype=np.int64),
        beds=schools["beds"].to_numpy(dtype=np.int64),
        school_idx=case.schools.index.get_indexer(placed["to"]).astype(np.int32),
        seconds=0.0,
    )
    attendance, times = basis.attendance, basis.times
    assignments = build.assignments_table(case, times, attendance, solution)
    table = build.schools_table(case, times, attendance, solution, assignments)
    edited = replace(
        plan, schools=table, assignments=assignments, totals=totals(case, table, assignments)
    )
    assert table["action"].tolist() == said.action
    found = {each.rule for each in verify(case, times, attendance, edited)} - UNRECKONED
    return {CALLED.get(rule, rule) for rule in found}
