"""Who seeks a seat and who has one: pupils to schools at the least cost, for roads or straight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case, teaches
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.demand.ties import tie_break
from layoutplan.demand.transport import (
    LARGEST_COST,
    NO_CHOICES,
    Choices,
    Prices,
    cheapest_transport,
    none_further,
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Market:
    """Units that seek seats, and schools that have some.

    Parameters
    ----------
    units : pandas.DataFrame
        ``village_id, band, pupils``, with a fresh index.
    school_ids : pandas.Index
        Schools with seats, sorted by id.
    room : (s,) int64
        Their seats.
    village_idx : (u,) int64
        Position of each unit's village in the travel times.
    school_idx : (s,) int64
        Position of each school in the travel times.
    n_villages, n_schools : int
        How many villages and schools there are in the travel times.
    is_taught : Mapping from band to (s,) bool
        Which of the schools may take a band.
    """

    units: pd.DataFrame
    school_ids: pd.Index
    room: NDArray[np.int64]
    village_idx: NDArray[np.int64]
    school_idx: NDArray[np.int64]
    n_villages: int
    n_schools: int
    is_taught: Mapping[str, Mask]

    def is_of(self, band: str) -> Mask:
        """Return which units are of `band`."""
        is_of_band: Mask = (self.units["band"] == band).to_numpy()
        return is_of_band

    def choices(self, band: str, pairs: Pairs) -> Choices:
        """Return those of `pairs` that units of `band` may use, at the cost of their length."""
        units, schools = np.flatnonzero(self.is_of(band)), np.flatnonzero(self.is_taught[band])
        unit_at = np.full(self.n_villages, -1, dtype=np.int64)
        unit_at[self.village_idx[units]] = units
        place_at = np.full(self.n_schools, -1, dtype=np.int64)
        place_at[self.school_idx[schools]] = schools
        unit_idx, place_idx = unit_at[pairs.village_idx], place_at[pairs.school_idx]
        cost = np.minimum(pairs.milliseconds, LARGEST_COST)
        return Choices(unit_idx, place_idx, cost).where((unit_idx >= 0) & (place_idx >= 0))


def open_market(
    case: Case, times: TravelTimes, units: pd.DataFrame, room: pd.Series[int]
) -> Market:
    """Return the market of `units` (``village_id, band, pupils``) and of `room` by school id.

    Schools without room are left out.
    """
    school_ids = room.index[room > 0].sort_values()
    schools = case.schools.loc[school_ids]
    return Market(
        units=units.reset_index(drop=True),
        school_ids=school_ids,
        room=room[school_ids].to_numpy().astype(np.int64),
        village_idx=times.village_ids.get_indexer(pd.Index(units["village_id"])),
        school_idx=times.school_ids.get_indexer(school_ids),
        n_villages=len(times.village_ids),
        n_schools=len(times.school_ids),
        is_taught={band.name: teaches(schools, band.name).to_numpy() for band in case.bands},
    )


def settled(
    market: Market,
    choices: Choices = NO_CHOICES,
    *,
    further: Callable[[Prices], Choices] = none_further,
    tell: Callable[[int], None] = lambda n_waiting: None,
) -> pd.DataFrame:
    """Return who goes where: ``village_id, band, school_id, pupils``, with ties broken by id.

    See :func:`.cheapest_transport` for what is best, and for `further` and `tell`.
    """
    unit_idx, place_idx, pupils = cheapest_transport(
        choices,
        market.units["pupils"].to_numpy(dtype=np.int64),
        market.room,
        tie_break=tie_break(market.units, market.school_ids),
        further=further,
        tell=tell,
    )
    seated = market.units.iloc[unit_idx]
    return seated.assign(school_id=market.school_ids[place_idx], pupils=pupils)
