"""Evenness: the official test vector, textbook values, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutplan.evaluate.equity import coefficient_of_variation, gini, theil, theil_parts

GROUPS = st.lists(
    st.tuples(st.floats(0.0, 90.0), st.integers(1, 9), st.sampled_from("abc")),
    min_size=1,
    max_size=12,
)


def test_coefficient_of_variation_is_weighted_by_roll() -> None:
    roll = np.array([45, 37, 89, 76, 55])
    books = np.array([279.0, 137.0, 935.0, 160.0, 402.0])
    assert coefficient_of_variation(books, roll) == pytest.approx(0.5153, abs=5e-5)
    with_empty = coefficient_of_variation(np.append(books, 500.0), np.append(roll, 0))
    assert with_empty == pytest.approx(coefficient_of_variation(books, roll))


def test_coefficient_of_variation_of_nothing_is_unknown() -> None:
    assert np.isnan(coefficient_of_variation(np.zeros(2), np.array([3, 4])))
    assert np.isnan(coefficient_of_variation(np.array([5.0]), np.array([0])))


def test_gini_of_one_who_has_all() -> None:
    assert gini(np.array([0.0, 8.0]), np.array([3, 1])) == pytest.approx(0.75)


def test_theil_of_one_who_has_all() -> None:
    assert theil(np.array([0.0, 8.0]), np.array([3, 1])) == pytest.approx(np.log(4.0))


def test_all_alike_or_nobody_is_even() -> None:
    for values, pupils in (
        (np.array([7.0, 7.0]), np.array([2, 9])),
        (np.zeros(2), np.array([2, 9])),
        (np.array([]), np.array([], dtype=np.int64)),
    ):
        assert gini(values, pupils) == pytest.approx(0.0)
        assert theil(values, pupils) == pytest.approx(0.0)


@settings(deadline=None)
@given(GROUPS)
def test_gini_is_the_mean_difference_of_two_pupils(groups: list[tuple[float, int, str]]) -> None:
    values, pupils, _ = (np.array(column) for column in zip(*groups, strict=True))
    each = np.repeat(values, pupils)
    if each.mean() < 1e-6:
        return
    difference = np.abs(each[:, None] - each[None, :]).mean()
    assert gini(values, pupils) == pytest.approx(difference / (2.0 * each.mean()), abs=1e-9)


@settings(deadline=None)
@given(GROUPS)
def test_theil_is_the_sum_of_its_parts(groups: list[tuple[float, int, str]]) -> None:
    values, pupils, names = (np.array(column) for column in zip(*groups, strict=True))
    within, between = theil_parts(values, pupils, names.astype(object))
    total = sum(
        theil(values[names == name], pupils[names == name]) * (values * pupils)[names == name].sum()
        for name in np.unique(names)
    )
    if (values * pupils).sum() > 0.0:
        assert within == pytest.approx(total / (values * pupils).sum(), abs=1e-9)
    assert between >= -1e-9
    assert within + between == pytest.approx(theil(values, pupils))


def test_nobody_is_unequal_where_nobody_is():
    none = np.empty(0)
    assert theil_parts(none, none.astype(np.int64), none.astype(object)) == (0.0, 0.0)
