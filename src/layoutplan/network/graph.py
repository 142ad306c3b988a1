"""The roads alone as one directed graph in milliseconds."""

from __future__ import annotations

import numpy as np

from layoutplan.core.network import RoadNetwork, SegmentTimes, TravelGraph
from layoutplan.core.travel_times import UNREACHED_MS


def road_graph(roads: RoadNetwork, times: SegmentTimes) -> TravelGraph:
    """Return the graph on which one kind of traveler moves along the roads.

    Villages and schools are not part of it, see :func:`layoutplan.network.approaches.approaches`:
    so it stays the same whatever places are looked at.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    times : SegmentTimes
        How long the traveler takes, from :func:`layoutplan.network.speeds.segment_times`.
    """
    forward = np.flatnonzero(times.forward_ms < UNREACHED_MS)
    backward = np.flatnonzero(times.backward_ms < UNREACHED_MS)
    return TravelGraph(
        n_nodes=roads.n_points,
        tail=np.concatenate([roads.tail[forward], roads.head[backward]]),
        head=np.concatenate([roads.head[forward], roads.tail[backward]]),
        milliseconds=np.concatenate([times.forward_ms[forward], times.backward_ms[backward]]),
        segment_idx=np.concatenate([forward, backward]).astype(np.int32),
    )
