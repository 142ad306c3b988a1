"""The cards of schools and villages: what they say, that they print, that names stay text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import layoutplan as lp
from cases.plans import drawn_plan, renamed
from cases.towns import town
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band, Exemption, Rules

pytestmark = pytest.mark.browser

OpenMap = Callable[..., Any]  # of conftest.py, which cannot be imported
HOSTILE = ('<img src=x onerror="window.hurt=1">', "</script><b>", "\u202eleft\u202c", "名" * 200)
BANDS = (
    Band("low", "walk", 20.0, grades=(1, 2, 3)),
    Band("high", "bus", 20.0, grades=(4, 5), boarding=True, max_boarding_minutes=60.0),
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a plan in which s2 merges: v2 finds the nearest full, v3's older pupils board."""
    minutes = [[4.0, 9.0, 15.0], [12.0, 3.0, 13.5], [24.0, 5.0, 21.0], [8.0, 17.0, 2.0]]
    case = town(
        {"walk": minutes, "bus": [*minutes[:2], [40.0, 6.0, 33.3], minutes[3]]},
        pupils={"low": [20, 6, 4, 30], "high": [20, 5, 3, 25]},
        seats=[45, 30, 80],
        beds=[0, 0, 5],
        today=["s1", "s2", "s2", "s3"],
        bands=BANDS,
        rules=Rules(small_below=30),
    )
    longer = Exemption(("v3",), "low", max_minutes=25.0, authority="No. 7")
    return lp.optimize(replace(case, exceptions=(longer,)))


@pytest.fixture(scope="module")
def opened(open_once: OpenMap, plan: Plan) -> Any:
    return open_once(plan)


def village(opened: Any, village_id: str, band: str) -> tuple[Any, Any]:
    """Return the row of a band on a village's card, and what stands below it."""
    opened.page.evaluate("id => layoutplan.openVillage(id)", village_id)
    card = opened.page.locator("#lp-card")
    return card.locator(f"tr[data-band='{band}']"), card.locator(f"tr[data-why='{band}']")


def test_the_plan_is_the_one_these_tests_are_about(plan: Plan) -> None:
    assert plan.schools["action"].tolist() == ["keep", "merge", "keep"]
    rows = plan.assignments.set_index(["village_id", "band"])
    assert rows.loc[("v2", "low"), "school_id"] == "s3"
    assert rows.loc[("v3", "high"), ["school_id", "how"]].tolist() == ["s3", "board"]


def test_a_village_reads_where_how_long_and_why(opened: Any) -> None:
    row, below = village(opened, "v2", "high")
    assert row.locator("[data-field='school_before'] button").inner_text() == "School 2"
    assert row.locator("[data-field='minutes_before']").inner_text() == "3.0 min"
    to = row.locator("[data-field='school_after'] button").inner_text()
    why = below.locator("[data-field='why']").inner_text()
    assert why.startswith("School 2 closes.")
    assert to in why
    assert row.locator("[data-field='limit_after']").inner_text() == "limit 20 min"
    assert row.locator("[data-field='change']").inner_text().endswith("longer than today")


def test_who_passes_a_full_school_reads_which_one(opened: Any) -> None:
    row, below = village(opened, "v2", "low")
    assert row.locator("[data-field='school_after'] button").inner_text() == "School 3"
    assert below.locator("[data-field='why']").inner_text() == (
        "School 2 closes. They go to School 3, since School 1, which is nearer, has no room left "
        "for them."
    )
    following = below.locator("[data-field='next']")
    assert following.inner_text() == (
        "Next best: School 1 is the nearest other open school, 12.0 min"
    )
    assert following.get_attribute("data-school-id") == "s1"


def test_boarders_and_exceptions_have_their_own_limits(opened: Any) -> None:
    row, below = village(opened, "v3", "high")
    assert row.locator("[data-field='limit_after']").inner_text() == "limit 60 min"
    assert "boards" in row.locator("[data-field='school_after']").inner_text()
    assert below.locator("[data-field='next']").inner_text() == (
        "Next best: no other open school is within the limit."
    )
    row, _ = village(opened, "v3", "low")
    assert row.locator("[data-field='limit_after']").inner_text() == "limit 25 min"


def test_who_stays_reads_so(opened: Any) -> None:
    _, below = village(opened, "v1", "low")
    assert below.locator("[data-field='why']").inner_text() == (
        "School 1 stays open, so these pupils stay."
    )


