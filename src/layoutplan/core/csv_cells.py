"""The CSV files that are handed out: they open right, and safely, in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_APOSTROPHE: Final = "'"
# What spreadsheets take for the beginning of a formula, also in the wide forms of Chinese input
# (OWASP, "CSV Injection").
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _APOSTROPHE)


def safe_cell(text: str) -> str:
    """Return a text with an apostrophe in front where a spreadsheet would take it for a formula.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("School 1")
    ("'=1+1", 'School 1')
    """
    return _APOSTROPHE + text if text.startswith(_FORMULA_STARTS) else text


def csv_bytes(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a CSV file: UTF-8 with BOM, lines ending in CR LF (RFC 4180).

    Parameters
    ----------
    columns : iterable of str
        The first line.
    rows : iterable of iterable of str
        Cells as they are written; `safe_cell` makes those from a table safe.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
