"""On the real cases the opposite of a decision, made by hand, costs what explain said."""

from __future__ import annotations

from pathlib import Path

import pytest

import layoutplan as lp
from cases.opposites import with_decision
from layoutplan.explanations import explain

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
N_SAMPLED = 10
OF_LADAKH = ("P1393231", "C1003522")  # in the part that takes longest, and one elsewhere

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not CASES.is_dir(), reason="the real cases are not beside the project"),
]


@pytest.fixture(scope="module", params=["ijebu_ode"])
def explained(request):
    """A real case, its travel times, its plan, and why it is so."""
    case = lp.read_case(CASES / request.param)
    times = lp.travel_times(case)
    plan = lp.optimize(case, times)
    return case, times, plan, explain(case, plan, times=times)


def test_every_small_school_has_a_reason(explained):
    case, _, _, found = explained
    small = case.schools.index[case.schools["enrollment"] < case.rules.small_below]
    assert set(small) == set(found.schools.index)
    assert found.schools["status"].isin(["proven", "impossible"]).all()
    assert all(found.reasons[school_id] for school_id in small)


def test_the_opposite_costs_what_was_said(explained):
    case, times, plan, found = explained
    step = max(len(found.schools) // N_SAMPLED, 1)
    for school_id, row in found.schools.iloc[::step].head(N_SAMPLED).iterrows():
        assert_opposite_costs(case, times, plan, school_id, row)


def test_the_opposite_costs_what_was_said_in_a_county_that_is_hard():
    case = lp.read_case(CASES / "ladakh")
    times = lp.travel_times(case)
    plan = lp.optimize(case, times)
    for school_id in OF_LADAKH:
        found = explain(case, plan, school_id, times, seconds=120)
        assert found.schools.loc[school_id, "status"] in ("proven", "impossible")
        assert_opposite_costs(case, times, plan, school_id, found.schools.loc[school_id])


def assert_opposite_costs(case, times, plan, school_id, row):
    """Plan with the opposite of one school, and compare with what was said of it."""
    other = with_decision(case, school_id, row["opposite"])
    if row["status"] == "impossible":
        with pytest.raises(lp.InfeasibleError):
            lp.optimize(other, times)
        return
    changed = lp.optimize(other, times)
    for before, after in zip(plan.objective, changed.objective, strict=True):
        assert row[f"delta_{before.name}"] == pytest.approx(after.value - before.value, abs=1e-6)
