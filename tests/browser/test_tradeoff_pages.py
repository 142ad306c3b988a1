"""The pages of trade-offs and portfolios in a real browser with the network off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cases.tradeoffs import drawn_front, drawn_portfolio
from layoutplan.report.front import front_html
from layoutplan.report.portfolio import portfolio_html

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hurt=1"></script><script>window.hurt=1</script>'


@dataclass
class Opened:
    """A page in the browser, with all that it said and asked for."""

    page: Any
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def open_one(html: str, width: int = 1366, height: int = 768) -> Opened:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", lambda message: opened.messages.append(message.text))
        opened.page.on("pageerror", lambda error: opened.messages.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto(file.as_uri())
        return opened

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [1366, 390])
def test_pages_open_quietly_and_ask_for_nothing(open_page, language, width: int) -> None:
    for html in (front_html(drawn_front(language)), portfolio_html(drawn_portfolio(language))):
        opened = open_page(html, width)
        opened.page.wait_for_timeout(100)
        assert opened.messages == []
        assert len(opened.requests) == 1
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_arrow_keys_go_from_point_to_point(open_page) -> None:
    page = open_page(front_html(drawn_front())).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.point") == "1"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.point") == "2"
    assert page.locator("tr.seen").get_attribute("data-point") == "2"
    assert "900" in page.inner_text("#said")
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.point") == "3"
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.dataset.point") == "1"


def test_a_row_shows_its_point(open_page) -> None:
    page = open_page(front_html(drawn_front())).page
    page.hover("tr[data-point='3']")
    assert page.locator("circle.seen").get_attribute("data-point") == "3"
    page.hover("circle[data-point='2']")
    assert page.locator("tr.seen").get_attribute("data-point") == "2"


def test_names_do_no_harm(open_page) -> None:
    portfolio = drawn_portfolio()
    pages = [
        front_html(replace(drawn_front(), name=HOSTILE)),
        portfolio_html(
            replace(
                portfolio,
                name=HOSTILE,
                schools=portfolio.schools.assign(name=HOSTILE),
                fates=portfolio.fates.assign(name=HOSTILE),
            )
        ),
    ]
    for html in pages:
        opened = open_page(html)
        opened.page.wait_for_timeout(100)
        assert opened.page.evaluate("window.hurt") is None
        assert opened.messages == []
        assert opened.page.title() == opened.page.inner_text("h1")
