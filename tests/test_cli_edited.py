"""Verifying and drawing plans that somebody edited, and folders that hold no plan."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from cases.changes import edit
from cases.commands import run
from layoutplan.examples.copy import EXAMPLE


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the plan of the example town, which tests only read."""
    out = tmp_path_factory.mktemp("written")
    assert run("optimize", "--no-reports", EXAMPLE, "--out", out).exit_code == 0
    return out


@pytest.fixture
def plan(written: Path, tmp_path: Path) -> Path:
    """Return a copy of the plan, to edit."""
    return Path(copytree(written, tmp_path / "plan"))


@pytest.mark.parametrize(
    ("table", "old", "new", "says"),
    [
        ("assignments.csv", "V4,primary,S3", "V4,primary,S1", "S1"),
        ("assignments.csv", "V1,primary,S1,day,40", "V1,primary,S1,day,39", "V1"),
        ("schools.csv", "S3,Hill School,keep", "S3,Hill School,merge", "S3"),
        ("plan.json", '"pupils_moved": 26', '"pupils_moved": 25', "pupils_moved"),
    ],
)
def test_verify_finds_what_was_edited(
    plan: Path, table: str, old: str, new: str, says: str
) -> None:
    edit(table, (old, new))(plan)
    result = run("verify", EXAMPLE, plan, "--language", "en")
    assert result.exit_code == 1
    assert f"error {table}" in result.stderr
    assert says in result.stderr
    assert "The plan breaks" in result.stdout


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("assignments.csv", "V4,primary,S3", "V4,primary,S9"),
        ("schools.csv", "\r\nS3,", "\r\nS1,"),
    ],
)
def test_a_map_of_tables_that_do_not_fit_is_refused(
    plan: Path, table: str, old: str, new: str
) -> None:
    edit(table, (old, new))(plan)
    page = (plan / "map.html").read_bytes()
    result = run("map", plan, "--language", "en")
    assert result.exit_code == 3
    assert "schools.csv: schools that pupils attend have no row here" in result.stderr
    assert (plan / "map.html").read_bytes() == page


def test_what_is_no_plan_is_told() -> None:
    for words in (("map", EXAMPLE), ("verify", EXAMPLE, EXAMPLE)):
        result = run(*words, "--language", "en")
        assert result.exit_code == 3
        assert "holds no whole plan" in result.stderr


@pytest.mark.parametrize("words", [("verify", EXAMPLE), ("map",), ("report",)])
def test_tables_that_were_edited_or_are_gone_are_told(plan: Path, words: tuple[str, ...]) -> None:
    edit("minutes.csv", ("V1,S1,walk,2.00003", "V1,S1,walk,29"))(plan)
    edit("schools.csv", ("Stays: it is a center school.", "Stays as we were told."))(plan)
    (plan / "indicators.csv").unlink()
    result = run(*words, plan, "--language", "en")
    assert result.exit_code == 0
    assert "warning schools.csv changed since the plan was made" in result.stderr
    assert "warning minutes.csv changed since the plan was made" in result.stderr
    assert "verify does not look at it" in result.stderr
    assert "warning indicators.csv belongs to the plan and is not there any more" in result.stderr


def test_all_that_is_wrong_in_kept_tables_is_told_at_once(plan: Path) -> None:
    edit("minutes.csv", ("V1,S1,walk,2.00003", "V1,S1,walk,soon"))(plan)
    edit("indicators.csv", ("pupils,all,141,141,0", "pupils,all,many,141,none"))(plan)
    result = run("map", plan, "--language", "en")
    assert result.exit_code == 3
    assert result.stderr.splitlines() == [
        "error minutes.csv, row 2, column minutes: some cells hold no number "
        "(1 in all). Correct them, or make the plan again.",
        "error indicators.csv, row 2, column before: some cells hold no number "
        "(1 in all). Correct them, or make the plan again.",
        "error indicators.csv, row 2, column change: some cells hold no number "
        "(1 in all). Correct them, or make the plan again.",
    ]
