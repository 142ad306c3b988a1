"""Heights from GeoTIFF files, through rasterio."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from layoutplan.core.relief import HeightGrid
from layoutplan.core.schema import LONLAT
from layoutplan.errors import DataError, Finding, MissingDependencyError
from layoutplan.load.height_window import Bounds, lines_across

SUFFIXES: Final = (".tif", ".tiff")

_FEET: Final = {
    "ft": 0.3048,
    "foot": 0.3048,
    "feet": 0.3048,
    "us survey foot": 1200 / 3937,
    "us-ft": 1200 / 3937,
}


def read_geotiff(
    path: Path, label: str, bounds: Bounds
) -> tuple[HeightGrid, int, tuple[Finding, ...]]:
    """Return the part of the first band around `bounds`, how many rows there are, and findings.

    Nothing but that part is read. Heights in feet, where the file says so, become meters.

    Parameters
    ----------
    path, label : Path, str
        The file, and its name in findings.
    bounds : Bounds
        In degrees; the grid is empty where the file lies elsewhere.

    Raises
    ------
    MissingDependencyError
        Where rasterio is not installed.
    DataError
        Where the file is no GeoTIFF, is damaged, does not say where it lies, or is turned.
    """
    rasterio = _rasterio(label)
    try:
        with warnings.catch_warnings():
            # A file that does not say where it lies is a finding of our own.
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            # Only this driver: GDAL goes by content, and other formats may point to other files.
            with rasterio.open(path, driver="GTiff") as file:
                return _read_band(file, label, bounds)
    except rasterio.errors.RasterioError as fault:
        facts = {"reason": str(fault)}
        unreadable = Finding("relief.unreadable", "error", label, facts=facts)
        raise DataError(findings=[unreadable]) from fault


def _rasterio(label: str) -> Any:
    """Return rasterio, which only cases with a GeoTIFF need."""
    try:
        import rasterio
    except ImportError as fault:
        missing = Finding("relief.rasterio", "error", label)
        raise MissingDependencyError(findings=[missing]) from fault
    return rasterio


def _read_band(
    file: Any, label: str, bounds: Bounds
) -> tuple[HeightGrid, int, tuple[Finding, ...]]:
    """Return the heights of an open file around `bounds`."""
    turn = file.transform
    if turn.b or turn.d:
        raise DataError(findings=[Finding("relief.turned", "error", label)])
    crs = _horizontal(file, label)
    west, south, east, north = _bounds_in(crs, bounds, label)
    # The transform begins at the corner of the first cell, the grid at its center.
    x, y = turn.c + turn.a / 2, turn.f + turn.e / 2
    rows = lines_across(y, turn.e, file.height, south, north)
    columns = lines_across(x, turn.a, file.width, west, east)
    meters = np.empty((rows.stop - rows.start, columns.stop - columns.start), dtype=np.float32)
    if meters.size:
        window = (rows.start, rows.stop), (columns.start, columns.stop)
        band = file.read(1, window=window, masked=True).astype(np.float32).filled(np.nan)
        meters = (band * file.scales[0] + file.offsets[0]).astype(np.float32)
    findings = []
    if file.count >= 3 or file.dtypes[0] == "uint8":
        findings.append(Finding("relief.picture", "warning", label))
    unit = (file.units[0] or "").lower()
    if unit in _FEET:
        meters = meters * np.float32(_FEET[unit])
        findings.append(Finding("relief.feet", "note", label))
    grid = HeightGrid(
        crs=crs.to_string(),
        x=x + columns.start * turn.a,
        y=y + rows.start * turn.e,
        step_x=turn.a,
        step_y=turn.e,
        meters=meters,
    )
    return grid, int(file.height), tuple(findings)


def _horizontal(file: Any, label: str) -> CRS:
    """Return in what the file says where it lies, without what it says of heights."""
    if file.crs is None:
        raise DataError(findings=[Finding("relief.crs.missing", "error", label)])
    try:
        crs = CRS.from_wkt(file.crs.to_wkt())
    except CRSError as fault:
        raise _unusable(file.crs, label) from fault
    return crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()


def _bounds_in(crs: CRS, bounds: Bounds, label: str) -> Bounds:
    """Return the smallest upright rectangle of `crs` around `bounds`, which are in degrees."""
    try:
        return Transformer.from_crs(LONLAT, crs, always_xy=True).transform_bounds(*bounds)
    except ProjError as fault:
        raise _unusable(crs, label) from fault


def _unusable(crs: object, label: str) -> DataError:
    """Return the error for a coordinate reference system that degrees cannot be converted to."""
    facts = {"crs": str(crs)}
    return DataError(findings=[Finding("relief.crs.unusable", "error", label, facts=facts)])
