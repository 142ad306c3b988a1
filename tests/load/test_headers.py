"""Recognizing the columns of a file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.case_folder import only, rules_of
from layoutplan.load.columns import SCHOOL_COLUMNS, village_columns
from layoutplan.load.headers import fold, match_headers, missing, nearest


def match(headers, wanted=SCHOOL_COLUMNS, columns=None):
    return match_headers(headers, wanted, columns or {}, "schools.csv")


@pytest.mark.parametrize(
    "header",
    ["seats", "Seats", " SEATS ", "学位数", "学位数（个）", "学位数(单位：个)", "核定学位"],
)
def test_usual_spellings_are_recognized(header: str) -> None:
    positions, findings = match(["x0", header])
    assert positions == {"seats": 1}
    assert not findings


def test_contract_name_goes_before_an_alias() -> None:
    positions, findings = match(["编号", "school_id", "学校", "School Name", "name"])
    assert positions == {"school_id": 1, "name": 4}
    assert not findings


def test_a_unit_that_changes_the_number_is_another_column() -> None:
    assert match(["年运行经费（元）"])[0] == {"yearly_cost": 0}
    assert match(["年运行经费（万元）"])[0] == {}


def test_two_headers_for_one_column_are_ambiguous() -> None:
    positions, findings = match(["学校代码", "标识码", "座位"])
    assert positions == {}
    finding = only(findings, "header.ambiguous")
    assert finding.level == "error"
    assert "学校代码, 标识码" in finding.message


def test_one_header_for_two_columns_is_an_error_for_both() -> None:
    wanted = village_columns(["g13", "g1_3"])
    positions, findings = match_headers(["Pupils G1-3"], wanted, {}, "villages.csv")
    assert positions == {}
    assert [finding.rule for finding in findings] == ["header.shared", "header.shared"]
    exact, none = match_headers(["pupils_g1_3", "pupils_g13"], wanted, {}, "villages.csv")
    assert exact == {"pupils_g1_3": 0, "pupils_g13": 1}
    assert not none


def test_the_planners_own_header_goes_first_and_is_not_used_twice() -> None:
    positions, findings = match(["code", "school", "学生"], columns={"school_id": "school"})
    assert positions == {"school_id": 1}
    assert not findings


def test_a_named_header_that_is_not_there_names_the_nearest() -> None:
    positions, findings = match(["code", "capacty"], columns={"seats": "capacity"})
    assert "seats" not in positions
    assert only(findings, "header.not_there").facts["nearest"] == "capacty"
    # One message per fault: the column is not reported as missing as well.
    assert not missing(["capacty"], SCHOOL_COLUMNS, ["seats"], positions, findings, "schools.csv")


def test_a_named_header_that_is_there_twice() -> None:
    assert rules_of(match(["no", "no"], columns={"seats": "no"})[1]) == {"header.double"}


def test_missing_columns_are_named_all_at_once_with_the_nearest_header() -> None:
    headers = ["school_id", "seets", "lon", "lat"]
    positions, findings = match(headers)
    found = missing(
        headers, SCHOOL_COLUMNS, ["school_id", "seats", "enrollment"], positions, findings, "t"
    )
    assert rules_of(found) == {"header.missing", "header.missing.alike"}
    assert 'seats = "seets"' in only(found, "header.missing.alike").message


def test_a_single_band_takes_the_bare_word_for_pupils() -> None:
    assert match_headers(["学生数"], village_columns(["p"]), {}, "t")[0] == {"pupils_p": 0}
    assert match_headers(["学生数"], village_columns(["p", "q"]), {}, "t")[0] == {}
    found, _ = match_headers(["学生数（低年级）"], village_columns(["低年级", "高年级"]), {}, "t")
    assert found == {"pupils_低年级": 0}


def test_nearest_always_names_one() -> None:
    assert nearest("max_minute", ["mode", "max_minutes"]) == "max_minutes"
    assert nearest("zzz", ["mode"]) == "mode"


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(header: str) -> None:
    assert fold(fold(header)) == fold(header)


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), max_size=6))
def test_no_header_is_used_twice(headers: list[str]) -> None:
    positions, _ = match([*headers, "school_id", "seats"])
    assert len(set(positions.values())) == len(positions)
