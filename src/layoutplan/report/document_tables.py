"""The tables of the document about schools: merged, kept, changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.shown import shown
from layoutplan.report.document_paper import Column
from layoutplan.report.document_schools import changed_ids, kept_small_ids, merged_ids
from layoutplan.report.words import labels_of
from layoutplan.texts import text

MOST_ROWS: Final = 150  # of a table: more are not read on paper

Table = tuple[list[Column], list[list[str]]]


def merged_table(plan: Plan) -> Table:
    """Return who is merged, who receives the pupils, how far that is, and why."""
    language = plan.language
    ids = merged_ids(plan)[:MOST_ROWS]
    labels = labels_of(plan.schools, plan.language)
    rows = plan.assignments[plan.assignments["school_id_before"].isin(ids)]
    receivers = _receivers(plan, rows, labels)
    longest = {
        column: rows[np.isfinite(rows[column])].groupby("school_id_before")[column].max()
        for column in ("minutes_before", "minutes")
    }
    pupils = rows.groupby("school_id_before")["pupils"].sum()
    cells = [
        [
            str(number),
            _with_township(plan, school_id, labels),
            receivers.get(school_id, ""),
            _count(plan, pupils.get(school_id, 0)),
            " → ".join(_minutes(longest[each], school_id) for each in longest),
            str(plan.schools.loc[school_id, "reason"]),
        ]
        for number, school_id in enumerate(ids, start=1)
    ]
    columns = [
        Column(text("document.column.number", language), 0.055, "center"),
        Column(text("document.column.school", language), 0.16),
        Column(text("document.column.receivers", language), 0.18),
        Column(text("document.column.pupils", language), 0.08, "right"),
        Column(text("document.column.minutes", language), 0.12, "center"),
        Column(text("document.column.reason", language), 0.41),
    ]
    return columns, cells


def kept_table(plan: Plan) -> Table:
    """Return which small schools stay, and why."""
    language = plan.language
    labels = labels_of(plan.schools, plan.language)
    has_townships = _has_townships(plan)
    cells = []
    for number, school_id in enumerate(kept_small_ids(plan)[:MOST_ROWS], start=1):
        school = plan.schools.loc[school_id]
        cells.append(
            [
                str(number),
                labels[school_id],
                *([str(school["township"])] if has_townships else []),
                _count(plan, school["enrollment_before"]),
                _count(plan, school["enrollment_after"]),
                str(school["reason"]),
            ]
        )
    columns = [
        Column(text("document.column.number", language), 0.055, "center"),
        Column(text("document.column.school", language), 0.2),
        *([Column(text("document.column.township", language), 0.13)] if has_townships else []),
        Column(text("document.column.pupils_before", language), 0.085, "right"),
        Column(text("document.column.pupils_after", language), 0.085, "right"),
        Column(text("document.column.reason", language), 0.465),
    ]
    return columns, cells


def changed_table(plan: Plan) -> Table:
    """Return which schools open, grow or become teaching points, and why."""
    language = plan.language
    labels = labels_of(plan.schools, plan.language)
    cells = []
    for number, school_id in enumerate(changed_ids(plan)[:MOST_ROWS], start=1):
        school = plan.schools.loc[school_id]
        cells.append(
            [
                str(number),
                _with_township(plan, school_id, labels),
                text(f"map.action.{school['action']}", language),
                f"{school['seats']:,}",
                f"{school['beds']:,}",
                _count(plan, school["enrollment_after"]),
                str(school["reason"]),
            ]
        )
    columns = [
        Column(text("document.column.number", language), 0.055, "center"),
        Column(text("document.column.school", language), 0.2),
        Column(text("document.column.action", language), 0.12),
        Column(text("document.column.seats", language), 0.08, "right"),
        Column(text("document.column.beds", language), 0.08, "right"),
        Column(text("document.column.pupils_after", language), 0.085, "right"),
        Column(text("document.column.reason", language), 0.38),
    ]
    return columns, cells


def _receivers(plan: Plan, rows: pd.DataFrame, labels: dict[str, str]) -> dict[str, str]:
    """Return by merged school who receives its pupils, the largest share first."""
    shares = rows.groupby(["school_id_before", "school_id"])["pupils"].sum().reset_index()
    shares = shares.sort_values(["pupils", "school_id"], ascending=[False, True])
    listed: dict[str, list[str]] = {}
    for before, after, pupils in shares.itertuples(index=False):
        listed.setdefault(before, []).append(f"{labels[after]} ({_count(plan, pupils)})")
    between = text("list.separator", plan.language)
    return {before: between.join(each) for before, each in listed.items()}


def _with_township(plan: Plan, school_id: str, labels: dict[str, str]) -> str:
    """Return a school with its township, where that is known and not in its name."""
    name, township = labels[school_id], str(plan.schools.loc[school_id, "township"])
    if not township or township in name:
        return name
    return text("document.school", plan.language, name=name, township=township)


def _has_townships(plan: Plan) -> bool:
    """Return whether the schools have townships."""
    return bool((plan.schools["township"] != "").any())


def _minutes(longest: pd.Series, school_id: str) -> str:
    """Return the longest minutes of a school's pupils, a dash where no way is known."""
    return f"{longest[school_id]:.1f}" if school_id in longest.index else "–"


def _count(plan: Plan, pupils: float) -> str:
    """Return a number of pupils as it may be shown."""
    return shown(float(pupils), is_public=plan.is_public)


def is_cut(ids: Sequence[str]) -> bool:
    """Return whether a table of these schools does not show all of them."""
    return len(ids) > MOST_ROWS
