"""What the page needs to try other decisions by hand: schools in reach, places, rules.

The page reckons with ``assets/edit_reckon.js``; nothing here is drawn. Times are whole steps of a
hundredth of a minute (of a tenth where there are very many), rounded up, so that a trip within
its limit stays within it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.case_of_plan import case_of
from layoutplan.core.limits import boarding_limits_ms, day_limits_ms, least_sizes, may_stay
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import BAND_SEPARATOR, CLOSED_ACTIONS, MS_PER_MINUTE
from layoutplan.core.travel_times import Pairs, TravelTimes

MANY_PAIRS: Final = 150_000  # from here on tenths, so that the page of a large county stays small
# Rules that the page does not reckon with, and the value that means they are off.
_UNRECKONED: Final = (
    "siblings_together", "villages_together", "contiguous", "border_swaps", "budget",
)  # fmt: skip
_RECKONED: Final = (
    "small_below", "movement", "boarding", "over_limit_today", "max_closures", "open_exactly",
    "closest_open", "one_per_township",
)  # fmt: skip

Columns = dict[str, Any]


def choices(plan: Plan) -> Columns | None:
    """Return what is needed to try other decisions on `plan`, None where its trips were not kept.

    Returns
    -------
    dict
        ``step``, steps in a minute; ``pairs``, each with ``n`` (schools in reach of each village),
        ``school`` (differences of their positions, ascending) and ``time``; ``bands`` with the
        position of their pairs and their limits; ``limits`` and ``stays``, the exceptions of
        villages; ``schools``, their places and bands were they open, and whether they may close;
        ``rules``; ``decided``, the decisions that the plan was made with; ``totals`` today and
        under the plan.
    """
    if plan.times is None:
        return None
    case = case_of(plan)
    shared, of_band = _shared(plan, case, plan.times)
    step_ms = MS_PER_MINUTE // (100 if sum(map(len, shared)) <= MANY_PAIRS else 10)
    rules = case.rules
    return {
        "step": MS_PER_MINUTE // step_ms,
        "pairs": [_flat(pairs, len(plan.villages), step_ms) for pairs in shared],
        "bands": [
            {
                "pairs": of_band[band.name],
                "day": band.limit_ms // step_ms,
                "boarding": band.boarding_limit_ms // step_ms,
            }
            for band in plan.bands
        ],
        "limits": _limits(case, step_ms),
        "stays": _stays(case),
        "schools": _schools(plan, case),
        "rules": {name: getattr(rules, name) for name in _RECKONED}
        | {
            "must": _positions(plan.schools, rules.must_merge_into),
            "never": _positions(plan.schools, rules.never_merge_into),
            "unreckoned": [
                name for name in _UNRECKONED if getattr(rules, name) not in (False, (), None)
            ],
        },
        "decided": _decided(plan),
        "totals": {when: _totals(plan, when, rules.small_below) for when in ("before", "after")},
    }


def _shared(plan: Plan, case: Case, times: TravelTimes) -> tuple[list[Pairs], dict[str, int]]:
    """Return the trips, each set once, and which of them is that of each band."""
    sets: list[tuple[Pairs, list[Band]]] = []
    for band in plan.bands:
        found = times.pairs[band.name]
        same = next((bands for pairs, bands in sets if pairs.equals(found)), None)
        if same is None:
            sets.append((found, [band]))
        else:
            same.append(band)
    of_band = {band.name: place for place, (_, bands) in enumerate(sets) for band in bands}
    return [_in_reach(plan, case, times, pairs, bands) for pairs, bands in sets], of_band


def _in_reach(
    plan: Plan, case: Case, times: TravelTimes, pairs: Pairs, bands: Sequence[Band]
) -> Pairs:
    """Return the trips within any limit of `bands`, and those of today, by positions in `plan`."""
    village = plan.villages.index.get_indexer(times.village_ids).astype(np.int32)
    school = plan.schools.index.get_indexer(times.school_ids).astype(np.int32)
    here = Pairs(village[pairs.village_idx], school[pairs.school_idx], pairs.milliseconds)
    here = here.where((here.village_idx >= 0) & (here.school_idx >= 0))
    longest = np.zeros(len(plan.villages), dtype=np.int64)
    for band in bands:
        longest = np.maximum(longest, day_limits_ms(case, band))
        if case.has_beds:
            longest = np.maximum(longest, boarding_limits_ms(case, band))
    units = plan.assignments[plan.assignments["band"].isin([band.name for band in bands])]
    n_schools = len(plan.schools)
    key = here.village_idx.astype(np.int64) * n_schools + here.school_idx
    used = np.concatenate(
        [
            plan.villages.index.get_indexer(units["village_id"]) * n_schools
            + plan.schools.index.get_indexer(units[column])
            for column in ("school_id", "school_id_before")
        ]
    )
    kept = here.where((here.milliseconds <= longest[here.village_idx]) | np.isin(key, used))
    order = np.lexsort((kept.school_idx, kept.village_idx))
    return Pairs(kept.village_idx[order], kept.school_idx[order], kept.milliseconds[order])


def _flat(pairs: Pairs, n_villages: int, step_ms: int) -> Columns:
    """Return trips village by village: how many, to which schools, in how many steps of time."""
    is_first = np.diff(pairs.village_idx, prepend=-1) != 0
    before = np.where(is_first, 0, np.roll(pairs.school_idx, 1))
    return {
        "n": np.bincount(pairs.village_idx, minlength=n_villages).tolist(),
        "school": (pairs.school_idx - before).tolist(),
        "time": (-(-pairs.milliseconds // step_ms)).tolist(),
    }


def _limits(case: Case, step_ms: int) -> Columns:
    """Return the villages whose limits are others than those of their band."""
    rows: list[tuple[int, int, int, int]] = []
    for place, band in enumerate(case.bands):
        day, boarding = day_limits_ms(case, band), boarding_limits_ms(case, band)
        for village in np.flatnonzero(
            (day != band.limit_ms) | (boarding != band.boarding_limit_ms)
        ):
            limits = int(day[village]) // step_ms, int(boarding[village]) // step_ms
            rows.append((place, int(village), *limits))
    return _columns(("band", "village", "day", "boarding"), rows)


def _stays(case: Case) -> Columns:
    """Return whose pupils may stay over the limit, where not all may."""
    rows: list[tuple[int, ...]] = []
    if case.rules.over_limit_today != "keep":
        for place, band in enumerate(case.bands):
            rows += [(place, int(village)) for village in np.flatnonzero(may_stay(case, band))]
    return _columns(("band", "village"), rows)


def _columns(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> Columns:
    """Return rows as columns."""
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _schools(plan: Plan, case: Case) -> Columns:
    """Return what each school has when it is open: as planned, or as it is where it closes."""
    schools = plan.schools
    is_downgraded = (schools["action"] == "downgrade").to_numpy()
    low = set(case.rules.teaching_point_bands)
    may_have_beds = (schools["beds"] > 0).to_numpy() | schools.index.isin(
        [step.school_id for step in case.expansions if step.beds > 0]
    )
    least = least_sizes(case)
    least[is_downgraded] = 0
    return {
        "is_open": (~schools["action"].isin(CLOSED_ACTIONS)).astype("int64").tolist(),
        "seats": schools["seats"].astype("int64").tolist(),
        "beds": schools["beds"].astype("int64").tolist(),
        "may_have_beds": may_have_beds.astype("int64").tolist(),
        "least": least.tolist(),
        "teaches_today": [_taught(plan, bands, None) for bands in schools["bands"]],
        "teaches": [
            _taught(plan, bands, low if is_low else None)
            for bands, is_low in zip(schools["bands"], is_downgraded, strict=True)
        ],
        "held": _held(plan),
    }


def _taught(plan: Plan, bands: str, low: set[str] | None) -> int:
    """Return the bands of a school as bits, the first band the lowest; of a point the low ones."""
    names = set(str(bands).split(BAND_SEPARATOR))
    names = names if low is None else names & low
    return sum(1 << place for place, band in enumerate(plan.bands) if band.name in names)


def _held(plan: Plan) -> list[str]:
    """Return for each school what holds it to its decision; empty where it may do either."""
    decided = plan.decisions.words if plan.decisions else {}
    held = []
    for school_id, school in plan.schools[["decision", "is_decision_given", "kind"]].iterrows():
        why = ""
        if school_id not in decided and school["decision"] == "close":
            why = "close"
        elif school_id not in decided and school["decision"] == "keep":
            is_usual = not school["is_decision_given"]
            why = ("center" if school["kind"] == "center" else "large") if is_usual else "keep"
        held.append(why)
    return held


def _positions(schools: pd.DataFrame, mergers: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Return pairs of schools by position."""
    return [[int(place) for place in schools.index.get_indexer(pd.Index(pair))] for pair in mergers]


