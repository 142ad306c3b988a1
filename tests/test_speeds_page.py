"""The winter that the documentation works out is what the code makes of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cases.case_folder import CASE, case_folder
from cases.roads import moved, road_network
from layoutplan.core.network import RoadNetwork, Slopes
from layoutplan.core.rules import Band
from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.core.speeds import RoadSpeeds, Scenario
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.load.case_file import read_case_file
from layoutplan.network.speeds import segment_times, traveler_of

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "speeds.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)`(, steep)? \|.*\| ([\d.]+)(?: min)? → ([\d.]+ min|no way) \|$", re.M)


@pytest.fixture
def winter(tmp_path: Path) -> Scenario:
    """Return the scenario as the page writes it."""
    (written,) = re.findall(r"^```toml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    return read_case_file(case_folder(tmp_path, case=CASE + written)).scenarios["winter"].scenario


def roads_of(classes: list[str], meters: float) -> RoadNetwork:
    """Return one road of each class, all of one length."""
    points = [moved((105.0, 34.0), east=meters * i) for i in range(len(classes) + 1)]
    roads = road_network(points, [(i, i + 1) for i in range(len(classes))], classes=classes)
    return replace(roads, meters=np.full(len(classes), meters))


def test_the_bus(winter: Scenario) -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) == 6
    roads = roads_of([road_class for road_class, *_ in rows], 6000.0)
    level, grade = np.ones(6), np.array([0.08 if steep else 0.0 for _, steep, *_ in rows])
    bus = traveler_of(Band("high", "bus", 40.0))
    for scenario, column in ((None, 2), (winter, 3)):
        times = segment_times(
            roads,
            bus,
            RoadSpeeds(steep_percent=8.0),
            slopes=Slopes(level, level, grade),
            scenario=scenario,
        )
        said = [row[column].removesuffix(" min") for row in rows]
        found = [
            "no way" if ms == UNREACHED_MS else f"{ms / MS_PER_MINUTE:.3g}"
            for ms in times.forward_ms.tolist()
        ]
        assert [text if text == "no way" else f"{float(text):.3g}" for text in said] == found


def test_the_youngest_on_foot(winter: Scenario) -> None:
    band = Band("g1_3", "walk", 30.0, grades=(1, 2, 3))
    roads, minutes = roads_of(["residential"], 1500.0), []
    for scenario in (None, winter):
        times = segment_times(roads, traveler_of(band, scenario), RoadSpeeds(), scenario=scenario)
        minutes.append(f"{times.forward_ms[0] / MS_PER_MINUTE:.1f}")
    assert minutes == ["21.4", "29.8"]
    assert "29.8 minutes instead of 21.4" in PAGE
