"""The outlines of townships -> polygons to draw, with what is wrong or doubtful about them."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.schema import LONLAT
from layoutplan.errors import Finding, Level, has_errors
from layoutplan.load.case_file import CaseFile
from layoutplan.load.cells import trim
from layoutplan.load.columns import TOWNSHIP_COLUMNS, TOWNSHIP_REQUIRED
from layoutplan.load.coordinates import BD09, GCJ02
from layoutplan.load.points import Frame, frame_of
from layoutplan.load.scenarios import AREA_SUFFIXES
from layoutplan.load.tables import Table, read_table

_POLYGONS: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)

Findings = tuple[Finding, ...]
Shapes = NDArray[np.object_]


def read_townships(
    file: CaseFile,
) -> tuple[gpd.GeoDataFrame | None, tuple[InputFile, ...], Findings]:
    """Return the outlines of the townships of a case, their file, and what was found.

    Parameters
    ----------
    file : CaseFile
        The case.

    Returns
    -------
    townships : geopandas.GeoDataFrame or None
        ``name`` (text, empty where none is given) and ``geometry`` (valid polygons, EPSG:4326),
        in the order of the file; None where the case has no outlines, or none that can be used.
    inputs : tuple of InputFile
        The file, where there is one.
    findings : tuple of Finding
        Errors included. A row without an area is left out, which is a finding.
    """
    source = file.townships
    if source is None:
        return None, (), ()
    suffix = source.path.suffix.lower()
    if suffix not in AREA_SUFFIXES:
        facts = {"suffix": suffix or "-", "suffixes": ", ".join(AREA_SUFFIXES)}
        return None, (), (Finding("table.suffix", "error", source.label, facts=facts),)
    table = read_table(source, TOWNSHIP_COLUMNS, TOWNSHIP_REQUIRED)
    findings = table.findings
    if table.geometry is None:
        if not has_errors(findings):
            findings += (Finding("townships.no_geometry", "error", source.label),)
        return None, (table.input,), findings
    frame, doubts = _frame(table, file)
    shapes, is_drawn, found = _polygons(table, frame)
    findings += doubts + found
    if not is_drawn.any():
        findings += (Finding("townships.none", "error", source.label),)
    if has_errors(findings):
        return None, (table.input,), findings
    names = trim(table.column("name").cells)
    unnamed = _about(table, "townships.name.empty", is_drawn & (names == "").to_numpy(dtype=bool))
    named = pd.DataFrame({"name": names[is_drawn]}).reset_index(drop=True)
    townships = gpd.GeoDataFrame(named, geometry=shapes[is_drawn], crs=LONLAT)
    return townships, (table.input,), findings + unnamed


def _frame(table: Table, file: CaseFile) -> tuple[Frame, Findings]:
    """Return the system of coordinates of the outlines, and what is doubtful about it.

    What the section says goes first, then what the file says, then what the case says.
    """
    carried = table.geometry.crs if table.geometry is not None else None
    if file.townships_crs or carried is None:
        return frame_of(file.townships_crs or file.crs), ()
    if file.crs not in (GCJ02, BD09):
        return frame_of(carried), ()
    facts = {"carried": carried.name, "crs": file.crs}
    return frame_of(carried), (
        Finding("townships.crs_carried", "warning", table.label, facts=facts),
    )


def _polygons(table: Table, frame: Frame) -> tuple[Shapes, NDArray[np.bool_], Findings]:
    """Return the shape of every row in degrees, valid, and which are areas that can be drawn."""
    shapes: Shapes = shapely.force_2d(np.asarray(table.geometry, dtype=object))
    is_empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    is_area = ~is_empty & np.isin(shapely.get_type_id(shapes), _POLYGONS)
    is_placed = _lies_within(shapes, -1e9, -1e9, 1e9, 1e9)
    placed = is_area & is_placed
    shapes[placed] = shapely.transform(
        shapes[placed], lambda points: np.column_stack(frame.to_wgs84(*points.T))
    )
    placed &= _lies_within(shapes, -180.0, -90.0, 180.0, 90.0)
    is_crossed = placed & ~shapely.is_valid(shapes)
    shapes[is_crossed] = shapely.make_valid(
        shapes[is_crossed], method="structure", keep_collapsed=False
    )
    is_flat = placed & (shapely.is_empty(shapes) | (shapely.area(shapes) == 0))
    findings = (
        *_about(table, "townships.empty", is_empty),
        *_about(table, "townships.not_a_polygon", ~is_area & ~is_empty),
        *_about(table, "townships.nowhere", is_area & ~placed, crs=frame.name),
        *_about(table, "townships.flat", is_flat),
        *_about(table, "townships.repaired", is_crossed & ~is_flat, "note"),
    )
    return shapes, placed & ~is_flat, findings


def _lies_within(
    shapes: Shapes, west: float, south: float, east: float, north: float
) -> NDArray[np.bool_]:
    """Return whether all of each shape lies in a box; never of one that is nowhere."""
    left, bottom, right, top = shapely.bounds(shapes).T
    return np.asarray((left >= west) & (bottom >= south) & (right <= east) & (top <= north))


def _about(
    table: Table,
    rule: str,
    is_found: NDArray[np.bool_],
    level: Level = "warning",
    **facts: object,
) -> Findings:
    """Return a finding for the rows where `is_found`, or none."""
    rows = tuple(table.rows[is_found].tolist())
    return (Finding(rule, level, table.label, rows=rows, facts=facts),) if rows else ()
