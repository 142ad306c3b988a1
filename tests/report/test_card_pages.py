"""The cards to print: what they say is what the plan says, and nothing breaks out of them."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.plans import drawn_plan, renamed
from cases.publics import crowded
from cases.towns import pairs_of
from layoutplan.core.case import Imprint
from layoutplan.core.plan import Plan
from layoutplan.core.travel_times import TravelTimes
from layoutplan.report.card_pages import cards_html, css_string
from layoutplan.report.card_rows import card_rows
from layoutplan.report.public import public_plan

HOSTILE = (
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %} ${x}",
    "a\u202eb\u2066c\x00",
    "长" * 200,
    "'; } * { display: none }",
)

BANDS = ("Grades 1–3", "Grades 4–6")


def with_times(plan: Plan) -> Plan:
    """Return the drawn plan with trips: s2, which closes, is always the nearest."""
    table = [[10.0 + village, 1.0, 12.0 + village / 2] for village in range(7)] + [[np.inf] * 3]
    pairs = pairs_of(table)
    return replace(
        plan,
        times=TravelTimes(
            village_ids=plan.villages.index,
            school_ids=plan.schools.index,
            pairs={band.name: pairs for band in plan.bands},
            modes={band.name: band.mode for band in plan.bands},
            source="table",
        ),
    )


def card(page: str, kind: str, name: str) -> str:
    """Return the card that is headed by a name, as HTML."""
    cards = re.findall(rf'<article class="{kind}[^"]*".*?</article>', page, re.S)
    heading = "h2" if kind == "school" else "h3"
    return next(each for each in cards if f"<{heading}>{html.escape(name)}</{heading}>" in each)


def cells(table: str) -> list[list[str]]:
    """Return the texts of the rows of a table."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]
        for found in (re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in rows)
        if found
    ]


def tables(of_card: str, kind: str) -> list[list[list[str]]]:
    found = re.findall(rf'<table class="{kind}">.*?</table>', of_card, re.S)
    return [cells(each) for each in found]


def test_a_school_has_its_numbers_before_and_after() -> None:
    plan = drawn_plan()
    page = cards_html(plan)
    school = plan.schools.loc["s1"]
    said = tables(card(page, "school", "School 1"), "pupils")[0]
    units = plan.assignments
    for row, band in zip(said, plan.bands, strict=False):
        of_band = units[units["band"] == band.name]
        before = of_band.loc[of_band["school_id_before"] == "s1", "pupils"].sum()
        after = of_band.loc[of_band["school_id"] == "s1", "pupils"].sum()
        assert row == [band.label("en"), str(before), str(after), f"+{after - before}"]
    before, after = school["enrollment_before"], school["enrollment_after"]
    assert said[-1] == ["Total", str(before), str(after), f"+{after - before}"]
    places = dict(row[:2] for row in tables(card(page, "school", "School 1"), "places")[0])
    assert places == {"Seats": str(school["seats"]), "Beds": str(school["beds"])}


def test_a_merged_school_says_why_and_where_to() -> None:
    plan = drawn_plan()
    merged = card(cards_html(plan), "school", "School 2")
    assert "merged → School 1, School 3" in re.sub(r"<[^>]+>", "", merged)
    assert html.escape(plan.schools.loc["s2", "reason"]) in merged
    moved = plan.assignments[plan.assignments["school_id_before"] == "s2"]
    by_school = moved.groupby("school_id")["pupils"].sum()
    assert {row[0]: int(row[-1]) for row in tables(merged, "flows")[0]} == {
        "School 1": by_school["s1"],
        "School 3": by_school["s3"],
    }
    rows = tables(merged, "groups")[0]
    assert len(rows) == len(moved)
    assert sum(int(row[3]) for row in rows) == moved["pupils"].sum()


def test_a_village_has_its_trips_and_the_next_best_open_school() -> None:
    page = cards_html(with_times(drawn_plan()))
    rows = tables(card(page, "village", "Village 3"), "ways")[0]
    assert rows == [
        [
            "Grades 1–3",
            "6",
            "School 2 7.0 min",
            "School 1 22.5 min",
            "30 min",
            "School 3 13.0 min",
        ],
        [
            "Grades 4–6",
            "5",
            "School 2 7.0 min",
            "School 1 22.5 min",
            "40 min",
            "School 3 13.0 min",
        ],
    ]
    assert "none in reach" in card(page, "village", "Village 8")
    assert "no known way" in card(page, "village", "Village 8")


def test_every_group_stands_on_the_card_of_its_village() -> None:
    plan = drawn_plan("zh")
    page = cards_html(plan)
    said = [row for table in tables(page, "ways") for row in table]
    assert sorted(int(row[1]) for row in said) == sorted(plan.assignments["pupils"])
    assert page.count('<article class="village') == plan.assignments["village_id"].nunique()


