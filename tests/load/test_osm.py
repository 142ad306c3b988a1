"""Roads from OpenStreetMap's own formats."""

from __future__ import annotations

import bz2
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import osmium
import pytest
from osmium.osm.mutable import Node, Way
from pyproj import Geod

from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.errors import DataError
from layoutplan.load import osm
from layoutplan.load.access import BIKE, WALK
from layoutplan.load.osm import read_osm
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

NODES = {1: (105.0, 34.0), 2: (105.001, 34.0), 3: (105.002, 34.0), 4: (105.003, 34.0)}
Ways = Sequence[tuple[Sequence[int], Mapping[str, str]]]


def source(path: Path, **settings: object) -> RoadSource:
    return RoadSource(path=path, label=path.name, **settings)


def xml(
    ways: Ways,
    node_tags: Mapping[int, Mapping[str, str]] | None = None,
    places: Mapping[int, tuple[float, float]] = NODES,
) -> str:
    def tags(values: Mapping[str, str]) -> str:
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in values.items())

    nodes = "".join(
        f'<node id="{node}" lon="{lon}" lat="{lat}">{tags((node_tags or {}).get(node, {}))}</node>'
        for node, (lon, lat) in places.items()
    )
    lines = "".join(
        f'<way id="{number}">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + tags(values)
        + "</way>"
        for number, (refs, values) in enumerate(ways, start=1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{lines}</osm>'


def written(tmp_path: Path, ways: Ways, *more: Any, **settings: Any) -> Path:
    path = tmp_path / "roads.osm"
    path.write_text(xml(ways, *more, **settings), encoding="utf-8")
    return path


def roads_of(tmp_path: Path, ways: Ways, *more: Any, **settings: Any) -> RoadNetwork:
    return read_roads(source(written(tmp_path, ways, *more, **settings)))[0]


def test_every_shape_point_is_kept_and_measured_on_the_ellipsoid(tmp_path: Path) -> None:
    roads = roads_of(tmp_path, [((1, 2, 3), {"highway": "residential", "maxspeed": "30"})])
    assert roads.n_points == 3
    assert list(zip(roads.tail, roads.head, strict=True)) == [(0, 1), (1, 2)]
    assert roads.lon.tolist() == [105.0, 105.001, 105.002]
    expected = Geod(ellps="WGS84").inv(105.0, 34.0, 105.001, 34.0)[2]
    assert roads.meters == pytest.approx([expected] * 2, abs=1e-6)
    assert roads.max_kmh.tolist() == [30.0, 30.0]
    assert roads.class_names == ("residential",)
    assert roads.forward.tolist() == roads.backward.tolist() == [ALL_MODES] * 2


def test_ways_meet_only_at_common_nodes(tmp_path: Path) -> None:
    ways = [((1, 2), {"highway": "track"}), ((2, 3), {"highway": "primary_link", "oneway": "-1"})]
    roads = roads_of(tmp_path, ways)
    assert roads.n_points == 3
    assert [roads.class_names[k] for k in roads.road_class] == ["track", "primary_link"]
    assert roads.forward.tolist() == [ALL_MODES, WALK]
    assert roads.backward.tolist() == [ALL_MODES, ALL_MODES]


def test_closed_ways_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "roads.osm"
    ways = [((1, 2), {"highway": "track"}), ((2, 3), {"highway": "construction"}), ((3, 4), {})]
    path.write_text(xml(ways), encoding="utf-8")
    roads, file, findings, _ = read_roads(source(path))
    assert roads.n_segments == 1
    assert [(finding.rule, finding.facts) for finding in findings] == [
        ("roads.closed", {"n_closed": 1, "n_rows": 2})
    ]
    assert file.path == "roads.osm"
    assert file.rows == 2
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_way_beyond_the_extract_ends_where_the_extract_ends(tmp_path: Path) -> None:
    path = tmp_path / "roads.osm"
    ways = [((1, 2, 99, 3, 4), {"highway": "track"}), ((1, 3), {"highway": "track"})]
    path.write_text(xml(ways), encoding="utf-8")
    roads, _, findings, _ = read_roads(source(path))
    assert sorted(zip(roads.lon[roads.tail], roads.lon[roads.head], strict=True)) == [
        (105.0, 105.001),
        (105.0, 105.002),
        (105.002, 105.003),
    ]
    assert [(finding.rule, finding.level) for finding in findings] == [("roads.ways.cut", "note")]
    assert findings[0].facts == {"n_ways": 1}


def test_a_barrier_closes_all_but_the_longest_segment_beside_it(tmp_path: Path) -> None:
    way = [((1, 2, 4), {"highway": "residential"})]
    roads = roads_of(tmp_path, way, {2: {"barrier": "bollard"}, 4: {"barrier": "gate"}})
    assert roads.forward.tolist() == roads.backward.tolist() == [WALK | BIKE, ALL_MODES]
    opened = roads_of(tmp_path, way, {2: {"barrier": "bollard", "motor_vehicle": "yes"}})
    assert opened.forward.tolist() == [ALL_MODES, ALL_MODES]


def test_a_repeated_node_makes_no_segment(tmp_path: Path) -> None:
    roads = roads_of(tmp_path, [((1, 1, 2), {"highway": "track"})])
    assert roads.n_segments == 1


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".pbf"])
def test_all_formats_say_the_same(tmp_path: Path, suffix: str) -> None:
    ways = [((1, 2, 3), {"highway": "residential"}), ((3, 4), {"highway": "footway"})]
    path = tmp_path / f"roads{suffix}"
    content = xml(ways).encode()
    if suffix.endswith("pbf"):
        with osmium.SimpleWriter(str(path)) as writer:
            for node, place in NODES.items():
                writer.add_node(Node(id=node, location=place))
            for number, (refs, tags) in enumerate(ways, start=1):
                writer.add_way(Way(id=number, nodes=refs, tags=tags))
    else:
        pack = {".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}.get(suffix, bytes)
        path.write_bytes(pack(content))
    roads, _, findings, _ = read_roads(source(path))
    assert not findings
    assert roads.lon.tolist() == [105.0, 105.001, 105.002, 105.003]
    assert roads.forward.tolist() == [ALL_MODES, ALL_MODES, WALK]


def test_segments_know_the_ways_they_are_pieces_of(tmp_path: Path) -> None:
    ways = [((1, 2, 3), {"highway": "track"}), ((2, 3), {}), ((3, 4), {"highway": "path"})]
    roads = roads_of(tmp_path, ways)
    assert roads.way_ids[roads.way_idx].tolist() == ["1", "1", "3"]


def test_tags_are_read_whatever_is_in_them(tmp_path: Path) -> None:
    tags = {"name": "Wn1 x=5,y%20% &#10;", "maxspeed": "20 mph", "highway": "村道,a=b%c"}
    closed = {"highway": "track", "access": "private&#10;"}
    roads, _, findings, _ = read_roads(
        source(written(tmp_path, [((1, 2), {**tags, "highway": "track"}), ((2, 3), closed)]))
    )
    assert roads.max_kmh == pytest.approx([32.19], abs=0.01)
    assert [finding.rule for finding in findings] == ["roads.closed"]
    with pytest.raises(DataError):
        roads_of(tmp_path, [((1, 2), tags)])


def test_places_are_the_nearest_floats_to_the_numbers_in_the_file(tmp_path: Path) -> None:
    places = {1: (-116.7000001, -0.0000001), 2: (179.9999999, 36.9041234), 3: (8.7, 49.4)}
    roads = roads_of(tmp_path, [((1, 2, 3), {"highway": "track"})], places=places)
    assert list(zip(roads.lon, roads.lat, strict=True)) == list(places.values())


def test_ways_without_nodes_make_no_roads(tmp_path: Path) -> None:
    ways = [((), {"highway": "track"}), ((1,), {"highway": "track"})]
    with pytest.raises(DataError) as caught:
        roads_of(tmp_path, ways)
    assert caught.value.findings[0].facts == {"n_rows": 2}
    assert roads_of(tmp_path, [*ways, ((1, 2), {"highway": "track"})]).way_idx.tolist() == [2]


def test_a_file_of_many_blocks_is_read_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [
        ((1, 2, 3), {"highway": "track"}),
        ((), {"highway": "path"}),
        ((3, 4), {"highway": "path"}),
    ]
    stops = {2: {"barrier": "bollard"}, 3: {"barrier": "stile"}}
    whole = read_osm(written(tmp_path, ways, stops), "roads.osm")
    monkeypatch.setattr(osm, "_BLOCK_BYTES", 1)
    in_blocks = read_osm(written(tmp_path, ways, stops), "roads.osm")
    for name in ("lon", "lat", "tail", "head", "use_idx", "way_idx", "way_ids", "stopped"):
        assert getattr(in_blocks, name).tolist() == getattr(whole, name).tolist(), name
    assert in_blocks.uses == whole.uses


@pytest.mark.parametrize(("key", "is_refused"), [("highway", True), ("name", False)])
def test_text_that_is_no_utf8_matters_only_in_what_is_read(
    tmp_path: Path, key: str, is_refused: bool
) -> None:
    path = tmp_path / "roads.osm.pbf"
    plain = osmium.io.File(str(path), "pbf,pbf_compression=none")
    with osmium.SimpleWriter(plain) as writer:
        for node, place in NODES.items():
            writer.add_node(Node(id=node, location=place))
        writer.add_way(Way(id=1, nodes=(1, 2), tags={"highway": "track", key: "tr__k"}))
    path.write_bytes(path.read_bytes().replace(b"tr__k", b"tr\xff\xfek"))
    if is_refused:
        with pytest.raises(DataError, match="damaged"):
            read_roads(source(path))
    else:
        assert read_roads(source(path))[0].n_segments == 1


def test_a_full_disk_is_told_before_anything_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(osm.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(DataError) as caught:
        roads_of(tmp_path, [((1, 2), {"highway": "track", "name": "told before"})])
    assert [finding.rule for finding in caught.value.findings] == ["roads.no_room"]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("roads.osm", b"", "roads.empty"),
        ("roads.osm", b"<osm version='0.6'><way", "roads.unreadable"),
        ("roads.osm", b"lon,lat\n1,2\n", "roads.unreadable"),
        ("roads.osm.pbf", b"this is no protobuf", "roads.unreadable"),
        ("roads.osm.gz", b"this is not packed", "roads.unreadable"),
        ("roads.osm", b"<osm version='0.6'></osm>", "roads.none"),
        ("roads.csv", b"a,b\n", "roads.suffix"),
        ("roads", b"a,b\n", "roads.suffix"),
    ],
)
def test_a_file_that_is_none_is_refused(
    tmp_path: Path, name: str, content: bytes, rule: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_roads(source(path))
    assert [finding.rule for finding in caught.value.findings] == [rule]
    assert name in caught.value.message_in("zh")


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roads.osm"
    path.write_bytes(xml([((1, 2), {"highway": "track"})]).encode()[:-30])
    with pytest.raises(DataError, match="damaged"):
        read_roads(source(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be opened"):
        read_roads(source(tmp_path / "roads.osm"))
