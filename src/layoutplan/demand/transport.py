"""The transportation problem in whole numbers: the most pupils placed, at the least cost.

A network simplex on the choices that there are, and on further ones only as far as prices show
that they could matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.demand.tree import Tree, planted
from layoutplan.errors import VerificationError

LARGEST_COST = (1 << 28) - 1  # of one choice, so that sums along a path stay 64-bit numbers

_BLOCK = 100_000  # choices that are looked at together

IntArray = NDArray[np.int64]
TieBreak = Callable[[IntArray, IntArray], IntArray]


@dataclass(frozen=True)
class Choices:
    """Which unit may go to which school, by position; `cost` per pupil, from 0 on."""

    unit_idx: IntArray
    school_idx: IntArray
    cost: IntArray

    def __len__(self) -> int:
        """Return the number of choices."""
        return len(self.cost)

    def where(self, mask: NDArray[np.bool_]) -> Choices:
        """Return the choices where `mask` holds."""
        return Choices(self.unit_idx[mask], self.school_idx[mask], self.cost[mask])

    def joined(self, *others: Choices) -> Choices:
        """Return the choices of all, by unit."""
        parts = [part for part in (self, *others) if len(part)]
        if len(parts) < 2:
            return parts[0] if parts else self
        unit_idx = np.concatenate([part.unit_idx for part in parts])
        order = np.argsort(unit_idx, kind="stable")
        return Choices(
            unit_idx[order],
            np.concatenate([part.school_idx for part in parts])[order],
            np.concatenate([part.cost for part in parts])[order],
        )


NO_CHOICES = Choices(*(np.empty(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True)
class Prices:
    """The proof: no choice is worth making whose cost exceeds `worth` less `seat`.

    Parameters
    ----------
    worth : (n_units,) int64
        What a pupil of each unit pays, seat and way; about `away` where some must stay away.
    seat : (n_schools,) int64
        What a seat costs; about `away` where it is sought by pupils who must stay away else.
    away : int
        The price of staying away, larger than twice the cost of any chain of choices.
    """

    worth: IntArray
    seat: IntArray
    away: int

    @property
    def is_short(self) -> NDArray[np.bool_]:
        """Which units have pupils away, or push others away; (n_units,) bool."""
        return self.worth >= self.away // 2

    @property
    def is_sought(self) -> NDArray[np.bool_]:
        """Which schools would seat pupils who stay away, had they room; (n_schools,) bool."""
        return self.seat >= self.away // 2

    def saving(self, choices: Choices) -> IntArray:
        """Return what a pupil would save by each of the choices; (k,) int64."""
        saving: IntArray = (
            self.worth[choices.unit_idx] - self.seat[choices.school_idx] - choices.cost
        )
        return saving


def none_further(prices: Prices) -> Choices:
    """Return no choices: those given are all that there are."""
    return NO_CHOICES


def cheapest_transport(
    choices: Choices,
    supply: IntArray,
    room: IntArray,
    *,
    tie_break: TieBreak | None = None,
    further: Callable[[Prices], Choices] = none_further,
    tell: Callable[[int], None] = lambda n_waiting: None,
) -> tuple[IntArray, IntArray, IntArray]:
    """Return how many pupils of each unit go to each school.

    As many pupils are placed as can be; among those ways the total cost is least; among those the
    total of `tie_break`. The result is proven by its prices: with them no choice pays.

    Parameters
    ----------
    choices : Choices
        At least those that no call of `further` names.
    supply : (n_units,) int64
        Pupils of each unit.
    room : (n_schools,) int64
        The most pupils that each school takes.
    tie_break : callable, optional
        Returns for units and schools (by position) a cost that decides between equal ways.
    further : callable
        Returns for `Prices` all choices not among `choices` that cost ``worth - seat`` at most;
        where it knows of cheaper ones it may return some of them only, and will be asked again.
    tell : callable
        Called with the number of pupils who have no school yet.

    Returns
    -------
    unit_idx, school_idx, pupils : (k,) int64
        Whole pupils, from 1 on, by unit and school.

    Raises
    ------
    VerificationError
        When the result is not proven; a fault of ours.

    References
    ----------
    R. K. Ahuja, T. L. Magnanti and J. B. Orlin, *Network Flows* (Prentice Hall, 1993), chapter 11.

    Examples
    --------
    >>> unit, school = np.divmod(np.arange(4), 2)
    >>> choices = Choices(unit, school, np.array([1, 5, 1, 2]))
    >>> [part.tolist() for part in cheapest_transport(choices, np.array([3, 3]), np.array([4, 2]))]
    [[0, 1, 1], [0, 0, 1], [3, 1, 2]]
    """
    n_units, n_schools = len(supply), len(room)
    away = 2 * (LARGEST_COST + 1) * (n_schools + 2)
    tree = planted(supply, room, away)
    offered = _always(n_units, n_schools, away)
    new = choices
    while True:
        if new.cost.max(initial=0) > LARGEST_COST:
            raise VerificationError("the times of this case are too long to add up")
        offered = offered.joined(new if room.all() else new.where(room[new.school_idx] > 0))
        _improve(tree, offered, lambda: tell(_n_away(tree)))
        prices = Prices(tree.worth(0, n_units), np.array(tree.price[:-1]), away)
        new = further(prices)
        if prices.saving(new).max(initial=0) <= 0:
            break
    offered = offered.joined(new)
    _prove(tree, offered, supply, room)
    if tie_break is not None:
        equal = offered.where(_saving(tree, offered, 0, len(offered)) == 0)
        equal = Choices(equal.unit_idx, equal.school_idx, _ties(tie_break, equal, supply, room))
        tree = tree.with_costs(_by_node(tree, equal))
        _improve(tree, equal, lambda: None)
        _prove(tree, equal, supply, room)
    return _placed(tree, n_units)


def _always(n_units: int, n_schools: int, away: int) -> Choices:
    """Return what is always possible: to stay away, and to leave seats empty.

    Away is a school after the others, the empty seats are a unit after the others; so every pupil
    has a seat and every seat a pupil.
    """
    units, schools = np.arange(n_units), np.arange(n_schools + 1)
    return Choices(
        np.append(units, np.full(n_schools + 1, n_units)),
        np.append(np.full(n_units, n_schools), schools),
        np.append(np.full(n_units, away), np.zeros(n_schools + 1, dtype=np.int64)),
    )


def _saving(tree: Tree, choices: Choices, start: int, end: int) -> IntArray:
    """Return what a pupil saves by each of the choices from `start` to `end`, sorted by unit."""
    units = choices.unit_idx[start:end]
    if not len(units):
        return np.empty(0, dtype=np.int64)
    worth = tree.worth(units[0], units[-1] + 1)[units - units[0]]
    seat = np.array(tree.price, dtype=np.int64)[choices.school_idx[start:end]]
    saving: IntArray = worth - seat - choices.cost[start:end]
    return saving


def _improve(tree: Tree, choices: Choices, tell: Callable[[], None]) -> None:
    """Change the tree by choices that pay, block after block, until there is none."""
    n_in_vain = start = 0
    while n_in_vain < len(choices):
        end = min(start + _BLOCK, len(choices))
        units = choices.unit_idx[start:end]
        saving = _saving(tree, choices, start, end)
        # The best choice of each unit, the best units first: others seldom pay thereafter.
        first = np.flatnonzero(np.diff(units, prepend=-1))
        best = np.repeat(np.maximum.reduceat(saving, first), np.diff(first, append=len(units)))
        entering = np.flatnonzero((saving == best) & (saving > 0))
        entering = start + entering[np.argsort(-saving[entering], kind="stable")]
        n_in_vain = 0 if len(entering) else n_in_vain + end - start
        columns = (choices.unit_idx, choices.school_idx, choices.cost)
        for unit, school, cost in zip(*(each[entering].tolist() for each in columns), strict=True):
            node = tree.root + 1 + unit
            if tree.saving(node, school, cost) > 0:
                tree.enter(node, school, cost)
        start = end % len(choices)
        if start == 0:
            tell()


def _n_away(tree: Tree) -> int:
    """Return the pupils who stay away."""
    nodes = slice(tree.root + 1, -1)
    is_away = np.array(tree.parent[nodes]) == tree.root
    return int(np.array(tree.pupils[nodes])[is_away].sum())


def _in_use(tree: Tree) -> tuple[IntArray, IntArray, IntArray]:
    """Return unit and school of the choice by which each node hangs, and its pupils."""
    nodes = np.delete(np.arange(len(tree.parent)), tree.root)
    parent = np.array(tree.parent)[nodes]
    unit_idx = np.maximum(nodes, parent) - tree.root - 1
    return unit_idx, np.minimum(nodes, parent), np.array(tree.pupils)[nodes]


def _placed(tree: Tree, n_units: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return the pupils who are at a school, by unit and school."""
    unit_idx, school_idx, pupils = _in_use(tree)
    kept = np.flatnonzero((pupils > 0) & (unit_idx < n_units) & (school_idx < tree.root))
    kept = kept[np.lexsort((school_idx[kept], unit_idx[kept]))]
    return unit_idx[kept], school_idx[kept], pupils[kept]


