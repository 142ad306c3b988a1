"""The ways to make a table of travel times, each with what its library recommends for it.

Each contender prepares once and then gives the times from all villages to some schools. Nothing is
imported before it is needed: a library may be missing, and weighs on nobody else's memory.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.plain import PlainGraph

BLOCK_CELLS = 8_000_000  # nodes x schools that scipy searches at once: 64 MB

Schools = NDArray[np.int64]  # positions of the schools that are asked for
Times = NDArray[np.float64]


@dataclass(frozen=True)
class Contender:
    """A way to travel times.

    Parameters
    ----------
    name : str
        As in the tables.
    package : str
        The distribution that does the work.
    load : callable
        Takes the folder of a problem; returns the problem in the form that suits.
    prepare : callable
        Takes the problem; what it returns is handed to `matrix`.
    matrix : callable
        Takes that, the problem and positions of schools; returns what it finds as it comes.
    table : callable
        Takes what was found and the problem; returns (schools, villages) float64 milliseconds,
        ``inf`` over the limit. Not measured.
    """

    name: str
    package: str
    load: Callable[[Path], Any]
    prepare: Callable[[Any], Any]
    matrix: Callable[[Any, Any, Schools], Any]
    table: Callable[[Any, Any], Times]


def load_problem(folder: Path) -> Any:
    """Return the roads and the approaches of the places."""
    from benchmarks.problems import Problem

    return Problem.load(folder)


def prepare_layoutplan(problem: Any, *, engine: Any) -> Any:
    """Return the hierarchy of the roads; it knows nothing of places."""
    from layoutplan.travel.contract import contract

    return contract(problem.graph, engine=engine)


def matrix_layoutplan(hierarchy: Any, problem: Any, schools: Schools, *, engine: Any) -> Any:
    """Return the pairs within the limit, of all schools: fewer cannot be asked for."""
    from layoutplan.travel.search import many_to_many

    return many_to_many(hierarchy, problem.approaches, limit_ms=problem.limit_ms, engine=engine)


def table_of_pairs(pairs: Any, problem: Any) -> Times:
    """Return the times of listed pairs."""
    times = np.full((problem.n_schools, problem.n_villages), np.inf)
    times[pairs.school_idx, pairs.village_idx] = pairs.milliseconds
    return times


def prepare_networkx(graph: PlainGraph) -> Any:
    """Return a directed graph with every arc turned round, to search from the schools."""
    import networkx as nx

    backward: Any = nx.DiGraph()
    arcs = (graph.head.tolist(), graph.tail.tolist(), graph.milliseconds.tolist())
    backward.add_weighted_edges_from(zip(*arcs, strict=True))
    backward.add_nodes_from(graph.school_node.tolist())
    return backward


def matrix_networkx(backward: Any, graph: PlainGraph, schools: Schools) -> list[list[float]]:
    """Search from each school up to the limit; paths are not kept."""
    import networkx as nx

    villages, rows = graph.village_node.tolist(), []
    for school in graph.school_node[schools].tolist():
        found = nx.single_source_dijkstra_path_length(backward, school, cutoff=graph.limit_ms)
        rows.append([found.get(village, np.inf) for village in villages])
    return rows


def prepare_scipy(graph: PlainGraph) -> Any:
    """Return a sparse array with every arc turned round."""
    from scipy.sparse import csr_array

    weights = graph.milliseconds.astype(np.float64)
    return csr_array((weights, (graph.head, graph.tail)), shape=(graph.n_nodes, graph.n_nodes))


def matrix_scipy(backward: Any, graph: PlainGraph, schools: Schools) -> NDArray[np.float64]:
    """Search from blocks of schools up to the limit."""
    from scipy.sparse.csgraph import dijkstra

    n_at_once = max(1, BLOCK_CELLS // graph.n_nodes)
    nodes = graph.school_node[schools]
    blocks = [nodes[begin : begin + n_at_once] for begin in range(0, len(nodes), n_at_once)]
    rows = [
        dijkstra(backward, indices=block, limit=float(graph.limit_ms))[:, graph.village_node]
        for block in blocks
    ]
    return np.concatenate(rows)


def prepare_igraph(graph: PlainGraph) -> Any:
    """Return a directed graph with the times as weights of its edges."""
    import igraph

    arcs = np.stack([graph.tail, graph.head], axis=1)
    return igraph.Graph(
        n=graph.n_nodes, edges=arcs, directed=True, edge_attrs={"ms": graph.milliseconds.tolist()}
    )


def matrix_igraph(forward: Any, graph: PlainGraph, schools: Schools) -> Any:
    """Search backward from each school, which are fewer than villages; it knows no limit."""
    return forward.distances(
        graph.school_node[schools].tolist(), graph.village_node.tolist(), weights="ms", mode="in"
    )


def prepare_pandana(graph: PlainGraph) -> Any:
    """Return a network with contraction hierarchies, in seconds.

    Inside it keeps whole thousandths and cuts the rest off, so that 4.35 becomes 4.349; a quarter
    of a thousandth more on every arc lets it be as exact as the others.
    """
    import pandana
    import pandas as pd

    return pandana.Network(
        pd.Series(graph.lon),
        pd.Series(graph.lat),
        pd.Series(graph.tail),
        pd.Series(graph.head),
        pd.DataFrame({"seconds": (graph.milliseconds + 0.25) / 1000.0}),
        twoway=False,
    )


def matrix_pandana(network: Any, graph: PlainGraph, schools: Schools) -> Any:
    """Ask for all pairs at once; it knows no limit and warns of pairs without a way."""
    origins = np.tile(graph.village_node, len(schools))
    destinations = np.repeat(graph.school_node[schools], len(graph.village_node))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return network.shortest_path_lengths(origins, destinations)


def prepare_pyroutingkit(graph: PlainGraph) -> Any:
    """Return a customizable contraction hierarchy with the times as its weights."""
    import pyroutingkit

    topology = pyroutingkit.CCHTopology()
    ends = (graph.tail.astype(np.uint32), graph.head.astype(np.uint32))
    places = (graph.lat.astype(np.float32), graph.lon.astype(np.float32))
    topology.build(*ends, *places, graph.n_nodes)
    metric = pyroutingkit.CCHMetric(topology)
    metric.customize(graph.milliseconds.astype(np.uint32))
    return metric


def matrix_pyroutingkit(metric: Any, graph: PlainGraph, schools: Schools) -> Any:
    """Ask for all pairs at once; it knows no limit."""
    found = metric.distances_many_to_many(
        graph.village_node.astype(np.uint32), graph.school_node[schools].astype(np.uint32)
    )
    return np.asarray(found).T


def table_as_it_comes(found: Any, graph: PlainGraph, *, unit_ms: float = 1.0) -> Times:
    """Return the times of a library that lists school after school, village after village."""
    times = np.rint(unit_ms * np.asarray(found, dtype=np.float64)).reshape(-1, graph.n_villages)
    return np.where(times <= graph.limit_ms, times, np.inf)


OURS, FAST = (
    Contender(
        name,
        package,
        load_problem,
        partial(prepare_layoutplan, engine=engine),
        partial(matrix_layoutplan, engine=engine),
        table_of_pairs,
    )
    for name, package, engine in (
        ("layoutplan", "layoutplan", "numpy"),
        ("layoutplan[fast]", "numba", "numba"),
    )
)
LIBRARIES = tuple(
    Contender(name, name, PlainGraph.load, prepare, matrix, table_as_it_comes)
    for name, prepare, matrix in (
        ("networkx", prepare_networkx, matrix_networkx),
        ("scipy", prepare_scipy, matrix_scipy),
        ("igraph", prepare_igraph, matrix_igraph),
        ("pyroutingkit", prepare_pyroutingkit, matrix_pyroutingkit),
    )
)
PANDANA = Contender(
    "pandana",
    "pandana",
    PlainGraph.load,
    prepare_pandana,
    matrix_pandana,
    partial(table_as_it_comes, unit_ms=1000.0),
)
CONTENDERS = {each.name: each for each in (OURS, FAST, *LIBRARIES, PANDANA)}
