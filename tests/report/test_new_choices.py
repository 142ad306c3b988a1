"""The map of a plan with teaching points, growth, new schools, boarders and money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.broken_rules import boarding, grown, opened, pointed
from cases.plans import drawn_plan
from layoutplan.core.facts import facts, goals
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.rules import Costs
from layoutplan.report.layers import layers
from layoutplan.report.map import map_html
from layoutplan.report.payload import payload
from layoutplan.texts import Language, text


def shown(plan: Plan) -> dict:
    return payload(plan, layers(plan))


@pytest.mark.parametrize("made", [pointed, grown, opened, boarding])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_action_has_its_mark_and_words(made, language: Language) -> None:
    plan = replace(made()[1], language=language)
    data = shown(plan)
    for action in plan.schools["action"]:
        assert action in data["style"]["actions"]
        assert data["texts"][f"action.{action}"] == text(f"map.action.{action}", language)
    assert plan.name in map_html(plan)


def test_boarders_and_their_limit_are_told() -> None:
    _, plan = boarding()
    data = shown(plan)
    assert sum(data["units"]["boards"]) == 1
    assert data["bands"][1]["boarding_limit"] == 120.0
    assert data["bands"][1]["rule"].endswith("may board within 120 min, once a week")
    assert data["bands"][0]["boarding_limit"] is None
    assert ("Boarders", "5 under the plan, on 5 beds") in facts(plan)


def test_nothing_is_said_of_boarders_and_money_where_there_are_none() -> None:
    labels = [label for label, _ in facts(drawn_plan())]
    assert labels == ["Schools", "Pupils who change school", "Mean trip", "Longest trip",
                      "Pupils without a path to school"]  # fmt: skip


def test_money_is_told_where_it_is_known() -> None:
    _, plan = grown(costs=Costs(per_pupil=100.0), order=("yearly_cost", "one_off_cost"))
    assert ("Money once, to open and expand", "800") in facts(plan)
    assert facts(plan)[-2] == ("Money a year under the plan", "18,060")
    assert [goal.label for goal in goals(plan)] == ["Money a year", "Money once"]
    cents = replace(plan, objective=(ObjectiveResult("yearly_cost", 1.25, 1.25, 0.0),))
    assert goals(cents)[0].value == "1.2"
