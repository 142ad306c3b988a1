"""Findings about roads, how places meet them, and who can reach a school at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case, teaches
from layoutplan.core.network import Access, TravelGraph
from layoutplan.core.rules import Band
from layoutplan.core.schema import Mode, pupils_column
from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes, to_minutes
from layoutplan.errors import Finding


def check_access(
    case: Case, mode: Mode, village_access: Access, school_access: Access, pairs: Pairs
) -> tuple[Finding, ...]:
    """Return what the planner should know of how places meet the roads that `mode` may use.

    Places farther than ``max_snap_meters`` from every usable road, the farthest first, with their
    distances by id in ``facts["meters"]``; and places at a piece of road that is an island.

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
        *_islands("villages", village_access, facts, pupils),
        *_islands("schools", school_access, facts),
    )


def check_speeds(
    case: Case,
    mode: Mode,
    *,
    unknown_classes: Iterable[str] = (),
    capped_classes: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """Return what the planner should know of the speeds of `mode` on the classes of the roads.

    Parameters
    ----------
    case : Case
        With or without roads.
    mode : {"walk", "bike", "bus", "car"}
        Speeds by class are the planner's for bus and car only.
    unknown_classes : iterable of str
        Classes for which there is no speed.
    capped_classes : iterable of str
        Classes whose speed, as the planner gave it, the law does not allow a school bus.
    """
    roads = case.roads
    if roads is None or mode not in ("bus", "car"):
        return ()
    findings = []
    unknown, capped = tuple(unknown_classes), tuple(capped_classes)
    if unknown:
        is_unknown = np.isin(np.array(roads.class_names), unknown)[roads.road_class]
        meters = roads.meters[is_unknown].sum()
        facts = {
            "mode": mode,
            "kilometers": f"{meters / 1000:.1f}",
            "percent": f"{100 * meters / roads.meters.sum():.1f}",
        }
        findings.append(
            Finding("network.speed.unknown", "warning", ids=_quoted(unknown), facts=facts)
        )
    if capped:
        findings.append(Finding("network.speed.capped", "note", ids=_quoted(capped)))
    unused = tuple(name for name in roads.class_kmh if name not in roads.class_names)
    is_said_before = mode == "car" and "bus" in case.modes
    if unused and not is_said_before:
        others = [name for name in roads.class_names if name not in roads.class_kmh]
        findings.append(
            Finding(
                "network.speed.unused",
                "warning",
                table="case.toml",
                column="roads.speeds",
                ids=_quoted(unused),
                facts={"others": " / ".join(_quoted(others)) or "–"},
            )
        )
    return tuple(findings)


def check_direct_walks(
    case: Case, mode: Mode, graph: TravelGraph, pairs: Pairs
) -> tuple[Finding, ...]:
    """Return a note of the villages from which a school is walked to straight, without any road.

    Only where that is the shortest way, and for modes other than walking; the schools stand by
    village in ``facts["schools"]``.
    """
    if mode == "walk":
        return ()
    village_at = np.full(graph.n_nodes, -1, dtype=np.int32)
    village_at[graph.village_node] = np.arange(len(graph.village_node))
    school_at = np.full(graph.n_nodes, -1, dtype=np.int32)
    school_at[graph.school_node] = np.arange(len(graph.school_node))
    village_idx, school_idx = village_at[graph.tail], school_at[graph.head]
    is_walked = (village_idx >= 0) & (school_idx >= 0)
    is_walked[is_walked] = graph.milliseconds[is_walked] == pairs.lookup(
        village_idx[is_walked], school_idx[is_walked]
    )
    walked = pd.DataFrame(
        {
            "village_id": case.villages.index[village_idx[is_walked]],
            "school_id": case.schools.index[school_idx[is_walked]],
        }
    )
    if walked.empty:
        return ()
    schools = walked.groupby("village_id", sort=False)["school_id"].agg(tuple)
    facts = {"mode": mode, "schools": schools.to_dict()}
    return (Finding("villages.access.direct", "note", ids=tuple(schools.index), facts=facts),)


def check_reach(
    case: Case, times: TravelTimes, nearest: Mapping[str, Pairs] | None = None
) -> tuple[Finding, ...]:
    """Return the villages whose pupils reach no school that teaches them, or none within the limit.

    Band by band, villages with pupils only, the worst first; ``facts["pupils_by_id"]`` and
    ``facts["minutes_by_id"]`` have the pupils of each and the minutes to its nearest school.

    Parameters
    ----------
    case : Case
        With or without roads.
    times : TravelTimes
        Computed or given.
    nearest : Mapping from band to Pairs, optional
        The way from each village to the nearest school that teaches the band, also over the limit,
        where `times` leaves out what is over it.
    """
    return tuple(
        finding
        for band in case.bands
        for finding in _check_band(case, band, times.pairs.get(band.mode), nearest or {})
    )


def _check_band(
    case: Case, band: Band, pairs: Pairs | None, nearest: Mapping[str, Pairs]
) -> list[Finding]:
    """Return the findings of :func:`check_reach` for one band."""
    pupils = case.villages[pupils_column(band.name)].to_numpy()
    is_teaching = teaches(case.schools, band.name).to_numpy()
    best_ms = np.full(len(pupils), UNREACHED_MS, dtype=np.int64)
    for known in (pairs, nearest.get(band.name)):
        if known is not None:
            taught = known.where(is_teaching[known.school_idx])
            np.minimum.at(best_ms, taught.village_idx, taught.milliseconds)

    findings = []
    facts = {"band": band.name, "mode": band.mode, "limit": f"{band.max_minutes:g}"}
    unreached = np.flatnonzero((pupils > 0) & (best_ms == UNREACHED_MS))
    if len(unreached):
        worst_first = unreached[np.argsort(-pupils[unreached], kind="stable")]
        ids, by_id = _counted(case, worst_first, pupils)
        findings.append(Finding("villages.reach.none", "warning", ids=ids, facts=facts | by_id))
    is_late = (best_ms > band.limit_ms) & (best_ms < UNREACHED_MS)
    late = np.flatnonzero((pupils > 0) & is_late)
    if len(late):
        worst_first = late[np.argsort(-best_ms[late], kind="stable")]
        ids, by_id = _counted(case, worst_first, pupils)
        minutes = to_minutes(best_ms[worst_first]).tolist()
        by_id |= {
            "minutes_by_id": dict(zip(ids, minutes, strict=True)),
            "farthest": ids[0],
            "farthest_minutes": f"{minutes[0]:.1f}",
        }
        findings.append(
            Finding("villages.reach.beyond_limit", "warning", ids=ids, facts=facts | by_id)
        )
    return findings


def _counted(
    case: Case, village_idx: NDArray[np.int64], pupils: NDArray[np.int64]
) -> tuple[tuple[str, ...], dict[str, object]]:
    """Return the ids of some villages, and the facts about how many pupils they have."""
    ids = tuple(case.villages.index[village_idx])
    counts = pupils[village_idx].tolist()
    return ids, {"pupils": sum(counts), "pupils_by_id": dict(zip(ids, counts, strict=True))}


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


def _quoted(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of road classes so that an empty one can be seen."""
    return tuple(name or '""' for name in names)
