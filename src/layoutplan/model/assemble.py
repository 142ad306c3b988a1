"""A case, its travel times and its attendance -> the planning problem."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.options import options
from layoutplan.core.schema import BAND_SEPARATOR, CENTS
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes
from layoutplan.model.problem import Options, Problem
from layoutplan.model.siblings import with_siblings
from layoutplan.model.sides import Moves, side_rules
from layoutplan.model.units import cents_of, per_pupil, unit_pairs, units_of


def build_problem(
    case: Case, times: TravelTimes, attendance: Attendance, *, is_limitless: bool = False
) -> Problem:
    """Return the planning problem of a case.

    Parameters
    ----------
    case : Case
        Schools, bands, rules and costs.
    times : TravelTimes
        Trips between the case's villages and schools.
    attendance : Attendance
        The demand units.
    is_limitless : bool
        Whether trips over the limits are among the pairs too; who is bound to today's school, and
        who moves together, is as with the limits.
    """
    by_id = np.argsort(case.schools.index.to_numpy(dtype=object), kind="stable")
    schools = case.schools.iloc[by_id]
    units = units_of(case, schools, attendance)
    attending = units[units["today"] >= 0]
    n_today = np.bincount(
        attending["today"], weights=attending["pupils"], minlength=len(schools)
    ).astype(np.int64)
    choices = _options(case, schools, n_today)
    growing = [step.school_id for step in case.expansions if step.beds > 0]
    has_beds = (schools["beds"].to_numpy() > 0) | schools.index.isin(growing)
    pairs = unit_pairs(case, schools, times, units, has_beds, is_limitless=is_limitless)
    may_stay_over = case.rules.over_limit_today == "keep"
    if may_stay_over:
        admits = np.zeros(len(schools), dtype=bool)
        admits[choices.school[choices.admits]] = True
        pairs = pairs[pairs["is_stay"] | admits[pairs["school"]]]
    is_overfull = n_today > schools["seats"].to_numpy()
    units["is_bound"] = (
        (case.rules.movement != "redraw")
        & units.index.isin(pairs["unit"][pairs["is_stay"] & pairs["is_within"]])
        & (may_stay_over | ~is_overfull[units["today"]])
    )
    # Whoever is bound to a school that cannot close stays: fewer pairs, and more parts.
    is_fixed = units["is_bound"] & _is_sure(schools, choices)[units["today"], units["band_idx"]]
    pairs = pairs[pairs["is_stay"] | ~is_fixed.to_numpy()[pairs["unit"]]]
    if _boards_beyond_reach(case):
        may_board = pairs["boards"] & ~pairs["is_stay"]
        pairs = pairs[~(may_board & _has_day_school(schools, choices, units, pairs))]
    return _in_blocks(case, schools, choices, units, pairs.reset_index(drop=True), times)


def _options(case: Case, schools: pd.DataFrame, n_today: NDArray[np.int64]) -> Options:
    """Return the options of the schools, which are sorted by id.

    A school over its seats that may stay so keeps its pupils and receives nobody, unless a step
    gives it seats for all of them.
    """
    table = options(case)
    place = schools.index.get_indexer(case.schools.index).astype(np.int32)
    school = place[table["school_idx"]]
    seats = table["seats"].to_numpy(dtype=np.int64)
    may_stay_over = case.rules.over_limit_today == "keep"
    taught = table["bands"].str.split(BAND_SEPARATOR)
    return Options(
        row=np.arange(len(table), dtype=np.int32),
        school=school,
        seats=np.maximum(seats, n_today[school]) if may_stay_over else seats,
        beds=table["beds"].to_numpy(dtype=np.int64),
        least=table["least"].to_numpy(dtype=np.int64),
        teaches=np.array(
            [[band.name in names for band in case.bands] for names in taught], dtype=bool
        ).reshape(len(table), len(case.bands)),
        admits=(seats >= n_today[school]) if may_stay_over else np.ones(len(table), dtype=bool),
        yearly_cents=table["yearly_cents"].to_numpy(dtype=np.int64),
        one_off_cents=table["one_off_cents"].to_numpy(dtype=np.int64),
    )


def _is_sure(schools: pd.DataFrame, choices: Options) -> NDArray[np.bool_]:
    """Return (schools, bands) whether a school teaches a band whatever becomes of it."""
    n_teaching = np.zeros((len(schools), choices.teaches.shape[1]), dtype=np.int64)
    np.add.at(n_teaching, choices.school, choices.teaches)
    n_options = np.bincount(choices.school, minlength=len(schools))
    may_not_close = (schools["decision"] == "keep").to_numpy()
    is_sure: NDArray[np.bool_] = (n_teaching == n_options[:, None]) & may_not_close[:, None]
    return is_sure


def _boards_beyond_reach(case: Case) -> bool:
    """Return whether a sure school within a day's trip keeps a unit from boarding, by itself.

    Not where units move as one, or where some may not go to that school.
    """
    rules = case.rules
    is_by_unit = rules.movement != "whole_school" and rules.boarding == "beyond_reach"
    return is_by_unit and not (rules.must_merge_into or rules.never_merge_into)


def _has_day_school(
    schools: pd.DataFrame, choices: Options, units: pd.DataFrame, pairs: pd.DataFrame
) -> NDArray[np.bool_]:
    """Return for each pair whether its unit has another school by day that is surely there."""
    n_admitting = np.bincount(choices.school, choices.admits, len(schools))
    is_admitting = n_admitting == np.bincount(choices.school, minlength=len(schools))
    band = units["band_idx"].to_numpy()[pairs["unit"]]
    school = pairs["school"].to_numpy()
    is_there = _is_sure(schools, choices)[school, band] & is_admitting[school]
    by_day = is_there & pairs["is_within"] & ~pairs["boards"] & ~pairs["is_stay"]
    has_one: NDArray[np.bool_] = np.isin(pairs["unit"], pairs.loc[by_day, "unit"])
    return has_one


def _in_blocks(
    case: Case,
    schools: pd.DataFrame,
    choices: Options,
    units: pd.DataFrame,
    pairs: pd.DataFrame,
    times: TravelTimes,
) -> Problem:
    """Return the problem with units put together where they move together."""
    moves_whole = units["is_bound"].to_numpy() & (case.rules.movement == "whole_school")
    key = units[["village_id", "band", "school_id"]].copy()
    key.loc[moves_whole, "village_id"] = ""
    unit_block = key.groupby(list(key.columns), sort=True).ngroup().to_numpy().astype(np.int32)
    first_unit = np.unique(unit_block, return_index=True)[1]
    block_ids = (key["village_id"] + "|" + key["band"] + "|" + key["school_id"]).iloc[first_unit]
    merged, pair_of = _merged(case, schools, units, pairs, unit_block)
    moves = Moves(units=units.assign(block=unit_block), pairs=pairs.assign(pair=pair_of))
    rules = case.rules
    problem = Problem(
        school_ids=schools.index.to_numpy(dtype=object),
        may_close=(schools["decision"] != "keep").to_numpy(),
        is_candidate=(schools["kind"] == "candidate").to_numpy(),
        floor_cents=np.rint(per_pupil(case, schools).to_numpy() * CENTS).astype(np.int64),
        options=choices,
        block_ids=np.asarray(block_ids, dtype=object),
        band=units["band_idx"].to_numpy(dtype=np.int32)[first_unit],
        pupils=np.bincount(unit_block, weights=units["pupils"]).astype(np.int64),
        today=units["today"].to_numpy(dtype=np.int32)[first_unit],
        is_bound=units["is_bound"].to_numpy()[first_unit],
        pair_block=merged["block"].to_numpy(dtype=np.int32),
        pair_school=merged["school"].to_numpy(dtype=np.int32),
        boarders=merged["boarders"].to_numpy(dtype=np.int64),
        pupil_ms=merged["pupil_ms"].to_numpy(dtype=np.int64),
        longest_ms=merged["longest_ms"].to_numpy(dtype=np.int64),
        pair_cents=merged["cents"].to_numpy(dtype=np.int64),
        small_below=rules.small_below,
        floor=case.costs.small_floor,
        max_closures=rules.max_closures,
        open_exactly=rules.open_exactly,
        budget_cents=None if rules.budget is None else round(rules.budget * CENTS),
        is_closest_open=rules.closest_open,
        boards_anywhere=rules.boarding == "anywhere",
        side=side_rules(case, schools, times, choices, moves),
        unit_block=unit_block,
    )
    return with_siblings(problem, merged["is_within"].to_numpy(dtype=bool))


def _merged(
    case: Case,
    schools: pd.DataFrame,
    units: pd.DataFrame,
    pairs: pd.DataFrame,
    unit_block: NDArray[np.int32],
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the pairs of blocks, and for each pair of a unit the one it is part of, else -1.

    A block can go only where all of its units can.
    """
    pupils = units["pupils"].to_numpy()[pairs["unit"]]
    reached_ms = pairs["ms"].where(pairs["ms"] != UNREACHED_MS, 0)
    trips = pd.DataFrame(
        {
            "block": unit_block[pairs["unit"]],
            "school": pairs["school"],
            "boarders": pupils * pairs["boards"],
            "pupil_ms": reached_ms * pupils,
            "longest_ms": reached_ms,
            "cents": cents_of(case, schools, units, pairs),
            "is_within": pairs["is_within"],
            "n_units": 1,
        }
    )
    groups = trips.groupby(["block", "school"])
    merged = groups.agg(
        {
            "boarders": "sum",
            "pupil_ms": "sum",
            "longest_ms": "max",
            "cents": "sum",
            "is_within": "all",
            "n_units": "sum",
        }
    ).reset_index()
    n_members = np.bincount(unit_block)
    is_whole = merged["n_units"].to_numpy() == n_members[merged["block"]]
    new_place = np.where(is_whole, np.cumsum(is_whole) - 1, -1)
    return merged[is_whole], new_place[groups.ngroup().to_numpy()]
