"""A ready table of minutes -> travel times."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.schema import MODE_WORDS, MS_PER_MINUTE, Mode
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.errors import Finding
from layoutplan.load.case_file import CaseFile
from layoutplan.load.cells import Column, amounts, normal, trim
from layoutplan.load.columns import TRAVEL_TIME_COLUMNS
from layoutplan.load.sources import TableSource
from layoutplan.load.tables import Table, read_table

_LONGEST_MINUTES = 7 * 24 * 60.0  # a trip of a week is a slip, or minutes that are seconds


def read_travel_times(
    case_file: CaseFile, villages: pd.DataFrame, schools: pd.DataFrame
) -> tuple[TravelTimes, InputFile, tuple[Finding, ...]]:
    """Return the travel times of a ready table, the file, and what was found.

    Parameters
    ----------
    case_file : CaseFile
        With a table of travel times.
    villages, schools : pandas.DataFrame
        Of the case, indexed by id.

    Returns
    -------
    times : TravelTimes
        For every mode that the bands use. A pair without a row, or with empty minutes, has no
        path. With an error among the findings they are not to be used.
    input : InputFile
        The file.
    findings : tuple of Finding
        Among them rows that were not used, because the case has no such village, school or mode.
    """
    modes: tuple[Mode, ...] = tuple(dict.fromkeys(band.mode for band in case_file.bands))
    required = ["village_id", "school_id", "minutes", *(["mode"] if len(modes) > 1 else [])]
    table = read_table(_source(case_file), TRAVEL_TIME_COLUMNS, required)
    village_column, school_column = table.column("village_id"), table.column("school_id")
    village_idx = _positions(village_column, villages.index)
    school_idx = _positions(school_column, schools.index)
    mode_idx, mode_findings = _modes(table, modes)
    minutes, findings = amounts(table.column("minutes"))
    is_used = (village_idx >= 0) & (school_idx >= 0) & (mode_idx >= 0)
    pair = (mode_idx * len(villages) + village_idx) * max(len(schools), 1) + school_idx
    findings += (
        *mode_findings,
        *village_column.finding("travel_table.village", village_idx < 0, "warning"),
        *school_column.finding("travel_table.school", school_idx < 0, "warning"),
        *village_column.finding("travel_table.double", is_used & _is_double(pair, is_used)),
        *table.column("minutes").finding("travel_table.long", minutes > _LONGEST_MINUTES),
    )
    if not is_used.any() and len(is_used):
        findings += (Finding("travel_table.nothing", "error", table.label),)
    is_path = is_used & np.isfinite(minutes) & (minutes <= _LONGEST_MINUTES) & (minutes >= 0)
    ordered = np.flatnonzero(is_path)[np.argsort(pair[is_path], kind="stable")]
    milliseconds = np.rint(minutes[ordered] * MS_PER_MINUTE).astype(np.int64)
    pairs = Pairs(village_idx[ordered], school_idx[ordered], milliseconds)
    times = TravelTimes(
        village_ids=villages.index,
        school_ids=schools.index,
        pairs={mode: pairs.where(mode_idx[ordered] == k) for k, mode in enumerate(modes)},
        source="table",
    )
    return times, table.input, (*table.findings, *findings)


def _source(case_file: CaseFile) -> TableSource:
    """Return where the table lies."""
    if case_file.travel_times is None:
        raise ValueError("the case has no table of travel times")
    return case_file.travel_times


def _positions(column: Column, ids: pd.Index[str]) -> NDArray[np.int32]:
    """Return the position of each id in the case, -1 for one that is not in it.

    The table that layoutplan writes has an apostrophe in front of an id that looks like a formula.
    """
    codes, written = pd.factorize(column.cells)
    as_written = pd.Index(written).str.strip()
    positions = ids.get_indexer(as_written)
    unmarked = ids.get_indexer(as_written.str.removeprefix("'"))
    return np.where(positions < 0, unmarked, positions).astype(np.int32)[codes]


def _modes(table: Table, modes: tuple[Mode, ...]) -> tuple[NDArray[np.int64], tuple[Finding, ...]]:
    """Return the position of each row's mode among `modes`, -1 for one that no band uses."""
    column = table.column("mode")
    if not column.is_there:
        return np.zeros(len(table.rows), dtype=np.int64), ()
    codes, written = pd.factorize(trim(column.cells))
    meant = [MODE_WORDS.get(normal(word)) for word in written]
    positions = np.array([modes.index(m) if m in modes else -1 for m in meant], dtype=np.int64)
    is_unknown = np.array([m is None for m in meant], dtype=bool)
    allowed = ", ".join(dict.fromkeys(MODE_WORDS.values()))
    findings = (
        *column.finding("cell.word", is_unknown[codes], allowed=allowed),
        *column.finding("travel_table.mode", (positions < 0)[codes] & ~is_unknown[codes], "note"),
    )
    return positions[codes], findings


def _is_double(pair: NDArray[np.int64], is_used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rows whose pair occurs more than once among the used ones."""
    keys = pd.Series(np.where(is_used, pair, -1 - np.arange(len(pair))))
    return keys.duplicated(keep=False).to_numpy(dtype=bool)
