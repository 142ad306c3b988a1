"""Roads from line features (gpkg, geojson, shp, parquet)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError

from layoutplan.core.network import ALL_MODES
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import LONLAT
from layoutplan.errors import DataError, Finding, has_errors
from layoutplan.load.access import TAG_KEYS, RoadUse, road_use
from layoutplan.load.geo_tables import as_text, read_layer, read_parquet
from layoutplan.load.headers import nearest
from layoutplan.load.joining import JoinedLines, Lines, join_lines
from layoutplan.load.pieces import piece_findings
from layoutplan.load.segments import Segments
from layoutplan.load.sheets import UnreadableError
from layoutplan.load.sources import RoadSource

OSM_COLUMN: Final = "highway"
GEOFABRIK_COLUMN: Final = "fclass"  # the same values, as Geofabrik's shapefiles have them
MOST_CLASSES: Final = 1000  # more different values are names or numbers of roads, no classes
NO_CLASS: Final = "road"  # what OpenStreetMap calls a road of which nothing more is known

_FIRST_ROW = 2  # as a spreadsheet counts: the header is row 1


@dataclass(frozen=True)
class _RoadLines:
    """Lines in degrees, the row of the file (from 0) that each is of, and what was found."""

    lines: Lines
    row: NDArray[np.int64]
    findings: tuple[Finding, ...]


def read_road_lines(source: RoadSource, *, progress: Progress = silent) -> Segments:
    """Return the segments of a file of lines, joined as `source` asks.

    Where the class column is ``highway`` (or ``fclass``), columns named like the tags of
    OpenStreetMap are read as such, and lines that nobody may use are left out before the others
    are joined. In other files every line is open to every mode in both directions. A line is known
    by its row in the file, as a spreadsheet counts, or by the id column of `source`.

    Parameters
    ----------
    source : RoadSource
        Where the file lies, and how its lines are joined.
    progress : Progress
        Told before lines are joined.

    Raises
    ------
    DataError
        Where the file cannot be read, holds no line to travel on, or not the column named.
    """
    frame, findings = _read(source)
    drawn = _lines_in_degrees(frame, source.label)
    tags = as_text(frame.drop(columns=frame.geometry.name))
    use_of_row, uses, classified = _uses(tags, source)
    way_of_row, way_ids, named = _ways(tags, source)
    findings = (*findings, *drawn.findings, *classified, *named)
    is_usable = np.array([use.is_usable for use in uses], dtype=bool)
    is_open = is_usable[use_of_row[drawn.row]]
    if has_errors(findings) or not is_open.any():
        nothing = Finding("roads.lines.none", "error", source.label, facts={"n_lines": len(frame)})
        faults = [replace(finding, level="error") for finding in findings]
        raise DataError(findings=findings if has_errors(findings) else [*faults, nothing])

    progress("progress.roads.join", 0, 0)
    lines, row = drawn.lines[is_open], drawn.row[is_open]
    use_idx, way_idx = use_of_row[row], way_of_row[row]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    # A tenth of a millimeter apart is how programs round the same point differently.
    rounded = pd.DataFrame(xy.round(9))
    point = rounded.groupby([0, 1], sort=False).ngroup().to_numpy(np.int64)
    plane = _plane(xy)
    flat_xy = np.column_stack(plane.transform(xy[:, 0], xy[:, 1]))
    flat = np.asarray(shapely.linestrings(flat_xy, indices=line))
    joined = join_lines(
        flat, point, gap_meters=source.join_gaps_meters, node_crossings=source.node_crossings
    )
    known = xy[~rounded.duplicated().to_numpy()]
    new_x, new_y = joined.new_xy.T
    added = np.column_stack(plane.transform(new_x, new_y, direction="INVERSE"))
    lon, lat = np.concatenate([known, added]).T
    return Segments(
        lon=lon,
        lat=lat,
        tail=joined.tail,
        head=joined.head,
        use_idx=np.where(joined.is_connector, len(uses), 0) + use_idx[joined.line],
        uses=[*uses, *map(_both_ways, uses)],
        way_idx=way_idx[joined.line],
        way_ids=way_ids,
        n_rows=len(frame),
        n_closed=int((~is_usable[use_of_row]).sum()),
        findings=(
            *findings,
            *_joining_findings(joined, lon, lat, source),
            *piece_findings(joined, flat, source),
        ),
    )


def _read(source: RoadSource) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Return the features of the file."""
    findings: tuple[Finding, ...] = ()
    try:
        if source.path.suffix.lower() == ".parquet":
            frame = read_parquet(source.path, source.label)
        else:
            frame, findings = read_layer(source.path, source.label)
    except UnreadableError as fault:
        raise DataError(findings=[fault.finding]) from fault
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        rule = "roads.lines.empty" if frame.empty else "roads.lines.no_geometry"
        raise DataError(findings=[Finding(rule, "error", source.label)])
    return frame.reset_index(drop=True), findings


