"""Putting families of rows together from their terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layoutplan.model.arrays import Rows
from layoutplan.model.problem import Problem

Positions = NDArray[np.int64]
Term = tuple[ArrayLike, ArrayLike, ArrayLike]
"""Rows, columns and coefficients of a sum."""


def equal(name: str, terms: list[Term], value: NDArray[np.float64]) -> Rows:
    """Return ``sum of terms = value``."""
    return _rows(name, terms, value, value)


def at_most(name: str, terms: list[Term], value: NDArray[np.float64]) -> Rows:
    """Return ``sum of terms <= value``."""
    return _rows(name, terms, np.full(len(value), -np.inf), value)


def at_least(name: str, terms: list[Term], value: NDArray[np.float64]) -> Rows:
    """Return ``sum of terms >= value``."""
    return _rows(name, terms, value, np.full(len(value), np.inf))


def none(name: str) -> Rows:
    """Return a family without rows: its rule is off."""
    return _rows(name, [((), (), ())], np.empty(0), np.empty(0))


def at_schools(problem: Problem, school: Positions) -> tuple[Positions, Positions]:
    """Return the pairs at the given schools and, for each, its school's place among them."""
    return _among(problem.pair_school, school, problem.n_schools)


def options_of(problem: Problem, school: Positions) -> tuple[Positions, Positions]:
    """Return the options of the given schools and, for each, its school's place among them."""
    return _among(problem.options.school, school, problem.n_schools)


def _among(of: NDArray[np.int32], school: Positions, n_schools: int) -> tuple[Positions, Positions]:
    """Return place among `school` and position of those members of `of` that are at one of them."""
    place = np.full(n_schools, -1)
    place[school] = np.arange(len(school))
    found = np.flatnonzero(place[of] >= 0)
    return place[of[found]], found


def _rows(
    name: str, terms: list[Term], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> Rows:
    """Return a family from its terms, each with rows, columns and coefficients."""
    row, column, entry = (
        np.concatenate([np.asarray(term[part]) for term in terms]) for part in range(3)
    )
    return Rows(
        name=name,
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        entry=entry.astype(np.float64),
        lower=lower.astype(np.float64),
        upper=upper.astype(np.float64),
    )
