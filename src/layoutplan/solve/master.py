"""The best prices for what ties schools to each other, by Dantzig and Wolfe's decomposition.

Every packing of a school that was ever the cheapest is a column of a linear program, the master:
choose parts of packings so that everybody has a school, and the other rules between schools hold,
at the least cost. Its duals are the next prices, under which the schools are packed again, until
nothing cheaper comes up. Doi:10.1287/opre.8.1.101. Prices jump at first, so that only a part of
the way to them is gone each time (Wentges 1997, doi:10.1111/1475-3995.00020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layoutplan.model.problem import Mask
from layoutplan.solve.program import Values

_DEAR = 10.0  # times the dearest price and school: breaking a rule, until packings are enough
_NO_COLUMN = np.zeros(0, dtype=np.int32)
_NO_VALUE = np.zeros(0)


@dataclass(frozen=True)
class Packing:
    """What a school may take.

    Parameters
    ----------
    school : int
        The school.
    columns : (n,) int64
        Those of its columns that are not 0.
    values : (n,) float64
        What they are.
    """

    school: int
    columns: NDArray[np.int64]
    values: Values

    @cached_property
    def key(self) -> bytes:
        """What tells it from all others."""
        return self.columns.tobytes() + self.values.tobytes()


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
    must_pack: Mask


class Master:
    """The linear program over the packings found so far."""

    def __init__(self, ties: Ties, prices: Values) -> None:
        self._ties = ties
        self._n_ties, self._n_schools = len(ties.lower), len(ties.must_pack)
        self._must_pack = ties.must_pack
        self._known: set[bytes] = set()
        self._packings: list[Packing] = []
        self._last: Values = np.zeros(len(ties.owner))
        self._member, self._member_of = _NO_COLUMN, _NO_COLUMN  # columns, and of which packing
        self._school, self._is_out = _NO_COLUMN, np.zeros(0, dtype=bool)
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
        is_school = np.arange(n_rows) >= self._n_ties
        lacking, over = np.flatnonzero((lower > 0) | is_school), np.flatnonzero(upper < 0)
        sign = np.repeat([1.0, -1.0], [len(lacking), len(over)])
        breaking = sparse.csc_matrix(
            (sign, (np.append(lacking, over), np.arange(len(sign)))), shape=(n_rows, len(sign))
        )
        self._add(np.full(len(sign), dear), 0.0, np.inf, breaking)
        own = np.flatnonzero(~is_owned)
        no_school = sparse.csc_matrix((self._n_schools, len(own)))
        matrix = sparse.vstack([ties.matrix[:, own], no_school], format="csc")
        self._add(ties.cost[own], ties.column_lower[own], ties.column_upper[own], matrix)
        self._first = len(sign) + len(own)

    def add(self, values: Values) -> bool:
        """Add the packings of all schools; return whether any of them is new.

        Parameters
        ----------
        values : (c,) float64
            The columns of the whole problem, those of a school as it is packed.
        """
        owner = self._ties.owner
        is_changed = np.zeros(self._n_schools, dtype=bool)
        is_changed[owner[(values != self._last) & (owner >= 0)]] = True
        self._last = values
        columns = np.flatnonzero((values != 0) & (owner >= 0) & is_changed[owner])
        columns = columns[np.argsort(owner[columns], kind="stable")]
        schools, first = np.unique(owner[columns], return_index=True)
        found = [
            Packing(int(school), mine, values[mine])
            for school, mine in zip(schools, np.split(columns, first)[1:], strict=True)
        ]
        return self.adopt(found)

    def adopt(self, packings: Sequence[Packing]) -> bool:
        """Add those of `packings` that are new; return whether any is."""
        new = [packing for packing in packings if packing.key not in self._known]
        if not new:
            return False
        self._known.update(packing.key for packing in new)
        packed = _matrix(new, len(self._ties.owner))
        school = np.array([packing.school for packing in new], dtype=np.int32)
        is_packed = sparse.csc_matrix(
            (np.ones(len(new)), (school, np.arange(len(new)))), shape=(self._n_schools, len(new))
        )
        amounts = sparse.vstack([self._ties.matrix @ packed, is_packed], format="csc")
        self._add(self._ties.cost @ packed, 0.0, np.inf, amounts)
        number = np.repeat(np.arange(len(new)), np.diff(packed.indptr)) + len(self._packings)
        self._packings += new
        self._member = np.append(self._member, packed.indices)
        self._member_of = np.append(self._member_of, number)
        self._school = np.append(self._school, school)
        self._is_out = np.append(self._is_out, np.zeros(len(new), dtype=bool))
        return True

    def restrict(self, is_out: Mask, is_in: Mask, must_pack: Mask) -> None:
        """Allow those packings alone that fit to what is decided, until it is told otherwise.

        Parameters
        ----------
        is_out, is_in : (c,) bool
            Columns that no packing has, and that every packing of their school has.
        must_pack : (s,) bool
            Schools that cannot do without a packing.
        """
        n = len(self._packings)
        n_in = np.bincount(self._ties.owner[is_in], minlength=self._n_schools)
        n_has_in = np.bincount(self._member_of[is_in[self._member]], minlength=n)
        n_has_out = np.bincount(self._member_of[is_out[self._member]], minlength=n)
        is_unfit = (n_has_out > 0) | (n_has_in < n_in[self._school])
        changed = np.flatnonzero(is_unfit != self._is_out)
        self._is_out = is_unfit
        upper = np.where(self._is_out[changed], 0.0, np.inf)
        self._highs.changeColsBounds(
            len(changed), (self._first + changed).astype(np.int32), np.zeros(len(changed)), upper
        )
        for row in np.flatnonzero(must_pack != self._must_pack):
            self._highs.changeRowBounds(int(self._n_ties + row), float(must_pack[row]), 1.0)
        self._must_pack = must_pack

    def solved(self) -> tuple[float, Values] | None:
        """Return the least cost with the packings so far and the prices of the ties.

        None where the solver does not settle it.
        """
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        duals = np.array(self._highs.getSolution().row_dual)
        return self._highs.getInfo().objective_function_value, duals[: self._n_ties]

    def mixed(self) -> Values:
        """Return (c,) the shares of packings in the solution last found that have each column."""
        share = np.array(self._highs.getSolution().col_value)[self._first :]
        weights = share[self._member_of]
        found = np.bincount(self._member, weights=weights, minlength=len(self._ties.owner))
        return found.astype(np.float64)

    @property
    def allowed(self) -> list[Packing]:
        """The packings that are allowed."""
        pairs = zip(self._packings, self._is_out, strict=True)
        return [packing for packing, is_out in pairs if not is_out]

    def _add(
        self, cost: Values, lower: Values | float, upper: Values | float, matrix: sparse.csc_matrix
    ) -> None:
        """Add columns."""
        n = len(cost)
        self._highs.addCols(
            n,
            cost,
            np.broadcast_to(lower, n).astype(np.float64),
            np.broadcast_to(upper, n).astype(np.float64),
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
        )


def _matrix(packings: Sequence[Packing], n_columns: int) -> sparse.csc_matrix:
    """Return (c, n) packings side by side."""
    ends = np.cumsum([0, *(len(packing.columns) for packing in packings)])
    rows = np.concatenate([packing.columns for packing in packings])
    values = np.concatenate([packing.values for packing in packings])
    return sparse.csc_matrix((values, rows, ends), shape=(n_columns, len(packings)))
