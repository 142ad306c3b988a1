"""The real cases, end to end, through the verbs that a planner uses."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

import layoutplan as lp
from layoutplan.core.schema import pupils_column

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason="the real cases are not beside the project"),
]


@pytest.fixture(scope="module", params=["ijebu_ode", "ladakh"])
def planned(request) -> tuple[lp.Case, lp.TravelTimes, lp.Plan]:
    """A real case, its travel times and its plan."""
    case = lp.read_case(CASES / request.param)
    times = lp.travel_times(case)
    return case, times, lp.optimize(case, times)


def test_the_plan_is_proven_and_holds(planned):
    case, times, plan = planned
    assert plan.status == "optimal"
    assert all(result.gap == 0 for result in plan.objective)
    assert lp.verify(case, plan, times) == ()


def test_nobody_is_dropped(planned):
    case, _, plan = planned
    placed = plan.assignments.groupby(["village_id", "band"])["pupils"].sum()
    for band in case.bands:
        living = case.villages[pupils_column(band.name)]
        of_band = placed.xs(band.name, level="band")
        pd.testing.assert_series_equal(
            of_band, living[living > 0].sort_index(), check_names=False, check_dtype=False
        )


def test_every_village_out_of_reach_is_named(planned):
    case, times, plan = planned
    table = times.to_frame()
    named = {
        village
        for finding in plan.findings
        if finding.rule in ("villages.reach.none", "villages.reach.beyond_limit")
        for village in finding.ids
    }
    for band in case.bands:
        near = table[(table["mode"] == band.mode) & (table["minutes"] <= band.max_minutes)]
        living = case.villages[pupils_column(band.name)]
        out_of_reach = set(living.index[living > 0]) - set(near["village_id"])
        assert out_of_reach <= named
        assert named


def test_the_roads_are_in_one_piece(planned):
    case, _, _ = planned
    roads = case.roads
    links = coo_array((roads.tail * 0 + 1, (roads.tail, roads.head)), shape=(roads.n_points,) * 2)
    _, piece = connected_components(links, directed=False)
    assert pd.Series(piece).value_counts(normalize=True).iloc[0] >= 0.99


def test_the_written_plan_verifies_from_disk(planned, tmp_path):
    case, times, plan = planned
    lp.write_plan(plan, tmp_path)
    assert lp.verify(case, lp.read_plan(tmp_path), times) == ()
