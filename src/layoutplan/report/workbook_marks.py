"""Colors that follow the numbers: minutes against their limits, seats in use, counts as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_style import BAR
from layoutplan.report.workbook_table import Placed

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_NEAR_SHARE: Final = 0.8  # of a limit, from which on a trip is marked as near to it
_SLACK: Final = "0.00001"  # minutes: less than a millisecond is no longer


def mark_minutes(book: Book, sheet: Worksheet, placed: Placed, key: str, limit: str) -> None:
    """Color the trips of a column that are over the limit in another column, or near to it."""
    trip, most = _first(placed, key), _first(placed, limit)
    is_both = f"ISNUMBER({trip}),ISNUMBER({most})"
    _mark(book, sheet, placed, key, f"=AND({is_both},{trip}>{most}+{_SLACK})", "is_over")
    near = f"=AND({is_both},{trip}>{_NEAR_SHARE}*{most})"
    _mark(book, sheet, placed, key, near, "is_near")


def mark_where(book: Book, sheet: Worksheet, placed: Placed, key: str, where: str) -> None:
    """Color a column where another has a number above 0."""
    count = _first(placed, where)
    _mark(book, sheet, placed, key, f"=AND(ISNUMBER({count}),{count}>0)", "is_over")


def mark_above(book: Book, sheet: Worksheet, placed: Placed, key: str, most: float) -> None:
    """Color the numbers of a column that are above `most`; the others get bars up to it."""
    share = _first(placed, key)
    _mark(book, sheet, placed, key, f"=AND(ISNUMBER({share}),{share}>{most})", "is_over")
    bars(sheet, placed, key, longest=most)


def bars(sheet: Worksheet, placed: Placed, key: str, longest: float | None = None) -> None:
    """Draw the numbers of a column as bars in its cells, from 0 up to `longest` or the largest."""
    ends = {} if longest is None else {"max_type": "num", "max_value": longest}
    sheet.conditional_format(
        *placed.cells(key),
        {
            "type": "data_bar", "bar_color": BAR, "min_type": "num", "min_value": 0, **ends,
        },
    )  # fmt: skip


def _mark(book: Book, sheet: Worksheet, placed: Placed, key: str, formula: str, style: str) -> None:
    """Lay a format over the cells of a column where a formula holds."""
    rule = {"type": "formula", "criteria": formula, "format": book.styles[style]}
    sheet.conditional_format(*placed.cells(key), {**rule, "stop_if_true": True})


def _first(placed: Placed, key: str) -> str:
    """Return the first cell of a column, its row free to follow the cell that is looked at."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    row, at, _, _ = placed.cells(key)
    return str(xl_rowcol_to_cell(row, at, col_abs=True))
