"""The table of who attends which school today."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.schema import UNITS, pupils_column
from layoutplan.errors import Finding, Level, has_errors
from layoutplan.load.case_file import CaseFile
from layoutplan.load.cells import Column, counts, normal, trim
from layoutplan.load.columns import ATTENDANCE_COLUMNS
from layoutplan.load.sources import TableSource
from layoutplan.load.tables import Table, read_table


def read_attendance(
    case_file: CaseFile, villages: pd.DataFrame, schools: pd.DataFrame
) -> tuple[pd.DataFrame, InputFile, tuple[Finding, ...]]:
    """Return today's attendance as its table gives it, the file, and what was found.

    Parameters
    ----------
    case_file : CaseFile
        With an attendance table.
    villages, schools : pandas.DataFrame
        Of the case, indexed by id.

    Returns
    -------
    attendance : pandas.DataFrame
        ``village_id, band, school_id, pupils`` in the order of the file, with a fresh index. With
        an error among the findings it is not to be used.
    input : InputFile
        The file.
    findings : tuple of Finding
        Unknown names, pairs that occur twice, and where the pupils add up to another number than
        in the table of villages: more is an error; fewer means that the rest attends nowhere.
    """
    table = read_table(_source(case_file), ATTENDANCE_COLUMNS, _required(case_file))
    bands = [band.name for band in case_file.bands]
    band, band_findings = _bands(table, bands)
    pupils, findings = counts(table.column("pupils"), empty_rule="attendance_table.pupils.empty")
    village_id, school_id = (table.column(name) for name in ("village_id", "school_id"))
    attendance = pd.DataFrame(
        {
            "village_id": trim(village_id.cells),
            "band": band,
            "school_id": trim(school_id.cells),
            "pupils": pupils,
        },
        columns=list(UNITS),
    )
    is_candidate = attendance["school_id"].map(schools["kind"]).eq("candidate")
    is_double = attendance.duplicated(["village_id", "band", "school_id"], keep=False)
    findings += (
        *band_findings,
        *_unknown(village_id, attendance["village_id"], villages.index, "attendance_table.village"),
        *_unknown(school_id, attendance["school_id"], schools.index, "attendance_table.school"),
        *school_id.finding("attendance_table.candidate", is_candidate.to_numpy(dtype=bool)),
        *village_id.finding("attendance_table.double", is_double.to_numpy(dtype=bool)),
    )
    if not has_errors((*table.findings, *findings)):
        findings += _sums(attendance, villages, bands, table.label)
    return attendance, table.input, (*table.findings, *findings)


def _source(case_file: CaseFile) -> TableSource:
    """Return where the table lies."""
    if case_file.attendance is None:
        raise ValueError("the case has no attendance table")
    return case_file.attendance


def _required(case_file: CaseFile) -> list[str]:
    """Return the columns that must be there: with a single band its name may be left out."""
    return [name for name in UNITS if name != "band" or len(case_file.bands) > 1]


def _bands(table: Table, bands: list[str]) -> tuple[pd.Series[str], tuple[Finding, ...]]:
    """Return the band of each row."""
    column = table.column("band")
    if not column.is_there:
        return pd.Series(bands[0], index=table.frame.index, dtype="str"), ()
    known = {normal(band): band for band in bands}
    meant = column.cells.map({cell: known.get(normal(cell)) for cell in column.cells.unique()})
    is_unknown: NDArray[np.bool_] = meant.isna().to_numpy(dtype=bool)
    findings = column.finding("attendance_table.band", is_unknown, bands=", ".join(bands))
    return meant.fillna("").astype("str"), findings


def _unknown(
    column: Column, ids: pd.Series[str], known: pd.Index[str], rule: str
) -> tuple[Finding, ...]:
    """Return an error for ids that are not in the table they should be in."""
    return column.finding(rule, ~ids.isin(known).to_numpy(dtype=bool))


def _sums(
    attendance: pd.DataFrame, villages: pd.DataFrame, bands: list[str], label: str
) -> tuple[Finding, ...]:
    """Return where pupils add up to another number than in the table of villages."""
    findings = []
    for band in bands:
        of_band = attendance[attendance["band"] == band]
        attending = of_band.groupby("village_id")["pupils"].sum()
        difference = attending.reindex(villages.index, fill_value=0) - villages[pupils_column(band)]
        unequal: tuple[tuple[str, Level, pd.Series[bool]], ...] = (
            ("attendance_table.more", "error", difference > 0),
            ("attendance_table.fewer", "warning", difference < 0),
        )
        for rule, level, is_other in unequal:
            if is_other.any():
                facts = {"band": band, "pupils": int(difference[is_other].abs().sum())}
                ids = tuple(villages.index[is_other])
                findings.append(Finding(rule, level, label, column="pupils", ids=ids, facts=facts))
    return tuple(findings)
