"""Heights of the ground around the roads, from the files that the case names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.progress import Progress, silent
from layoutplan.core.relief import HeightGrid, heights_at
from layoutplan.errors import DataError, Finding, has_errors
from layoutplan.load import geotiff, hgt
from layoutplan.load.height_window import Bounds
from layoutplan.load.mosaic import joined

# No ground lies lower than the shore of the Dead Sea (-430 m) or higher than Everest (8,849 m);
# open mines and errors of a few meters are left room.
LOWEST_METERS: Final = -600.0
HIGHEST_METERS: Final = 9000.0
MOST_ABSURD_SHARE: Final = 0.5  # more of the heights than this: they are hardly meters at all
MOST_UNKNOWN_SHARE: Final = 0.01  # fewer road points than this without a height: no warning

_Reader = Callable[[Path, str, Bounds], tuple[HeightGrid, int, tuple[Finding, ...]]]


def read_relief(
    sources: Sequence[tuple[Path, str]],
    bounds: Bounds,
    *,
    points: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    progress: Progress = silent,
) -> tuple[tuple[HeightGrid, ...], tuple[InputFile, ...], tuple[Finding, ...]]:
    """Return the heights around the roads, what the files were, and what was found in them.

    Only the part of each file around the roads is read. Tiles of one grid become one, so that
    there is no seam. Whatever cannot be a height, and whatever the file marks as unknown, is NaN.

    Parameters
    ----------
    sources : sequence of (Path, str)
        Files, and their names in findings: GeoTIFF, or tiles named as those of SRTM (.hgt).
    bounds : tuple of float
        West, south, east and north of the roads, in degrees.
    points : tuple of (p,) float64, optional
        Longitude and latitude of the road points; those without a height become a finding.
    progress : Progress
        Told before each file.

    Returns
    -------
    relief : tuple of HeightGrid
        The first that knows a height has it.
    files : tuple of InputFile
        Those that could be read; their rows are rows of the grid.
    findings : tuple of Finding
        All of them; errors among them mean that the relief cannot be used.

    Raises
    ------
    MissingDependencyError
        Where there is a GeoTIFF and rasterio is not installed.
    """
    grids: list[HeightGrid] = []
    files: list[InputFile] = []
    findings: list[Finding] = []
    for n_done, (path, label) in enumerate(sources):
        progress("progress.relief", n_done, len(sources))
        try:
            grid, file, found = _read_file(path, label, bounds)
        except DataError as fault:
            findings.extend(fault.findings)
            continue
        grids.append(grid)
        files.append(file)
        findings.extend(found)
    relief = joined(grids)
    if sources and not has_errors(findings):
        findings.extend(_unknown(relief, points))
    return relief, tuple(files), tuple(findings)


def _read_file(
    path: Path, label: str, bounds: Bounds
) -> tuple[HeightGrid, InputFile, tuple[Finding, ...]]:
    """Return the part of one file around the roads, what it was, and what was found in it."""
    read = _reader(path, label)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise DataError(findings=[Finding("relief.no_access", "error", label)]) from fault
    grid, n_rows, findings = read(path, label, bounds)
    if not grid.meters.size:
        findings = (*findings, Finding("relief.elsewhere", "note", label))
    else:
        grid, doubts = _believed(grid, label)
        findings = (*findings, *doubts)
    return grid, InputFile(label, sha256, n_rows), findings


def _reader(path: Path, label: str) -> _Reader:
    """Return what reads this kind of file."""
    name = path.name.lower()
    if name.endswith(hgt.SUFFIXES):
        return hgt.read_hgt
    if name.endswith(geotiff.SUFFIXES):
        return geotiff.read_geotiff
    facts = {"suffixes": ", ".join((*geotiff.SUFFIXES, *hgt.SUFFIXES))}
    raise DataError(findings=[Finding("relief.suffix", "error", label, facts=facts)])


def _believed(grid: HeightGrid, label: str) -> tuple[HeightGrid, tuple[Finding, ...]]:
    """Return a grid without heights that no ground has, and what is to be said of its heights."""
    findings = []
    is_told = ~np.isnan(grid.meters)
    is_height = is_told & (grid.meters >= LOWEST_METERS) & (grid.meters <= HIGHEST_METERS)
    n_told, n_heights = int(is_told.sum()), int(is_height.sum())
    if n_told - n_heights > MOST_ABSURD_SHARE * n_told:
        findings.append(Finding("relief.units", "error", label))
    elif n_heights > 1 and np.ptp(grid.meters[is_height]) == 0:
        facts = {"meters": f"{grid.meters[is_height][0]:g}"}
        findings.append(Finding("relief.flat", "warning", label, facts=facts))
    if n_heights < is_height.size:
        voids = {"n_voids": is_height.size - n_heights, "n_cells": is_height.size}
        findings.append(Finding("relief.voids", "note", label, facts=voids))
    meters = np.where(is_height, grid.meters, np.float32(np.nan))
    return replace(grid, meters=meters), tuple(findings)


def _unknown(
    relief: tuple[HeightGrid, ...],
    points: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> tuple[Finding, ...]:
    """Return whether the heights leave roads out."""
    if not any(np.isfinite(grid.meters).any() for grid in relief):
        return (Finding("relief.nowhere", "error", "case.toml", column="roads.elevation"),)
    if points is None:
        return ()
    is_unknown = np.isnan(heights_at(relief, *points))
    share = float(is_unknown.mean()) if is_unknown.size else 0.0
    if share <= MOST_UNKNOWN_SHARE:
        return ()
    facts = {"percent": f"{100 * share:.0f}", "n_points": int(is_unknown.sum())}
    return (
        Finding("relief.unknown", "warning", "case.toml", column="roads.elevation", facts=facts),
    )
