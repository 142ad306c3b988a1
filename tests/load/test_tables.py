"""Tables from every kind of file: the same cells, the same rows, the same complaints."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from cases.case_folder import only, rules_of
from layoutplan.load.sources import TableSource
from layoutplan.load.tables import Table, read_table

WANTED = {"village_id": ("编号",), "name": ("名称",), "pupils": ("学生数",)}
LAYER_KINDS = ["gpkg", "geojson", "shp", "parquet"]

# A folder is made once for all examples, and files are slow.
AT_EASE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path: Path, content: bytes | str | None = None, **columns: str) -> Table:
    """Write `content`, read it back as a table."""
    if content is not None:
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    table = read_table(TableSource(path, path.name, columns), WANTED, ["village_id"])
    rules_of(table.findings)
    return table


def cells(table: Table, name: str) -> list[str]:
    """Return the cells of a column."""
    return table.column(name).cells.tolist()


def test_csv_cells_stay_text(tmp_path: Path) -> None:
    content = "village_id,name,pupils\n001,NA,007\n1e5,,1.50\n"
    table = read(tmp_path / "v.csv", content)
    assert cells(table, "village_id") == ["001", "1e5"]
    assert cells(table, "name") == ["NA", ""]
    assert cells(table, "pupils") == ["007", "1.50"]
    assert table.rows.tolist() == [2, 3]
    assert table.input.rows == 2
    assert table.input.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert not table.findings
    assert table.geometry is None


def test_a_column_that_is_not_there_is_empty(tmp_path: Path) -> None:
    table = read(tmp_path / "v.csv", "village_id\n1\n")
    assert "name" not in table
    assert cells(table, "name") == [""]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    content = f'village_id{delimiter}name\n1{delimiter}"a{delimiter}b"\n'
    assert cells(read(tmp_path / "v.csv", content), "name") == [f"a{delimiter}b"]


@pytest.mark.parametrize(
    ("encoding", "is_noted"),
    [("utf-8", False), ("utf-8-sig", False), ("utf-16", True), ("gbk", True), ("gb18030", True)],
)
def test_encodings(tmp_path: Path, encoding: str, is_noted: bool) -> None:
    table = read(tmp_path / "v.csv", "编号,名称\n001,辉县\n".encode(encoding))
    assert cells(table, "village_id") == ["001"]
    assert cells(table, "name") == ["辉县"]
    assert rules_of(table.findings) == ({"table.encoding"} if is_noted else set())


def test_rows_are_those_a_spreadsheet_shows(tmp_path: Path) -> None:
    content = 'village_id,name\r\n1,"two\r\nlines"\r\n\r\n,\r\n4,x\r\n\r\n'
    table = read(tmp_path / "v.csv", content)
    assert table.rows.tolist() == [2, 5]
    assert only(table.findings, "table.blank_rows").rows == (3, 4)


def test_ragged_rows(tmp_path: Path) -> None:
    table = read(tmp_path / "v.csv", "village_id,name,pupils\n1,a,b,3\n2,a\n3,a,1,,\n")
    long = only(table.findings, "table.long_rows")
    short = only(table.findings, "table.short_rows")
    assert (long.level, long.rows) == ("error", (2,))
    assert (short.level, short.rows) == ("warning", (3,))


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("v.csv", b"", "table.empty"),
        ("v.csv", b"\n\n", "table.empty"),
        ("v.csv", b",,\n1,2,3\n", "table.empty"),
        ("v.csv", b"village_id,name\n", "table.no_rows"),
        ("v.csv", b"village_id,name\n\n,\n", "table.no_rows"),
        ("v.csv", b'village_id,name\n1,"a\n2,b\n', "table.quotes"),
        ("v.csv", b"PK\x03\x04....", "table.other_kind"),
        ("v.csv", b"a\x00b", "table.not_text"),
        ("v.csv", b"village_id,name\n1,\x00Upper Field\n", "table.nul"),
        ("v.csv", b"village_id\n\xff\xff\n", "table.not_text"),
        ("v.xlsx", b"village_id\n1\n", "table.other_kind"),
        ("v.xlsx", b"PK\x03\x04 cut off", "table.unreadable"),
        ("v.xls", b"\xd0\xcf\x11\xe0", "table.suffix"),
        ("v.gpkg", b"SQLite format 3\x00 cut off", "table.unreadable"),
        ("v.geojson", b"<OGRVRTDataSource/>", "table.other_kind"),
        ("v.geojson", b'{"type": "FeatureCollection", "features": [', "table.unreadable"),
        ("v.parquet", b"PAR1 cut off", "table.unreadable"),
        ("v.shp", b"\x00\x00\x27\x0a cut off", "table.unreadable"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    table = read(tmp_path / name, content)
    assert table.findings[0].rule == rule
    assert table.findings[0].level == "error"
    assert table.findings[0].table == name


def test_a_file_that_may_not_be_opened(tmp_path: Path) -> None:
    assert rules_of(read(tmp_path / "gone.csv").findings) == {"table.no_access"}


def workbook(path: Path, rows: list[list[object]]) -> openpyxl.Workbook:
    """Write a workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book


