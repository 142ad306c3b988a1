"""Tables with a geometry (gpkg, geojson, shp) and parquet -> cells of text and points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from layoutplan.errors import Finding
from layoutplan.load.sheets import UnreadableError

_GUESSED_ENCODING = "ISO-8859-1"  # what GDAL assumes of a shapefile that does not say


def read_layer(path: Path, table: str) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return the only layer of a vector file as a frame, with a geometry where it has one.

    A shapefile without a .cpg that is not UTF-8 is read as GB18030, which is a note.

    Raises
    ------
    UnreadableError
        When the file cannot be read, or has several layers to choose from.
    """
    import pyogrio  # here and below: packages that a case of text tables never needs

    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if len(layers) != 1:
            facts = {"layers": ", ".join(layers), "n": len(layers)}
            raise UnreadableError(Finding("table.layers", "error", table, facts=facts))
        if pyogrio.read_info(path)["encoding"] != _GUESSED_ENCODING:
            return pyogrio.read_dataframe(path), ()
        return _read_undeclared(path, table)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as fault:
        raise UnreadableError(Finding("table.unreadable", "error", table)) from fault
    except UnicodeDecodeError as fault:
        raise UnreadableError(Finding("table.not_text", "error", table)) from fault


def read_parquet(path: Path, table: str) -> pd.DataFrame:
    """Return a parquet file as a frame, with a geometry where it is GeoParquet.

    Raises
    ------
    UnreadableError
        When the file cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
        return gpd.read_parquet(path) if b"geo" in metadata else pd.read_parquet(path)
    except (pa.ArrowException, ValueError, OSError) as fault:
        raise UnreadableError(Finding("table.unreadable", "error", table)) from fault


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every cell of `frame` as text: whole numbers without a point, nothing as empty."""
    columns = [_text_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    text = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=frame.index)
    return text.reset_index(drop=True)


def _read_undeclared(path: Path, table: str) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return a shapefile that does not say how its letters are encoded."""
    import pyogrio

    try:
        return pyogrio.read_dataframe(path, encoding="utf-8"), ()
    except UnicodeDecodeError:
        note = Finding("table.encoding", "note", table, facts={"encoding": "gb18030"})
        return pyogrio.read_dataframe(path, encoding="gb18030"), (note,)


def _text_column(values: pd.Series[Any]) -> pd.Series[str]:
    """Return a column as text."""
    if pd.api.types.is_float_dtype(values.dtype):
        numbers = values.astype(np.float64)
        is_whole = (numbers == np.floor(numbers)) & np.isfinite(numbers)
        text = numbers.map(repr).where(~is_whole, numbers.where(is_whole, 0).map("{:.0f}".format))
    else:
        text = values.map(str)
    return text.mask(values.isna(), "").astype("str")
