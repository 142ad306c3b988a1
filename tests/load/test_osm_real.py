"""Roads from real extracts of OpenStreetMap."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layoutplan.core.network import RoadNetwork
from layoutplan.load.access import BIKE, BUS, CAR, WALK
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

SHARED = Path(__file__).resolve().parents[2] / "../shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real data here")


def source(path: Path) -> RoadSource:
    return RoadSource(path=path, label=path.name)


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
    roads, _, _, _ = read_roads(source(SHARED / "data" / file))
    assert n_nodes * (1 - slack) <= roads.n_points <= n_nodes
    assert kilometers * (1 - slack) <= roads.meters.sum() / 1000 <= kilometers
    assert usable_nodes(roads, WALK | BIKE | BUS | CAR)[1] > 0.96


@pytest.mark.shared
@needs_shared
def test_drivable_roads_of_beatty_are_those_of_its_source() -> None:
    roads, _, findings, _ = read_roads(source(SHARED / "data/beatty_nevada_osm/beatty.osm"))
    assert not findings
    small = [k for k, name in enumerate(roads.class_names) if name in ("track", "service")]
    is_drivable = ((roads.forward & CAR) > 0) & ~np.isin(roads.road_class, small)
    ends = np.concatenate([roads.tail[is_drivable], roads.head[is_drivable]])
    assert len(np.unique(ends)) == 1_336
    assert roads.meters[is_drivable].sum() / 1000 == pytest.approx(168, abs=1)


@pytest.mark.shared
@needs_shared
def test_heidelberg_is_a_county_in_one_piece() -> None:
    roads, file, _, _ = read_roads(source(SHARED / "data/heidelberg_osm/heidelberg.osm.pbf"))
    assert file.rows == 25_359
    n_walk, walk_share = usable_nodes(roads, WALK)
    n_car, car_share = usable_nodes(roads, CAR)
    assert n_walk * walk_share == pytest.approx(164_092, rel=0.01)
    assert n_car * car_share == pytest.approx(126_294, rel=0.1)  # private roads are no roads here
