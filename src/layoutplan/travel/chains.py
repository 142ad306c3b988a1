"""Roads between junctions: all their points are eliminated at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import NO_WAY_MS, Arcs, Edges, arcs_of, entries, joined, merged

_NOWHERE = -1


@dataclass(frozen=True)
class _Chains:
    """Chains of nodes with one or two neighbors, each from junction to junction.

    Parameters
    ----------
    first, last : (c,) int64
        Positions of the first and the last stop of each chain: the junctions at its ends.
    stop : (q,) int64
        Nodes in order along one chain after the other, `_NOWHERE` in place of the junction beyond
        a dead end.
    on_ms, back_ms : (q,) int64
        Time from each stop to the next, and from there back; the last of a chain has no next.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    stop: NDArray[np.int64]
    on_ms: NDArray[np.int64]
    back_ms: NDArray[np.int64]


def without_chains(edges: Edges) -> tuple[Edges, list[Arcs]]:
    """Eliminate every chain of nodes with at most two neighbors that hangs on some junction.

    Of each chain the nodes at odd places go first, then those at odd multiples of two, of four, and
    so on: always from between the nearest two that are left. So their times are sums over stretches
    of the chain, known without going through it step by step. In the end one edge joins the
    junctions at its ends. Nine tenths of the points of a road map go so.

    Returns
    -------
    Edges
        Those between the nodes that are left.
    list of Arcs
        From the nodes that are gone to the neighbors they had when they went, those first that
        went first.
    """
    chains = _chains(edges)
    n_between = chains.last - chains.first - 1
    chain, at = entries(chains.first + 1, n_between)
    place = at - chains.first[chain]
    turn = np.bitwise_count((place & -place) - 1)  # how often the place can be halved
    order = np.argsort(turn, kind="stable")
    chain, at, stride = chain[order], at[order], 1 << turn[order].astype(np.int64)
    behind, ahead = at - stride, np.minimum(at + stride, chains.last[chain])
    on, back = _Sums.of(chains.on_ms), _Sums.of(chains.back_ms)

    node = np.repeat(chains.stop[at], 2)
    neighbor = _by_turns(chains.stop[behind], chains.stop[ahead])
    ms = _by_turns(back.between(behind, at), on.between(at, ahead))
    back_ms = _by_turns(on.between(behind, at), back.between(at, ahead))
    is_way = (neighbor != _NOWHERE) & (np.minimum(ms, back_ms) < NO_WAY_MS)
    arcs = Arcs(node, neighbor, ms, back_ms).take(np.flatnonzero(is_way))
    ends = np.cumsum(is_way)[2 * np.cumsum(np.bincount(turn)) - 1]
    removed = [arcs.take(slice(*stretch)) for stretch in pairwise(np.append(0, ends).tolist())]

    is_gone = np.zeros(len(edges.node), dtype=np.bool_)
    is_gone[node] = True
    is_through = np.minimum(chains.stop[chains.first], chains.stop[chains.last]) != _NOWHERE
    first, last = chains.first[is_through], chains.last[is_through]
    shortcuts = Arcs(
        chains.stop[first], chains.stop[last], on.between(first, last), back.between(first, last)
    )
    return merged(edges.node, joined(edges, is_gone, shortcuts)), removed


