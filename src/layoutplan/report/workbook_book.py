"""A workbook that is being written: the plan, its styles, and how its sheets are printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.report.workbook_cells import cell_text
from layoutplan.report.workbook_style import Styles
from layoutplan.texts import Language, text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_A3: Final = 8  # papers as Excel numbers them
_A4: Final = 9
_FITS_A4: Final = 150.0  # digits: wider sheets would be too small to read on it
_LONGEST_NAME: Final = 80  # in a header, of 255 characters


@dataclass(frozen=True)
class Book:
    """A workbook that is being written.

    Parameters
    ----------
    plan : Plan
        That it tells.
    workbook : xlsxwriter.Workbook
        Open.
    styles : Mapping
        Formats by name.
    units : pandas.DataFrame
        The groups of pupils of the plan, see :func:`layoutplan.report.units.units_of`.
    """

    plan: Plan
    workbook: Workbook
    styles: Styles
    units: pd.DataFrame

    @property
    def language(self) -> Language:
        """Of everything in it."""
        return self.plan.language

    def sheet(self, name: str) -> Worksheet:
        """Return a new sheet by its name for programs, such as ``"schools"``."""
        return self.workbook.add_worksheet(text(f"workbook.sheet.{name}", self.language))


def set_up_page(book: Book, sheet: Worksheet, *, width: float) -> None:
    """Set a sheet up to be printed: landscape, as wide as a page, with page numbers."""
    sheet.set_landscape()
    sheet.set_paper(_A4 if width <= _FITS_A4 else _A3)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
    sheet.set_header(f"&L{_in_header(book.plan.name)}&R{_in_header(sheet.get_name())}")
    evidence = text("workbook.planning_evidence", book.language)
    sheet.set_footer(f"&L{_in_header(evidence)}&R&P / &N")
    sheet.hide_gridlines(2)


def _in_header(value: str) -> str:
    """Return a text for a header: ``&`` begins a command there."""
    short = value if len(value) <= _LONGEST_NAME else f"{value[: _LONGEST_NAME - 1]}…"
    return cell_text(short, "en").replace("&", "&&")
