"""Shortest ways from all villages to all schools."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from layoutplan.core.network import TravelGraph
from layoutplan.core.progress import Progress, silent
from layoutplan.core.travel_times import Pairs

_BLOCK_CELLS = 8_000_000  # nodes x schools searched at once: 64 MB


def many_to_many(
    graph: TravelGraph,
    *,
    limit_ms: int | None = None,
    extra: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None,
    progress: Progress = silent,
) -> Pairs:
    """Return the shortest time from every village to every school that it can reach.

    Dijkstra's algorithm runs from the schools on the reversed graph, a block of schools at a time;
    sums of whole milliseconds are exact in floating point (below 2^53 ms, 285,000 years).

    Parameters
    ----------
    graph : TravelGraph
        Directed, every arc at least 1 ms; of parallel arcs the fastest counts.
    limit_ms : int, optional
        Longer ways are left out; one of exactly this time is kept.
    extra : tuple of two (q,) int32, optional
        Positions of villages and schools whose time is wanted over the limit too, where there is
        a way: today's attendance. A school at -1 stands for nowhere.
    progress : Progress, optional
        Told how many schools are done.

    Returns
    -------
    Pairs
        Each pair once, sorted by village position, then school position.

    Examples
    --------
    >>> import numpy as np
    >>> graph = TravelGraph(
    ...     n_nodes=3,
    ...     tail=np.array([0, 1], dtype=np.int32),
    ...     head=np.array([1, 2], dtype=np.int32),
    ...     milliseconds=np.array([40_000, 2_000]),
    ...     village_node=np.array([0], dtype=np.int32),
    ...     school_node=np.array([1, 2], dtype=np.int32),
    ... )
    >>> many_to_many(graph).milliseconds
    array([40000, 42000])
    """
    reversed_graph = _reversed(graph)
    n_schools = len(graph.school_node)
    found = _search(graph, reversed_graph, np.arange(n_schools), limit_ms, progress)
    if limit_ms is None or extra is None:
        return found
    village_idx, school_idx = extra
    is_real = (village_idx >= 0) & (school_idx >= 0)
    wanted = _keys(village_idx[is_real], school_idx[is_real], n_schools)
    known = _keys(found.village_idx, found.school_idx, n_schools)
    missing = np.setdiff1d(wanted, known)
    if not len(missing):
        return found
    far = _search(graph, reversed_graph, np.unique(missing % n_schools), None, silent)
    far = far.where(np.isin(_keys(far.village_idx, far.school_idx, n_schools), missing))
    return _sorted(
        np.concatenate([found.village_idx, far.village_idx]),
        np.concatenate([found.school_idx, far.school_idx]),
        np.concatenate([found.milliseconds, far.milliseconds]),
    )


def nearest_school(graph: TravelGraph, is_asked: NDArray[np.bool_] | None = None) -> Pairs:
    """Return for every village that can reach any school the nearest one, however far it is.

    Parameters
    ----------
    graph : TravelGraph
        As for :func:`many_to_many`.
    is_asked : (s,) bool, optional
        Schools that count, such as those that teach a band; all where it is not given.

    Returns
    -------
    Pairs
        At most one pair for each village; of schools equally near any one of them.
    """
    n_schools = len(graph.school_node)
    asked = np.arange(n_schools) if is_asked is None else np.flatnonzero(is_asked)
    if not len(asked) or not len(graph.village_node):
        return _sorted(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    nodes, first = np.unique(graph.school_node[asked], return_index=True)
    ms, _, source = dijkstra(
        _reversed(graph), indices=nodes, min_only=True, return_predecessors=True
    )
    at_village = ms[graph.village_node]
    village_idx = np.flatnonzero(np.isfinite(at_village))
    school_of_node = np.full(graph.n_nodes, -1, dtype=np.int64)
    school_of_node[nodes] = asked[first]
    school_idx = school_of_node[source[graph.village_node[village_idx]]]
    return _sorted(village_idx, school_idx, at_village[village_idx])


def _search(
    graph: TravelGraph,
    reversed_graph: csr_array,
    schools: NDArray[np.int64],
    limit_ms: int | None,
    progress: Progress,
) -> Pairs:
    """Return the pairs of some of the schools, by their positions."""
    n_at_once = max(1, _BLOCK_CELLS // max(graph.n_nodes, 1))
    limit = np.inf if limit_ms is None else float(limit_ms)
    parts = [np.empty((3, 0), dtype=np.int64)]
    for begin in range(0, len(schools), n_at_once):
        progress("progress.search", begin, len(schools))
        block = schools[begin : begin + n_at_once]
        ms = dijkstra(reversed_graph, indices=graph.school_node[block], limit=limit)
        at_villages = ms[:, graph.village_node]
        school, village_idx = np.nonzero(np.isfinite(at_villages))
        times = at_villages[school, village_idx].astype(np.int64)
        parts.append(np.stack([village_idx, block[school], times]))
    progress("progress.search", len(schools), len(schools))
    return _sorted(*np.concatenate(parts, axis=1))


def _reversed(graph: TravelGraph) -> csr_array:
    """Return the graph with every arc turned round, the fastest of parallel arcs alone.

    scipy would add parallel arcs up, so they are reduced before it sees them.
    """
    key = graph.head.astype(np.int64) * graph.n_nodes + graph.tail
    order = np.argsort(key, kind="stable")
    arcs, first = np.unique(key[order], return_index=True)
    fastest = np.empty(0)
    if len(arcs):
        fastest = np.minimum.reduceat(graph.milliseconds[order], first).astype(np.float64)
    ends = ((arcs // graph.n_nodes).astype(np.int32), (arcs % graph.n_nodes).astype(np.int32))
    return csr_array((fastest, ends), shape=(graph.n_nodes, graph.n_nodes))


def _keys(
    village_idx: NDArray[np.integer], school_idx: NDArray[np.integer], n_schools: int
) -> NDArray[np.int64]:
    """Return one number for each pair."""
    return village_idx.astype(np.int64) * n_schools + school_idx


def _sorted(
    village_idx: NDArray[np.integer],
    school_idx: NDArray[np.integer],
    milliseconds: NDArray[np.number],
) -> Pairs:
    """Return the pairs in their order."""
    order = np.lexsort((school_idx, village_idx))
    return Pairs(
        village_idx[order].astype(np.int32),
        school_idx[order].astype(np.int32),
        milliseconds[order].astype(np.int64),
    )
