"""Rounds in which nodes that are no neighbors of each other go, and what is left in the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import NO_WAY_MS, Arcs, Edges, arcs_of, joined, merged
from layoutplan.travel.sweep import Reckoning, Times


def without_independent(edges: Edges) -> tuple[Edges, Arcs]:
    """Eliminate the nodes that have fewer neighbors than any of their neighbors.

    Of two neighbors that have as many, chance decides; it is the same every time.
    """
    n_nodes, degree = len(edges.node), edges.degree
    turn = degree * n_nodes + np.random.default_rng(0).permutation(n_nodes)
    is_gone = np.ones(n_nodes, dtype=np.bool_)
    is_gone[np.where(turn[edges.low] < turn[edges.high], edges.high, edges.low)] = False

    arcs = arcs_of(edges)
    removed = arcs.take(np.flatnonzero(is_gone[arcs.tail]))
    removed = removed.take(np.argsort(removed.tail, kind="stable"))
    one, other = _pairs(degree[is_gone])
    shortcuts = Arcs(
        removed.head[one],
        removed.head[other],
        removed.back_ms[one] + removed.ms[other],
        removed.back_ms[other] + removed.ms[one],
    )
    return merged(edges.node, joined(edges, is_gone, shortcuts)), removed


def all_times(core: Edges) -> NDArray[np.int64]:
    """Return the times between all nodes of the core: Floyd and Warshall's algorithm."""
    table, reckoning = arc_times(core)
    over = np.empty_like(table)
    for middle in range(len(table)):
        np.add(table[:, middle, None], table[middle], out=over)
        np.minimum(table, over, out=table)
    return in_full(table, reckoning)


def arc_times(core: Edges) -> tuple[Times, Reckoning]:
    """Return a table of the times along arcs, and how they are kept there."""
    n_nodes = len(core.node)
    arcs = arcs_of(core)
    is_way = arcs.ms < NO_WAY_MS
    # No way needs more than this.
    reckoning = Reckoning.within(int(arcs.ms[is_way].max(initial=0)) * n_nodes)
    table = reckoning.table(n_nodes, n_nodes)
    table[arcs.tail, arcs.head] = reckoning.kept(arcs.ms)
    np.fill_diagonal(table, 0)
    return table, reckoning


def in_full(table: Times, reckoning: Reckoning) -> NDArray[np.int64]:
    """Return times as they are kept in the hierarchy."""
    return np.where(table <= reckoning.longest, table.astype(np.int64), NO_WAY_MS)


def _pairs(n_entries: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of all pairs of entries of the same row, rows being consecutive."""
    first = np.cumsum(n_entries) - n_entries
    ones, others = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for n in np.unique(n_entries):
        one, other = np.triu_indices(n, 1)
        rows = first[n_entries == n, None]
        ones.append((rows + one).ravel())
        others.append((rows + other).ravel())
    return np.concatenate(ones), np.concatenate(others)
