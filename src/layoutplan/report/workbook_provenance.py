"""The sheet of provenance: what the plan rests on, and what made it."""

from __future__ import annotations

from layoutplan.core.facts import status_text
from layoutplan.core.plan import Plan
from layoutplan.report.words import told
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_table import column, write_table
from layoutplan.texts import text

Row = tuple[str, str, str | float, float | None, str]
"""Part, what, value, rows of a file, fingerprint of a file."""


def write_provenance(book: Book) -> None:
    """Write the input files with their fingerprints, then how the plan was made."""
    sheet = book.sheet("provenance")
    rows = [*_files(book), *_making(book.plan), *_imprint(book.plan), *_versions(book.plan)]
    parts, what, values, counted, hashes = zip(*rows, strict=True)
    looks = ["prose" if isinstance(value, str) else "setting" for value in values]
    columns = [
        column(book, "part", parts),
        column(book, "what", what, "prose", width=34.0),
        column(book, "value", values, looks, width=52.0),
        column(book, "rows", counted, "count"),
        column(book, "sha256", hashes, "code", width=68.0),
    ]
    write_table(book, sheet, columns, name="provenance")


def _files(book: Book) -> list[Row]:
    """Return the files that were read."""
    part = text("workbook.part.inputs", book.language)
    file = text("workbook.source.file", book.language)
    left_out = text("public.left_out", book.language)
    return [
        (part, file, each.path, float(each.rows), each.sha256 or left_out)
        for each in book.plan.inputs
    ]


def _making(plan: Plan) -> list[Row]:
    """Return where attendance is known from, what is proven, how long it took."""
    language = plan.language
    attendance = told(
        f"workbook.attendance.{plan.attendance_source}", plan.attendance_source, language
    )
    scenario = plan.rules.get("scenario_title") or plan.scenario
    values: dict[str, str | float] = {
        "attendance": attendance,
        "data_year": text("workbook.data_year", language),
        "scenario": str(scenario) or text("workbook.usual_roads", language),
        "status": status_text(plan),
        "seconds": round(plan.seconds, 1),
    }
    part = text("workbook.part.making", language)
    return [
        (part, text(f"workbook.source.{key}", language), value, None, "")
        for key, value in values.items()
    ]


def _imprint(plan: Plan) -> list[Row]:
    """Return who publishes it and under which number, as far as that is known."""
    imprint, part = plan.imprint, text("workbook.part.imprint", plan.language)
    values = {"imprint": imprint.office, "review_no": imprint.review_no}
    return [
        (part, text(f"workbook.source.{key}", plan.language), value, None, "")
        for key, value in values.items()
        if value
    ]


def _versions(plan: Plan) -> list[Row]:
    """Return the versions of what worked it out."""
    part = text("workbook.part.versions", plan.language)
    return [(part, name, version, None, "") for name, version in plan.versions.items()]
