"""The page of why there is no plan, in a real browser with the network off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.diagnosis import NoPlanError
from layoutplan.report.repair_map import repair_html
from layoutplan.solve.solve import solve

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.hurt=1"></script><script>window.hurt=1</script>'


@pytest.fixture(scope="module")
def page_text() -> str:
    case = town([[5, 36], [6, 33]], pupils=[10, 12], seats=[15, 40], today=["", ""])
    with pytest.raises(NoPlanError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    schools = case.schools.assign(name=HOSTILE)
    return repair_html(replace(case, name=HOSTILE, schools=schools), caught.value.diagnosis)


@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_opens_quietly_speaks_both_languages_and_finds_places(
    browser: Any, tmp_path: Path, page_text: str, width: int
) -> None:
    file = tmp_path / "repair.html"
    file.write_text(page_text, encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 768}, offline=True)
    page = context.new_page()
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    assert page.locator("#lp-panel div[lang=en]").is_visible()
    page.click("#lp-language button[value=zh]")
    assert page.locator("#lp-panel div[lang=en]").is_hidden()
    assert "为何没有可行方案" in page.inner_text("#lp-panel h1 >> visible=true")
    page.locator("#lp-panel div[lang=zh] li[data-school=s1]").first.click()
    assert HOSTILE in page.inner_text(".leaflet-tooltip")
    assert page.evaluate("window.hurt") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert messages == []
    assert len(requests) == 1
    context.close()
