"""Who must attend which school today, worked out from the schools' enrollment."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layoutplan.core.case import Case, teaches
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import UNITS
from layoutplan.core.travel_times import TravelTimes
from layoutplan.demand.residents import residents
from layoutplan.demand.transport import LARGEST_COST, NO_PAIR, cheapest_transport

_ELLIPSOID = Geod(ellps="WGS84")
_MS_BITS = 30  # a millisecond is 2**30 steps of cost; ties are broken within one
_LONGEST_MS = LARGEST_COST >> _MS_BITS  # 74 hours: trips beyond count as equally far


def reconstruct(case: Case, times: TravelTimes, *, progress: Progress = silent) -> pd.DataFrame:
    """Return today's attendance that fits the schools' `enrollment` at the least travel.

    Whole pupils go from villages to existing schools that teach their band. As many as can be are
    placed within each school's enrollment (all bands together); among those ways the sum of
    pupils times milliseconds is least. Only then do pupils from whom no way leads to a school
    with room fill what enrollment is left, at the least straight distance: they attend there,
    however they come.

    Equal ways are told apart by the ids alone: every pair of village and band with a school gets
    a fixed share of a millisecond, at random but for its ids, below ``1 / (schools + 1)``. Two
    best ways differ by cycles that enter each school once at most, and "nowhere" once, so all
    these shares together stay below one millisecond and never outweigh a real difference. The
    answer does not depend on the order of rows, nor on pairs that it does not use.

    Parameters
    ----------
    case : Case
        Its schools with kind ``candidate`` or without enrollment receive nobody.
    times : TravelTimes
        Without a limit, or with all pairs that matter.
    progress : Progress
        Told of pupils who have found their school.

    Returns
    -------
    pandas.DataFrame
        ``village_id, band, school_id, pupils`` as in `Attendance.units`, without the pupils whom
        no school's enrollment accounts for.
    """
    at_home = residents(case)
    units, supply = at_home[["village_id", "band"]], at_home["pupils"].to_numpy()
    is_receiving = (case.schools["kind"] != "candidate") & (case.schools["enrollment"] > 0)
    school_ids = np.sort(case.schools.index[is_receiving].to_numpy(dtype=object))
    room = case.schools["enrollment"].reindex(school_ids).to_numpy(dtype=np.int64)
    unit_idx, school_idx, milliseconds = _pairs(case, times, units, school_ids)
    cost = np.minimum(milliseconds, _LONGEST_MS - 1) << _MS_BITS
    cost += _tie_share(units, school_ids, unit_idx, school_idx)

    total = int(supply.sum())
    n_done = 0
    parts = []
    for is_pair in _regions(unit_idx, school_idx, len(units), len(school_ids)):
        region_units, row = np.unique(unit_idx[is_pair], return_inverse=True)
        region_schools, column = np.unique(school_idx[is_pair], return_inverse=True)
        table = np.full((len(region_units), len(region_schools)), NO_PAIR, dtype=np.int64)
        table[row, column] = cost[is_pair]

        def tell(n_waiting: int, n_after: int = n_done + int(supply[region_units].sum())) -> None:
            progress("progress.reconstruct", n_after - n_waiting, total)

        flow = cheapest_transport(table, supply[region_units], room[region_schools], tell)
        n_done += int(supply[region_units].sum())
        unit, school = np.nonzero(flow)
        placed = units.iloc[region_units[unit]].assign(
            school_id=school_ids[region_schools[school]], pupils=flow[unit, school]
        )
        parts.append(placed)
    empty = units.iloc[:0].assign(school_id="", pupils=np.int64(0))
    placed = pd.concat([empty, *parts])
    placed = pd.concat([placed, _without_a_way(case, at_home, placed, school_ids, room)])
    return placed[list(UNITS)].sort_values(list(UNITS), ignore_index=True)


def _without_a_way(
    case: Case,
    at_home: pd.DataFrame,
    placed: pd.DataFrame,
    school_ids: NDArray[np.object_],
    room: NDArray[np.int64],
) -> pd.DataFrame:
    """Return pupils not placed yet at schools with enrollment left, by straight distance.

    No way leads from any of them to any of these schools, or one of both would have been used.
    """
    key = ["village_id", "band"]
    n_placed = placed.groupby(key)["pupils"].sum().reindex(pd.MultiIndex.from_frame(at_home[key]))
    waiting = at_home.assign(pupils=at_home["pupils"] - n_placed.fillna(0).to_numpy(dtype=np.int64))
    waiting = waiting[waiting["pupils"] > 0]
    attending = placed.groupby("school_id")["pupils"].sum().reindex(school_ids, fill_value=0)
    left = room - attending.to_numpy(dtype=np.int64)
    schools = case.schools.loc[school_ids[left > 0]]
    if waiting.empty or schools.empty:
        return placed.iloc[:0]
    cost = _straight_meters(case.villages.loc[waiting["village_id"]], schools) << _MS_BITS
    rows, columns = np.indices(cost.shape)
    ids = schools.index.to_numpy(dtype=object)
    cost += _tie_share(waiting[key], ids, rows.ravel(), columns.ravel()).reshape(cost.shape)
    for band in case.bands:
        is_of_band = (waiting["band"] == band.name).to_numpy()
        cost[np.ix_(is_of_band, ~teaches(schools, band.name).to_numpy())] = NO_PAIR
    flow = cheapest_transport(cost, waiting["pupils"].to_numpy(), left[left > 0])
    unit, school = np.nonzero(flow)
    return waiting.iloc[unit].assign(school_id=ids[school], pupils=flow[unit, school])


def _straight_meters(villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the distance from each village to each school on the ellipsoid, in whole meters."""
    shape = len(villages), len(schools)
    lon, lat = (np.repeat(each, shape[1]) for each in (villages.geometry.x, villages.geometry.y))
    to_lon, to_lat = (np.tile(each, shape[0]) for each in (schools.geometry.x, schools.geometry.y))
    meters = _ELLIPSOID.inv(lon, lat, to_lon, to_lat)[2]
    whole: NDArray[np.int64] = np.rint(meters).astype(np.int64).reshape(shape)
    return whole


