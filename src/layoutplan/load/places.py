"""The tables of villages and schools -> frames as a case holds them."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.schema import (
    BAND_SEPARATOR,
    DECISION_WORDS,
    KIND_WORDS,
    LONLAT,
    pupils_column,
)
from layoutplan.errors import Finding
from layoutplan.load.case_file import CaseFile
from layoutplan.load.cells import Column, counts, money, normal, trim, unique_ids, words
from layoutplan.load.columns import (
    SCHOOL_COLUMNS,
    SCHOOL_REQUIRED,
    village_columns,
    village_required,
)
from layoutplan.load.points import read_points
from layoutplan.load.tables import Table, read_table

Places = tuple[gpd.GeoDataFrame, InputFile, tuple[Finding, ...]]

_COSTS = ("yearly_cost", "cost_per_pupil", "opening_cost")
_ALSO_SEPARATORS = str.maketrans(dict.fromkeys("；,，、", BAND_SEPARATOR))


def read_villages(case_file: CaseFile) -> Places:
    """Return the villages of a case, the file they came from, and what was found.

    The frame is the one described in :class:`~layoutplan.core.case.Case`. With an error among
    the findings it is not to be used.
    """
    bands = [band.name for band in case_file.bands]
    table = read_table(case_file.villages, village_columns(bands), village_required(bands))
    if not len(table.frame):
        return _nowhere("village_id"), table.input, table.findings
    ids, findings = unique_ids(table.column("village_id"))
    columns: dict[str, object] = {
        name: trim(table.column(name).cells) for name in ("name", "township", "school_id")
    }
    for name in map(pupils_column, bands):
        columns[name], found = counts(table.column(name), empty_rule="villages.pupils.empty")
        findings += found
    return _located(table, ids, columns, "village_id", findings, case_file.crs)


def read_schools(case_file: CaseFile) -> Places:
    """Return the schools of a case, the file they came from, and what was found.

    The frame is the one described in :class:`~layoutplan.core.case.Case`. With an error among
    the findings it is not to be used. Where no decision is written a small school that is no
    center is free to merge, a candidate site is free to open, and every other school stays.
    """
    table = read_table(case_file.schools, SCHOOL_COLUMNS, SCHOOL_REQUIRED)
    if not len(table.frame):
        return _nowhere("school_id"), table.input, table.findings
    ids, findings = unique_ids(table.column("school_id"))
    kind, kind_findings = words(table.column("kind"), KIND_WORDS, "primary")
    is_candidate = (kind == "candidate").to_numpy(dtype=bool)
    # A site that is not built yet has no pupils today.
    enrollment, enrollment_findings = counts(
        table.column("enrollment"), empty_rule="schools.enrollment.empty", is_excused=is_candidate
    )
    seats, seats_findings = counts(table.column("seats"), empty_rule="schools.seats.empty")
    beds, beds_findings = counts(table.column("beds"))
    written, decision_findings = words(table.column("decision"), DECISION_WORDS, "")
    is_small = (enrollment < case_file.rules.small_below) & (kind != "center").to_numpy(dtype=bool)
    default = pd.Series(np.where(is_candidate | is_small, "free", "keep"), dtype="str")
    bands, band_findings = _bands_taught(
        table.column("bands"), [band.name for band in case_file.bands]
    )
    columns: dict[str, object] = {
        "name": trim(table.column("name").cells),
        "township": trim(table.column("township").cells),
        "enrollment": enrollment,
        "seats": seats,
        "beds": beds,
        "kind": kind,
        "decision": written.where(written != "", default),
        "is_decision_given": (written != "").to_numpy(dtype=bool),
        "bands": bands,
    }
    findings += kind_findings + enrollment_findings + seats_findings + beds_findings
    findings += decision_findings + band_findings
    for name in _COSTS:
        columns[name], found = money(table.column(name))
        findings += found
    return _located(table, ids, columns, "school_id", findings, case_file.crs)


def _bands_taught(
    column: Column, bands: Sequence[str]
) -> tuple[pd.Series[str], tuple[Finding, ...]]:
    """Return the bands that each school may teach, in the order of the case; empty means all."""
    known = {normal(band): band for band in bands}

    def taught(cell: str) -> str | None:
        names = {normal(name) for name in cell.translate(_ALSO_SEPARATORS).split(BAND_SEPARATOR)}
        names.discard("")
        if not names <= known.keys():
            return None
        chosen = [band for name, band in known.items() if not names or name in names]
        return BAND_SEPARATOR.join(chosen)

    meant = column.cells.map({cell: taught(cell) for cell in column.cells.unique()})
    is_unknown: NDArray[np.bool_] = meant.isna().to_numpy(dtype=bool)
    findings = column.finding("schools.bands.unknown", is_unknown, bands=", ".join(bands))
    return meant.fillna("").astype("str"), findings


def _located(
    table: Table,
    ids: pd.Series[str],
    columns: dict[str, object],
    index: str,
    findings: tuple[Finding, ...],
    crs: str,
) -> Places:
    """Return columns as a frame of points, indexed by id."""
    points, doubts = read_points(table, ids, crs)
    frame = gpd.GeoDataFrame(columns, geometry=points, crs=LONLAT)
    frame.index = pd.Index(ids, name=index)
    return frame, table.input, (*table.findings, *findings, *doubts)


def _nowhere(index: str) -> gpd.GeoDataFrame:
    """Return a frame without a place."""
    return gpd.GeoDataFrame(index=pd.Index([], name=index), geometry=[], crs=LONLAT)
