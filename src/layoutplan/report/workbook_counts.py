"""Counts of pupils as a workbook shows them: whole, or masked in the public edition."""

from __future__ import annotations

from typing import Any

import pandas as pd

from layoutplan.report.public import HIDDEN, masked
from layoutplan.report.workbook_book import Book


def counts(book: Book, values: pd.Series) -> list[Any]:
    """Return counts of pupils as cells; what the public edition hides is a word."""
    if not book.plan.is_public:
        return [int(value) for value in values]
    shown = masked(values)
    is_hidden = shown.isna().tolist()
    return [
        HIDDEN if hidden else int(value) for value, hidden in zip(values, is_hidden, strict=True)
    ]


def changes(book: Book, before: pd.Series, after: pd.Series) -> list[Any]:
    """Return changes of counts as cells; a word where either count is hidden."""
    is_shown = [not isinstance(count, str) for count in counts(book, before)]
    return [
        int(now - then) if shown and not isinstance(cell, str) else HIDDEN
        for now, then, shown, cell in zip(after, before, is_shown, counts(book, after), strict=True)
    ]
