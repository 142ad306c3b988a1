"""The tables of indicators: today and the plan in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.shown import shown
from layoutplan.report.document_paper import Column
from layoutplan.report.document_tables import Table
from layoutplan.report.words import band_labels, told
from layoutplan.texts import text

_ALL: Final = "all"
_UNKNOWN: Final = "–"
_OF_SCHOOLS: Final = ("schools", "money", "money a year")
_SCHOOLS_TOO: Final = ("utilization", "beds_utilization", "seats_per_pupil_cv")
_MOST_GROUPS: Final = 3  # side by side: all and two bands, so that a table fits the page
_LARGE: Final = 1000


def trip_tables(plan: Plan) -> list[Table]:
    """Return the indicators of pupils by band; of several tables each has a few bands."""
    indicators = _found(plan)
    names = _names(indicators, of_schools=False)
    groups = [_ALL, *(band.name for band in plan.bands)]
    if len(plan.bands) == 1:
        groups = groups[1:]
    chunks = [groups[at : at + _MOST_GROUPS] for at in range(0, len(groups), _MOST_GROUPS)]
    return [_trip_table(plan, indicators, names, chunk) for chunk in chunks]


def school_table(plan: Plan) -> Table:
    """Return the indicators of schools, seats and money."""
    language = plan.language
    indicators = _found(plan)
    rows = indicators.to_dict("index")
    cells = []
    for name in _names(indicators, of_schools=True):
        row = rows[name, _ALL]
        ends = [_shown(plan, row, when) for when in ("before", "after", "change")]
        cells.append([_called(plan, name, str(row["unit"])), *ends])
    columns = [
        Column(text("document.column.indicator", language), 0.55),
        *(
            Column(text(f"document.column.{when}", language), 0.15, "right")
            for when in ("before", "after", "change")
        ),
    ]
    return columns, cells


def _trip_table(plan: Plan, indicators: pd.DataFrame, names: list[str], groups: list[str]) -> Table:
    """Return the indicators of pupils for some groups of them, side by side."""
    language = plan.language
    labels = band_labels(plan) | {_ALL: text("document.indicator.all", language)}
    ends = ("before", "after", "change") if len(groups) == 1 else ("before", "after")
    columns = [Column(text("document.column.indicator", language), 0.34)]
    columns += [
        Column(
            text(
                "document.indicator.head",
                language,
                who=labels[group],
                when=text(f"document.column.{when}", language),
            ),
            0.66 / (len(ends) * len(groups)),
            "right",
        )
        for group in groups
        for when in ends
    ]
    cells = []
    rows = indicators.to_dict("index")
    for name in names:
        known = [group for group in groups if (name, group) in rows]
        if not known:
            continue
        said = [
            _shown(plan, rows[name, group], when) if group in known else _UNKNOWN
            for group in groups
            for when in ends
        ]
        unit = str(rows[name, known[0]]["unit"])
        cells.append([_called(plan, name, unit), *said])
    return columns, cells


def _found(plan: Plan) -> pd.DataFrame:
    """Return the indicators of a plan that has some."""
    if plan.indicators is None:
        raise ValueError("the plan has no indicators")
    return plan.indicators


def _names(indicators: pd.DataFrame, *, of_schools: bool) -> list[str]:
    """Return the names of the indicators of schools, or of pupils, in their order."""
    first = indicators.reset_index().drop_duplicates("indicator")
    is_school = first["unit"].isin(_OF_SCHOOLS) | first["indicator"].isin(_SCHOOLS_TOO)
    return [str(name) for name in first["indicator"][is_school == of_schools]]


def _called(plan: Plan, name: str, unit: str) -> str:
    """Return an indicator in words, with its unit."""
    return text(
        "document.indicator.named",
        plan.language,
        name=told(f"workbook.indicator.{name}", name, plan.language),
        unit=told(f"workbook.unit.{unit.replace(' ', '_')}", unit, plan.language),
    )


def _shown(plan: Plan, row: Mapping[Any, Any], when: str) -> str:
    """Return a value in its unit, a dash where it cannot be said."""
    value, unit = float(row[when]), str(row["unit"])
    if value != value:
        return _UNKNOWN
    sign = "+" if when == "change" and value > 0 else ""
    if unit == "pupils":
        return sign + shown(value, is_public=plan.is_public)
    if unit == "share":
        return f"{sign}{100 * value:.1f}"
    if unit == "index":
        return f"{sign}{value:.3f}"
    digits = 0 if unit == "schools" or abs(value) >= _LARGE else 2 if "money" in unit else 1
    return f"{sign}{value:,.{digits}f}"
