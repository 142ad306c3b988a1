"""A table that fills a sheet: headings in words and for programs, a filter, cells by style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from layoutplan.report.workbook_book import Book, set_up_page
from layoutplan.report.workbook_cells import cell_text, cell_width, n_lines
from layoutplan.report.workbook_style import NUMERIC
from layoutplan.texts import text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HEADER_ROWS: Final = 2  # in words, and the names for programs
_NARROWEST: Final = 5.0
_WIDEST: Final = 34.0
_SHAPE: Final = 3  # before the word for an action
_WRAPPED: Final = 22.0  # names that may be broken
_MARGIN: Final = 2.0  # beside a text in its cell
_LONGEST_WORD: Final = 12
_SHORT: Final = 6  # a line of a heading that is not broken
_MEASURED: Final = 400  # cells of a column that are measured: enough to see how wide it is
_LINE_POINTS: Final = 15.0
_HIGHEST: Final = 400.0  # of 409 that Excel allows


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    key : str
        Its name for programs, the same in every language.
    heading : str
        In words, with the unit.
    values : sequence
        A text is written as text, a finite number as number, None as nothing; a text among
        numbers is a word that tells why there is none.
    style : str or sequence of str
        Of its cells, or of each of them.
    width : float, optional
        In digits; as wide as what it holds where not given.
    """

    key: str
    heading: str
    values: Sequence[Any]
    style: str | Sequence[str] = "text"
    width: float | None = None

    @property
    def styles(self) -> Sequence[str]:
        """The style of each of its cells."""
        return [self.style] * len(self.values) if isinstance(self.style, str) else self.style


@dataclass(frozen=True)
class Placed:
    """Where a table stands: rows and columns as XlsxWriter counts them, from 0."""

    first_row: int
    last_row: int
    columns: Mapping[str, int]

    def cells(self, key: str) -> tuple[int, int, int, int]:
        """Return the range of a column's values."""
        column = self.columns[key]
        return self.first_row, column, self.last_row, column


def column(
    book: Book,
    key: str,
    values: Any,
    style: str | Sequence[str] = "text",
    *,
    name: str = "",
    width: float | None = None,
    **facts: object,
) -> Column:
    """Return a column under the heading ``workbook.column.<key>``.

    Parameters
    ----------
    name : str
        For programs, where it is not `key`.
    facts
        What fills the braces of the heading.
    """
    heading = text(f"workbook.column.{key}", book.language, **facts)
    return Column(name or key, heading, list(values), style, width)


def or_word(values: Any, words: str | Sequence[str]) -> list[Any]:
    """Return numbers, and in the place of those that are not finite a word, or the word of each."""
    numbers = np.asarray(values, dtype=np.float64)
    listed = [words] * len(numbers) if isinstance(words, str) else words
    return [
        number if is_known else word
        for number, is_known, word in zip(
            numbers.tolist(), np.isfinite(numbers).tolist(), listed, strict=True
        )
    ]


def or_nothing(values: Any) -> list[Any]:
    """Return numbers, and None in the place of those that are not finite."""
    numbers = np.asarray(values, dtype=np.float64)
    return [number if np.isfinite(number) else None for number in numbers.tolist()]


