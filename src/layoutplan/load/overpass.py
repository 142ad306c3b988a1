"""Roads of the case's area from the internet: a server of OpenStreetMap, asked through OSMnx."""

from __future__ import annotations

import socket
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, Final, Protocol

import geopandas as gpd
import networkx as nx
import osmnx
import pandas as pd
from shapely.geometry import Polygon

from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import LONLAT, Mode
from layoutplan.errors import DataError, DownloadError, Finding
from layoutplan.load.access import NOT_ROADS, TAG_KEYS
from layoutplan.load.graphml import WAYS_AS_DRAWN

OVERPASS_URL: Final = "https://overpass-api.de/api"
MARGIN_METERS: Final = 3000.0
"""How far the area reaches beyond villages and schools, so that a detour around it is found."""

_BUSY: Final = (429, 503, 504)  # too many requests, or too much at once: later it may work
_NOT_FOR_MOTORS: Final = (
    "bridleway", "corridor", "cycleway", "footway", "path", "pedestrian", "steps",
)  # fmt: skip


class _Response(Protocol):
    """What is read of an answer of the server."""

    status_code: int
    is_redirect: bool

    def json(self) -> Any:
        """Return the content."""

    def close(self) -> None:
        """Give the connection back."""


class _NoRoadsError(Exception):
    """The server gave no roads; `rule` and `facts` say why."""

    def __init__(self, rule: str, **facts: object) -> None:
        self.rule = rule
        self.facts = facts
        super().__init__(rule)


class _BusyError(_NoRoadsError):
    """The server has too much to do; later it may have time."""


def case_area(
    villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame, *, margin_meters: float = MARGIN_METERS
) -> Polygon:
    """Return the convex area around all villages and schools, in degrees.

    Parameters
    ----------
    villages, schools : geopandas.GeoDataFrame
        Points in EPSG:4326.
    margin_meters : float
        How far the area reaches beyond them.

    Raises
    ------
    DataError
        Where there is not a single point.

    Examples
    --------
    >>> places = gpd.GeoDataFrame(geometry=gpd.points_from_xy([105.0], [34.0]), crs=LONLAT)
    >>> [round(edge, 2) for edge in case_area(places, places, margin_meters=1000).bounds]
    [104.99, 33.99, 105.01, 34.01]
    """
    points = pd.concat([villages.geometry, schools.geometry])
    hull = points[~(points.is_empty | points.isna())].union_all().convex_hull
    if hull.is_empty:
        raise DataError(findings=[Finding("roads.download.area", "error")])
    center = hull.centroid
    plane = f"+proj=aeqd +lon_0={center.x} +lat_0={center.y} +ellps=WGS84 +units=m"
    flat = gpd.GeoSeries([hull], crs=LONLAT).to_crs(plane)
    return Polygon(flat.buffer(margin_meters).to_crs(LONLAT).iloc[0])


