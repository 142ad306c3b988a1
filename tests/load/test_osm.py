"""Roads from OpenStreetMap's own formats."""

from __future__ import annotations

import bz2
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.errors import DataError
from layoutplan.load.access import BIKE, BUS, CAR, WALK
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

SHARED = Path(__file__).resolve().parents[2] / "../shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real data here")

NODES = {1: (105.0, 34.0), 2: (105.001, 34.0), 3: (105.002, 34.0), 4: (105.003, 34.0)}
Ways = Sequence[tuple[Sequence[int], Mapping[str, str]]]


def source(path: Path, **settings: object) -> RoadSource:
    return RoadSource(path=path, label=path.name, **settings)


def xml(ways: Ways, node_tags: Mapping[int, Mapping[str, str]] | None = None) -> str:
    def tags(values: Mapping[str, str]) -> str:
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in values.items())

    nodes = "".join(
        f'<node id="{node}" lon="{lon}" lat="{lat}">{tags((node_tags or {}).get(node, {}))}</node>'
        for node, (lon, lat) in NODES.items()
    )
    lines = "".join(
        f'<way id="{number}">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + tags(values)
        + "</way>"
        for number, (refs, values) in enumerate(ways, start=1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{lines}</osm>'


def roads_of(
    tmp_path: Path, ways: Ways, node_tags: Mapping[int, Mapping[str, str]] | None = None
) -> RoadNetwork:
    path = tmp_path / "roads.osm"
    path.write_text(xml(ways, node_tags), encoding="utf-8")
    return read_roads(source(path))[0]


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
    roads, file, findings = read_roads(source(path))
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
    roads, _, findings = read_roads(source(path))
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
    roads, _, findings = read_roads(source(path))
    assert not findings
    assert roads.lon.tolist() == [105.0, 105.001, 105.002, 105.003]
    assert roads.forward.tolist() == [ALL_MODES, ALL_MODES, WALK]


def test_the_planners_speeds_come_along(tmp_path: Path) -> None:
    path = tmp_path / "roads.osm"
    path.write_text(xml([((1, 2), {"highway": "track"})]), encoding="utf-8")
    roads, _, findings = read_roads(source(path, speeds={"track": 12, "trak": 9}))
    assert roads.class_kmh == {"track": 12, "trak": 9}
    assert not findings


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


def usable_nodes(roads: RoadNetwork, mode_bit: int) -> tuple[int, float]:
    """Return the number of points that a mode reaches, and the share in the largest piece."""
    is_used = ((roads.forward | roads.backward) & mode_bit) > 0
    tail, head = roads.tail[is_used], roads.head[is_used]
    links = coo_array((np.ones(len(tail)), (tail, head)), shape=(roads.n_points, roads.n_points))
    piece = connected_components(links, directed=False)[1]
    nodes = np.unique(np.concatenate([tail, head]))
    return len(nodes), np.bincount(piece[nodes]).max() / len(nodes)


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize(
    ("file", "n_nodes", "kilometers", "slack"),
    [
        # The counts of SOURCE.txt take every way with a highway tag; closed ones are left out here.
        ("andorra_osm_dem/andorra.osm.pbf", 38_542, 855, 0.02),
        ("bayreuth_osm_dem/north-bayreuth.osm.gz", 14_166, 590, 0.03),
        ("liechtenstein_osm/liechtenstein-latest.osm.pbf", 54_387, 1_142, 0.02),
    ],
)
def test_real_extracts_hold_what_their_source_says(
    file: str, n_nodes: int, kilometers: float, slack: float
) -> None:
    roads, _, _ = read_roads(source(SHARED / "data" / file))
    assert n_nodes * (1 - slack) <= roads.n_points <= n_nodes
    assert kilometers * (1 - slack) <= roads.meters.sum() / 1000 <= kilometers
    assert usable_nodes(roads, WALK | BIKE | BUS | CAR)[1] > 0.96


@pytest.mark.shared
@needs_shared
def test_drivable_roads_of_beatty_are_those_of_its_source() -> None:
    roads, _, findings = read_roads(source(SHARED / "data/beatty_nevada_osm/beatty.osm"))
    assert not findings
    small = [k for k, name in enumerate(roads.class_names) if name in ("track", "service")]
    is_drivable = ((roads.forward & CAR) > 0) & ~np.isin(roads.road_class, small)
    ends = np.concatenate([roads.tail[is_drivable], roads.head[is_drivable]])
    assert len(np.unique(ends)) == 1_336
    assert roads.meters[is_drivable].sum() / 1000 == pytest.approx(168, abs=1)


@pytest.mark.shared
@needs_shared
def test_heidelberg_is_a_county_in_one_piece() -> None:
    roads, file, _ = read_roads(source(SHARED / "data/heidelberg_osm/heidelberg.osm.pbf"))
    assert file.rows == 25_359
    n_walk, walk_share = usable_nodes(roads, WALK)
    n_car, car_share = usable_nodes(roads, CAR)
    assert n_walk * walk_share == pytest.approx(164_092, rel=0.01)
    assert n_car * car_share == pytest.approx(126_294, rel=0.1)  # private roads are no roads here
