"""Real roads: the way step by step takes exactly as long as the table of travel times says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import layoutplan as lp
from layoutplan.journeys import journeys
from layoutplan.travel.route import find_route
from layoutplan.travel.routes import find_routes

SHARED = Path(__file__).resolve().parents[2] / "../shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="no folder `shared` beside the checkout"),
]
N_PAIRS = 40


@pytest.mark.parametrize("name", ["ladakh", "ijebu_ode"])
def test_routes_take_as_long_as_the_table_says(name: str) -> None:
    case = lp.read_case(SHARED / "cases" / name)
    assert case.roads is not None
    times = lp.travel_times(case)
    random = np.random.default_rng(7)
    for each in journeys(case):
        band = each.bands[0].name
        pairs = times.pairs[band]
        some = np.sort(random.choice(len(pairs), N_PAIRS, replace=False))
        village_idx, school_idx = pairs.village_idx[some], pairs.school_idx[some]
        lines = find_routes(
            case.roads,
            each,
            case.villages,
            case.schools,
            village_idx,
            school_idx,
            limit_ms=pairs.milliseconds[some].astype(np.float64),
        )
        assert pd.notna(lines).all()
        for village, school, milliseconds in zip(
            village_idx.tolist(), school_idx.tolist(), pairs.milliseconds[some], strict=True
        ):
            route = find_route(case.roads, each, case.villages, case.schools, village, school, band)
            assert route is not None
            assert route.milliseconds == milliseconds
            assert route.legs["milliseconds"].sum() == milliseconds