def _pairs(
    case: Case, times: TravelTimes, units: pd.DataFrame, school_ids: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return position of unit and school, and milliseconds, of the pairs that may be used."""
    column_of = pd.Index(school_ids).get_indexer(times.school_ids)
    found = []
    for band in case.bands:
        pairs = times.pairs[band.mode]
        of_band = units.index[units["band"] == band.name]
        row_of = np.full(len(times.village_ids), -1, dtype=np.int64)
        row_of[times.village_ids.get_indexer(units.loc[of_band, "village_id"])] = of_band
        is_taught = teaches(case.schools, band.name).reindex(times.school_ids).to_numpy()
        unit_idx, school_idx = row_of[pairs.village_idx], column_of[pairs.school_idx]
        is_usable = (unit_idx >= 0) & (school_idx >= 0) & is_taught[pairs.school_idx]
        found.append((unit_idx[is_usable], school_idx[is_usable], pairs.milliseconds[is_usable]))
    unit_idx, school_idx, milliseconds = (np.concatenate(part) for part in zip(*found, strict=True))
    return unit_idx, school_idx, milliseconds


def _regions(
    unit_idx: NDArray[np.int64], school_idx: NDArray[np.int64], n_units: int, n_schools: int
) -> list[NDArray[np.int64]]:
    """Return the pairs (by position) of each region: what no pair links is solved apart."""
    if not len(unit_idx):
        return []
    n_nodes = n_units + n_schools
    link = (np.ones(len(unit_idx), dtype=np.int8), (unit_idx, n_units + school_idx))
    _, region = connected_components(coo_array(link, shape=(n_nodes, n_nodes)), directed=False)
    region_of_pair = region[unit_idx]
    order = np.argsort(region_of_pair, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(region_of_pair[order])) + 1)


def _tie_share(
    units: pd.DataFrame,
    school_ids: NDArray[np.object_],
    unit_idx: NDArray[np.int64],
    school_idx: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the share of a millisecond of each pair, in steps of ``2**-30``."""
    of_unit = _numbers(f"{village}\n{band}" for village, band in units.itertuples(index=False))
    of_school = _numbers(school_ids)
    mixed = of_unit[unit_idx] ^ of_school[school_idx]
    # Products of 64 bits that keep their lower half scatter the bits alike on every machine.
    for factor, shift in ((0xBF58476D1CE4E5B9, 31), (0x94D049BB133111EB, 29)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(32)
    below = (1 << _MS_BITS) // (len(school_ids) + 1)
    return (mixed % np.uint64(max(below, 1))).astype(np.int64)


def _numbers(names: Iterable[str]) -> NDArray[np.uint64]:
    """Return 64 bits of BLAKE2 for each name."""
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
