"""Search, divider, keys and the other controls of the map, in one shared page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cases.drawn_routes import routed_plan
from layoutplan.core.plan import Plan

pytestmark = pytest.mark.browser

OpenMap = Callable[..., Any]  # of conftest.py, which cannot be imported


def named_plan() -> Plan:
    plan = routed_plan("zh")
    names = ["李家坪村", "乐平村", "重兴村", "Village 4", "王家沟", "李家湾", "西村", "东村"]
    schools = ["李家坪小学", "第一小学", "长乐教学点"]
    return replace(
        plan,
        villages=plan.villages.assign(name=names),
        schools=plan.schools.assign(name=schools),
    )


@pytest.fixture(scope="module")
def drawn(open_once: OpenMap) -> Any:
    return open_once(named_plan())


@pytest.fixture
def opened(drawn: Any) -> Any:
    drawn.page.evaluate(
        """() => {
          document.activeElement.blur();
          layoutplan.page.close();
          layoutplan.page.set({ view: "after", band: -1, areas: 0 });
          layoutplan.page.fit();
        }"""
    )
    drawn.page.fill("#lp-search", "")
    drawn.page.evaluate("document.activeElement.blur()")
    yield drawn
    assert (drawn.messages, drawn.errors, len(drawn.requests)) == ([], [], 1)


def found(opened: Any, asked: str) -> list[str]:
    opened.page.fill("#lp-search", asked)
    names: list[str] = opened.page.locator(
        "#lp-matches [role=option] .lp-found span:first-child"
    ).all_inner_texts()
    return names


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("李家", {"李家坪小学", "李家坪村", "李家湾"}),
        ("ljp", {"李家坪小学", "李家坪村"}),
        ("lijiaw", {"李家湾"}),
        ("LE ping", {"乐平村"}),
        ("ypc", {"乐平村"}),
        ("cxc", {"重兴村"}),
        ("zxc", {"重兴村"}),
        ("clj", {"长乐教学点"}),
        ("village 4", {"Village 4"}),
        ("v7", {"西村"}),
        ("nowhere", set()),
    ],
)
def test_search_by_name_letters_and_id(opened: Any, asked: str, names: set[str]) -> None:
    assert set(found(opened, asked)) == names
    if not names:
        assert opened.page.inner_text("#lp-matches") == "没有找到"


def test_search_by_keys_tells_screen_readers(opened: Any) -> None:
    page = opened.page
    page.keyboard.press("/")
    box = page.locator("#lp-search")
    assert page.evaluate("document.activeElement.id") == "lp-search"
    page.keyboard.type("lijia")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#lp-matches [aria-selected=true]")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert chosen.get_attribute("id") == "lp-match-1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator("#lp-matches [aria-selected=true]").get_attribute("id") == "lp-match-2"
    name = page.locator("#lp-matches [aria-selected=true] .lp-found span").first.inner_text()
    page.keyboard.press("Enter")
    assert opened.field("name") == name
    assert box.get_attribute("aria-expanded") == "false"
    box.focus()
    page.keyboard.press("Escape")
    assert page.locator("#lp-matches").is_hidden()
    assert page.locator("#lp-card").is_visible()


def test_hit_is_in_sight_and_marked(opened: Any) -> None:
    page = opened.page
    page.evaluate("layoutplan.page.map.setZoom(16, { animate: false })")
    found(opened, "v1")
    page.keyboard.press("Enter")
    point = page.evaluate("layoutplan.pointOf('villages', 'v1')")
    panel, card = (page.locator(each).bounding_box() for each in ("#lp-panel", "#lp-card"))
    assert panel["x"] + panel["width"] < point["x"] < card["x"]
    assert page.evaluate("layoutplan.state.selected.kind") == "villages"


def test_layer_that_hides_a_hit_is_switched_on(opened: Any) -> None:
    opened.page.locator("[data-layer='villages']").uncheck()
    found(opened, "西村")
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("[data-layer='villages']").is_checked()


def clip_of(opened: Any, place: int) -> str:
    clip: str = opened.page.evaluate(
        "i => document.querySelectorAll('.lp-canvas')[i].style.clipPath", place
    )
    return clip


def test_divider_is_dragged_and_moved_by_keys(opened: Any) -> None:
    page = opened.page
    page.locator("#lp-view button[value='swipe']").click()
    divider = page.locator("#lp-divider")
    assert divider.is_visible()
    assert page.locator(".lp-side-before").inner_text() == "现状"
    assert page.locator(".lp-side-after").inner_text() == "方案"
    x = divider.bounding_box()["x"]
    before = clip_of(opened, 0)
    page.mouse.move(x + 2, 384)
    page.mouse.down()
    page.mouse.move(x + 102, 400, steps=3)
    page.mouse.up()
    assert divider.bounding_box()["x"] == pytest.approx(x + 100, abs=3)
    assert clip_of(opened, 0) != before
    value = int(divider.get_attribute("aria-valuenow"))
    page.keyboard.press("ArrowLeft")
    assert int(divider.get_attribute("aria-valuenow")) == value - 2
    page.keyboard.press("Home")
    assert int(divider.get_attribute("aria-valuenow")) == 2
    assert page.evaluate("layoutplan.page.canvas.whenAt({ x: 600, y: 300 })") == "after"
    page.keyboard.press("End")
    assert page.evaluate("layoutplan.page.canvas.whenAt({ x: 600, y: 300 })") == "before"
    page.keyboard.press("2")
    assert divider.is_hidden()
    assert clip_of(opened, 0) == ""


def test_both_sides_of_the_divider_show_their_time(opened: Any) -> None:
    page = opened.page
    page.evaluate("layoutplan.page.set({ view: 'before' })")
    page.mouse.move(5, 700)
    page.wait_for_timeout(250)
    area = {"x": 400, "y": 150, "width": 200, "height": 400}
    today = page.screenshot(clip=area)
    page.evaluate("layoutplan.page.set({ view: 'swipe', divider: 0.6 })")
    page.wait_for_timeout(100)
    assert page.screenshot(clip=area) == today
    page.evaluate("layoutplan.page.set({ view: 'after' })")
    page.wait_for_timeout(100)
    plan = page.screenshot(clip=area)
    page.evaluate("layoutplan.page.set({ view: 'swipe', divider: 0.27 })")
    page.wait_for_timeout(100)
    assert page.screenshot(clip=area) == plan != today


def test_keys_move_zoom_and_switch(opened: Any) -> None:
    page = opened.page
    center = page.evaluate("layoutplan.page.map.getCenter().lng")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("layoutplan.page.map.getCenter().lng") > center
    page.keyboard.press("0")
    zoom = page.evaluate("layoutplan.page.map.getZoom()")
    page.keyboard.press("+")
    page.wait_for_timeout(400)
    nearer = page.evaluate("layoutplan.page.map.getZoom()")
    page.keyboard.press("-")
    page.wait_for_timeout(400)
    assert page.evaluate("layoutplan.page.map.getZoom()") == zoom < nearer
    for key, view in (("1", "before"), ("3", "swipe"), ("2", "after")):
        page.keyboard.press(key)
        button = page.locator(f"#lp-view button[value='{view}']")
        assert button.get_attribute("aria-pressed") == "true"
    page.keyboard.press("?")
    assert page.locator("#lp-help").is_visible()
    assert page.locator("#lp-help kbd").count() > 10
    page.keyboard.press("Escape")
    assert page.locator("#lp-help").is_hidden()
    page.evaluate("window.print = () => { window.printed = true; }")
    page.keyboard.press("p")
    assert page.evaluate("window.printed")
    page.focus("#lp-search")
    page.keyboard.type("p1")  # in the box letters are letters
    assert page.input_value("#lp-search") == "p1"
    assert page.locator("#lp-view button[value='after']").get_attribute("aria-pressed") == "true"


def test_band_chooses_trips_and_areas_and_none(opened: Any) -> None:
    page = opened.page
    page.select_option("#lp-band", "1")
    assert page.input_value("#lp-areas") == "1"
    limits = page.locator("#lp-legend .lp-entry[data-limit]").all_inner_texts()
    assert len(limits) == 1
    assert "40" in limits[0]
    assert "4–6年级" in limits[0]
    page.select_option("#lp-areas", "-1")
    page.select_option("#lp-band", "0")
    assert page.input_value("#lp-areas") == "-1"
    page.select_option("#lp-areas", "0")
    page.select_option("#lp-band", "-1")
    limits = page.locator("#lp-legend .lp-entry[data-limit]").all_inner_texts()
    assert len(limits) == 2


def test_every_tool_works(opened: Any) -> None:
    page = opened.page

    def tool(name: str) -> Any:
        return page.locator(f"#lp-tools [data-tool='{name}']")

    zoom = page.evaluate("layoutplan.page.map.getZoom()")
    tool("zoom_in").click()
    page.wait_for_timeout(400)
    assert page.evaluate("layoutplan.page.map.getZoom()") > zoom
    tool("zoom_out").click()
    page.wait_for_timeout(400)
    page.keyboard.press("ArrowLeft")
    tool("fit").click()
    assert page.evaluate("layoutplan.page.map.getZoom()") == zoom
    tool("help").click()
    page.locator("#lp-help .lp-close").click()
    assert page.locator("#lp-help").is_hidden()
    if page.evaluate("document.fullscreenEnabled"):
        tool("full_screen").click()
        page.wait_for_function("document.fullscreenElement !== null")
        tool("full_screen").click()
        page.wait_for_function("document.fullscreenElement === null")
    else:
        assert tool("full_screen").is_hidden()


def test_scale_is_metric_only(opened: Any) -> None:
    scale = opened.page.locator(".leaflet-control-scale-line")
    assert scale.count() == 1
    assert scale.inner_text().endswith("m")


def test_pan_within_what_is_painted_shows_all_at_once(opened: Any) -> None:
    page = opened.page
    page.wait_for_timeout(300)
    page.evaluate("layoutplan.page.map.panBy([60, 0], { animate: false })")
    page.mouse.move(5, 700)
    area = {"x": 400, "y": 100, "width": 500, "height": 560}
    at_once = page.evaluate("layoutplan.page.canvas._isPainted()")
    shown = page.screenshot(clip=area)
    page.wait_for_timeout(400)
    assert at_once
    assert len(shown) == pytest.approx(len(page.screenshot(clip=area)), rel=0.1)
