"""Tables whose headers come below a title: where the headers are, told instead of guessed."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from layoutplan.load.headers import match_headers
from layoutplan.load.sheets import DELIMITERS, decode

_ROWS = 10  # looked at; a title, a unit, a date and blank rows between them are about five
_LEAST = 2  # columns that a row must hold to count as the one with the headers


def row_of_headers(
    path: Path,
    content: bytes,
    wanted: Mapping[str, Sequence[str]],
    columns: Mapping[str, str],
) -> int | None:
    """Return the row of a table that holds its headers where that is not the first one.

    A row counts when it holds two wanted columns or more, and more than the first row does.

    Parameters
    ----------
    path : Path
        Of the file, a text table or a workbook that can be read; others have no such rows.
    content : bytes
        Of the file.
    wanted, columns : mapping
        As :func:`~layoutplan.load.headers.match_headers` takes them.
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        return None
    rows = _of_csv(content) if suffix == ".csv" else _of_xlsx(path)
    n_found = [_n_matched(row, wanted, columns) for row in rows]
    if not n_found or max(n_found) < _LEAST or n_found[0] >= _LEAST:
        return None
    return n_found.index(max(n_found)) + 1


def _n_matched(
    cells: Sequence[str], wanted: Mapping[str, Sequence[str]], columns: Mapping[str, str]
) -> int:
    """Return how many columns the cells of a row would be headers of."""
    headers = [cell.strip() for cell in cells]
    return len(match_headers([each for each in headers if each], wanted, columns, "")[0])


def _of_csv(content: bytes) -> list[list[str]]:
    """Return the first rows of a text table, each parted by what it has most of."""
    lines = decode(content, "")[0].splitlines()
    return [
        next(csv.reader([line], delimiter=max(DELIMITERS, key=line.count)), [])
        for line in islice(lines, _ROWS)
    ]


def _of_xlsx(path: Path) -> list[list[str]]:
    """Return the first rows of a workbook's first sheet."""
    import openpyxl  # as in sheets: few cases need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    rows = [
        ["" if value is None else str(value) for value in row]
        for row in sheet.iter_rows(max_row=_ROWS, values_only=True)
    ]
    book.close()
    return rows