def test_workbook_numbers_are_text_as_seen(tmp_path: Path) -> None:
    path = tmp_path / "v.xlsx"
    header = ["编号", "名称", "学生数"]
    book = workbook(path, [header, [101, "辉县", 12.0], [7, None, 1.5], [], ["x", True, 3]])
    book.active["A3"].number_format = "000000"
    book.save(path)
    table = read(path)
    assert cells(table, "village_id") == ["101", "000007", "x"]
    assert cells(table, "name") == ["辉县", "", "True"]
    assert cells(table, "pupils") == ["12", "1.5", "3"]
    assert table.rows.tolist() == [2, 3, 5]
    assert rules_of(table.findings) == {"table.blank_rows"}


def test_formulas_that_nobody_worked_out_are_told_by_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "v.xlsx"
    workbook(path, [["village_id", "pupils"], ["1", "=20+20"], ["2", 5], ["3", "=SUM(B2:B3)"]])
    found = only(read(path).findings, "table.formulas")
    assert (found.level, found.ids) == ("error", ("B2", "B4"))


def test_other_sheets_are_a_note(tmp_path: Path) -> None:
    path = tmp_path / "v.xlsx"
    book = workbook(path, [["village_id"], ["1"]])
    book.create_sheet("old")
    book.save(path)
    assert only(read(path).findings, "table.sheets").level == "note"


def test_a_workbook_that_unpacks_too_large(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "v.xlsx"
    workbook(path, [["village_id"], ["1"]])
    monkeypatch.setattr("layoutplan.load.sheets._LARGEST_WORKBOOK", 100)
    assert rules_of(read(path).findings) == {"table.too_large"}


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "v.xlsx", "w") as packed:
        packed.writestr("a.txt", "a")
    assert rules_of(read(tmp_path / "v.xlsx").findings) == {"table.unreadable"}


def layer(path: Path) -> None:
    """Write three places with text ids, whole numbers, and a number that is missing."""
    frame = gpd.GeoDataFrame(
        {
            "编号": ["001", "002", "003"],
            "名称": ["辉县", "甲", None],
            "学生数": [12.0, np.nan, 3.0],
        },
        geometry=[Point(105, 34), Point(106, 35), Point(107, 36)],
        crs="EPSG:4326",
    )
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **({"encoding": "GBK"} if path.suffix == ".shp" else {}))


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_layers(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"places.{kind}"
    layer(path)
    table = read(path)
    assert cells(table, "village_id") == ["001", "002", "003"]
    assert cells(table, "name") == ["辉县", "甲", ""]
    assert cells(table, "pupils") == ["12", "", "3"]
    assert table.rows.tolist() == [2, 3, 4]
    assert table.geometry is not None
    assert table.geometry.crs == "EPSG:4326"
    assert table.input.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not table.findings


def test_shapefile_that_does_not_say_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "places.shp"
    layer(path)
    path.with_suffix(".cpg").unlink()
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0  # the language mark in the header
    path.with_suffix(".dbf").write_bytes(dbf)
    table = read(path)
    assert cells(table, "name") == ["辉县", "甲", ""]
    assert rules_of(table.findings) == {"table.encoding"}


def test_parquet_without_geometry_keeps_long_ids(tmp_path: Path) -> None:
    path = tmp_path / "v.parquet"
    pd.DataFrame({"village_id": [410782100001, 2], "pupils": [1, 2]}).to_parquet(path)
    table = read(path)
    assert table.geometry is None
    assert cells(table, "village_id") == ["410782100001", "2"]


def test_several_layers_are_not_guessed_among(tmp_path: Path) -> None:
    path = tmp_path / "places.gpkg"
    places = gpd.GeoDataFrame({"编号": ["1"]}, geometry=[Point(1, 2)], crs="EPSG:4326")
    places.to_file(path, layer="one")
    places.to_file(path, layer="two")
    assert only(read(path).findings, "table.layers").facts["n"] == 2


def test_header_faults_come_with_the_table(tmp_path: Path) -> None:
    table = read(tmp_path / "v.csv", "vilage_id,name\n1,a\n")
    assert rules_of(table.findings) == {"header.missing.alike"}
    assert "vilage_id" in table.findings[0].message


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=6
)


@settings(AT_EASE, max_examples=50)
@given(rows=st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5))
def test_csv_gives_back_what_was_written(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "v.csv"
    written = pd.DataFrame([("1", *row) for row in rows], columns=["village_id", "name", "pupils"])
    written.to_csv(path, index=False)
    table = read(path)
    assert table.frame.to_numpy().tolist() == written.to_numpy().tolist()


@settings(AT_EASE, max_examples=100)
@given(content=st.binary(max_size=200), kind=st.sampled_from(["csv", "xlsx", "geojson", "parquet"]))
def test_no_content_raises(tmp_path: Path, content: bytes, kind: str) -> None:
    table = read(tmp_path / f"v.{kind}", content)
    assert isinstance(table, Table)
