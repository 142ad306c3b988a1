"""Solver, check and enumeration against each other, with every rule that a case may switch on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.plain_rules import is_allowed, values
from cases.plain_town import Town
from cases.told import told_as_plan
from cases.towns import town
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, BorderSwap, Costs, Expansion, Rules
from layoutplan.core.schema import BOARDING, MOVEMENTS, OVER_LIMIT, TOWNSHIP_KINDS
from layoutplan.errors import InfeasibleError
from layoutplan.plan.verify import verify
from layoutplan.solve.solve import solve

ORDERS = [
    ("yearly_cost", "pupil_minutes"),
    ("small_schools", "yearly_cost", "one_off_cost"),
    ("one_off_cost", "small_schools", "pupil_minutes"),
    ("pupils_moved", "schools_open", "max_minutes"),
]
INF = float("inf")
LOW, HIGH = Band("low", "walk", 20), Band("high", "bus", 25, boarding=True, max_boarding_minutes=60)
MOST_PLANS = 4_000  # of a town: more would take too long to look at one by one
QUICK = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def several(draw: Any, of: Any, number: int) -> list[Any]:
    """Return `number` draws."""
    return draw(st.lists(of, min_size=number, max_size=number))


def pairs_of(draw: Any, names: list[str]) -> tuple[tuple[str, str], ...]:
    """Return no pair of different schools, or one."""
    pair = draw(st.permutations(names))[:2]
    return (tuple(pair),) if len(names) > 1 and draw(st.integers(0, 3)) == 0 else ()


def rules_of(draw: Any, villages: list[str], schools: list[str]) -> Rules:
    """Return rules, each of which is off more often than not."""
    sometimes = st.sampled_from([False, False, False, True])
    swaps = (BorderSwap(("A", "B"), draw(st.sampled_from([0, 5]))),) if draw(sometimes) else ()
    return Rules(
        small_below=draw(st.sampled_from([20, 40])),
        movement=draw(st.sampled_from(MOVEMENTS)),
        min_enrollment=draw(st.sampled_from([0, 0, 8])),
        max_closures=draw(st.sampled_from([None, None, 2])),
        over_limit_today=draw(st.sampled_from(OVER_LIMIT)),
        teaching_point_bands=("low",) if draw(st.booleans()) else (),
        boarding=draw(st.sampled_from(BOARDING)),
        closest_open=draw(sometimes),
        one_per_township=(draw(st.sampled_from(TOWNSHIP_KINDS)),) if draw(sometimes) else (),
        siblings_together=draw(sometimes),
        villages_together=(tuple(draw(st.permutations(villages))[:2]),) if draw(sometimes) else (),
        contiguous=draw(sometimes),
        must_merge_into=pairs_of(draw, schools),
        never_merge_into=pairs_of(draw, schools),
        border_swaps=swaps,
        budget=draw(st.sampled_from([None, 100.0, 250.5])),
    )


@st.composite
def towns(draw: Any) -> tuple[Case, Attendance]:
    """Up to six villages and four schools with steps of growth, beds, money, and any rules."""
    n_villages, n_schools = draw(st.integers(1, 6)), draw(st.integers(2, 4))
    bands = (LOW, HIGH) if n_villages <= 3 else (draw(st.sampled_from([LOW, HIGH])),)
    villages = [f"v{i + 1}" for i in range(n_villages)]
    schools = [f"s{j + 1}" for j in range(n_schools)]
    minutes = st.sampled_from([*range(1, 20, 2), *range(1, 20, 3), 30, 45, 70, INF])
    kind = several(draw, st.sampled_from(["primary"] * 4 + ["center", "candidate"]), n_schools)
    attended = [name for name, each in zip(schools, kind, strict=True) if each != "candidate"]
    money = st.sampled_from([float("nan"), 10.0, 100.25, 200.0])
    taught = ";".join(band.name for band in bands)
    case = town(
        {band.mode: [several(draw, minutes, n_schools) for _ in villages] for band in bands},
        pupils={band.name: several(draw, st.integers(0, 12), n_villages) for band in bands},
        seats=several(draw, st.integers(10, 80), n_schools),
        beds=several(draw, st.sampled_from([0, 0, 10, 20]), n_schools),
        today=several(draw, st.sampled_from(attended * 2 + [""]), n_villages),
        bands=bands,
        decision=several(draw, st.sampled_from(["free"] * 6 + ["", "keep", "close"]), n_schools),
        kind=kind,
        teaches=several(draw, st.sampled_from([taught] * 5 + [bands[0].name]), n_schools),
        rules=rules_of(draw, villages, schools),
        order=draw(st.sampled_from(ORDERS)),
        townships=(
            several(draw, st.sampled_from("AB"), n_villages),
            several(draw, st.sampled_from(["A", "B", ""]), n_schools),
        ),
        yearly_cost=several(draw, money, n_schools),
        cost_per_pupil=several(draw, st.sampled_from([float("nan")] * 3 + [7.77]), n_schools),
        opening_cost=several(draw, money, n_schools),
        costs=draw(st.sampled_from([Costs(), Costs(per_pupil=10.0), Costs(3.33, 20, 5.5, 0.123)])),
        expansions=[
            Expansion(name, seats, beds, cost, yearly)
            for name, seats, beds, cost, yearly in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(schools),
                        st.sampled_from([5, 20]),
                        st.sampled_from([0, 10]),
                        st.sampled_from([0.0, 90.0, 120.5]),
                        st.sampled_from([0.0, 33.3]),
                    ),
                    max_size=2,
                    unique_by=lambda step: step[:3],
                )
            )
        ],
        points=several(
            draw,
            st.tuples(st.integers(0, 3), st.integers(0, 3)).map(
                lambda cell: (105 + 0.01 * cell[0], 34 + 0.01 * cell[1])
            ),
            n_villages,
        ),
    )
    return case, as_villages_say(case)


def every_plan(town: Town) -> list[Any] | None:
    """Return every plan of a town, None where they are too many to look at."""
    plans = []
    for plan in town.plans():
        plans.append(plan)
        if len(plans) > MOST_PLANS:
            return None
    return plans


@settings(QUICK, max_examples=30)
@given(given_town=towns())
def test_the_optimum_is_that_of_enumeration_and_passes_the_check(given_town: Any) -> None:
    case, attendance = given_town
    here = Town(case, attendance)
    plans = every_plan(here)
    if plans is None:
        return
    allowed = [values(here, *plan) for plan in plans if is_allowed(here, *plan)]
    if not allowed:
        with pytest.raises(InfeasibleError):
            solve(case, case.travel_times, attendance)
        return
    best = min([each[name] for name in case.order] for each in allowed)
    solution = solve(case, case.travel_times, attendance)
    assert solution.status == "optimal"
    assert [result.value for result in solution.objective] == pytest.approx(best)
    plan = told_as_plan(case, attendance, solution)
    assert verify(case, case.travel_times, attendance, plan) == ()
    assert [result.value for result in plan.objective] == pytest.approx(best)


@settings(QUICK, max_examples=15)
@given(given_town=towns(), data=st.data())
def test_the_check_passes_just_the_plans_that_the_words_allow(
    given_town: Any, data: st.DataObject
) -> None:
    case, attendance = given_town
    here = Town(case, attendance)
    plans = every_plan(here)
    if not plans:
        return
    allowed = [plan for plan in plans if is_allowed(here, *plan)]
    barred = [plan for plan in plans if not is_allowed(here, *plan)]
    for group in (allowed, barred):
        if group:
            ways, placed = data.draw(st.sampled_from(group))
            plan = told_as_plan(case, attendance, here.solution(ways, placed))
            found = verify(case, case.travel_times, attendance, plan)
            assert (found == ()) == (group is allowed), [each.message for each in found]
