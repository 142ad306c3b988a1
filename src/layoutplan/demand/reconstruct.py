"""Who must attend which school today, worked out from the schools' enrollment."""

from __future__ import annotations

import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import UNITS
from layoutplan.core.travel_times import TravelTimes
from layoutplan.demand.farther import Farther, looking_farther
from layoutplan.demand.market import open_market, settled
from layoutplan.demand.residents import residents
from layoutplan.demand.straight import straight_ways
from layoutplan.demand.transport import NO_CHOICES, none_further


def reconstruct(
    case: Case,
    times: TravelTimes,
    farther: Farther | None = None,
    *,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Return today's attendance that fits the schools' `enrollment` at the least travel.

    Whole pupils go from villages to existing schools that teach their band. As many as can be are
    placed within each school's enrollment (all bands together); among those ways the sum of
    pupils times milliseconds is least. Only then do pupils from whom no way leads to a school
    with room fill what enrollment is left, at the least straight distance: they attend there,
    however they come.

    Equal ways are told apart by the ids alone (see :func:`.tie_break`). The answer does not depend
    on the order of rows, nor on pairs that it does not use: it is the same whether all pairs are
    given, or those within the limits and `farther`.

    Parameters
    ----------
    case : Case
        Its schools with kind ``candidate`` or without enrollment receive nobody.
    times : TravelTimes
        With all pairs that matter; with `farther`, those within ``case.limit_ms`` are enough.
    farther : callable, optional
        Finds longer trips, where the proof needs them.
    progress : Progress
        Told of pupils who have found their school.

    Returns
    -------
    pandas.DataFrame
        ``village_id, band, school_id, pupils`` as in `Attendance.units`, without the pupils whom
        no school's enrollment accounts for.
    """
    at_home = residents(case)
    room = case.schools["enrollment"].where(case.schools["kind"] != "candidate", 0)
    market = open_market(case, times, at_home, room)
    choices = (market.choices(band.name, times.pairs[band.name]) for band in case.bands)
    known = {band.name: case.limit_ms(band.mode) for band in case.bands}
    further = none_further if farther is None else looking_farther(market, known, farther)
    total = int(at_home["pupils"].sum())
    on_roads = settled(
        market,
        NO_CHOICES.joined(*choices),
        further=further,
        tell=lambda n_waiting: progress("progress.reconstruct", total - n_waiting, total),
    )
    placed = pd.concat([on_roads, _without_a_way(case, times, at_home, on_roads, room)])
    return placed[list(UNITS)].sort_values(list(UNITS), ignore_index=True)


def _without_a_way(
    case: Case,
    times: TravelTimes,
    at_home: pd.DataFrame,
    placed: pd.DataFrame,
    room: pd.Series[int],
) -> pd.DataFrame:
    """Return pupils not placed yet at schools with enrollment left, by straight distance.

    No way leads from any of them to any of these schools, or one of both would have been used.
    """
    keys = ["village_id", "band"]
    living, seated = at_home.set_index(keys)["pupils"], placed.groupby(keys)["pupils"].sum()
    rest = living.sub(seated, fill_value=0).astype("int64")
    left = room.sub(placed.groupby("school_id")["pupils"].sum(), fill_value=0)
    market = open_market(case, times, rest[rest > 0].reset_index(), left)
    search = straight_ways(case.villages.loc[times.village_ids], case.schools.loc[times.school_ids])
    known = {band.name: -1 for band in case.bands}
    return settled(market, further=looking_farther(market, known, search))
