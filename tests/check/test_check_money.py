"""Objectives and budgets that ask for money, and where it is given."""

from __future__ import annotations

import math

import pytest

from cases.case_folder import only, rules_of
from cases.towns import sound_town
from layoutplan.check.money import check_money
from layoutplan.check.tables import check_tables
from layoutplan.core.case import Case
from layoutplan.core.rules import Costs, Expansion, Rules

YEARLY = ("small_schools", "yearly_cost")
ONE_OFF = ("one_off_cost",)
SITE = {"kind": ["candidate", "primary"], "today": ["s2"] * 3}


def check(case: Case):
    """Return the findings about money, which are all there are."""
    findings = check_money(case)
    rules_of(findings)
    assert findings == check_tables(case)
    return findings


def test_no_yearly_costs_at_all() -> None:
    finding = only(check(sound_town(order=YEARLY)), "objective.yearly_cost.nothing")
    assert (finding.level, finding.column) == ("warning", "objective.order")
    assert check(sound_town()) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"costs": Costs(per_pupil=650)},
        {"costs": Costs(per_pupil_minute=1)},
        {"yearly_cost": [1.0, 2.0]},
        {"cost_per_pupil": [1.0, 2.0]},
        {"expansions": [Expansion("s1", 1, yearly_cost=5)]},
    ],
)
def test_yearly_costs_of_any_sort_will_do(changes: dict[str, object]) -> None:
    assert check(sound_town(order=YEARLY, **changes)) == ()


def test_yearly_costs_of_some_schools_only() -> None:
    case = sound_town(order=YEARLY, yearly_cost=[1.0, math.nan], cost_per_pupil=[math.nan, 2.0])
    found = {finding.column: finding.ids for finding in check(case)}
    assert found == {"yearly_cost": ("s2",), "cost_per_pupil": ("s1",)}
    rate = {"costs": Costs(per_pupil=650), "cost_per_pupil": [math.nan, 2.0]}
    assert check(sound_town(order=YEARLY, **rate)) == ()
    closing = {"yearly_cost": [1.0, math.nan], "decision": ["keep", "close"]}
    assert check(sound_town(order=YEARLY, **closing)) == ()


def test_no_one_off_costs_at_all() -> None:
    case = sound_town(order=ONE_OFF, rules=Rules(budget=0.0))
    assert only(check(case), "objective.one_off_cost.nothing").level == "warning"
    assert only(check(case), "rules.budget.nothing").level == "note"


def test_one_off_costs() -> None:
    step = [Expansion("s2", 5, cost=8.0)]
    assert check(sound_town(order=ONE_OFF, expansions=step)) == ()
    opened = sound_town(order=ONE_OFF, opening_cost=[9.0, math.nan], **SITE)
    assert check(opened) == ()
    free = sound_town(rules=Rules(budget=5.0), expansions=step, **SITE)
    assert only(check(free), "objective.one_off_cost.some").ids == ("s1",)
