"""The solver against enumeration: every plan of a small town, judged by the contract's words."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Rules
from layoutplan.core.schema import MOVEMENTS, OVER_LIMIT, UNITS
from layoutplan.errors import InfeasibleError
from layoutplan.solve.solve import solve

ORDERS = [
    ("small_schools", "pupil_minutes"),
    ("schools_open", "max_minutes", "pupil_minutes"),
    ("pupils_moved", "small_schools"),
    ("max_minutes", "pupils_moved"),
]
INF = float("inf")
BANDS = (Band("low", "walk", 20), Band("high", "bus", 30))


@st.composite
def towns(draw) -> tuple[Case, Attendance]:
    """Up to six villages and four schools, one or two bands, any rules, and who attends where."""
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
    kinds = ["primary", "primary", "center", "teaching_point", "candidate"]
    kind = draw(st.lists(st.sampled_from(kinds), min_size=n_schools, max_size=n_schools))
    attended = [
        "",
        *(name for name, each in zip(school_ids, kind, strict=True) if each != kinds[-1]),
    ]
    case = town(
        {band.mode: draw(table) for band in bands},
        pupils={band.name: draw(counts) for band in bands},
        seats=draw(st.lists(st.integers(10, 120), min_size=n_schools, max_size=n_schools)),
        today=draw(st.lists(st.sampled_from(attended), min_size=n_villages, max_size=n_villages)),
        bands=bands,
        decision=draw(
            st.lists(
                st.sampled_from(["", "", "free", "keep", "close"]),
                min_size=n_schools,
                max_size=n_schools,
            )
        ),
        kind=kind,
        teaches=draw(
            st.lists(
                st.sampled_from([";".join(band.name for band in bands)] * 3 + [bands[0].name]),
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
    attendance = as_villages_say(case)
    if draw(st.booleans()) and 0 < len(attendance.units) < 6:
        attendance = with_a_pupil_elsewhere(attendance, draw(st.sampled_from(attended)))
    return case, attendance


def with_a_pupil_elsewhere(attendance: Attendance, school_id: str) -> Attendance:
    """Return the attendance with one pupil of the first unit at another school."""
    first = attendance.units.iloc[0]
    if first["pupils"] == 1 or first["school_id"] == school_id:
        return attendance
    units = attendance.units.copy()
    units.loc[0, "pupils"] -= 1
    alone = first.to_frame().T.assign(school_id=school_id, pupils=1).astype(dict(units.dtypes))
    units = pd.concat([units, alone]).sort_values(list(UNITS), ignore_index=True)
    return Attendance(units, "table")


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
    if not unit.school_id or unit.band not in facts.schools[unit.school_id]["bands"].split(";"):
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
    existing = {name for name, each in schools.items() if each["kind"] != "candidate"}
    if rules.max_closures is not None and len(existing - opened) > rules.max_closures:
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


def best_by_enumeration(case: Case, attendance: Attendance) -> list[float] | None:
    """Return the lexicographically best values over every plan there is."""
    units = list(attendance.units.itertuples())
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


@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(given_town=towns())
def test_the_optimum_is_that_of_enumeration(given_town):
    case, attendance = given_town
    best = best_by_enumeration(case, attendance)
    if best is None:
        with pytest.raises(InfeasibleError) as caught:
            solve(case, case.travel_times, attendance)
        assert caught.value.findings
        assert all(finding.message_in("zh") for finding in caught.value.findings)
        return
    solution = solve(case, case.travel_times, attendance)
    assert solution.status == "optimal"
    assert [result.value for result in solution.objective] == pytest.approx(best)
    units = list(attendance.units.itertuples())
    opened = list(case.schools.index[solution.action != ""])
    placed = [case.schools.index[place] for place in solution.school_idx]
    facts = Facts(case)
    assert is_allowed(case, facts, units, set(opened), placed)
    assert [
        value_of(case, facts, name, units, opened, placed) for name in case.order
    ] == pytest.approx(best)
