"""The first sheet: what is proven, the goals, the main facts, what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from layoutplan.core.facts import facts, objective_name, proof, status_text
from layoutplan.core.plan import Plan
from layoutplan.core.schema import ACTIONS
from layoutplan.report.notes import notes
from layoutplan.report.workbook_book import Book, set_up_page
from layoutplan.report.workbook_cells import cell_text, n_lines
from layoutplan.report.workbook_counts import counts
from layoutplan.report.workbook_table import or_word
from layoutplan.texts import text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final = (34.0, 17.0, 17.0, 17.0, 26.0)
_LAST: Final = len(_WIDTHS) - 1
_LINE_POINTS: Final = 17.0

Cell = tuple[str | float, str]
"""A value and the style that it is written in."""


def write_overview(book: Book, sheets: Sequence[str]) -> None:
    """Write the plan in brief, and what the other sheets hold.

    Parameters
    ----------
    sheets : sequence of str
        Their names for programs, in order.
    """
    sheet = book.sheet("overview")
    plan, language = book.plan, book.language
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    row = _paragraph(book, sheet, 0, plan.name, "title")
    row = _paragraph(book, sheet, row, text("workbook.title", language), "small")
    row = _paragraph(book, sheet, row, status_text(plan), "proof")
    row = _paragraph(book, sheet, row, text("workbook.planning_evidence", language), "evidence")
    row = _part(book, sheet, row + 1, "facts")
    for label, value in facts(plan):
        _cells(book, sheet, row, [(label, "text")])
        row = _paragraph(book, sheet, row, value, "text", first=1)
    row = _grid(book, sheet, _part(book, sheet, row + 1, "goals"), _goals(plan))
    row = _grid(book, sheet, _part(book, sheet, row + 1, "actions"), _actions(book))
    row = _part(book, sheet, row + 1, "notes")
    for note in _notes(plan):
        row = _paragraph(book, sheet, row, note, "plain")
    row = _part(book, sheet, row + 1, "sheets")
    for name in sheets:
        title = text(f"workbook.sheet.{name}", language)
        sheet.write_url(row, 0, f"internal:'{title}'!A1", book.styles["link"], title)
        row = _paragraph(
            book, sheet, row, text(f"workbook.about.{name}", language), "text", first=1
        )
    row += 1
    for line in _foot(plan):
        row = _paragraph(book, sheet, row, line, "small")
    set_up_page(book, sheet, width=sum(_WIDTHS))
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, row - 1, _LAST)


def _goals(plan: Plan) -> Iterator[list[Cell]]:
    """Yield the headings of the goals, then each with its value and what is proven of it."""
    keys = ("goal", "value", "bound", "gap", "proof")
    yield [(text(f"workbook.column.{key}", plan.language), "heading") for key in keys]
    unknown = text("workbook.word.not_known", plan.language)
    for result in plan.objective:
        value, bound, gap = or_word([result.value, result.bound, result.gap], unknown)
        yield [
            (objective_name(result.name, plan.language), "prose"),
            (value, _style(value)),
            (bound, _style(bound)),
            (gap, "gap"),
            (proof(result, plan.language), "prose"),
        ]


def _style(value: Any) -> str:
    """Return the style of a number: with a decimal where it has any."""
    return "count" if isinstance(value, float) and value.is_integer() else "tenth"


def _actions(book: Book) -> Iterator[list[Cell]]:
    """Yield for each action how many schools and pupils it is about."""
    schools, language = book.plan.schools, book.language
    keys = ("action", "n_schools", "enrollment_before", "enrollment_after")
    yield [(text(f"workbook.column.{key}", language), "heading") for key in keys]
    for action in ACTIONS:
        of_action = schools[schools["action"] == action]
        if of_action.empty:
            continue
        pupils = of_action[["enrollment_before", "enrollment_after"]].sum()
        yield [
            (text(f"map.action.{action}", language), f"action_{action}"),
            (len(of_action), "count"),
            *((cell, "count") for cell in counts(book, pupils)),
        ]
    total = schools[["enrollment_before", "enrollment_after"]].sum()
    yield [
        (text("workbook.word.total", language), "text"),
        (len(schools), "count"),
        *((cell, "count") for cell in counts(book, total)),
    ]


def _notes(plan: Plan) -> Iterator[str]:
    """Yield what a reader must know, and what is left out."""
    language = plan.language
    map_only = text("map.note.catchments", language)
    yield from (note for note in notes(plan) if note != map_only)
    yield text("workbook.note.minutes", language)
    yield text("workbook.note.rows", language)
    yield text("workbook.note.headings", language)
    if plan.times is None:
        yield text("workbook.note.no_times", language)
    if plan.indicators is None:
        yield text("workbook.note.no_indicators", language)
    if plan.opposites is None and not plan.is_public:
        yield text("workbook.note.no_opposites", language)


def _foot(plan: Plan) -> Iterator[str]:
    """Yield who publishes it and as what."""
    language, imprint = plan.language, plan.imprint
    yield imprint.footer or text(
        "public.edition" if plan.is_public else "workbook.footer", language
    )
    if imprint.office:
        yield imprint.office
    if imprint.review_no:
        yield text("workbook.review_no", language, number=imprint.review_no)
    version = plan.versions.get("layoutplan", "")
    yield text("workbook.made_with", language, version=version)


def _part(book: Book, sheet: Worksheet, row: int, name: str) -> int:
    """Write the heading of a part, and return the row below it."""
    style = book.styles["part"]
    sheet.write_string(row, 0, text(f"workbook.part.{name}", book.language), style)
    for at in range(1, _LAST + 1):
        sheet.write_blank(row, at, None, style)
    return row + 1


def _grid(book: Book, sheet: Worksheet, row: int, rows: Iterator[list[Cell]]) -> int:
    """Write rows of cells, and return the row below them."""
    for down, cells in enumerate(rows, row):
        _cells(book, sheet, down, cells)
        row = down + 1
    return row


def _cells(book: Book, sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
    """Write cells from the left, as high as the longest text in them needs."""
    lines = 1
    for at, (value, style) in enumerate(cells):
        if isinstance(value, str):
            sheet.write_string(row, at, cell_text(value, book.language), book.styles[style])
            lines = max(lines, n_lines(value, _WIDTHS[at] - 1))
        else:
            sheet.write_number(row, at, value, book.styles[style])
    sheet.set_row(row, _LINE_POINTS * lines)


def _paragraph(
    book: Book, sheet: Worksheet, row: int, value: str, style: str, *, first: int = 0
) -> int:
    """Write a text over the columns from `first` on, as high as it needs; return the row below."""
    shown, look = cell_text(value, book.language), book.styles[style]
    sheet.merge_range(row, first, row, _LAST, "", look)
    sheet.write_string(row, first, shown, look)
    points = {"title": 30.0, "proof": 24.0, "evidence": 24.0}.get(style, _LINE_POINTS)
    larger = 1.7 if style == "title" else 1.0
    sheet.set_row(row, points * n_lines(shown, sum(_WIDTHS[first:]) / larger - 2))
    return row + 1
