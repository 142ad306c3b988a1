"""A lower bound for a stage, and by how much each decision would exceed it.

Lagrangian relaxation: "everybody has one school", and every other rule that ties schools to each
other, becomes a price; what is left are knapsacks, see :mod:`layoutplan.solve.bins`. The first
prices are the duals of the linear relaxation; better ones come from
:mod:`layoutplan.solve.master`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Rows
from layoutplan.model.columns import Columns, columns_of, complete
from layoutplan.model.problem import Problem
from layoutplan.solve.bins import Bins, Costs, Mask, Packed
from layoutplan.solve.master import Master, Ties
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
_NEAR = 0.02  # of the bound: pairs farther beyond it do not take part in looking for prices
_MOST_ROUNDS = 80
_N_PATIENT = 12  # rounds without a better bound, once ...
_NEARLY = 0.005  # ... so little of it is left to gain
_N_LOST = 20  # rounds without a better bound, however much is left
_MOST_WIDENINGS = 4  # of the pairs that take part
_PULL = 0.3  # of the way from the best prices to those of the master
_CLOSE = 1e-5  # of the bound: what no prices could still add is not worth another round
_SHARE_OF_GAP = 0.1  # that the bound may be off


@dataclass(frozen=True)
class Bound:
    """What every solution of a program costs at the least.

    Parameters
    ----------
    value : float
        No solution costs less.
    penalty : (c,) float64
        No solution that has a column at 1 costs less than `value` and its penalty.
    """

    value: float
    penalty: Values


def bound_of(
    bins: Bins,
    families: Sequence[Rows],
    program: Program,
    duals: Values,
    *,
    enough: float,
    gap: float = 0.0,
) -> Bound | None:
    """Return a bound for `program`, or None where its costs do not fit the knapsacks.

    Parameters
    ----------
    bins : Bins
        The knapsacks of the problem.
    families : sequence of Rows
        The first rows of the program; all rows after them are priced.
    program : Program
        What is bounded.
    duals : (r,) float64
        Of its linear relaxation.
    enough : float
        Stop when the bound is so high.
    gap : float
        That is asked for: a bound that is off by a part of it is good enough.
    """
    close = max(_CLOSE, _SHARE_OF_GAP * gap)
    problem, columns = bins.problem, columns_of(bins.problem)
    is_tie = ~_rows_of(families, len(duals), _IN_BINS)
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
    is_forbidden = _is_forbidden(program)[columns.u]
    free = np.concatenate([columns.u, columns.q, [columns.longest]])

    def packed(bins: Bins, price: Values) -> tuple[float, Packed]:
        """Return what all plans cost at the least under prices of the ties, and the packing."""
        # A price of the wrong sign, also one by rounding, would make the bound worthless.
        price = np.where(np.isinf(ties.lower) & (price > 0), 0.0, price)
        price = np.where(np.isinf(ties.upper) & (price < 0), 0.0, price)
        cost = program.cost - ties.matrix.T @ price
        small = np.maximum(cost[columns.u], 0.0)
        small[is_forbidden] = np.inf
        result = bins.pack(
            Costs(
                option=cost[columns.z],
                pair=cost[columns.x],
                small=small,
                shortfall=np.maximum(cost[columns.q], 0.0),
            )
        )
        # Columns that the knapsacks count as they need be may lie at their other end.
        gains = free[cost[free] < 0]
        gain = float(cost[gains] @ program.upper[gains])
        side = np.where(price > 0, ties.lower, ties.upper)
        constant = float(price[price != 0] @ side[price != 0])
        return result.value + gain + constant, result

    price = duals[is_tie]
    first, packing = packed(bins, price)
    if not np.isfinite(first):
        return None
    value, is_near = first, np.zeros(problem.n_pairs, dtype=bool)
    master, everywhere = Master(ties, price), (first, packing)
    for _ in range(_MOST_WIDENINGS):
        is_near |= everywhere[1].penalty <= _NEAR * abs(everywhere[0])
        near = partial(packed, bins.within(is_near))
        hoped, price = _raised(near, master, problem, price, enough, close)
        everywhere = packed(bins, price)
        if everywhere[0] > value:
            value, packing = everywhere
        if everywhere[0] >= hoped - close * abs(hoped):
            break
    penalty = np.zeros(columns.n)
    penalty[columns.z] = packing.option_penalty
    penalty[columns.x] = packing.penalty
    penalty[columns.u] = packing.small_penalty
    return Bound(value, penalty)


def _raised(
    packed: Callable[[Values], tuple[float, Packed]],
    master: Master,
    problem: Problem,
    price: Values,
    enough: float,
    close: float,
) -> tuple[float, Values]:
    """Return the best bound found from `price` on, and its prices."""
    columns = columns_of(problem)
    value, packing = packed(price)
    best_value, best_price = value, price
    pull, n_worse = _PULL, 0
    for _ in range(_MOST_ROUNDS):
        if best_value >= enough or n_worse == _N_LOST:
            break
        values = np.zeros(columns.n)
        values[columns.z], values[columns.x] = packing.is_taken, packing.is_used
        is_new = master.add(complete(problem, values))
        if not is_new and pull == 1.0:
            break
        solved = master.solved()
        worth = _NEARLY if n_worse >= _N_PATIENT else close
        if solved is None or solved[0] - best_value <= worth * abs(best_value):
            break
        pull = _PULL if is_new else 1.0  # where the way was too short, go all of it
        price = best_price + pull * (solved[1] - best_price)
        value, packing = packed(price)
        n_worse += 1
        if value > best_value:
            best_value, best_price, n_worse = value, price, 0
    return best_value, best_price


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


def _rows_of(families: Sequence[Rows], n_rows: int, names: Collection[str]) -> Mask:
    """Return (n_rows,) whether each row is of a family with one of `names`."""
    is_named = np.zeros(n_rows, dtype=bool)
    n_families = sum(family.n_rows for family in families)
    is_named[:n_families] = np.repeat(
        [family.name in names for family in families], [family.n_rows for family in families]
    )
    return is_named
