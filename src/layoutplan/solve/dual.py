"""A lower bound for a stage, and by how much each decision would exceed it.

Lagrangian relaxation: "everybody has one school" becomes a price per block, and every rule that
ties schools to each other a price of its own; what is left are knapsacks, see
:mod:`layoutplan.solve.bins`. The first prices are the duals of the linear relaxation; those of the
blocks are then moved along subgradients, in steps as in Held, Wolfe and Crowder (1974),
doi:10.1007/BF01580223.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from layoutplan.model.arrays import Rows
from layoutplan.model.columns import columns_of
from layoutplan.solve.bins import Bins, Costs, Mask, Packed
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
_NEAR = 0.02  # of the bound: pairs farther beyond it do not take part in improving it
_N_STEPS = 80
_N_PATIENT = 5  # steps without a better bound before they are halved
_HOPE = 0.003  # of the bound: the optimum is thought to be so far above it where no plan is known
_LEAST = 1e-6  # of the bound: the shortest way to go
_LEAST_STEP = 0.03  # of the first; smaller ones change nothing
_NEGATIVE = -1e-9  # below 0 by more than rounding


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
    most: float,
    enough: float,
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
    most : float
        Cost of the best solution known, infinite where there is none.
    enough : float
        Stop when the bound is so high.
    """
    columns = columns_of(bins.problem)
    is_block = _rows_of(families, len(duals), {"everybody_has_a_school"})
    price = np.where(is_block | _rows_of(families, len(duals), _IN_BINS), 0.0, duals)
    price[np.isinf(program.row_lower) & (price > 0)] = 0.0
    price[np.isinf(program.row_upper) & (price < 0)] = 0.0
    side = np.where(price > 0, program.row_lower, program.row_upper)
    constant = float(price[price != 0] @ side[price != 0])
    cost = program.cost - program.matrix.T @ price
    if min(cost[each].min() for each in (columns.u, columns.q, columns.longest)) < _NEGATIVE:
        return None

    small = np.maximum(cost[columns.u], 0.0)
    small[_is_forbidden(program)[columns.u]] = np.inf

    def packed(bins: Bins, of_block: Values) -> tuple[float, Packed]:
        result = bins.pack(
            Costs(
                option=cost[columns.z],
                pair=cost[columns.x] - of_block[bins.problem.pair_block],
                small=small,
                shortfall=np.maximum(cost[columns.q], 0.0),
            )
        )
        return result.value + float(of_block.sum()) + constant, result

    of_block = duals[is_block]
    first, packing = packed(bins, of_block)
    far = first + packing.penalty
    is_near = far <= first + _NEAR * abs(first)
    value, packing = _ascended(partial(packed, bins.within(is_near)), of_block, most, enough)
    penalty = np.zeros(columns.n)
    penalty[columns.z] = packing.option_penalty
    penalty[columns.x] = np.where(is_near, packing.penalty, far - value)
    return Bound(value, penalty)


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


def _ascended(
    packed: Callable[[Values], tuple[float, Packed]], of_block: Values, most: float, enough: float
) -> tuple[float, Packed]:
    """Return the best bound found from the prices `of_block` on, and the packing behind it."""
    value, packing = packed(of_block)
    best_value, best_prices, best_packing = value, of_block, packing
    step, n_worse = 1.0, 0
    for _ in range(_N_STEPS):
        if best_value >= enough or step < _LEAST_STEP:
            break
        slope = 1.0 - packing.n_schools_of
        size = float(slope @ slope)
        if size == 0:
            break
        target = min(most, best_value + _HOPE * abs(best_value))
        of_block = of_block + step * max(target - value, _LEAST * abs(value)) / size * slope
        value, packing = packed(of_block)
        if value > best_value:
            best_value, best_prices, best_packing, n_worse = value, of_block, packing, 0
            continue
        n_worse += 1
        if n_worse == _N_PATIENT:
            step, n_worse = step / 2, 0
            of_block = best_prices
            value, packing = best_value, best_packing
    return best_value, best_packing
