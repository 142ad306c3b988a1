"""Trying changes in the page: every control, what it says, and the file it saves."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import layoutplan as lp
from cases.plans import drawn_plan
from cases.towns import town
from layoutplan.core.case import Case, Decisions, InputFile
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Rules
from layoutplan.examples.copy import EXAMPLE
from layoutplan.report.public import public_plan

pytestmark = pytest.mark.browser

OpenMap = Callable[..., Any]  # of conftest.py, which cannot be imported
HOSTILE = (
    '<img src=x onerror="window.hurt=1">',
    "</script><script>window.hurt=1</script>",
    '=HYPERLINK("http://x","y")',
    "\u202eright, to left\u202c",
    "很长的名字" * 40,
)


def small_case(**changes: Any) -> Case:
    """Return four villages and three schools, of which the second merges into the first."""
    usual: dict[str, Any] = {
        "minutes": [[4.0, 9.0, 25.0], [12.0, 3.0, 28.0], [20.0, 5.0, 14.0], [29.0, 26.0, 2.0]],
        "pupils": [30, 8, 6, 40],
        "seats": [50, 20, 60],
        "today": ["s1", "s2", "s2", "s3"],
        "rules": Rules(small_below=20, max_closures=1),
    }
    return town(**(usual | changes))


@pytest.fixture(scope="module")
def plan() -> Plan:
    made = lp.optimize(small_case())
    assert made.schools["action"].tolist() == ["keep", "merge", "keep"]
    return made


@pytest.fixture(scope="module")
def shared(open_once: OpenMap, plan: Plan) -> Any:
    return open_once(plan)


@pytest.fixture
def opened(shared: Any) -> Any:
    """Return the shared map as it was when it opened."""
    shared.page.keyboard.press("Escape")
    shared.page.evaluate("layoutplan.edit.end(); layoutplan.page.set({ view: 'after' })")
    yield shared
    assert (shared.messages, shared.errors) == ([], [])


def button(opened: Any, name: str) -> Any:
    return opened.page.locator(f"[data-edit='{name}']")


def total(opened: Any, name: str) -> list[str]:
    return opened.page.locator(f"#lp-edit [data-total='{name}'] td").all_inner_texts()


def click_school(opened: Any, school: str) -> None:
    point = opened.page.evaluate("id => layoutplan.pointOf('schools', id)", school)
    opened.page.mouse.click(point["x"], point["y"])


def saved(opened: Any) -> bytes:
    with opened.page.expect_download() as waiting:
        button(opened, "export").click()
    assert waiting.value.suggested_filename == "decisions.csv"
    return Path(waiting.value.path()).read_bytes()


def test_a_click_switches_a_school_only_while_changes_are_tried(opened: Any) -> None:
    click_school(opened, "s2")
    assert opened.page.evaluate("layoutplan.edit.changed.size") == 0
    opened.page.keyboard.press("Escape")
    button(opened, "switch").click()
    assert button(opened, "switch").get_attribute("aria-pressed") == "true"
    click_school(opened, "s2")
    assert opened.field("action") == "stays"
    assert total(opened, "small_schools") == ["1", "0", "1", "+1"]
    assert total(opened, "schools_open") == ["3", "2", "3", "+1"]
    assert total(opened, "pupils_moved") == ["0", "14", "0", "−14"]
    opened.page.keyboard.press("Escape")
    click_school(opened, "s2")  # and back again
    assert opened.page.evaluate("layoutplan.edit.changed.size") == 0
    assert opened.page.locator("#lp-edit [data-total]").count() == 0
    button(opened, "switch").click()
    assert button(opened, "switch").get_attribute("aria-pressed") == "false"


def test_minutes_and_flows_follow_the_edit(opened: Any, plan: Plan) -> None:
    opened.page.evaluate("layoutplan.edit.toggle(1)")
    exact = float(plan.totals["pupil_minutes"])
    assert total(opened, "pupil_minutes")[1:3] == [f"{exact:.0f}", "254"]  # 120 + 24 + 30 + 80
    assert opened.page.evaluate("layoutplan.model.plans.after.flows.from.length") == 0
    assert opened.page.evaluate("layoutplan.model.plans.after.areas.length") == 0
    opened.page.evaluate("layoutplan.openVillage('v2')")
    assert opened.field("school_after").startswith("School 2")
    assert opened.field("minutes_after") == "3.0 min"


def test_an_edit_is_said_to_be_unproven_also_on_paper(opened: Any) -> None:
    proof = opened.page.locator("#lp-proof")
    assert proof.is_visible()
    opened.page.evaluate("layoutplan.edit.toggle(1)")
    said = opened.page.locator("[data-field='unproven']").inner_text()
    assert said.startswith("Not proven")
    assert proof.is_hidden()
    assert opened.page.locator("#lp-view [value=after]").inner_text() == "Tried"
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("#lp-sheet .lp-proof").text_content() == said
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    button(opened, "switch").click()
    assert opened.page.locator("#lp-view [value=after]").inner_text() == "Plan"
    assert proof.is_visible()


def test_rules_broken_are_named_with_their_places(opened: Any) -> None:
    opened.page.evaluate("layoutplan.edit.toggle(0)")
    broken = {
        item.get_attribute("data-break"): item.inner_text()
        for item in opened.page.locator("#lp-edit [data-break]").all()
    }
    # The 30 pupils of s1 and the 14 of s2 fit nowhere but at s3, which v1 and v2 reach.
    assert broken.keys() == {"seats", "closures", "held"}
    assert "School 3 24 too many" in broken["seats"]
    assert "School 1 is not small" in broken["held"]
    opened.page.evaluate("layoutplan.edit.toggle(2)")
    without = opened.page.locator("#lp-edit [data-break='without']")
    assert without.get_attribute("data-n") == "84"
    without.locator("button").first.click()
    assert opened.field("name") == "Village 1"
    assert "No open school" in opened.field("school_after")


def test_keys_alone_do_it(opened: Any) -> None:
    page = opened.page
    page.locator("#lp-search").fill("School 2")
    page.keyboard.press("Enter")
    button(opened, "card").focus()
    page.keyboard.press("Enter")
    assert opened.field("action") == "stays"
    assert page.evaluate("document.activeElement.dataset.edit") == "card"
    assert button(opened, "card").inner_text() == "Undo"
    assert "Small schools 1 (+1)" in opened.field("edit_summary")
    page.keyboard.press("Enter")
    assert opened.field("action") == "merged"


def test_changes_are_listed_and_undone_one_by_one_or_all(opened: Any) -> None:
    opened.page.evaluate("layoutplan.edit.toggle(1); layoutplan.edit.toggle(2)")
    listed = opened.page.locator("#lp-edit .lp-changes li")
    assert [item.split() for item in listed.all_inner_texts()] == [
        ["School", "2", "stays", "Undo"], ["School", "3", "merges", "Undo"],
    ]  # fmt: skip
    button(opened, "undo:s3").click()
    assert listed.count() == 1
    listed.locator(".lp-link").click()
    assert opened.field("name") == "School 2"
    button(opened, "reset").click()
    assert listed.count() == 0
    assert button(opened, "switch").get_attribute("aria-pressed") == "true"
    assert opened.field("action") == "merged"


def test_trying_from_today_shows_what_was_tried(opened: Any) -> None:
    opened.page.evaluate("layoutplan.page.set({ view: 'before' })")
    opened.page.evaluate("layoutplan.edit.toggle(1)")
    assert opened.page.evaluate("layoutplan.page.state.view") == "after"


def test_saved_decisions_are_guarded_and_go_before_earlier_ones(
    open_map: OpenMap, plan: Plan
) -> None:
    source = InputFile("decisions.csv", "0" * 64, 2)
    words = {"s3": "keep", "s2": "close"}
    entry = {"file": vars(source), "schools": words}
    schools = plan.schools.copy()
    schools["name"] = ['=1+1,"x"', "'a\nb", "＋plain"]
    odd = replace(plan, schools=schools, rules={**plan.rules, "decisions": entry})
    assert odd.decisions == Decisions(words, source)
    opened = open_map(odd)
    opened.page.evaluate("layoutplan.edit.toggle(1)")
    content = saved(opened)
    assert content.startswith(b"\xef\xbb\xbfschool_id,name,decision\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[1:] == [["s2", "''a\nb", "keep"], ["s3", "'＋plain", "keep"]]
    assert (opened.messages, opened.errors) == ([], [])


def test_what_is_saved_is_solved_again(open_map: OpenMap, tmp_path: Path) -> None:
    plan = lp.optimize(lp.read_case(EXAMPLE))
    place = plan.schools["action"].tolist().index("merge")
    school = plan.schools.index[place]
    opened = open_map(plan)
    opened.page.evaluate("place => layoutplan.edit.toggle(place)", place)
    reckoned = opened.page.evaluate("layoutplan.edit.totals.edited")
    file = tmp_path / "decisions.csv"
    file.write_bytes(saved(opened))
    again = lp.optimize(lp.read_case(EXAMPLE, decisions=file))
    assert again.schools.loc[school, "action"] == "keep"
    values = {each.name: each.value for each in again.objective}
    assert values["small_schools"] <= reckoned["small_schools"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(open_map: OpenMap, plan: Plan, name: str) -> None:
    schools, villages = plan.schools.copy(), plan.villages.copy()
    schools["name"], villages["name"] = name, name
    opened = open_map(replace(plan, schools=schools, villages=villages))
    opened.page.evaluate("[0, 2].forEach(layoutplan.edit.toggle)")
    opened.page.evaluate("layoutplan.openSchool('s1')")
    assert opened.page.locator("#lp-edit .lp-changes .lp-link").first.text_content() == name
    opened.page.evaluate("layoutplan.openVillage('v1')")
    assert opened.page.evaluate("window.hurt === undefined")
    assert opened.page.locator("#lp-card img, #lp-edit img").count() == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert (opened.messages, opened.errors) == ([], [])


def test_a_plan_without_its_trips_says_why_nothing_can_be_tried(open_map: OpenMap) -> None:
    opened = open_map(drawn_plan())
    assert "cannot be tried" in opened.page.locator("#lp-edit").inner_text()
    assert button(opened, "switch").count() == 0
    opened.page.evaluate("layoutplan.openSchool('s2')")
    assert button(opened, "card").count() == 0


def test_the_public_edition_offers_no_changes_and_hides_small_counts(open_map: OpenMap) -> None:
    few = replace(small_case(pupils=[30, 8, 3, 40]), name="Few")
    opened = open_map(public_plan(lp.optimize(few)))
    assert opened.page.locator("#lp-edit").inner_text() == ""
    assert opened.page.evaluate("layoutplan.model.choices") is None
    for place in ("s1", "s2", "s3"):
        opened.page.evaluate("id => layoutplan.openSchool(id)", place)
        assert button(opened, "card").count() == 0
    opened.page.evaluate("layoutplan.openVillage('v3')")
    assert "<5 pupils" in opened.page.locator("#lp-card").inner_text()
    assert (opened.messages, opened.errors) == ([], [])


def test_on_a_phone_the_card_tells_what_an_edit_amounts_to(open_map: OpenMap, plan: Plan) -> None:
    opened = open_map(plan, 390, 844)
    opened.page.evaluate("layoutplan.openSchool('s2')")
    button(opened, "card").click()
    assert "Small schools 1 (+1)" in opened.field("edit_summary")
    opened.page.keyboard.press("Escape")
    opened.page.locator("#lp-fold").click()
    button(opened, "undo:s2").click()
    assert opened.page.evaluate("layoutplan.edit.changed.size") == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