def _ties(tie_break: TieBreak, choices: Choices, supply: IntArray, room: IntArray) -> IntArray:
    """Return the costs that decide between equal ways; 0 for staying away and empty seats."""
    cost = np.zeros(len(choices), dtype=np.int64)
    is_real = (choices.unit_idx < len(supply)) & (choices.school_idx < len(room))
    cost[is_real] = tie_break(choices.unit_idx[is_real], choices.school_idx[is_real])
    return cost


def _by_node(tree: Tree, choices: Choices) -> list[int]:
    """Return by node the cost of the choice by which it hangs; 0 for the root."""
    n_places = tree.root + 1
    key = choices.unit_idx * n_places + choices.school_idx
    order = np.argsort(key)
    unit_idx, school_idx, _ = _in_use(tree)
    found = np.searchsorted(key, unit_idx * n_places + school_idx, sorter=order)
    return [int(cost) for cost in np.insert(choices.cost[order[found]], tree.root, 0)]


def _prove(tree: Tree, choices: Choices, supply: IntArray, room: IntArray) -> None:
    """Raise unless every pupil counts once, no school is over its room and no choice pays."""
    unit_idx, school_idx, pupils = _in_use(tree)
    by_unit, by_school = (
        np.bincount(idx, weights=pupils).astype(np.int64) for idx in (unit_idx, school_idx)
    )
    is_whole = np.array_equal(by_unit, np.append(supply, room.sum()))
    is_whole &= np.array_equal(by_school, np.append(room, supply.sum()))
    if not is_whole or (pupils < 0).any():
        raise VerificationError("pupils were lost or seated twice in the transportation problem")
    is_right = all(
        _saving(tree, choices, start, start + _BLOCK).max(initial=0) <= 0
        for start in range(0, len(choices), _BLOCK)
    )
    nodes = [node for node in range(len(tree.parent)) if node < tree.root]
    if not is_right or any(tree.saving(tree.parent[n], n, tree.cost[n]) != 0 for n in nodes):
        raise VerificationError("the transportation problem was not solved to its optimum")