def _decided(plan: Plan) -> Columns:
    """Return the decisions beside the table of schools that the plan was made with."""
    words = plan.decisions.words if plan.decisions else {}
    places = plan.schools.index.get_indexer(pd.Index(list(words), dtype="str"))
    return {"school": places.tolist(), "word": list(words.values())}


def _totals(plan: Plan, when: str, small_below: int) -> Columns:
    """Return sums today or under the plan, exactly as in the tables."""
    schools, units = plan.schools, plan.assignments
    column = {"before": "school_id_before", "after": "school_id"}[when]
    is_open = (
        schools["kind"] != "candidate"
        if when == "before"
        else ~schools["action"].isin(CLOSED_ACTIONS)
    )
    is_small = schools[f"enrollment_{when}"] < small_below
    minutes = units[{"before": "minutes_before", "after": "minutes"}[when]]
    trips = units[np.isfinite(minutes) & (units[column] != "")]
    minutes = minutes[trips.index]
    is_moved = (units["school_id_before"] != "") & (units["school_id"] != units["school_id_before"])
    boards = units["how"] == "board"
    is_plan = when == "after"
    return {
        "schools_open": int(is_open.sum()),
        "small_schools": int((is_open & is_small).sum()),
        "pupils_moved": int(units.loc[is_moved, "pupils"].sum()) if is_plan else 0,
        "pupil_minutes": float((trips["pupils"] * minutes).sum()),
        "max_minutes": float(minutes.max()) if len(trips) else 0.0,
        "boarders": int(units.loc[boards, "pupils"].sum()) if is_plan else None,
        "pupils": int(trips["pupils"].sum()),
    }