def test_next_best_is_the_nearest_open_school_that_teaches_them() -> None:
    plan = with_times(drawn_plan())
    for row in card_rows(plan):
        village = int(row.village_id[1:]) - 1
        trips = {"s1": 10.0 + village, "s3": 12.0 + village / 2}
        trips.pop(row.school_id, None)
        if village == 7:
            assert row.next_school_id == ""
            continue
        best = min(trips, key=trips.__getitem__)
        assert row.next_school_id == best
        assert row.next_minutes == pytest.approx(trips[best])
    only_upper = plan.schools.assign(bands=["g4_6", "g1_3;g4_6", "g1_3;g4_6"])
    rows = card_rows(replace(plan, schools=only_upper))
    nearest = {band: {row.next_school_id for row in rows if row.band == band} for band in BANDS}
    assert "s1" not in nearest["Grades 1–3"]
    assert "s1" in nearest["Grades 4–6"]


def test_limits_of_exceptions_and_of_boarders_are_told() -> None:
    plan = drawn_plan()
    bands = [
        replace(band, boarding=True, max_boarding_minutes=120.0) if band.name == "g4_6" else band
        for band in plan.bands
    ]
    exception = {"villages": ["v3"], "band": "g1_3", "max_minutes": 45.0}
    units = plan.assignments.copy()
    is_boarder = (units["village_id"] == "v5") & (units["band"] == "g4_6")
    units.loc[is_boarder, "how"] = "board"
    rules = {**plan.rules, "exceptions": [exception]}
    changed = replace(plan, bands=tuple(bands), rules=rules, assignments=units)
    limits = {(row.village_id, row.band): row.limit for row in card_rows(changed)}
    assert limits["v3", "Grades 1–3"] == 45.0
    assert limits["v4", "Grades 1–3"] == 30.0
    assert limits["v5", "Grades 4–6"] == 120.0
    assert "120 min a week" in card(cards_html(changed), "village", "Village 5")


def test_what_the_opposite_would_mean_is_told_where_it_is_known() -> None:
    plan = drawn_plan()
    assert "layoutplan explain" in cards_html(plan)
    opposites = pd.DataFrame(
        {
            "action": ["merge"],
            "opposite": ["keep"],
            "status": ["proven"],
            "pupils_alone": [0],
            "delta_small_schools": [1.0],
            "delta_pupil_minutes": [-85.75],
            "sentence": ["Keeping it <costs> more."],
        },
        index=pd.Index(["s2"], name="school_id"),
    )
    page = cards_html(replace(plan, opposites=opposites))
    said = card(page, "school", "School 2")
    assert "<b>+1</b>" in said
    assert "<b>−85.8</b>" in said
    assert "Keeping it &lt;costs&gt; more." in said
    assert "Not looked at" in card(page, "school", "School 1")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_as_text(name: str) -> None:
    plan = renamed(drawn_plan(), village=name, school=name)
    plan = replace(plan, name=name, imprint=Imprint(office=name, review_no=name, footer=name))
    page = cards_html(plan)
    assert page.count("<script") == page.count("<img") == 0
    assert page.count("<style") == page.count("</style>") == 1
    assert html.escape(name) in page
    style = page[page.index("<style>") : page.index("</style>")]
    assert name not in style


@given(st.text(max_size=30))
@settings(max_examples=50, deadline=None)
def test_any_text_is_one_string_of_css(said: str) -> None:
    inside = css_string(said)[1:-1]
    assert not set(inside) & set("'\"\n\r<>{};")
    back = re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), inside)
    assert back == said


def test_the_page_loads_and_runs_nothing() -> None:
    page = cards_html(drawn_plan())
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"\b(src|srcset)=|url\(|@import|<link|<script|https?://", page)
    assert set(re.findall(r'href="([^"]*)"', page)) <= {
        *(f"#s{number}" for number in range(1, 4)),
        "#t0",
    }


def test_the_same_plan_gives_the_same_page() -> None:
    assert cards_html(drawn_plan()) == cards_html(drawn_plan())


def test_many_villages_are_counted_where_the_page_has_no_room() -> None:
    plan = crowded(60)
    page = cards_html(plan)
    counted = 0
    for school in plan.schools["name"]:
        said = card(page, "school", school)
        (rows,) = tables(said, "groups")
        more = re.search(r"and (\d+) more groups with (\d+) pupils", said)
        counted += sum(int(row[3]) for row in rows) + (int(more[2]) if more else 0)
    units = plan.assignments
    moved = units.loc[units["school_id"] != units["school_id_before"], "pupils"].sum()
    assert counted == units["pupils"].sum() + moved


def test_the_public_edition_says_so_and_is_no_internal_paper() -> None:
    page = cards_html(public_plan(drawn_plan()))
    assert "Public edition. Groups of one to four" in page
    assert css_string("Test town 2026 · Public edition") in page
    assert css_string("Test town 2026 · Internal working paper") in cards_html(drawn_plan())
