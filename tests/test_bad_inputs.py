"""Whatever is handed in: the right exit status, what is wrong and where; nothing written."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from cases.bad_inputs import BAD_INPUTS, BadInput
from cases.changes import BILLION, SCHOOLS, TOML, VILLAGES, all_of, edit, replace_all
from cases.commands import contents, run, run_alone
from layoutplan.console import NO_PLAN
from layoutplan.examples.copy import write_example
from layoutplan.plan import atomic

# Three words of English in a row; what a file reader itself says stands in brackets.
ENGLISH = re.compile(r"(?:[A-Za-z']{2,} ){2,}[A-Za-z']{2,}")
IN_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OLDER = {"plan.json": b"older", "schools.csv": b"older too"}
REPAIRS = {"repair.csv", "repair.toml", "repair.html", "repair.geojson"}
FORMULA_STARTS = ("=", "+", "-", "@")

each_bad_input = pytest.mark.parametrize("bad", BAD_INPUTS, ids=[bad.name for bad in BAD_INPUTS])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return the folder of the example town."""
    write_example(tmp_path / "case")
    return tmp_path / "case"


@each_bad_input
def test_optimize_says_what_is_wrong_and_writes_no_plan(case: Path, bad: BadInput) -> None:
    bad.change(case)
    out = case.parent / "plan"
    result = run("optimize", "--no-reports", case, "--out", out, "--language", "en")
    assert result.exit_code == bad.status, result.stderr
    for part in bad.says:
        assert part in result.stderr
    assert "Traceback" not in result.output
    assert not result.stdout
    if bad.status == NO_PLAN:
        assert set(contents(out)) == REPAIRS
        assert all(name in result.stderr for name in REPAIRS)
    else:
        assert not out.exists()


@each_bad_input
def test_optimize_says_it_in_chinese_and_leaves_an_older_plan(case: Path, bad: BadInput) -> None:
    bad.change(case)
    out = case.parent / "plan"
    out.mkdir()
    for name, content in OLDER.items():
        (out / name).write_bytes(content)
    result = run("optimize", "--no-reports", case, "--out", out, "--language", "zh")
    assert result.exit_code == bad.status
    for line in result.stderr.splitlines():
        assert CHINESE.search(line), line
        assert not ENGLISH.search(IN_BRACKETS.sub("", line)), line
    left = contents(out)
    assert {name: left.pop(name) for name in OLDER} == OLDER
    assert set(left) == (REPAIRS if bad.status == NO_PLAN else set())


@each_bad_input
def test_check_finds_it_and_times_and_verify_stop(case: Path, bad: BadInput) -> None:
    bad.change(case)
    is_data = bad.status == 3 and bad.name != "solver_unknown"  # which only solving needs
    checked = run("check", case, "--language", "en")
    assert checked.exit_code == (1 if is_data else 0), checked.stderr
    if is_data:
        for part in bad.says:
            assert part in checked.stderr
        table = case.parent / "times.csv"
        assert run("times", case, "--out", table).exit_code == 3
        assert not table.exists()
        assert run("verify", case, case.parent).exit_code == 3


@pytest.mark.parametrize("name", ["id_double", "toml_nested_without_end", "seats_too_few"])
def test_a_real_process_ends_alike(case: Path, name: str) -> None:
    (bad,) = [each for each in BAD_INPUTS if each.name == name]
    bad.change(case)
    done = run_alone(case.parent, "optimize", "case", "--out", "plan")
    assert done.returncode == bad.status
    assert b"Traceback" not in done.stderr
    assert not done.stdout
    assert (case.parent / "plan").exists() == (bad.status == NO_PLAN)


def test_all_faults_are_said_at_once(case: Path) -> None:
    edit(VILLAGES, (",28,", ",x,"), ("V5,", "V4,"))(case)
    edit(SCHOOLS, (",60,", ",-60,"))(case)
    (case / "roads.geojson").write_bytes(b"")
    said = run(
        "optimize", "--no-reports", case, "--out", case.parent / "plan", "--language", "en"
    ).stderr
    assert said.count("error ") == 4
    assert all(
        part in said for part in ("row 3", "row 5, 6", "schools.csv, row 4", "roads.geojson")
    )


