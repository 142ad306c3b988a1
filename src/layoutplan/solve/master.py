"""The best prices for what ties schools to each other, by Dantzig and Wolfe's decomposition.

Every packing of a school that was ever the cheapest is a column of a linear program, the master:
choose parts of packings so that everybody has a school, and the other rules between schools hold,
at the least cost. Its duals are the next prices, under which the schools are packed again, until
nothing cheaper comes up. Doi:10.1287/opre.8.1.101. Prices jump at first, so that only a part of
the way to them is gone each time (Wentges 1997, doi:10.1111/1475-3995.00020).
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layoutplan.solve.program import Values

_DEAR = 10.0  # times the dearest price and school: breaking a rule, until packings are enough
_NO_COLUMN = np.zeros(0, dtype=np.int32)
_NO_VALUE = np.zeros(0)


@dataclass(frozen=True)
class Ties:
    """What ties schools to each other.

    Parameters
    ----------
    matrix : (t, c) sparse
        Coefficients of the rows.
    lower, upper : (t,) float64
        Their bounds.
    owner : (c,) int64
        The school that a column belongs to; -1 for columns of nobody, which the master keeps.
    cost : (c,) float64
        Of the columns.
    column_lower, column_upper : (c,) float64
        Bounds of the columns.
    must_pack : (s,) bool
        Schools that cannot do without a packing.
    """

    matrix: sparse.csr_matrix
    lower: Values
    upper: Values
    owner: NDArray[np.int64]
    cost: Values
    column_lower: Values
    column_upper: Values
    must_pack: NDArray[np.bool_]


class Master:
    """The linear program over the packings found so far."""

    def __init__(self, ties: Ties, prices: Values) -> None:
        self._ties = ties
        self._entries = ties.matrix.tocoo()
        self._n_ties, self._n_schools = len(ties.lower), len(ties.must_pack)
        self._known: set[bytes] = set()
        self._highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]  # untyped
        self._highs.setOptionValue("output_flag", False)
        lower = np.concatenate([ties.lower, ties.must_pack.astype(np.float64)])
        upper = np.concatenate([ties.upper, np.ones(self._n_schools)])
        n_rows = len(lower)
        starts = np.zeros(n_rows, dtype=np.int32)
        self._highs.addRows(n_rows, lower, upper, 0, starts, _NO_COLUMN, _NO_VALUE)
        is_owned = ties.owner >= 0
        whole = np.bincount(ties.owner[is_owned], weights=np.abs(ties.cost[is_owned]))
        dear = _DEAR * (1.0 + np.abs(prices).max(initial=0.0) + whole.max(initial=0.0))
        for row in np.flatnonzero(lower > 0):
            self._add(dear, 0.0, np.inf, np.array([row]), np.ones(1))
        for row in np.flatnonzero(upper < 0):
            self._add(dear, 0.0, np.inf, np.array([row]), -np.ones(1))
        by_column = ties.matrix.tocsc()
        for column in np.flatnonzero(ties.owner < 0):
            here = slice(by_column.indptr[column], by_column.indptr[column + 1])
            self._add(
                ties.cost[column],
                ties.column_lower[column],
                ties.column_upper[column],
                by_column.indices[here],
                by_column.data[here],
            )

    def add(self, values: Values) -> bool:
        """Add the packings of all schools; return whether any of them is new.

        Parameters
        ----------
        values : (c,) float64
            The columns of the whole problem, those of a school as it is packed.
        """
        ties, entries = self._ties, self._entries
        is_set = (values != 0) & (ties.owner >= 0)
        columns = np.flatnonzero(is_set)
        columns = columns[np.argsort(ties.owner[columns], kind="stable")]
        edge = np.searchsorted(ties.owner[columns], np.arange(self._n_schools + 1))
        cost = np.bincount(
            ties.owner[columns],
            weights=(ties.cost * values)[columns],
            minlength=self._n_schools,
        )
        is_in = is_set[entries.col]
        amounts = sparse.csr_matrix(
            (
                entries.data[is_in] * values[entries.col[is_in]],
                (ties.owner[entries.col[is_in]], entries.row[is_in]),
            ),
            shape=(self._n_schools, self._n_ties),
        )
        n_known = len(self._known)
        for school in np.flatnonzero(np.diff(edge)):
            mine = columns[edge[school] : edge[school + 1]]
            key = mine.tobytes() + values[mine].tobytes()
            if key in self._known:
                continue
            self._known.add(key)
            here = slice(amounts.indptr[school], amounts.indptr[school + 1])
            rows = np.append(amounts.indices[here], np.int32(self._n_ties + school))
            self._add(cost[school], 0.0, np.inf, rows, np.append(amounts.data[here], 1.0))
        return len(self._known) > n_known

    def solved(self) -> tuple[float, Values] | None:
        """Return the least cost with the packings so far and the prices of the ties.

        None where the solver does not settle it.
        """
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        duals = np.array(self._highs.getSolution().row_dual)
        return self._highs.getInfo().objective_function_value, duals[: self._n_ties]

    def _add(
        self, cost: float, lower: float, upper: float, rows: NDArray[np.int32], data: Values
    ) -> None:
        """Add a column."""
        self._highs.addCol(cost, lower, upper, len(rows), rows.astype(np.int32), data)
