"""Optional sections of case.toml: each fault is named, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.case_folder import CASE, case_folder, faults, rules_of
from layoutplan.load.case_file import read_case_file


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ("[rules]\nsmall_below = 49.5", "case.value.whole"),
        ("[rules]\nsmall_below = -1", "case.value.whole"),
        ("[rules]\nopen_exactly = 0", "case.value.whole"),
        ('[rules]\nmovement = "all"', "case.value.one_of"),
        ("[costs]\nper_pupil = -1", "case.value.money"),
        ("[costs]\nper_pupil_minute = 1e300", "case.value.money"),
        ("[solver]\ngap = 1.0", "case.value.share"),
        ('[roads]\npath = "schools.csv"\nspeeds = { MDR = 0 }', "case.value.speeds"),
        ("[objective]\norder = []", "case.value.order"),
        ('[objective]\norder = ["pupil_minutes", "pupil_minutes"]', "case.value.order"),
        ('[objective]\norder = ["pupils_minutes"]', "case.objective.unknown"),
        ('[objective]\norder = ["yearly_costs"]', "case.objective.unknown"),
        ("[bands.Primary]\nmode = 'walk'\nmax_minutes = 3", "case.band.alike"),
    ],
)
def test_a_fault_in_an_optional_section(tmp_path: Path, section: str, rule: str) -> None:
    assert rules_of(faults(tmp_path, f"{CASE}\n{section}\n")) == {rule}


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ("[scenario]\nspeed_share = 0.7", "case.section.shape"),
        ("[scenario.'very-wet']", "case.scenario.name"),
        ("[scenario.wet]\nsped_share = 0.7", "case.key.unknown"),
        ("[scenario.wet]\ntitle = ''", "case.value.text"),
        ("[scenario.wet]\nspeed_share = 0", "case.value.share_left"),
        ("[scenario.wet]\nspeed_share = 70", "case.value.share_left"),
        ("[scenario.wet]\nwalk_share = 1.1", "case.value.share_left"),
        ("[scenario.wet]\nsteep_percent = 6\nsteep_share = -0.1", "case.value.share_left_if_any"),
        ("[scenario.wet]\nsteep_percent = 6", "case.scenario.steep"),
        ("[scenario.wet]\nsteep_share = 0.5", "case.scenario.steep"),
        ("[scenario.wet]\nsteep_percent = 0.06\nsteep_share = 0.5", "case.value.percent"),
        ("[scenario.wet]\nbus_max_kmh = 0", "case.value.positive"),
        ("[scenario.wet]\nspeeds = { track = 0 }", "case.value.speeds"),
        ("[scenario.wet]\nclass_shares = { track = 2 }", "case.value.shares_left"),
        ("[scenario.wet]\nclass_shares = [0.5]", "case.value.shares_left"),
        ("[scenario.wet]\nclose_classes = 'track'", "case.value.classes"),
        ("[scenario.wet]\nclose_classes = ['track', 'track']", "case.value.classes"),
        ("[scenario.wet]\nclose_roads = 12", "case.value.road_ids"),
        ("[scenario.wet]\nclose_roads = [1.5]", "case.value.road_ids"),
        ("[scenario.wet]\nclose_roads = [true]", "case.value.road_ids"),
        ("[scenario.wet]\nclose_roads = [12, '12']", "case.value.road_ids"),
        ("[scenario.wet]\nclose_area = 'schol.csv'", "case.path.missing"),
        ("[scenario.wet]\nclose_area = '../flood.gpkg'", "case.path.outside"),
        ("[bands.b]\nmode = 'walk'\nmax_minutes = 3\nwalking_kmh = 0", "case.value.pace"),
        ("[bands.b]\nmode = 'walk'\nmax_minutes = 3\nwalking_kmh = 8.1", "case.value.pace"),
        ("[bands.b]\nmode = 'walk'\nmax_minutes = 3\nwalking_kmh = '4'", "case.value.pace"),
    ],
)
def test_a_fault_in_a_scenario_or_pace(tmp_path: Path, section: str, rule: str) -> None:
    assert rules_of(faults(tmp_path, f"{CASE}\n{section}\n")) == {rule}


@pytest.mark.parametrize(
    ("keys", "rule", "column"),
    [
        ("elevation = 'dem.tif'", "case.path.missing", "roads.elevation"),
        ("elevation = ['schools.csv', '/etc/hosts']", "case.path.outside", "roads.elevation"),
        ("elevation = []", "case.value.paths", "roads.elevation"),
        ("elevation = 30", "case.value.paths", "roads.elevation"),
        ("elevation = ['schools.csv', 'schools.csv']", "case.value.paths", "roads.elevation"),
        ("id_column = 7", "case.value.text", "roads.id_column"),
        ("steep_percent = 0.08", "case.value.percent", "roads.steep_percent"),
        ("steep_percent = 101", "case.value.percent", "roads.steep_percent"),
        ("bend_meters = 0", "case.value.positive", "roads.bend_meters"),
        ("bend_meters = nan", "case.value.positive", "roads.bend_meters"),
    ],
)
def test_a_fault_in_the_roads(tmp_path: Path, keys: str, rule: str, column: str) -> None:
    findings = faults(tmp_path, f"{CASE}\n[roads]\npath = 'schools.csv'\n{keys}\n")
    assert [(finding.rule, finding.column) for finding in findings] == [(rule, column)]


def test_one_file_of_heights_needs_no_list(tmp_path: Path) -> None:
    roads = "[roads]\npath = 'schools.csv'\nelevation = 'villages.csv'\n"
    read = read_case_file(case_folder(tmp_path, case=f"{CASE}\n{roads}"))
    assert read.roads is not None
    assert read.roads.elevation == ((tmp_path / "villages.csv", "villages.csv"),)


def test_an_absurd_pace_is_told_in_kilometers_an_hour(tmp_path: Path) -> None:
    (finding,) = faults(tmp_path, CASE + "walking_kmh = 70\n")
    assert "km/h" in finding.message
    assert "公里/小时" in finding.message_in("zh")
