"""The map with hostile names, on phones, on paper, for the public, and in old browsers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from cases.plans import drawn_plan, renamed
from layoutplan.core.case import Imprint
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT

pytestmark = pytest.mark.browser

OpenMap = Callable[..., Any]  # of conftest.py, which cannot be imported

HOSTILE = (
    '<img src=x onerror="window.hurt=1">',
    "</script><script>window.hurt=1</script>",
    "\"quotes\" and 'quotes' & &amp;",
    "\u202eright to left\u202c",
    "很长的名字" * 40,
)
TOO_OLD = "delete window.DecompressionStream"


def hostile_plan() -> Plan:
    """Return a plan with a hostile name for each of five villages, a school, a township and all."""
    plan = renamed(drawn_plan(), school=HOSTILE[0])
    names = [*HOSTILE, *plan.villages["name"].iloc[len(HOSTILE) :]]
    return replace(
        plan,
        name=HOSTILE[1],
        villages=plan.villages.assign(name=names, township=HOSTILE[0]),
        schools=plan.schools.assign(reason=HOSTILE[1], township=HOSTILE[0]),
        townships=gpd.GeoDataFrame(
            {"name": [HOSTILE[0]]}, geometry=[box(105, 33.99, 105.09, 34.02)], crs=LONLAT
        ),
        imprint=Imprint(office=HOSTILE[0], review_no=HOSTILE[1], footer=HOSTILE[0]),
    )


def test_hostile_names_are_only_text(open_map: OpenMap) -> None:
    opened = open_map(hostile_plan())
    page = opened.page
    assert page.inner_text("#lp-title") == page.title() == HOSTILE[1]
    assert HOSTILE[0] in page.inner_text("#lp-footer")
    page.evaluate("layoutplan.openSchool('s1')")
    assert page.locator("#lp-card h2").text_content() == HOSTILE[0]
    for place, name in enumerate(HOSTILE):
        page.evaluate(f"layoutplan.openVillage('v{place + 1}')")
        assert page.locator("#lp-card h2").text_content() == name
        page.fill("#lp-search", name[:12])
        assert page.locator("#lp-matches [role=option]").count() >= 1
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(100)
    assert page.evaluate("window.hurt === undefined")
    assert page.locator("#lp-card img, #lp-matches img, #lp-sheet img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert (opened.messages, opened.errors, len(opened.requests)) == ([], [], 1)


def test_phone_folds_the_panel_and_shows_a_card_below_its_place(open_map: OpenMap) -> None:
    opened = open_map(drawn_plan("zh"), 390, 844)
    page = opened.page
    fold = page.locator("#lp-fold")
    assert fold.get_attribute("aria-expanded") == "false"
    assert page.locator("#lp-proof").is_hidden()
    fold.click()
    assert page.locator("#lp-proof").is_visible()
    page.evaluate("layoutplan.openSchool('s2')")
    assert fold.get_attribute("aria-expanded") == "false"
    card = page.locator("#lp-card").bounding_box()
    panel = page.locator("#lp-panel").bounding_box()
    point = page.evaluate("layoutplan.pointOf('schools', 's2')")
    assert card["width"] == 390
    assert panel["y"] + panel["height"] < point["y"] < card["y"]
    page.locator("#lp-card .lp-close").last.click()
    assert page.locator("#lp-card").is_hidden()
    page.locator("#lp-legend summary").click()
    for one in ("#lp-legend", "#lp-tools"):
        edges = page.locator(one).bounding_box()
        assert edges["x"] >= 0
        assert edges["x"] + edges["width"] <= 390
    legend, tools = (page.locator(each).bounding_box() for each in ("#lp-legend", "#lp-tools"))
    assert legend["x"] + legend["width"] <= tools["x"]


@pytest.mark.parametrize("view", ["after", "swipe"])
def test_paper_has_one_page(open_map: OpenMap, tmp_path: Path, view: str) -> None:
    opened = open_map(drawn_plan())
    opened.page.evaluate("view => layoutplan.page.set({ view })", view)
    for paper in ("A3", "A4"):
        pdf = opened.page.pdf(format=paper, landscape=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    assert opened.page.locator("#lp-sheet").is_hidden()
    assert opened.page.locator("#lp-sheet > *").count() == 0
    assert opened.errors == []


def test_paper_shows_title_map_legend_facts_and_footer(open_map: OpenMap) -> None:
    page = open_map(drawn_plan()).page
    page.locator("[data-layer='roads']").uncheck()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sheet = page.locator("#lp-sheet").inner_text()
    for words in (
        "Test town 2026",
        "at most 0.3 % from the best",
        "25 of 149",
        "limit of",
        "merged",
        "Internal working map",
    ):
        assert words in sheet
    assert "main roads" not in sheet
    assert page.locator("#lp-panel").is_hidden()
    shown = page.locator("#lp-sheet .lp-picture").bounding_box()
    assert page.evaluate("document.querySelector('.lp-picture').width") >= 2 * 1100
    assert shown["width"] > 600


def test_public_map_hides_small_counts_and_offers_no_edit(open_map: OpenMap) -> None:
    opened = open_map(drawn_plan(), is_public=True)
    opened.page.evaluate("layoutplan.openVillage('v8')")
    text = opened.page.inner_text("#lp-card")
    assert "<5" in text
    assert "2 pupils" not in text
    assert opened.page.locator("#lp-edit button").count() == 0
    assert opened.errors == []


def test_uncompressed_map_opens_where_nothing_can_be_unpacked(open_map: OpenMap) -> None:
    opened = open_map(drawn_plan(), is_compressed=False, before=TOO_OLD)
    assert opened.page.inner_text("#lp-title") == "Test town 2026"
    assert opened.page.locator("#lp-failed").is_hidden()
    assert opened.errors == []


def test_compressed_map_says_what_to_do_where_nothing_can_be_unpacked(open_map: OpenMap) -> None:
    opened = open_map(drawn_plan("zh"), before=TOO_OLD)
    assert "--uncompressed" in opened.page.inner_text("#lp-failed")
    assert "请用较新的浏览器" in opened.page.inner_text("#lp-failed")
    assert opened.page.locator("#lp-panel").is_hidden()


def test_tiles_are_asked_of_their_host_only(open_map: OpenMap) -> None:
    opened = open_map(drawn_plan(), tiles="https://tiles.example.org/{z}/{x}/{y}.png")
    opened.page.wait_for_timeout(300)
    asked = [url for url in opened.requests if not url.startswith("file:")]
    assert asked
    assert all(url.startswith("https://tiles.example.org/") for url in asked)
    assert "base map: tiles.example.org" in opened.page.inner_text("#lp-footer")
