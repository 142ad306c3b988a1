"""A ready table of minutes -> travel times."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.rules import Band
from layoutplan.core.schema import MODE_WORDS, MS_PER_MINUTE
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
        For every band. A row holds for all bands of its mode, or for the one that it names. A
        pair without a row, or with empty minutes, has no path. With an error among the findings
        they are not to be used.
    input : InputFile
        The file.
    findings : tuple of Finding
        Among them rows that were not used, because the case has no such village, school or mode.
    """
    bands = case_file.bands
    required = ["village_id", "school_id", "minutes"]
    required += ["mode"] if len({band.mode for band in bands}) > 1 else []
    table = read_table(_source(case_file), TRAVEL_TIME_COLUMNS, required)
    village_column, school_column = table.column("village_id"), table.column("school_id")
    village_idx = _positions(village_column, villages.index)
    school_idx = _positions(school_column, schools.index)
    is_for_band, of_bands = _rows_by_band(table, bands)
    minutes, findings = amounts(table.column("minutes"))
    is_known = (village_idx >= 0) & (school_idx >= 0)
    pair = village_idx.astype(np.int64) * max(len(schools), 1) + school_idx
    is_used = is_known & is_for_band.any(axis=0)
    is_double = np.zeros(len(pair), dtype=np.bool_)
    for is_for in is_for_band:
        is_double |= _is_double(pair, is_known & is_for)
    findings += (
        *of_bands,
        *village_column.finding("travel_table.village", village_idx < 0, "warning"),
        *school_column.finding("travel_table.school", school_idx < 0, "warning"),
        *village_column.finding("travel_table.double", is_double),
        *table.column("minutes").finding("travel_table.long", minutes > _LONGEST_MINUTES),
    )
    if not is_used.any() and len(is_used):
        findings += (Finding("travel_table.nothing", "error", table.label),)
    is_path = is_known & np.isfinite(minutes) & (minutes <= _LONGEST_MINUTES) & (minutes >= 0)
    ordered = np.flatnonzero(is_path)[np.argsort(pair[is_path], kind="stable")]
    milliseconds = np.rint(minutes[ordered] * MS_PER_MINUTE).astype(np.int64)
    pairs = Pairs(village_idx[ordered], school_idx[ordered], milliseconds)
    times = TravelTimes(
        village_ids=villages.index,
        school_ids=schools.index,
        pairs={
            band.name: pairs.where(is_for[ordered])
            for band, is_for in zip(bands, is_for_band, strict=True)
        },
        modes={band.name: band.mode for band in bands},
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


def _rows_by_band(
    table: Table, bands: tuple[Band, ...]
) -> tuple[NDArray[np.bool_], tuple[Finding, ...]]:
    """Return (bands, rows) bool: which rows hold for which band, by the mode and band they name.

    A row that names no band holds for all bands of its mode.
    """
    modes = np.array([band.mode for band in bands])
    names = np.array([band.name for band in bands])
    is_for_band = np.ones((len(bands), len(table.rows)), dtype=np.bool_)
    findings: tuple[Finding, ...] = ()
    column = table.column("mode")
    if column.is_there:
        codes, written = pd.factorize(trim(column.cells))
        meant = np.array([MODE_WORDS.get(normal(word), "") for word in written], dtype=str)
        is_unknown = (meant == "")[codes]
        is_unused = ~np.isin(meant, modes)[codes] & ~is_unknown
        allowed = ", ".join(dict.fromkeys(MODE_WORDS.values()))
        findings += column.finding("cell.word", is_unknown, allowed=allowed)
        findings += column.finding("travel_table.mode", is_unused, "note")
        is_for_band &= (modes[:, None] == meant)[:, codes]
    column = table.column("band")
    if column.is_there:
        codes, written = pd.factorize(trim(column.cells))
        named = np.array(written, dtype=str)
        is_unknown = ~(np.isin(named, names) | (named == ""))[codes]
        findings += column.finding("travel_table.band", is_unknown, "warning")
        is_for_band &= ((names[:, None] == named) | (named == ""))[:, codes]
    return is_for_band, findings


def _is_double(pair: NDArray[np.int64], is_used: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rows whose pair occurs more than once among the used ones."""
    keys = pd.Series(np.where(is_used, pair, -1 - np.arange(len(pair))))
    return keys.duplicated(keep=False).to_numpy(dtype=bool)
