"""Text tables and workbooks -> rows of text, each with the row number a spreadsheet shows."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.errors import Finding, Level

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook

Row = Sequence[str]

DELIMITERS = ",;\t"
_BATCH = 100_000  # rows turned into compact columns at a time: keeps big tables small in memory
_MOST_NUL = 0.1  # of a text's bytes; in UTF-16 without its mark it is half of them
_OF_BINARY_FILES = bytes({*range(1, 32)} - {*b"\t\n\v\f\r\x1a"})  # beside NUL: in no table
_LARGEST_WORKBOOK = 1 << 30  # unpacked bytes; a workbook of a case has a few megabytes
# What openpyxl, beside an exception of its own, raises on a workbook that is damaged.
_BROKEN = (zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError)
_ALL_ZEROS = re.compile(r"0{2,}")  # a number format that shows leading zeros


class UnreadableError(Exception):
    """A file is not what its name says; `finding` says how."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.rule)


def read_csv(
    content: bytes, table: str
) -> tuple[pd.DataFrame, NDArray[np.int64], tuple[Finding, ...]]:
    """Return the cells of a text table, the row of each, and what was found.

    Read as UTF-8, UTF-16 with a byte-order mark, or else GB18030 (which includes GBK); comma,
    semicolon or tab separate the cells, whichever the header has most of.

    Raises
    ------
    UnreadableError
        When it is no text, or its quotation marks do not match.
    """
    lines, findings = decode(content, table)
    header = lines.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(lines, newline=""), delimiter=max(DELIMITERS, key=header.count), strict=True
    )
    try:
        frame, rows, ragged = _tabulate(reader, table, is_short_usual=False)
    except csv.Error as fault:
        raise UnreadableError(
            Finding("table.quotes", "error", table, rows=(reader.line_num,))
        ) from fault
    return frame, rows, findings + ragged


def read_xlsx(
    path: Path, table: str
) -> tuple[pd.DataFrame, NDArray[np.int64], tuple[Finding, ...]]:
    """Return the cells of a workbook's first sheet, the row of each, and what was found.

    Raises
    ------
    UnreadableError
        When it is no workbook, or unpacks to something far too large.
    """
    # Loaded here, since few cases need it, and it takes long.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as packed, warnings.catch_warnings():
            if sum(entry.file_size for entry in packed.infolist()) > _LARGEST_WORKBOOK:
                raise UnreadableError(Finding("table.too_large", "error", table))
            # Of drop-down lists and the like, which openpyxl leaves aside: nothing we read.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            frame, rows, findings = _first_sheet(book, table)
            formulas = openpyxl.load_workbook(path, read_only=True)
            return frame, rows, findings + _without_result(book, formulas, table)
    except (*_BROKEN, InvalidFileException, OSError) as fault:
        raise UnreadableError(Finding("table.unreadable", "error", table)) from fault


def _first_sheet(
    book: Workbook, table: str
) -> tuple[pd.DataFrame, NDArray[np.int64], tuple[Finding, ...]]:
    """Return the cells of the first sheet; other sheets are a note."""
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its own size is often wrong
    rows = ([_cell_text(cell) for cell in row] for row in sheet.iter_rows())
    frame, row_numbers, findings = _tabulate(rows, table, is_short_usual=True)
    others = [name for name in book.sheetnames if name != sheet.title]
    if others:
        facts = {"sheet": sheet.title, "others": ", ".join(others)}
        findings += (Finding("table.sheets", "note", table, facts=facts),)
    return frame, row_numbers, findings


def _without_result(book: Workbook, formulas: Workbook, table: str) -> tuple[Finding, ...]:
    """Return an error where the first sheet has formulas whose results nobody has worked out.

    A program that writes formulas without calculating leaves such cells, which read as empty.
    """
    sheet, written = book.worksheets[0], formulas.worksheets[0]
    written.reset_dimensions()
    cells = tuple(
        cell.coordinate
        for shown, row in zip(sheet.iter_rows(), written.iter_rows(), strict=True)
        for value, cell in zip(shown, row, strict=True)
        if cell.data_type == "f" and value.value is None
    )
    return (Finding("table.formulas", "error", table, ids=cells),) if cells else ()


def _cell_text(cell: Cell) -> str:
    """Return a cell as a person sees it: whole numbers without a point, leading zeros kept."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = str(value)
    if isinstance(value, int) and _ALL_ZEROS.fullmatch(cell.number_format or ""):
        return shown.zfill(len(cell.number_format))
    return shown


def decode(content: bytes, table: str) -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a file, with a note where it is not UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content:
        raise UnreadableError(_nul(content, table))
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            lines = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig":
            return lines, ()
        return lines, (Finding("table.encoding", "note", table, facts={"encoding": encoding}),)
    raise UnreadableError(Finding("table.not_text", "error", table))


def _nul(content: bytes, table: str) -> Finding:
    """Return that a text has stray NUL characters, with their rows, or that it is no text."""
    is_binary = any(byte in content for byte in _OF_BINARY_FILES)
    if is_binary or content.count(b"\0") > _MOST_NUL * len(content):
        return Finding("table.not_text", "error", table)
    lines = enumerate(content.split(b"\n"), start=1)
    rows = tuple(row for row, line in lines if b"\0" in line)
    return Finding("table.nul", "error", table, rows=rows)


def _tabulate(
    lines: Iterator[Row], table: str, *, is_short_usual: bool
) -> tuple[pd.DataFrame, NDArray[np.int64], tuple[Finding, ...]]:
    """Return the rows under the header; blank, short and overlong ones are findings."""
    header = [cell.strip() for cell in next(lines, ())]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    parts = [pd.DataFrame(columns=range(width), dtype="str")]
    short: list[int] = []
    long: list[int] = []
    row = 2
    while batch := list(islice(lines, _BATCH)):
        uneven = [place for place, cells in enumerate(batch) if len(cells) != width]
        for place in uneven:
            cells = batch[place]
            if len(cells) < width:
                short.append(row + place)
            elif "".join(cells[width:]).strip():
                long.append(row + place)
            batch[place] = [*cells, *[""] * width][:width]
        parts.append(pd.DataFrame(batch, columns=range(width), dtype="str"))
        row += len(batch)
    frame = pd.concat(parts, ignore_index=True)
    row_numbers = np.arange(2, len(frame) + 2)
    is_filled = _is_filled(frame)
    blank = row_numbers[~is_filled].tolist()
    told: tuple[tuple[str, Level, list[int]], ...] = (
        ("table.blank_rows", "note", _before(blank, row_numbers[is_filled])),
        ("table.short_rows", "warning", [] if is_short_usual else sorted({*short} - {*blank})),
        ("table.long_rows", "error", long),
    )
    findings = tuple(
        Finding(rule, level, table, rows=tuple(rows)) for rule, level, rows in told if rows
    )
    has_header = [bool(name) for name in header]
    kept = frame.loc[is_filled, has_header].reset_index(drop=True)
    kept.columns = pd.Index([name for name in header if name])
    return kept, row_numbers[is_filled], findings


def _is_filled(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return the rows with anything in them."""
    is_filled = np.zeros(len(frame), dtype=bool)
    for name in frame:
        if is_filled.all():
            break
        is_filled |= (frame[name].str.strip() != "").to_numpy(dtype=bool)
    return is_filled


def _before(blank: list[int], filled: NDArray[np.int64]) -> list[int]:
    """Return the blank rows that have a filled one below them: those at the end are no rows."""
    last = int(filled.max(initial=0))
    return [row for row in blank if row < last]
