"""Make the sample county: villages.csv, schools.csv and roads.osm.pbf, the same on every run.

Run ``python data/sample/make_sample.py`` to write them beside this script, or with ``--out DIR``
elsewhere. Nothing of it is real: neither the county nor its people nor its codes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from making.files import write_roads, write_table
from making.lines import draw_roads
from making.places import Walks, place_villages
from making.roads import plan_roads
from making.schools import place_schools
from making.settlements import settle
from making.terrain import make_terrain

SEED = 11


def make_sample(folder: Path) -> None:
    """Write the tables and the roads of the county to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    terrain = make_terrain(rng)
    settled = settle(rng, terrain)
    roads, on_road = draw_roads(rng, plan_roads(rng, terrain, settled), settled)
    walks = Walks(roads)
    villages = place_villages(rng, settled, on_road, walks)
    schools, school_id = place_schools(rng, villages, walks)
    villages = villages.drop(columns=["is_seat", "is_quarter"]).assign(school_id=school_id)
    write_table(villages.sort_values("village_id"), folder / "villages.csv")
    write_table(schools, folder / "schools.csv")
    write_roads(roads, folder / "roads.osm.pbf")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent, help="folder to write to"
    )
    make_sample(parser.parse_args().out)
