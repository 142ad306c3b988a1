"""Units, schools and the pairs between them: the sets and data of the planning problem.

Pupils move in *blocks*: one demand unit each, or, where a whole school moves, all units of one
band of one school. A block is *bound* when it stays at today's school as long as that stays open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case, teaches
from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes


@dataclass(frozen=True)
class Problem:
    """The data of one planning problem; schools and blocks are sorted by id.

    Parameters
    ----------
    school_ids : (s,) object
        Ids, sorted.
    seats : (s,) int64
        Places under the plan; of a school over its seats today, its pupils of today.
    least : (s,) int64
        Pupils it must have if it is open, 0 for a teaching point.
    may_open, may_close : (s,) bool
        Options that its ``decision`` leaves.
    is_candidate : (s,) bool
        Not built yet.
    block_ids : (b,) object
        Village, band and today's school of each block, ``|`` between them; of a block that is
        moved as a whole the village is empty. Blocks are sorted by these three.
    pupils : (b,) int64
        Pupils of each block, the `w` of the model.
    today : (b,) int32
        Position of today's school, -1 where they attend nowhere.
    is_bound : (b,) bool
        Whether the block stays at today's school while that stays open.
    pair_block, pair_school : (p,) int32
        The pairs that a plan may use, sorted by block, then school.
    pupil_ms : (p,) int64
        Pupils times milliseconds of each pair; a stay without a path counts 0.
    longest_ms : (p,) int64
        The longest trip in each pair.
    small_below : int
        A school with fewer pupils counts as small.
    max_closures, open_exactly : int, optional
        As in the rules.
    unit_block : (u,) int32
        Block of each demand unit of the attendance.
    """

    school_ids: NDArray[np.object_]
    seats: NDArray[np.int64]
    least: NDArray[np.int64]
    may_open: NDArray[np.bool_]
    may_close: NDArray[np.bool_]
    is_candidate: NDArray[np.bool_]
    block_ids: NDArray[np.object_]
    pupils: NDArray[np.int64]
    today: NDArray[np.int32]
    is_bound: NDArray[np.bool_]
    pair_block: NDArray[np.int32]
    pair_school: NDArray[np.int32]
    pupil_ms: NDArray[np.int64]
    longest_ms: NDArray[np.int64]
    small_below: int
    max_closures: int | None
    open_exactly: int | None
    unit_block: NDArray[np.int32]

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return len(self.school_ids)

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return len(self.pupils)

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.pair_block)

    @property
    def is_stay(self) -> NDArray[np.bool_]:
        """(p,) Whether a pair keeps its block at today's school."""
        return np.equal(self.today[self.pair_block], self.pair_school)

    @property
    def bound_pupils(self) -> NDArray[np.int64]:
        """(s,) Pupils who stay at each school as long as it is open."""
        return np.bincount(
            self.today[self.is_bound],
            weights=self.pupils[self.is_bound],
            minlength=self.n_schools,
        ).astype(np.int64)


def build_problem(case: Case, times: TravelTimes, attendance: Attendance) -> Problem:
    """Return the planning problem of a case.

    Parameters
    ----------
    case : Case
        Schools, bands and rules.
    times : TravelTimes
        Trips between the case's villages and schools.
    attendance : Attendance
        The demand units.
    """
    by_id = np.argsort(case.schools.index.to_numpy(dtype=object), kind="stable")
    schools = case.schools.iloc[by_id]
    units = _units(case, schools, attendance)
    n_today = np.bincount(
        units["today"][units["today"] >= 0],
        weights=units["pupils"][units["today"] >= 0],
        minlength=len(schools),
    ).astype(np.int64)
    seats = schools["seats"].to_numpy(dtype=np.int64)
    may_stay_over = case.rules.over_limit_today == "keep"
    is_overfull = n_today > seats
    pairs = _unit_pairs(case, schools, times, units, by_id)
    if may_stay_over:
        pairs = pairs[pairs["is_stay"] | ~is_overfull[pairs["school"]]]
        seats = np.maximum(seats, n_today)
    units["is_bound"] = (
        (case.rules.movement != "redraw")
        & units.index.isin(pairs["unit"][pairs["is_stay"]])
        & (may_stay_over | ~is_overfull[units["today"]])
    )
    # Whoever is bound to a school that cannot close stays: fewer pairs, and more parts.
    is_fixed = units["is_bound"] & (schools["decision"] == "keep").to_numpy()[units["today"]]
    pairs = pairs[pairs["is_stay"] | ~is_fixed.to_numpy()[pairs["unit"]]]
    return _in_blocks(case, schools, seats, units, pairs)


def _units(case: Case, schools: pd.DataFrame, attendance: Attendance) -> pd.DataFrame:
    """Return the demand units with positions: ids, and ``village, today, pupils``."""
    units = attendance.units
    return pd.DataFrame(
        {
            "village_id": units["village_id"].to_numpy(dtype=object),
            "band": units["band"].to_numpy(dtype=object),
            "school_id": units["school_id"].to_numpy(dtype=object),
            "village": case.villages.index.get_indexer(pd.Index(units["village_id"])),
            "today": schools.index.get_indexer(pd.Index(units["school_id"])),
            "pupils": units["pupils"].to_numpy(dtype=np.int64),
        }
    )


