"""Money, boarders and the family's minutes, against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from cases.broken_rules import MONEY, boarding, grown, merged, opened, pointed
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Costs, Expansion
from layoutplan.evaluate.costs import has_one_off_costs, has_yearly_costs
from layoutplan.evaluate.summary import evaluate
from layoutplan.evaluate.totals import totals

SITES = [100.0, 200.0, 300.25, 400.0, 500.0]


def totals_of(made: tuple[Case, Plan]) -> dict[str, object]:
    case, plan = made
    return totals(case, plan.schools, plan.assignments)


def indicators_of(made: tuple[Case, Plan]) -> pd.DataFrame:
    return evaluate(*made).xs("all", level="band")


def test_sites_and_the_floor_by_hand() -> None:
    # s2 has 73 pupils, 7 under the floor of 80, s3 has 107.
    made = merged(yearly_cost=SITES, costs=Costs(per_pupil=10.0, small_floor=80))
    assert totals_of(made)["yearly_cost"] == 200 + 300.25 + 10 * (80 + 107)
    table = indicators_of(made)
    # Today s1 has 23, s2 50, s3 107 and s5 none: it is open and funded as if it had 80.
    assert table.loc["yearly_cost", "before"] == 1100.25 + 10 * (80 + 80 + 107 + 80)
    assert table.loc["site_cost", ["before", "after"]].tolist() == [1100.25, 500.25]
    assert table.loc["teaching_cost", "change"] == 10 * (187 - 347)
    assert table.loc["yearly_cost_per_pupil", "after"] == pytest.approx(2370.25 / 180)
    assert "one_off_cost" not in table.index


def test_own_rate_of_a_school_goes_before_the_common_one() -> None:
    rates = [float("nan"), 20.0, float("nan"), float("nan"), float("nan")]
    made = merged(cost_per_pupil=rates, costs=Costs(per_pupil=10.0, small_floor=80))
    assert totals_of(made)["yearly_cost"] == 20 * 80 + 10 * 107


def test_a_boarder_travels_a_fifth_as_often() -> None:
    made = boarding(costs=Costs(per_boarder=50.0, per_pupil_minute=0.5))
    table = indicators_of(made)
    # v1 high 5 x 60 to board; v2 8 x 10, v3 50 x 4, v4 100 x 3, v5 7 x 35 by day.
    by_day = 80 + 200 + 300 + 245
    assert table.loc["transport_cost", "after"] == pytest.approx(0.5 * (by_day + 0.2 * 300))
    assert table.loc["boarding_cost", "after"] == 250.0
    assert table.loc["boarders", "after"] == 5
    assert pd.isna(table.loc["boarders", "before"])
    assert table.loc["beds_utilization", "after"] == 1.0
    assert table.loc["family_minutes", "after"] == pytest.approx((10 * by_day + 2 * 300) / 170)
    assert totals_of(made)["boarders"] == 5
    assert totals_of(made)["bands"]["high"]["boarders"] == 5
    assert totals_of(made)["bands"]["low"]["boarders"] == 0


def test_boarders_are_within_the_limit_of_their_weekly_trip() -> None:
    table = indicators_of(boarding())
    assert table.loc["pupils_over_limit", "after"] == 4  # v5, who stay over the limit as today
    assert table.loc["moved_newly_over_limit_share", "after"] == 0.0


def test_the_step_that_was_taken_is_paid() -> None:
    found = totals_of(grown(costs=MONEY))
    assert (found["one_off_cost"], found["schools_expanded"]) == (800.0, 1)
    without = totals_of(merged(costs=MONEY))
    assert found["yearly_cost"] == pytest.approx(without["yearly_cost"] + 60.0)


def test_opening_is_paid_where_a_site_opens() -> None:
    found = totals_of(opened())
    assert (found["one_off_cost"], found["schools_opened"]) == (1000.5, 1)
    _, plan = opened()
    step = Expansion("s4", 20, cost=99.5)
    case, plan = opened(expansions=(step,))
    grown_site = plan.schools.assign(seats=plan.schools["seats"] + [0, 0, 0, 20, 0])
    assert totals(case, grown_site, plan.assignments)["one_off_cost"] == 1100.0


def test_money_stands_only_where_the_case_speaks_of_it() -> None:
    case, _ = merged()
    assert not has_yearly_costs(case)
    assert not has_one_off_costs(case)
    assert not {"yearly_cost", "one_off_cost"} & set(totals_of(merged()))
    assert has_yearly_costs(replace(case, costs=Costs(per_boarder=1.0)))
    assert has_yearly_costs(replace(case, order=("yearly_cost",)))
    assert has_one_off_costs(replace(case, rules=replace(case.rules, budget=0.0)))
    assert has_one_off_costs(replace(case, expansions=(Expansion("s2", 5, cost=1.0),)))


def test_the_village_with_the_longest_trip_is_named() -> None:
    table = evaluate(*boarding())
    assert table.loc[("max_minutes", "all"), "village_after"] == "v1"
    assert table.loc[("max_minutes", "low"), "village_after"] == "v5"
    assert table.loc[("max_minutes", "all"), "village_before"] == "v5"
    assert set(table.loc["mean_minutes", "village_after"]) == {""}


def test_a_teaching_point_is_counted() -> None:
    found = totals_of(pointed())
    assert (found["schools_downgraded"], found["schools_open"]) == (1, 2)


def test_seats_before_are_those_of_the_case() -> None:
    table = indicators_of(grown())
    assert table.loc["utilization", "before"] == pytest.approx(180 / (30 + 70 + 150 + 20))
    assert table.loc["utilization", "after"] == pytest.approx(180 / (80 + 150))
