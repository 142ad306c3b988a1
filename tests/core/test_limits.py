"""The limits of a case, village by village and school by school."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cases.towns import town
from layoutplan.core.limits import (
    boarding_limits_ms,
    boarding_limits_of,
    day_limits_ms,
    day_limits_of,
    least_sizes,
    may_stay,
    may_stay_of,
    reach_ms,
)
from layoutplan.core.options import options
from layoutplan.core.rules import Band, Exemption, Rules

BANDS = (
    Band("low", "walk", 30.0),
    Band("high", "bus", 40.0, boarding=True, max_boarding_minutes=90.0),
)
MINUTE = 60_000


def a_case(*exceptions: Exemption, beds: int = 5, **rules: object):
    case = town(
        {"walk": [[5, 6]] * 3, "bus": [[5, 6]] * 3},
        pupils=[4, 4, 4],
        seats=[20, 20],
        bands=BANDS,
        beds=[beds, 0],
        rules=Rules(**rules),
    )
    return replace(case, exceptions=exceptions)


def test_an_exception_counts_instead_of_the_limit_of_the_band():
    case = a_case(Exemption(villages=("v2",), band="low", max_minutes=46.0))
    low, high = case.bands
    assert day_limits_ms(case, low).tolist() == [30 * MINUTE, 46 * MINUTE, 30 * MINUTE]
    assert day_limits_ms(case, high).tolist() == [40 * MINUTE] * 3


def test_of_two_exceptions_the_later_counts():
    first = Exemption(villages=("v1", "v2"), band="low", max_minutes=46.0)
    later = Exemption(villages=("v1",), band="low", max_minutes=35.0)
    case = a_case(first, later)
    assert day_limits_ms(case, case.bands[0]).tolist() == [35 * MINUTE, 46 * MINUTE, 30 * MINUTE]


def test_only_bands_that_board_have_a_limit_for_boarders():
    case = a_case(Exemption(villages=("v3",), band="high", max_boarding_minutes=120.0))
    low, high = case.bands
    assert boarding_limits_ms(case, low).tolist() == [0, 0, 0]
    assert boarding_limits_ms(case, high).tolist() == [90 * MINUTE, 90 * MINUTE, 120 * MINUTE]


def test_whoever_is_excepted_may_stay_where_nobody_else_may():
    case = a_case(Exemption(villages=("v1",), band="low", stay=True), over_limit_today="forbid")
    low, high = case.bands
    assert may_stay(case, low).tolist() == [True, False, False]
    assert may_stay(case, high).tolist() == [False, False, False]
    assert may_stay(a_case(), low).all()


def test_reach_is_that_of_the_longest_trip_by_a_mode():
    case = a_case(Exemption(villages=("v2",), band="low", max_minutes=46.0))
    assert reach_ms(case, "walk").tolist() == [30 * MINUTE, 46 * MINUTE, 30 * MINUTE]
    assert reach_ms(case, "bus").tolist() == [90 * MINUTE] * 3
    assert reach_ms(a_case(beds=0), "bus").tolist() == [40 * MINUTE] * 3


def test_rows_get_the_limit_of_their_village_and_band():
    case = a_case(
        Exemption(villages=("v2",), band="low", max_minutes=46.0, stay=True),
        over_limit_today="forbid",
    )
    rows = pd.DataFrame(
        {"village_id": ["v2", "v2", "v1", "v9"], "band": ["low", "high", "low", "low"]}
    )
    assert day_limits_of(case, rows).tolist() == [46 * MINUTE, 40 * MINUTE, 30 * MINUTE, 0]
    assert boarding_limits_of(case, rows).tolist() == [0, 90 * MINUTE, 0, 0]
    assert may_stay_of(case, rows).tolist() == [True, False, False, False]


def test_a_school_may_be_smaller_than_the_others():
    case = a_case(Exemption(schools=("s2",), min_enrollment=4), min_enrollment=20)
    assert least_sizes(case).tolist() == [20, 4]
    assert options(case)["least"].tolist() == [20, 4]
