"""Preparing a road network: nodes are eliminated, and the ways between the others stay exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import TravelGraph
from layoutplan.core.progress import Progress, silent
from layoutplan.travel.edges import Arcs
from layoutplan.travel.engine import Engine, steps_of
from layoutplan.travel.hierarchy import Hierarchy

CORE_NODES: Final = 256  # so few are left to a table of all times between them: 0.5 MB
CORE_DEGREE: Final = 64  # no road network gets as dense; one that does keeps a larger core
CHAIN_SHARE: Final = 0.1  # chains are looked for while so many of the nodes are on one
ROUNDS_TO_PRUNE: Final = 3  # edges to spare are looked for after so many rounds: twice as fast

_NOTHING = Arcs(*(np.empty(0, dtype=np.int64) for _ in range(4)))


def contract(
    graph: TravelGraph, *, engine: Engine | None = None, progress: Progress = silent
) -> Hierarchy:
    """Eliminate the nodes of a road network in rounds, and remember the ways out of each.

    Whole chains of nodes between junctions go first, dead ends among them. Then rounds of nodes
    that are not neighbors of each other go, those with few neighbors before others; the neighbors
    of a node that goes are joined by edges that stand for the ways through it, unless a way over
    another node is no longer. What is left in the end is a core with a table of all its times.

    The idea is that of contraction hierarchies [1]_, in rounds over whole arrays.

    Parameters
    ----------
    graph : TravelGraph
        Directed, every arc at least 1 ms; of parallel arcs the fastest counts.
    engine : {"numpy", "numba"} or None
        See :func:`layoutplan.travel.engine.steps_of`; the hierarchy is the same.
    progress : Progress
        Told how many nodes are gone.

    References
    ----------
    .. [1] R. Geisberger, P. Sanders, D. Schultes, C. Vetter, "Exact Routing in Large Road Networks
       Using Contraction Hierarchies", Transportation Science 46(3), 388-404, 2012,
       doi:10.1287/trsc.1110.0401
    """
    steps = steps_of(engine, graph.n_nodes)
    edges = steps.edges_of(graph)
    rounds = [_NOTHING]  # so that there is one even where no node can go

    def tell() -> None:
        progress("progress.contract", graph.n_nodes - len(edges.node), graph.n_nodes)

    n_before = np.inf
    while len(edges.node) < (1.0 - CHAIN_SHARE) * n_before:
        tell()
        n_before, node = len(edges.node), edges.node
        edges, removed_in_turn = steps.without_chains(edges)
        rounds += [_in_graph(removed, node) for removed in removed_in_turn]
    while len(edges.node) > CORE_NODES and len(edges.low) < CORE_DEGREE / 2 * len(edges.node):
        tell()
        node = edges.node
        edges, removed = steps.without_independent(edges)
        rounds.append(_in_graph(removed, node))
        if len(rounds) % ROUNDS_TO_PRUNE == 0:
            edges = steps.pruned(edges)
    hierarchy = _hierarchy(graph.n_nodes, rounds, edges.node, steps.all_times(edges))
    progress("progress.contract", graph.n_nodes, graph.n_nodes)
    return hierarchy


def _in_graph(arcs: Arcs, node: NDArray[np.int64]) -> Arcs:
    """Return arcs between nodes of the travel graph for arcs between nodes left of it."""
    return Arcs(node[arcs.tail], node[arcs.head], arcs.ms, arcs.back_ms)


def _hierarchy(
    n_nodes: int, rounds: Sequence[Arcs], core: NDArray[np.int64], core_ms: NDArray[np.int64]
) -> Hierarchy:
    """Give the nodes their ranks; arcs of a node are consecutive, so they are in order already."""
    from_above = rounds[::-1]
    levels = [arcs.tail[np.flatnonzero(np.diff(arcs.tail, prepend=-1))] for arcs in from_above]
    # Nodes that lost their last edge before their turn have no arcs, and come after the core.
    is_lost = np.ones(n_nodes, dtype=np.bool_)
    is_lost[np.concatenate([core, *levels])] = False
    levels = [core, np.flatnonzero(is_lost), *levels]
    rank = np.empty(n_nodes, dtype=np.int32)
    rank[np.concatenate(levels)] = np.arange(n_nodes)

    tail = rank[np.concatenate([arcs.tail for arcs in from_above])]
    return Hierarchy(
        rank=rank,
        level_first=np.append(0, np.cumsum([len(level) for level in levels])),
        first=np.append(0, np.cumsum(np.bincount(tail, minlength=n_nodes))),
        head=rank[np.concatenate([arcs.head for arcs in from_above])],
        up_ms=np.concatenate([arcs.ms for arcs in from_above]),
        down_ms=np.concatenate([arcs.back_ms for arcs in from_above]),
        core_ms=core_ms,
    )
