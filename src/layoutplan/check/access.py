"""Findings about how places meet the roads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.network import Access
from layoutplan.core.schema import Mode, pupils_column
from layoutplan.core.travel_times import Pairs
from layoutplan.errors import Finding

LONG_WALK_METERS = 200.0  # about three minutes on foot: from there on the walk shows in the minutes


def check_access(
    case: Case, mode: Mode, village_access: Access, school_access: Access, pairs: Pairs
) -> tuple[Finding, ...]:
    """Return what the planner should know of how places meet the roads that `mode` may use.

    Places farther than ``max_snap_meters`` from every usable road; places that have a long walk to
    their road; places that pass by a nearer road which is closed to the mode; and places at a
    piece of road that is an island. The worst come first, with their distances by id in
    ``facts["meters"]``.

    Parameters
    ----------
    case : Case
        With roads.
    mode : {"walk", "bike", "bus", "car"}
        For which the rest was computed.
    village_access, school_access : Access
        In the order of the case.
    pairs : Pairs
        Travel times by `mode`: tells which far places are walked to straight.
    """
    if np.isinf(np.concatenate([village_access.meters, school_access.meters])).all():
        return (Finding("network.mode.none", "error", facts={"mode": mode}),)
    pupils = _pupils_by_mode(case, mode)
    facts = {"mode": mode, "max_meters": f"{case.max_snap_meters:g}"}
    places = (village_access, school_access)
    if all((access.segment_idx < 0).all() for access in places):
        nearest = min(access.meters.min() for access in places)
        facts |= {"nearest_meters": f"{nearest:.0f}"}
        return (Finding("network.access.nowhere", "error", facts=facts),)
    return (
        *_far("villages", village_access, pairs.village_idx, facts, pupils),
        *_far("schools", school_access, pairs.school_idx, facts),
        *_long_walks("villages", village_access, facts),
        *_long_walks("schools", school_access, facts),
        *_passed("villages", village_access, facts),
        *_passed("schools", school_access, facts),
        *_islands("villages", village_access, facts, pupils),
        *_islands("schools", school_access, facts),
    )


def check_direct_walks(case: Case, mode: Mode, walks: Pairs, pairs: Pairs) -> tuple[Finding, ...]:
    """Return a note of the villages from which a school is walked to straight, without any road.

    Only where that is the shortest way, and for modes other than walking; the schools stand by
    village in ``facts["schools"]``.

    Parameters
    ----------
    case : Case
        The case.
    mode : {"walk", "bike", "bus", "car"}
        How the pupils travel who use roads.
    walks : Pairs
        Ways straight across.
    pairs : Pairs
        The shortest ways.
    """
    if mode == "walk":
        return ()
    shortest_ms = pairs.lookup(walks.village_idx, walks.school_idx)
    shortest = walks.where(walks.milliseconds == shortest_ms)
    walked = pd.DataFrame(
        {
            "village_id": case.villages.index[shortest.village_idx],
            "school_id": case.schools.index[shortest.school_idx],
        }
    )
    if walked.empty:
        return ()
    schools = walked.groupby("village_id", sort=False)["school_id"].agg(tuple)
    facts = {"mode": mode, "schools": schools.to_dict()}
    return (Finding("villages.access.direct", "note", ids=tuple(schools.index), facts=facts),)


def _pupils_by_mode(case: Case, mode: Mode) -> NDArray[np.int64]:
    """Return (v,) int64: the pupils of each village who travel by `mode`."""
    columns = [pupils_column(band.name) for band in case.bands if band.mode == mode]
    return np.asarray(case.villages[columns].sum(axis=1), dtype=np.int64)


def _far(
    places: str,
    access: Access,
    paired_idx: NDArray[np.int32],
    facts: Mapping[str, object],
    pupils: NDArray[np.int64] | None = None,
) -> list[Finding]:
    """Return the finding about places off the network, the farthest first."""
    far = np.flatnonzero(access.segment_idx < 0)
    if not len(far):
        return []
    far = far[np.argsort(-access.meters[far], kind="stable")]
    ids = tuple(access.place_ids[far])
    meters = access.meters[far].tolist()
    more = {
        "meters": dict(zip(ids, meters, strict=True)),
        "farthest": ids[0],
        "farthest_meters": f"{meters[0]:.0f}",
        "n_direct": int(np.isin(far, paired_idx).sum()),
        "pupils": 0 if pupils is None else int(pupils[far].sum()),
    }
    return [Finding(f"{places}.access.far", "warning", ids=ids, facts={**facts, **more})]


def _long_walks(places: str, access: Access, facts: Mapping[str, object]) -> list[Finding]:
    """Return the note about places with a long straight walk to their road, the longest first."""
    on_road = np.flatnonzero(access.segment_idx >= 0)
    walked = on_road[access.meters[on_road] > LONG_WALK_METERS]
    if not len(walked):
        return []
    walked = walked[np.argsort(-access.meters[walked], kind="stable")]
    ids = tuple(access.place_ids[walked])
    meters = access.meters[walked].tolist()
    more = {
        "meters": dict(zip(ids, meters, strict=True)),
        "long_meters": f"{LONG_WALK_METERS:g}",
        "median_meters": f"{np.median(access.meters[on_road]):.0f}",
        "farthest_meters": f"{meters[0]:.0f}",
    }
    return [Finding(f"{places}.access.walk", "note", ids=ids, facts={**facts, **more})]


def _passed(places: str, access: Access, facts: Mapping[str, object]) -> list[Finding]:
    """Return the finding about places with a nearer road that is closed to the mode."""
    passing = np.flatnonzero((access.segment_idx >= 0) & np.isfinite(access.passed_meters))
    if not len(passing):
        return []
    spared = access.meters[passing] - access.passed_meters[passing]
    passing = passing[np.argsort(-spared, kind="stable")]
    ids = tuple(access.place_ids[passing])
    more = {
        "meters": dict(zip(ids, access.meters[passing].tolist(), strict=True)),
        "passed_meters": dict(zip(ids, access.passed_meters[passing].tolist(), strict=True)),
        "worst": ids[0],
        "worst_meters": f"{access.meters[passing[0]]:.0f}",
        "worst_passed_meters": f"{access.passed_meters[passing[0]]:.0f}",
    }
    return [Finding(f"{places}.access.passed", "note", ids=ids, facts={**facts, **more})]


def _islands(
    places: str,
    access: Access,
    facts: Mapping[str, object],
    pupils: NDArray[np.int64] | None = None,
) -> list[Finding]:
    """Return the finding about places at a piece of road apart from the main network."""
    islands = np.flatnonzero(access.is_island)
    if not len(islands):
        return []
    more = {"pupils": 0 if pupils is None else int(pupils[islands].sum())}
    ids = tuple(access.place_ids[islands])
    return [Finding(f"{places}.access.island", "warning", ids=ids, facts={**facts, **more})]
