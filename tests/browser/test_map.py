"""The map in a real browser with the network off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from cases.drawn_routes import routed_plan
from cases.plans import drawn_plan
from layoutplan.core.plan import Plan
from layoutplan.texts import Language

pytestmark = pytest.mark.browser

OpenMap = Callable[..., Any]  # of conftest.py, which cannot be imported


@pytest.fixture(scope="module")
def drawn(open_once: OpenMap) -> Any:
    """The plan drawn by hand, in a page that all tests of this file share."""
    return open_once(drawn_plan())


@pytest.fixture
def opened(drawn: Any) -> Any:
    """The shared page as it was at first."""
    drawn.page.evaluate(
        """() => {
          const { page } = layoutplan;
          page.close();
          const layers = Object.fromEntries(
            Object.keys(page.state.layers).map((name) => [name, true]));
          page.set({ view: "after", band: -1, areas: 0, layers });
          page.fit();
        }"""
    )
    drawn.page.mouse.move(5, 700)
    drawn.page.wait_for_timeout(250)
    return drawn


def pixels(opened: Any) -> bytes:
    return opened.page.screenshot(clip={"x": 400, "y": 100, "width": 700, "height": 560})


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_opens_quietly_and_asks_for_nothing(
    open_map: OpenMap, language: Language, width: int, height: int
) -> None:
    plan = drawn_plan(language)
    opened = open_map(plan, width, height)
    opened.page.wait_for_timeout(200)
    assert opened.messages == []
    assert opened.errors == []
    assert len(opened.requests) == 1
    assert opened.page.inner_text("#lp-title") == plan.name
    assert opened.page.title() == plan.name
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_cards_show_the_numbers_of_the_schools_table(opened: Any) -> None:
    plan = drawn_plan()
    for school_id, school in plan.schools.iterrows():
        opened.page.evaluate("id => layoutplan.openSchool(id)", school_id)
        assert opened.page.locator(f"#lp-card [data-school-id='{school_id}']").count() >= 1
        for name in ("enrollment_before", "enrollment_after", "seats"):
            assert opened.field(name) == str(school[name])
        assert opened.field("name") == school["name"]
        assert opened.field("reason") == school["reason"]
        action = opened.page.locator("#lp-card [data-field='action']")
        assert action.get_attribute("data-action") == school["action"]


def test_merged_school_names_its_receivers(opened: Any) -> None:
    opened.page.evaluate("layoutplan.openSchool('s2')")
    receivers = opened.page.locator("#lp-card [data-field='sends'] li")
    assert receivers.all_inner_texts() == ["School 1 21 pupils", "School 3 4 pupils"]
    receivers.first.locator("button").click()
    assert opened.field("name") == "School 1"
    assert opened.page.locator("#lp-card [data-field='receives'] li").count() == 1


def test_village_card_shows_both_schools_of_every_band(opened: Any) -> None:
    opened.page.evaluate("layoutplan.openVillage('v3')")
    row = opened.page.locator("#lp-card [data-band='g4_6']")
    assert row.locator("[data-field='school_before'] button").inner_text() == "School 2"
    assert row.locator("[data-field='school_after'] button").inner_text() == "School 1"
    assert row.locator("[data-field='minutes_after']").inner_text() == "22.5 min"
    opened.page.evaluate("layoutplan.openVillage('v8')")
    assert opened.field("minutes_after") == "no path"


def test_click_on_the_map_opens_the_place_there(opened: Any) -> None:
    for kind, place, name in (("schools", "s2", "School 2"), ("villages", "v6", "Village 6")):
        point = opened.page.evaluate("([kind, id]) => layoutplan.pointOf(kind, id)", [kind, place])
        opened.page.mouse.click(point["x"] + 3, point["y"] - 3)
        assert opened.field("name") == name
        opened.page.keyboard.press("Escape")
        assert opened.page.locator("#lp-card").is_hidden()


def test_today_and_plan_look_different_and_switch_back(opened: Any) -> None:
    opened.page.wait_for_timeout(200)
    plan = pixels(opened)
    today = opened.page.locator("#lp-view button[value='before']")
    today.click()
    opened.page.mouse.move(5, 700)
    opened.page.wait_for_timeout(200)
    assert today.get_attribute("aria-pressed") == "true"
    assert pixels(opened) != plan
    opened.page.locator("#lp-view button[value='after']").click()
    opened.page.mouse.move(5, 700)
    opened.page.wait_for_timeout(200)
    assert pixels(opened) == plan


@pytest.mark.parametrize("layer", ["villages", "schools", "flows", "catchments", "roads", "names"])
def test_every_layer_can_be_switched_off(opened: Any, layer: str) -> None:
    shown = pixels(opened)
    opened.page.locator(f"[data-layer='{layer}']").click()
    opened.page.wait_for_timeout(200)
    assert not opened.page.locator(f"[data-layer='{layer}']").is_checked()
    assert pixels(opened) != shown


def test_proof_and_reconstruction_are_in_sight(opened: Any) -> None:
    page = opened.page
    assert page.locator("#lp-proof").inner_text() == "Proven: at most 0.3 % from the best"
    goals = page.locator("#lp-goals li").all_inner_texts()
    assert "proven optimal" in goals[0]
    assert "at most 0.3 % from the best" in goals[1]
    assert "reconstructed" in page.locator("#lp-notes").inner_text()
    assert page.locator("#lp-footer").inner_text().startswith("Internal working map")


def test_canvas_is_painted(opened: Any) -> None:
    opened.page.wait_for_timeout(200)
    n_colors = opened.page.evaluate(
        """() => {
          const canvas = document.querySelector('canvas.lp-canvas');
          const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(bytes.data.buffer)).size;
        }"""
    )
    assert n_colors > 50


def ways_of(opened: Any, village: str, when: str, band: int = -1) -> list[list[list[float]]]:
    """Return the points, in degrees, of the ways that the page draws for a village."""
    ways: list[list[list[float]]] = opened.page.evaluate(
        """([id, when, band]) => {
          const { data, model } = layoutplan;
          const lat = (y) => (180 / Math.PI) * Math.atan(Math.sinh(Math.PI * (1 - y / 128)));
          const pairs = (points) => points.flatMap((x, i) =>
            i % 2 ? [] : [[(x / 256) * 360 - 180, lat(points[i + 1])]]);
          return data.waysOf(model, model.villageIdx.get(id), when, band)
            .map((route) => pairs(data.wayOf(model, route)));
        }""",
        [village, when, band],
    )
    return ways


def test_ways_of_a_village_are_those_of_the_plan(open_map: OpenMap) -> None:
    plan = routed_plan()
    assert plan.routes is not None
    opened = open_map(plan)
    routes = plan.routes.set_index(["village_id", "band", "school_id"]).geometry
    for row in plan.assignments.itertuples():
        band = [each.name for each in plan.bands].index(row.band)
        for when, school in (("before", row.school_id_before), ("after", row.school_id)):
            found = ways_of(opened, row.village_id, when, band)
            if row.village_id == "v8":
                assert found == []
                continue
            expected = np.array(routes[row.village_id, row.band, school].coords)
            assert np.array(found[0]) == pytest.approx(expected, abs=1e-5)


def colors_on(opened: Any) -> set[str]:
    """Return the colors of at least thirty pixels of the map, as ``#rrggbb``."""
    opened.page.wait_for_timeout(200)
    colors: list[str] = opened.page.evaluate(
        """() => {
          const canvas = document.querySelector('canvas.lp-canvas');
          const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const counts = new Map();
          for (const pixel of new Uint32Array(bytes.data.buffer)) {
            counts.set(pixel, (counts.get(pixel) || 0) + 1);
          }
          const hex = (pixel) => [0, 8, 16]
            .map((shift) => ((pixel >> shift) & 255).toString(16).padStart(2, "0")).join("");
          return [...counts].filter(([, count]) => count >= 30).map(([pixel]) => "#" + hex(pixel));
        }"""
    )
    return set(colors)


