"""How schools are used, and the two-step floating catchment by hand."""

from __future__ import annotations

import numpy as np
import pytest

from layoutplan.evaluate.seats import access, schools_under, utilization


def test_utilization_is_over_all_schools_together() -> None:
    assert utilization(np.array([10, 50]), np.array([100, 100])) == 0.3
    assert np.isnan(utilization(np.array([], dtype=int), np.array([], dtype=int)))


def test_a_school_of_exactly_the_size_is_not_under_it() -> None:
    assert schools_under(np.array([0, 9, 10, 49, 50]), 10) == 2
    assert schools_under(np.array([0, 9, 10, 49, 50]), 50) == 4


def test_access_shares_the_seats_of_a_school_among_those_who_reach_it() -> None:
    minutes = np.array([[5.0, np.inf, 9.0], [30.0, 10.0, 40.0], [31.0, np.inf, 50.0]])
    pupils, seats = np.array([10, 30, 20]), np.array([80, 60, 7])
    # s1 has 80 seats for 40 pupils, s2 60 for 30, s3 7 for 10.
    expected = [2.0 + 0.7, 2.0 + 2.0, 0.0]
    assert access(minutes, pupils, seats, 30.0) == pytest.approx(expected)


def test_all_seats_that_anybody_reaches_are_given_out() -> None:
    random = np.random.default_rng(3)
    minutes = random.random((20, 6)) * 60.0
    pupils, seats = random.integers(1, 50, 20), random.integers(1, 200, 6)
    given = access(minutes, pupils, seats, 50.0) @ pupils
    assert given == pytest.approx(seats[(minutes <= 50.0).any(axis=0)].sum())
