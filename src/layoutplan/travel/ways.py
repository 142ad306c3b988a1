"""The fastest ways to one school, found step by step on the roads as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.journeys import Journeys
from layoutplan.core.network import Access, RoadNetwork

if TYPE_CHECKING:
    from scipy.sparse import csr_array

OFF_THE_ROADS = -1  # in place of a segment: a step between a place and the end of its segment


@dataclass(frozen=True)
class Steps:
    """All steps of the journeys of one kind of traveler, the fastest between two nodes alone.

    Nodes are the points of the roads, then the villages, then the schools.

    Parameters
    ----------
    n_points, n_villages : int
        Numbers of nodes of the first two kinds.
    tail, head : (a,) int64
        Nodes that a step leads from and to, sorted by both.
    milliseconds : (a,) int64
        Time that it takes.
    segment_idx : (a,) int64
        Segment of the network that it runs along; `OFF_THE_ROADS` from villages and to schools.
    first : (n + 1,) int64
        Where the steps from each node begin among all, and their number.
    backward : csr_array
        The steps turned round, to search from schools.
    """

    n_points: int
    n_villages: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    milliseconds: NDArray[np.int64]
    segment_idx: NDArray[np.int64]
    first: NDArray[np.int64]
    backward: csr_array

    def school_node(self, school_idx: int) -> int:
        """Return the node of a school."""
        return self.n_points + self.n_villages + school_idx


@dataclass(frozen=True)
class WaysTo:
    """The fastest ways from everywhere to one school.

    Parameters
    ----------
    milliseconds : (n,) float64
        From each node; ``inf`` where there is no way, or none within the limit.
    next_step : (n,) int64
        Position in the steps of the one to take from each node, -1 where there is none.
    """

    milliseconds: NDArray[np.float64]
    next_step: NDArray[np.int64]


def steps_of(journeys: Journeys) -> Steps:
    """Return the steps of journeys on the roads, from door to door."""
    from scipy.sparse import csr_array  # here and below: only when somebody asks for a way

    graph, hung = journeys.graph, journeys.approaches
    first_village = graph.n_nodes
    first_school = first_village + hung.n_villages
    tail = np.concatenate([graph.tail, first_village + hung.village_idx, hung.school_node])
    head = np.concatenate([graph.head, hung.village_node, first_school + hung.school_idx])
    milliseconds = np.concatenate([graph.milliseconds, hung.village_ms, hung.school_ms])
    segment_idx = np.full(len(tail), OFF_THE_ROADS, dtype=np.int64)
    segment_idx[: len(graph.segment_idx)] = graph.segment_idx

    order = np.lexsort((segment_idx, milliseconds, head, tail))
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    fastest = order[is_first]
    n_nodes = first_school + hung.n_schools
    turned = (head[fastest], tail[fastest])
    from_node = tail[fastest].astype(np.int64)
    return Steps(
        n_points=graph.n_nodes,
        n_villages=hung.n_villages,
        tail=from_node,
        head=head[fastest].astype(np.int64),
        milliseconds=milliseconds[fastest].astype(np.int64),
        segment_idx=segment_idx[fastest],
        first=np.searchsorted(from_node, np.arange(n_nodes + 1)),
        backward=csr_array(
            (milliseconds[fastest].astype(np.float64), turned), shape=(n_nodes, n_nodes)
        ),
    )


def ways_to(steps: Steps, school_idx: int, limit_ms: float = np.inf) -> WaysTo:
    """Return the fastest ways to a school, by Dijkstra's algorithm on the steps turned round.

    Of several steps that are equally good, the one to the node of the smallest number is taken:
    so the way does not depend on the order of the search.

    Parameters
    ----------
    steps : Steps
        From :func:`steps_of`.
    school_idx : int
        Position of the school.
    limit_ms : float
        Longer ways are not looked for.
    """
    from scipy.sparse.csgraph import dijkstra

    ms = dijkstra(steps.backward, indices=[steps.school_node(school_idx)], limit=limit_ms)[0]
    reached = np.flatnonzero(np.isfinite(ms))
    begin, n_steps = steps.first[reached], np.diff(steps.first)[reached]
    in_turn = np.arange(n_steps.sum()) - np.repeat(np.cumsum(n_steps) - n_steps, n_steps)
    asked = np.repeat(begin, n_steps) + in_turn
    is_good = ms[steps.tail[asked]] == steps.milliseconds[asked] + ms[steps.head[asked]]
    good = asked[is_good]
    next_step = np.full(len(ms), -1, dtype=np.int64)
    first_good = good[np.flatnonzero(np.diff(steps.tail[good], prepend=-1))]
    next_step[steps.tail[first_good]] = first_good
    return WaysTo(milliseconds=ms, next_step=next_step)


def at_road(roads: RoadNetwork, access: Access) -> NDArray[np.float64]:
    """Return (p, 2) longitude and latitude of where places meet the roads, NaN for none."""
    lonlat = np.full((len(access.place_ids), 2), np.nan)
    on_road = np.flatnonzero(access.segment_idx >= 0)
    segment = access.segment_idx[on_road]
    share = access.along_share[on_road, None]
    tail = np.column_stack([roads.lon, roads.lat])[roads.tail[segment]]
    head = np.column_stack([roads.lon, roads.lat])[roads.head[segment]]
    lonlat[on_road] = (1 - share) * tail + share * head
    return lonlat
