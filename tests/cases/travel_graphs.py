"""Travel graphs and approaches by hand, and their times by networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np

from layoutplan.core.network import Approaches, TravelGraph
from layoutplan.core.travel_times import Pairs


def travel_graph(n_nodes, arcs) -> TravelGraph:
    tail, head, ms = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    return TravelGraph(
        n_nodes=n_nodes,
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        milliseconds=ms,
        segment_idx=np.arange(len(ms), dtype=np.int32),
    )


def approaches_of(n_villages, n_schools, village_ways=(), school_ways=(), direct=()) -> Approaches:
    """Ways as (place, node, ms), direct ways as (village, school, ms)."""
    parts = []
    for ways in (village_ways, school_ways, sorted(direct)):
        one, other, ms = np.array(ways, dtype=np.int64).reshape(-1, 3).T
        parts.append((one.astype(np.int32), other.astype(np.int32), ms))
    return Approaches(n_villages, n_schools, *parts[0], *parts[1], Pairs(*parts[2]))


def by_pair(pairs: Pairs) -> dict[tuple[int, int], int]:
    keys = list(zip(pairs.village_idx.tolist(), pairs.school_idx.tolist(), strict=True))
    assert keys == sorted(set(keys))
    return dict(zip(keys, pairs.milliseconds.tolist(), strict=True))


def by_networkx(
    graph: TravelGraph, approaches: Approaches, limit_ms=None
) -> dict[tuple[int, int], int]:
    """Return the times of all pairs within the limit, by Dijkstra's algorithm from each school."""
    backward = nx.DiGraph()
    arcs = [
        *zip(graph.head, graph.tail, graph.milliseconds, strict=True),
        *(
            (node, ("village", i), ms)
            for i, node, ms in zip(
                approaches.village_idx,
                approaches.village_node,
                approaches.village_ms,
                strict=True,
            )
        ),
        *(
            (("school", j), node, ms)
            for j, node, ms in zip(
                approaches.school_idx, approaches.school_node, approaches.school_ms, strict=True
            )
        ),
        *(
            (("school", j), ("village", i), ms)
            for i, j, ms in zip(
                approaches.direct.village_idx,
                approaches.direct.school_idx,
                approaches.direct.milliseconds,
                strict=True,
            )
        ),
    ]
    for tail, head, ms in arcs:  # of parallel arcs the fastest
        known = backward.get_edge_data(tail, head)
        if known is None or int(ms) < known["ms"]:
            backward.add_edge(tail, head, ms=int(ms))
    found = {}
    for j in range(approaches.n_schools):
        if ("school", j) in backward:
            reached = nx.single_source_dijkstra_path_length(
                backward, ("school", j), cutoff=limit_ms, weight="ms"
            )
            found |= {
                (node[1], j): ms
                for node, ms in reached.items()
                if isinstance(node, tuple) and node[0] == "village"
            }
    return found
