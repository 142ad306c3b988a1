"""Indicators against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutplan.evaluate import indicators

MINUTES = np.array([10.0, 20.0, 30.0, 60.0])
PUPILS = np.array([5, 3, 1, 1])
LIMITS = np.array([30.0, 15.0, 30.0, 40.0])


def test_minutes_are_added_up_and_averaged_over_pupils() -> None:
    assert indicators.pupil_minutes(MINUTES, PUPILS) == 200.0
    assert indicators.mean_minutes(MINUTES, PUPILS) == 20.0


@pytest.mark.parametrize(
    ("share", "minutes"),
    [(0.0, 10.0), (0.5, 10.0), (0.51, 20.0), (0.8, 20.0), (0.9, 30.0), (0.95, 60.0), (1.0, 60.0)],
)
def test_quantile_is_the_first_trip_that_reaches_the_share(share: float, minutes: float) -> None:
    assert indicators.quantile_minutes(MINUTES, PUPILS, share) == minutes


def test_quantile_is_not_shifted_by_binary_fractions() -> None:
    assert indicators.quantile_minutes(np.arange(1.0, 101.0), np.ones(100, dtype=int), 0.07) == 7.0


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50).map(float), st.integers(0, 9)), min_size=1, max_size=12),
    st.integers(1, 100),
)
def test_quantile_counts_single_pupils(groups: list[tuple[float, int]], percent: int) -> None:
    minutes, pupils = (np.array(column) for column in zip(*groups, strict=True))
    one_by_one = np.sort(np.repeat(minutes, pupils))
    if not len(one_by_one):
        assert indicators.quantile_minutes(minutes, pupils, percent / 100) == 0.0
        return
    place = -(-percent * len(one_by_one) // 100) - 1
    assert indicators.quantile_minutes(minutes, pupils, percent / 100) == one_by_one[place]


def test_over_the_limit_is_by_the_millisecond_and_no_path_is_counted_apart() -> None:
    minutes = np.array([30.0, 30.0 + 1 / 60_000, np.inf])
    pupils, limits = np.array([6, 3, 1]), np.full(3, 30.0)
    assert indicators.within_limit_share(minutes, pupils, limits) == 0.6
    assert indicators.pupils_over_limit(minutes, pupils, limits) == 3
    assert indicators.excess_pupil_minutes(minutes, pupils, limits) == pytest.approx(3 / 60_000)


def test_excess_is_over_the_limit_of_each_band() -> None:
    assert indicators.pupils_over_limit(MINUTES, PUPILS, LIMITS) == 4
    assert indicators.excess_pupil_minutes(MINUTES, PUPILS, LIMITS) == 3 * 5.0 + 1 * 20.0


def test_worst_village_is_the_first_by_id_and_one_with_pupils() -> None:
    villages = np.array(["c", "b", "a", "d"], dtype=object)
    minutes = np.array([40.0, 40.0, 10.0, 90.0])
    assert indicators.worst_village(villages, minutes, np.array([1, 2, 3, 0])) == "b"
    assert indicators.longest_minutes(minutes, np.array([1, 2, 3, 0])) == 40.0


def test_displaced_pupils() -> None:
    before, after = np.array([10.0, 10.0, 50.0]), np.array([25.0, 26.0, 55.0])
    pupils, limits = np.array([5, 3, 2]), np.full(3, 30.0)
    assert indicators.longer_by_share(before, after, pupils) == 0.3
    assert indicators.newly_over_limit_share(before, after, pupils, limits) == 0.0
    assert indicators.newly_over_limit_share(before, after + 10.0, pupils, limits) == 0.8


def test_nobody_is_nothing() -> None:
    none, nobody = np.array([]), np.array([], dtype=np.int64)
    assert indicators.mean_minutes(none, nobody) == 0.0
    assert indicators.quantile_minutes(none, nobody, 0.5) == 0.0
    assert indicators.longest_minutes(none, nobody) == 0.0
    assert indicators.within_limit_share(none, nobody, none) == 0.0
    assert indicators.worst_village(none.astype(object), none, nobody) == ""
