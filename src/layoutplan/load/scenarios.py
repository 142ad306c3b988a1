"""The scenario that is asked for, with the polygons of the area that it closes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError

from layoutplan.core.case import InputFile
from layoutplan.core.schema import LONLAT
from layoutplan.core.speeds import Scenario
from layoutplan.errors import ConfigError, Finding, Level, has_errors
from layoutplan.load.case_file import CaseFile
from layoutplan.load.case_keys import CASE_TOML
from layoutplan.load.geo_tables import read_layer, read_parquet
from layoutplan.load.headers import nearest
from layoutplan.load.sheets import UnreadableError
from layoutplan.load.sources import FileLabel

AREA_SUFFIXES: Final = (".gpkg", ".geojson", ".shp", ".parquet")

_POLYGONS = (3, 6)  # types of shapely: a polygon, several polygons
_FIRST_ROW = 2  # as a spreadsheet counts: the header is row 1

Findings = tuple[Finding, ...]


def read_scenario(
    file: CaseFile, name: str | None
) -> tuple[Scenario | None, tuple[InputFile, ...], Findings]:
    """Return a scenario of a case, the files it was read from, and what was found.

    Parameters
    ----------
    file : CaseFile
        The case.
    name : str, optional
        Of the scenario; None asks for the usual state of the roads, which is no scenario.

    Returns
    -------
    scenario : Scenario or None
        With an error among the findings it is not to be used.
    inputs : tuple of InputFile
        The file of the closed area, where there is one.
    findings : tuple of Finding
        About that file, errors included.

    Raises
    ------
    ConfigError
        When the case has no scenario of that name.
    """
    if name is None:
        return None, (), ()
    if name not in file.scenarios:
        raise ConfigError(findings=[_unknown(name, tuple(file.scenarios))])
    source = file.scenarios[name]
    if source.area is None:
        return source.scenario, (), ()
    area, inputs, findings = _read_area(source.area)
    return replace(source.scenario, closed_area=area), inputs, findings


def _unknown(name: str, known: tuple[str, ...]) -> Finding:
    """Return the error that a case has no such scenario."""
    if not known:
        return Finding("scenario.none", "error", CASE_TOML, facts={"name": name})
    facts = {"name": name, "nearest": nearest(name, known), "known": ", ".join(known)}
    return Finding("scenario.unknown", "error", CASE_TOML, facts=facts)


def _read_area(area: FileLabel) -> tuple[gpd.GeoSeries | None, tuple[InputFile, ...], Findings]:
    """Return the polygons in a file, and what was found; none of them with an error."""
    path, label = area
    suffix = path.suffix.lower()
    if suffix not in AREA_SUFFIXES:
        facts = {"suffix": suffix, "suffixes": ", ".join(AREA_SUFFIXES)}
        return None, (), (Finding("table.suffix", "error", label, facts=facts),)
    try:
        with path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        frame, findings = _read(path, label)
    except OSError:
        return None, (), (Finding("table.no_access", "error", label),)
    except UnreadableError as fault:
        return None, (), (fault.finding,)
    inputs = (InputFile(label, sha256, len(frame)),)
    if not isinstance(frame, gpd.GeoDataFrame):
        return None, inputs, (*findings, Finding("scenario.area.no_geometry", "error", label))
    shapes, found = _in_degrees(frame.geometry.reset_index(drop=True).force_2d(), label)
    findings += found
    if has_errors(findings):
        return None, inputs, findings
    polygons, found = _polygons(shapes.array, label)
    findings += found
    if not len(polygons):
        none = Finding("scenario.area.none", "error", label, facts={"n_rows": len(frame)})
        return None, inputs, (*findings, none)
    return gpd.GeoSeries(polygons, crs=LONLAT), inputs, findings


def _read(path: Path, label: str) -> tuple[pd.DataFrame, Findings]:
    """Return the features of a file."""
    if path.suffix.lower() == ".parquet":
        return read_parquet(path, label), ()
    return read_layer(path, label)


def _in_degrees(shapes: gpd.GeoSeries, label: str) -> tuple[gpd.GeoSeries, Findings]:
    """Return shapes in EPSG:4326, and what was found about where they lie."""
    findings: Findings = ()
    if shapes.crs is None:
        if not _is_on_the_globe(shapes.array).all():
            return shapes, (Finding("roads.crs.missing", "error", label),)
        findings = (Finding("roads.crs.assumed", "warning", label),)
        shapes = shapes.set_crs(LONLAT)
    try:
        return shapes.to_crs(LONLAT), findings
    except ProjError:
        facts = {"crs": shapes.crs.name}
        return shapes, (Finding("roads.crs.unusable", "error", label, facts=facts),)


def _polygons(
    shapes: NDArray[np.object_], label: str
) -> tuple[NDArray[np.object_], tuple[Finding, ...]]:
    """Return the single polygons among shapes, all of them valid, and what was found."""
    is_empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    is_polygon = np.isin(shapely.get_type_id(shapes), _POLYGONS)
    is_somewhere = _is_on_the_globe(shapes)
    is_good = is_polygon & is_somewhere & ~is_empty
    is_crossed = is_good & ~shapely.is_valid(shapes)
    levels: dict[str, tuple[Level, NDArray[np.bool_]]] = {
        "scenario.area.empty_shape": ("warning", is_empty),
        "scenario.area.not_a_polygon": ("warning", ~is_polygon & ~is_empty),
        "scenario.area.outside": ("warning", is_polygon & ~is_somewhere & ~is_empty),
        "scenario.area.repaired": ("note", is_crossed),
    }
    findings = []
    for rule, (level, mask) in levels.items():
        rows = tuple((np.flatnonzero(mask) + _FIRST_ROW).tolist())
        findings += [Finding(rule, level, label, rows=rows)] * bool(rows)
    valid = shapely.make_valid(
        np.asarray(shapes)[is_good], method="structure", keep_collapsed=False
    )
    parts = shapely.get_parts(valid)
    return parts[~shapely.is_empty(parts)], tuple(findings)


def _is_on_the_globe(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return (n,) bool: whether all coordinates are degrees; true of empty shapes."""
    west, south, east, north = shapely.bounds(shapes).T
    inside = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return np.asarray(inside | shapely.is_missing(shapes) | shapely.is_empty(shapes))
