"""A case without its limits and decisions, and what each trip and school then breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.limits import boarding_limits_of, day_limits_of, may_stay_of
from layoutplan.core.options import options
from layoutplan.core.rules import Expansion
from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes
from layoutplan.model.assemble import build_problem
from layoutplan.model.problem import Problem
from layoutplan.model.side_rules import Entries
from layoutplan.model.split import Part, split
from layoutplan.solve.elastic import Prices
from layoutplan.solve.infeasible import villages_of

_NEAREST = 6  # schools over the limit that a block may be sent to, beside today's


@dataclass(frozen=True)
class Relaxed:
    """A case in which everything is possible, at a price.

    Parameters
    ----------
    case : Case
        As it is.
    actions : (o',) object
        What every option is, by its row in the table of options of the case set free.
    problem : Problem
        With pairs over the limits, and schools whose decisions are set free.
    prices : Prices
        Of its pairs and schools.
    trips : pandas.DataFrame
        One row for each pair and unit that takes it: ``pair``, ``unit`` (position in the
        attendance), ``school`` (position in the problem), ``ms``, ``boards``, ``limit_ms``,
        ``is_within`` and ``needed_minutes``, the whole minutes that would allow the trip.
    """

    case: Case
    actions: NDArray[np.object_]
    problem: Problem
    prices: Prices
    trips: pd.DataFrame

    def parts(self, impossible: Sequence[Problem]) -> tuple[tuple[Part, Prices], ...]:
        """Return the independent parts that hold something of the `impossible` ones."""
        schools = {school_id for each in impossible for school_id in each.school_ids}
        blocks = {block_id for each in impossible for block_id in each.block_ids}
        return tuple(
            (part, _of_part(self.prices, part))
            for part in split(self.problem, ())
            if not schools.isdisjoint(part.problem.school_ids)
            or not blocks.isdisjoint(part.problem.block_ids)
        )


def relaxed(
    case: Case, times: TravelTimes, attendance: Attendance, impossible: Sequence[Problem]
) -> Relaxed:
    """Return `case` with everything set free that the `impossible` parts may need.

    Parameters
    ----------
    times : TravelTimes
        With trips over the limits, as far as they are to be looked at.
    impossible : sequence of Problem
        Parts without a plan; the others keep their limits and decisions.
    """
    schools = case.schools
    is_concerned = _is_concerned(case, times, impossible)
    is_free = schools["is_decision_given"] & is_concerned
    decision = schools["decision"].mask(is_free, "free")
    steps = _steps_to_today(case, attendance, is_concerned)
    free = replace(
        case,
        schools=schools.assign(decision=decision),
        expansions=(*case.expansions, *steps),
    )
    problem = build_problem(free, times, attendance, is_limitless=True)
    actions = options(free)["action"].to_numpy(dtype=object)
    trips = _trips(case, times, attendance, problem)
    is_kept = _worth_looking_at(problem, trips, impossible)
    new_place = np.where(is_kept, np.cumsum(is_kept) - 1, -1)
    problem = _with_pairs(problem, is_kept, new_place.astype(np.int32))
    trips = trips[is_kept[trips["pair"]]]
    trips = trips.assign(pair=new_place[trips["pair"]])
    prices = _prices(case, attendance, problem, trips)
    prices = replace(prices, added_seats=_added_seats(case, problem, steps, actions))
    return Relaxed(case, actions, problem, prices, trips)


def _is_concerned(
    case: Case, times: TravelTimes, impossible: Sequence[Problem]
) -> NDArray[np.bool_]:
    """Return (schools of the case) which belong to impossible parts, or their villages reach."""
    ids = [school_id for each in impossible for school_id in each.school_ids]
    is_concerned = np.asarray(case.schools.index.isin(ids))
    villages = {village_id for each in impossible for village_id in villages_of(case, each)}
    is_asking = np.asarray(case.villages.index.isin(list(villages)))
    for pairs in times.pairs.values():
        is_concerned[pairs.school_idx[is_asking[pairs.village_idx]]] = True
    return is_concerned


def _steps_to_today(
    case: Case, attendance: Attendance, is_concerned: NDArray[np.bool_]
) -> tuple[Expansion, ...]:
    """Return steps to seats for all pupils of today, for schools over their seats without one.

    Where a school may stay over its seats it receives nobody, unless it gets seats for them all.
    """
    if case.rules.over_limit_today != "keep":
        return ()
    units = attendance.units
    n_today = units.groupby("school_id")["pupils"].sum().reindex(case.schools.index, fill_value=0)
    missing = (n_today - case.schools["seats"])[is_concerned]
    grows = {
        step.school_id for step in case.expansions if step.seats >= missing.get(step.school_id, 0)
    }
    return tuple(
        Expansion(str(school_id), seats=int(seats))
        for school_id, seats in missing[missing > 0].items()
        if school_id not in grows
    )


def _added_seats(
    case: Case, problem: Problem, steps: Sequence[Expansion], actions: NDArray[np.object_]
) -> NDArray[np.int64]:
    """Return (o,) the seats that an option adds by one of `steps`."""
    added = {(step.school_id, step.seats) for step in steps}
    school_ids = problem.school_ids[problem.options.school]
    more = problem.options.seats - case.schools["seats"].loc[school_ids].to_numpy()
    grows = np.isin(actions[problem.options.row].astype(str), ("expand", "open"))
    is_added = [each in added for each in zip(school_ids, more.tolist(), strict=True)]
    seats: NDArray[np.int64] = np.where(grows & is_added, more, 0)
    return seats


def _trips(
    case: Case, times: TravelTimes, attendance: Attendance, problem: Problem
) -> pd.DataFrame:
    """Return every trip that a pair of the problem stands for."""
    units = attendance.units.assign(block=problem.unit_block, unit=range(len(attendance.units)))
    pairs = pd.DataFrame(
        {
            "pair": np.arange(problem.n_pairs),
            "block": problem.pair_block,
            "school": problem.pair_school,
        }
    )
    trips = pairs.merge(units, on="block", how="inner")
    place = case.schools.index.get_indexer(problem.school_ids).astype(np.int32)
    village = case.villages.index.get_indexer(pd.Index(trips["village_id"])).astype(np.int32)
    trips["ms"] = UNREACHED_MS
    for band in case.bands:
        is_here = (trips["band"] == band.name).to_numpy()
        school = place[trips["school"].to_numpy()[is_here]]
        trips.loc[is_here, "ms"] = times.pairs[band.name].lookup(village[is_here], school)
    boarding = {band.name for band in case.bands if band.boarding}
    has_beds = problem.beds[trips["school"]] > 0
    day = day_limits_of(case, trips)
    is_stay = problem.school_ids[trips["school"]] == trips["school_id"].to_numpy()
    stays = is_stay & may_stay_of(case, trips)
    trips["boards"] = (trips["ms"] > day) & trips["band"].isin(boarding) & has_beds & ~stays
    trips["limit_ms"] = np.where(trips["boards"], boarding_limits_of(case, trips), day)
    trips["is_within"] = (trips["ms"] <= trips["limit_ms"]) | stays
    reached = trips["ms"].where(trips["ms"] != UNREACHED_MS, 0)
    trips["needed_minutes"] = -(-reached // MS_PER_MINUTE)
    columns = ["pair", "unit", "school", "ms", "boards", "limit_ms", "is_within", "needed_minutes"]
    return trips[columns]


def _worth_looking_at(
    problem: Problem, trips: pd.DataFrame, impossible: Sequence[Problem]
) -> NDArray[np.bool_]:
    """Return which pairs to keep: within the limits, stays, and a few that are nearest beyond.

    Only blocks of impossible parts look beyond.
    """
    is_within = np.ones(problem.n_pairs, dtype=bool)
    np.logical_and.at(is_within, trips["pair"], trips["is_within"])
    of_impossible = {block_id for each in impossible for block_id in each.block_ids}
    may_look = np.array([block_id in of_impossible for block_id in problem.block_ids], dtype=bool)
    beyond = np.flatnonzero(~is_within & ~problem.is_stay & may_look[problem.pair_block])
    nearest_first = beyond[np.lexsort((problem.pupil_ms[beyond], problem.pair_block[beyond]))]
    rank = (
        pd.Series(problem.pair_block[nearest_first])
        .groupby(problem.pair_block[nearest_first])
        .cumcount()
    )
    is_kept: NDArray[np.bool_] = is_within | (problem.is_stay & may_look[problem.pair_block])
    is_kept[nearest_first[rank.to_numpy() < _NEAREST]] = True
    return is_kept


def _prices(case: Case, attendance: Attendance, problem: Problem, trips: pd.DataFrame) -> Prices:
    """Return what the pairs and schools of the relaxed problem break."""
    pupils = attendance.units["pupils"].to_numpy()[trips["unit"]]
    is_known = trips["ms"] != UNREACHED_MS
    is_over = ~trips["is_within"] & is_known
    over_ms = (trips["needed_minutes"] * MS_PER_MINUTE - trips["limit_ms"]).where(is_over, 0)
    over_minutes = -(-over_ms // MS_PER_MINUTE)
    schools = case.schools.loc[problem.school_ids]
    is_given = schools["is_decision_given"].to_numpy()
    given = np.where(is_given, schools["decision"], "")
    return Prices(
        over_minutes=_by_pair(problem, trips, (pupils * over_minutes).to_numpy()),
        pathless=_by_pair(problem, trips, pupils * (~is_known & ~trips["is_within"]).to_numpy()),
        covers_stay=_covers_stay(case, problem, trips),
        must_close=(given == "close") & problem.may_close,
        must_stay=(given == "keep") & problem.may_close,
        added_seats=np.zeros(len(problem.options), dtype=np.int64),
    )


def _by_pair(problem: Problem, trips: pd.DataFrame, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of `values` of the trips of each pair."""
    return np.bincount(trips["pair"], weights=values, minlength=problem.n_pairs).astype(np.int64)


def _covers_stay(case: Case, problem: Problem, trips: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which pairs need a limit that would let their blocks stay at today's school."""
    covers = np.zeros(problem.n_pairs, dtype=bool)
    if case.rules.movement == "redraw":
        return covers
    is_stay = problem.is_stay[trips["pair"]]
    stays = trips[is_stay & ~trips["is_within"]].set_index("unit")
    others = trips[~is_stay & ~trips["is_within"] & trips["unit"].isin(stays.index)]
    stay = stays.loc[others["unit"]]
    is_covered = (stay["boards"].to_numpy() == others["boards"].to_numpy()) & (
        stay["ms"].to_numpy() <= others["needed_minutes"].to_numpy() * MS_PER_MINUTE
    )
    covers[others["pair"].to_numpy()[is_covered]] = True
    return covers


def _with_pairs(
    problem: Problem, is_kept: NDArray[np.bool_], new_place: NDArray[np.int32]
) -> Problem:
    """Return the problem with some of its pairs."""
    options = np.arange(len(problem.options), dtype=np.int32)
    blocks = np.arange(problem.n_blocks, dtype=np.int32)
    side = problem.side.within(options, blocks, new_place)
    ahead = side.contiguous
    is_here = ahead.member >= 0
    return replace(
        problem,
        pair_block=problem.pair_block[is_kept],
        pair_school=problem.pair_school[is_kept],
        boarders=problem.boarders[is_kept],
        pupil_ms=problem.pupil_ms[is_kept],
        longest_ms=problem.longest_ms[is_kept],
        pair_cents=problem.pair_cents[is_kept],
        side=replace(
            side,
            contiguous=Entries(ahead.row[is_here], ahead.member[is_here], ahead.n_rows),
        ),
    )


def _of_part(prices: Prices, part: Part) -> Prices:
    """Return the prices of a part."""
    return Prices(
        over_minutes=prices.over_minutes[part.pair],
        pathless=prices.pathless[part.pair],
        covers_stay=prices.covers_stay[part.pair],
        must_close=prices.must_close[part.school],
        must_stay=prices.must_stay[part.school],
        added_seats=prices.added_seats[part.option],
    )
