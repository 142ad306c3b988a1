"""The commands: help, JSON, quiet, exit statuses, and the whole way round."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from shutil import copytree

import click
import pytest
from click.testing import CliRunner

import layoutplan
from cases.changes import SCHOOLS, TOML, VILLAGES, edit
from cases.commands import contents, run, run_alone
from layoutplan import pipeline
from layoutplan.cli import main
from layoutplan.examples.copy import EXAMPLE, write_example

RANDOM_ID = re.compile(rb"[0-9a-f]{32}")  # folium names its elements so
TABLES = ("schools.csv", "assignments.csv")
PLAN_FILES = [
    "assignments.csv",
    "indicators.csv",
    "map.html",
    "minutes.csv",
    "plan.gpkg",
    "plan.json",
    "schools.csv",
]
EVERY_OPTION = ("--json", "--quiet", "--debug", "--language")
COMMANDS = sorted(main.commands)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return the folder of the example town."""
    write_example(tmp_path / "case")
    return tmp_path / "case"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the plan of the example town, which tests only read."""
    out = tmp_path_factory.mktemp("written")
    assert run("optimize", "--no-reports", EXAMPLE, "--out", out).exit_code == 0
    return out


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


def shuffle(table: Path) -> None:
    header, *rows = table.read_bytes().splitlines(keepends=True)
    table.write_bytes(b"".join([header, *rows[::-2], *rows[-2::-2]]))


# Help and version.


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_the_command_and_each_of_its_options(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    command = main.commands[name]
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert set(EVERY_OPTION) <= {option.opts[0] for option in options}
    for option in options:
        assert option.help, option.name
        assert option.opts[0] in result.stdout
    first = (command.help or "").splitlines()[0]
    assert first.endswith(".")
    assert first in result.stdout


def test_help_names_every_command_and_every_exit_status() -> None:
    said = run("--help").stdout
    assert all(f"  {name} " in said for name in COMMANDS)
    assert all(f"{status} " in said for status in (0, 1, 2, 3, 4, 5, 70))
    assert run().exit_code == 2


def test_version() -> None:
    assert run("--version").stdout == f"layoutplan, version {layoutplan.__version__}\n"


# The whole way round.


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_nothing_to_a_map(tmp_path: Path, language: str) -> None:
    case, plan, minutes = (tmp_path / name for name in ("case", "plan", "minutes.csv"))
    for words in (
        ("init", case),
        ("check", case),
        ("times", case, "--out", minutes),
        ("optimize", case, "--out", plan, "--no-reports"),
        ("verify", case, plan),
    ):
        result = run(*words, "--language", language)
        assert (result.exit_code, result.stderr) == (0, ""), words
        assert result.stdout
    assert sorted(file.name for file in plan.iterdir()) == PLAN_FILES
    page = (plan / "map.html").read_bytes()
    (plan / "map.html").unlink()
    assert run("map", plan).exit_code == 0
    assert RANDOM_ID.sub(b"", (plan / "map.html").read_bytes()) == RANDOM_ID.sub(b"", page)
    assert run("report", plan).exit_code == 0
    documents = ["report.docx", "report.xlsx"]
    assert sorted(file.name for file in plan.iterdir()) == sorted([*PLAN_FILES, *documents])
    assert json.loads((plan / "plan.json").read_bytes())["language"] == language


def test_the_plan_is_the_one_worked_out_by_hand(written: Path) -> None:
    schools = {row["school_id"]: row for row in rows_of(written / "schools.csv")}
    assert {school: row["action"] for school, row in schools.items()} == {
        "S1": "keep", "S2": "merge", "S3": "keep",
    }  # fmt: skip
    assert schools["S2"]["into"] == "S3;S1"
    moved = {row["village_id"]: row["school_id"] for row in rows_of(written / "assignments.csv")}
    assert [moved[village] for village in ("V4", "V5", "V6")] == ["S3", "S3", "S1"]


def test_messages_are_in_the_language_of_the_case(tmp_path: Path) -> None:
    write_example(tmp_path / "case", "zh")
    edit(TOML, ("[rules]", "[rulez]"))(tmp_path / "case")
    assert "错误" in run("check", tmp_path / "case").stderr
    content = (tmp_path / "case" / TOML).read_bytes()
    (tmp_path / "case" / TOML).write_bytes(b"\xef\xbb\xbf" + content)  # as Windows saves it
    assert "错误" in run("check", tmp_path / "case" / TOML).stderr
    assert "error" in run("check", tmp_path / "case", "--language", "en").stderr


def test_same_case_same_bytes(case: Path, written: Path) -> None:
    plans = [written]
    for name in ("again", "shuffled"):
        out = case.parent / name
        assert run("optimize", "--no-reports", case, "--out", out).exit_code == 0
        plans.append(out)
        shuffle(case / VILLAGES)
        shuffle(case / SCHOOLS)
    for table in TABLES:
        assert len({(plan / table).read_bytes() for plan in plans}) == 1, table


def test_an_older_plan_is_replaced_and_other_files_stay(case: Path) -> None:
    out = case.parent / "plan"
    assert run("optimize", "--no-reports", case, "--out", out).exit_code == 0
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    older = (out / "assignments.csv").read_bytes()
    edit(TOML, ("small_below = 50", "small_below = 0"))(case)
    assert run("optimize", "--no-reports", case, "--out", out).exit_code == 0
    assert (out / "assignments.csv").read_bytes() != older
    assert sorted(file.name for file in out.iterdir()) == sorted([*PLAN_FILES, "notes.txt"])
    assert run("verify", case, out).exit_code == 0


@pytest.fixture
def plan(written: Path, tmp_path: Path) -> Path:
    """Return a copy of the plan, to replace."""
    return Path(copytree(written, tmp_path / "plan"))


# JSON, quiet, and where what goes.


@pytest.mark.parametrize(
    ("words", "status", "keys"),
    [
        (("init", "new"), 0, {"folder", "files"}),
        (("check", "case"), 0, set()),
        (("times", "case", "--out", "minutes.csv"), 0, {"path", "pairs"}),
        (("optimize", "case", "--out", "plan"), 0, {"schema", "status", "objective", "totals"}),
        (("verify", "case", "plan"), 0, {"holds"}),
        (("map", "plan"), 0, {"path"}),
        (("check", "bad"), 1, set()),
        (("optimize", "bad", "--out", "other"), 3, {"error"}),
        (("init", "case"), 3, {"error"}),
        (("roads", "case", "--server", "http://127.0.0.1:9/api"), 3, {"error"}),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_json_is_all_that_stdout_holds(
    case: Path,
    plan: Path,
    words: tuple[str, ...],
    status: int,
    keys: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_example(case.parent / "bad")
    edit(VILLAGES, (",28,", ",x,"))(case.parent / "bad")
    monkeypatch.chdir(case.parent)
    result = run(*words, "--json", "--language", "zh")
    assert result.exit_code == status
    said = json.loads(result.stdout)
    assert said.keys() >= keys | {"findings", "exit_status"}
    assert said["exit_status"] == status
    assert (status == 0) == (result.stderr == "")
    for finding in said["findings"]:
        assert {"rule", "level", "table", "rows", "column", "ids", "message"} == finding.keys()


def test_quiet_says_nothing_of_progress(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layoutplan.console._BARS_AFTER_SECONDS", 0.0)
    words = ("optimize", "--no-reports", case, "--out", case.parent / "plan", "--language", "en")
    loud = run(*words)
    quiet = run(*words, "--quiet")
    assert "Writing the plan" in loud.stderr
    assert quiet.stderr == ""
    assert loud.stdout == quiet.stdout


def test_names_cannot_steer_a_terminal(case: Path) -> None:
    edit(VILLAGES, (",28,", ",\x1b[31mmany\x07,"))(case)
    result = run("check", case, "--language", "en")
    assert result.exit_code == 1
    assert "many" in result.stderr
    assert not {"\x1b", "\x07"} & set(result.stderr)


def test_no_name_turns_the_direction_of_writing(case: Path) -> None:
    edit(VILLAGES, ("Ferry", "Fe\u202erry"))(case)
    result = run("route", case, "V1", "S1")
    assert result.exit_code == 0
    assert result.stdout.startswith("Fe rry → River School")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "utf-8"])
def test_a_terminal_without_chinese_is_no_fault(tmp_path: Path, encoding: str) -> None:
    write_example(tmp_path / "案", "zh")
    edit(VILLAGES, (",28,", ",𠀋,"))(tmp_path / "案")
    for more in ((), ("--json",)):
        words = ("check", str(tmp_path / "案"), *more)
        result = CliRunner(charset=encoding).invoke(main, words)
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == 1
    (finding,) = json.loads(result.stdout_bytes)["findings"]
    assert "𠀋" in finding["message"]


def test_a_real_process_speaks_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    write_example(tmp_path / "案", "zh")
    done = run_alone(tmp_path, "optimize", "案", "--out", "plan", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["name"] == "八村小镇"
    assert b"Traceback" not in done.stderr


# Faults and interruptions.


def test_a_fault_of_ours_is_seventy(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by accident")

    monkeypatch.setattr(pipeline, "optimize", fail)
    words = ("optimize", case, "--out", case.parent / "plan")
    result = run(*words, "--language", "en")
    assert result.exit_code == 70
    assert result.stderr.startswith("A fault of layoutplan, not of your data: ZeroDivisionError")
    assert "Traceback" not in result.output
    assert "这是 layoutplan 自身的错误" in run(*words, "--language", "zh").stderr
    assert json.loads(run(*words, "--json").stdout)["exit_status"] == 70
    assert not (case.parent / "plan").exists()


def test_debug_shows_where(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(VILLAGES, (",28,", ",x,"))(case)
    result = run("times", case, "--out", case.parent / "minutes.csv", "--debug")
    assert result.exit_code == 3
    assert "Traceback" in result.stderr
    assert "DataError" in result.stderr


def test_an_interruption_is_said_and_harms_nothing(
    case: Path, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = contents(plan)
    monkeypatch.setattr("layoutplan.report.map.write_map", stop)  # while the files are written
    result = run("optimize", "--no-reports", case, "--out", plan, "--language", "en")
    assert result.exit_code == 130
    assert result.stderr == "Interrupted. No file was left half written.\n"
    assert contents(plan) == before
