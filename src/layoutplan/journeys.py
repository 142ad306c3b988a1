"""Travel on the roads of a case: who travels how, and how long every trip takes.

Composes the rooms network, travel and check for the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.check.access import check_access, check_direct_walks
from layoutplan.check.network import check_speed_keys, check_speeds
from layoutplan.check.scenario import check_scenario, check_scenario_keys
from layoutplan.core.case import Case, teaches
from layoutplan.core.journeys import Journeys
from layoutplan.core.limits import reach_ms
from layoutplan.core.network import Access, Approaches, RoadNetwork, Slopes
from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import Band
from layoutplan.core.schema import Mode, pupils_column
from layoutplan.core.speeds import Traveler
from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes
from layoutplan.demand.farther import Farther
from layoutplan.demand.market import Mask
from layoutplan.demand.today import today_idx
from layoutplan.errors import Finding
from layoutplan.network.approaches import approaches
from layoutplan.network.bends import bend_radius_meters
from layoutplan.network.direct import direct_walks
from layoutplan.network.graph import road_graph
from layoutplan.network.scenario import touches_area
from layoutplan.network.slope import slopes_kept
from layoutplan.network.snap import snap
from layoutplan.network.speeds import (
    classes_over_cap,
    classes_without_speed,
    segment_kmh,
    segment_times,
    traveler_of,
)
from layoutplan.travel.hierarchy import Hierarchy
from layoutplan.travel.prepared import prepared
from layoutplan.travel.search import many_to_many, nearest_ms

_FARTHER = 2  # times the limit: how far is looked for schools that would help


@dataclass(frozen=True)
class _Conditions:
    """What the shape of the roads does to speeds.

    Parameters
    ----------
    slopes : Slopes, optional
        None where no heights are known.
    bends : (m,) float64, optional
        Radius in meters of the sharpest bend of each segment; None where nobody asks for it.
    is_reused : bool
        Whether the slopes came from the cache.
    """

    slopes: Slopes | None = None
    bends: NDArray[np.float64] | None = None
    is_reused: bool = False


def _conditions(case: Case, roads: RoadNetwork) -> _Conditions:
    """Return what slows travelers on the roads of a case beside class and mode."""
    slopes, is_reused = slopes_kept(roads, case.relief) if case.relief else (None, False)
    bends = bend_radius_meters(roads) if case.speeds.bend_meters is not None else None
    return _Conditions(slopes, bends, is_reused)


def journeys(case: Case, *, progress: Progress = silent) -> tuple[Journeys, ...]:
    """Return the roads of a case as each kind of traveler uses them.

    Bands of one mode and pace are one kind. Places meet the roads by mode: a road that is closed
    to the mode, for instance by the scenario, is none.

    Raises
    ------
    ValueError
        When the case has no roads.
    """
    roads = _roads_of(case)
    return _journeys(case, roads, _conditions(case, roads), progress)


def _journeys(
    case: Case, roads: RoadNetwork, shape: _Conditions, progress: Progress
) -> tuple[Journeys, ...]:
    """Return the journeys on roads whose shape is known."""
    progress("progress.network", 0, 0)
    bands_of: dict[Traveler, list[Band]] = {}
    for band in case.bands:
        bands_of.setdefault(traveler_of(band, case.scenario), []).append(band)
    places = pd.concat([case.villages.geometry, case.schools.geometry])
    access_of: dict[Mode, tuple[Access, Access]] = {}
    found = []
    for traveler, bands in bands_of.items():
        times = segment_times(
            roads,
            traveler,
            case.speeds,
            slopes=shape.slopes,
            bends=shape.bends,
            scenario=case.scenario,
        )
        if traveler.mode not in access_of:
            is_usable = np.minimum(times.forward_ms, times.backward_ms) < UNREACHED_MS
            access = snap(roads, is_usable, places, case.max_snap_meters)
            access_of[traveler.mode] = access.split(len(case.villages))
        village_access, school_access = access_of[traveler.mode]
        walks = direct_walks(
            roads,
            case.villages,
            case.schools,
            village_access,
            school_access,
            max_snap_meters=case.max_snap_meters,
            walking_kmh=traveler.walking_kmh,
        )
        hung = approaches(roads, times, village_access, school_access, walks, traveler.walking_kmh)
        found.append(
            Journeys(
                traveler=traveler,
                bands=tuple(bands),
                times=times,
                graph=road_graph(roads, times),
                approaches=hung,
                village_access=village_access,
                school_access=school_access,
                walks=walks,
            )
        )
    return tuple(found)


def times_on_roads(
    case: Case, *, progress: Progress = silent
) -> tuple[TravelTimes, dict[str, NDArray[np.int64]], Farther, tuple[Journeys, ...]]:
    """Return the travel times of a case on its roads.

    Returns
    -------
    times : TravelTimes
        Every pair within the largest limit of the mode's bands, or the exceptions of its village,
        and of today's attendance.
    nearest_ms : dict
        Band -> milliseconds from each village to the nearest school that teaches it.
    farther : callable
        Answers with trips over the limit, for whoever must reconstruct today's attendance.
    journeys : tuple of Journeys
        From :func:`journeys`.
    """
    roads = _roads_of(case)
    shape = _conditions(case, roads)
    pairs: dict[str, Pairs] = {}
    nearest: dict[str, NDArray[np.int64]] = {}
    findings: dict[Mode, tuple[Finding, ...]] = {}
    is_reused = []
    ways: dict[str, tuple[Hierarchy, Approaches]] = {}
    today = today_idx(case)
    ways_of = _journeys(case, roads, shape, progress)
    for each in ways_of:
        mode = each.traveler.mode
        hierarchy, is_known = prepared(each.graph, progress=progress)
        is_reused.append(is_known)
        found = many_to_many(
            hierarchy,
            each.approaches,
            limit_ms=case.limit_ms(mode),
            extra=today,
            progress=progress,
        ).joined(_longer_by_exception(case, mode, hierarchy, each.approaches))
        for band in each.bands:
            pairs[band.name] = found
            ways[band.name] = hierarchy, each.approaches
            is_teaching = teaches(case.schools, band.name).to_numpy()
            nearest[band.name] = nearest_ms(hierarchy, each.approaches, is_teaching)
        if mode not in findings:
            findings[mode] = (
                *check_access(case, mode, each.village_access, each.school_access, found),
                *check_direct_walks(case, mode, each.walks, found),
                *_speed_findings(case, roads, shape, each),
            )
    times = TravelTimes(
        village_ids=case.villages.index,
        school_ids=case.schools.index,
        pairs=pairs,
        modes={band.name: band.mode for band in case.bands},
        source="roads",
        findings=(*_key_findings(case, roads), *chain.from_iterable(findings.values())),
        reused=(
            *(("reused.slopes",) if shape.is_reused else ()),
            *(("reused.shortcuts",) if all(is_reused) else ()),
        ),
    )

    def farther(band: str, is_village: Mask, is_school: Mask, reach_ms: int | None) -> Pairs:
        hierarchy, every = ways[band]
        return many_to_many(hierarchy, every.between(is_village, is_school), limit_ms=reach_ms)

    return times, nearest, farther, ways_of


def longer_times(
    case: Case,
    times: TravelTimes,
    ways: tuple[Journeys, ...] | None = None,
    *,
    progress: Progress = silent,
) -> TravelTimes:
    """Return `times` with trips over the limits, for whoever asks which of them would help.

    On roads every trip within twice the limit; and from villages without a school so near, all
    that are no longer than the farthest of them needs. A ready table has what it has.

    Parameters
    ----------
    ways : tuple of Journeys, optional
        From :func:`journeys`, which is called where they are not given.
    """
    if case.travel_times is not None:
        return times.joined(case.travel_times.pairs)
    found: dict[str, Pairs] = {}
    for each in journeys(case, progress=progress) if ways is None else ways:
        hierarchy, _ = prepared(each.graph, progress=progress)
        for band in each.bands:
            is_school = teaches(case.schools, band.name).to_numpy()
            is_village = (case.villages[pupils_column(band.name)] > 0).to_numpy()
            reach = max(_FARTHER * band.limit_ms, band.boarding_limit_ms)
            nearest = nearest_ms(hierarchy, each.approaches, is_school)
            is_lost = is_village & (nearest > reach) & (nearest < UNREACHED_MS)
            asked = [(is_village, reach)]
            if is_lost.any():
                asked.append((is_lost, int(nearest[is_lost].max())))
            for is_asking, limit in asked:
                hung = each.approaches.between(is_asking, is_school)
                trips = many_to_many(hierarchy, hung, limit_ms=limit)
                found[band.name] = found.get(band.name, trips).joined(trips)
    return times.joined(found)


def _longer_by_exception(case: Case, mode: Mode, hierarchy: Hierarchy, every: Approaches) -> Pairs:
    """Return the trips of villages that may travel longer than all others of their mode."""
    reach = reach_ms(case, mode)
    is_village = reach > case.limit_ms(mode)
    if not is_village.any():
        nobody = np.empty(0, dtype=np.int32)
        return Pairs(nobody, nobody, np.empty(0, dtype=np.int64))
    is_school = np.ones(len(case.schools), dtype=bool)
    trips = many_to_many(hierarchy, every.between(is_village, is_school), limit_ms=int(reach.max()))
    return trips.where(trips.milliseconds <= reach[trips.village_idx])


def _roads_of(case: Case) -> RoadNetwork:
    """Return the roads of a case, which has some."""
    if case.roads is None:
        raise ValueError("the case has no roads")
    return case.roads


def _key_findings(case: Case, roads: RoadNetwork) -> tuple[Finding, ...]:
    """Return what is to be said once of the speeds and the scenario in case.toml."""
    area = case.scenario.closed_area if case.scenario else None
    is_in_area = None if area is None else touches_area(roads, area)
    return (*check_speed_keys(case), *check_scenario_keys(case, is_in_closed_area=is_in_area))


def _speed_findings(
    case: Case, roads: RoadNetwork, shape: _Conditions, each: Journeys
) -> tuple[Finding, ...]:
    """Return what is to be said of the speeds of one mode."""
    mode, scenario = each.traveler.mode, case.scenario
    of_classes = check_speeds(
        case,
        mode,
        unknown_classes=classes_without_speed(roads, mode, case.speeds, scenario),
        capped_classes=classes_over_cap(roads, case.speeds, scenario) if mode == "bus" else (),
    )
    if scenario is None:
        return of_classes
    usual, now = (
        segment_kmh(
            roads,
            traveler_of(each.bands[0], state),
            case.speeds,
            slopes=shape.slopes,
            bends=shape.bends,
            scenario=state,
        )
        for state in (None, scenario)
    )
    return (*of_classes, *check_scenario(case, mode, usual, now))