def write_table(
    book: Book,
    sheet: Worksheet,
    columns: Sequence[Column],
    *,
    name: str,
    frozen: int = 2,
    unprinted: int = 0,
) -> Placed:
    """Write a table that fills a sheet: frozen headings, a filter, and set up to be printed.

    Parameters
    ----------
    name : str
        Under which formulas and programs find the range, machine names included.
    frozen : int
        Columns at the left that stay in sight.
    unprinted : int
        Columns at the right that are for programs, and left out on paper.
    """
    n_rows = len(columns[0].values)
    placed = Placed(
        HEADER_ROWS,
        HEADER_ROWS + max(n_rows, 1) - 1,
        {each.key: at for at, each in enumerate(columns)},
    )
    widths = [_width(each) for each in columns]
    lines = max(
        sum(n_lines(line, width - 1) for line in _heading(each.heading).splitlines())
        for each, width in zip(columns, widths, strict=True)
    )
    sheet.set_row(0, _LINE_POINTS * (lines + 0.4))
    _row_heights(sheet, columns, widths)
    for at, (each, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(at, at, width)
        lines_of = _heading(each.heading).split("\n")
        shown = "\n".join(cell_text(line, book.language) for line in lines_of)
        sheet.write_string(0, at, shown, book.styles["heading"])
        sheet.write_string(1, at, cell_text(each.key, book.language), book.styles["key"])
        write_cells(book, sheet, each, HEADER_ROWS, at)
    last = len(columns) - 1
    sheet.freeze_panes(HEADER_ROWS, frozen)
    sheet.autofilter(1, 0, placed.last_row, last)
    sheet.repeat_rows(0, HEADER_ROWS - 1)
    sheet.repeat_columns(0, frozen - 1)
    printed = len(columns) - unprinted
    sheet.print_area(0, 0, placed.last_row, printed - 1)
    set_up_page(book, sheet, width=sum(widths[:printed]))
    _define_name(book, sheet, name, placed, last)
    return placed


def write_cells(book: Book, sheet: Worksheet, column: Column, row: int, at: int) -> None:
    """Write the values of a column from `row` downwards, each by its kind."""
    styles, language = book.styles, book.language
    for down, (value, style) in enumerate(zip(column.values, column.styles, strict=True), row):
        if isinstance(value, str):
            look = styles["word" if style in NUMERIC else style]
            sheet.write_string(down, at, cell_text(value, language), look)
        elif value is None:
            sheet.write_blank(down, at, None, styles[style])
        else:
            sheet.write_number(down, at, value, styles[style])


def _width(column: Column) -> float:
    """Return how wide a column is drawn: as its cells, or as the lines of its heading."""
    if column.width is not None:
        return column.width
    shown = map(_shown, column.values[:_MEASURED])
    of_cells = float(max(map(cell_width, shown), default=0))
    if "prose" in column.styles:
        of_cells = min(of_cells, _WRAPPED)
    if any(style.startswith("action_") for style in column.styles):
        of_cells += _SHAPE
    of_heading = max(_line_width(line) for line in _heading(column.heading).splitlines())
    return float(min(max(of_cells, of_heading, _NARROWEST) + _MARGIN, _WIDEST))


def _heading(heading: str) -> str:
    """Return a heading with its unit on a line of its own."""
    return heading.replace("（", "\n（").replace(" (", "\n(")


def _line_width(line: str) -> float:
    """Return the width of a line of a heading that may be broken once more, but not in a word."""
    words = [word for word in line.split() if cell_width(word) == len(word)]
    longest_word = max(map(len, words), default=0)  # Chinese may be broken anywhere
    length = cell_width(line)
    return max(length / 2, min(length, _SHORT), min(longest_word, _LONGEST_WORD))


def _row_heights(sheet: Worksheet, columns: Sequence[Column], widths: Sequence[float]) -> None:
    """Make rows as high as the longest text that is broken into lines in them.

    Not every program that opens a workbook works that out for itself.
    """
    broken = [
        (each.values, width)
        for each, width in zip(columns, widths, strict=True)
        if "prose" in each.styles
    ]
    if not broken:
        return
    for row in range(len(columns[0].values)):
        lines = max(n_lines(str(values[row]), width - 1) for values, width in broken)
        if lines > 1:
            height = min(lines * _LINE_POINTS, _HIGHEST)
            sheet.set_row(HEADER_ROWS + row, height)


def _shown(value: object) -> str:
    """Return about what a cell shows."""
    if isinstance(value, float):
        return f"{value:,.1f}"
    return "" if value is None else str(value)


def _define_name(book: Book, sheet: Worksheet, name: str, placed: Placed, last: int) -> None:
    """Give the range of a table, its names for programs included, a name of its own."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    first = xl_rowcol_to_cell(1, 0, row_abs=True, col_abs=True)
    end = xl_rowcol_to_cell(placed.last_row, last, row_abs=True, col_abs=True)
    book.workbook.define_name(f"plan_{name}", f"='{sheet.get_name()}'!{first}:{end}")
