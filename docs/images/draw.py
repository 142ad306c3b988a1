"""Take the picture of the sample's map again: ``make picture``."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
MAP = ROOT / "out" / "sample" / "map.html"
PICTURE = Path(__file__).with_name("map.png")


def draw() -> None:
    """Open the map in Debian's chromium, without a network, and store what it shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1060, "height": 620})
        page.context.set_offline(True)
        page.goto(MAP.as_uri())
        page.wait_for_timeout(2000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    draw()
