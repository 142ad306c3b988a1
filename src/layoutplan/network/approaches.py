"""The ways between places and the points of the roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.network import Access, Approaches, RoadNetwork, SegmentTimes
from layoutplan.core.speeds import on_foot_ms
from layoutplan.core.travel_times import UNREACHED_MS, Pairs


@dataclass(frozen=True)
class _Stops:
    """Places where they meet the roads: the segment, the share of it from its tail, the walk."""

    place_idx: NDArray[np.int32]
    segment_idx: NDArray[np.int32]
    share: NDArray[np.float64]
    foot_ms: NDArray[np.int64]


def approaches(
    roads: RoadNetwork,
    times: SegmentTimes,
    village_access: Access,
    school_access: Access,
    direct_walks: Pairs,
    walking_kmh: float,
) -> Approaches:
    """Return how villages and schools hang on the graph of the roads.

    From a village pupils walk straight to its point on the road, then go along the segment to
    either of its ends, where its direction allows; from the ends of a school's segment in the same
    way to the school. The time to a point within a segment is the rounded share of the segment's
    time, so the two parts of a segment add up to the whole.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    times : SegmentTimes
        How long the traveler takes along each segment.
    village_access, school_access : Access
        Where the places meet the roads, from :func:`layoutplan.network.snap.snap`.
    direct_walks : Pairs
        Ways straight across, from :func:`layoutplan.network.direct.direct_walks`.
    walking_kmh : float
        Pace of the ways between places and roads, in km/h.
    """
    villages, schools = _stops(village_access, walking_kmh), _stops(school_access, walking_kmh)
    village_idx, village_node, village_ms = _ways(roads, times, villages, is_leaving=True)
    school_idx, school_node, school_ms = _ways(roads, times, schools, is_leaving=False)
    along = _along_one_segment(times, villages, schools)
    return Approaches(
        n_villages=len(village_access.place_ids),
        n_schools=len(school_access.place_ids),
        village_idx=village_idx,
        village_node=village_node,
        village_ms=village_ms,
        school_idx=school_idx,
        school_node=school_node,
        school_ms=school_ms,
        direct=_fastest(along, direct_walks),
    )


def _stops(access: Access, walking_kmh: float) -> _Stops:
    """Return the places that meet a road."""
    place_idx = np.flatnonzero(access.segment_idx >= 0).astype(np.int32)
    return _Stops(
        place_idx=place_idx,
        segment_idx=access.segment_idx[place_idx],
        share=access.along_share[place_idx],
        foot_ms=on_foot_ms(access.meters[place_idx], walking_kmh),
    )


def _ways(
    roads: RoadNetwork, times: SegmentTimes, stops: _Stops, *, is_leaving: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Return place, node and milliseconds of the ways between stops and the ends of segments.

    Who leaves goes forward to the head and backward to the tail; who arrives comes forward from
    the tail and backward from the head. A stop at an end is there in any direction.
    """
    segment = stops.segment_idx
    forward_ms, backward_ms = times.forward_ms[segment], times.backward_ms[segment]
    by_tail_ms, by_head_ms = backward_ms, forward_ms
    if not is_leaving:
        by_tail_ms, by_head_ms = forward_ms, backward_ms
    tail_ms = np.where(stops.share == 0.0, 0, _from_tail_ms(stops.share, by_tail_ms))
    head_ms = np.where(stops.share == 1.0, 0, _to_head_ms(stops.share, by_head_ms))

    place = np.tile(stops.place_idx, 2)
    node = np.concatenate([roads.tail[segment], roads.head[segment]])
    along_ms = np.concatenate([tail_ms, head_ms])
    ways = np.flatnonzero(along_ms < UNREACHED_MS)
    ways = ways[np.argsort(place[ways], kind="stable")]
    return place[ways], node[ways], along_ms[ways] + np.tile(stops.foot_ms, 2)[ways]


def _along_one_segment(times: SegmentTimes, villages: _Stops, schools: _Stops) -> Pairs:
    """Return the ways between villages and schools that lie at the same segment."""
    of_villages = pd.DataFrame({"segment": villages.segment_idx}).reset_index(names="village")
    of_schools = pd.DataFrame({"segment": schools.segment_idx}).reset_index(names="school")
    both = of_villages.merge(of_schools, on="segment")
    village, school = both["village"].to_numpy(), both["school"].to_numpy()
    segment = villages.segment_idx[village]
    start, end = villages.share[village], schools.share[school]
    forward_ms, backward_ms = times.forward_ms[segment], times.backward_ms[segment]
    whole_ms = np.where(end >= start, forward_ms, backward_ms)
    is_open = (whole_ms < UNREACHED_MS) | (start == end)
    whole_ms = np.where(start == end, 0, whole_ms)[is_open]
    village, school = village[is_open], school[is_open]
    along_ms = _from_tail_ms(end[is_open], whole_ms) - _from_tail_ms(start[is_open], whole_ms)
    return Pairs(
        villages.place_idx[village],
        schools.place_idx[school],
        np.abs(along_ms) + villages.foot_ms[village] + schools.foot_ms[school],
    )


def _from_tail_ms(share: NDArray[np.float64], whole_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the time along the first `share` of segments; closed ones stay closed."""
    is_open = whole_ms < UNREACHED_MS
    part = np.rint(share * np.where(is_open, whole_ms, 0)).astype(np.int64)
    return np.where(is_open, part, UNREACHED_MS)


def _to_head_ms(share: NDArray[np.float64], whole_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the time along what is left after the first `share` of segments."""
    is_open = whole_ms < UNREACHED_MS
    return np.where(is_open, whole_ms - _from_tail_ms(share, whole_ms), UNREACHED_MS)


def _fastest(*ways: Pairs) -> Pairs:
    """Return the fastest way of each pair, in the order of pairs."""
    village_idx = np.concatenate([each.village_idx for each in ways])
    school_idx = np.concatenate([each.school_idx for each in ways])
    milliseconds = np.concatenate([each.milliseconds for each in ways])
    order = np.lexsort((milliseconds, school_idx, village_idx))
    village_idx, school_idx = village_idx[order], school_idx[order]
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = (np.diff(village_idx) != 0) | (np.diff(school_idx) != 0)
    return Pairs(village_idx, school_idx, milliseconds[order]).where(is_first)
