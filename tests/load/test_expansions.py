"""The steps by which schools may grow, from a table and from case.toml."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cases.case_folder import CASE, case_folder, faults, only, rules_of
from layoutplan.core.case import InputFile
from layoutplan.core.rules import Expansion
from layoutplan.load.case import load_case
from layoutplan.load.case_file import read_case_file
from layoutplan.load.expansions import read_expansions
from layoutplan.load.places import read_schools

TABLE = '\n[expansions]\npath = "expansions.csv"\n'
STEPS = "school_id,seats,beds,cost,yearly_cost\ns1,40,0,800000,\ns1,80,20,1500000,30000.5\n"
BLOCKS = """
[[expansions]]
school_id = "s1"
seats = 40
cost = 800000
[[expansions]]
school_id = " s1 "
seats = 80
beds = 20
cost = 1500000
yearly_cost = 30000.5
"""
READ = (Expansion("s1", 40, 0, 800000.0, 0.0), Expansion("s1", 80, 20, 1500000.0, 30000.5))


def expansions(folder: Path, content: str | bytes = b"", case: str = CASE + TABLE):
    """Return the steps of a case, the files read, and what was found."""
    case_folder(folder, case=case, files={"expansions.csv": content})
    case_file = read_case_file(folder)
    steps, inputs, findings = read_expansions(case_file, read_schools(case_file)[0])
    rules_of(findings)
    return steps, inputs, findings


def block(**values: object) -> str:
    """Return a case with one step."""
    lines = "\n".join(f"{key} = {value!r}" for key, value in values.items())
    return f"{CASE}\n[[expansions]]\n{lines}\n"


def test_table_and_blocks_say_the_same(tmp_path: Path) -> None:
    steps, inputs, findings = expansions(tmp_path, STEPS)
    assert (steps, findings) == (READ, ())
    assert inputs == (InputFile("expansions.csv", hashlib.sha256(STEPS.encode()).hexdigest(), 2),)
    assert expansions(tmp_path, case=CASE + BLOCKS) == (READ, (), ())
    assert type(steps[0].seats) is int
    assert type(steps[0].cost) is float


def test_a_case_without_steps(tmp_path: Path) -> None:
    assert expansions(tmp_path, case=CASE) == ((), (), ())
    assert expansions(tmp_path, case="expansions = []\n" + CASE) == ((), (), ())


def test_the_case_has_them_with_their_file(tmp_path: Path) -> None:
    case_folder(tmp_path, case=CASE + TABLE, files={"expansions.csv": STEPS})
    case, findings = load_case(tmp_path)
    assert case.expansions == READ
    assert [file.path for file in case.inputs[:1]] == ["case.toml"]
    assert ("expansions.csv", 2) in [(file.path, file.rows) for file in case.inputs]
    assert "expansions.school" not in rules_of(findings)
    case_folder(tmp_path, case=CASE + TABLE, files={"expansions.csv": STEPS.replace("s1", "s9")})
    assert only(load_case(tmp_path)[1], "expansions.school").rows == (2, 3)


def test_chinese_headers_and_the_planner_s_own(tmp_path: Path) -> None:
    chinese = "学校标识码,新增学位（个）,新增床位,建设投资,年运行经费\ns2,40,8,10,1\n"
    step = (Expansion("s2", 40, 8, 10.0, 1.0),)
    assert expansions(tmp_path, chinese)[::2] == (step, ())
    own = CASE + TABLE + 'columns = { seats = "席位" }\n'
    assert expansions(tmp_path, chinese.replace("新增学位（个）", "席位"), own)[::2] == (step, ())
    wrong = CASE + TABLE + 'columns = { seat = "席位" }\n'
    assert only(faults(tmp_path, wrong), "case.key.unknown").facts["nearest"] == "seats"


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ("s9,5,0,0,0", "expansions.school", "school_id"),
        (",5,0,0,0", "expansions.school", "school_id"),
        ("s2,0,0,5,0", "expansions.nothing", "school_id"),
        ("s1,40,,900,0", "expansions.double", "school_id"),
        ("s2,,5,0,0", "expansions.seats.empty", "seats"),
        ("s2,-5,0,0,0", "cell.negative", "seats"),
        ("s2,5.5,0,0,0", "cell.fraction", "seats"),
        ("s2,1e99,0,0,0", "cell.huge", "seats"),
        ("s2,5,many,0,0", "cell.text", "beds"),
        ("s2,5,0,-1,0", "cell.negative", "cost"),
        ("s2,5,0,nan,0", "cell.text", "cost"),
        ("s2,5,0,1e999,0", "cell.money.huge", "cost"),
        ("s2,5,0,0,2e12", "cell.money.huge", "yearly_cost"),
    ],
)
def test_a_bad_row_is_one_error_with_its_row(
    tmp_path: Path, row: str, rule: str, column: str
) -> None:
    _, _, findings = expansions(tmp_path, f"{STEPS}{row}\n")
    assert [(finding.rule, finding.level) for finding in findings] == [(rule, "error")]
    assert findings[0].rows[-1] == 4
    assert findings[0].column == column


def test_empty_cells_are_zero_and_other_beds_another_step(tmp_path: Path) -> None:
    steps, _, findings = expansions(tmp_path, f"{STEPS}s1,40,5,,\n")
    assert (steps[2:], findings) == ((Expansion("s1", 40, 5, 0.0, 0.0),), ())


def test_all_bad_rows_come_at_once(tmp_path: Path) -> None:
    _, _, findings = expansions(tmp_path, f"{STEPS}s9,1,0,0,0\ns2,0,0,0,0\ns8,1,x,0,0\n")
    assert {(finding.rule, finding.rows) for finding in findings} == {
        ("expansions.school", (4,)),
        ("expansions.nothing", (5,)),
        ("cell.text", (6,)),
    }


def test_a_missing_column_is_said_once(tmp_path: Path) -> None:
    _, _, findings = expansions(tmp_path, STEPS.replace("seats", "saets"))
    assert [finding.rule for finding in findings] == ["header.missing.alike"]


@pytest.mark.parametrize(
    ("values", "rule", "column"),
    [
        ({"school_id": "s1"}, "case.key.missing", "expansions[1].seats"),
        ({"seats": 5}, "case.key.missing", "expansions[1].school_id"),
        ({"school_id": 7, "seats": 5}, "case.value.text", "expansions[1].school_id"),
        ({"school_id": "s1", "seats": -5}, "case.value.whole", "expansions[1].seats"),
        ({"school_id": "s1", "seats": 10**30}, "case.value.whole", "expansions[1].seats"),
        ({"school_id": "s1", "seats": 5, "beds": 1.5}, "case.value.whole", "expansions[1].beds"),
        ({"school_id": "s1", "seats": 5, "cost": -1}, "case.value.money", "expansions[1].cost"),
        ({"school_id": "s1", "seats": 5, "cost": 1e13}, "case.value.money", "expansions[1].cost"),
        ({"school_id": "s1", "seats": 5, "price": 1}, "case.key.unknown", "expansions[1].price"),
        ({"school_id": "s1", "seat": 5}, "case.key.unknown", "expansions[1].seat"),
    ],
)
def test_a_fault_in_a_block(tmp_path: Path, values: dict, rule: str, column: str) -> None:
    found = [(finding.rule, finding.column) for finding in faults(tmp_path, block(**values))]
    assert found == [(rule, column)]


@pytest.mark.parametrize(
    "written", ["expansions = 3\n", 'expansions = ["s1"]\n', 'expansions = { school_id = "s1" }\n']
)
def test_steps_must_be_blocks_or_a_table(tmp_path: Path, written: str) -> None:
    finding = only(faults(tmp_path, written + CASE), "case.blocks.shape")
    assert "[[expansions]]" in finding.message


@pytest.mark.parametrize(
    ("path", "rule"),
    [("expansoins.csv", "case.path.missing"), ("../expansions.csv", "case.path.outside")],
)
def test_the_table_lies_in_the_folder(tmp_path: Path, path: str, rule: str) -> None:
    section = CASE + TABLE.replace("expansions.csv", path)
    assert only(faults(tmp_path, section), rule).column == "expansions.path"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"school_id": "s9", "seats": 5}, "expansions.school"),
        ({"school_id": "s1", "seats": 0}, "expansions.nothing"),
    ],
)
def test_blocks_are_checked_against_the_schools(tmp_path: Path, values: dict, rule: str) -> None:
    _, _, findings = expansions(tmp_path, case=block(**values))
    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].table == "case.toml"
    assert findings[0].ids == (values["school_id"],)


def test_blocks_that_add_the_same(tmp_path: Path) -> None:
    twice = BLOCKS.replace("seats = 80\nbeds = 20", "seats = 40")
    finding = only(expansions(tmp_path, case=CASE + twice)[2], "expansions.double")
    assert finding.ids == ("s1", "s1")
    assert finding.facts["examples"] == "s1"