def _lines_in_degrees(frame: gpd.GeoDataFrame, label: str) -> _RoadLines:
    """Return the single lines of the features in EPSG:4326, without those that are no lines."""
    findings = []
    shapes = frame.geometry.force_2d()
    if shapes.crs is None:
        is_degrees = _is_on_the_globe(shapes.array).all()
        if not is_degrees:
            raise DataError(findings=[Finding("roads.crs.missing", "error", label)])
        findings.append(Finding("roads.crs.assumed", "warning", label))
        shapes = shapes.set_crs(LONLAT)
    try:
        shapes = shapes.to_crs(LONLAT)
    except ProjError as fault:
        facts = {"crs": shapes.crs.name}
        unusable = Finding("roads.crs.unusable", "error", label, facts=facts)
        raise DataError(findings=[unusable]) from fault
    geometry = shapes.array
    is_line = np.isin(shapely.get_type_id(geometry), (1, 2, 5))  # line, ring, several lines
    is_empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    is_somewhere = _is_on_the_globe(geometry)
    is_length = shapely.length(geometry) > 0
    left_out = {
        "roads.lines.empty_shape": is_empty | (is_line & is_somewhere & ~is_length),
        "roads.lines.not_a_line": ~is_line & ~is_empty,
        "roads.lines.outside": is_line & ~is_empty & ~is_somewhere,
    }
    for rule, mask in left_out.items():
        rows = tuple((np.flatnonzero(mask) + _FIRST_ROW).tolist())
        findings += [Finding(rule, "warning", label, rows=rows)] * bool(rows)
    is_good = is_line & ~is_empty & is_somewhere & is_length
    lines, part_of = shapely.get_parts(np.asarray(geometry)[is_good], return_index=True)
    is_drawn = shapely.length(lines) > 0
    row = np.flatnonzero(is_good)[part_of[is_drawn]]
    return _RoadLines(np.asarray(lines[is_drawn]), row, tuple(findings))