def download_roads(
    area: Polygon,
    modes: Collection[Mode],
    out_path: Path,
    *,
    overpass_url: str | None = None,
    timeout_seconds: float = 180.0,
    pauses_seconds: Sequence[float] = (30.0, 60.0),
    progress: Progress = silent,
) -> Path:
    """Download the roads of `area` that `modes` may use and save them as a graph.

    The file is written whole or not at all. Nothing that OSMnx or Python keep for the whole
    program is different afterwards.

    Parameters
    ----------
    area : Polygon
        In degrees, WGS84.
    modes : collection of {"walk", "bike", "bus", "car"}
        Footpaths and the like are left out where nobody walks or cycles.
    out_path : Path
        A ``.graphml`` file, which :func:`layoutplan.load.roads.read_roads` reads.
    overpass_url : str, optional
        Server with the Overpass interface, without ``/interpreter``; default `OVERPASS_URL`.
    timeout_seconds : float
        How long the server may take for one request.
    pauses_seconds : sequence of float
        How long to wait before each new try when the server is busy. What has already come is
        not asked for again.
    progress : Progress
        Told before each try.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    DownloadError
        Where the server cannot be reached, does not answer with roads, or the file cannot be
        written.
    """
    server = overpass_url or OVERPASS_URL
    try:
        with TemporaryDirectory(dir=out_path.parent, prefix=".roads-") as scratch:
            changes = {
                "all_oneway": True,
                "cache_folder": Path(scratch),
                "doh_url_template": None,
                "http_user_agent": "layoutplan",
                "overpass_rate_limit": False,  # a busy server is waited for here, not without end
                "overpass_url": server,
                "requests_kwargs": {"hooks": {"response": _check_answer}},
                "requests_timeout": timeout_seconds,
                "use_cache": True,
                "useful_tags_node": [],
                "useful_tags_way": list(TAG_KEYS),
            }
            with _restored(osmnx.settings, changes), _restored(socket, {}):
                graph = _fetch(area, modes, pauses_seconds, progress)
            graph.graph[WAYS_AS_DRAWN] = "yes"
            whole = Path(scratch) / "roads.graphml"
            osmnx.save_graphml(graph, whole)
            whole.replace(out_path)
    except _NoRoadsError as fault:
        facts = {"server": server, **fault.facts}
        raise DownloadError(findings=[Finding(fault.rule, "error", facts=facts)]) from fault
    except OSError as fault:
        unwritable = Finding("roads.download.unwritable", "error", facts={"path": out_path})
        raise DownloadError(findings=[unwritable]) from fault
    return out_path


def _fetch(
    area: Polygon, modes: Collection[Mode], pauses_seconds: Sequence[float], progress: Progress
) -> nx.MultiDiGraph[int]:
    """Return the graph of the roads in `area`, asking again while the server is busy."""
    for attempt, pause in enumerate(pauses_seconds):
        progress("progress.roads.download", attempt, 0)
        try:
            return _ask(area, modes)
        except _BusyError:
            time.sleep(pause)
    progress("progress.roads.download", len(pauses_seconds), 0)
    return _ask(area, modes)


def _ask(area: Polygon, modes: Collection[Mode]) -> nx.MultiDiGraph[int]:
    """Return the graph of the roads in `area`."""
    try:
        return osmnx.graph_from_polygon(
            area,
            simplify=False,
            retain_all=True,
            truncate_by_edge=True,
            custom_filter=_way_filter(modes),
        )
    except OSError as fault:  # whatever requests raises is one
        raise _NoRoadsError("roads.download.unreachable") from fault
    except ValueError as fault:  # how OSMnx says that it found nothing in the area
        raise _NoRoadsError("roads.download.nothing") from fault
    except (LookupError, TypeError, AttributeError) as fault:  # elements that are none
        raise _NoRoadsError("roads.download.garbled") from fault


def _check_answer(response: _Response, **_: object) -> None:
    """Raise where the server did not answer with the whole of what was asked for."""
    fault = None if response.is_redirect else _fault_of(response)
    if fault:
        response.close()
        raise fault


def _fault_of(response: _Response) -> _NoRoadsError | None:
    """Return what is wrong with an answer."""
    if response.status_code in _BUSY:
        return _BusyError("roads.download.busy", status=response.status_code)
    if response.status_code >= 400:
        return _NoRoadsError("roads.download.refused", status=response.status_code)
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "elements" not in answer:
        return _NoRoadsError("roads.download.garbled")
    if "remark" in answer:  # the server stopped half-way and sends what it had
        return _NoRoadsError("roads.download.partial", remark=str(answer["remark"]))
    return None


def _way_filter(modes: Collection[Mode]) -> str:
    """Return what to ask for: the ways that some of `modes` may use."""
    on_foot_or_by_bike = {"walk", "bike"} & set(modes)
    unwanted = sorted(NOT_ROADS) + ([] if on_foot_or_by_bike else list(_NOT_FOR_MOTORS))
    return f'["highway"]["area"!="yes"]["highway"!~"^({"|".join(unwanted)})$"]'


@contextmanager
def _restored(module: ModuleType, changes: dict[str, object]) -> Iterator[None]:
    """Put `changes` into `module`, and everything back as it was at the end."""
    before = dict(vars(module))
    vars(module).update(changes)
    try:
        yield
    finally:
        vars(module).update(before)
