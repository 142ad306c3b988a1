"""What is left of the roads while nodes are eliminated: pairs of nodes with a time each way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import TravelGraph

NO_WAY_MS: Final = 2**61  # the sum of two of them still fits an int64


@dataclass(frozen=True)
class Edges:
    """A simple graph whose edges are timed in both directions.

    Parameters
    ----------
    node : (n,) int64
        Node of the travel graph behind each node here; each has an edge.
    low, high : (e,) int64
        The two ends, ``low < high``; sorted, no pair twice.
    up_ms, down_ms : (e,) int64
        Time from the low to the high end, and back; `NO_WAY_MS` where there is no way.
    """

    node: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    up_ms: NDArray[np.int64]
    down_ms: NDArray[np.int64]

    @property
    def degree(self) -> NDArray[np.int64]:
        """Number of edges at each node, (n,) int64."""
        n_nodes = len(self.node)
        return np.bincount(self.low, minlength=n_nodes) + np.bincount(self.high, minlength=n_nodes)


@dataclass(frozen=True)
class Arcs:
    """All edges seen from both ends.

    Parameters
    ----------
    tail, head : (2e,) int64
        The end that it is seen from, and the other.
    ms, back_ms : (2e,) int64
        Time from tail to head, and from head to tail.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ms: NDArray[np.int64]
    back_ms: NDArray[np.int64]

    def take(self, rows: NDArray[np.integer] | slice) -> Arcs:
        """Return some of them, in the order of `rows`."""
        return Arcs(self.tail[rows], self.head[rows], self.ms[rows], self.back_ms[rows])


def edges_of(graph: TravelGraph) -> Edges:
    """Return the edges of a travel graph: of parallel arcs the fastest, and no loops."""
    no_way = np.full(len(graph.tail), NO_WAY_MS)
    arcs = Arcs(
        graph.tail.astype(np.int64), graph.head.astype(np.int64), graph.milliseconds, no_way
    )
    return merged(np.arange(graph.n_nodes), arcs)


def arcs_of(edges: Edges) -> Arcs:
    """Return each edge twice: all from their low ends, then all from their high ends."""
    return Arcs(
        np.concatenate([edges.low, edges.high]),
        np.concatenate([edges.high, edges.low]),
        np.concatenate([edges.up_ms, edges.down_ms]),
        np.concatenate([edges.down_ms, edges.up_ms]),
    )


def joined(edges: Edges, is_gone: NDArray[np.bool_], shortcuts: Arcs) -> Arcs:
    """Return the edges between the nodes that stay, and shortcuts for the ways over the others."""
    stays = ~(is_gone[edges.low] | is_gone[edges.high])
    return Arcs(
        np.concatenate([edges.low[stays], shortcuts.tail]),
        np.concatenate([edges.high[stays], shortcuts.head]),
        np.concatenate([edges.up_ms[stays], shortcuts.ms]),
        np.concatenate([edges.down_ms[stays], shortcuts.back_ms]),
    )


def merged(node: NDArray[np.int64], arcs: Arcs) -> Edges:
    """Return each pair of ends once, with the least times, and only nodes that have an edge."""
    is_edge = (arcs.tail != arcs.head) & (np.minimum(arcs.ms, arcs.back_ms) < NO_WAY_MS)
    if not is_edge.any():
        none = np.empty(0, dtype=np.int64)
        return Edges(none, none, none, none, none)
    arcs = arcs.take(np.flatnonzero(is_edge))
    has_edge = np.zeros(len(node), dtype=np.bool_)
    has_edge[arcs.tail] = has_edge[arcs.head] = True
    number = np.cumsum(has_edge) - 1
    tail, head, n_nodes = number[arcs.tail], number[arcs.head], np.count_nonzero(has_edge)

    key = np.minimum(tail, head) * n_nodes + np.maximum(tail, head)
    order = np.argsort(key, kind="stable")  # most of it is sorted already, which this kind likes
    key, is_up = key[order], (tail < head)[order]
    ms, back_ms = arcs.ms[order], arcs.back_ms[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    up_ms = np.minimum.reduceat(np.where(is_up, ms, back_ms), first)
    down_ms = np.minimum.reduceat(np.where(is_up, back_ms, ms), first)
    return Edges(
        node[has_edge],
        key[first] // n_nodes,
        key[first] % n_nodes,
        np.minimum(up_ms, NO_WAY_MS),
        np.minimum(down_ms, NO_WAY_MS),
    )


def pruned(edges: Edges) -> Edges:
    """Return the edges without the directions that a way over one other node serves as well.

    All such directions may go at once. Every time is at least 1 ms, so both legs of the other way
    take less than what they stand in for; where a leg itself is dropped, the legs of its own
    stand-in take less again, and so on down to edges that stay. (With times of 0 ms two edges
    could each be dropped for the other.)
    """
    n_nodes, degree = len(edges.node), edges.degree
    arcs = arcs_of(edges)
    key = arcs.tail * n_nodes + arcs.head
    order = np.argsort(key, kind="stable")
    key, arcs = key[order], arcs.take(order)

    # From the end with fewer neighbors over each of these: is it a neighbor of the other end?
    is_low_first = degree[edges.low] <= degree[edges.high]
    one = np.where(is_low_first, edges.low, edges.high)
    other = np.where(is_low_first, edges.high, edges.low)
    edge, leg = entries((np.cumsum(degree) - degree)[one], degree[one])
    wanted = arcs.head[leg] * n_nodes + other[edge]
    leg_on = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    is_way = key[leg_on] == wanted
    edge, leg, leg_on = edge[is_way], leg[is_way], leg_on[is_way]

    to_other = _least(arcs.ms[leg] + arcs.ms[leg_on], edge, len(edges.low))
    to_one = _least(arcs.back_ms[leg] + arcs.back_ms[leg_on], edge, len(edges.low))
    up_ms = np.where(is_low_first, to_other, to_one)
    down_ms = np.where(is_low_first, to_one, to_other)
    return merged(
        edges.node,
        Arcs(
            edges.low,
            edges.high,
            np.where(up_ms <= edges.up_ms, NO_WAY_MS, edges.up_ms),
            np.where(down_ms <= edges.down_ms, NO_WAY_MS, edges.down_ms),
        ),
    )


def _least(ms: NDArray[np.int64], edge: NDArray[np.int64], n_edges: int) -> NDArray[np.int64]:
    """Return the least time listed for each edge, `NO_WAY_MS` for none; `edge` is sorted."""
    least = np.full(n_edges, NO_WAY_MS, dtype=np.int64)
    if len(edge):
        first = np.flatnonzero(np.diff(edge, prepend=-1))
        least[edge[first]] = np.minimum.reduceat(ms, first)
    return least


def entries(
    first: NDArray[np.integer], n_entries: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the entries of some rows, one row after the other.

    Parameters
    ----------
    first, n_entries : (r,) int
        Position of the first entry of each row, and how many it has.

    Returns
    -------
    row, position : (k,) int64
        For every entry which of the rows it belongs to, and where it is.
    """
    row = np.repeat(np.arange(len(first)), n_entries)
    before = np.cumsum(n_entries) - n_entries
    return row, np.arange(len(row)) + np.repeat(first - before, n_entries)


def numbers(some: NDArray[np.integer], n_all: int) -> NDArray[np.int32]:
    """Return for each of all positions which of `some` it is, -1 for none of them."""
    number = np.full(n_all, -1, dtype=np.int32)
    number[some] = np.arange(len(some))
    return number
