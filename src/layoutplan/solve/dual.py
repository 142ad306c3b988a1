"""A lower bound for a stage, and by how much each decision would exceed it.

The first prices of what ties schools to each other, see :mod:`layoutplan.solve.split`, are the
duals of the linear relaxation; better ones come from :mod:`layoutplan.solve.master`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from layoutplan.model.columns import complete
from layoutplan.solve.bins import Bins, Packed
from layoutplan.solve.master import Master
from layoutplan.solve.program import Values
from layoutplan.solve.split import Split

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
    price : (t,) float64
        The prices of the ties that tell so.
    """

    value: float
    penalty: Values
    price: Values


def bound_of(
    split: Split, bins: Bins, price: Values, *, enough: float, gap: float = 0.0
) -> Bound | None:
    """Return a bound for a program, or None where its costs do not fit the knapsacks.

    Parameters
    ----------
    split : Split
        The program and what ties its schools.
    bins : Bins
        The knapsacks of its schools.
    price : (t,) float64
        Prices of the ties to begin with: the duals of the linear relaxation.
    enough : float
        Stop when the bound is so high.
    gap : float
        That is asked for: a bound that is off by a part of it is good enough.
    """
    close = max(_CLOSE, _SHARE_OF_GAP * gap)
    first, packing = split.packed(bins, price)
    if not np.isfinite(first):
        return None
    best = first, price, packing
    is_near = np.zeros(split.problem.n_pairs, dtype=bool)
    master, everywhere = Master(split.ties, price), (first, packing)
    for _ in range(_MOST_WIDENINGS):
        is_near |= everywhere[1].penalty <= _NEAR * abs(everywhere[0])
        near = partial(split.packed, bins.within(is_near))
        hoped, price, _ = raised(split, near, master, price, enough=enough, close=close)
        everywhere = split.packed(bins, price)
        if everywhere[0] > best[0]:
            best = everywhere[0], price, everywhere[1]
        if everywhere[0] >= hoped - close * abs(hoped):
            break
    value, price, packing = best
    return Bound(value, split.penalty_of(packing), price)


def raised(
    split: Split,
    packed: Callable[[Values], tuple[float, Packed]],
    master: Master,
    price: Values,
    *,
    enough: float,
    close: float = _CLOSE,
    n_rounds: int = _MOST_ROUNDS,
) -> tuple[float, Values, Packed]:
    """Return the best bound found from `price` on in so many rounds, its prices and packing."""
    value, packing = packed(price)
    best = value, price, packing
    pull, n_worse = _PULL, 0
    for _ in range(n_rounds):
        if best[0] >= enough or n_worse == _N_LOST:
            break
        is_new = master.add(complete(split.problem, split.values_of(packing)))
        if not is_new and pull == 1.0:
            break
        solved = master.solved()
        worth = _NEARLY if n_worse >= _N_PATIENT else close
        if solved is None or solved[0] - best[0] <= worth * abs(best[0]):
            break
        pull = _PULL if is_new else 1.0  # where the way was too short, go all of it
        price = best[1] + pull * (solved[1] - best[1])
        value, packing = packed(price)
        n_worse += 1
        if value > best[0]:
            best, n_worse = (value, price, packing), 0
    return best
