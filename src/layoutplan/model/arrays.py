"""A mixed-integer program as plain arrays, the same for every solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """One family of constraints ``lower <= A @ values <= upper``.

    Parameters
    ----------
    name : str
        Of the family, such as ``"seats"``.
    row, column : (e,) int64
        Where the entries stand; rows count from 0 within the family.
    entry : (e,) float64
        The coefficients.
    lower, upper : (r,) float64
        Bounds of each row; infinite where there is none.
    """

    name: str
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    entry: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.lower)


@dataclass(frozen=True)
class Objective:
    """What one stage minimizes.

    Parameters
    ----------
    name : str
        Such as ``"pupil_minutes"``.
    cost : (c,) float64
        Per column, in the smallest unit, in which every plan's value is a whole number.
    per_unit : int
        How many of the smallest unit make one of the unit that the name says: 60,000
        milliseconds a minute.
    """

    name: str
    cost: NDArray[np.float64]
    per_unit: int = 1

    def exact(self, values: Values) -> int:
        """Return the value of completed `values` in the smallest unit."""
        return round(float(self.cost @ values))


@dataclass(frozen=True)
class Model:
    """Columns, constraints and objectives of one problem.

    Parameters
    ----------
    lower, upper : (c,) float64
        Bounds of the columns.
    is_integer : (c,) bool
        Columns that take whole numbers only.
    rows : tuple of Rows
        The families of constraints.
    objectives : tuple of Objective
        In lexicographic order, the tie-break last.
    complete : callable
        Takes values near a solution; returns them with the decisions rounded and everything that
        follows from the decisions worked out again exactly.
    start : (c,) float64, optional
        A plan to start from.
    of_schools : (k,) int64
        Columns that say which schools are open, and which of them small; the tie-break leaves
        them as they are.
    column_names : callable
        Returns a name for every column, for people who read the model.
    """

    lower: Values
    upper: Values
    is_integer: NDArray[np.bool_]
    rows: tuple[Rows, ...]
    objectives: tuple[Objective, ...]
    complete: Callable[[Values], Values]
    start: Values | None
    of_schools: NDArray[np.int64]
    column_names: Callable[[], list[str]]

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.lower)


def matrix(rows: Sequence[Rows], n_columns: int) -> sparse.csr_matrix:
    """Return all rows as one compressed sparse matrix, families in their order."""
    n_before = np.cumsum([0, *(family.n_rows for family in rows)])
    if not rows:
        return sparse.csr_matrix((0, n_columns))
    row = np.concatenate([family.row + n for family, n in zip(rows, n_before, strict=False)])
    column = np.concatenate([family.column for family in rows])
    entry = np.concatenate([family.entry for family in rows])
    return sparse.csr_matrix((entry, (row, column)), shape=(n_before[-1], n_columns))


def row_bounds(rows: Sequence[Rows]) -> tuple[Values, Values]:
    """Return the lower and upper bounds of all rows, families in their order."""
    return (
        np.concatenate([np.empty(0), *(family.lower for family in rows)]),
        np.concatenate([np.empty(0), *(family.upper for family in rows)]),
    )


def broken_rows(rows: Sequence[Rows], values: Values, tolerance: float = 1e-6) -> list[str]:
    """Return the names of the families that `values` break by more than `tolerance`."""
    lower, upper = row_bounds(rows)
    activity = matrix(rows, len(values)) @ values
    is_broken = (activity < lower - tolerance) | (activity > upper + tolerance)
    family = np.repeat(np.arange(len(rows)), [each.n_rows for each in rows])
    return [rows[position].name for position in np.unique(family[is_broken])]
