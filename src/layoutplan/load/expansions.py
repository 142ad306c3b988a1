"""The steps by which schools may grow: from their table, or from ``case.toml`` itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.rules import Expansion
from layoutplan.errors import Finding, has_errors
from layoutplan.load.case_file import CaseFile
from layoutplan.load.case_keys import CASE_TOML
from layoutplan.load.cells import counts, money, trim
from layoutplan.load.columns import EXPANSION_COLUMNS, EXPANSION_REQUIRED
from layoutplan.load.headers import nearest
from layoutplan.load.sources import TableSource
from layoutplan.load.tables import read_table

Steps = tuple[tuple[Expansion, ...], tuple[InputFile, ...], tuple[Finding, ...]]

_N_EXAMPLES = 3  # ids in a sentence
_FIELDS = ["school_id", "seats", "beds", "cost", "yearly_cost"]


def read_expansions(case_file: CaseFile, schools: pd.DataFrame) -> Steps:
    """Return the steps of a case, the file they came from if any, and what was found.

    Parameters
    ----------
    case_file : CaseFile
        With or without steps.
    schools : pandas.DataFrame
        Of the case, indexed by id.

    Returns
    -------
    expansions : tuple of Expansion
        In the order given. With an error among the findings they are not to be used.
    inputs : tuple of InputFile
        The table, where there is one.
    findings : tuple of Finding
        Unknown schools, steps that add nothing, and steps of a school that add the same.
    """
    if isinstance(case_file.expansions, TableSource):
        return _from_table(case_file.expansions, schools)
    steps = case_file.expansions
    frame = pd.DataFrame([vars(step) for step in steps], columns=_FIELDS)
    findings = []
    for rule, is_found in _faults(frame, schools):
        ids = frame.loc[is_found, "school_id"]
        few = ", ".join(ids.drop_duplicates().head(_N_EXAMPLES))
        facts = {"examples": few, "nearest": _nearest(ids, schools)}
        if len(ids):
            findings.append(
                Finding(rule, "error", CASE_TOML, column="expansions", ids=tuple(ids), facts=facts)
            )
    return steps, (), tuple(findings)


def _from_table(source: TableSource, schools: pd.DataFrame) -> Steps:
    """Return the steps that stand in a table."""
    table = read_table(source, EXPANSION_COLUMNS, EXPANSION_REQUIRED)
    school_id = table.column("school_id")
    seats, of_seats = counts(table.column("seats"), empty_rule="expansions.seats.empty")
    beds, of_beds = counts(table.column("beds"))
    cost, of_cost = money(table.column("cost"))
    yearly_cost, of_yearly = money(table.column("yearly_cost"))
    frame = pd.DataFrame(
        {
            "school_id": trim(school_id.cells),
            "seats": seats,
            "beds": beds,
            "cost": np.nan_to_num(cost),
            "yearly_cost": np.nan_to_num(yearly_cost),
        },
        columns=_FIELDS,
    )
    of_cells = (*table.findings, *of_seats, *of_beds, *of_cost, *of_yearly)
    if has_errors(table.findings):
        return (), (table.input,), of_cells
    # Cells that could not be read stand for 0 here, and have been spoken of.
    faulty = [row for each in of_cells if each.level == "error" for row in each.rows]
    is_read = ~np.isin(table.rows, faulty)
    findings: tuple[Finding, ...] = ()
    for rule, is_faulty in _faults(frame, schools):
        is_found = is_faulty & is_read
        closest = _nearest(frame["school_id"][is_found], schools)
        findings += school_id.finding(rule, is_found, nearest=closest)
    steps = tuple(Expansion(*row) for row in frame.itertuples(index=False, name=None))
    return steps, (table.input,), (*of_cells, *findings)


def _faults(
    steps: pd.DataFrame, schools: pd.DataFrame
) -> tuple[tuple[str, NDArray[np.bool_]], ...]:
    """Return what may be wrong with steps, and with which of them it is."""
    adds_nothing = (steps["seats"] == 0) & (steps["beds"] == 0)
    is_double = steps.duplicated(["school_id", "seats", "beds"], keep=False)
    return (
        ("expansions.school", ~steps["school_id"].isin(schools.index).to_numpy(dtype=bool)),
        ("expansions.nothing", adds_nothing.to_numpy(dtype=bool)),
        ("expansions.double", is_double.to_numpy(dtype=bool)),
    )


def _nearest(ids: pd.Series[str], schools: pd.DataFrame) -> str:
    """Return the id of a school that is most like the first of `ids`."""
    return nearest(ids.iloc[0], list(schools.index)) if len(ids) else ""
