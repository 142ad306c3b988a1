"""Small towns with every plan that they could have, and what each of these is worth."""

from __future__ import annotations

from itertools import islice
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.plain_rules import is_allowed, values
from cases.plain_town import Town, Ways
from cases.towns import town
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.rules import Costs, Expansion, Rules

MOST_PLANS = 12_000  # of a town: more would take too long to look at one by one
INF = float("inf")
Valued = list[tuple[Ways, dict[str, float]]]


@st.composite
def open_towns(draw: Any, order: tuple[str, ...]) -> tuple[Case, Attendance, Valued]:
    """Up to six villages and four schools that leave much open, in one part or several."""
    n_villages, n_schools = draw(st.integers(2, 6)), draw(st.integers(2, 4))

    def several(of: st.SearchStrategy[Any], number: int) -> list[Any]:
        return draw(st.lists(of, min_size=number, max_size=number))

    minutes = st.sampled_from([2, 5, 9, 14, 21, 29, INF, INF])
    schools = [f"s{place + 1}" for place in range(n_schools)]
    case = town(
        [several(minutes, n_schools) for _ in range(n_villages)],
        pupils=several(st.integers(1, 20), n_villages),
        seats=several(st.integers(15, 80), n_schools),
        today=several(st.sampled_from(schools), n_villages),
        decision=["free"] * n_schools,
        rules=Rules(
            small_below=draw(st.sampled_from([15, 30])),
            movement=draw(st.sampled_from(["by_village", "whole_school", "redraw", "redraw"])),
            max_closures=draw(st.sampled_from([None, None, 1])),
        ),
        order=order,
        yearly_cost=several(st.sampled_from([0.0, 50.0, 110.5]), n_schools),
        costs=Costs(per_pupil=draw(st.sampled_from([0.0, 3.3])), small_floor=10),
        expansions=[Expansion("s1", 20, cost=90.0)] if draw(st.booleans()) else (),
    )
    attendance = as_villages_say(case)
    here = Town(case, attendance)
    plans = list(islice(here.plans(), MOST_PLANS + 1))
    assume(len(plans) <= MOST_PLANS)
    allowed = [(plan[0], values(here, *plan)) for plan in plans if is_allowed(here, *plan)]
    assume(allowed)
    return case, attendance, allowed
