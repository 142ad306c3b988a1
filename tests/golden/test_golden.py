"""Small cases whose optimum is worked out by hand in the PROOF.md beside them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import layoutplan as lp
from layoutplan.core.rules import BorderSwap
from layoutplan.examples.copy import EXAMPLE

HERE = Path(__file__).parent
FOLDERS = {"town": EXAMPLE}  # packaged for planners to start from; its proof lies there
EXPECTED = {
    file.parent: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted(HERE.glob("*/expected.json"))
}
CASES = [
    pytest.param(folder, expected, id=f"{folder.name}-{expected['name']}")
    for folder, entries in EXPECTED.items()
    for expected in entries
]


def as_asked(case: lp.Case, expected: dict[str, Any], solver: str) -> lp.Case:
    """Return the case with the rules and the order of objectives that the proof is about."""
    rules = {name: _frozen(value) for name, value in expected["rules"].items()}
    if "border_swaps" in rules:
        swaps = (BorderSwap(tuple(each["townships"]), each["max_difference"])
                 for each in expected["rules"]["border_swaps"])  # fmt: skip
        rules["border_swaps"] = tuple(swaps)
    return replace(
        case,
        rules=replace(case.rules, **rules),
        order=tuple(expected.get("order", case.order)),
        solver=replace(case.solver, name=solver),
    )


def _frozen(value: Any) -> Any:
    """Return lists as tuples, as rules hold them."""
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


@pytest.mark.parametrize("solver", ["highs", "PULP_CBC_CMD"])
@pytest.mark.parametrize(("folder", "expected"), CASES)
def test_the_plan_is_the_one_proved_by_hand(
    folder: Path, expected: dict[str, Any], solver: str
) -> None:
    case = as_asked(lp.read_case(FOLDERS.get(folder.name, folder)), expected, solver)
    plan = lp.optimize(case, lp.travel_times(case))

    assert plan.status == "optimal"
    # Roads drawn on the ellipsoid are a few centimeters off their round lengths.
    found = {result.name: result.value for result in plan.objective}
    assert found == pytest.approx(expected["objective"], abs=0.02)
    for school_id, columns in expected["schools"].items():
        assert plan.schools.loc[school_id, list(columns)].to_dict() == columns
    columns = ["village_id", "band", "school_id", "how"][: len(expected["assignments"][0])]
    assert sorted(plan.assignments[columns].to_numpy().tolist()) == expected["assignments"]
    totals = expected.get("totals", {})
    assert {name: plan.totals[name] for name in totals} == totals
    assert lp.verify(case, plan) == ()


@pytest.mark.parametrize("folder", EXPECTED, ids=lambda folder: folder.name)
def test_every_golden_case_has_its_proof(folder: Path) -> None:
    proof = (FOLDERS.get(folder.name, folder) / "PROOF.md").read_text(encoding="utf-8")
    for expected in EXPECTED[folder]:
        for value in expected["objective"].values():
            assert f"**{value}" in proof or f" {value}." in proof
