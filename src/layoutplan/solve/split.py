"""A stage split into its schools: what ties them to each other is priced, the rest are knapsacks.

Lagrangian relaxation: "everybody has one school", and every other rule that ties schools to each
other, becomes a price; what is left are knapsacks, see :mod:`layoutplan.solve.bins`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Rows
from layoutplan.model.columns import Columns, columns_of
from layoutplan.model.problem import Problem
from layoutplan.solve.bins import Bins, Costs, Mask, Packed
from layoutplan.solve.master import Ties
from layoutplan.solve.program import Program, Values

_IN_BINS = {
    "one_option_each",
    "only_where_taught",
    "stays_where_open",
    "seats",
    "least_size",
    "small_or_large",
    "small_only_if_open",
    "funding_floor",
    "never_large",
}


@dataclass(frozen=True)
class Split:
    """A program, and what of it ties schools to each other.

    Parameters
    ----------
    problem : Problem
        What the program is about; schools that a plan cannot close may not close in it.
    columns : Columns
        Positions of its variables.
    program : Program
        What is split. Options, pairs and small schools with an upper bound of 0 are out, those
        with a lower bound of 1 are in.
    is_tie : (r,) bool
        Which rows of the program are priced.
    ties : Ties
        These rows, or those of them that are not decided yet.
    is_forbidden : (s,) bool
        Schools that must not be open and small.
    """

    problem: Problem
    columns: Columns
    program: Program
    is_tie: Mask
    ties: Ties
    is_forbidden: Mask

    def packed(self, bins: Bins, price: Values) -> tuple[float, Packed]:
        """Return what all plans cost at the least under prices of the ties, and the packing."""
        ties, program, columns = self.ties, self.program, self.columns
        # A price of the wrong sign, also one by rounding, would make the bound worthless.
        price = np.where(np.isinf(ties.lower) & (price > 0), 0.0, price)
        price = np.where(np.isinf(ties.upper) & (price < 0), 0.0, price)
        cost = program.cost - ties.matrix.T @ price
        is_out = program.upper == 0
        small = np.where(self.is_forbidden, np.inf, np.maximum(cost[columns.u], 0.0))
        result = bins.pack(
            Costs(
                option=np.where(is_out[columns.z], np.inf, cost[columns.z]),
                pair=np.where(is_out[columns.x], np.inf, cost[columns.x]),
                small=np.where(is_out[columns.u], np.inf, small),
                large=np.where(program.lower[columns.u] == 1, np.inf, 0.0),
                closed=np.where(self.must_open(), np.inf, 0.0),
                shortfall=np.maximum(cost[columns.q], 0.0),
            )
        )
        # Columns that the knapsacks count as they need be may lie at their other end.
        free = np.concatenate([columns.u, columns.q, [columns.longest]])
        gains = free[cost[free] < 0]
        gain = float(cost[gains] @ program.upper[gains])
        side = np.where(price > 0, ties.lower, ties.upper)
        constant = float(price[price != 0] @ side[price != 0])
        return result.value + gain + constant, result

    def must_open(self) -> Mask:
        """Return (s,) whether each school is open in every plan."""
        problem, columns, lower = self.problem, self.columns, self.program.lower
        is_in = np.zeros(problem.n_schools, dtype=bool)
        is_in[problem.options.school[lower[columns.z] == 1]] = True
        is_in[problem.pair_school[lower[columns.x] == 1]] = True
        is_in |= ~problem.may_close
        is_in |= lower[columns.u] == 1
        return is_in

    def values_of(self, packing: Packed) -> Values:
        """Return the options and pairs of a packing as columns."""
        values = np.zeros(self.columns.n)
        values[self.columns.z] = packing.is_taken
        values[self.columns.x] = packing.is_used
        return values

    def penalty_of(self, packing: Packed) -> Values:
        """Return (c,) by how much plans with a column at 1 exceed what the packing costs."""
        penalty = np.zeros(self.columns.n)
        penalty[self.columns.z] = packing.option_penalty
        penalty[self.columns.x] = packing.penalty
        penalty[self.columns.u] = packing.small_penalty
        return penalty


def split_of(problem: Problem, families: Sequence[Rows], program: Program) -> Split:
    """Return `program` split into the schools of `problem`.

    Parameters
    ----------
    problem : Problem
        What it is about.
    families : sequence of Rows
        The first rows of the program; all rows after them are priced.
    program : Program
        What is split.
    """
    columns = columns_of(problem)
    is_tie = _is_tie(families, program)
    ties = Ties(
        matrix=program.matrix[is_tie],
        lower=program.row_lower[is_tie],
        upper=program.row_upper[is_tie],
        owner=_owners(problem, columns),
        cost=program.cost,
        column_lower=program.lower,
        column_upper=program.upper,
        must_pack=~problem.may_close,
    )
    split = Split(problem, columns, program, is_tie, ties, _is_forbidden(program)[columns.u])
    return replace(split, ties=replace(ties, must_pack=split.must_open()))


def _is_tie(families: Sequence[Rows], program: Program) -> Mask:
    """Return (r,) whether each row of `program` ties schools to each other."""
    is_tie = np.ones(program.matrix.shape[0], dtype=bool)
    n_families = sum(family.n_rows for family in families)
    is_tie[:n_families] = np.repeat(
        [family.name not in _IN_BINS for family in families],
        [family.n_rows for family in families],
    )
    return is_tie


def _owners(problem: Problem, columns: Columns) -> NDArray[np.int64]:
    """Return (c,) the school that each column belongs to, -1 for those of nobody."""
    owner = np.full(columns.n, -1, dtype=np.int64)
    owner[columns.z] = problem.options.school
    owner[columns.x] = problem.pair_school
    owner[columns.u] = owner[columns.q] = np.arange(problem.n_schools)
    return owner


def _is_forbidden(program: Program) -> Mask:
    """Return (c,) which columns a row forbids: at 1, they alone exceed it."""
    entries = program.matrix.tocoo()
    is_negative = entries.data < 0
    n_negative = np.bincount(entries.row[is_negative], minlength=program.matrix.shape[0])
    is_over = (n_negative[entries.row] == 0) & (entries.data > program.row_upper[entries.row])
    forbidden = np.zeros(program.matrix.shape[1], dtype=bool)
    forbidden[entries.col[is_over]] = True
    return forbidden
