"""The CSV files that are handed out: they open right, and safely, in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from math import isfinite
from typing import Final

import numpy as np
import pandas as pd

_APOSTROPHE: Final = "'"
# What spreadsheets take for the beginning of a formula, also in the wide forms of Chinese input
# (OWASP, "CSV Injection").
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _APOSTROPHE)

_SIGNIFICANT: Final = 15  # digits that a number of the machine holds for sure


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


def frame_csv(frame: pd.DataFrame, decimals: int | None = None) -> bytes:
    """Return the columns of a table as a CSV file.

    Numbers have a point and no trailing zeros, and are empty where they are not known.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index is not written.
    decimals : int, optional
        Of fractions; all that are sure where it is not given.
    """
    cells = ([_cell(value, decimals) for value in frame[column].tolist()] for column in frame)
    return csv_bytes(frame.columns, zip(*cells, strict=True))


def _cell(value: object, decimals: int | None) -> str:
    """Return a cell as it is written."""
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        if decimals is not None:
            return f"{value:.{decimals}f}".rstrip("0").rstrip(".")
        return np.format_float_positional(float(f"{value:.{_SIGNIFICANT}g}"), trim="-")
    return safe_cell(value) if isinstance(value, str) else str(value)
