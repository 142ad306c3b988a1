"""Workbooks of small plans, read back as tables and cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from cases.plans import drawn_plan
from layoutplan.core.case import Imprint
from layoutplan.core.plan import Plan
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.errors import Finding
from layoutplan.report.workbook import write_workbook
from layoutplan.texts import Language, text

TABLES = (
    "schools",
    "villages",
    "flows",
    "indicators",
    "townships",
    "findings",
    "rules",
    "provenance",
)
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://evil.example";"x")',
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "{=SUM(1)}",
    "http://evil.example",
    "00123",
    "'quoted",
    "<r><t>rich</t></r>",
    "<img src=x onerror=alert(1)> & \"'",
    "\u202eright to left",
    "长" * 200,
)


def told_plan(language: Language = "en") -> Plan:
    """Return the drawn plan with all that a workbook can tell of one."""
    plan = drawn_plan(language)
    opposites = pd.DataFrame(
        {
            "action": ["merge"],
            "opposite": ["keep"],
            "status": ["proven"],
            "pupils_alone": [0],
            "delta_small_schools": [1.0],
            "delta_pupil_minutes": [-320.5],
            "sentence": ["In the best plan that keeps it the small schools rise by 1."],
        },
        index=pd.Index(["s2"], name="school_id"),
    )
    return replace(
        plan,
        times=times_of(plan),
        indicators=indicators(),
        opposites=opposites,
        imprint=Imprint(office="Bureau", review_no="GS 1", footer="For the meeting"),
        findings=(
            Finding("plan.over_seats", "warning", table="schools.csv", ids=("s1",)),
            Finding("solve.ties_open", "note"),
        ),
    )


def times_of(plan: Plan) -> TravelTimes:
    """Return trips that the plan chose among: of the first village to all schools, s2 nearest."""
    pairs = Pairs(
        np.zeros(3, dtype=np.int32),
        np.arange(3, dtype=np.int32),
        np.array([240_000, 60_000, 600_000], dtype=np.int64),
    )
    return TravelTimes(
        village_ids=plan.villages.index,
        school_ids=plan.schools.index,
        pairs={band.name: pairs for band in plan.bands},
        modes={band.name: band.mode for band in plan.bands},
        source="table",
    )


def indicators() -> pd.DataFrame:
    """Return indicators of every unit, better, worse, the same and unknown."""
    rows = [
        ("pupils_over_limit", "all", 12.0, 3.0, "pupils", "lower", "", ""),
        ("mean_minutes", "all", 7.25, 9.5, "minutes", "lower", "", ""),
        ("max_minutes", "all", 14.0, 28.0, "minutes", "lower", "v7", "v5"),
        ("within_limit_share", "g1_3", 0.875, 0.875, "share", "higher", "", ""),
        ("boarders", "g4_6", np.nan, 0.0, "pupils", "lower", "", ""),
    ]
    names = [
        "indicator", "band", "before", "after", "unit", "better", "village_before",
        "village_after",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=names)
    table.insert(4, "change", table["after"] - table["before"])
    return table.set_index(["indicator", "band"])


def written(plan: Plan, folder: Path) -> Workbook:
    """Return the workbook of a plan as another program reads it."""
    path = folder / "report.xlsx"
    write_workbook(plan, path)
    return openpyxl.load_workbook(path)


def table(book: Workbook, name: str, language: Language = "en") -> pd.DataFrame:
    """Return the table on a sheet, its columns by their names for programs."""
    rows = [[cell.value for cell in row] for row in sheet_rows(book, name, language)]
    return pd.DataFrame(rows[2:], columns=rows[1])


def sheet_rows(book: Workbook, name: str, language: Language = "en") -> list[tuple[Cell, ...]]:
    """Return the cells of a sheet."""
    return list(book[text(f"workbook.sheet.{name}", language)].iter_rows())


def cells(book: Workbook) -> Iterator[Cell]:
    """Yield every cell of a workbook."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from row
