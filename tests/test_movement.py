"""The freer pupils may move, the better the plan: on the sample county."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import layoutplan as lp
from layoutplan.core.schema import Movement

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


BUS_MINUTES = 20.0  # shorter than the sample's own limit, so that all three are proven in seconds


def test_redraw_is_no_worse_than_by_village_and_that_no_worse_than_whole_school():
    sample = lp.read_case(SAMPLE)
    bands = [
        replace(band, max_minutes=BUS_MINUTES) if band.mode == "bus" else band
        for band in sample.bands
    ]
    case = replace(sample, bands=tuple(bands))
    times = lp.travel_times(case)

    def best(movement: Movement) -> list[float]:
        moved = replace(case, rules=replace(case.rules, movement=movement))
        plan = lp.optimize(moved, times)
        assert plan.status == "optimal"
        assert lp.verify(moved, plan, times) == ()
        return [result.value for result in plan.objective]

    redraw, by_village, whole_school = map(best, ("redraw", "by_village", "whole_school"))
    assert redraw <= by_village <= whole_school
    assert redraw != whole_school, "the sample must show that movement matters"
