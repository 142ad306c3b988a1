"""The plan as a GeoPackage that opens in QGIS with colors."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio
import pyogrio.errors

from layoutplan.core.plan import Plan
from layoutplan.report.layers import Layers, layers
from layoutplan.report.styles import styles

# Layer -> type of its geometry, named so that also an empty layer has one; in the order in which
# QGIS lists them.
_GEOMETRY: Final = {
    "villages": "Point",
    "schools": "Point",
    "flows": "LineString",
    "roads": "LineString",
    "routes": "LineString",
    "catchments": "MultiPolygon",
    "townships": "MultiPolygon",
    "outline": "Polygon",
}
_GEOMETRY_COLUMN: Final = "geom"
_FAILED: Final = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError,
)
_ROOM_BYTES: Final = 1 << 20  # with less left after a failed write the disk counts as full

# The table in which QGIS keeps styles beside the layers, with the columns that it looks for.
_LAYER_STYLES: Final = """
CREATE TABLE layer_styles (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "f_table_catalog" TEXT(256),
    "f_table_schema" TEXT(256),
    "f_table_name" TEXT(256),
    "f_geometry_column" TEXT(256),
    "styleName" TEXT(30),
    "styleQML" TEXT,
    "styleSLD" TEXT,
    "useAsDefault" BOOLEAN,
    "description" TEXT,
    "owner" TEXT(30),
    "ui" TEXT(30),
    "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
_ADD_STYLE: Final = """
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner
) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')
"""
_REGISTER_STYLES: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', '')
"""


def write_geopackage(plan: Plan, path: Path) -> None:
    """Write the layers of `plan` to `path` with a style for QGIS in each; an older file goes.

    Parameters
    ----------
    plan : Plan
        The plan.
    path : Path
        Ends in ``.gpkg``. Not written atomically: give a place of its own, then move it.

    Notes
    -----
    Layers are those of :class:`layoutplan.report.layers.Layers`, and the outlines of townships as
    they were given; ids are columns. Where minutes are not known the cell is empty.
    """
    path.unlink(missing_ok=True)
    all_layers = layers(plan)
    with _errors_of_the_system(path):
        _write_layers(plan, all_layers, path)
        _write_styles(path, plan.name, styles(plan))


def _write_layers(plan: Plan, all_layers: Layers, path: Path) -> None:
    """Store every layer that there is."""
    # An empty layer would say that there is nothing, not that nothing is known.
    unknown = {name for name in ("routes", "townships") if getattr(plan, name) is None}
    for name, geometry_type in _GEOMETRY.items():
        if name in unknown:
            continue
        frame = plan.townships if name == "townships" else _table(all_layers, name)
        pyogrio.write_dataframe(
            frame,
            path,
            layer=name,
            driver="GPKG",
            geometry_type=geometry_type,
            promote_to_multi=geometry_type.startswith("Multi"),
            layer_options={"GEOMETRY_NAME": _GEOMETRY_COLUMN},
        )


@contextmanager
def _errors_of_the_system(path: Path) -> Iterator[None]:
    """Say of a disk that was full that it was: the writer of the layers only says that it failed.

    Raises
    ------
    OSError
        As writing any other file does.
    """
    try:
        yield
    except (*_FAILED, sqlite3.OperationalError) as fault:
        if shutil.disk_usage(path.parent).free >= _ROOM_BYTES:
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from fault


def _table(all_layers: Layers, name: str) -> gpd.GeoDataFrame:
    """Return a layer with its ids as a column."""
    frame: gpd.GeoDataFrame = getattr(all_layers, name)
    if name == "roads":  # lines of any kind were given: lines of one kind are stored
        frame = frame.explode(ignore_index=True)
    return frame.reset_index() if frame.index.name else frame


def _write_styles(path: Path, description: str, qml_of_layer: Mapping[str, str]) -> None:
    """Store a default style for every layer."""
    rows = [
        (layer, _GEOMETRY_COLUMN, layer, qml, description) for layer, qml in qml_of_layer.items()
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_LAYER_STYLES)
        database.executemany(_ADD_STYLE, rows)
        database.execute(_REGISTER_STYLES)