def _is_on_the_globe(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return (n,) bool: whether all coordinates are degrees; true of empty shapes."""
    west, south, east, north = shapely.bounds(shapes).T
    inside = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return np.asarray(inside | shapely.is_missing(shapes) | shapely.is_empty(shapes))


def _plane(xy: NDArray[np.float64]) -> Transformer:
    """Return the transverse Mercator map centered on the lines, in meters.

    At a distance `x` east or west of its center it draws everything larger by ``1 + x² / 2R²``
    (Snyder 1987, Map Projections: A Working Manual, USGS Professional Paper 1395, p. 57), 0.04 %
    over 4 degrees at 34° north: one centimeter in a gap of 30 m. No length is taken from it.
    """
    lon, lat = np.median(xy, axis=0)  # a stray line far off does not pull it away
    projection = f"+proj=tmerc +lon_0={lon} +lat_0={lat} +ellps=WGS84 +units=m"
    return Transformer.from_crs(LONLAT, projection, always_xy=True)


def _uses(
    tags: pd.DataFrame, source: RoadSource
) -> tuple[NDArray[np.integer], list[RoadUse], tuple[Finding, ...]]:
    """Return which use each row has, the uses, and what was found about the classes."""
    column = source.class_column or OSM_COLUMN
    findings = []
    if column not in tags.columns:
        if source.class_column:
            findings.append(_no_such_column("class_column", column, tags, source))
        else:
            findings.append(Finding("roads.class_column.default", "note", source.label))
        return np.zeros(len(tags), dtype=np.int64), [_open_to_all(NO_CLASS)], tuple(findings)

    classes = tags[column].str.strip()
    rows = tuple((np.flatnonzero(classes == "") + _FIRST_ROW).tolist())
    if rows:
        findings.append(
            Finding("roads.class.empty", "warning", source.label, rows=rows, column=column)
        )
    if column == GEOFABRIK_COLUMN:
        classes = classes.str.replace(r"_grade\d$", "", regex=True)
    classes = classes.mask(classes == "", NO_CLASS)
    n_classes = classes.nunique()
    if n_classes > MOST_CLASSES:
        many: dict[str, object] = {"n_classes": n_classes}
        rule = "roads.class_column.many"
        findings.append(Finding(rule, "error", source.label, column=column, facts=many))
    if column not in (OSM_COLUMN, GEOFABRIK_COLUMN):
        use_of_row, names = pd.factorize(classes)
        return use_of_row, [_open_to_all(str(name)) for name in names], tuple(findings)

    tags = tags.assign(highway=classes)
    keys = [key for key in TAG_KEYS if key in tags.columns]
    alike = tags.groupby(keys, sort=False)
    uses = [
        road_use(dict(zip(keys, values, strict=True)), unknown_class=ALL_MODES)
        for values in tags.loc[~tags.duplicated(keys), keys].itertuples(index=False, name=None)
    ]
    return alike.ngroup().to_numpy(), uses, tuple(findings)


def _ways(
    tags: pd.DataFrame, source: RoadSource
) -> tuple[NDArray[np.integer], NDArray[np.str_], tuple[Finding, ...]]:
    """Return the way of each row, the ids of the ways, and what was found about the ids."""
    column = source.id_column
    rows = np.arange(len(tags))
    if column is None:
        return rows, (rows + _FIRST_ROW).astype(np.str_), ()
    if column not in tags.columns:
        return rows, np.empty(0, np.str_), (_no_such_column("id_column", column, tags, source),)
    ids = tags[column].str.strip()
    way_of_row, way_ids = pd.factorize(ids)
    unnamed = tuple((np.flatnonzero(ids == "") + _FIRST_ROW).tolist())
    note = Finding("roads.id.empty", "note", source.label, rows=unnamed, column=column)
    return way_of_row, np.array(way_ids, dtype=np.str_), (note,) * bool(unnamed)


def _no_such_column(key: str, column: str, tags: pd.DataFrame, source: RoadSource) -> Finding:
    """Return the error that the file has no column that `key` names."""
    facts = {"nearest": nearest(column, list(tags.columns)), "column": column}
    rule = f"roads.{key}.missing" if facts["nearest"] else f"roads.{key}.none"
    return Finding(rule, "error", source.label, column=column, facts=facts)


def _joining_findings(
    joined: JoinedLines, lon: NDArray[np.float64], lat: NDArray[np.float64], source: RoadSource
) -> tuple[Finding, ...]:
    """Return what was joined, and what was not; ``facts["points"]`` are the ends that were."""
    findings = []
    if len(joined.gap_meters):
        ends = joined.tail[joined.is_connector]
        facts = {
            "n_gaps": len(joined.gap_meters),
            "largest": f"{joined.gap_meters.max():.1f}",
            "points": tuple(
                zip(lon[ends].round(6).tolist(), lat[ends].round(6).tolist(), strict=True)
            ),
        }
        findings.append(Finding("roads.gaps.joined", "note", source.label, facts=facts))
    if joined.n_crossings:
        crossings = {"n_crossings": joined.n_crossings}
        findings.append(
            Finding("roads.crossings.joined", "note", source.label, facts=crossings)
            if source.node_crossings
            else Finding("roads.crossings.loose", "warning", source.label, facts=crossings)
        )
    return tuple(findings)


def _open_to_all(road_class: str) -> RoadUse:
    """Return the use of a road of which only the class is known."""
    return RoadUse(road_class, ALL_MODES, ALL_MODES)


def _both_ways(use: RoadUse) -> RoadUse:
    """Return the use of a connector to a road: whoever may use that road, to and fro."""
    modes = use.forward | use.backward
    return replace(use, forward=modes, backward=modes)
