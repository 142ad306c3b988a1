"""Edges: merged, seen from both ends, and pruned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import NO_WAY_MS
from layoutplan.travel.kernels import compiled

Longs = NDArray[np.int64]


@compiled
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
    low_at, high_at = np.zeros(n_nodes + 1, dtype=np.int64), np.zeros(n_nodes + 1, dtype=np.int64)
    for arc in range(len(tail)):
        if tail[arc] != head[arc] and min(ms[arc], back_ms[arc]) < NO_WAY_MS:
            low_at[min(tail[arc], head[arc]) + 1] += 1
            high_at[max(tail[arc], head[arc]) + 1] += 1
    n_kept, kept = 0, np.empty(n_nodes, dtype=np.int64)
    number = np.empty(n_nodes, dtype=np.int64)
    for node in range(n_nodes):
        if low_at[node + 1] + high_at[node + 1] > 0:
            kept[n_kept], number[node] = node, n_kept
            n_kept += 1
        low_at[node + 1] += low_at[node]
        high_at[node + 1] += high_at[node]

    by_high = np.empty(low_at[n_nodes], dtype=np.int64)
    for arc in range(len(tail)):
        if tail[arc] != head[arc] and min(ms[arc], back_ms[arc]) < NO_WAY_MS:
            end = max(tail[arc], head[arc])
            by_high[high_at[end]] = arc
            high_at[end] += 1
    by_low = np.empty_like(by_high)
    for place in range(len(by_high)):
        arc = by_high[place]
        end = min(tail[arc], head[arc])
        by_low[low_at[end]] = arc
        low_at[end] += 1

    low, high = np.empty_like(by_high), np.empty_like(by_high)
    up_ms, down_ms = np.empty_like(by_high), np.empty_like(by_high)
    n_edges, one, other = 0, -1, -1
    for place in range(len(by_low)):
        arc = by_low[place]
        is_up = tail[arc] < head[arc]
        if one != min(tail[arc], head[arc]) or other != max(tail[arc], head[arc]):
            one, other = min(tail[arc], head[arc]), max(tail[arc], head[arc])
            low[n_edges], high[n_edges] = number[one], number[other]
            up_ms[n_edges] = down_ms[n_edges] = NO_WAY_MS
            n_edges += 1
        edge = n_edges - 1
        up_ms[edge] = min(up_ms[edge], ms[arc] if is_up else back_ms[arc])
        down_ms[edge] = min(down_ms[edge], back_ms[arc] if is_up else ms[arc])
    return kept[:n_kept], low[:n_edges], high[:n_edges], up_ms[:n_edges], down_ms[:n_edges]


@compiled
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
    at = np.empty_like(first)
    for node in range(n_nodes):
        first[node + 1] += first[node]
        at[node] = first[node]
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


@compiled
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
