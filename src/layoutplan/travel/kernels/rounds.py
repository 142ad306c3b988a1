"""Nodes that are no neighbors of each other, and the core that is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.kernels import compiled
from layoutplan.travel.kernels.edges import Longs, around
from layoutplan.travel.sweep import Times


@compiled
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
    is_gone = np.ones(len(chance), dtype=np.bool_)
    n_removed = n_shortcuts = 0
    for node in range(len(chance)):
        degree = first[node + 1] - first[node]
        for arc in range(first[node], first[node + 1]):
            other = head[arc]
            n_more = first[other + 1] - first[other] - degree
            if n_more < 0 or (n_more == 0 and chance[other] < chance[node]):
                is_gone[node] = False
                break
        if is_gone[node]:
            n_removed += degree
            n_shortcuts += degree * (degree - 1) // 2
    removed = np.empty((4, n_removed), dtype=np.int64)
    shortcuts = np.empty((4, n_shortcuts), dtype=np.int64)
    at = place = 0
    for node in range(len(chance)):
        if not is_gone[node]:
            continue
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


@compiled
def close(table: Times, none: int) -> None:
    """Make a table of times along arcs one of the least times along any way."""
    for middle in range(len(table)):
        for row in range(len(table)):
            way, known, beyond = table[row, middle], table[row], table[middle]
            if way < none:
                for column in range(len(known)):
                    through = table.dtype.type(way + beyond[column])
                    known[column] = min(known[column], through)
