"""The map in a browser: how large, how soon it shows something, how fast it moves.

    python -m benchmarks.pages           # writes its tables of docs/benchmarks.md
    python -m benchmarks.pages --quick   # a small county, writes nothing

Beside it the map that plain folium makes of the same data, an object for every thing. That one asks
the network for its libraries and stays blank without; here they are put in its way. The browser is
Chromium without a screen or a graphics card.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

import layoutplan as lp
from benchmarks.goals import Goal, goals_table
from benchmarks.page_plans import REAL, county_plan, plain_folium
from benchmarks.tables import PAGE, machine, markdown, number, put_between
from layoutplan.report.map import map_html
from layoutplan.report.page import VENDORED, asset

COUNTY = "generated county"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1366, "height": 768}
OURS, THEIRS = "layoutplan", "plain folium"
READY = {OURS: "document.body.dataset.ready", THEIRS: "document.readyState === 'complete'"}
# All that the popups of folium ask of jQuery.
JQUERY = """window.$ = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.children;
};"""
# Until what a step changed is on the screen: the frame after it, painted.
STEPS = """async ([name, steps]) => {
  const map = name ? window[name] : layoutplan.page.map;
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const taken = [];
  for (const [x, y, zoom] of steps) {
    await new Promise((done) => setTimeout(done, 600));
    await painted();
    const began = performance.now();
    if (zoom) map.setZoom(map.getZoom() + zoom, { animate: false });
    else map.panBy([x, y], { animate: false });
    await painted();
    taken.push(performance.now() - began);
  }
  return taken;
}"""
PANS = [(x, y, 0) for x, y in ((150, 60), (-150, 60), (150, -120), (-100, 0), (-50, 0))]
ZOOMS = [(0, 0, zoom) for zoom in (1, 1, 1, -1, -1, -1, -1, 1)]


@dataclass(frozen=True)
class Shown:
    """What a page took.

    Parameters
    ----------
    megabytes : float
        Of the file.
    ready_s : float
        From opening it to a picture.
    pan_ms, zoom_ms : float
        The middle of several steps of moving the map, and of going nearer and farther.
    is_shown_offline : bool
        Whether it shows anything without a network.
    """

    megabytes: float
    ready_s: float
    pan_ms: float
    zoom_ms: float
    is_shown_offline: bool


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a browser, closed at the end."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    flags = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def shown(browser: Any, way: str, html: str, n_runs: int = 3) -> Shown:
    """Return what the page `html` of `way` took: the middle of several openings."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "map.html"
        file.write_text(html, encoding="utf-8")
        offline = _opened(browser, way, file, has_network=False)
        is_shown = offline is not None
        if offline is not None:
            offline[0].context.close()
        runs = [_measured(browser, way, file) for _ in range(n_runs)]
    ready, pans, zooms = zip(*runs, strict=True)
    return Shown(
        megabytes=len(html.encode()) / 1e6,
        ready_s=median(ready),
        pan_ms=median(ms for run in pans for ms in run),
        zoom_ms=median(ms for run in zooms for ms in run),
        is_shown_offline=is_shown,
    )


def _measured(browser: Any, way: str, file: Path) -> tuple[float, list[float], list[float]]:
    """Return the seconds to a picture, and the milliseconds of each pan and zoom."""
    opened = _opened(browser, way, file, has_network=True)
    if opened is None:
        raise RuntimeError(f"the page of {way} does not open")
    page, seconds = opened
    name = "" if way == OURS else page.evaluate("Object.keys(window).find((k) => /^map_/.test(k))")
    pans, zooms = (page.evaluate(STEPS, [name, steps]) for steps in (PANS, ZOOMS))
    page.context.close()
    return seconds, pans, zooms


def _opened(browser: Any, way: str, file: Path, *, has_network: bool) -> tuple[Page, float] | None:
    """Return the opened page with the seconds to its first picture; None where it stays blank."""
    context = browser.new_context(viewport=SIZE)

    def answer(route: Route) -> None:
        url = route.request.url
        known = next((path for end, path in VENDORED.items() if url.endswith(end)), None)
        if url.startswith("file:"):
            route.continue_()
        elif not has_network:
            route.abort()
        else:
            route.fulfill(body=asset(known) if known else JQUERY if "jquery" in url else "")

    context.route("**/*", answer)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    began = time.perf_counter()
    page.goto(file.as_uri())
    page.wait_for_function(READY[way], timeout=120_000)
    page.evaluate("() => new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(d)))")
    seconds = time.perf_counter() - began
    if faults:
        context.close()
        return None
    return page, seconds


def pages_table(results: Mapping[tuple[str, str], Shown]) -> str:
    """Return what the pages took, by problem and way, as a table."""
    header = ("plan", "way", "MB", "first picture, s", "pan, ms", "zoom, ms", "without a network")
    rows = [
        (
            title,
            way,
            f"{each.megabytes:.2f}",
            number(each.ready_s),
            f"{each.pan_ms:.0f}",
            f"{each.zoom_ms:.0f}",
            "opens" if each.is_shown_offline else "stays blank",
        )
        for (title, way), each in results.items()
    ]
    return markdown(header, rows)


def goals(results: Mapping[tuple[str, str], Shown]) -> tuple[Goal, ...]:
    """Return what was to be reached, and what was."""
    found = []
    for (title, way), each in results.items():
        if way == OURS:
            most = 3.0 if title == COUNTY else 2.0
            found.append(Goal(f"{title}: file", most, each.megabytes, "MB", is_most=True))
    county = results[COUNTY, OURS]
    found.append(Goal(f"{COUNTY}: first picture", 2.0, county.ready_s, "s", is_most=True))
    found.append(Goal(f"{COUNTY}: pan", 100.0, county.pan_ms, "ms", is_most=True))
    found.append(Goal(f"{COUNTY}: zoom", 100.0, county.zoom_ms, "ms", is_most=True))
    return tuple(found)


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small county; writes nothing")
    parser.add_argument("--runs", type=int, default=3, help="openings of which the middle is shown")
    options = parser.parse_args()
    results: dict[tuple[str, str], Shown] = {}
    with chromium() as browser:
        if not options.quick:
            for title, folder in REAL.items():
                if folder.is_dir():
                    plan = lp.optimize(lp.read_case(folder))
                    results[title, OURS] = shown(browser, OURS, map_html(plan), options.runs)
        plan = county_plan(500, 50, 8_000) if options.quick else county_plan()
        results[COUNTY, OURS] = shown(browser, OURS, map_html(plan), options.runs)
        results[COUNTY, THEIRS] = shown(browser, THEIRS, plain_folium(plan), options.runs)
    tables = {
        "pages": pages_table(results),
        "pages goals": goals_table(goals(results)),
        "pages machine": machine(),
    }
    for name, table in tables.items():
        print(table, end="\n\n")
        if not options.quick:
            put_between(PAGE, name, table)


if __name__ == "__main__":
    main()
