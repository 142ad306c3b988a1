"""Real roads on real ground: a country in the mountains, and hills across a seam of two tiles."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from layoutplan.core.network import MODE_BIT, RoadNetwork
from layoutplan.core.relief import HeightGrid, heights_at
from layoutplan.load.relief import read_relief
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource
from layoutplan.network.bends import bend_radius_meters
from layoutplan.network.slope import MOST_GRADE, slopes, walking_time

SHARED = Path(__file__).resolve().parents[2] / "../shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="no folder `shared` beside the checkout"),
]
FILES = {
    "andorra_osm_dem": ("andorra.osm.pbf", "N42E001.hgt.zip"),
    "bayreuth_osm_dem": ("north-bayreuth.osm.gz", "N49E011.hgt.zip", "N50E011.hgt.zip"),
}


@cache
def region(name: str) -> tuple[RoadNetwork, tuple[HeightGrid, ...]]:
    folder = SHARED / "data" / name
    roads_file, *height_files = FILES[name]
    roads = read_roads(RoadSource(folder / roads_file, roads_file))[0]
    relief, _, findings = read_relief(
        [(folder / file, file) for file in height_files],
        (roads.lon.min(), roads.lat.min(), roads.lon.max(), roads.lat.max()),
        points=(roads.lon, roads.lat),
    )
    assert {finding.rule for finding in findings} <= {"relief.voids"}
    return roads, relief


def on_foot(roads: RoadNetwork) -> np.ndarray:
    return ((roads.forward | roads.backward) & MODE_BIT["walk"]) > 0


def mean(roads: RoadNetwork, values: np.ndarray) -> float:
    """Return the mean over the ways on foot, by length."""
    walked = on_foot(roads)
    return float(np.average(values[walked], weights=roads.meters[walked]))


@pytest.mark.parametrize(
    ("name", "grade", "times"),
    [("andorra_osm_dem", 0.131, 1.44), ("bayreuth_osm_dem", 0.049, 1.06)],
)
def test_mountains_slow_more_than_hills(name, grade, times):
    roads, relief = region(name)
    found = slopes(roads, relief)
    assert found.grade.max() <= MOST_GRADE
    assert mean(roads, found.grade) == pytest.approx(grade, abs=0.01)
    both_ways = (found.walk_forward + found.walk_backward) / 2
    assert mean(roads, both_ways) == pytest.approx(times, abs=0.03)


def test_the_nearest_cell_makes_a_walk_of_days():
    """Kept as a warning: what looks like a simplification makes the times useless."""
    roads, (grid,) = region("andorra_osm_dem")
    row = np.rint((roads.lat - grid.y) / grid.step_y).astype(int)
    column = np.rint((roads.lon - grid.x) / grid.step_x).astype(int)
    height = grid.meters[row, column].astype(float)
    rise = np.nan_to_num(height[roads.head] - height[roads.tail])
    nearest = np.minimum(walking_time(rise / np.maximum(roads.meters, 0.01)), 1e6)
    assert mean(roads, nearest) > 1000
    assert mean(roads, slopes(roads, (grid,)).walk_forward) < 1.6


def test_roads_have_no_step_at_the_seam_of_two_tiles():
    roads, relief = region("bayreuth_osm_dem")
    found = slopes(roads, relief)
    near_seam = np.abs((roads.lat[roads.tail] + roads.lat[roads.head]) / 2 - 50.0) < 0.0015
    assert near_seam.sum() > 100
    assert np.isfinite(heights_at(relief, roads.lon, roads.lat)).all()
    assert found.grade[near_seam].mean() == pytest.approx(found.grade.mean(), abs=0.02)
    assert found.grade[near_seam].max() < 0.35


def test_sharp_bends_are_few_and_more_in_the_mountains():
    shares = []
    for name in FILES:
        roads, _ = region(name)
        is_driven = ((roads.forward | roads.backward) & MODE_BIT["bus"]) > 0
        radius = bend_radius_meters(roads)
        is_sharp = is_driven & (radius < 20)
        shares.append(roads.meters[is_sharp].sum() / roads.meters[is_driven].sum())
        assert radius.min() > 9.5
    assert 0.02 < shares[0] < 0.05
    assert shares[1] < 0.01
