"""Whatever has no plan is told at least one way to one, and every way told leads to one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.remedies import remedies_of, solvable
from cases.towns import town
from layoutplan.core.rules import Rules


@settings(max_examples=6, deadline=None)
@given(
    minutes=st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=1, max_size=4),
    data=st.data(),
)
def test_every_remedy_does_and_there_always_is_one(minutes, data):
    n_villages = len(minutes)
    numbers = st.integers(0, 20)
    schools = st.sampled_from(["", "s1", "s2", "s3"])
    case = town(
        minutes,
        pupils=data.draw(st.lists(st.integers(1, 20), min_size=n_villages, max_size=n_villages)),
        seats=data.draw(st.lists(numbers, min_size=3, max_size=3)),
        today=data.draw(st.lists(schools, min_size=n_villages, max_size=n_villages)),
        decision=data.draw(
            st.lists(st.sampled_from(["", "keep", "close"]), min_size=3, max_size=3)
        ),
        rules=Rules(
            over_limit_today=data.draw(st.sampled_from(["keep", "forbid"])),
            movement=data.draw(st.sampled_from(["by_village", "redraw", "whole_school"])),
            min_enrollment=data.draw(st.integers(0, 15)),
            max_closures=data.draw(st.sampled_from([None, 0, 1])),
        ),
    )
    if not solvable(case):
        assert remedies_of(case)
