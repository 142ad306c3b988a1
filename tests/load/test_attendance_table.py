"""Today's attendance, given by table."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.case_folder import CASE, SCHOOLS, VILLAGES, case_folder, only, rules_of, two_bands
from layoutplan.errors import has_errors
from layoutplan.load.attendance import read_attendance
from layoutplan.load.case_file import read_case_file
from layoutplan.load.places import read_schools, read_villages

SECTION = '\n[attendance]\npath = "attendance.csv"\n'
WHOLE = "village_id,band,school_id,pupils\n001,primary,s1,5\n001,primary,s2,7\n003,primary,s2,30\n"


def attendance(folder: Path, content: str, case: str = CASE, **files: str):
    """Return the attendance of a case, and what was found."""
    named = {f"{name}.csv": text for name, text in files.items()}
    case_folder(folder, case=case + SECTION, files={"attendance.csv": content, **named})
    case_file = read_case_file(folder)
    villages, schools = read_villages(case_file)[0], read_schools(case_file)[0]
    frame, file, findings = read_attendance(case_file, villages, schools)
    assert file.path == "attendance.csv"
    rules_of(findings)
    return frame, findings


def test_attendance(tmp_path: Path) -> None:
    frame, findings = attendance(tmp_path, WHOLE)
    assert not findings
    assert list(frame) == ["village_id", "band", "school_id", "pupils"]
    assert frame.to_numpy().tolist() == [
        ["001", "primary", "s1", 5],
        ["001", "primary", "s2", 7],
        ["003", "primary", "s2", 30],
    ]


def test_a_single_band_need_not_be_named(tmp_path: Path) -> None:
    frame, findings = attendance(tmp_path, "village_id,school_id,pupils\n001,s1,12\n003,s2,30\n")
    assert not findings
    assert frame["band"].tolist() == ["primary", "primary"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("009,primary,s1,1", "attendance_table.village"),
        ("002,primary,s9,0", "attendance_table.school"),
        ("002,primary,,0", "attendance_table.school"),
        ("002,junior,s1,0", "attendance_table.band"),
        ("003,primary,s2,0", "attendance_table.double"),
        ("002,primary,s1,", "attendance_table.pupils.empty"),
        ("002,primary,s1,-1", "cell.negative"),
        ("002,primary,s1,few", "cell.text"),
    ],
)
def test_a_bad_row_is_an_error_with_its_row(tmp_path: Path, row: str, rule: str) -> None:
    _, findings = attendance(tmp_path, f"{WHOLE}{row}\n")
    finding = only(findings, rule)
    assert finding.level == "error"
    assert finding.rows[-1] == 5


def test_nobody_attends_a_candidate(tmp_path: Path) -> None:
    planned = SCHOOLS.replace("seats\n", "seats,kind\n").replace("12,40", "12,40,candidate")
    _, findings = attendance(tmp_path, WHOLE, schools=planned.replace("80,120", "80,120,"))
    assert only(findings, "attendance_table.candidate").rows == (2,)


def test_more_pupils_than_live_there_is_an_error(tmp_path: Path) -> None:
    _, findings = attendance(tmp_path, WHOLE.replace("s1,5", "s1,6"))
    finding = only(findings, "attendance_table.more")
    assert (finding.level, finding.ids) == ("error", ("001",))
    assert finding.facts == {"band": "primary", "pupils": 1}


def test_fewer_pupils_attend_nowhere_and_that_is_a_warning(tmp_path: Path) -> None:
    _, findings = attendance(tmp_path, WHOLE.replace("003,primary,s2,30\n", ""))
    finding = only(findings, "attendance_table.fewer")
    assert (finding.level, finding.ids) == ("warning", ("003",))
    assert finding.facts["pupils"] == 30


def test_sums_are_by_band(tmp_path: Path) -> None:
    by_band = VILLAGES.replace("pupils,", "pupils_g1_3,pupils_g4_6,").replace("12,s1", "4,8,s1")
    by_band = by_band.replace("0,s1", "0,0,s1").replace("30,s2", "0,0,s2")
    content = "village_id,band,school_id,pupils\n001,g1_3,s1,8\n001,g4_6,s1,4\n"
    _, findings = attendance(tmp_path, content, two_bands(), villages=by_band)
    assert only(findings, "attendance_table.more").facts["band"] == "g1_3"
    assert only(findings, "attendance_table.fewer").facts["band"] == "g4_6"


def test_an_empty_table_is_an_error(tmp_path: Path) -> None:
    frame, findings = attendance(tmp_path, "")
    assert frame.empty
    assert has_errors(findings)
