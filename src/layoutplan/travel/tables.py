"""Tables of times from places to columns of places: up the hierarchy, over its core, and down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import entries, numbers
from layoutplan.travel.hierarchy import Hierarchy
from layoutplan.travel.sweep import Lessons, Reckoning, Sweep, Times, plan_sweep


@dataclass(frozen=True)
class Ways:
    """Ways between nodes and places that are numbered from 0 to `n_places` - 1.

    Parameters
    ----------
    n_places : int
        Number of places; some may have no way.
    place, node : (k,) int
        A place, and the node of the travel graph that a way joins it to.
    ms : (k,) int64
        Time along the way.
    """

    n_places: int
    place: NDArray[np.integer]
    node: NDArray[np.integer]
    ms: NDArray[np.int64]


@dataclass(frozen=True)
class Descent:
    """The part of a hierarchy through which places are reached from above, ready to be swept.

    Parameters
    ----------
    hierarchy, reckoning
        As for :func:`plan_descent`.
    ranks : (r,) int64
        Its nodes, sorted: those that the places hang on, and all that lead up from there.
    number : (n,) int32
        Position in `ranks` of every rank of the hierarchy, -1 for those that are not among them.
    sweep : Sweep
        Of a table with a row for each node, then one for each place.
    """

    hierarchy: Hierarchy
    reckoning: Reckoning
    ranks: NDArray[np.int64]
    number: NDArray[np.int32]
    sweep: Sweep

    @property
    def n_rows(self) -> int:
        """Number of rows of a table that is held for all columns at once."""
        return len(self.sweep.place)

    def times_to(self, ends: Ways) -> Times:
        """Return the least times from these places (rows) to other places (columns).

        Times are exact up to the longest of the reckoning; what is over it is over it here too.

        Parameters
        ----------
        ends : Ways
            From nodes to the places where trips end.
        """
        hierarchy, reckoning = self.hierarchy, self.reckoning
        ranks, place = self.ranks, self.sweep.place
        upper, ascended = _ascend(hierarchy, ends, reckoning)
        table = reckoning.table(len(place), ends.n_places)
        row = self.number[upper]
        table[place[row[row >= 0]]] = ascended[row >= 0]

        core, upper_core = ranks[ranks < hierarchy.n_core], upper[upper < hierarchy.n_core]
        between = reckoning.kept(hierarchy.core_ms[np.ix_(core, upper_core)].T)
        table[place[: len(core)]] = _over_core(between, ascended[: len(upper_core)], reckoning).T
        self.sweep(table)
        return table[place[len(ranks) :]]


def plan_descent(hierarchy: Hierarchy, starts: Ways, reckoning: Reckoning) -> Descent:
    """Return the part of the hierarchy that matters to places where trips start."""
    start_rank = hierarchy.rank[starts.node]
    ranks = _above(hierarchy, start_rank)
    number = numbers(ranks, hierarchy.n_nodes)
    row, arc = _arcs(hierarchy, ranks)
    lessons = Lessons(
        np.concatenate([row, len(ranks) + starts.place]),
        number[np.concatenate([hierarchy.head[arc], start_rank])],
        np.concatenate([hierarchy.up_ms[arc], starts.ms]),
    )
    last_turn = len(hierarchy.level_first)
    turn = np.concatenate([_levels(hierarchy, ranks), np.full(starts.n_places, last_turn)])
    sweep = plan_sweep(turn, lessons.within(reckoning), reckoning)
    return Descent(hierarchy, reckoning, ranks, number, sweep)


def _ascend(
    hierarchy: Hierarchy, ends: Ways, reckoning: Reckoning
) -> tuple[NDArray[np.int64], Times]:
    """Return the ranks above the ends of trips, sorted, and the times from each down to the ends.

    Only ways that go down all the way from there are counted.
    """
    end_rank = hierarchy.rank[ends.node]
    ranks = _above(hierarchy, end_rank)
    number = numbers(ranks, hierarchy.n_nodes)
    lower, arc = _arcs(hierarchy, ranks)
    lessons = Lessons(number[hierarchy.head[arc]], lower, hierarchy.down_ms[arc])
    turn = len(hierarchy.level_first) - _levels(hierarchy, ranks)
    sweep = plan_sweep(turn, lessons.within(reckoning), reckoning)
    table = reckoning.table(len(ranks), ends.n_places)
    cell = (sweep.place[number[end_rank]], ends.place)
    np.minimum.at(table, cell, reckoning.kept(ends.ms))
    sweep(table)
    return ranks, table[sweep.place]


def _over_core(between: Times, ascended: Times, reckoning: Reckoning) -> Times:
    """Return the times to the ends (rows) from nodes of the core (columns).

    Parameters
    ----------
    between : (u, c)
        Times from the nodes of the core to those of them that lie above an end (rows).
    ascended : (u, n)
        Times from the latter to the ends.
    """
    n_upper, n_ends = ascended.shape
    upper, end = np.nonzero(ascended <= reckoning.longest)
    lessons = Lessons(n_upper + end, upper, ascended[upper, end].astype(np.int64))
    turn = np.repeat([0, 1], [n_upper, n_ends])
    sweep = plan_sweep(turn, lessons, reckoning)
    table = reckoning.table(n_upper + n_ends, between.shape[1])
    table[sweep.place[:n_upper]] = between
    sweep(table)
    return table[sweep.place[n_upper:]]


def _above(hierarchy: Hierarchy, ranks: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the ranks of some nodes and of all that lead up from them, sorted."""
    is_above = np.zeros(hierarchy.n_nodes, dtype=np.bool_)
    last = np.empty(hierarchy.n_nodes, dtype=np.int64)
    while len(ranks):
        order = np.arange(len(ranks))
        last[ranks] = order
        ranks = ranks[last[ranks] == order]  # each once
        is_above[ranks] = True
        _, arc = _arcs(hierarchy, ranks)
        ranks = hierarchy.head[arc]
        ranks = ranks[~is_above[ranks]]
    return np.flatnonzero(is_above)


def _levels(hierarchy: Hierarchy, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the level of each of some sorted ranks."""
    first = np.searchsorted(ranks, hierarchy.level_first)
    return np.repeat(np.arange(len(first) - 1), np.diff(first))


def _arcs(
    hierarchy: Hierarchy, ranks: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs that lead up from some nodes: position of the node in `ranks`, of the arc."""
    first = hierarchy.first[ranks]
    return entries(first, hierarchy.first[ranks + 1] - first)
