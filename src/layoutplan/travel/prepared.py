"""Hierarchies that are kept from one run to the next."""

from __future__ import annotations

from typing import Final

from layoutplan.cache import entry_name, keep, recall
from layoutplan.core.network import TravelGraph
from layoutplan.core.progress import Progress, silent
from layoutplan.travel.contract import contract
from layoutplan.travel.engine import Engine
from layoutplan.travel.hierarchy import Hierarchy, from_arrays

KIND: Final = "hierarchy-1"  # another number whenever a graph would get another hierarchy


def prepared(
    graph: TravelGraph, *, engine: Engine | None = None, progress: Progress = silent
) -> tuple[Hierarchy, bool]:
    """Return the hierarchy of a travel graph, kept or new, and whether it was kept.

    It depends on nothing but the arcs and their times, so it serves whatever places there are. What
    is kept under its name and is not a hierarchy of this graph's size counts as lost.

    Parameters
    ----------
    graph, engine
        As for :func:`layoutplan.travel.contract.contract`.
    progress : Progress
        Told how many nodes are done, where it is new.
    """
    arrays = (graph.tail, graph.head, graph.milliseconds)
    name = entry_name(KIND, [str(graph.n_nodes), *(array.tobytes() for array in arrays)])
    kept = recall(name)
    if kept is not None:
        hierarchy = from_arrays(kept, graph.n_nodes)
        if hierarchy is not None:
            return hierarchy, True
    hierarchy = contract(graph, engine=engine, progress=progress)
    keep(name, hierarchy.arrays())
    return hierarchy, False
