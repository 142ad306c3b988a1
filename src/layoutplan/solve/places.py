"""Who is where in a plan in the making: rooms taken, and the cheapest room for a block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Values
from layoutplan.model.columns import columns_of, complete
from layoutplan.model.problem import Problem

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Ways:
    """The pairs of a problem, those of each block together and the cheapest first.

    Parameters
    ----------
    problem : Problem
        Whose pairs they are.
    cost : (p,) float64
        What is compared, by pair.
    order : (p,) int64
        The pairs, by block and cost.
    first : (b + 1,) int64
        Where those of each block begin in `order`.
    is_usable, is_stay, is_barred : (p,) bool
        Pairs that a plan may use, that stay, and that a rule on their schools bars.
    """

    problem: Problem
    cost: Values
    order: Positions
    first: Positions
    is_usable: Mask
    is_stay: Mask
    is_barred: Mask

    def of_block(self, block: int) -> Positions:
        """Return the pairs of a block, the cheapest first."""
        return self.order[self.first[block] : self.first[block + 1]]


def ways_of(problem: Problem, cost: Values, is_usable: Mask) -> Ways:
    """Return the pairs of `problem`, ordered by `cost`."""
    is_barred = np.zeros(problem.n_pairs, dtype=bool)
    is_barred[problem.side.must] = is_barred[problem.side.never] = True
    order = np.lexsort((cost, problem.pair_block))
    return Ways(
        problem=problem,
        cost=cost,
        order=order,
        first=np.searchsorted(problem.pair_block, np.arange(problem.n_blocks + 1)),
        is_usable=is_usable,
        is_stay=problem.is_stay,
        is_barred=is_barred,
    )


@dataclass
class Places:
    """A plan in the making, changed in place.

    Parameters
    ----------
    ways : Ways
        The pairs.
    option : (s,) int64
        Option of each school, -1 where it is closed.
    pair : (b,) int64
        Pair of each block, -1 where it has none yet.
    pupils, boarders : (s,) int64
        At each school.
    """

    ways: Ways
    option: Positions
    pair: Positions
    pupils: NDArray[np.int64]
    boarders: NDArray[np.int64]

    @classmethod
    def empty(cls, ways: Ways, option: Positions) -> Places:
        """Return schools with these options and nobody in them."""
        problem = ways.problem
        nobody = np.full(problem.n_blocks, -1, dtype=np.int64)
        none = np.zeros(problem.n_schools, dtype=np.int64)
        return cls(ways, option.copy(), nobody, none, none.copy())

    def copy(self) -> Places:
        """Return the same, to be changed without changing this."""
        return Places(
            self.ways,
            self.option.copy(),
            self.pair.copy(),
            self.pupils.copy(),
            self.boarders.copy(),
        )

    def allowed(self, pairs: Positions) -> Mask:
        """Return which pairs the schools, as they are, allow, whether there is room or not."""
        problem = self.ways.problem
        option = self.option[problem.pair_school[pairs]]
        options = problem.options
        is_taught = options.teaches[option, problem.band[problem.pair_block[pairs]]]
        may_enter = options.admits[option] | self.ways.is_stay[pairs]
        is_allowed: Mask = (option >= 0) & is_taught & may_enter
        return is_allowed

    def open_to(self, block: int) -> Positions:
        """Return the pairs of a block that have room and break no rule of its own."""
        ways, problem = self.ways, self.ways.problem
        pairs = ways.of_block(block)
        pairs = pairs[self.allowed(pairs)]
        school = problem.pair_school[pairs]
        is_stay, boards = ways.is_stay[pairs], problem.boarders[pairs] > 0
        option = self.option[school]
        is_free = ways.is_usable[pairs] & ~ways.is_barred[pairs]
        is_free &= self.pupils[school] + problem.pupils[block] <= problem.options.seats[option]
        is_free &= (
            self.boarders[school] + problem.boarders[pairs] <= problem.options.beds[option]
        ) | ~boards
        is_near = ~boards & ~is_stay & ~ways.is_barred[pairs]
        if not problem.boards_anywhere and is_near.any():
            is_free &= ~boards | is_stay
        if problem.is_closest_open and is_near.any():
            nearest = problem.pupil_ms[pairs[is_near]].min()
            is_free &= is_stay | (problem.pupil_ms[pairs] <= nearest)
        if problem.is_bound[block] and is_stay.any():
            is_free &= is_stay
        return pairs[is_free]

    def put(self, pair: int, sign: int = 1) -> None:
        """Put a block where `pair` says, or with `sign` -1 take it away."""
        problem = self.ways.problem
        block, school = problem.pair_block[pair], problem.pair_school[pair]
        self.pair[block] = pair if sign > 0 else -1
        self.pupils[school] += sign * problem.pupils[block]
        self.boarders[school] += sign * problem.boarders[pair]

    def move(self, pair: int) -> None:
        """Move a block from where it is to where `pair` says."""
        self.put(int(self.pair[self.ways.problem.pair_block[pair]]), -1)
        self.put(pair)

    def blocks_at(self, school: int) -> Positions:
        """Return the blocks at a school, the largest first."""
        problem = self.ways.problem
        placed = np.flatnonzero(self.pair >= 0)
        here = placed[problem.pair_school[self.pair[placed]] == school]
        largest_first: Positions = here[np.argsort(-problem.pupils[here], kind="stable")]
        return largest_first

    def values(self) -> Values:
        """Return the plan as values of the columns of the model."""
        problem = self.ways.problem
        columns = columns_of(problem)
        values = np.zeros(columns.n)
        values[columns.z[self.option[self.option >= 0]]] = 1
        values[columns.x[self.pair[self.pair >= 0]]] = 1
        return complete(problem, values)
