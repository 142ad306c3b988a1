"""The sheet of findings: what there is to know of data and plan, and what to do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from layoutplan.core.schema import BAND_SEPARATOR
from layoutplan.errors import Finding, shortlist
from layoutplan.report.words import named, names_of
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_table import column, write_table
from layoutplan.texts import Language, text

_LEVELS: Final = ("error", "warning", "note")
_LOOK: Final = {"error": "error", "warning": "warning", "note": "text"}
_ROWS_NAMED: Final = 20
_SENTENCE: Final = 70.0
_PLACES: Final = 60.0


def write_findings(book: Book) -> None:
    """Write a row for every finding, what may change the plan first."""
    sheet = book.sheet("findings")
    plan, language = book.plan, book.language
    found = sorted(plan.findings, key=lambda finding: _LEVELS.index(finding.level))
    names = names_of(plan.villages) | names_of(plan.schools)
    levels = [finding.level for finding in found]
    columns = [
        column(
            book,
            "level",
            [text(f"level.{level}", language) for level in levels],
            [_LOOK[level] for level in levels],
        ),
        column(book, "where", [_where(each, language) for each in found], "prose", width=22.0),
        column(
            book,
            "sentence",
            [_sentence(each, language) for each in found],
            "prose",
            width=_SENTENCE,
        ),
        column(
            book,
            "what_to_do",
            [text(f"workbook.todo.{level}", language) for level in levels],
            "prose",
            width=26.0,
        ),
        column(book, "n_places", [len(each.ids) or None for each in found], "count"),
        column(
            book,
            "places",
            [named(each.ids, names, language) for each in found],
            "prose",
            width=_PLACES,
        ),
        column(book, "rule", [each.rule for each in found], "code"),
        column(book, "ids", [BAND_SEPARATOR.join(each.ids) for each in found], "code", width=20.0),
    ]
    write_table(book, sheet, columns, name="findings", frozen=1, unprinted=2)
    if not found:
        none = "public.left_out" if plan.is_public else "workbook.note.no_findings"
        sheet.write_string(2, 2, text(none, language), book.styles["prose"])


def _where(finding: Finding, language: Language) -> str:
    """Return the file, the rows and the column that a finding is about."""
    if not finding.table:
        return ""
    place = finding.table
    if finding.rows:
        rows = shortlist(finding.rows, language, n_shown=_ROWS_NAMED)
        place = text("workbook.place.rows", language, table=place, rows=rows)
    if finding.column:
        place = text("workbook.place.column", language, place=place, column=finding.column)
    return place


def _sentence(finding: Finding, language: Language) -> str:
    """Return a finding without its place, which has a column of its own."""
    counted = {"n": len(finding.ids or finding.rows)}
    bare = replace(finding, table="", rows=(), column="", facts={**counted, **finding.facts})
    return bare.message_in(language)
