"""Downloading roads, from a server on this machine that plays Overpass."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmnx
import pytest
from pyproj import Geod
from shapely.geometry import LineString, Polygon, box

from cases.overpass import playing
from layoutplan.core.network import ALL_MODES
from layoutplan.errors import DataError, DownloadError
from layoutplan.load.access import BIKE, WALK
from layoutplan.load.overpass import case_area, download_roads
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

AREA = box(104.99, 33.99, 105.01, 34.01)
PLACES = {1: (105.0, 34.0), 2: (105.001, 34.0), 3: (105.002, 34.0), 4: (105.003, 34.001)}
WAYS = [
    {"type": "way", "id": 10, "nodes": [1, 2, 3], "tags": {"highway": "residential"}},
    {
        "type": "way",
        "id": 11,
        "nodes": [3, 4],
        "tags": {"highway": "tertiary", "oneway": "-1", "oneway:bicycle": "no", "maxspeed": "40"},
    },
]
ROADS = {
    "elements": [
        *({"type": "node", "id": k, "lon": lon, "lat": lat} for k, (lon, lat) in PLACES.items()),
        *WAYS,
    ]
}


@pytest.fixture
def serve() -> Iterator[Any]:
    with ExitStack() as servers:
        yield lambda *answers: servers.enter_context(playing(*answers))


def test_downloaded_roads_can_be_read(tmp_path: Path, serve: Any) -> None:
    server = serve((200, json.dumps(ROADS)))
    path = tmp_path / "roads.graphml"
    told = []
    written = download_roads(
        AREA,
        ["walk", "car"],
        path,
        overpass_url=server.url,
        progress=lambda *said: told.append(said),
    )
    assert written == path
    roads, file, findings, _ = read_roads(RoadSource(path=path, label=path.name))
    assert not findings
    assert file.rows == 3
    assert roads.class_names == ("residential", "tertiary")
    is_back = roads.lon[roads.tail] > roads.lon[roads.head]
    open_east = np.where(is_back, roads.backward, roads.forward)
    open_west = np.where(is_back, roads.forward, roads.backward)
    is_oneway = roads.road_class == 1
    assert open_east[is_oneway].tolist() == [WALK | BIKE]
    assert open_west[is_oneway].tolist() == [ALL_MODES]
    assert open_east[~is_oneway].tolist() == open_west[~is_oneway].tolist() == [ALL_MODES] * 2
    assert roads.max_kmh[is_oneway].tolist() == [40.0]
    assert told == [("progress.roads.download", 0, 0)]
    assert [entry.name for entry in tmp_path.iterdir()] == ["roads.graphml"]


def test_footpaths_are_asked_for_only_where_somebody_walks_or_cycles(
    tmp_path: Path, serve: Any
) -> None:
    server = serve((200, json.dumps(ROADS)))
    for modes in (["walk"], ["bus", "car"]):
        download_roads(AREA, modes, tmp_path / "roads.graphml", overpass_url=server.url)
    on_foot, by_motor = server.queries
    assert '"highway"!~' in on_foot
    assert "construction" in on_foot
    assert "footway" not in on_foot
    assert "footway" in by_motor


def test_nothing_of_the_program_is_changed(tmp_path: Path, serve: Any) -> None:
    settings, resolve = dict(vars(osmnx.settings)), socket.getaddrinfo
    for answer in ((200, json.dumps(ROADS)), (500, "no")):
        server = serve(answer)
        with suppress(DownloadError):
            download_roads(AREA, ["car"], tmp_path / "roads.graphml", overpass_url=server.url)
        assert dict(vars(osmnx.settings)) == settings
        assert socket.getaddrinfo is resolve
    assert not Path("cache").exists()


def test_a_busy_server_is_asked_again(tmp_path: Path, serve: Any) -> None:
    server = serve((429, "later"), (504, "later"), (200, json.dumps(ROADS)))
    path = tmp_path / "roads.graphml"
    download_roads(AREA, ["car"], path, overpass_url=server.url, pauses_seconds=(0, 0))
    assert path.exists()
    assert len(server.queries) == 3


@pytest.mark.parametrize(
    ("status", "content", "rule"),
    [
        (429, "later", "roads.download.busy"),
        (500, "broken", "roads.download.refused"),
        (403, "<html>go away</html>", "roads.download.refused"),
        (200, "<html>a login page</html>", "roads.download.garbled"),
        (200, "[]", "roads.download.garbled"),
        (200, '{"version": 1}', "roads.download.garbled"),
        (200, '{"elements": [{"type": "way"}]}', "roads.download.garbled"),
        (200, '{"elements": []}', "roads.download.nothing"),
        (200, '{"elements": [], "remark": "runtime error: timed out"}', "roads.download.partial"),
    ],
)
def test_an_answer_without_roads_is_told_and_harms_no_older_file(
    tmp_path: Path, serve: Any, status: int, content: str, rule: str
) -> None:
    server = serve((status, content))
    path = tmp_path / "roads.graphml"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(DownloadError) as caught:
        download_roads(AREA, ["car"], path, overpass_url=server.url, pauses_seconds=(0,))
    (finding,) = caught.value.findings
    assert finding.rule == rule
    assert server.url in finding.message
    assert path.read_text(encoding="utf-8") == "older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["roads.graphml"]


def test_roads_outside_the_area_are_none(tmp_path: Path, serve: Any) -> None:
    server = serve((200, json.dumps(ROADS)))
    with pytest.raises(DownloadError, match="knows no roads"):
        download_roads(
            box(10, 50, 10.01, 50.01), ["car"], tmp_path / "r.graphml", overpass_url=server.url
        )


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api"
    with pytest.raises(DownloadError, match="cannot be reached"):
        download_roads(AREA, ["car"], tmp_path / "roads.graphml", overpass_url=url)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, serve: Any) -> None:
    server = serve((200, json.dumps(ROADS)))
    with pytest.raises(DownloadError, match="cannot be written"):
        download_roads(AREA, ["car"], tmp_path / "no" / "r.graphml", overpass_url=server.url)


def places(*points: tuple[float, float]) -> gpd.GeoDataFrame:
    lon, lat = zip(*points, strict=True) if points else ((), ())
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


def test_the_area_reaches_the_margin_beyond_all_places() -> None:
    area = case_area(
        places((105.0, 34.0), (105.2, 34.0)), places((105.1, 34.1)), margin_meters=2000
    )
    assert isinstance(area, Polygon)
    assert area.is_valid
    globe = Geod(ellps="WGS84")
    south = globe.geometry_length(LineString([(105.1, 34.0), (105.1, area.bounds[1])]))
    west = globe.geometry_length(LineString([(105.0, 34.0), (area.bounds[0], 34.0)]))
    assert (south, west) == pytest.approx((2000, 2000), rel=0.005)


def test_one_place_has_an_area_and_none_has_not() -> None:
    assert case_area(places((105.0, 34.0)), places()).area > 0
    with pytest.raises(DataError):
        case_area(places(), places())