def test_a_click_on_a_village_draws_both_ways(open_map: OpenMap) -> None:
    opened = open_map(routed_plan())
    for layer in ("villages", "schools", "flows", "catchments", "names"):
        opened.page.locator(f"[data-layer='{layer}']").click()
    planned, today = "#0b4ea2", "#3d3d3d"
    assert not {planned, today} & colors_on(opened)
    opened.page.locator("[data-layer='villages']").click()
    point = opened.page.evaluate("layoutplan.pointOf('villages', 'v3')")
    opened.page.mouse.click(point["x"], point["y"])
    assert {planned, today} <= colors_on(opened)
    assert opened.page.locator("#lp-card .lp-way").count() == 2
    opened.page.locator("#lp-view button[value='before']").click()
    assert {planned, today} & colors_on(opened) == {today}
    opened.page.locator("#lp-view button[value='after']").click()
    opened.page.evaluate("layoutplan.openVillage('v2')")  # stays at its school: one way, solid
    assert {planned, today} & colors_on(opened) == {planned}
    opened.page.keyboard.press("Escape")
    assert not {planned, today} & colors_on(opened)
    assert opened.errors == []
    assert len(opened.requests) == 1


def test_map_without_ways_draws_straight_lines(opened: Any) -> None:
    opened.page.evaluate("layoutplan.openVillage('v3')")
    assert opened.page.locator("#lp-card .lp-way").count() == 0
    assert "#0b4ea2" in colors_on(opened)
    assert opened.errors == []


def unreached_today(plan: Plan) -> Plan:
    plan.assignments.loc[:, "minutes_before"] = np.inf
    plan.assignments.loc[:, "school_id_before"] = ""
    return plan


def test_plan_for_pupils_who_attend_nowhere_today(open_map: OpenMap) -> None:
    opened = open_map(unreached_today(drawn_plan()))
    opened.page.locator("#lp-view button[value='before']").click()
    opened.page.evaluate("layoutplan.openVillage('v1')")
    assert opened.page.locator("#lp-card").inner_text().count("no school") >= 2
    assert opened.errors == []
