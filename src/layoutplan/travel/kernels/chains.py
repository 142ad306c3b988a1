"""Chains of nodes between junctions: found, and eliminated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import NO_WAY_MS
from layoutplan.travel.kernels import compiled
from layoutplan.travel.kernels.edges import Longs, around

_NOWHERE = -1


@compiled
def walk(
    n_nodes: int, low: Longs, high: Longs, up_ms: Longs, down_ms: Longs
) -> tuple[NDArray[np.bool_], Longs, Longs, Longs, Longs, Longs]:
    """Walk along the chains of nodes with at most two neighbors.

    Returns
    -------
    is_gone : (n,) bool
        Nodes between the ends of chains.
    first, last, stop, on_ms, back_ms
        As in `layoutplan.travel.chains`.
    """
    first, _, head, ms, back_ms = around(n_nodes, low, high, up_ms, down_ms)
    n_small, is_small = 0, np.zeros(n_nodes, dtype=np.bool_)
    is_seen, is_gone = np.zeros(n_nodes, dtype=np.bool_), np.zeros(n_nodes, dtype=np.bool_)
    for node in range(n_nodes):
        is_small[node] = first[node + 1] - first[node] <= 2
        n_small += is_small[node]
    stop = np.empty(3 * n_small, dtype=np.int64)
    on, back = np.empty_like(stop), np.empty_like(stop)
    chain_first, chain_last = np.empty_like(stop), np.empty_like(stop)
    n_chains = n_stops = 0
    for outermost in range(n_nodes):
        if is_seen[outermost] or not is_small[outermost]:
            continue
        behind, ahead = first[outermost], first[outermost + 1] - 1
        if behind == ahead:  # one neighbor: the other side is a dead end
            behind, ahead = (-1, ahead) if is_small[head[ahead]] else (behind, -1)
        elif is_small[head[behind]]:
            behind, ahead = ahead, behind
        if behind >= 0 and is_small[head[behind]]:
            continue  # between two such nodes
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
            before, node = node, head[ahead] if ahead >= 0 else _NOWHERE
            if node != _NOWHERE and is_small[node]:
                ahead = -1
                for arc in range(first[node], first[node + 1]):
                    if head[arc] != before:
                        ahead = arc
        if node == _NOWHERE and stop[begin] == _NOWHERE:
            n_stops = begin  # a road apart from all others
            continue
        for place in range(begin + 1, n_stops):
            is_gone[stop[place]] = True
        stop[n_stops], on[n_stops], back[n_stops] = node, NO_WAY_MS, NO_WAY_MS
        chain_first[n_chains], chain_last[n_chains] = begin, n_stops
        n_stops += 1
        n_chains += 1
    chains = chain_first[:n_chains], chain_last[:n_chains]
    return is_gone, *chains, stop[:n_stops], on[:n_stops], back[:n_stops]


@compiled
def running_sums(ms: Longs) -> tuple[Longs, Longs]:
    """Return the sums of the times before each place, and how many of them were no way."""
    sums, n_closed = np.zeros(len(ms) + 1, dtype=np.int64), np.zeros(len(ms) + 1, dtype=np.int64)
    for at in range(len(ms)):
        is_closed = ms[at] >= NO_WAY_MS
        sums[at + 1] = sums[at] + (0 if is_closed else ms[at])
        n_closed[at + 1] = n_closed[at] + is_closed
    return sums, n_closed


@compiled
def between(ms: Longs, n_closed: Longs, begin: int, end: int) -> int:
    """Return the time from one place to a later one by running sums, `NO_WAY_MS` for none."""
    return ms[end] - ms[begin] if n_closed[begin] == n_closed[end] else NO_WAY_MS


@compiled
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
    on, on_closed = running_sums(on_ms)
    back, back_closed = running_sums(back_ms)
    arcs, turn_of = np.empty((4, 2 * len(stop)), dtype=np.int64), np.empty(2 * len(stop), np.int64)
    through = np.empty((4, len(first)), dtype=np.int64)
    n_arcs = n_through = n_turns = 0
    for chain in range(len(first)):
        start, end = first[chain], last[chain]
        if min(stop[start], stop[end]) != _NOWHERE:
            through[0, n_through], through[1, n_through] = stop[start], stop[end]
            through[2, n_through] = between(on, on_closed, start, end)
            through[3, n_through] = between(back, back_closed, start, end)
            n_through += 1
        for at in range(start + 1, end):
            stride, turn = 1, 0
            while (at - start) & stride == 0:
                stride, turn = 2 * stride, turn + 1
            n_turns = max(n_turns, turn + 1)
            for side in range(2):
                if side == 0:
                    place = at - stride
                    ms = between(back, back_closed, place, at)
                    ms_back = between(on, on_closed, place, at)
                else:
                    place = min(at + stride, end)
                    ms = between(on, on_closed, at, place)
                    ms_back = between(back, back_closed, at, place)
                if stop[place] != _NOWHERE and min(ms, ms_back) < NO_WAY_MS:
                    arcs[0, n_arcs], arcs[1, n_arcs] = stop[at], stop[place]
                    arcs[2, n_arcs], arcs[3, n_arcs] = ms, ms_back
                    turn_of[n_arcs] = turn
                    n_arcs += 1
    ends = np.zeros(n_turns + 1, dtype=np.int64)
    for arc in range(n_arcs):
        ends[turn_of[arc] + 1] += 1
    for turn in range(n_turns):
        ends[turn + 1] += ends[turn]
    at_of, in_turns = ends.copy(), np.empty((4, n_arcs), dtype=np.int64)
    for arc in range(n_arcs):
        place = at_of[turn_of[arc]]
        at_of[turn_of[arc]] += 1
        for part_of_arc in range(4):
            in_turns[part_of_arc, place] = arcs[part_of_arc, arc]
    return ends, in_turns, through[:, :n_through]
