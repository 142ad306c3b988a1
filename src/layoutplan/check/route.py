"""Findings about one trip that is asked for: places that do not exist, and ways that do not."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.journeys import Journeys
from layoutplan.core.network import RoadNetwork
from layoutplan.core.pieces import pieces
from layoutplan.errors import Finding

_N_NEAREST = 3  # ids suggested in place of one that is unknown


def find_place(places: pd.DataFrame, asked: str, kind: str) -> tuple[int, tuple[Finding, ...]]:
    """Return the position of the place called `asked`, or what is wrong with that name.

    Parameters
    ----------
    places : pandas.DataFrame
        Indexed by id, with a column ``name``.
    asked : str
        An id, or a name that only one of them has.
    kind : {"village", "school"}
        What they are.

    Returns
    -------
    int
        -1 where there is an error.
    tuple of Finding
        The error: there is no such place, or more than one has the name.
    """
    if asked in places.index:
        return int(places.index.get_indexer(pd.Index([asked]))[0]), ()
    named = np.flatnonzero((places["name"] == asked).to_numpy())
    if len(named) == 1:
        return int(named[0]), ()
    if len(named):
        ids = tuple(places.index[named])
        return -1, (Finding(f"route.{kind}.ambiguous", "error", ids=ids, facts={"asked": asked}),)
    facts = {"asked": asked, "nearest": _nearest(places, asked)}
    return -1, (Finding(f"route.{kind}.unknown", "error", facts=facts),)


def check_band(case: Case, asked: str) -> tuple[Finding, ...]:
    """Return an error where the case has no band called `asked`."""
    names = [band.name for band in case.bands]
    if asked in names:
        return ()
    facts = {"asked": asked, "bands": ", ".join(names)}
    return (Finding("route.band.unknown", "error", facts=facts),)


def why_no_way(
    case: Case, journeys: Journeys, village_idx: int, school_idx: int
) -> tuple[Finding, ...]:
    """Return why there is no way from a village to a school, as errors.

    One of them, or both, are off the roads that the mode may use; or they lie at pieces of road
    that are not joined; or, where they are, one-way roads forbid it.

    Parameters
    ----------
    case : Case
        With roads.
    journeys : Journeys
        The roads as those pupils use them who have no way.
    village_idx, school_idx : int
        Positions in the case.
    """
    roads, of_village, of_school = case.roads, journeys.village_access, journeys.school_access
    if roads is None:
        raise ValueError("the case has no roads")
    facts: dict[str, object] = {
        "village": _called(case.villages, village_idx),
        "school": _called(case.schools, school_idx),
        "mode": journeys.traveler.mode,
    }
    ends = (("village", of_village, village_idx), ("school", of_school, school_idx))
    off = [
        Finding(
            f"route.no_way.{kind}_off",
            "error",
            facts={
                **facts,
                "meters": f"{access.meters[idx]:.0f}",
                "max_meters": f"{case.max_snap_meters:g}",
            },
        )
        for kind, access, idx in ends
        if access.segment_idx[idx] < 0
    ]
    if np.isinf(of_village.meters[village_idx]):
        return (Finding("network.mode.none", "error", facts={"mode": journeys.traveler.mode}),)
    if off:
        return tuple(off)
    segments = of_village.segment_idx[village_idx], of_school.segment_idx[school_idx]
    if _are_joined(roads, journeys, *segments):
        return (Finding("route.no_way.one_way", "error", facts=facts),)
    island = "village" if of_village.is_island[village_idx] else "school"
    return (Finding(f"route.no_way.{island}_island", "error", facts=facts),)


def _nearest(places: pd.DataFrame, asked: str) -> str:
    """Return the ids of the places whose id or name is most like `asked`."""
    id_of = dict(zip(places["name"], places.index, strict=True))
    id_of |= dict(zip(places.index, places.index, strict=True))
    words = difflib.get_close_matches(asked, [*id_of], n=_N_NEAREST, cutoff=0.0)
    ids = dict.fromkeys(str(id_of[word]) for word in words)
    return ", ".join(
        _called(places, int(idx)) for idx in places.index.get_indexer(pd.Index([*ids]))
    )


def _called(places: pd.DataFrame, idx: int) -> str:
    """Return a place by its id, and its name where it has one."""
    place_id, name = str(places.index[idx]), str(places["name"].iloc[idx])
    return f"{place_id} ({name})" if name and name != place_id else place_id


def _are_joined(roads: RoadNetwork, journeys: Journeys, segment: int, other: int) -> bool:
    """Return whether roads lead from one segment to the other, in whatever direction."""
    graph = journeys.graph
    piece = pieces(graph.tail, graph.head, graph.n_nodes)
    return bool(piece[roads.tail[segment]] == piece[roads.tail[other]])
