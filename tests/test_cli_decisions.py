"""Decisions from a file: optimize takes them, verify and explain know them from the plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import layoutplan as lp
from cases.commands import run
from layoutplan.examples.copy import write_example


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    write_example(folder)
    return folder


def decisions(folder: Path, *rows: tuple[str, str]) -> Path:
    file = folder / "decisions.csv"
    lines = ["school_id,decision", *(",".join(row) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return file


def opposite(plan: lp.Plan) -> tuple[str, str]:
    """Return a school that merges and the decision that keeps it."""
    merged = plan.schools.index[plan.schools["action"] == "merge"]
    return str(merged[0]), "keep"


def test_a_decision_is_kept_and_known_from_the_plan_alone(case: Path, tmp_path: Path) -> None:
    plain = lp.optimize(lp.read_case(case))
    school, word = opposite(plain)
    file = decisions(tmp_path, (school, word))
    out = tmp_path / "plan"
    done = run("optimize", "--no-reports", case, "--decisions", file, "--out", out, "--json")
    assert done.exit_code == 0, done.stderr
    record = json.loads((out / "plan.json").read_bytes())
    source = {entry["path"]: entry for entry in record["inputs"]}["decisions.csv"]
    assert source["rows"] == 1
    assert record["rules"]["decisions"] == {"file": source, "schools": {school: word}}
    plan = lp.read_plan(out)
    assert plan.schools.loc[school, "action"] == "keep"
    assert plan.schools.loc[school, "is_decision_given"]
    file.unlink()  # the plan remembers
    assert run("verify", case, out).exit_code == 0
    explained = run("explain", out, "--json")
    assert explained.exit_code == 0, explained.stderr
    again = lp.read_plan(out)
    assert again.decisions == plan.decisions
    assert run("verify", case, out).exit_code == 0
    assert lp.verify(lp.read_case(case, decisions=again.decisions), again) == ()


def test_without_its_decisions_a_plan_does_not_fit_the_case(case: Path, tmp_path: Path) -> None:
    school, word = opposite(lp.optimize(lp.read_case(case)))
    file = decisions(tmp_path, (school, word))
    plan = lp.optimize(lp.read_case(case, decisions=str(file)))
    rules = {finding.rule for finding in lp.verify(lp.read_case(case), plan)}
    assert "verify.inputs" in rules
    assert lp.verify(lp.read_case(case, decisions=file), plan) == ()


def test_a_plan_without_decisions_has_none(case: Path) -> None:
    plan = lp.optimize(lp.read_case(case))
    assert plan.decisions is None
    assert "decisions" not in plan.rules


def test_a_faulty_file_stops_before_anything_is_written(case: Path, tmp_path: Path) -> None:
    file = decisions(tmp_path, ("nowhere", "keep"), ("nobody", "perhaps"))
    out = tmp_path / "plan"
    done = run("optimize", "--no-reports", case, "--decisions", file, "--out", out)
    assert done.exit_code == 3
    assert "nowhere" in done.stderr
    assert "perhaps" in done.stderr
    assert not (out / "plan.json").exists()
