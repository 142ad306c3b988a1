"""Decisions beside the table of schools: read, refused with every row that is wrong, applied."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cases.case_folder import only, rules_of
from cases.towns import sound_town
from layoutplan.core.case import Decisions, InputFile
from layoutplan.errors import DataError, Finding, has_errors
from layoutplan.load.decisions import decided, read_decisions

SCHOOLS = sound_town().schools


def read(folder: Path, content: str | bytes) -> tuple[Decisions, tuple[Finding, ...]]:
    file = folder / "decisions.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8-sig"))
    found = read_decisions(file, SCHOOLS)
    rules_of(found[1])
    return found


def test_decisions_are_read_and_go_before_those_of_the_table(tmp_path: Path) -> None:
    content = "school_id,name,decision\r\ns2,School 2,close\r\ns1,School 1,keep\r\n"
    decisions, findings = read(tmp_path, content)
    assert findings == ()
    assert decisions.words == {"s2": "close", "s1": "keep"}
    sha256 = hashlib.sha256(content.encode("utf-8-sig")).hexdigest()
    assert decisions.source == InputFile("decisions.csv", sha256, 2)
    schools = decided(SCHOOLS, decisions)
    assert schools["decision"].tolist() == ["keep", "close"]
    assert schools["is_decision_given"].tolist() == [True, True]
    assert SCHOOLS["decision"].tolist() == ["free", "free"]
    assert schools.dtypes.equals(SCHOOLS.dtypes)


def test_an_empty_cell_leaves_a_school_its_decision(tmp_path: Path) -> None:
    decisions, findings = read(tmp_path, "学校标识码,去留\ns1,\ns2,撤并\n")
    assert findings == ()
    assert decisions.words == {"s2": "close"}
    schools = decided(SCHOOLS, decisions)
    assert schools["is_decision_given"].tolist() == [False, True]


def test_all_that_is_wrong_is_told_at_once_with_its_rows(tmp_path: Path) -> None:
    content = "school_id,decision\ns1,merge\ns9,keep\ns2,close\ns2,keep\nS3,keep\n,keep\n"
    findings = read(tmp_path, content)[1]
    assert has_errors(findings)
    assert only(findings, "cell.word").rows == (2,)
    unknown = only(findings, "decisions.school")
    assert unknown.rows == (3, 6)
    assert "s9" in unknown.message_in("en")
    assert only(findings, "id.double").rows == (4, 5)
    assert only(findings, "id.empty").rows == (7,)


def test_a_file_of_a_portfolio_is_told_which_column_is_asked_for(tmp_path: Path) -> None:
    findings = read(tmp_path, "school_id,name,plan_1,plan_2\ns1,School 1,keep,close\n")[1]
    finding = only(findings, "decisions.portfolio")
    assert finding.column == "decision"
    assert "plan_1" in finding.message_in("en")


def test_missing_columns_are_all_told(tmp_path: Path) -> None:
    findings = read(tmp_path, "what,ever\n1,2\n")[1]
    assert [each.column for each in findings if each.rule == "decisions.column"] == [
        "school_id",
        "decision",
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"", "table.empty"), (b"school_id,decision\n", "table.no_rows"), (b"\0\1", "table.not_text")],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, rule: str) -> None:
    assert only(read(tmp_path, content)[1], rule).level == "error"


def test_a_file_that_decides_nothing_is_a_warning(tmp_path: Path) -> None:
    findings = read(tmp_path, "school_id,decision\ns1,\n")[1]
    assert only(findings, "decisions.none").level == "warning"


def test_ids_guarded_against_formulas_are_known_again(tmp_path: Path) -> None:
    odd = SCHOOLS.rename(index={"s1": "=1", "s2": "'s2"})
    file = tmp_path / "decisions.csv"
    file.write_text("school_id,decision\n'=1,keep\n''s2,close\n", encoding="utf-8")
    decisions, findings = read_decisions(file, odd)
    assert findings == ()
    assert decisions.words == {"=1": "keep", "'s2": "close"}


def test_decisions_of_a_plan_on_unknown_schools_are_refused() -> None:
    decisions = Decisions({"s1": "keep", "x": "close"}, InputFile("d.csv", "0" * 64, 2))
    with pytest.raises(DataError) as fault:
        decided(SCHOOLS, decisions)
    assert only(fault.value.findings, "decisions.school").ids == ("x",)