def _by_turns(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the elements of two arrays by turns."""
    return np.column_stack([one, other]).ravel()


@dataclass(frozen=True)
class _Sums:
    """Running sums of the times from stop to stop, and of how many of them are no way."""

    ms: NDArray[np.int64]
    n_closed: NDArray[np.int64]

    @classmethod
    def of(cls, ms: NDArray[np.int64]) -> _Sums:
        """Sum up times, one for each stop."""
        is_closed = ms >= NO_WAY_MS
        return cls(
            np.append(0, np.cumsum(np.where(is_closed, 0, ms))), np.append(0, np.cumsum(is_closed))
        )

    def between(self, begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the times from stops to later stops of the same chains, `NO_WAY_MS` for none."""
        is_open = self.n_closed[begin] == self.n_closed[end]
        return np.where(is_open, self.ms[end] - self.ms[begin], NO_WAY_MS)


def _chains(edges: Edges) -> _Chains:
    """Find the chains that end at a junction on one side at least.

    Rings without a junction come out of the order in pieces, and are left alone.
    """
    is_small = edges.degree <= 2
    nodes, n_edges = np.flatnonzero(is_small), len(edges.low)
    arcs, missing = arcs_of(edges), 2 * n_edges
    head = np.append(arcs.head, _NOWHERE)

    # Of several arcs of one node the last to be written stays: here the first and the last of two.
    arc, arcs_at = np.arange(missing), np.empty((len(edges.node), 2), dtype=np.int64)
    arcs_at[arcs.tail[::-1], 0] = arc[::-1]
    arcs_at[arcs.tail, 1] = arc
    one, other = arcs_at[nodes].T
    other = np.where(other == one, missing, other)

    line = _in_line(np.column_stack([head[one], head[other]]), is_small)
    node, one, other = nodes[line], one[line], other[line]
    one_head, other_head = head[one], head[other]
    follows = (one_head[:-1] == node[1:]) | (other_head[:-1] == node[1:])
    is_first, is_last = np.ones((2, len(node)), dtype=np.bool_)
    is_first[1:], is_last[:-1] = ~follows, ~follows
    starts_with_one = is_first & ~is_last & (one_head == np.roll(node, -1))
    goes_on_with_one = ~is_first & (one_head != np.roll(node, 1))
    is_turned = starts_with_one | goes_on_with_one
    before, after = np.where(is_turned, other, one), np.where(is_turned, one, other)

    first, last = np.flatnonzero(is_first), np.flatnonzero(is_last)
    start, end = head[before[first]], head[after[last]]
    is_ring = (is_small[start] & (start != _NOWHERE)) | (is_small[end] & (end != _NOWHERE))
    is_whole = ~is_ring & (np.maximum(start, end) != _NOWHERE)

    # Each from the lower of its two outermost nodes, and the chains in order of these.
    first, last = first[is_whole], last[is_whole]
    by_lowest = np.argsort(np.minimum(node[first], node[last]))
    first, last = first[by_lowest], last[by_lowest]
    chain, at = entries(first, last - first + 1)
    from_last = (node[first] > node[last])[chain]
    at = np.where(from_last, (first + last)[chain] - at, at)
    node, before, after = (
        node[at],
        np.where(from_last, after[at], before[at]),
        np.where(from_last, before[at], after[at]),
    )

    # Around the nodes of each chain stand its ends; to each stop but the last leads an arc back.
    end_at = np.cumsum(last - first + 1)
    start_at = end_at - (last - first + 1)
    start, end = head[before[start_at]], head[after[end_at - 1]]
    closing = np.where(end == _NOWHERE, missing, (after[end_at - 1] + n_edges) % max(missing, 1))
    around = _by_turns(start_at, end_at)
    behind_last = _by_turns(closing, np.full(len(end_at), missing))
    back = np.insert(before, np.repeat(end_at, 2), behind_last)
    n_ends_before = 2 * np.arange(len(end_at))
    return _Chains(
        first=start_at + n_ends_before,
        last=end_at + n_ends_before + 1,
        stop=np.insert(node, around, _by_turns(start, end)),
        on_ms=np.append(arcs.back_ms, NO_WAY_MS)[back],
        back_ms=np.append(arcs.ms, NO_WAY_MS)[back],
    )


def _in_line(neighbors: NDArray[np.int64], is_small: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the order of the small nodes, (k, 2) `neighbors` each, along one chain after another.

    Cuthill and McKee's order numbers the points of a path from one end to the other.
    """
    if not len(neighbors):
        return np.empty(0, dtype=np.int64)
    # Loaded here: shortcuts from the cache do not wait for it.
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    number = (np.cumsum(is_small) - 1).astype(np.int32)
    is_within = is_small[neighbors] & (neighbors != _NOWHERE)
    first = np.append(0, np.cumsum(is_within.sum(axis=1))).astype(np.int32)
    head = number[neighbors[is_within]]
    links = csr_array(
        (np.ones(len(head), dtype=np.int8), head, first), shape=(len(neighbors), len(neighbors))
    )
    return reverse_cuthill_mckee(links, symmetric_mode=True).astype(np.int64)
