"""The benchmark of the map measures both pages, one of which stays blank without a network."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.page_plans import plain_folium
from benchmarks.pages import OURS, THEIRS, shown
from cases.plans import drawn_plan
from layoutplan.report.map import map_html

pytestmark = pytest.mark.browser


def test_both_pages_are_measured(browser: Any) -> None:
    ours = shown(browser, OURS, map_html(drawn_plan()), n_runs=1)
    theirs = shown(browser, THEIRS, plain_folium(drawn_plan()), n_runs=1)
    assert ours.is_shown_offline
    assert not theirs.is_shown_offline
    assert min(ours.pan_ms, ours.zoom_ms, theirs.pan_ms, theirs.zoom_ms) > 0
