"""Tables that people made by hand: a title above the headers, characters that nobody sees."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from cases.case_folder import only
from layoutplan.load.sources import TableSource
from layoutplan.load.tables import read_table

TITLED = "某县村庄情况统计表\n（单位：人）\n村庄代码,村名,乡镇,人口\n1,甲村,东乡,9\n2,乙村,东乡,8\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headers_below_a_title_are_told_alone(tmp_path: Path, delimiter: str) -> None:
    content = TITLED.replace(",", delimiter)
    source = TableSource(tmp_path / "v.csv", "v.csv")
    (tmp_path / "v.csv").write_text(content, encoding="utf-8")
    wanted = {"village_id": ("村庄代码",), "name": ("村名",), "township": ("乡镇",)}
    (finding,) = read_table(source, wanted, ["village_id"]).findings
    assert (finding.rule, finding.level, finding.rows) == ("header.lower", "error", (3,))
    assert "delete the rows above it" in finding.message


def test_headers_below_a_title_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "v.xlsx"
    rows = [["某县村庄情况统计表"], [], ["村庄代码", "村名"], ["1", "甲村"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    wanted = {"village_id": ("村庄代码",), "name": ("村名",)}
    (finding,) = read_table(TableSource(path, "v.xlsx"), wanted, ["village_id"]).findings
    assert (finding.rule, finding.rows) == ("header.lower", (3,))


def test_a_header_in_place_is_never_said_to_be_lower(tmp_path: Path) -> None:
    """A column is missing, and a row below happens to hold words that are headers too."""
    (tmp_path / "v.csv").write_text("name,township\nvillage_id,name\n", encoding="utf-8")
    wanted = {"village_id": (), "name": (), "township": ()}
    source = TableSource(tmp_path / "v.csv", "v.csv")
    rules = {finding.rule for finding in read_table(source, wanted, ["village_id"]).findings}
    assert "header.lower" not in rules


def test_nul_characters_are_told_by_their_rows(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_bytes(b"village_id,name\n1,Upper Field\n2,\x00Lower Field\n")
    table = read_table(TableSource(tmp_path / "v.csv", "v.csv"), {"village_id": ()})
    assert only(table.findings, "table.nul").rows == (3,)
