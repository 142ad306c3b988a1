"""A real browser with no network: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from layoutplan.core.plan import Plan
from layoutplan.report.map import map_html

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "LAYOUTPLAN_REQUIRE_BROWSER"  # set to 1 where a missing browser is a fault
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class OpenedMap:
    """A map in the browser, with all that it said and asked for."""

    page: Page
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def field(self, name: str) -> str:
        """Return the text of a field of the open card."""
        return self.page.locator(f"#lp-card [data-field='{name}']").first.inner_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        message = f"no browser: none of {', '.join(NAMES)} is installed"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def open_once(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., OpenedMap]]:
    """Open maps that all tests of a module share."""
    contexts: list[BrowserContext] = []
    folder = tmp_path_factory.mktemp("maps")

    def open_one(plan: Plan, width: int = 1366, height: int = 768, **drawn: Any) -> OpenedMap:
        file = folder / f"map{len(contexts)}.html"
        return opened_map(browser, contexts, plan, file, width, height, **drawn)

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def open_map(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., OpenedMap]]:
    contexts: list[BrowserContext] = []

    def open_one(plan: Plan, width: int = 1366, height: int = 768, **drawn: Any) -> OpenedMap:
        file = tmp_path / "map.html"
        return opened_map(browser, contexts, plan, file, width, height, **drawn)

    yield open_one
    for context in contexts:
        context.close()


def opened_map(
    browser: Browser,
    contexts: list[BrowserContext],
    plan: Plan,
    file: Path,
    width: int,
    height: int,
    *,
    before: str = "",
    **drawn: Any,
) -> OpenedMap:
    """Write the map of `plan`, `drawn` as `map_html` can, to `file` and open it.

    Its context is added to `contexts`; `before` is a script that runs before those of the page.
    """

    def only_files(route: Route) -> None:
        if route.request.url.startswith("file://"):
            route.continue_()
        else:
            route.abort()

    file.write_text(map_html(plan, **drawn), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": height}, offline=True, service_workers="block"
    )
    contexts.append(context)
    context.route("**/*", only_files)
    if before:
        context.add_init_script(before)
    opened = OpenedMap(context.new_page())
    page = opened.page
    page.on(
        "console",
        lambda message: (
            opened.messages.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: opened.errors.append(str(error)))
    page.on("request", lambda request: opened.requests.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_function(
        "document.body.dataset.ready || !document.getElementById('lp-failed').hidden"
    )
    return opened
