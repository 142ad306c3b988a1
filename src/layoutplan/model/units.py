"""Demand units and the schools that each of them may go to, by the limits, bands and decisions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case, teaches
from layoutplan.core.limits import boarding_limits_ms, day_limits_ms, may_stay
from layoutplan.core.schema import BOARDER_TRIPS_SHARE, CENTS, MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes

Positions = NDArray[np.intp]


def units_of(case: Case, schools: pd.DataFrame, attendance: Attendance) -> pd.DataFrame:
    """Return the demand units with positions.

    Parameters
    ----------
    schools : pandas.DataFrame
        Schools of the case, sorted by id.

    Returns
    -------
    pandas.DataFrame
        ``village_id, band, school_id``; ``village`` and ``today``, positions in ``case.villages``
        and `schools` (-1 for nowhere); ``band_idx`` and ``pupils``; one row per unit.
    """
    units = attendance.units
    names = pd.Index([band.name for band in case.bands])
    return pd.DataFrame(
        {
            "village_id": units["village_id"].to_numpy(dtype=object),
            "band": units["band"].to_numpy(dtype=object),
            "school_id": units["school_id"].to_numpy(dtype=object),
            "village": case.villages.index.get_indexer(pd.Index(units["village_id"])),
            "today": schools.index.get_indexer(pd.Index(units["school_id"])),
            "band_idx": names.get_indexer(pd.Index(units["band"])),
            "pupils": units["pupils"].to_numpy(dtype=np.int64),
        }
    )


def unit_pairs(
    case: Case,
    schools: pd.DataFrame,
    times: TravelTimes,
    units: pd.DataFrame,
    has_beds: NDArray[np.bool_],
    *,
    is_limitless: bool = False,
) -> pd.DataFrame:
    """Return all pairs of a unit and a school that the limits, bands and decisions allow.

    A unit goes by day within its limit, and boards beyond it where its band may and the school has
    beds; at today's school it may also stay over the limit where the rules say so. A stay at a
    school that must close is kept: it tells who moves together, and cannot be taken.

    Parameters
    ----------
    units : pandas.DataFrame
        From :func:`units_of`.
    has_beds : (n_schools,) bool
        Whether each of `schools` may have beds.
    is_limitless : bool
        Whether pairs over the limits are returned too, for whoever asks what would help.

    Returns
    -------
    pandas.DataFrame
        ``unit, school`` (positions), ``ms``, ``is_stay``, ``boards`` and ``is_within`` (the
        limits), sorted by unit and school.
    """
    by_id = case.schools.index.get_indexer(schools.index)
    place = np.empty(len(by_id), dtype=np.int32)
    place[by_id] = np.arange(len(by_id), dtype=np.int32)
    may_open = (schools["decision"] != "close").to_numpy()
    parts: list[pd.DataFrame] = []
    for band in case.bands:
        is_taught = teaches(schools, band.name).to_numpy()
        of_band = units[units["band"] == band.name]
        trips = times.pairs[band.name]
        day, boarding = day_limits_ms(case, band), boarding_limits_ms(case, band)
        longest = np.maximum(day, boarding)[trips.village_idx]
        reach = trips if is_limitless else trips.where(trips.milliseconds <= longest)
        stays_over = may_stay(case, band)
        staying = of_band[is_limitless | stays_over[of_band["village"]]]
        pairs = pd.concat([_join(of_band, reach, place), _stays(staying, trips, by_id)])
        pairs = pairs.drop_duplicates(["unit", "school"])
        school, unit = pairs["school"].to_numpy(), pairs["unit"].to_numpy()
        village = units["village"].to_numpy()[unit]
        pairs["is_stay"] = school == units["today"].to_numpy()[unit]
        stays = pairs["is_stay"] & stays_over[village]
        may_board = band.boarding & has_beds[school]
        pairs["boards"] = (pairs["ms"] > day[village]) & ~stays & may_board
        limit = np.where(pairs["boards"], boarding[village], day[village])
        pairs["is_within"] = (pairs["ms"] <= limit) | stays
        is_allowed = is_taught[school] & (may_open[school] | pairs["is_stay"])
        parts.append(pairs[is_allowed & (pairs["is_within"] | is_limitless)])
    return pd.concat(parts).sort_values(["unit", "school"], ignore_index=True)


def cents_of(
    case: Case, schools: pd.DataFrame, units: pd.DataFrame, pairs: pd.DataFrame
) -> NDArray[np.int64]:
    """Return what each pair of a unit and a school costs a year, in whole hundredths.

    Teaching by pupil (``cost_per_pupil`` of the school, else ``per_pupil``), boarding by boarder,
    and transport by pupil and minute of the one-way trip; boarders travel once a week, a fifth as
    often. Without a known path no transport is counted.
    """
    pupils = units["pupils"].to_numpy()[pairs["unit"]]
    boards = pairs["boards"].to_numpy()
    is_path = (pairs["ms"] != UNREACHED_MS).to_numpy()
    minutes = pairs["ms"].where(is_path, 0).to_numpy() / MS_PER_MINUTE
    trips = np.where(boards, BOARDER_TRIPS_SHARE, 1.0)
    by_pupil = (
        per_pupil(case, schools).to_numpy()[pairs["school"]]
        + case.costs.per_boarder * boards
        + case.costs.per_pupil_minute * minutes * trips
    )
    return np.rint(pupils * by_pupil * CENTS).astype(np.int64)


def per_pupil(case: Case, schools: pd.DataFrame) -> pd.Series[float]:
    """Return what teaching a pupil costs a year at each of `schools`."""
    return schools["cost_per_pupil"].fillna(case.costs.per_pupil)


def _join(units: pd.DataFrame, reach: Pairs, place: NDArray[np.int32]) -> pd.DataFrame:
    """Return every unit with every school in reach of its village."""
    first = np.searchsorted(reach.village_idx, units["village"], side="left")
    count = np.searchsorted(reach.village_idx, units["village"], side="right") - first
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    pair = np.repeat(first, count) + offset
    return pd.DataFrame(
        {
            "unit": np.repeat(units.index.to_numpy(), count),
            "school": place[reach.school_idx[pair]],
            "ms": reach.milliseconds[pair],
        }
    )


def _stays(units: pd.DataFrame, trips: Pairs, by_id: Positions) -> pd.DataFrame:
    """Return every unit with today's school, however far that is."""
    attending = units[units["today"] >= 0]
    today = attending["today"].to_numpy()
    return pd.DataFrame(
        {
            "unit": attending.index.to_numpy(),
            "school": today.astype(np.int32),
            "ms": trips.lookup(
                attending["village"].to_numpy(dtype=np.int32), by_id[today].astype(np.int32)
            ),
        }
    )
