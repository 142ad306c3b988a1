"""Decisions on schools that are handed in beside the table of schools, as the map exports them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Decisions
from layoutplan.core.schema import DECISION_WORDS, SCHOOL_HEADERS
from layoutplan.errors import DataError, Finding, has_errors
from layoutplan.load.cells import Column, trim, unique_ids, words
from layoutplan.load.headers import nearest
from layoutplan.load.sources import TableSource
from layoutplan.load.tables import Table, read_table

_COLUMNS: Final = {name: SCHOOL_HEADERS[name] for name in ("school_id", "name", "decision")}
_OF_A_PLAN: Final = "plan_"  # how a portfolio calls the decisions of each of its plans
_APOSTROPHE: Final = "'"  # before what a spreadsheet would take for a formula


def read_decisions(path: Path, schools: gpd.GeoDataFrame) -> tuple[Decisions, tuple[Finding, ...]]:
    """Return the decisions in a file, and what was found.

    A school whose cell is empty keeps the decision that it has.

    Parameters
    ----------
    path : Path
        A table with the columns ``school_id`` and ``decision``; others are not looked at.
    schools : geopandas.GeoDataFrame
        Of the case, indexed by id.

    Returns
    -------
    decisions : Decisions
        With an error among the findings it is not to be used.
    findings : tuple of Finding
        Unknown schools, schools that occur twice, unknown words: all of them, with their rows.
    """
    table = read_table(TableSource(path, path.name), _COLUMNS)
    faults = (*table.findings, *_missing(table)) if len(table.frame) else table.findings
    if has_errors(faults):
        return Decisions({}, table.input), faults
    column = _without_apostrophes(table.column("school_id"), schools)
    ids, of_ids = unique_ids(column)
    written, of_words = words(table.column("decision"), DECISION_WORDS, "")
    is_unknown = ~ids.isin(schools.index).to_numpy(dtype=bool) & (ids != "").to_numpy(dtype=bool)
    first = ids[is_unknown].iloc[0] if is_unknown.any() else ""
    of_schools = column.finding(
        "decisions.school", is_unknown, nearest=nearest(first, list(schools.index))
    )
    is_said = (written != "").to_numpy(dtype=bool)
    by_school = dict(zip(ids[is_said], written[is_said], strict=True))
    findings = (*faults, *of_ids, *of_schools, *of_words)
    if not by_school and not has_errors(findings):
        findings += (Finding("decisions.none", "warning", table.label),)
    return Decisions(by_school, table.input), findings


def decided(schools: gpd.GeoDataFrame, decisions: Decisions) -> gpd.GeoDataFrame:
    """Return `schools` with `decisions` instead of their own.

    Raises
    ------
    DataError
        When there is a decision on a school that is not among them.
    """
    said = pd.Series(dict(decisions.words), dtype="str")
    unknown = said.index.difference(schools.index)
    if len(unknown):
        facts = {
            "examples": ", ".join(unknown[:3]),
            "nearest": nearest(unknown[0], list(schools.index)),
        }
        finding = Finding(
            "decisions.school",
            "error",
            decisions.source.path,
            column="school_id",
            ids=tuple(unknown),
            facts=facts,
        )
        raise DataError(findings=[finding])
    is_said: NDArray[np.bool_] = schools.index.isin(said.index)
    decision = said.reindex(schools.index).fillna(schools["decision"])
    return schools.assign(
        decision=decision.astype(schools["decision"].dtype),
        is_decision_given=schools["is_decision_given"] | is_said,
    )


def _missing(table: Table) -> tuple[Finding, ...]:
    """Return an error for each column that is not there; a portfolio has one for each plan."""
    of_plans = [header for header in table.headers if header.startswith(_OF_A_PLAN)]
    findings = []
    for name in ("school_id", "decision"):
        facts = {"headers": ", ".join(table.headers), "plan": "".join(of_plans[:1])}
        is_portfolio = name == "decision" and of_plans
        rule = "decisions.portfolio" if is_portfolio else "decisions.column"
        if name not in table:
            findings.append(Finding(rule, "error", table.label, column=name, facts=facts))
    return tuple(findings)


def _without_apostrophes(column: Column, schools: gpd.GeoDataFrame) -> Column:
    """Return ids without the apostrophe that keeps spreadsheets from reading a formula."""
    ids = trim(column.cells)
    bare = ids.str.removeprefix(_APOSTROPHE)
    is_guarded = ~ids.isin(schools.index) & bare.isin(schools.index)
    return Column(column.cells.where(~is_guarded, bare), column.rows, column.table, column.header)
