"""What each school may become."""

from __future__ import annotations

from cases.towns import town
from layoutplan.core.options import may_become_teaching_point, options
from layoutplan.core.rules import Band, Expansion, Rules

BANDS = (Band("low", "walk", 30.0), Band("high", "bus", 40.0))
POINTS = Rules(teaching_point_bands=("low",), min_enrollment=15)


def county(**changes: object):
    given = {
        "pupils": {"low": [10, 5, 60], "high": [8, 4, 40]},
        "seats": [40, 30, 150, 60],
        "beds": [8, 0, 20, 0],
        "today": ["s1", "s2", "s3"],
        "bands": BANDS,
        "rules": POINTS,
        "kind": ["primary", "teaching_point", "center", "candidate"],
        **changes,
    }
    return town([[5, 9, 9, 9]] * 3, **given)


def told(case) -> list[tuple[str, str, int, int, int, str]]:
    table = options(case)
    ids = case.schools.index[table["school_idx"]]
    columns = ["action", "seats", "beds", "least", "bands"]
    return [
        (school, *row)
        for school, row in zip(ids, table[columns].itertuples(index=False), strict=True)
    ]


def test_a_small_full_school_may_stay_for_the_low_bands_alone():
    assert told(county()) == [
        ("s1", "keep", 40, 8, 15, "low;high"),
        ("s1", "downgrade", 40, 0, 0, "low"),
        ("s2", "keep", 30, 0, 0, "low;high"),
        ("s3", "keep", 150, 20, 15, "low;high"),
        ("s4", "open", 60, 0, 15, "low;high"),
    ]


def test_a_school_that_must_close_has_no_option():
    assert [row[0] for row in told(county(decision=["close", "", "", "close"]))] == ["s2", "s3"]


def test_a_decision_to_keep_leaves_a_small_school_the_low_bands():
    is_possible = may_become_teaching_point(county(decision=["keep", "keep", "keep", "keep"]))
    assert is_possible.tolist() == [True, False, False, False]


def test_a_large_school_shrinks_only_where_the_table_sets_it_free():
    large = {"enrollment": [80, 9, 100, 0]}
    assert not may_become_teaching_point(county(**large)).any()
    assert may_become_teaching_point(county(**large, decision=["free", "", "", ""]))["s1"]


def test_a_school_that_teaches_low_bands_only_has_nothing_to_give_up():
    case = county(teaches=["low", "low;high", "low;high", "low;high"])
    assert not may_become_teaching_point(case)["s1"]


def test_steps_add_places_and_cost_to_what_a_school_has():
    case = county(
        rules=Rules(),
        expansions=[
            Expansion("s4", seats=40, beds=10, cost=5.5, yearly_cost=2.25),
            Expansion("s3", seats=90),
            Expansion("s3", seats=30, cost=100.0),
        ],
        yearly_cost=[0.0, 0.0, 7.0, 3.0],
        opening_cost=[9.0, 9.0, 9.0, 80.0],
    )
    table = options(case).set_index("school_idx")
    places = table.loc[2, ["action", "seats", "beds"]].to_numpy().tolist()
    assert places == [["keep", 150, 20], ["expand", 180, 20], ["expand", 240, 20]]
    assert table.loc[2, "one_off_cents"].tolist() == [0, 10_000, 0]
    site = table.loc[3]
    assert site["action"].tolist() == ["open", "open"]
    assert site["seats"].tolist() == [60, 100]
    assert site["one_off_cents"].tolist() == [8_000, 8_550]
    assert site["yearly_cents"].tolist() == [300, 525]
    assert table.loc[0, "one_off_cents"] == 0, "what stands is not paid for again"
