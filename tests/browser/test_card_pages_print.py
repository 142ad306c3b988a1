"""The cards on paper: a page for each school, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from cases.plans import drawn_plan
from cases.publics import crowded
from layoutplan.core.plan import Plan
from layoutplan.report.card_pages import write_cards

pytestmark = pytest.mark.browser

LONG = replace(
    drawn_plan("zh"),
    schools=drawn_plan("zh").schools.assign(
        name="青石镇第一中心" * 3, reason="这是一句很长的话。" * 60
    ),
)


@pytest.mark.parametrize(
    ("plan", "n_schools"),
    [(drawn_plan(), 3), (LONG, 3), (crowded(60), 4)],
    ids=["en", "long", "many"],
)
def test_every_school_has_a_page_of_its_own(
    browser: Browser, tmp_path: Path, plan: Plan, n_schools: int
) -> None:
    write_cards(plan, tmp_path / "cards.html")
    context = browser.new_context(offline=True)
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url))
        page.goto((tmp_path / "cards.html").as_uri())
        page.emulate_media(media="print")
        n_villages = page.locator("article.village").count()
        paper = page.pdf(prefer_css_page_size=True, print_background=True)
    finally:
        context.close()
    assert said == [(tmp_path / "cards.html").as_uri()]
    n_pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    # The cover, the schools, and on the others from four villages to fourteen.
    least = 1 + n_schools + -(-n_villages // 14)
    assert least <= n_pages <= 1 + n_schools + -(-n_villages // 4)
