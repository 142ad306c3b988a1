"""A case without a plan, from the command to the repaired case: what is said, written, pasted."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from cases.changes import TOML, edit
from cases.commands import run
from layoutplan import pipeline
from layoutplan.core.diagnosis import NoPlanError
from layoutplan.core.repairs import apply_repairs
from layoutplan.core.rules import Exemption
from layoutplan.examples.copy import write_example

REPAIR_FILES = ["repair.csv", "repair.geojson", "repair.html", "repair.toml"]
SHARED = Path(__file__).resolve().parents[2] / "shared"
SHORT = edit(
    TOML,
    ("max_minutes = 30 ", "max_minutes = 9 "),
    ("small_below = 50", 'over_limit_today = "forbid"\nsmall_below = 50'),
)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return the folder of the example town with a limit that is too short for some villages."""
    write_example(tmp_path / "case")
    SHORT(tmp_path / "case")
    return tmp_path / "case"


def test_the_command_says_why_and_what_would_do(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("optimize", "--no-reports", case, "--out", out)
    assert result.exit_code == 4
    assert result.stdout == ""
    assert sorted(file.name for file in out.iterdir()) == REPAIR_FILES
    said = result.stderr
    assert said.index("No school that teaches Grades 1–6") < said.index("Way 1: allow pupils")
    assert "repair.csv" in said


def test_json_has_reasons_repairs_and_files(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(
        "optimize", "--no-reports", case, "--out", out, "--json", "--quiet", "--language", "zh"
    )
    data = json.loads(result.stdout)
    assert data["exit_status"] == result.exit_code == 4
    assert data["reasons"][0].endswith("请放宽其时限，或在附近增设学校。")
    assert [Path(file).name for file in data["files"]] == [
        "repair.csv",
        "repair.toml",
        "repair.geojson",
        "repair.html",
    ]
    rows = list(csv.DictReader((out / "repair.csv").read_text("utf-8-sig").splitlines()))
    assert [str(row["number"]) for row in data["repairs"]] == [row["number"] for row in rows]


def test_what_is_pasted_makes_a_plan_possible(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("optimize", "--no-reports", case, "--out", out)
    pasted = (out / "repair.toml").read_text(encoding="utf-8")
    with (case / TOML).open("a", encoding="utf-8") as file:
        file.write("\n" + pasted)
    assert run("optimize", "--no-reports", case, "--out", tmp_path / "plan").exit_code == 0
    assert run("verify", case, tmp_path / "plan").exit_code == 0


def test_an_older_plan_is_unharmed(case: Path, tmp_path: Path) -> None:
    write_example(tmp_path / "good")
    out = tmp_path / "out"
    assert run("optimize", "--no-reports", tmp_path / "good", "--out", out).exit_code == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    assert run("optimize", "--no-reports", case, "--out", out).exit_code == 4
    after = {file.name: file.read_bytes() for file in out.iterdir()}
    assert {name: after[name] for name in before} == before


def test_an_exception_lets_its_village_alone_travel_longer(tmp_path: Path) -> None:
    write_example(tmp_path / "case")
    case = pipeline.read_case(tmp_path / "case")
    village_id = str(case.villages.index[0])
    longer = replace(case, exceptions=(Exemption((village_id,), "primary", max_minutes=500.0),))
    usual, found = (pipeline.travel_times(each).pairs["primary"] for each in (case, longer))
    is_other = found.village_idx != 0
    assert found.where(is_other).equals(usual.where(usual.village_idx != 0))
    assert (found.village_idx == 0).sum() == len(case.schools)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real cases are not there: {SHARED}")
def test_the_repairs_of_a_real_county_make_a_plan_possible() -> None:
    case = pipeline.read_case(SHARED / "cases" / "ladakh")
    # Any plan will do here: the best one takes longer, and is asked for elsewhere.
    case = replace(
        case,
        rules=replace(case.rules, over_limit_today="forbid"),
        order=("pupils_moved",),
        solver=replace(case.solver, gap=0.9),
    )
    with pytest.raises(NoPlanError) as caught:
        pipeline.optimize(case)
    first = caught.value.diagnosis.remedies[0]
    assert {repair.what for repair in first.repairs} == {"limit"}
    assert first.is_smallest
    plan = pipeline.optimize(apply_repairs(case, first.repairs))
    assert set(plan.assignments["village_id"]) >= {each.village_id for each in first.repairs}
