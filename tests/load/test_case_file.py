"""Reading case.toml: strictly, all faults at once, each with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.case_folder import CASE, case_folder, faults, only, rules_of
from layoutplan.core.rules import DEFAULT_ORDER, Band, Rules, SolverSettings
from layoutplan.core.speeds import RoadSpeeds, Scenario
from layoutplan.errors import ConfigError
from layoutplan.load.case_file import read_case_file
from layoutplan.load.sources import ScenarioSource

SHARED = Path(__file__).resolve().parents[2] / "../shared"


def test_folder_and_file_are_read_alike(tmp_path: Path) -> None:
    folder = case_folder(tmp_path)
    case = read_case_file(folder)
    assert case == read_case_file(folder / "case.toml")
    assert case.name == "Three villages"
    assert case.bands == (Band(name="primary", mode="walk", max_minutes=30.0),)
    assert (case.rules, case.solver, case.order) == (Rules(), SolverSettings(), DEFAULT_ORDER)
    assert case.villages.label == "villages.csv"
    assert case.villages.path.is_file()
    assert case.roads is None
    assert case.input.path == "case.toml"
    assert case.input.rows == len(CASE.splitlines())


def test_every_key_is_read(tmp_path: Path) -> None:
    case = """
    [case]
    name = "All keys"
    crs = "gcj02"
    language = "zh"
    [villages]
    path = "villages.csv"
    columns = { village_id = "编号", pupils_low = "低年级" }
    [schools]
    path = "schools.csv"
    [attendance]
    path = "minutes.csv"
    [roads]
    path = "roads.osm.pbf"
    max_snap_meters = 400
    join_gaps_meters = 12
    node_crossings = true
    class_column = "highway"
    id_column = "osm_id"
    elevation = ["N34E105.hgt", "dem.tif"]
    steep_percent = 8
    bend_meters = 30
    [roads.speeds]
    "MDR" = 30
    [travel_times]
    path = "minutes.csv"
    [bands.low]
    grades = [1, 2, 3]
    mode = "walk"
    max_minutes = 30
    boarding = false
    walking_kmh = 3.9
    [bands."高年级"]
    grades = [4, 5, 6]
    mode = "bus"
    max_minutes = 40
    boarding = true
    max_boarding_minutes = 120
    [scenario.winter]
    title = "雪后"
    speeds = { "MDR" = 20 }
    speed_share = 0.8
    walk_share = 0.75
    class_shares = { "track" = 0.5, "path" = 0 }
    steep_percent = 6
    steep_share = 0
    bus_max_kmh = 20
    close_classes = ["track"]
    close_roads = [4815162, "X012"]
    close_area = "flood.gpkg"
    [scenario."洪水"]
    [rules]
    small_below = 60
    movement = "redraw"
    min_enrollment = 10
    max_closures = 20
    open_exactly = 22
    over_limit_today = "forbid"
    [costs]
    per_pupil = 650
    small_floor = 100
    per_boarder = 200
    per_pupil_minute = 0
    [objective]
    order = ["schools_open", "max_minutes"]
    [solver]
    name = "PULP_CBC_CMD"
    gap = 0.01
    seconds = 60
    threads = 2
    seed = 7
    """
    named = ["roads.osm.pbf", "N34E105.hgt", "dem.tif", "flood.gpkg"]
    case_folder(tmp_path, files={"case.toml": case, **dict.fromkeys(named, b"-")})
    read = read_case_file(tmp_path)
    assert read.crs == "GCJ-02"
    assert read.language == "zh"
    assert [band.name for band in read.bands] == ["low", "高年级"]
    assert read.bands[1].max_boarding_minutes == 120.0
    assert read.villages.columns == {"village_id": "编号", "pupils_low": "低年级"}
    assert read.roads is not None
    assert read.roads.node_crossings
    assert read.roads.id_column == "osm_id"
    heights = tuple((tmp_path / name, name) for name in ("N34E105.hgt", "dem.tif"))
    assert read.roads.elevation == heights
    assert read.speeds == RoadSpeeds({"MDR": 30.0}, steep_percent=8.0, bend_meters=30.0)
    assert [band.walking_kmh for band in read.bands] == [3.9, None]
    winter = Scenario(
        "winter",
        "雪后",
        class_kmh={"MDR": 20.0},
        speed_share=0.8,
        walk_share=0.75,
        class_share={"track": 0.5, "path": 0.0},
        steep_percent=6.0,
        steep_share=0.0,
        bus_max_kmh=20.0,
        closed_classes=("track",),
        closed_ways=("4815162", "X012"),
    )
    assert read.scenarios == {
        "winter": ScenarioSource(winter, (tmp_path / "flood.gpkg", "flood.gpkg")),
        "洪水": ScenarioSource(Scenario("洪水", "洪水")),
    }
    assert read.rules == Rules(60, "redraw", 10, 20, 22, "forbid")
    assert read.costs.small_floor == 100
    assert read.order == ("schools_open", "max_minutes")
    assert read.solver == SolverSettings("PULP_CBC_CMD", 0.01, 60.0, 2, 7)


def test_pupils_alone_may_be_mapped_with_a_single_band(tmp_path: Path) -> None:
    case = CASE.replace(
        'path = "villages.csv"', 'path = "villages.csv"\ncolumns = { pupils = "人数" }'
    )
    assert read_case_file(case_folder(tmp_path, case=case)).villages.columns == {
        "pupils_primary": "人数"
    }
    second = '[bands.second]\nmode = "bus"\nmax_minutes = 40\n'
    assert only(faults(tmp_path, case + second), "case.key.unknown").column.endswith(".pupils")


def test_a_section_must_be_a_section(tmp_path: Path) -> None:
    flat = CASE.replace('[schools]\npath = "schools.csv"', "")
    assert only(faults(tmp_path, "schools = 1\n" + flat), "case.section.shape").column == "schools"


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("max_minutes", "max_minute", "case.key.unknown", "primary.max_minute"),
        ("[travel_times]", "[traveltimes]", "case.key.unknown", "traveltimes"),
        ("max_minutes = 30", "max_minutes = 0", "case.value.positive", "primary.max_minutes"),
        ("max_minutes = 30", "max_minutes = inf", "case.value.positive", "primary.max_minutes"),
        ("max_minutes = 30", 'max_minutes = "30"', "case.value.positive", "primary.max_minutes"),
        ("max_minutes = 30", "max_minutes = true", "case.value.positive", "primary.max_minutes"),
        ("max_minutes = 30", "", "case.key.missing", "primary.max_minutes"),
        ('mode = "walk"', 'mode = "plane"', "case.value.one_of", "primary.mode"),
        ('mode = "walk"', 'mode = ["walk"]', "case.value.one_of", "primary.mode"),
        ('mode = "walk"', 'mode = "walk"\nboarding = 1', "case.value.flag", "primary.boarding"),
        ('mode = "walk"', 'mode = "walk"\nboarding = true', "case.band.boarding",
         ".max_boarding_minutes"),
        ('mode = "walk"', 'mode = "walk"\ngrades = [1, 1]', "case.value.grades", "primary.grades"),
        ("[bands.primary]", "[bands.'g1-3']", "case.band.name", "bands.g1-3"),
        ("[bands.primary]", "[bands]", "case.section.shape", "bands.mode"),
        ('crs = "EPSG:4326"', 'crs = "EPSG:9"', "case.value.crs", "case.crs"),
        ('crs = "EPSG:4326"', 'crs = "EPSG:4978"', "case.value.crs", "case.crs"),
        ('language = "en"', 'language = "de"', "case.value.one_of", "case.language"),
        ('"Three villages"', '""', "case.value.text", "case.name"),
        ('path = "villages.csv"', 'path = "vilages.csv"', "case.path.missing", "villages.path"),
        ('path = "villages.csv"', 'path = "../villages.csv"', "case.path.outside", "villages.path"),
        ('path = "villages.csv"', 'path = "/etc/hosts"', "case.path.outside", "villages.path"),
        ('path = "villages.csv"', 'path = "postgresql://u@h/d"\ntable = "s.v"',
         "case.path.database", "villages.path"),
        ('path = "villages.csv"', 'path = "villages.csv"\ntable = "s.v"',
         "case.table.database", "villages.table"),
        ('path = "villages.csv"', 'path = "villages.csv"\ncolumns = { id = "a" }',
         "case.key.unknown", "villages.columns.id"),
        ('path = "villages.csv"', 'path = "villages.csv"\ncolumns = "a"',
         "case.value.columns", "villages.columns"),
        ('[schools]\npath = "schools.csv"', "", "case.section.missing", "schools"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, rule: str, place: str
) -> None:
    assert old in CASE
    findings = faults(tmp_path, CASE.replace(old, new))
    assert any(
        finding.rule == rule and finding.column.endswith(place) and finding.table == "case.toml"
        for finding in findings
    )


def test_unknown_keys_name_the_nearest(tmp_path: Path) -> None:
    (finding,) = faults(tmp_path, CASE.replace("max_minutes", "max_minute"))
    assert (finding.rule, finding.facts["nearest"]) == ("case.key.unknown", "max_minutes")


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    findings = faults(tmp_path, CASE.replace("villages.csv", "vilage.csv"))
    assert only(findings, "case.path.missing").facts["nearest"] == "villages.csv"


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    bad = CASE.replace("EPSG:4326", "EPSG:9").replace("schools.csv", "none.csv")
    bad = bad.replace("max_minutes = 30", "max_minutes = -1\nspeed = 3")
    assert rules_of(faults(tmp_path, bad)) == {
        "case.value.crs",
        "case.path.missing",
        "case.value.positive",
        "case.key.unknown",
    }


def test_neither_roads_nor_travel_times(tmp_path: Path) -> None:
    bare = CASE.replace('[travel_times]\npath = "minutes.csv"\n', "")
    assert rules_of(faults(tmp_path, bare)) == {"case.roads.missing"}


def test_no_bands(tmp_path: Path) -> None:
    bare = CASE[: CASE.index("[bands.primary]")]
    assert only(faults(tmp_path, bare), "case.section.missing").column == "bands"


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    (finding,) = faults(tmp_path, CASE.replace('language = "en"', "language = en"))
    assert (finding.rule, finding.rows) == ("case.file.toml", (5,))


def test_a_key_written_twice_is_broken_toml(tmp_path: Path) -> None:
    twice = CASE.replace('language = "en"', 'language = "en"\nlanguage = "en"')
    assert rules_of(faults(tmp_path, twice)) == {"case.file.toml"}


def test_gbk_is_said_to_be_gbk(tmp_path: Path) -> None:
    chinese = CASE.replace("Three villages", "三个村")
    assert rules_of(faults(tmp_path, chinese.encode("gbk"))) == {"case.file.gbk"}
    assert rules_of(faults(tmp_path, b"\xff\xff\x00\x80")) == {"case.file.not_text"}


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    case_folder(tmp_path, files={"case.toml": CASE.encode("utf-8-sig")})
    assert read_case_file(tmp_path).name == "Three villages"


def test_no_case_toml(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_case_file(tmp_path / "nowhere")
    assert rules_of(caught.value.findings) == {"case.file.missing"}


def test_a_link_out_of_the_folder_is_refused_unless_allowed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("village_id\n", encoding="utf-8")
    folder = case_folder(tmp_path / "case")
    (folder / "villages.csv").unlink()
    (folder / "villages.csv").symlink_to(outside)
    with pytest.raises(ConfigError) as caught:
        read_case_file(folder)
    assert rules_of(caught.value.findings) == {"case.path.outside"}
    assert read_case_file(folder, allow_outside=True).villages.path.is_file()


def test_name_and_language_have_defaults(tmp_path: Path) -> None:
    bare = CASE[CASE.index("[villages]") :]
    case = read_case_file(case_folder(tmp_path / "辉县", case=bare))
    assert (case.name, case.language, case.crs) == ("辉县", "zh", "EPSG:4326")


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real cases are not here")
@pytest.mark.parametrize("name", ["ijebu_ode", "ladakh"])
def test_real_cases(name: str) -> None:
    case = read_case_file(SHARED / "cases" / name)
    assert case.roads is not None
    assert case.roads.join_gaps_meters > 0
