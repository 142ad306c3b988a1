"""Constraints that may be broken at a price: rows with slack, and the slack that values need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Rows, Values, matrix

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Slack:
    """A family of rows that may be broken, by 1 at the most where a rule is dropped.

    Parameters
    ----------
    kind : str
        What is spared: the kind of change that using it stands for.
    rows : Rows
        The family as it should hold.
    column : (r,) int64
        The column that loosens each row; rows of one rule may share it.
    cost : float or (r,) float64
        What a unit of it costs.
    is_switch : bool
        Whether it drops a rule rather than loosens a row by an amount.
    is_whole : bool
        Whether it comes in whole units.
    is_upper_kept : bool
        Whether upper bounds hold all the same.
    """

    kind: str
    rows: Rows
    column: NDArray[np.int64]
    cost: float | NDArray[np.int64] = 1.0
    is_switch: bool = False
    is_whole: bool = True
    is_upper_kept: bool = False

    def loosened(self) -> tuple[Rows, ...]:
        """Return the rows with their slack: at most two families, one for each kind of bound."""
        rows = self.rows
        has_upper, has_lower = np.isfinite(rows.upper), np.isfinite(rows.lower)
        up = self._with(has_upper, 0.0 if self.is_upper_kept else -1.0)
        down = self._with(has_lower, 1.0)
        no_bound = np.full(rows.n_rows, np.inf)
        families = []
        if has_upper.any():
            families.append(self._family(up, -no_bound, rows.upper))
        if has_lower.any():
            families.append(self._family(down, rows.lower, no_bound))
        return tuple(families)

    def needed(self, values: Values) -> Values:
        """Return (r,) the slack that each row needs with `values` of the other columns."""
        activity = matrix([self.rows], len(values)) @ values
        over = np.zeros(self.rows.n_rows) if self.is_upper_kept else activity - self.rows.upper
        missing = np.maximum(np.maximum(over, self.rows.lower - activity), 0.0)
        exact = np.where(missing < _ROUNDING, 0.0, missing)
        return np.ceil(exact - _ROUNDING) if self.is_whole else exact

    def _with(
        self, is_bounded: NDArray[np.bool_], entry: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Values]:
        """Return the entries of the rows and of the slack in those that are bounded."""
        bounded = np.flatnonzero(is_bounded & (entry != 0))
        return (
            np.concatenate([self.rows.row, bounded]),
            np.concatenate([self.rows.column, self.column[bounded]]),
            np.concatenate([self.rows.entry, np.full(len(bounded), entry)]),
        )

    def _family(
        self,
        entries: tuple[NDArray[np.int64], NDArray[np.int64], Values],
        lower: Values,
        upper: Values,
    ) -> Rows:
        """Return the family with other entries and bounds."""
        row, column, entry = entries
        return Rows(self.rows.name, row, column, entry, lower, upper)


def completing(
    complete: Callable[[Values], Values], slacks: Sequence[Slack], n_base: int, n_columns: int
) -> Callable[[Values], Values]:
    """Return the function that works out every slack from completed decisions.

    Parameters
    ----------
    complete : callable
        Of the model without slack, with `n_base` columns.
    slacks : sequence of Slack
        Their columns follow.
    n_columns : int
        Of the model with slack.
    """

    def completed(values: Values) -> Values:
        exact = np.zeros(n_columns)
        exact[:n_base] = complete(values[:n_base])
        for slack in slacks:
            needed = slack.needed(exact[:n_base])
            np.maximum.at(exact, slack.column, needed)
        return exact

    return completed
