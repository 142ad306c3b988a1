"""Loops that numba compiles: plain arrays in, plain arrays out, all times int64 or int32.

Importing this needs numba. A kernel is compiled when it is called first, which takes a second or
so; numba keeps the outcome for later runs beside this file, or in the user's cache folder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import NO_WAY_MS

_NOWHERE = -1

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Longs = NDArray[np.int64]
Times = NDArray[np.signedinteger]


def _compiled(kernel: Kernel) -> Kernel:
    """Return a function that is compiled when it is called first, and lets other threads run."""
    return cast("Kernel", numba.njit(cache=True, nogil=True)(kernel))


@_compiled
def merge(
    n_nodes: int, tail: Longs, head: Longs, ms: Longs, back_ms: Longs
) -> tuple[Longs, Longs, Longs, Longs, Longs]:
    """Sort arcs by their lower, then their higher end, and keep the least times of each pair.

    Returns
    -------
    kept : (k,) int64
        Nodes that have an edge.
    low, high, up_ms, down_ms : (e,) int64
        As in `Edges`, by positions in `kept`.
    """
    n_low = np.zeros(n_nodes + 1, dtype=np.int64)
    n_high = np.zeros(n_nodes + 1, dtype=np.int64)
    n_arcs = 0
    for arc in range(len(tail)):
        if tail[arc] != head[arc] and min(ms[arc], back_ms[arc]) < NO_WAY_MS:
            n_low[min(tail[arc], head[arc]) + 1] += 1
            n_high[max(tail[arc], head[arc]) + 1] += 1
            n_arcs += 1
    kept = np.flatnonzero(n_low[1:] + n_high[1:])
    number = np.empty(n_nodes, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    low_at, high_at = np.cumsum(n_low), np.cumsum(n_high)

    by_high = np.empty(n_arcs, dtype=np.int64)
    for arc in range(len(tail)):
        if tail[arc] != head[arc] and min(ms[arc], back_ms[arc]) < NO_WAY_MS:
            end = max(tail[arc], head[arc])
            by_high[high_at[end]] = arc
            high_at[end] += 1
    by_low = np.empty(n_arcs, dtype=np.int64)
    for arc in by_high:
        end = min(tail[arc], head[arc])
        by_low[low_at[end]] = arc
        low_at[end] += 1

    low, high = np.empty(n_arcs, dtype=np.int64), np.empty(n_arcs, dtype=np.int64)
    up_ms, down_ms = np.empty_like(low), np.empty_like(low)
    edge, before_low, before_high = -1, -1, -1
    for arc in by_low:
        is_up = tail[arc] < head[arc]
        one, other = (tail[arc], head[arc]) if is_up else (head[arc], tail[arc])
        on, back = (ms[arc], back_ms[arc]) if is_up else (back_ms[arc], ms[arc])
        if one != before_low or other != before_high:
            before_low, before_high = one, other
            edge += 1
            low[edge], high[edge] = number[one], number[other]
            up_ms[edge] = down_ms[edge] = NO_WAY_MS
        up_ms[edge], down_ms[edge] = min(up_ms[edge], on), min(down_ms[edge], back)
    n_edges = edge + 1
    return (
        kept,
        low[:n_edges].copy(),
        high[:n_edges].copy(),
        up_ms[:n_edges].copy(),
        down_ms[:n_edges].copy(),
    )


@_compiled
def around(
    n_nodes: int, low: Longs, high: Longs, up_ms: Longs, down_ms: Longs
) -> tuple[Longs, Longs, Longs, Longs, Longs]:
    """Return all edges seen from both ends, node after node.

    Of each node first come those to higher nodes, then those to lower ones, both sorted.

    Returns
    -------
    first : (n + 1,) int64
        Where those of each node begin.
    edge, head, ms, back_ms : (2e,) int64
        The edge, its other end, the time to there and the time back.
    """
    first = np.zeros(n_nodes + 1, dtype=np.int64)
    for edge in range(len(low)):
        first[low[edge] + 1] += 1
        first[high[edge] + 1] += 1
    first = np.cumsum(first)
    at = first[:-1].copy()
    edge_of = np.empty(2 * len(low), dtype=np.int64)
    head, ms, back_ms = np.empty_like(edge_of), np.empty_like(edge_of), np.empty_like(edge_of)
    for edge in range(len(low)):
        arc = at[low[edge]]
        at[low[edge]] += 1
        edge_of[arc], head[arc] = edge, high[edge]
        ms[arc], back_ms[arc] = up_ms[edge], down_ms[edge]
    for edge in range(len(low)):
        arc = at[high[edge]]
        at[high[edge]] += 1
        edge_of[arc], head[arc] = edge, low[edge]
        ms[arc], back_ms[arc] = down_ms[edge], up_ms[edge]
    return first, edge_of, head, ms, back_ms


@_compiled
def prune(
    n_nodes: int, low: Longs, high: Longs, up_ms: Longs, down_ms: Longs
) -> tuple[Longs, Longs]:
    """Return the times of edges, none for directions that a way over one node serves as well."""
    first, edge_of, head, ms, back_ms = around(n_nodes, low, high, up_ms, down_ms)
    left_up, left_down = up_ms.copy(), down_ms.copy()
    arc_to = np.full(n_nodes, -1, dtype=np.int64)
    for node in range(n_nodes):
        begin, end = first[node], first[node + 1]
        for arc in range(begin, end):
            arc_to[head[arc]] = arc
        for arc in range(begin, end):
            # The neighbors of the end with fewer are looked for among those of the other.
            other, edge = head[arc], edge_of[arc]
            other_begin, other_end = first[other], first[other + 1]
            n_more = (end - begin) - (other_end - other_begin)
            if n_more < 0 or (n_more == 0 and node > other):
                continue
            to_other = to_node = NO_WAY_MS
            for leg in range(other_begin, other_end):
                way = arc_to[head[leg]]
                if way >= 0:
                    to_other = min(to_other, ms[way] + back_ms[leg])
                    to_node = min(to_node, ms[leg] + back_ms[way])
            if to_other <= ms[arc]:
                (left_up if node < other else left_down)[edge] = NO_WAY_MS
            if to_node <= back_ms[arc]:
                (left_down if node < other else left_up)[edge] = NO_WAY_MS
        for arc in range(begin, end):
            arc_to[head[arc]] = -1
    return left_up, left_down


@_compiled
def walk(
    n_nodes: int, low: Longs, high: Longs, up_ms: Longs, down_ms: Longs
) -> tuple[NDArray[np.bool_], Longs, Longs, Longs, Longs, Longs]:
    """Walk along the chains of nodes with at most two neighbors.

    Returns
    -------
    is_gone : (n,) bool
        Nodes between the ends of chains.
    first, last, stop, on_ms, back_ms
        As in :class:`layoutplan.travel.chains.Chains`.
    """
    first, _, head, ms, back_ms = around(n_nodes, low, high, up_ms, down_ms)
    is_small = np.diff(first) <= 2
    is_seen, is_gone = np.zeros(n_nodes, dtype=np.bool_), np.zeros(n_nodes, dtype=np.bool_)
    stop = np.empty(3 * np.count_nonzero(is_small), dtype=np.int64)
    on, back = np.empty_like(stop), np.empty_like(stop)
    chain_first, chain_last = np.empty_like(stop), np.empty_like(stop)
    n_chains = n_stops = 0
    for outermost in np.flatnonzero(is_small):
        behind, ahead = first[outermost], first[outermost + 1] - 1
        if behind == ahead:  # one neighbor: the other side is a dead end
            behind, ahead = (-1, ahead) if is_small[head[ahead]] else (behind, -1)
        elif is_small[head[behind]]:
            behind, ahead = ahead, behind
        is_inner = behind >= 0 and is_small[head[behind]]
        if is_seen[outermost] or is_inner:
            continue
        begin = n_stops
        stop[n_stops] = head[behind] if behind >= 0 else _NOWHERE
        on[n_stops] = back_ms[behind] if behind >= 0 else NO_WAY_MS
        back[n_stops] = ms[behind] if behind >= 0 else NO_WAY_MS
        n_stops += 1
        node = outermost
        while node != _NOWHERE and is_small[node]:
            is_seen[node] = True
            stop[n_stops] = node
            on[n_stops] = ms[ahead] if ahead >= 0 else NO_WAY_MS
            back[n_stops] = back_ms[ahead] if ahead >= 0 else NO_WAY_MS
            n_stops += 1
            before, node = node, (head[ahead] if ahead >= 0 else _NOWHERE)
            if node != _NOWHERE and is_small[node]:
                ahead = -1
                for arc in range(first[node], first[node + 1]):
                    if head[arc] != before:
                        ahead = arc
        if node == _NOWHERE and stop[begin] == _NOWHERE:
            n_stops = begin  # a road apart from all others
            continue
        is_gone[stop[begin + 1 : n_stops]] = True
        stop[n_stops], on[n_stops], back[n_stops] = node, NO_WAY_MS, NO_WAY_MS
        chain_first[n_chains], chain_last[n_chains] = begin, n_stops
        n_stops += 1
        n_chains += 1
    return (
        is_gone,
        chain_first[:n_chains].copy(),
        chain_last[:n_chains].copy(),
        stop[:n_stops].copy(),
        on[:n_stops].copy(),
        back[:n_stops].copy(),
    )


@_compiled
def running_sums(ms: Longs) -> tuple[Longs, Longs]:
    """Return the sums of the times before each place, and how many of them were no way."""
    sums, n_closed = np.zeros(len(ms) + 1, dtype=np.int64), np.zeros(len(ms) + 1, dtype=np.int64)
    for at in range(len(ms)):
        is_closed = ms[at] >= NO_WAY_MS
        sums[at + 1] = sums[at] + (0 if is_closed else ms[at])
        n_closed[at + 1] = n_closed[at] + is_closed
    return sums, n_closed


@_compiled
def between(sums: tuple[Longs, Longs], begin: int, end: int) -> int:
    """Return the time from one place to a later one, `NO_WAY_MS` for none."""
    ms, n_closed = sums
    return ms[end] - ms[begin] if n_closed[begin] == n_closed[end] else NO_WAY_MS


@_compiled
def halve(
    first: Longs, last: Longs, stop: Longs, on_ms: Longs, back_ms: Longs
) -> tuple[Longs, Longs, Longs]:
    """Take out every second node of all chains, again and again.

    Returns
    -------
    ends : (t + 1,) int64
        Where the arcs of each of the `t` turns begin and end.
    arcs : (4, a) int64
        Tail, head, time and time back of the arcs of all nodes when they went.
    through : (4, c) int64
        The same of one arc for each chain that has a junction at both ends.
    """
    on, back = running_sums(on_ms), running_sums(back_ms)
    arcs, turn_of = np.empty((4, 2 * len(stop)), dtype=np.int64), np.empty(2 * len(stop), np.int64)
    through = np.empty((4, len(first)), dtype=np.int64)
    n_arcs = n_through = n_turns = 0
    for chain in range(len(first)):
        start, end = first[chain], last[chain]
        if min(stop[start], stop[end]) != _NOWHERE:
            through[0, n_through], through[1, n_through] = stop[start], stop[end]
            through[2, n_through] = between(on, start, end)
            through[3, n_through] = between(back, start, end)
            n_through += 1
        for at in range(start + 1, end):
            stride, turn = 1, 0
            while (at - start) & stride == 0:
                stride, turn = 2 * stride, turn + 1
            n_turns = max(n_turns, turn + 1)
            behind, ahead = at - stride, min(at + stride, end)
            for place in (behind, ahead):
                if place == behind:
                    ms, ms_back = between(back, place, at), between(on, place, at)
                else:
                    ms, ms_back = between(on, at, place), between(back, at, place)
                if stop[place] != _NOWHERE and min(ms, ms_back) < NO_WAY_MS:
                    arcs[0, n_arcs], arcs[1, n_arcs] = stop[at], stop[place]
                    arcs[2, n_arcs], arcs[3, n_arcs] = ms, ms_back
                    turn_of[n_arcs] = turn
                    n_arcs += 1
    ends = np.zeros(n_turns + 1, dtype=np.int64)
    for turn in turn_of[:n_arcs]:
        ends[turn + 1] += 1
    ends = np.cumsum(ends)
    at_of, in_turns = ends.copy(), np.empty((4, n_arcs), dtype=np.int64)
    for arc in range(n_arcs):
        place = at_of[turn_of[arc]]
        at_of[turn_of[arc]] += 1
        for part in range(4):
            in_turns[part, place] = arcs[part, arc]
    return ends, in_turns, through[:, :n_through].copy()


@_compiled
def detach(
    chance: Longs, low: Longs, high: Longs, up_ms: Longs, down_ms: Longs
) -> tuple[NDArray[np.bool_], Longs, Longs]:
    """Find the nodes that have fewer neighbors than any of their neighbors.

    Returns
    -------
    is_gone : (n,) bool
        The nodes; of two neighbors that have as many, that of less `chance`.
    removed, shortcuts : (4, a) int64
        Tail, head, time and time back of their arcs, and of those between their neighbors.
    """
    first, _, head, ms, back_ms = around(len(chance), low, high, up_ms, down_ms)
    degree, is_gone = np.diff(first), np.ones(len(chance), dtype=np.bool_)
    n_removed = n_shortcuts = 0
    for node in range(len(chance)):
        for arc in range(first[node], first[node + 1]):
            other = head[arc]
            if degree[other] < degree[node] or (
                degree[other] == degree[node] and chance[other] < chance[node]
            ):
                is_gone[node] = False
                break
        if is_gone[node]:
            n_removed += degree[node]
            n_shortcuts += degree[node] * (degree[node] - 1) // 2
    removed = np.empty((4, n_removed), dtype=np.int64)
    shortcuts = np.empty((4, n_shortcuts), dtype=np.int64)
    at = place = 0
    for node in np.flatnonzero(is_gone):
        for one in range(first[node], first[node + 1]):
            removed[0, at], removed[1, at] = node, head[one]
            removed[2, at], removed[3, at] = ms[one], back_ms[one]
            at += 1
            for other in range(one + 1, first[node + 1]):
                shortcuts[0, place], shortcuts[1, place] = head[one], head[other]
                shortcuts[2, place] = back_ms[one] + ms[other]
                shortcuts[3, place] = back_ms[other] + ms[one]
                place += 1
    return is_gone, removed, shortcuts


@_compiled
def close(table: Times, none: int) -> None:
    """Make a table of times along arcs one of the least times along any way."""
    for middle in range(len(table)):
        for row in range(len(table)):
            way, known, beyond = table[row, middle], table[row], table[middle]
            if way < none:
                for column in range(len(known)):
                    through = table.dtype.type(way + beyond[column])
                    known[column] = min(known[column], through)


@_compiled
def climb(
    first: Longs, head: NDArray[np.int32], start: NDArray[np.int32], n_core: int
) -> tuple[Longs, NDArray[np.int32]]:
    """Return the ranks of some nodes and of all that lead up from them, and the number of each.

    Returns
    -------
    ranks : (r,) int64
        Sorted.
    number : (n,) int32
        Position in `ranks` of every rank, -1 for those that are not among them.
    """
    number = np.full(len(first) - 1, -1, dtype=np.int32)
    for rank in start:
        number[rank] = 0
    for rank in range(len(number) - 1, n_core - 1, -1):
        if number[rank] == 0:
            for arc in range(first[rank], first[rank + 1]):
                number[head[arc]] = 0
    ranks = np.flatnonzero(number == 0)
    number[ranks] = np.arange(len(ranks))
    return ranks, number


@_compiled
def part(
    ranks: Longs, number: NDArray[np.int32], first: Longs, head: NDArray[np.int32], ms: Times
) -> tuple[Longs, NDArray[np.int32], Times]:
    """Return where the arcs of some ranks begin, the numbers of their heads, and their times."""
    begin = np.zeros(len(ranks) + 1, dtype=np.int64)
    for row in range(len(ranks)):
        begin[row + 1] = begin[row] + first[ranks[row] + 1] - first[ranks[row]]
    upper = np.empty(begin[-1], dtype=np.int32)
    part_ms = np.empty(begin[-1], dtype=ms.dtype)
    for row in range(len(ranks)):
        place = begin[row]
        for arc in range(first[ranks[row]], first[ranks[row] + 1]):
            upper[place], part_ms[place] = number[head[arc]], ms[arc]
            place += 1
    return begin, upper, part_ms


@_compiled
def learn(known: Times, teacher: Times, ms: int) -> None:
    """Lower the times of one row of a table to those of another with `ms` more."""
    for column in range(len(known)):
        known[column] = min(known[column], known.dtype.type(teacher[column] + ms))


@_compiled
def ascend(table: Times, begin: Longs, upper: NDArray[np.int32], ms: Times, longest: int) -> None:
    """Pass the times of rows on to the rows above them, those farthest down first."""
    for row in range(len(table) - 1, -1, -1):
        for arc in range(begin[row], begin[row + 1]):
            if ms[arc] <= longest:
                learn(table[upper[arc]], table[row], ms[arc])


@_compiled
def descend(table: Times, begin: Longs, upper: NDArray[np.int32], ms: Times, longest: int) -> None:
    """Pass the times of rows on to the rows below them, those farthest up first."""
    for row in range(len(table)):
        for arc in range(begin[row], begin[row + 1]):
            if ms[arc] <= longest:
                learn(table[row], table[upper[arc]], ms[arc])


@_compiled
def over_core(table: Times, ascended: Times, from_upper: Times, longest: int) -> None:
    """Find the times from nodes of the core, the first rows of `table`, to the ends of trips.

    Parameters
    ----------
    table : (r, n)
        Written into.
    ascended : (u, n)
        Times from those nodes of the core that lie above an end.
    from_upper : (u, c)
        Times to these (rows) from the nodes of the core that are asked for (columns).
    """
    n_upper, n_core = from_upper.shape
    found = np.empty(n_core, dtype=table.dtype)
    for end in range(table.shape[1]):
        found[:] = table[:n_core, end]
        for upper in range(n_upper):
            if ascended[upper, end] <= longest:
                learn(found, from_upper[upper], ascended[upper, end])
        table[:n_core, end] = found


@_compiled
def arrive(
    found: Times,
    place: NDArray[np.integer],
    table: Times,
    row: NDArray[np.int32],
    ms: Times,
    longest: int,
) -> None:
    """Let places, the rows of `found`, learn from the nodes they hang on, rows of `table`."""
    for way in range(len(place)):
        if ms[way] <= longest:
            learn(found[place[way]], table[row[way]], ms[way])
