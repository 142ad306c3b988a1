"""Shortest ways from all villages to all schools."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import Approaches
from layoutplan.core.progress import Progress, silent
from layoutplan.core.travel_times import UNREACHED_MS, Pairs
from layoutplan.travel.edges import numbers
from layoutplan.travel.engine import Engine, Steps, steps_of
from layoutplan.travel.hierarchy import Hierarchy
from layoutplan.travel.sweep import Reckoning, Times
from layoutplan.travel.tables import Ways

_BLOCK_CELLS = 8_000_000  # rows x schools swept at once: 32 MB, or 64 MB without a limit


def many_to_many(
    hierarchy: Hierarchy,
    approaches: Approaches,
    *,
    limit_ms: int | None = None,
    extra: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None,
    engine: Engine | None = None,
    progress: Progress = silent,
) -> Pairs:
    """Return the shortest time from every village to every school that it can reach.

    For a block of schools at once, times are found at the nodes above the schools, passed on over
    the core, and then in one sweep down the levels to the nodes above the villages and to the
    villages [1]_ [2]_. No search with a queue takes place, and no more than a block is ever held.

    Parameters
    ----------
    hierarchy : Hierarchy
        The roads, from :func:`layoutplan.travel.contract.contract`.
    approaches : Approaches
        How the villages and the schools hang on the roads.
    limit_ms : int, optional
        Longer ways are left out; one of exactly this time is kept.
    extra : tuple of two (q,) int32, optional
        Positions of villages and schools whose time is wanted over the limit too, where there is
        a way: today's attendance. A school at -1 stands for nowhere.
    engine : {"numpy", "numba"} or None
        See :func:`layoutplan.travel.engine.steps_of`; the times are the same.
    progress : Progress
        Told how many schools are done.

    Returns
    -------
    Pairs
        Each pair once, sorted by village position, then school position.

    References
    ----------
    .. [1] D. Delling, A. V. Goldberg, A. Nowatzyk, R. F. Werneck, "PHAST: Hardware-Accelerated
       Shortest Path Trees", IPDPS 2011, 921-931, doi:10.1109/IPDPS.2011.89
    .. [2] D. Delling, A. V. Goldberg, R. F. Werneck, "Faster Batched Shortest Paths in Road
       Networks", ATMOS 2011, doi:10.4230/OASIcs.ATMOS.2011.52

    Examples
    --------
    A village by node 0, schools by nodes 1 and 2, and a one-way road through all of them.

    >>> import numpy as np
    >>> from layoutplan.core.network import TravelGraph
    >>> from layoutplan.travel.contract import contract
    >>> one, two = np.arange(1, dtype=np.int32), np.arange(2, dtype=np.int32)
    >>> graph = TravelGraph(3, two, two + 1, np.array([40_000, 2_000]), two)
    >>> places = Approaches(
    ...     n_villages=1,
    ...     n_schools=2,
    ...     village_idx=one,
    ...     village_node=one,
    ...     village_ms=np.array([500]),
    ...     school_idx=two,
    ...     school_node=two + 1,
    ...     school_ms=np.array([1, 1]),
    ...     direct=Pairs(one[:0], one[:0], np.empty(0, dtype=np.int64)),
    ... )
    >>> many_to_many(contract(graph), places).milliseconds
    array([40501, 42501])
    """
    villages, schools = np.arange(approaches.n_villages), np.arange(approaches.n_schools)
    reckoning = Reckoning.within(limit_ms)
    parts = [np.empty((3, 0), dtype=np.int64)]
    steps = steps_of(engine, hierarchy.n_nodes)
    blocks = _blocks(steps, hierarchy, approaches, villages, schools, reckoning)
    for begin, table in blocks:
        progress("progress.search", begin, len(schools))
        cell = np.flatnonzero(table <= reckoning.longest)
        village_idx, column = np.divmod(cell, table.shape[1])
        parts.append(np.stack([village_idx, begin + column, table.ravel()[cell]]))
    progress("progress.search", len(schools), len(schools))
    found = _in_order(np.concatenate(parts, axis=1), len(schools))
    if limit_ms is None or extra is None:
        return found
    beyond = _beyond(steps, hierarchy, approaches, found, extra)
    return _in_order(np.concatenate([_rows(found), beyond], axis=1), len(schools))


def nearest_ms(
    hierarchy: Hierarchy,
    approaches: Approaches,
    is_asked: NDArray[np.bool_] | None = None,
    *,
    engine: Engine | None = None,
) -> NDArray[np.int64]:
    """Return the time from every village to the nearest school, however far it is.

    Parameters
    ----------
    hierarchy, approaches
        As for :func:`many_to_many`.
    is_asked : (s,) bool, optional
        Schools that count, such as those that teach a band; all where it is not given.
    engine : {"numpy", "numba"} or None
        As for :func:`many_to_many`.

    Returns
    -------
    (v,) int64
        Milliseconds, `UNREACHED_MS` where no such school can be reached.
    """
    if is_asked is None:
        is_asked = np.ones(approaches.n_schools, dtype=np.bool_)
    reckoning = Reckoning.within(None)
    is_way = is_asked[approaches.school_idx]
    ends = Ways(
        n_places=1,  # as if all of them were one school
        place=np.zeros(np.count_nonzero(is_way), dtype=np.int64),
        node=approaches.school_node[is_way],
        ms=approaches.school_ms[is_way],
    )
    starts = Ways(
        approaches.n_villages,
        approaches.village_idx,
        approaches.village_node,
        approaches.village_ms,
    )
    descent = steps_of(engine, hierarchy.n_nodes).plan_descent(hierarchy, starts, reckoning)
    nearest = descent.times_to(ends)[:, 0].astype(np.int64)
    direct = approaches.direct.where(is_asked[approaches.direct.school_idx])
    np.minimum.at(nearest, direct.village_idx, direct.milliseconds)
    return np.where(nearest <= reckoning.longest, nearest, UNREACHED_MS)


def _blocks(
    steps: Steps,
    hierarchy: Hierarchy,
    approaches: Approaches,
    villages: NDArray[np.integer],
    schools: NDArray[np.integer],
    reckoning: Reckoning,
) -> Iterator[tuple[int, Times]]:
    """Yield tables of times from some villages (rows) to some schools (columns).

    Villages and schools are sorted. With each table comes the position in `schools` of its first
    column.
    """
    row = numbers(villages, approaches.n_villages)
    is_way = row[approaches.village_idx] >= 0
    starts = Ways(
        len(villages),
        row[approaches.village_idx[is_way]],
        approaches.village_node[is_way],
        approaches.village_ms[is_way],
    )
    descent = steps.plan_descent(hierarchy, starts, reckoning)
    n_at_once = max(1, _BLOCK_CELLS // max(descent.n_rows, 1))
    direct = approaches.direct.where(row[approaches.direct.village_idx] >= 0)
    for begin in range(0, len(schools), n_at_once):
        block = schools[begin : begin + n_at_once]
        column = numbers(block, approaches.n_schools)
        is_way = column[approaches.school_idx] >= 0
        ends = Ways(
            len(block),
            column[approaches.school_idx[is_way]],
            approaches.school_node[is_way],
            approaches.school_ms[is_way],
        )
        table = descent.times_to(ends)
        short = direct.where(column[direct.school_idx] >= 0)
        cell = (row[short.village_idx], column[short.school_idx])
        np.minimum.at(table, cell, reckoning.kept(short.milliseconds))
        yield begin, table


def _beyond(
    steps: Steps,
    hierarchy: Hierarchy,
    approaches: Approaches,
    found: Pairs,
    asked: tuple[NDArray[np.int32], NDArray[np.int32]],
) -> NDArray[np.int64]:
    """Return those of the pairs asked for that were not found yet and have a way, (3, k)."""
    is_missing = (found.lookup(*asked) == UNREACHED_MS) & (np.minimum(*asked) >= 0)
    village_idx, school_idx = np.unique(np.stack(asked)[:, is_missing], axis=1)
    villages, row = np.unique(village_idx, return_inverse=True)
    schools, column = np.unique(school_idx, return_inverse=True)
    reckoning = Reckoning.within(None)
    ms = np.full(len(row), reckoning.none, dtype=np.int64)
    for begin, table in _blocks(steps, hierarchy, approaches, villages, schools, reckoning):
        is_here = (column >= begin) & (column < begin + table.shape[1])
        ms[is_here] = table[row[is_here], column[is_here] - begin]
    return np.stack([village_idx, school_idx, ms])[:, ms <= reckoning.longest]


def _in_order(rows: NDArray[np.int64], n_schools: int) -> Pairs:
    """Return the pairs of (3, k) villages, schools and times, sorted."""
    key = rows[0] * n_schools + rows[1]
    if (np.diff(key) < 0).any():
        rows = rows[:, np.argsort(key, kind="stable")]
    return Pairs(rows[0].astype(np.int32), rows[1].astype(np.int32), rows[2])


def _rows(pairs: Pairs) -> NDArray[np.int64]:
    """Return pairs as (3, k) villages, schools and times."""
    return np.stack([pairs.village_idx, pairs.school_idx, pairs.milliseconds], dtype=np.int64)
