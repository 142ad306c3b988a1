"""Branch and price: the search that settles what the bound of the whole stage leaves open.

The bound of a node drops what the node cannot hold. What is left is split at the column, among
those that the master mixes, that raises the bounds of both sides most: tried at first, and once a
column was tried often enough, by what it gained then. Doi:10.1287/opre.46.3.316 and, for the
choice of columns, doi:10.1016/j.orl.2004.04.002. Rows and pupils who are decided leave the
knapsacks and the master on the way down, so that deep nodes are small.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from layoutplan.model.columns import complete
from layoutplan.solve.bins import Bins
from layoutplan.solve.nodes import Node, is_solution, root_of, settled, side_of
from layoutplan.solve.program import Values
from layoutplan.solve.split import Split

_MOST_NODES = 2_000  # then another solver has its turn
_N_TRIED = 24  # pairs that come into question where a node is split
_N_RELIABLE = 2  # times that a column was tried: then its gains are known
_LEAST_GAIN = 0.5  # of a side, lest one side that gains nothing hides the other
_MIXED = 1e-4  # that a column is away from 0 and 1
_ROUNDING = 1e-10  # of the cost: above that of sums, below a pupil's millisecond


@dataclass
class _Gains:
    """What bounds gained when columns were tried: their numbers of trials, and both sides' sums."""

    n: dict[int, int] = field(default_factory=dict)
    sums: dict[int, Values] = field(default_factory=dict)

    def note(self, column: int, gains: Values) -> None:
        """Keep what the two sides of a column gained."""
        self.n[column] = self.n.get(column, 0) + 1
        self.sums[column] = self.sums.get(column, np.zeros(2)) + gains

    def score(self, column: int) -> float | None:
        """Return how good a column is to split at, None while it is not known."""
        n = self.n.get(column, 0)
        return _score(self.sums[column] / n) if n >= _N_RELIABLE else None


def searched(
    split: Split, bins: Bins, price: Values, start: Values, *, gap: float, deadline: float
) -> tuple[Values, float]:
    """Return the best solution found, and what no solution costs less than.

    The two are as near as the gap allows, unless the search took too long.

    Parameters
    ----------
    split : Split
        The program, and what ties its schools.
    bins : Bins
        The knapsacks of its schools.
    price : (t,) float64
        Prices of the ties that give a good bound.
    start : (c,) float64
        A solution.
    gap : float
        Relative.
    deadline : float
        On the monotonic clock.
    """
    cost, best, gains = split.program.cost, start, _Gains()
    root = root_of(split, bins, price)
    nodes = [] if root is None else [root]
    for _ in range(_MOST_NODES):
        if not nodes or time.monotonic() > deadline:
            break
        node = settled(nodes.pop(), _enough(cost, best, gap))
        if node is None:
            continue
        mixed = node.ground.master.mixed()
        columns = _columns(node.split, mixed)
        found = complete(split.problem, mixed if columns else node.split.program.lower)
        if cost @ found < cost @ best and is_solution(split.program, found):
            best = found
        enough = _enough(cost, best, gap)
        if node.value < enough and columns:
            nodes += _children(node, columns, enough, gains)
    return best, min([_enough(cost, best, gap), *(node.value for node in nodes)])


def _enough(cost: Values, best: Values, gap: float) -> float:
    """Return the cost from which on plans are of no use beside the best one."""
    most = float(cost @ best)
    return most - (gap + _ROUNDING) * abs(most)


def _columns(split: Split, mixed: Values) -> list[int]:
    """Return the columns worth a try: of schools all that are mixed, of pairs the most mixed.

    Where none is mixed, any that are not decided: the plan that was found need not be the best of
    the node. None at all where everything is decided.
    """
    columns, problem, program = split.columns, split.problem, split.program
    is_free = program.lower < program.upper
    share = np.where(is_free, np.minimum(mixed, 1.0 - mixed), -1.0)
    schools = np.concatenate([columns.z, columns.u])
    weight = share[columns.x] * np.sqrt(problem.pupils[problem.pair_block])
    pairs = columns.x[np.argsort(-weight, kind="stable")]
    ordered = np.concatenate([schools[share[schools] > _MIXED], pairs[:_N_TRIED]])
    tried = ordered[share[ordered] > _MIXED]
    if not len(tried):
        decisions = np.concatenate([columns.z, columns.x])
        tried = decisions[is_free[decisions]][:_N_TRIED]
    return [int(column) for column in tried]


def _children(node: Node, columns: list[int], enough: float, gains: _Gains) -> list[Node]:
    """Return the node split at the column that raises both bounds most, the better side last."""
    best, most, sides = -1, -np.inf, None
    for column in columns:
        score, tried = gains.score(column), None
        if score is None:
            tried = _tried(node, column, enough, gains)
            if len(tried) < 2:
                return tried
            score = _score(np.array([side.value for side in tried]) - node.value)
        if score > most:
            best, most, sides = column, score, tried
    if sides is None:
        sides = _tried(node, best, enough, gains)
    return sorted(sides, key=lambda side: -side.value)


def _tried(node: Node, column: int, enough: float, gains: _Gains) -> list[Node]:
    """Return the sides of a column that hold anything, and note what they gain."""
    sides = [side_of(node, column, is_in=is_in, enough=enough) for is_in in (True, False)]
    values = [enough if side is None else side.value for side in sides]
    gains.note(column, np.array(values) - node.value)
    return [side for side in sides if side is not None]


def _score(gains: Values) -> float:
    """Return how good it is to split where the two sides gain so much."""
    return float(np.prod(np.maximum(gains, _LEAST_GAIN)))
