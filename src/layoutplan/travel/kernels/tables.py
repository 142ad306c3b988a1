"""Times up the hierarchy, over its core, and down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.kernels import compiled
from layoutplan.travel.kernels.edges import Longs
from layoutplan.travel.sweep import Times


@compiled
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
    for way in range(len(start)):
        number[start[way]] = 0
    for rank in range(len(number) - 1, n_core - 1, -1):
        if number[rank] == 0:
            for arc in range(first[rank], first[rank + 1]):
                number[head[arc]] = 0
    n_ranks, ranks = 0, np.empty(len(number), dtype=np.int64)
    for rank in range(len(number)):
        if number[rank] == 0:
            ranks[n_ranks], number[rank] = rank, n_ranks
            n_ranks += 1
    return ranks[:n_ranks].copy(), number


@compiled
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


@compiled
def learn(known: Times, teacher: Times, ms: int) -> None:
    """Lower the times of one row of a table to those of another with `ms` more."""
    for column in range(len(known)):
        known[column] = min(known[column], known.dtype.type(teacher[column] + ms))


@compiled
def ascend(table: Times, begin: Longs, upper: NDArray[np.int32], ms: Times, longest: int) -> None:
    """Pass the times of rows on to the rows above them, those farthest down first."""
    for row in range(len(table) - 1, -1, -1):
        for arc in range(begin[row], begin[row + 1]):
            if ms[arc] <= longest:
                learn(table[upper[arc]], table[row], ms[arc])


@compiled
def descend(table: Times, begin: Longs, upper: NDArray[np.int32], ms: Times, longest: int) -> None:
    """Pass the times of rows on to the rows below them, those farthest up first."""
    for row in range(len(table)):
        for arc in range(begin[row], begin[row + 1]):
            if ms[arc] <= longest:
                learn(table[row], table[upper[arc]], ms[arc])


@compiled
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
        for core in range(n_core):
            found[core] = table[core, end]
        for upper in range(n_upper):
            if ascended[upper, end] <= longest:
                learn(found, from_upper[upper], ascended[upper, end])
        for core in range(n_core):
            table[core, end] = found[core]


@compiled
def blank(n_rows: int, n_columns: int, none: int, like: Times) -> Times:
    """Return a table in which nothing is known yet, of the type of another."""
    table = np.empty((n_rows, n_columns), like.dtype)
    for row in range(n_rows):
        for column in range(n_columns):
            table[row, column] = none
    return table


@compiled
def search(
    found: Times,
    begin: int,
    n_at_once: int,
    ends: tuple[NDArray[np.integer], NDArray[np.int32], Times],
    ascent: tuple[Longs, NDArray[np.int32], Times],
    shared: NDArray[np.int32],
    from_upper: Times,
    descent: tuple[Longs, NDArray[np.int32], Times],
    starts: tuple[NDArray[np.integer], NDArray[np.int32], Times],
    longest: int,
    none: int,
) -> None:
    """Write some columns of a table of times from starts (rows) to ends (columns).

    Parameters
    ----------
    found : (s, e)
        Written into.
    begin, n_at_once : int
        The first of the columns, and how many there are at most.
    ends, starts : tuple of three arrays
        For every way at an end or a start its place, the node's row and the time.
    ascent, descent : tuple of three arrays
        The nodes above the ends and the starts, as `part` returns them.
    shared : (u,) int32
        Which node of the descent each of the ascent is, -1 for none.
    from_upper
        As for `over_core`.
    """
    n_columns = min(n_at_once, found.shape[1] - begin)
    ascended = blank(len(ascent[0]) - 1, n_columns, none, found)
    place, row, ms = ends
    for way in range(len(place)):
        column = place[way] - begin
        if 0 <= column < n_columns and ms[way] <= longest:
            ascended[row[way], column] = min(ascended[row[way], column], ms[way])
    ascend(ascended, *ascent, longest)
    table = blank(len(descent[0]) - 1, n_columns, none, found)
    for upper in range(len(shared)):
        if shared[upper] >= 0:
            learn(table[shared[upper]], ascended[upper], 0)
    over_core(table, ascended, from_upper, longest)
    descend(table, *descent, longest)
    place, row, ms = starts
    for way in range(len(place)):
        if ms[way] <= longest:
            known, teacher = found[place[way], begin : begin + n_columns], table[row[way]]
            learn(known, teacher, ms[way])
