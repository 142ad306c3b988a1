"""The CSV files of a plan: the same bytes on every machine, safe to open in Excel.

UTF-8 with BOM, lines ending in CR LF (RFC 4180), rows sorted by id, numbers with a point, minutes
with up to five decimals and empty where no path is known. A text cell that a spreadsheet would
take for a formula gets an apostrophe in front, as does one that begins with an apostrophe; reading
takes it off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from math import inf
from typing import Final

import numpy as np
import pandas as pd

from layoutplan.core.csv_cells import csv_bytes, safe_cell
from layoutplan.core.plan import Plan
from layoutplan.core.schema import (
    ASSIGNMENTS_CSV,
    MINUTES_DECIMALS,
    MS_PER_MINUTE,
    SCHOOLS_CSV,
)
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Finding

_ENCODING: Final = "utf-8-sig"
_NUMBERS: Final = frozenset(
    {"enrollment_before", "enrollment_after", "seats", "boarders_after", "beds", "pupils"}
)
_MINUTES: Final = frozenset({"minutes", "minutes_before"})
_APOSTROPHE: Final = "'"  # in front of what a spreadsheet would take for a formula


def schools_csv(plan: Plan) -> bytes:
    """Return ``schools.csv`` of `plan`."""
    return _written(plan.schools.rename_axis("school_id").reset_index(), SCHOOLS_CSV, "school_id")


def assignments_csv(plan: Plan) -> bytes:
    """Return ``assignments.csv`` of `plan`."""
    return _written(plan.assignments, ASSIGNMENTS_CSV, *ASSIGNMENTS_CSV)


def travel_times_csv(times: TravelTimes) -> bytes:
    """Return the travel-time table of `times`."""
    frame = times.to_frame()  # sorted already
    return _written(frame, tuple(frame.columns))


def read_schools_csv(content: bytes) -> pd.DataFrame:
    """Return the rows of ``schools.csv``, with the columns that are written and a fresh index.

    Whole numbers are int64; a column in which somebody wrote fractions is float64.

    Raises
    ------
    DataError
        With all findings, when the file is not such a table.
    """
    return _read(content, "schools.csv", SCHOOLS_CSV)


def read_assignments_csv(content: bytes) -> pd.DataFrame:
    """Return the rows of ``assignments.csv``, as :func:`read_schools_csv` does."""
    return _read(content, "assignments.csv", ASSIGNMENTS_CSV)


def _written(frame: pd.DataFrame, columns: Sequence[str], *by: str) -> bytes:
    """Return `columns` of `frame` as a CSV file, sorted `by` columns where any are named."""
    rows = frame.sort_values(list(by)) if by else frame
    cells = (_cells(rows[column], column) for column in columns)
    return csv_bytes(columns, zip(*cells, strict=True))


def _cells(values: pd.Series, column: str) -> list[str]:
    """Return the cells of a column as they are written."""
    if column in _MINUTES:
        # A point, no trailing zeros, empty for inf; in one expression, as there may be millions.
        return [
            f"{minutes:.{MINUTES_DECIMALS}f}".rstrip("0").rstrip(".") if minutes < inf else ""
            for minutes in values.tolist()
        ]
    if column in _NUMBERS:
        return [str(int(number)) for number in values.tolist()]
    codes, texts = pd.factorize(values.astype("str"))
    safe = [safe_cell(cell) for cell in texts]
    return [safe[code] for code in codes.tolist()]


def _read(content: bytes, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return the table in `content`, or raise with all that is wrong with it."""
    cells = read_cells(content, table, columns)[list(columns)]
    parsed = {column: _parsed(cells[column], column) for column in columns}
    findings = [
        Finding("store.csv.number", "error", table=table, rows=rows, column=column)
        for column, values in parsed.items()
        if (rows := tuple((np.flatnonzero(values.isna()) + 2).tolist()))
    ]
    if findings:
        raise DataError(findings=findings)
    return pd.DataFrame(parsed)


def read_cells(content: bytes, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return all cells of a CSV file as text, without the apostrophes that writing put in front.

    Parameters
    ----------
    content : bytes
        The file.
    table : str
        Its name, for findings.
    columns : sequence of str
        That it must have, each once.

    Raises
    ------
    DataError
        When it cannot be read, lacks a column, or has a row of another length.
    """
    try:
        lines = list(csv.reader(io.StringIO(content.decode(_ENCODING), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(findings=[Finding("store.csv.unreadable", "error", table=table)]) from error
    while lines and not lines[-1]:  # text editors like to end a file with an empty line
        lines.pop()
    header = lines[0] if lines else []
    missing = [column for column in columns if header.count(column) != 1]
    if missing:
        facts = {"columns": ", ".join(missing)}
        raise DataError(findings=[Finding("store.csv.columns", "error", table=table, facts=facts)])
    rows = tuple(number for number, line in enumerate(lines, 1) if len(line) != len(header))
    if rows:
        raise DataError(findings=[Finding("store.csv.cells", "error", table=table, rows=rows)])
    cells = pd.DataFrame(lines[1:], columns=header, dtype="str")
    return pd.DataFrame({name: cells[name].str.removeprefix(_APOSTROPHE) for name in header})


def _parsed(cells: pd.Series, column: str) -> pd.Series:
    """Return the values of a column; NaN where a number cannot be read."""
    if column in _MINUTES:
        milliseconds = (_numbers(cells) * MS_PER_MINUTE).round()
        return (milliseconds / MS_PER_MINUTE).mask(cells == "", inf)
    if column in _NUMBERS:
        numbers = _numbers(cells)
        return numbers.astype("int64") if (numbers == numbers.round()).all() else numbers
    return cells


def _numbers(cells: pd.Series) -> pd.Series:
    """Return finite numbers as float64, NaN for whatever is not one."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))
