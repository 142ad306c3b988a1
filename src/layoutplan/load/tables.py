"""A table of the case, whatever file it lies in: cells of text, and a geometry where it has one."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.errors import Finding
from layoutplan.load.cells import Column
from layoutplan.load.geo_tables import as_text, read_layer, read_parquet
from layoutplan.load.headers import match_headers, missing
from layoutplan.load.sheets import UnreadableError, read_csv, read_xlsx
from layoutplan.load.sources import TableSource
from layoutplan.load.title_rows import row_of_headers

# How files begin: GDAL and others go by content, so a file that is not what its name says could
# be a format that points to other files.
_BEGINNINGS: Final[dict[str, tuple[bytes, ...]]] = {
    ".csv": (),
    ".xlsx": (b"PK\x03\x04",),
    ".gpkg": (b"SQLite format 3\x00",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".parquet": (b"PAR1",),
    ".shp": (b"\x00\x00\x27\x0a",),
}
_BINARY: Final = (b"PK\x03\x04", b"SQLite format 3\x00", b"PAR1", b"\xd0\xcf\x11\xe0")
SUFFIXES: Final = ("csv", "xlsx", "gpkg", "geojson", "parquet", "shp")


@dataclass(frozen=True)
class Table:
    """A table as it was read, every cell as text.

    Parameters
    ----------
    label : str
        The file, as written in ``case.toml``.
    frame : pandas.DataFrame
        Text, empty where a cell is empty; headers as in the file, a header may occur twice.
    rows : (n,) int64
        Row of the file of each row of `frame`, the header being row 1.
    geometry : geopandas.GeoSeries or None
        As in the file, with its own coordinate reference system where it states one.
    input : InputFile
        What was read.
    positions : dict
        Column of the contract -> its position in `frame`.
    findings : tuple of Finding
        With an error among them the table is not to be used.
    """

    label: str
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    geometry: gpd.GeoSeries | None
    input: InputFile
    positions: dict[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def headers(self) -> list[str]:
        """Headers of the file, from left to right."""
        return [str(header) for header in self.frame.columns]

    def __contains__(self, name: str) -> bool:
        """Return whether the file has the column `name` of the contract."""
        return name in self.positions

    def column(self, name: str) -> Column:
        """Return the column `name` of the contract; empty cells where the file has none."""
        if name not in self.positions:
            empty = pd.Series("", index=self.frame.index, dtype="str")
            return Column(empty, self.rows, self.label, name, is_there=False)
        place = self.positions[name]
        return Column(self.frame.iloc[:, place], self.rows, self.label, self.headers[place])


def read_table(
    source: TableSource, wanted: Mapping[str, Sequence[str]], required: Sequence[str] = ()
) -> Table:
    """Return the table that lies at `source`.

    Nothing is raised: whatever is wrong with the file is among its findings.

    Parameters
    ----------
    source : TableSource
        Where it lies, and the planner's own headers.
    wanted : mapping
        Column of the contract -> other headers that mean it.
    required : sequence of str
        Columns that must be there.
    """
    try:
        content = source.path.read_bytes()
    except OSError:
        return _unread(source, b"", "table.no_access")
    try:
        frame, rows, geometry, findings = _read_cells(source, content)
    except UnreadableError as fault:
        return _unread(source, content, fault.finding)
    headers = [str(header).strip() for header in frame.columns]
    positions, unclear = match_headers(headers, wanted, source.columns, source.label)
    if not positions or not positions.keys() >= {*required}:
        row = row_of_headers(source.path, content, wanted, source.columns)
        if row is not None:
            return _unread(source, content, Finding("header.lower", "error", source.label, (row,)))
    if frame.shape[1] == 0 and geometry is None:
        return _unread(source, content, "table.empty")
    if len(frame) == 0:
        return _unread(source, content, "table.no_rows")
    frame.columns = pd.Index(headers)
    absent = missing(headers, wanted, required, positions, unclear, source.label)
    return Table(
        label=source.label,
        frame=frame,
        rows=rows,
        geometry=geometry,
        input=_provenance(source, content, len(frame)),
        positions=positions,
        findings=(*findings, *unclear, *absent),
    )


def _read_cells(
    source: TableSource, content: bytes
) -> tuple[pd.DataFrame, NDArray[np.int64], gpd.GeoSeries | None, tuple[Finding, ...]]:
    """Return cells, rows and geometry of a file by the kind of file it is."""
    suffix = source.path.suffix.lower()
    _check_kind(suffix, content, source.label)
    if suffix == ".csv":
        frame, rows, findings = read_csv(content, source.label)
        return frame, rows, None, findings
    if suffix == ".xlsx":
        frame, rows, findings = read_xlsx(source.path, source.label)
        return frame, rows, None, findings
    if suffix == ".parquet":
        layer, findings = read_parquet(source.path, source.label), ()
    else:
        layer, findings = read_layer(source.path, source.label)
    geometry = None
    if isinstance(layer, gpd.GeoDataFrame):
        geometry = layer.geometry.reset_index(drop=True)
        layer = layer.drop(columns=layer.geometry.name)
    return as_text(layer), np.arange(2, len(layer) + 2), geometry, findings


def _check_kind(suffix: str, content: bytes, label: str) -> None:
    """Raise when a file cannot be read, or is another kind of file than its name says."""
    if suffix not in _BEGINNINGS:
        facts = {"suffix": suffix or "-", "suffixes": ", ".join(SUFFIXES)}
        raise UnreadableError(Finding("table.suffix", "error", label, facts=facts))
    if not content.strip():
        raise UnreadableError(Finding("table.empty", "error", label))
    beginnings = _BEGINNINGS[suffix]
    begins = content.removeprefix(codecs.BOM_UTF8).lstrip() if beginnings == (b"{",) else content
    is_other = not begins.startswith(beginnings) if beginnings else content.startswith(_BINARY)
    if is_other:
        raise UnreadableError(
            Finding("table.other_kind", "error", label, facts={"suffix": suffix.lstrip(".")})
        )


def _unread(source: TableSource, content: bytes, fault: Finding | str) -> Table:
    """Return an empty table that says why there is none."""
    finding = Finding(fault, "error", source.label) if isinstance(fault, str) else fault
    empty = pd.DataFrame()
    rows = np.empty(0, dtype=np.int64)
    provenance = _provenance(source, content, 0)
    return Table(source.label, empty, rows, None, provenance, findings=(finding,))


def _provenance(source: TableSource, content: bytes, n_rows: int) -> InputFile:
    """Return what is remembered of a file that was read."""
    return InputFile(source.label, hashlib.sha256(content).hexdigest(), n_rows)
