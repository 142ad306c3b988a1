"""Heights from tiles of the Shuttle Radar Topography Mission (.hgt), packed or not."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

import numpy as np

from layoutplan.core.relief import HeightGrid
from layoutplan.core.schema import LONLAT
from layoutplan.errors import DataError, Finding
from layoutplan.load.height_window import Bounds, lines_across

SUFFIXES: Final = (".hgt", ".hgt.zip", ".hgt.gz")

_CORNER: Final = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_VOID: Final = -32768
_BYTES_EACH: Final = 2
_LINES_BY_BYTES: Final = {_BYTES_EACH * n_lines**2: n_lines for n_lines in (1201, 3601)}
_LARGEST_BYTES: Final = max(_LINES_BY_BYTES)


def read_hgt(path: Path, label: str, bounds: Bounds) -> tuple[HeightGrid, int, tuple[Finding, ...]]:
    """Return the part of a tile around `bounds`, how many rows the tile has, and findings (none).

    A tile spans one degree each way. Its name says where its southwest corner lies, such as
    ``N42E001``; it is 1201 or 3601 rows of as many whole meters (16 bits, high byte first), the
    northernmost row first. The outermost points lie on whole degrees, so neighbors share them.
    Format: NASA JPL, SRTM Topography (SRTM_Topo).

    Parameters
    ----------
    path, label : Path, str
        The tile, and its name in findings.
    bounds : Bounds
        In degrees; the grid is empty where the tile lies elsewhere.

    Raises
    ------
    DataError
        Where the name or the size is not that of a tile, or it cannot be unpacked.
    """
    corner = _CORNER.match(path.name)
    if corner is None:
        raise DataError(findings=[Finding("relief.hgt.name", "error", label)])
    content = _content(path, label)
    if len(content) not in _LINES_BY_BYTES:
        facts = {"n_bytes": _more_than_largest(len(content))}
        raise DataError(findings=[Finding("relief.hgt.size", "error", label, facts=facts)])
    n_lines = _LINES_BY_BYTES[len(content)]
    step = 1.0 / (n_lines - 1)
    south = int(corner[2]) * (1 if corner[1] in "Nn" else -1)
    west = int(corner[4]) * (1 if corner[3] in "Ee" else -1)
    rows = lines_across(south + 1.0, -step, n_lines, bounds[1], bounds[3])
    columns = lines_across(west, step, n_lines, bounds[0], bounds[2])
    samples = np.frombuffer(content, dtype=">i2").reshape(n_lines, n_lines)[rows, columns]
    meters = samples.astype(np.float32)
    meters[samples == _VOID] = np.nan
    grid = HeightGrid(
        crs=LONLAT,
        x=west + columns.start * step,
        y=south + 1.0 - rows.start * step,
        step_x=step,
        step_y=-step,
        meters=meters,
    )
    return grid, n_lines, ()


def _content(path: Path, label: str) -> bytes:
    """Return what the tile holds, unpacked, and no more than a byte too much of it."""
    try:
        with path.open("rb") as file:
            if path.name.lower().endswith(".zip"):
                with zipfile.ZipFile(file) as archive:
                    return archive.open(_member(archive, label)).read(_LARGEST_BYTES + 1)
            if path.name.lower().endswith(".gz"):
                return gzip.GzipFile(fileobj=file).read(_LARGEST_BYTES + 1)
            return file.read(_LARGEST_BYTES + 1)
    # A zip with a password is a RuntimeError, one packed in an unknown way a NotImplementedError.
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as fault:
        facts = {"reason": str(fault)}
        unreadable = Finding("relief.unreadable", "error", label, facts=facts)
        raise DataError(findings=[unreadable]) from fault


def _member(archive: zipfile.ZipFile, label: str) -> zipfile.ZipInfo:
    """Return the only tile in a zip file."""
    members = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".hgt")]
    if len(members) != 1:
        facts = {"n_tiles": len(members)}
        raise DataError(findings=[Finding("relief.hgt.zip", "error", label, facts=facts)])
    return members[0]


def _more_than_largest(n_bytes: int) -> str:
    """Return the size of what was read, which stops soon after the largest tile."""
    return f"> {_LARGEST_BYTES}" if n_bytes > _LARGEST_BYTES else str(n_bytes)
