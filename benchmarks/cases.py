"""Cases to measure on: a folder as a planner would hand it in, from generated or real roads.

python -m benchmarks.cases out/province --points 1000000 --villages 5000 --schools 500
python -m benchmarks.cases out/county --roads county.osm.pbf
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium.io

from benchmarks.networks import drawn_places, generated_network
from layoutplan.core.network import MODE_BIT, RoadNetwork
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

ROADS_FILE = "roads.osm.pbf"  # of all that layoutplan reads the most usual, and the fastest
CASE_TOML = """\
[case]
name = "Benchmark"
language = "en"
[villages]
path = "villages.csv"
[schools]
path = "schools.csv"
[roads]
path = "{roads}"
[bands.all]
grades = [1, 2, 3, 4, 5, 6]
mode = "car"
max_minutes = {minutes}
"""


def write_case(
    folder: Path, roads: Path | int, *, n_villages: int, n_schools: int, minutes: int, seed: int = 0
) -> None:
    """Write a case with one band that goes by car.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    roads : Path or int
        An extract of OpenStreetMap, or how many points to generate.
    n_villages, n_schools : int
        How many places are drawn on the roads.
    minutes : int
        The longest trip.
    seed : int
        Of the places, and of generated roads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / ROADS_FILE
    if isinstance(roads, int):
        network = generated_network(roads, seed)
        write_pbf(network, file)
    else:
        network = read_roads(RoadSource(roads, roads.name))[0]
        shutil.copyfile(roads, file)
    _write_places(folder, *drawn_places(network, n_villages, n_schools, seed), minutes)


def write_pbf(roads: RoadNetwork, file: Path) -> None:
    """Write a generated network, its ways one after the other, as an extract of OpenStreetMap.

    By way of osmium's text format OPL: a million points take seconds, one by one they take minutes.
    """
    places = enumerate(zip(roads.lon.tolist(), roads.lat.tolist(), strict=True), 1)
    lines = [f"n{number} x{lon:.7f} y{lat:.7f}\n" for number, (lon, lat) in places]
    way_end = np.flatnonzero(np.append(np.diff(roads.way_idx) > 0, True)) + 1
    way_start = np.concatenate([[0], way_end[:-1]])
    is_oneway = (roads.backward & MODE_BIT["car"]) == 0
    tail, head = (roads.tail + 1).tolist(), (roads.head + 1).tolist()
    for start, end in zip(way_start.tolist(), way_end.tolist(), strict=True):
        tags = f"highway={roads.class_names[roads.road_class[start]]}"
        tags += ",oneway=yes" * bool(is_oneway[start])
        points = ",".join(f"n{point}" for point in (*tail[start:end], head[end - 1]))
        lines.append(f"w{roads.way_ids[roads.way_idx[start]]} T{tags} N{points}\n")
    file.unlink(missing_ok=True)
    text = osmium.io.FileBuffer("".join(lines).encode(), "opl")
    with osmium.SimpleWriter(str(file)) as writer:
        osmium.apply(osmium.io.Reader(text), writer)


def _write_places(
    folder: Path, villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame, minutes: int
) -> None:
    """Write the tables and ``case.toml``; each village attends the nearest school as a crow flies.

    Without today's attendance layoutplan would have to reconstruct it, which is another job.
    """
    nearest = schools.sindex.nearest(villages.geometry, return_all=False)[1]
    villages = villages.assign(pupils=10, school_id=schools.index[nearest])
    n_pupils = 10 * np.bincount(nearest, minlength=len(schools))
    schools = schools.assign(enrollment=n_pupils, seats=n_pupils + 100)
    for name, places in (("villages.csv", villages), ("schools.csv", schools)):
        table = places.assign(lon=places.geometry.x, lat=places.geometry.y)
        table.drop(columns="geometry").to_csv(folder / name)
    text = CASE_TOML.format(roads=ROADS_FILE, minutes=minutes)
    (folder / "case.toml").write_text(text, encoding="utf-8")


def main() -> None:
    """Write the case that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    roads = parser.add_mutually_exclusive_group(required=True)
    roads.add_argument("--points", type=int, help="generate roads with so many points")
    roads.add_argument("--roads", type=Path, help="take the roads of this extract")
    parser.add_argument("--villages", type=int, default=1_000)
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--minutes", type=int, default=30, help="the longest trip")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    write_case(
        asked.folder,
        asked.roads or asked.points,
        n_villages=asked.villages,
        n_schools=asked.schools,
        minutes=asked.minutes,
        seed=asked.seed,
    )


if __name__ == "__main__":
    main()
