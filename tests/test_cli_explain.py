"""The command that says why: what it writes, what it tells, what it refuses."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

import layoutplan as lp
from cases.commands import contents, run
from layoutplan.examples.copy import write_example
from layoutplan.explanations import explain, write_explained

FILES = ("explain_schools.csv", "explain_villages.csv")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the worked case and its plan."""
    folder = tmp_path_factory.mktemp("made")
    write_example(folder / "case")
    assert run("optimize", "--no-reports", folder / "case", "--out", folder / "plan").exit_code == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def test_all_reasons_are_written_and_the_plan_still_holds(folder: Path) -> None:
    result = run("explain", folder / "plan", "--quiet")
    assert result.exit_code == 0, result.output
    schools = {row["school_id"]: row for row in rows(folder / "plan" / "schools.csv")}
    explained = {row["school_id"]: row for row in rows(folder / "plan" / FILES[0])}
    assert set(explained) == {"S2", "S3"}
    for school_id, row in explained.items():
        assert row["sentence"] in schools[school_id]["reason"]
        assert row["sentence"] in result.stdout
    plan = lp.read_plan(folder / "plan")
    assert not [each for each in plan.findings if each.rule.startswith("store.")]
    assert run("verify", folder / "case", folder / "plan").exit_code == 0
    assert run("map", folder / "plan", "--uncompressed").exit_code == 0
    page = (folder / "plan" / "map.html").read_text(encoding="utf-8")
    assert explained["S2"]["sentence"].split(".")[0] in page


def test_explaining_again_changes_nothing(folder: Path) -> None:
    run("explain", folder / "plan")
    before = contents(folder / "plan")
    run("explain", folder / "plan")
    after = contents(folder / "plan")
    same = [name for name in before if name.endswith(".csv")]
    assert {name: before[name] for name in same} == {name: after[name] for name in same}


def test_the_numbers_are_those_of_optimize(folder: Path) -> None:
    run("explain", folder / "plan")
    (merged,) = [row for row in rows(folder / "plan" / FILES[0]) if row["opposite"] == "keep"]
    table = folder / "case" / "schools.csv"
    header, *lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert "decision" not in header.split(",")
    decided = [
        f"{line},{'keep' if line.startswith(merged['school_id'] + ',') else ''}" for line in lines
    ]
    table.write_text("\n".join([f"{header},decision", *decided]) + "\n", encoding="utf-8")
    before = lp.read_plan(folder / "plan").objective
    after = lp.optimize(lp.read_case(folder / "case")).objective
    for one, other in zip(before, after, strict=True):
        assert merged[f"delta_{one.name}"] == f"{other.value - one.value:g}"


def test_one_school_is_told_and_nothing_is_written(folder: Path) -> None:
    before = contents(folder / "plan")
    result = run("explain", folder / "plan", "S2", "--quiet", "--language", "zh")
    assert result.exit_code == 0, result.output
    assert "此结论已证明" in result.stdout
    assert contents(folder / "plan") == before


def test_json_of_one_school(folder: Path) -> None:
    result = run("explain", folder / "plan", "S2", "--json", "--quiet")
    told = json.loads(result.stdout)
    assert told["school_id"] == "S2"
    assert told["opposite"] == "keep"
    assert [change["name"] for change in told["changes"]] == ["small_schools", "pupil_minutes"]
    assert all(change["delta"] == change["least_delta"] for change in told["changes"])
    assert told["villages"]


def test_json_of_all(folder: Path) -> None:
    told = json.loads(run("explain", folder / "plan", "--json", "--quiet").stdout)
    assert {row["school_id"] for row in told["schools"]} == {"S2", "S3"}
    assert told["villages"]


def test_changed_inputs_are_named(folder: Path) -> None:
    with (folder / "case" / "schools.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    result = run("explain", folder / "plan")
    assert result.exit_code == 3
    assert "schools.csv" in result.stderr
    assert not (folder / "plan" / FILES[0]).exists()


def test_a_plan_edited_by_hand_is_refused(folder: Path) -> None:
    table = folder / "plan" / "schools.csv"
    table.write_text(
        table.read_text(encoding="utf-8-sig").replace("Stays", "stays"), encoding="utf-8-sig"
    )
    result = run("explain", folder / "plan")
    assert result.exit_code == 3
    assert "schools.csv" in result.stderr


def test_the_case_may_have_moved(folder: Path) -> None:
    (folder / "case").rename(folder / "elsewhere")
    result = run("explain", folder / "plan")
    assert result.exit_code == 3
    assert "--case" in result.stderr
    assert run("explain", folder / "plan", "--case", folder / "elsewhere").exit_code == 0


def test_an_unknown_school_is_an_error(folder: Path) -> None:
    result = run("explain", folder / "plan", "S99")
    assert result.exit_code == 3
    assert "S99" in result.stderr


def test_optimize_and_explain_in_one_run(folder: Path) -> None:
    case = lp.read_case(folder / "case")
    plan = lp.optimize(case)
    write_explained(plan, explain(case, plan), folder / "new")
    assert {*FILES, "plan.json", "map.html"} <= set(contents(folder / "new"))
    lp.write_plan(plan, folder / "new")
    assert not set(FILES) & set(contents(folder / "new"))


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1"])
def test_seconds_are_a_number_above_zero(folder: Path, seconds: str) -> None:
    result = run("explain", folder / "plan", "--seconds", seconds)
    assert result.exit_code == 2
    assert "--seconds" in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    "words", [("optimize",), ("front",), ("portfolio",), ("times",)], ids=lambda words: words[0]
)
def test_an_empty_name_to_write_to_is_refused(
    folder: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    before = sorted(folder.rglob("*"))
    result = run(*words, folder / "case", "--out", "")
    assert result.exit_code == 2
    assert "the name is empty; say where to write" in result.stderr
    assert sorted(folder.rglob("*")) == before
