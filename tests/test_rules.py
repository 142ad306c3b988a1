"""No rule is without its stored model, its proof by hand, its check and its section of the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cases.broken_rules import EVERY_BREAK
from layoutplan.core.rules import Rules
from layoutplan.core.schema import MOVEMENTS, OBJECTIVES
from layoutplan.model.build import CONSTRAINTS

HERE = Path(__file__).parent
PAGE = (HERE.parent / "docs" / "rules.md").read_text(encoding="utf-8")
GOLDEN = {
    f"{file.parent.name}/{entry['name']}": entry
    for file in HERE.glob("golden/*/expected.json")
    for entry in json.loads(file.read_text(encoding="utf-8"))
}

# Constraint of the model -> what `verify` finds where it is broken, and where it is proved by hand.
RULES: dict[str, tuple[list[str], list[str]]] = {
    "everybody_has_a_school": (
        ["verify.assignments.pupils", "verify.assignments.units", "verify.assignments.split"],
        ["together/no_rule", "town/as_it_is"],
    ),
    "one_option_each": (
        [
            "verify.schools.action", "verify.schools.decision", "verify.schools.not_small",
            "verify.schools.places", "verify.schools.teaching_point",
        ],
        ["teaching_point/teaching_point", "expansion/step", "new_site/opens"],
    ),
    "only_where_taught": (
        [
            "verify.assignments.closed", "verify.assignments.band", "verify.schools.full",
            "verify.limit.moved", "verify.limit.stays",
        ],
        ["teaching_point/teaching_point", "two_bands/as_it_is"],
    ),
    "stays_where_open": (
        ["verify.movement.left", "verify.movement.parted"],
        ["teaching_point/full_school", *(f"movement/{name}" for name in MOVEMENTS)],
    ),
    "seats": (["verify.schools.seats"], ["movement/redraw", "expansion/step"]),
    "beds": (
        ["verify.schools.beds", "verify.assignments.how"],
        ["boarding/more_beds", "boarding/beds_of_today"],
    ),
    "least_size": (["verify.schools.min_enrollment"], ["yearly_cost/least_size"]),
    "small_or_large": (["verify.objective.value"], ["movement/by_village", "new_site/opens"]),
    "small_only_if_open": (["verify.objective.value"], ["expansion/step", "new_site/too_dear"]),
    "max_closures": (["verify.closures"], ["yearly_cost/max_closures"]),
    "open_exactly": (["verify.open_exactly"], ["yearly_cost/open_exactly"]),
    "budget": (["verify.budget"], ["expansion/budget", "new_site/too_dear"]),
    "closest_open": (["verify.closest_open"], ["together/closest_open"]),
    "boards_beyond_reach": (
        ["verify.boards_beyond_reach"],
        ["boarding_or_day/beyond_reach", "boarding_or_day/anywhere"],
    ),
    "one_per_township": (["verify.township"], ["together/one_per_township"]),
    "villages_together": (["verify.together.villages"], ["together/villages_together"]),
    "siblings_together": (["verify.together.siblings"], ["together/siblings_together"]),
    "contiguous": (["verify.contiguous"], ["together/contiguous"]),
    "must_merge_into": (["verify.must_merge_into"], ["together/must_merge_into"]),
    "never_merge_into": (["verify.never_merge_into"], ["together/never_merge_into"]),
    "border_swaps": (["verify.border"], ["together/border_swaps"]),
    "funding_floor": (["verify.objective.value"], ["yearly_cost/max_closures"]),
    "longest_trip": (["verify.objective.value"], ["yearly_cost/open_exactly"]),
}  # fmt: skip


def test_every_constraint_is_listed() -> None:
    assert list(RULES) == [constraint.__name__ for constraint in CONSTRAINTS]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_stored_model(rule: str) -> None:
    stored = HERE / "model" / "lp" / f"{rule}.lp"
    assert "Subject To" in stored.read_text(encoding="utf-8")


@pytest.mark.parametrize(("rule", "cases"), [(rule, cases) for rule, (_, cases) in RULES.items()])
def test_every_rule_is_proved_by_hand(rule: str, cases: list[str]) -> None:
    assert cases
    assert set(cases) <= set(GOLDEN)
    setting = "min_enrollment" if rule == "least_size" else rule
    if setting in vars(Rules()):
        assert any(setting in GOLDEN[name]["rules"] for name in cases)


@pytest.mark.parametrize("checks", [checks for checks, _ in RULES.values()])
def test_every_rule_has_a_check_that_broken_plans_fail(checks: list[str]) -> None:
    assert checks
    assert all(EVERY_BREAK.get(check) for check in checks)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_section(rule: str) -> None:
    section = re.search(
        rf"<!-- rule: {rule} -->\n### .+\n\n(.+?)(?=\n<!-- rule|\n## |\Z)", PAGE, re.S
    )
    assert section is not None
    assert "`verify`" in section[1]


def test_the_page_describes_no_other_rule() -> None:
    assert sorted(re.findall(r"<!-- rule: (\w+) -->", PAGE)) == sorted(RULES)


def test_every_objective_is_proved_by_hand() -> None:
    aimed_at = {name for entry in GOLDEN.values() for name in entry["objective"]}
    assert aimed_at == set(OBJECTIVES)


def test_every_rule_of_a_case_is_switched_on_in_some_proof_by_hand() -> None:
    switched_on = {name for entry in GOLDEN.values() for name in entry["rules"]}
    # In the case itself rather than in what is varied: small_below and over_limit_today.
    assert set(vars(Rules())) - switched_on == {"small_below", "over_limit_today"}
