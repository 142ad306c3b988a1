"""The solver against enumeration, and the properties that every optimum has."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Rules, SolverSettings
from layoutplan.core.schema import MOVEMENTS, OVER_LIMIT
from layoutplan.errors import InfeasibleError
from layoutplan.solve.solve import solve

ORDERS = [
    ("small_schools", "pupil_minutes"),
    ("schools_open", "max_minutes", "pupil_minutes"),
    ("pupils_moved", "small_schools"),
    ("max_minutes", "pupils_moved"),
]
BANDS = (Band("low", "walk", 20), Band("high", "bus", 30))


@st.composite
def towns(draw) -> Case:
    """Up to six villages and four schools, one or two bands, any rules."""
    n_villages, n_schools = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    n_bands = draw(st.integers(1, 2)) if n_villages <= 3 else 1
    table = st.lists(
        st.lists(
            st.one_of(st.integers(1, 40), st.just(float("inf"))),
            min_size=n_schools,
            max_size=n_schools,
        ),
        min_size=n_villages,
        max_size=n_villages,
    )
    counts = st.lists(st.integers(0, 40), min_size=n_villages, max_size=n_villages)
    bands = BANDS[:n_bands]
    school_ids = [f"s{j + 1}" for j in range(n_schools)]
    return town(
        {band.mode: draw(table) for band in bands},
        pupils={band.name: draw(counts) for band in bands},
        seats=draw(st.lists(st.integers(10, 120), min_size=n_schools, max_size=n_schools)),
        today=draw(
            st.lists(st.sampled_from([*school_ids, ""]), min_size=n_villages, max_size=n_villages)
        ),
        bands=bands,
        decision=draw(
            st.lists(
                st.sampled_from(["", "", "free", "keep", "close"]),
                min_size=n_schools,
                max_size=n_schools,
            )
        ),
        kind=draw(
            st.lists(
                st.sampled_from(["primary", "primary", "center", "teaching_point"]),
                min_size=n_schools,
                max_size=n_schools,
            )
        ),
        rules=Rules(
            small_below=draw(st.sampled_from([20, 50])),
            movement=draw(st.sampled_from(MOVEMENTS)),
            min_enrollment=draw(st.sampled_from([0, 0, 15])),
            max_closures=draw(st.sampled_from([None, None, 1])),
            open_exactly=draw(st.sampled_from([None, None, None, 2])),
            over_limit_today=draw(st.sampled_from(OVER_LIMIT)),
        ),
        order=draw(st.sampled_from(ORDERS)),
    )


class Facts:
    """The tables of a case as plain dictionaries: enumeration asks them many times."""

    def __init__(self, case: Case) -> None:
        table = case.travel_times.to_frame().set_index(["village_id", "school_id", "mode"])
        self.trips = table["minutes"].to_dict()
        self.schools = case.schools.drop(columns="geometry").to_dict("index")
        self.bands = {band.name: band for band in case.bands}

    def minutes(self, unit, school: str) -> float:
        key = unit.village_id, school, self.bands[unit.band].mode
        return self.trips.get(key, float("inf"))


def value_of(case: Case, facts: Facts, name: str, units, opened, placed) -> float:
    """Return an objective of one plan, worked out the long way round."""
    roll = dict.fromkeys(case.schools.index, 0)
    minutes, moved, longest = 0.0, 0, 0.0
    for unit, school in zip(units, placed, strict=True):
        roll[school] += unit.pupils
        trip = facts.minutes(unit, school)
        if np.isfinite(trip):
            minutes += unit.pupils * trip
            longest = max(longest, trip)
        moved += unit.pupils * (unit.school_id not in ("", school))
    return {
        "small_schools": sum(roll[school] < case.rules.small_below for school in opened),
        "schools_open": len(opened),
        "pupil_minutes": minutes,
        "max_minutes": longest,
        "pupils_moved": moved,
    }[name]


def is_bound(case: Case, facts: Facts, unit, today: dict[str, int]) -> bool:
    """Return whether a unit has to stay at today's school as long as that stays open."""
    if not unit.school_id:
        return False
    if case.rules.over_limit_today == "keep":
        return True
    band = facts.bands[unit.band]
    trip = facts.minutes(unit, unit.school_id)
    seats = facts.schools[unit.school_id]["seats"]
    return trip <= band.max_minutes and today[unit.school_id] <= seats


def is_allowed(case: Case, facts: Facts, units, opened: set[str], placed) -> bool:
    """Return whether one plan keeps every rule, worked out from the contract's words."""
    rules, schools = case.rules, facts.schools
    keeps = rules.over_limit_today == "keep"
    today = dict.fromkeys(schools, 0)
    roll = dict(today)
    for unit, school in zip(units, placed, strict=True):
        if unit.school_id:
            today[unit.school_id] += unit.pupils
        roll[school] += unit.pupils
    required = {"keep": {True}, "close": {False}, "free": {True, False}}
    if any((name in opened) not in required[each["decision"]] for name, each in schools.items()):
        return False
    if rules.max_closures is not None and len(schools) - len(opened) > rules.max_closures:
        return False
    if rules.open_exactly is not None and len(opened) != rules.open_exactly:
        return False
    receivers: dict[tuple[str, str], set[str]] = {}
    for unit, school in zip(units, placed, strict=True):
        band = facts.bands[unit.band]
        trip = facts.minutes(unit, school)
        stays = school == unit.school_id
        if school not in opened or unit.band not in schools[school]["bands"].split(";"):
            return False
        if trip > band.max_minutes and not (stays and keeps):
            return False
        if not stays and keeps and today[school] > schools[school]["seats"]:
            return False
        if is_bound(case, facts, unit, today) and rules.movement != "redraw":
            if unit.school_id in opened and not stays:
                return False
            receivers.setdefault((unit.school_id, unit.band), set()).add(school)
    if rules.movement == "whole_school" and any(len(each) > 1 for each in receivers.values()):
        return False
    for school in opened:
        seats = schools[school]["seats"]
        if roll[school] > (max(seats, today[school]) if keeps else seats):
            return False
        if schools[school]["kind"] != "teaching_point" and roll[school] < rules.min_enrollment:
            return False
    return True