def _unit_pairs(
    case: Case,
    schools: pd.DataFrame,
    times: TravelTimes,
    units: pd.DataFrame,
    by_id: NDArray[np.intp],
) -> pd.DataFrame:
    """Return all pairs that the limits, bands and decisions allow.

    Columns ``unit, school, ms, is_stay``. A stay at a school that must close is kept: it tells
    who moves together, and cannot be taken.
    """
    position = np.empty(len(by_id), dtype=np.int32)
    position[by_id] = np.arange(len(by_id), dtype=np.int32)
    may_open = (schools["decision"] != "close").to_numpy()
    parts: list[pd.DataFrame] = []
    for band in case.bands:
        is_taught = teaches(schools, band.name).to_numpy()
        of_band = units[units["band"] == band.name]
        trips = times.pairs[band.name]
        reach = trips.where(trips.milliseconds <= band.limit_ms)
        pairs = _join(of_band, reach, position)
        if case.rules.over_limit_today == "keep":
            pairs = pd.concat([pairs, _stays(of_band, trips, by_id)])
            pairs = pairs.drop_duplicates(["unit", "school"])
        today = units["today"].to_numpy()[pairs["unit"]]
        pairs["is_stay"] = pairs["school"].to_numpy() == today
        parts.append(
            pairs[is_taught[pairs["school"]] & (may_open[pairs["school"]] | pairs["is_stay"])]
        )
    pairs = pd.concat(parts)
    return pairs.sort_values(["unit", "school"], ignore_index=True)


def _join(units: pd.DataFrame, reach: Pairs, position: NDArray[np.int32]) -> pd.DataFrame:
    """Return every unit with every school in reach of its village."""
    first = np.searchsorted(reach.village_idx, units["village"], side="left")
    count = np.searchsorted(reach.village_idx, units["village"], side="right") - first
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    pair = np.repeat(first, count) + offset
    return pd.DataFrame(
        {
            "unit": np.repeat(units.index.to_numpy(), count),
            "school": position[reach.school_idx[pair]],
            "ms": reach.milliseconds[pair],
        }
    )


def _stays(units: pd.DataFrame, trips: Pairs, by_id: NDArray[np.intp]) -> pd.DataFrame:
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


def _in_blocks(
    case: Case,
    schools: pd.DataFrame,
    seats: NDArray[np.int64],
    units: pd.DataFrame,
    pairs: pd.DataFrame,
) -> Problem:
    """Return the problem with units put together where they move together."""
    moves_whole = units["is_bound"].to_numpy() & (case.rules.movement == "whole_school")
    key = units[["village_id", "band", "school_id"]].copy()
    key.loc[moves_whole, "village_id"] = ""
    unit_block = key.groupby(list(key.columns), sort=True).ngroup().to_numpy()
    first_unit = np.unique(unit_block, return_index=True)[1]
    block_ids = (key["village_id"] + "|" + key["band"] + "|" + key["school_id"]).iloc[first_unit]
    n_members = np.bincount(unit_block)
    is_path = (pairs["ms"] != UNREACHED_MS).to_numpy()
    reached_ms = pairs["ms"].where(is_path, 0)
    trips = pd.DataFrame(
        {
            "block": unit_block[pairs["unit"]].astype(np.int32),
            "school": pairs["school"],
            "pupil_ms": reached_ms * units["pupils"].to_numpy()[pairs["unit"]],
            "longest_ms": reached_ms,
            "n_units": 1,
        }
    )
    merged = trips.groupby(["block", "school"], as_index=False).agg(
        {"pupil_ms": "sum", "longest_ms": "max", "n_units": "sum"}
    )
    merged = merged[merged["n_units"].to_numpy() == n_members[merged["block"]]]
    first_unit = np.unique(unit_block, return_index=True)[1]
    is_point = (schools["kind"] == "teaching_point").to_numpy()
    return Problem(
        school_ids=schools.index.to_numpy(dtype=object),
        seats=seats,
        least=np.where(is_point, 0, case.rules.min_enrollment).astype(np.int64),
        may_open=(schools["decision"] != "close").to_numpy(),
        may_close=(schools["decision"] != "keep").to_numpy(),
        is_candidate=(schools["kind"] == "candidate").to_numpy(),
        block_ids=np.asarray(block_ids, dtype=object),
        pupils=np.bincount(unit_block, weights=units["pupils"]).astype(np.int64),
        today=units["today"].to_numpy(dtype=np.int32)[first_unit],
        is_bound=units["is_bound"].to_numpy()[first_unit],
        pair_block=merged["block"].to_numpy(dtype=np.int32),
        pair_school=merged["school"].to_numpy(dtype=np.int32),
        pupil_ms=merged["pupil_ms"].to_numpy(dtype=np.int64),
        longest_ms=merged["longest_ms"].to_numpy(dtype=np.int64),
        small_below=case.rules.small_below,
        max_closures=case.rules.max_closures,
        open_exactly=case.rules.open_exactly,
        unit_block=unit_block.astype(np.int32),
    )
