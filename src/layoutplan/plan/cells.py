"""Cells of a CSV file that are safe to open in a spreadsheet."""

from __future__ import annotations

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
