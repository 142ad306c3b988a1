"""The plan as a workbook: one sheet for each question that a meeting asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from layoutplan.core.plan import Plan
from layoutplan.report.units import units_of
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_charts import write_charts
from layoutplan.report.workbook_findings import write_findings
from layoutplan.report.workbook_indicators import write_indicators, write_townships
from layoutplan.report.workbook_overview import write_overview
from layoutplan.report.workbook_provenance import write_provenance
from layoutplan.report.workbook_rules import write_rules
from layoutplan.report.workbook_schools import write_schools
from layoutplan.report.workbook_style import font_of, styles
from layoutplan.report.workbook_villages import write_flows, write_villages
from layoutplan.texts import text

_SHEETS: Final[Mapping[str, Callable[[Book], None]]] = {
    "schools": write_schools,
    "villages": write_villages,
    "flows": write_flows,
    "indicators": write_indicators,
    "townships": write_townships,
    "charts": write_charts,
    "findings": write_findings,
    "rules": write_rules,
    "provenance": write_provenance,
}
# The same plan gives the same bytes: no clock. The first day that a ZIP file can tell.
_CREATED: Final = datetime(1980, 1, 1, tzinfo=UTC)
# Whatever a table holds stays what it is: no formula, no link, no number made of a text.
_PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def write_workbook(plan: Plan, path: Path) -> None:
    """Write a plan as an Excel workbook, without a single formula in a cell.

    Headings are in the language of the plan; below each stands a name for programs, which is the
    same in every language, so that ``pandas.read_excel(path, sheet_name=…, header=1)`` reads any
    sheet but the first and that of the charts. Text that stands where a number is expected tells
    why there is none. The same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
        To be told; of the public edition where it is one, see :mod:`layoutplan.report.public`.
    path : Path
        Of the file, ``report.xlsx`` in the folder of a plan.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    path.write_bytes(_workbook(plan))


def _workbook(plan: Plan) -> bytes:
    """Return the file."""
    import xlsxwriter  # only for plans that are written

    content = BytesIO()
    options = {**_PLAIN, "default_format_properties": font_of(plan.language)}
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties(
            {
                "title": plan.name,
                "subject": text("workbook.title", plan.language),
                "author": plan.imprint.office,
                "comments": text("workbook.planning_evidence", plan.language),
                "created": _CREATED,
            }
        )
        book = Book(plan, workbook, styles(workbook), units_of(plan))
        write_overview(book, list(_SHEETS))
        for write in _SHEETS.values():
            write(book)
    return content.getvalue()
