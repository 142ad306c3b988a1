"""Small cases with roads, to be looked at for findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cases.roads import moved, road_network
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.relief import HeightGrid
from layoutplan.core.rules import Band
from layoutplan.core.schema import Mode

HOME = (105.0, 34.0)
HEIGHTS = (HeightGrid("EPSG:4326", 105.0, 34.0, 0.01, -0.01, np.zeros((2, 2), np.float32)),)
KILOMETERS = (3.0, 1.0, 6.0)


def road_case(mode: Mode = "bus", **options: object) -> Case:
    """Return a case of three roads of 3, 1 and 6 km."""
    east = np.cumsum((0.0, *KILOMETERS)) * 1000
    roads = road_network(
        [moved(HOME, east=meters) for meters in east],
        [(0, 1), (1, 2), (2, 3)],
        classes=["", "RR(TRACK)", "SH"],
        ways=["4815162", "4815163", "4815164"],
    )
    band = Band(name="primary", mode=mode, max_minutes=30.0)
    case = town([[10.0]], pupils=[5], seats=[50], bands=(band,))
    return replace(case, **{"roads": roads, **options})
