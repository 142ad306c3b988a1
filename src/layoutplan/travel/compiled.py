"""The steps of the search as numba compiles them: each returns what its twin in numpy does.

Importing this needs numba.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import TravelGraph
from layoutplan.travel.edges import NO_WAY_MS, Arcs, Edges, joined
from layoutplan.travel.hierarchy import Hierarchy
from layoutplan.travel.kernels.chains import halve, walk
from layoutplan.travel.kernels.edges import merge, prune
from layoutplan.travel.kernels.rounds import close, detach
from layoutplan.travel.kernels.tables import climb, part, search
from layoutplan.travel.rounds import arc_times, in_full
from layoutplan.travel.sweep import Reckoning, Times
from layoutplan.travel.tables import Ways

_COLUMNS_AT_ONCE: Final = 64  # of a table, so that what a sweep touches stays in the fast memory


def edges_of(graph: TravelGraph) -> Edges:
    """Return the edges of a travel graph: of parallel arcs the fastest, and no loops."""
    no_way = np.full(len(graph.tail), NO_WAY_MS)
    tail, head = graph.tail.astype(np.int64), graph.head.astype(np.int64)
    return merged(np.arange(graph.n_nodes), Arcs(tail, head, graph.milliseconds, no_way))


def merged(node: NDArray[np.int64], arcs: Arcs) -> Edges:
    """Return each pair of ends once, with the least times, and only nodes that have an edge."""
    kept, *edges = merge(len(node), arcs.tail, arcs.head, arcs.ms, arcs.back_ms)
    return Edges(node[kept], *edges)


def pruned(edges: Edges) -> Edges:
    """Return the edges without the directions that a way over one other node serves as well."""
    times = prune(len(edges.node), *_arrays(edges))
    return merged(edges.node, Arcs(edges.low, edges.high, *times))


def without_chains(edges: Edges) -> tuple[Edges, list[Arcs]]:
    """Eliminate every chain of nodes with at most two neighbors that hangs on some junction."""
    is_gone, *chains = walk(len(edges.node), *_arrays(edges))
    ends, arcs, through = halve(*chains)
    removed = [Arcs(*arcs).take(slice(*stretch)) for stretch in pairwise(ends.tolist())]
    return merged(edges.node, joined(edges, is_gone, Arcs(*through))), removed


def without_independent(edges: Edges) -> tuple[Edges, Arcs]:
    """Eliminate the nodes that have fewer neighbors than any of their neighbors."""
    chance = np.random.default_rng(0).permutation(len(edges.node))
    is_gone, removed, shortcuts = detach(chance, *_arrays(edges))
    return merged(edges.node, joined(edges, is_gone, Arcs(*shortcuts))), Arcs(*removed)


def all_times(core: Edges) -> NDArray[np.int64]:
    """Return the times between all nodes of the core: Floyd and Warshall's algorithm."""
    table, reckoning = arc_times(core)
    close(table, reckoning.none)
    return in_full(table, reckoning)


def _arrays(edges: Edges) -> tuple[NDArray[np.int64], ...]:
    """Return ends and times of edges."""
    return edges.low, edges.high, edges.up_ms, edges.down_ms


@dataclass(frozen=True)
class _Part:
    """Some nodes of a hierarchy and the arcs that lead up from them.

    Parameters
    ----------
    ranks : (r,) int64
        The nodes, sorted.
    number : (n,) int32
        Position in `ranks` of every rank, -1 for those that are not among them.
    arcs : tuple of three arrays
        As :func:`layoutplan.travel.kernels.tables.part` returns them.
    """

    ranks: NDArray[np.int64]
    number: NDArray[np.int32]
    arcs: tuple[NDArray[np.int64], NDArray[np.int32], Times]

    @classmethod
    def above(
        cls, hierarchy: Hierarchy, nodes: NDArray[np.integer], ms: Times, reckoning: Reckoning
    ) -> _Part:
        """Return the part above some nodes, with one of the two times of the arcs."""
        ranks, number = climb(
            hierarchy.first, hierarchy.head, hierarchy.rank[nodes], hierarchy.n_core
        )
        first, upper, part_ms = part(ranks, number, hierarchy.first, hierarchy.head, ms)
        return cls(ranks, number, (first, upper, reckoning.kept(part_ms)))


@dataclass(frozen=True)
class Descent:
    """The part of a hierarchy through which places are reached from above.

    Parameters
    ----------
    hierarchy, starts, reckoning
        As for :func:`plan_descent`.
    part : _Part
        The nodes above the places.
    """

    hierarchy: Hierarchy
    starts: Ways
    reckoning: Reckoning
    part: _Part

    @property
    def n_rows(self) -> int:
        """Number of rows of a table that is held for all columns at once."""
        return self.starts.n_places

    def times_to(self, ends: Ways) -> Times:
        """Return the least times from these places (rows) to other places (columns).

        Threads find some of the columns each.
        """
        hierarchy, reckoning = self.hierarchy, self.reckoning
        ascent = _Part.above(hierarchy, ends.node, hierarchy.down_ms, reckoning)
        core = self.part.ranks[self.part.ranks < hierarchy.n_core]
        upper_core = ascent.ranks[ascent.ranks < hierarchy.n_core]
        from_upper = reckoning.kept(hierarchy.core_ms[np.ix_(core, upper_core)].T.copy())
        shared = self.part.number[ascent.ranks]
        end_row = ascent.number[hierarchy.rank[ends.node]]
        start_row = self.part.number[hierarchy.rank[self.starts.node]]
        start_ms, end_ms = reckoning.kept(self.starts.ms), reckoning.kept(ends.ms)
        found = reckoning.table(self.starts.n_places, ends.n_places)

        def find(begin: int) -> None:
            search(
                found,
                begin,
                _COLUMNS_AT_ONCE,
                (ends.place, end_row, end_ms),
                ascent.arcs,
                shared,
                from_upper,
                self.part.arcs,
                (self.starts.place, start_row, start_ms),
                reckoning.longest,
                reckoning.none,
            )

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(find, range(0, ends.n_places, _COLUMNS_AT_ONCE)))
        return found


def plan_descent(hierarchy: Hierarchy, starts: Ways, reckoning: Reckoning) -> Descent:
    """Return the part of the hierarchy that matters to places where trips start."""
    part = _Part.above(hierarchy, starts.node, hierarchy.up_ms, reckoning)
    return Descent(hierarchy, starts, reckoning, part)