@pytest.mark.parametrize(
    "words",
    [
        ("optimize", "nowhere", "--out", "plan"),
        ("check", "nowhere"),
        ("times", "case"),
        ("optimize", "case"),
        ("optimize", "case", "--out", "case/README.md"),
        ("verify", "case", "nowhere"),
        ("map", "case/README.md"),
        ("check", "case", "--language", "fr"),
        ("bogus",),
        ("check", "case", "--bogus"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(
    case: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case.parent)
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")
    assert "Traceback" not in result.output
    assert [path.name for path in case.parent.iterdir()] == ["case"]


@pytest.mark.parametrize("command", ["optimize", "times"])
def test_a_place_that_is_none_is_told(case: Path, command: str) -> None:
    out = case / "README.md" / "plan"
    result = run(command, case, "--out", out, "--language", "en")
    assert result.exit_code == 3
    assert "is a file, or lies inside one" in result.stderr


@pytest.mark.parametrize("command", ["optimize", "times"])
def test_a_place_that_may_not_be_written_is_told(
    case: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(atomic.tempfile, "mkdtemp", refuse)
    result = run(command, case, "--out", case.parent / "plan", "--language", "en")
    assert result.exit_code == 3
    assert "may not be written" in result.stderr


@pytest.mark.parametrize(
    ("command", "out", "lost"),
    [("optimize", ".", "schools.csv"), ("times", VILLAGES, VILLAGES), ("times", TOML, TOML)],
)
def test_no_output_replaces_a_table_of_the_case(
    case: Path, command: str, out: str, lost: str
) -> None:
    before = contents(case)
    result = run(command, case, "--out", case / out, "--language", "en")
    assert result.exit_code == 3
    assert f"{lost} is a file of the case itself" in result.stderr
    assert contents(case) == before


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_table_in_another_encoding_works_with_a_note(tmp_path: Path, encoding: str) -> None:
    write_example(tmp_path / "case", "zh")
    table = tmp_path / "case" / VILLAGES
    table.write_bytes(table.read_bytes().decode("utf-8-sig").encode(encoding))
    result = run(
        "optimize",
        "--no-reports",
        tmp_path / "case",
        "--out",
        tmp_path / "plan",
        "--language",
        "en",
    )
    assert result.exit_code == 0
    assert f"note villages.csv: the file is not UTF-8 and was read as {encoding}" in result.stderr
    assert run("verify", tmp_path / "case", tmp_path / "plan").exit_code == 0


def test_a_village_of_a_billion_pupils_is_planned_with_a_warning(case: Path) -> None:
    all_of(BILLION, edit(VILLAGES, ("1000000001", "1000000000")))(case)
    result = run(
        "optimize", "--no-reports", case, "--out", case.parent / "plan", "--language", "en"
    )
    assert result.exit_code == 0
    assert "warning schools.csv, column seats" in result.stderr
    assert run("verify", case, case.parent / "plan").exit_code == 0


HOSTILE = {
    "V2": "=HYPERLINK(1)",
    "V3": "<img src=x onerror=alert(1)>",
    "V4": "</script><script>alert(2)</script>",
    "V5": '"V\n5"',
    "V6": "V" * 500,
    "V7": "'+7",
    "V8": "{V}|8;%s",
}


@pytest.fixture
def hostile(case: Path) -> Path:
    """Return the town with ids and names that want to be formulas, pages and lines."""
    edit(VILLAGES, *((f"{old},", f"{new},") for old, new in HOSTILE.items()))(case)
    replace_all(SCHOOLS, "Mill School", "<script>alert(3)</script>")(case)
    replace_all(TOML, "A town of eight villages", "</title><script>alert(4)</script>")(case)
    return case


def test_hostile_ids_and_names_are_only_text(hostile: Path) -> None:
    out = hostile.parent / "plan"
    assert run("optimize", "--no-reports", hostile, "--out", out).exit_code == 0
    assert run("verify", hostile, out).exit_code == 0
    for name in ("assignments.csv", "schools.csv"):
        rows = list(csv.reader((out / name).read_text(encoding="utf-8-sig").splitlines(True)))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
    page = (out / "map.html").read_text(encoding="utf-8")
    assert "alert(" in page
    for start in ("<img src=x", "<script>alert", "</title><script"):
        assert start not in page


def test_travel_times_of_hostile_ids_can_be_read_again(hostile: Path) -> None:
    from_roads, from_table = (hostile.parent / name for name in ("from_roads", "from_table"))
    assert run("optimize", "--no-reports", hostile, "--out", from_roads).exit_code == 0
    assert run("times", hostile, "--out", hostile / "minutes.csv").exit_code == 0
    edit(TOML, ("[bands", '[travel_times]\npath = "minutes.csv"\n\n[bands'))(hostile)
    assert run("optimize", "--no-reports", hostile, "--out", from_table).exit_code == 0
    plans = [(out / "assignments.csv").read_bytes() for out in (from_roads, from_table)]
    assert plans[0] == plans[1]
