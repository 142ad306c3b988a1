"""The CSV files of trade-offs and portfolios."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from cases.tradeoffs import drawn_front, drawn_portfolio
from layoutplan.plan.tradeoff_tables import decisions_csv, front_csv, plans_csv, portfolio_csv


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def test_a_row_for_each_point() -> None:
    rows = rows_of(front_csv(drawn_front()))
    assert [row["point"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["pupil_minutes"] == "1234.5"
    assert rows[1]["pupil_minutes_bound"] == "900"
    assert rows[1]["pupil_minutes_gap"] == "0.1"
    assert rows[1]["status"] == "time_limit"


def test_what_is_not_known_is_empty() -> None:
    drawn = drawn_front()
    points = drawn.points.assign(pupil_minutes_bound=float("-inf"))
    assert {
        row["pupil_minutes_bound"] for row in rows_of(front_csv(replace(drawn, points=points)))
    } == {""}


def test_large_and_small_numbers_are_written_out() -> None:
    drawn = drawn_front()
    points = drawn.points.assign(pupil_minutes=[123456789012.25, 1e-7, 1e16])
    rows = rows_of(front_csv(replace(drawn, points=points)))
    assert [row["pupil_minutes"] for row in rows] == [
        "123456789012.25",
        "0.0000001",
        "10000000000000000",
    ]


def test_decisions_can_be_put_into_the_schools_table() -> None:
    rows = rows_of(decisions_csv(drawn_portfolio()))
    assert [row["school_id"] for row in rows] == ["s1", "s2", "s3", "s4"]
    assert [row["plan_1"] for row in rows] == ["keep", "close", "keep", "close"]
    assert [row["plan_3"] for row in rows] == ["keep", "close", "keep", "keep"]


def test_schools_tell_how_often_they_close_in_both_languages() -> None:
    rows = {row["school_id"]: row for row in rows_of(portfolio_csv(drawn_portfolio()))}
    assert set(rows) == {"s1", "s2", "s4"}  # the center has no choice
    assert (rows["s1"]["n_closed"], rows["s1"]["n_plans"]) == ("1", "3")
    assert rows["s1"]["sentence_en"] == "Closed in 1 of 3 plans."
    assert rows["s2"]["sentence_en"] == "Closed in all 3 plans."
    assert rows["s4"]["sentence_en"] == "Opened in 1 of 3 plans."
    assert rows["s2"]["sentence_zh"] == "在全部 3 个方案中均撤并。"
    assert float(rows["s4"]["share"]) == pytest.approx(2 / 3)


def test_a_row_for_each_plan() -> None:
    rows = rows_of(plans_csv(drawn_portfolio()))
    assert [row["plan"] for row in rows] == ["1", "2", "3"]
    assert rows[1]["pupil_minutes_over_best"] == "0.0045"


def test_a_name_is_never_a_formula() -> None:
    drawn = drawn_portfolio()
    hostile = replace(drawn, schools=drawn.schools.assign(name="=1+1"))
    assert {row["name"] for row in rows_of(portfolio_csv(hostile))} == {"'=1+1"}