def test_a_school_lists_the_villages_that_come_leave_and_stay(opened: Any, plan: Plan) -> None:
    rows = plan.assignments
    is_moved = rows["school_id"] != rows["school_id_before"]
    for school_id in plan.schools.index:
        opened.page.evaluate("id => layoutplan.openSchool(id)", school_id)
        for name, chosen in (
            ("card_comes", rows[is_moved & (rows["school_id"] == school_id)]),
            ("card_goes", rows[is_moved & (rows["school_id_before"] == school_id)]),
            ("card_stays", rows[~is_moved & (rows["school_id"] == school_id)]),
        ):
            listed = opened.page.locator(f"#lp-card [data-field='{name}'] tbody tr")
            shown = {}
            for line in listed.all():
                cells = [each.text_content() for each in line.locator("td").all()]
                key = line.get_attribute("data-village-id"), cells[2] if len(cells) > 2 else ""
                shown[key] = int(cells[0]), cells[1]
            other = {"card_comes": "school_id_before", "card_goes": "school_id"}.get(name)
            names = chosen[other].map(plan.schools["name"]) if other else ""
            groups = chosen.assign(other=names).groupby(["village_id", "other"])
            expected = {
                key: (int(group["pupils"].sum()), f"{group['minutes'].max():.1f}")
                for key, group in groups
            }
            assert shown == expected, (school_id, name)


def test_places_are_those_of_the_table(opened: Any, plan: Plan) -> None:
    opened.page.evaluate("layoutplan.openSchool('s3')")
    for column in ("seats", "beds", "boarders_after"):
        assert opened.field(column) == str(plan.schools.loc["s3", column])


def test_what_the_opposite_would_cost_stands_on_the_card(open_map: OpenMap, plan: Plan) -> None:
    asked = pd.DataFrame(
        {
            "action": ["merge", "keep"],
            "opposite": ["keep", "close"],
            "status": ["proven", "impossible"],
            "pupils_alone": [0, 9],
            "delta_small_schools": [1.0, np.nan],
            "delta_pupil_minutes": [-150.04, np.nan],
            "sentence": ["Keeping it means more.", "<b>It cannot.</b>"],
        },
        index=pd.Index(["s2", "s3"], name="school_id"),
    )
    opened = open_map(replace(plan, opposites=asked))
    opened.page.evaluate("layoutplan.openSchool('s2')")
    card = opened.page.locator("#lp-card [data-field='opposite']")
    assert card.get_attribute("data-status") == "proven"
    assert opened.field("delta_small_schools") == "+1"
    assert opened.field("delta_pupil_minutes") == "−150.0"
    assert opened.field("sentence") == "Keeping it means more."
    opened.page.evaluate("layoutplan.openSchool('s3')")
    assert opened.field("sentence") == "<b>It cannot.</b>"
    assert opened.field("pupils_alone") == "9"
    opened.page.evaluate("layoutplan.openSchool('s1')")
    assert card.count() == 0
    assert (opened.messages, opened.errors) == ([], [])


def test_a_card_without_that_says_how_to_get_it(opened: Any) -> None:
    opened.page.evaluate("layoutplan.openSchool('s2')")
    assert "layoutplan explain" in opened.field("opposite_unasked")


def test_a_card_prints_alone_with_all_that_is_folded(opened: Any) -> None:
    page = opened.page
    page.evaluate("layoutplan.openSchool('s3')")
    folded = "document.querySelectorAll('#lp-card details:not([open])').length"
    n_folded = page.evaluate(folded)
    assert n_folded > 0
    page.evaluate(f"window.print = () => {{ window.unfolded = {folded} === 0; }}")
    page.get_by_role("button", name="Print this card").click()
    assert page.evaluate("window.unfolded")
    page.emulate_media(media="print")
    assert page.locator("#lp-card").is_visible()
    for other in ("#lp-panel", "#lp-legend", ".lp-close", ".lp-edit-button", ".folium-map"):
        assert page.locator(other).first.is_hidden(), other
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#lp-panel").is_visible()
    assert page.evaluate(folded) == n_folded


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_others_are_only_text(open_map: OpenMap, name: str) -> None:
    opened = open_map(renamed(drawn_plan(), village=name, school=name))
    opened.page.evaluate("layoutplan.openSchool('s1')")
    assert name in opened.page.locator("#lp-card [data-field='card_stays']").text_content()
    opened.page.evaluate("layoutplan.openVillage('v3')")
    assert name in opened.page.locator("#lp-card [data-field='why']").first.text_content()
    assert opened.page.locator("#lp-card img, #lp-card b:not([data-field])").count() == 0
    assert opened.page.evaluate("window.hurt === undefined")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert (opened.messages, opened.errors) == ([], [])


def test_cards_said_nothing_to_the_console(opened: Any) -> None:
    assert (opened.messages, opened.errors) == ([], [])
