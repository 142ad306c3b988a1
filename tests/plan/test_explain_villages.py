"""Why pupils go where they go: the next best school, and why not that one."""

from __future__ import annotations

import pytest

import layoutplan as lp
from cases.towns import town
from layoutplan.core.rules import Band, Rules
from layoutplan.plan.explain_villages import explain_villages

BANDS = (Band("low", "walk", 30.0, grades=(1, 2, 3)),)


def moves(minutes, **facts):
    """Return what is told of v3, whose school s3 closes."""
    case = town(
        minutes,
        **{
            "pupils": [60, 60, 12],
            "seats": [99, 99, 40],
            "today": ["s1", "s2", "s3"],
            "bands": BANDS,
            "decision": ["", "", "close"],
        }
        | facts,
    )
    plan = lp.optimize(case)
    found = explain_villages(case, plan, case.travel_times)
    return found.set_index("village_id").loc["v3"]


def table(to_s1: float, to_s2: float):
    return [[5, 20, 20], [20, 5, 20], [to_s1, to_s2, 3]]


@pytest.mark.parametrize(
    ("to_s1", "to_s2", "facts", "why_not", "words"),
    [
        (12, 20, {}, "farther", "8.0 minutes farther"),
        (12, 46.2, {}, "over_limit", "16.2 minutes over the limit of 30"),
        (20, 12, {"seats": [99, 70, 40]}, "full", "70 seats, 60 of them taken"),
        (20, 12, {"seats": [99, 50, 40]}, "receives_nobody", "receives nobody"),
        (12, None, {}, "", "No other open school"),
        (
            20,
            12,
            {"rules": Rules(never_merge_into=(("s3", "s2"),))},
            "rule",
            "a rule of case.toml",
        ),
    ],
)
def test_the_next_best_and_why_not(to_s1, to_s2, facts, why_not, words):
    row = moves(table(to_s1, float("inf") if to_s2 is None else to_s2), **facts)
    assert row["why_not"] == why_not
    assert words in row["sentence"]
    assert row["sentence"].startswith("12 pupils (Grades 1–3) of Village 3 go from School 3 (3.0")


def test_a_nearer_school_that_does_not_teach_them():
    bands = (*BANDS, Band("high", "walk", 30.0))
    row = moves(
        table(20, 12),
        bands=bands,
        pupils={"low": [60, 0, 12], "high": [0, 60, 0]},
        teaches=["low;high", "high", "low;high"],
    )
    assert row["why_not"] == "not_taught"
    assert row["next_school_id"] == "s2"


def test_the_objectives_may_lead_past_a_nearer_school():
    """With v3's pupils s1 is no longer small, which matters more than minutes."""
    row = moves(table(20, 12), pupils=[40, 60, 12], decision=["keep", "", "close"])
    assert row["school_id"] == "s1"
    assert row["why_not"] == "objectives"


def test_who_has_no_school_today_gets_one():
    row = moves(table(12, 20), today=["s1", "s2", ""])
    assert row["school_id_before"] == ""
    assert "go from no school to School 1 (12.0 minutes)" in row["sentence"]
