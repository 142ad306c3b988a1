"""Villages and schools as the case holds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.case_folder import CASE, SCHOOLS, VILLAGES, case_folder, only, rules_of, two_bands
from layoutplan.errors import has_errors
from layoutplan.load.case_file import read_case_file
from layoutplan.load.places import read_schools, read_villages

SHARED = Path(__file__).resolve().parents[2] / "../shared"
SCHOOL_COLUMNS = [
    "name", "township", "enrollment", "seats", "beds", "kind", "decision", "is_decision_given",
    "bands", "yearly_cost", "cost_per_pupil", "opening_cost", "geometry",
]  # fmt: skip


def villages(folder: Path, content: str | bytes = VILLAGES, case: str = CASE):
    """Return the villages of a case, and what was found."""
    case_folder(folder, case=case, files={"villages.csv": content})
    frame, file, findings = read_villages(read_case_file(folder))
    assert file.path == "villages.csv"
    rules_of(findings)
    return frame, findings


def schools(folder: Path, content: str | bytes = SCHOOLS, case: str = CASE):
    """Return the schools of a case, and what was found."""
    case_folder(folder, case=case, files={"schools.csv": content})
    frame, file, findings = read_schools(read_case_file(folder))
    assert file.path == "schools.csv"
    rules_of(findings)
    return frame, findings


def test_villages(tmp_path: Path) -> None:
    frame, findings = villages(tmp_path)
    assert not findings
    assert frame.index.tolist() == ["001", "002", "003"]
    assert frame.index.name == "village_id"
    assert list(frame) == ["name", "township", "school_id", "pupils_primary", "geometry"]
    assert frame["pupils_primary"].tolist() == [12, 0, 30]
    assert frame["pupils_primary"].dtype == "int64"
    assert frame["school_id"].tolist() == ["s1", "s1", "s2"]
    assert frame.crs == "EPSG:4326"


def test_schools(tmp_path: Path) -> None:
    frame, findings = schools(tmp_path)
    assert not findings
    assert list(frame) == SCHOOL_COLUMNS
    assert frame.index.name == "school_id"
    assert frame["decision"].tolist() == ["free", "keep"]
    assert not frame["is_decision_given"].any()
    assert frame["bands"].tolist() == ["primary", "primary"]
    assert frame["kind"].tolist() == ["primary", "primary"]
    assert frame["beds"].tolist() == [0, 0]
    assert frame["yearly_cost"].isna().all()


def test_decisions_and_kinds(tmp_path: Path) -> None:
    frame, findings = schools(
        tmp_path,
        "学校代码,学校名称,lon,lat,在校生数（人）,学位数,类型,去留\n"
        "1,甲,105,34,10,50,中心校,\n"
        "2,乙,105,34,10,50,教学点,保留\n"
        "3,丙,105,34,90,50,,撤并\n"
        "4,丁,105,34,,50,拟建,\n",
    )
    assert not findings
    assert frame["kind"].tolist() == ["center", "teaching_point", "primary", "candidate"]
    assert frame["decision"].tolist() == ["keep", "keep", "close", "free"]
    assert frame["is_decision_given"].tolist() == [False, True, True, False]
    assert frame["enrollment"].tolist() == [10, 10, 90, 0]


def test_the_threshold_of_small_is_the_case_s(tmp_path: Path) -> None:
    frame, _ = schools(tmp_path, case=CASE + "\n[rules]\nsmall_below = 12\n")
    assert frame["decision"].tolist() == ["keep", "keep"]


def test_bands_taught(tmp_path: Path) -> None:
    content = "school_id,lon,lat,enrollment,seats,bands\n"
    rows = ["g1_3", "G4_6；g1_3", "", "g1_3;g7_9"]
    content += "".join(f"{i},105,34,1,9,{bands}\n" for i, bands in enumerate(rows))
    frame, findings = schools(tmp_path, content, two_bands())
    assert frame["bands"].tolist()[:3] == ["g1_3", "g1_3;g4_6", "g1_3;g4_6"]
    assert only(findings, "schools.bands.unknown").rows == (5,)


def test_costs(tmp_path: Path) -> None:
    content = SCHOOLS.replace("seats\n", "seats,yearly_cost\n").replace("12,40", '12,40,"1,200.5"')
    frame, findings = schools(tmp_path, content.replace("80,120", "80,120,"))
    assert frame["yearly_cost"].iloc[0] == 1200.5
    assert frame["yearly_cost"].isna().tolist() == [False, True]
    assert not findings


def test_two_bands_need_two_columns(tmp_path: Path) -> None:
    _, findings = villages(tmp_path, case=two_bands())
    missing = [finding.column for finding in findings if finding.rule.startswith("header.missing")]
    assert missing == ["pupils_g1_3", "pupils_g4_6"]


def test_all_faults_of_a_file_come_at_once(tmp_path: Path) -> None:
    _, findings = villages(
        tmp_path,
        "village_id,lon,lat,pupils\n1,105,34,five\n1,105,34,-5\n,105,34,\n4,0,0,1.5\n5,34,105,1\n",
    )
    assert rules_of(findings) == {
        "cell.text",
        "cell.negative",
        "cell.fraction",
        "villages.pupils.empty",
        "id.double",
        "id.empty",
        "point.zero",
        "point.swapped",
    }
    assert has_errors(findings)
    assert all(finding.table == "villages.csv" and finding.rows for finding in findings)


@pytest.mark.parametrize(
    ("old", "new", "rule", "row", "column"),
    [
        ("12,40", "12,", "schools.seats.empty", 2, "seats"),
        ("12,40", ",40", "schools.enrollment.empty", 2, "enrollment"),
        ("80,120", "80,-120", "cell.negative", 3, "seats"),
        ("80,120", "80,many", "cell.text", 3, "seats"),
        ("s2,Ash", "s1,Ash", "id.double", 2, "school_id"),
    ],
)
def test_bad_cells_of_schools(
    tmp_path: Path, old: str, new: str, rule: str, row: int, column: str
) -> None:
    _, findings = schools(tmp_path, SCHOOLS.replace(old, new))
    finding = only(findings, rule)
    assert (finding.level, finding.rows[0], finding.column) == ("error", row, column)


def test_unknown_words(tmp_path: Path) -> None:
    content = SCHOOLS.replace("seats\n", "seats,kind,decision\n")
    content = content.replace("12,40", "12,40,palace,stay").replace("80,120", "80,120,,")
    _, findings = schools(tmp_path, content)
    assert [finding.rule for finding in findings] == ["cell.word", "cell.word"]
    assert "center, primary, teaching_point, candidate" in findings[0].message


def test_missing_columns_at_once(tmp_path: Path) -> None:
    _, findings = schools(tmp_path, "name\nOak\n")
    assert {finding.column for finding in findings} >= {"school_id", "enrollment", "seats"}
    assert "point.missing" in rules_of(findings)


@pytest.mark.parametrize("content", ["", "village_id,lon,lat,pupils\n", b"PK\x03\x04"])
def test_a_file_without_villages(tmp_path: Path, content: str | bytes) -> None:
    frame, findings = villages(tmp_path, content)
    assert frame.empty
    assert has_errors(findings)


def test_gbk_with_chinese_headers(tmp_path: Path) -> None:
    content = "行政村代码,村名,乡镇,经度,纬度,学生数（人）\n001,辉县,北,105,34,12\n"
    frame, findings = villages(tmp_path, content.encode("gbk"))
    assert frame.loc["001", "name"] == "辉县"
    assert frame["pupils_primary"].tolist() == [12]
    assert rules_of(findings) == {"table.encoding"}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real cases are not here")
@pytest.mark.parametrize(
    ("name", "n_villages", "n_schools", "n_small"),
    [("ijebu_ode", 390, 141, None), ("ladakh", 729, 563, 397)],
)
def test_real_cases(name: str, n_villages: int, n_schools: int, n_small: int | None) -> None:
    case = read_case_file(SHARED / "cases" / name)
    village_frame, _, village_findings = read_villages(case)
    school_frame, _, school_findings = read_schools(case)
    assert not has_errors(village_findings + school_findings)
    assert (len(village_frame), len(school_frame)) == (n_villages, n_schools)
    if n_small is not None:
        assert (school_frame["enrollment"] < 50).sum() == n_small


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data is not here")
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3826"])
def test_schools_of_taiwan(tmp_path: Path, crs: str) -> None:
    source = SHARED / "data" / "taiwan_elementary" / "113-107.csv"
    columns = 'columns = { school_id = "學校代碼", name = "學校名稱", seats = "參考學生人數" }'
    case = CASE.replace('path = "schools.csv"', f'path = "schools.csv"\n{columns}')
    frame, findings = schools(tmp_path, source.read_bytes(), case.replace("EPSG:4326", crs))
    assert frame.shape[0] == 2668
    assert frame.index[0] == "011301"
    assert frame["name"].iloc[0] == "私立淡江高中附設國小"
    assert (frame["enrollment"] < 50).sum() == 517
    assert rules_of(findings) <= {"schools.seats.empty", "point.empty"}
