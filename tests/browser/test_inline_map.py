"""The map under a cell of a notebook: a frame that shows it whole, and asks for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

import layoutplan as lp
from cases.plans import drawn_plan
from layoutplan.texts import LANGUAGES, text

# What stands around an output in a notebook, as far as it matters here.
PAGE = "<!doctype html><body style='margin:0'><div style='width:900px'>{output}</div></body>"


@pytest.fixture
def open_output(browser: Browser) -> Iterator[Callable[[str], tuple[Page, list[str]]]]:
    context = browser.new_context(viewport={"width": 1000, "height": 800}, offline=True)
    said: list[str] = []

    def open_it(output: str) -> tuple[Page, list[str]]:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("request", lambda request: said.append(request.url))
        page.set_content(PAGE.format(output=output))
        return page, said

    yield open_it
    context.close()


@pytest.mark.browser
def test_the_map_is_shown_under_a_cell(open_output) -> None:
    page, said = open_output(lp.show(drawn_plan("zh"))._repr_html_())
    frame = page.frame_locator("iframe")
    heading = frame.get_by_text("测试县小学布局 2026").first
    heading.wait_for()
    box, edge = heading.bounding_box(), page.locator("iframe").bounding_box()
    assert box is not None
    assert edge is not None
    assert edge["height"] == 640
    assert box["y"] >= edge["y"]
    assert frame.locator("canvas").count() >= 1
    assert page.frames[1].evaluate("document.fullscreenEnabled")
    assert [each for each in said if not each.startswith(("data:", "about:", "blob:"))] == []


@pytest.mark.browser
def test_what_lies_behind_the_frame_is_read_where_it_is_taken_out(open_output) -> None:
    page, _ = open_output(lp.show(drawn_plan())._repr_html_())
    page.evaluate("document.querySelector('iframe').remove()")
    shown = page.locator("body").inner_text()
    assert all(text("notebook.trust", language) in shown for language in LANGUAGES)


@pytest.mark.browser
def test_tables_of_a_notebook_hold_no_markup(open_output) -> None:
    nasty = "<img src=x onerror=\"document.title='run'\"></td></table>"
    found = lp.Findings([lp.Finding("schools.same_name", "note", nasty, ids=(nasty,))])
    page, _ = open_output(found._repr_html_())
    assert page.locator("img").count() == 0
    assert nasty in page.locator("td").nth(1).inner_text()
