"""The command `route`: the way behind a number, for people, as JSON and as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

import layoutplan as lp
from cases.case_folder import CASE, MINUTES, TWO_BANDS, case_folder
from cases.commands import contents, run

TABLE = '[travel_times]\npath = "minutes.csv"\n'
ROADS = '[roads]\npath = "roads.geojson"\nmax_snap_meters = 400\n'
BANDS = CASE[CASE.index("[bands.primary]") :]
SCENARIO = "[scenario.flood]\nspeed_share = 0.5\n"
HOSTILE = "</script><b>\"Elm\" & 'Ash'</b>"

# A main road west to east and a lane to the north; a street far away that hangs on nothing.
LINES = [
    ("primary", [[105.09, 34.10], [105.11, 34.10], [105.14, 34.10]]),
    ("residential", [[105.11, 34.10], [105.11, 34.11], [105.12, 34.11]]),
    ("residential", [[105.13, 34.05], [105.15, 34.05]]),
]
VILLAGES = f"""village_id,name,lon,lat,pupils,pupils_g1_3,pupils_g4_6,school_id
001,Oak,105.095,34.101,12,6,6,s1
002,"{HOSTILE.replace('"', '""')}",105.12,34.1105,5,2,3,s1
003,Ash,105.14,34.0503,30,10,20,s2
004,Far,105.20,34.20,3,1,2,
"""
SCHOOLS = """school_id,name,lon,lat,enrollment,seats
s1,Oak School,105.135,34.1002,17,90
s2,Ash School,105.145,34.0502,30,120
s3,Twin,105.13,34.1002,0,20
s4,Twin,105.131,34.1002,0,20
"""


def roads_case(folder: Path, *, bands: str = BANDS) -> Path:
    """Write a case of four villages and four schools with roads."""
    features = [
        {
            "type": "Feature",
            "properties": {"highway": road_class},
            "geometry": {"type": "LineString", "coordinates": points},
        }
        for road_class, points in LINES
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return case_folder(
        folder,
        case=CASE.replace(TABLE, ROADS).replace(BANDS, bands + SCENARIO),
        files={
            "villages.csv": VILLAGES,
            "schools.csv": SCHOOLS,
            "minutes.csv": MINUTES,
            "roads.geojson": json.dumps(collection),
        },
    )


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return roads_case(tmp_path / "case")


def told(*words: object) -> dict[str, Any]:
    result = run("route", *words, "--json")
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def test_table_of_legs(case: Path) -> None:
    result = run("route", case, "001", "s1")
    assert (result.exit_code, result.stderr) == (0, "")
    title, header, *rows = result.stdout.splitlines()
    assert title.startswith("Oak → Oak School, primary, on foot: ")
    assert header.split() == ["leg", "road", "class", "road", "m", "km/h", "min"]
    assert [row.split("  ")[0] for row in rows] == [
        "on foot to the road", "on the road", "on foot to the school", "together",
    ]  # fmt: skip
    assert "primary" in rows[1]
    minutes = [float(row.split()[-1]) for row in rows]
    assert sum(minutes[:-1]) == pytest.approx(minutes[-1], abs=0.03)
    assert title.endswith(f"{minutes[-1]:.2f} min")


def test_table_in_chinese_is_straight(case: Path) -> None:
    lines = run("route", case, "001", "s1", "--language", "zh").stdout.splitlines()
    assert "步行" in lines[0]
    ends = {len(line.encode("gbk")) for line in lines[1:]}  # where a Chinese character is 2 wide
    assert len(ends) == 1


def test_minutes_are_those_of_the_table(case: Path) -> None:
    read = lp.read_case(case)
    times = lp.travel_times(read)
    for village, school in (("001", "s1"), ("002", "s1"), ("003", "s2")):
        data = told(case, village, school)
        assert data["minutes"] == times.minutes(village, school, "primary")
        legs = [leg["properties"] for leg in data["features"]]
        assert sum(leg["milliseconds"] for leg in legs) == round(60_000 * data["minutes"])
        assert lp.route(read, village, school).minutes == data["minutes"]


def test_file_is_what_json_says_and_opens_in_a_gis(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "way.geojson"
    result = run("route", case, "002", "s1", "--out", out)
    assert str(out) in result.stdout
    written = json.loads(out.read_text(encoding="utf-8"))
    said = told(case, "002", "s1")
    assert written["features"] == said["features"]
    assert said["exit_status"] == 0
    layer = gpd.read_file(out)
    assert layer.crs == "EPSG:4326"
    assert layer["leg"].tolist() == ["access", "road", "road", "egress"]
    assert layer["road_class"].fillna("").tolist() == ["", "residential", "primary", ""]


def test_places_go_by_name_where_only_one_has_it(case: Path) -> None:
    assert told(case, "Oak", "Oak School")["village_id"] == "001"
    assert told(case, HOSTILE, "s1")["village_id"] == "002"
    assert HOSTILE in run("route", case, "002", "s1").stdout
    result = run("route", case, "001", "Twin")
    assert result.exit_code == 3
    assert "s3, s4" in result.stderr


def test_all_that_is_unknown_is_told_at_once(case: Path) -> None:
    result = run("route", case, "0001", "S1", "--band", "g7_9")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 3
    for part in ("001 (Oak)", "s1 (Oak School)", "primary"):
        assert part in result.stderr


@pytest.mark.parametrize(
    ("village", "school", "reason"),
    [("004", "s1", "m from the village"), ("003", "s1", "not joined")],
)
def test_no_way_says_why(case: Path, village: str, school: str, reason: str) -> None:
    result = run("route", case, village, school)
    assert result.exit_code == 3
    assert reason in result.stderr


def test_first_band_is_shown_and_said(tmp_path: Path) -> None:
    case = roads_case(tmp_path / "case", bands=TWO_BANDS)
    result = run("route", case, "001", "s1")
    assert result.stdout.splitlines()[-1].endswith("g4_6")
    assert told(case, "001", "s1")["band"] == "g1_3"
    bus = told(case, "001", "s1", "--band", "g4_6")
    assert [leg["properties"]["mode"] for leg in bus["features"]] == ["walk", "bus", "walk"]
    assert bus["minutes"] < told(case, "001", "s1")["minutes"]


def test_scenario_makes_the_way_longer(tmp_path: Path) -> None:
    case = roads_case(tmp_path / "case", bands=TWO_BANDS)
    usual = told(case, "001", "s1", "--band", "g4_6")
    flood = told(case, "001", "s1", "--band", "g4_6", "--scenario", "flood")
    assert flood["features"][1]["properties"]["kmh"] == pytest.approx(
        usual["features"][1]["properties"]["kmh"] / 2, rel=0.01
    )


def test_case_with_a_ready_table_has_no_ways(tmp_path: Path) -> None:
    result = run("route", case_folder(tmp_path / "case"), "001", "s1")
    assert result.exit_code == 3
    assert "no roads" in result.stderr


def test_files_of_the_case_are_spared(case: Path) -> None:
    before = contents(case)
    result = run("route", case, "001", "s1", "--out", case / "roads.geojson")
    assert result.exit_code == 3
    assert contents(case) == before