def best_by_enumeration(case: Case) -> list[float] | None:
    """Return the lexicographically best values over every plan there is."""
    units = list(as_villages_say(case).units.itertuples())
    school_ids = list(case.schools.index)
    facts = Facts(case)
    best = None
    for pattern in product([False, True], repeat=len(school_ids)):
        opened = [school for school, is_open in zip(school_ids, pattern, strict=True) if is_open]
        for placed in product(opened, repeat=len(units)):
            if is_allowed(case, facts, units, set(opened), placed):
                values = [value_of(case, facts, name, units, opened, placed) for name in case.order]
                best = values if best is None else min(best, values)
    return best


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=towns())
def test_the_optimum_is_that_of_enumeration(case):
    best = best_by_enumeration(case)
    attendance = as_villages_say(case)
    if best is None:
        with pytest.raises(InfeasibleError) as caught:
            solve(case, case.travel_times, attendance)
        assert caught.value.reasons
        assert all(finding.message_in("zh") for finding in caught.value.reasons)
        return
    solution = solve(case, case.travel_times, attendance)
    assert solution.status == "optimal"
    assert [result.value for result in solution.objective] == pytest.approx(best)
    units = list(attendance.units.itertuples())
    opened = list(case.schools.index[solution.is_open])
    placed = [case.schools.index[place] for place in solution.school_idx]
    facts = Facts(case)
    assert is_allowed(case, facts, units, set(opened), placed)
    assert [
        value_of(case, facts, name, units, opened, placed) for name in case.order
    ] == pytest.approx(best)


@pytest.fixture(scope="module")
def county() -> Case:
    """Forty villages and twelve schools on a plane, with a real trade-off."""
    rng = np.random.default_rng(7)
    village, school = rng.uniform(0, 40, (40, 2)), rng.uniform(0, 40, (12, 2))
    minutes = np.round(np.hypot(*(village[:, None] - school).transpose(2, 0, 1)), 2)
    pupils = rng.integers(1, 25, 40)
    nearest = minutes.argmin(axis=1)
    attending = np.bincount(nearest, weights=pupils, minlength=12)
    return town(
        minutes,
        pupils=pupils.tolist(),
        seats=np.maximum(attending * 1.5, 30).astype(int).tolist(),
        today=[f"s{j + 1}" for j in nearest],
        bands=(Band("primary", "walk", 15),),
    )


def test_cbc_finds_the_same_plan(county):
    attendance = as_villages_say(county)
    highs = solve(county, county.travel_times, attendance)
    with_cbc = replace(county, solver=SolverSettings(name="PULP_CBC_CMD", seconds=60))
    cbc = solve(with_cbc, county.travel_times, attendance)
    assert highs.status == cbc.status == "optimal"
    assert [result.value for result in highs.objective] == [
        result.value for result in cbc.objective
    ]
    np.testing.assert_array_equal(highs.school_idx, cbc.school_idx)
    np.testing.assert_array_equal(highs.is_open, cbc.is_open)


def test_every_run_gives_the_same_plan_whatever_the_seed(county):
    attendance = as_villages_say(county)
    plans = [
        solve(
            replace(county, solver=SolverSettings(seed=seed, seconds=60)),
            county.travel_times,
            attendance,
        )
        for seed in (0, 1, 2)
    ]
    assert all(plan.is_settled for plan in plans)
    for plan in plans[1:]:
        np.testing.assert_array_equal(plan.school_idx, plans[0].school_idx)


def test_one_more_seat_never_makes_it_worse(county):
    attendance = as_villages_say(county)
    before = solve(county, county.travel_times, attendance)
    for school in county.schools.index[:4]:
        seats = county.schools["seats"].copy()
        seats[school] += 1
        more = replace(county, schools=county.schools.assign(seats=seats))
        after = solve(more, county.travel_times, attendance)
        assert values(after) <= values(before)


def test_freer_movement_never_makes_it_worse(county):
    attendance = as_villages_say(county)
    by_movement = [
        values(
            solve(
                replace(county, rules=replace(county.rules, movement=movement)),
                county.travel_times,
                attendance,
            )
        )
        for movement in ("redraw", "by_village", "whole_school")
    ]
    assert by_movement == sorted(by_movement)


def test_a_plan_stopped_by_time_says_so(county):
    hurried = replace(county, solver=SolverSettings(seconds=0.0))
    solution = solve(hurried, county.travel_times, as_villages_say(county))
    assert solution.status == "time_limit"
    assert all(0 < result.gap <= 1 for result in solution.objective)
    assert not solution.is_settled


def test_a_gap_that_was_asked_for_is_told(county):
    attendance = as_villages_say(county)
    best = solve(county, county.travel_times, attendance)
    rough = solve(
        replace(county, solver=SolverSettings(gap=0.5, seconds=60)), county.travel_times, attendance
    )
    assert rough.status in ("within_gap", "optimal")
    for result in rough.objective:
        assert result.bound <= result.value
        assert result.gap <= 0.5
    assert rough.objective[0].bound <= best.objective[0].value <= rough.objective[0].value


def values(solution) -> list[float]:
    return [result.value for result in solution.objective]
