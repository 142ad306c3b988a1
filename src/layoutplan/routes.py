"""Ways on the roads of a case: one that somebody asks for, and all of a plan.

Composes journeys and the rooms travel and check for the pipeline.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from layoutplan.check.route import check_band, find_place, why_no_way
from layoutplan.core.case import Case
from layoutplan.core.journeys import Journeys
from layoutplan.core.progress import Progress, silent
from layoutplan.core.route import Route
from layoutplan.errors import DataError, Finding
from layoutplan.journeys import journeys
from layoutplan.travel.route import find_route
from layoutplan.travel.routes import plan_routes


def route(
    case: Case,
    village_id: str,
    school_id: str,
    *,
    band: str | None = None,
    progress: Progress = silent,
) -> Route:
    """Return the way behind a travel time: where it leads, and how long each part of it takes.

    Parameters
    ----------
    case : Case
        With roads; its scenario counts.
    village_id, school_id : str
        From where to where; a name will do where only one village or school has it.
    band : str, optional
        Whose way it is; the first band of the case where it is not given.
    progress : Progress
        Told of long steps.

    Returns
    -------
    Route
        Its minutes are those of :func:`travel_times`.

    Raises
    ------
    DataError
        When the village, the school or the band does not exist, or there is no way: then the
        findings say why.
    """
    if case.roads is None:
        raise DataError(findings=[Finding("route.no_roads", "error")])
    name = case.bands[0].name if band is None else band
    village_idx, wrong_village = find_place(case.villages, village_id, "village")
    school_idx, wrong_school = find_place(case.schools, school_id, "school")
    wrong = (*wrong_village, *wrong_school, *check_band(case, name))
    if wrong:
        raise DataError(findings=wrong)
    of_band = next(
        each
        for each in journeys(case, progress=progress)
        if name in [band.name for band in each.bands]
    )
    found = find_route(
        case.roads, of_band, case.villages, case.schools, village_idx, school_idx, name
    )
    if found is None:
        raise DataError(findings=why_no_way(case, of_band, village_idx, school_idx))
    return found


def routes_of_plan(
    case: Case,
    assignments: pd.DataFrame,
    known: tuple[Journeys, ...] | None = None,
    *,
    progress: Progress = silent,
) -> gpd.GeoDataFrame | None:
    """Return the ways to planned and today's schools, None for a case without roads.

    Parameters
    ----------
    case : Case
        The case.
    assignments : pandas.DataFrame
        The rows of ``assignments.csv``, with minutes that were worked out on its roads.
    known : tuple of Journeys, optional
        From :func:`layoutplan.journeys.journeys`, which is called where they are not given.
    progress : Progress
        Told of long steps.

    Returns
    -------
    geopandas.GeoDataFrame or None
        As :func:`layoutplan.travel.routes.plan_routes` says.
    """
    if case.roads is None:
        return None
    ways = journeys(case, progress=progress) if known is None else known
    return plan_routes(case, ways, assignments, progress=progress)
