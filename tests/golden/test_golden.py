"""Small cases whose optimum is worked out by hand in the PROOF.md beside them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import layoutplan as lp
from layoutplan.examples.copy import EXAMPLE

HERE = Path(__file__).parent
FOLDERS = {"town": EXAMPLE}  # packaged for planners to start from; its proof lies there
CASES = [
    pytest.param(
        file.parent, expected, id="-".join([file.parent.name, *expected["rules"].values()])
    )
    for file in sorted(HERE.glob("*/expected.json"))
    for expected in json.loads(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("solver", ["highs", "PULP_CBC_CMD"])
@pytest.mark.parametrize(("folder", "expected"), CASES)
def test_the_plan_is_the_one_proved_by_hand(
    folder: Path, expected: dict[str, Any], solver: str
) -> None:
    case = lp.read_case(FOLDERS.get(folder.name, folder))
    case = replace(
        case,
        rules=replace(case.rules, **expected["rules"]),
        solver=replace(case.solver, name=solver),
    )
    plan = lp.optimize(case, lp.travel_times(case))

    assert plan.status == "optimal"
    # Roads drawn on the ellipsoid are a few centimeters off their round lengths.
    found = {result.name: result.value for result in plan.objective}
    assert found == pytest.approx(expected["objective"], abs=0.02)
    columns = ["action", "into", "enrollment_after"]
    assert plan.schools[columns].to_dict(orient="index") == expected["schools"]
    goes = plan.assignments[["village_id", "band", "school_id"]]
    assert sorted(goes.to_numpy().tolist()) == expected["assignments"]
    assert lp.verify(case, plan) == ()


@pytest.mark.parametrize("folder", sorted({file.parent for file in HERE.glob("*/expected.json")}))
def test_every_golden_case_has_its_proof(folder: Path) -> None:
    proof = (FOLDERS.get(folder.name, folder) / "PROOF.md").read_text(encoding="utf-8")
    for expected in json.loads((folder / "expected.json").read_text(encoding="utf-8")):
        for value in expected["objective"].values():
            assert f"**{value}" in proof
