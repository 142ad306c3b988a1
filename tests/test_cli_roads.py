"""The command that downloads roads, from a server on this machine that plays Overpass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cases.changes import ROADS, TOML, VILLAGES, edit, without_roads
from cases.commands import run
from cases.overpass import playing
from layoutplan.examples.copy import EXAMPLE, write_example

DOWNLOADED = "roads.graphml"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return the folder of the example town, without its roads."""
    write_example(tmp_path / "case")
    (tmp_path / "case" / ROADS).unlink()
    return tmp_path / "case"


def town_roads() -> str:
    """Return the roads of the town as Overpass would answer."""
    features = json.loads((EXAMPLE / ROADS).read_bytes())["features"]
    lines = [feature["geometry"]["coordinates"] for feature in features]
    points = list(dict.fromkeys(tuple(point) for line in lines for point in line))
    nodes = [
        {"type": "node", "id": k, "lon": lon, "lat": lat} for k, (lon, lat) in enumerate(points, 1)
    ]
    ways = [
        {
            "type": "way",
            "id": k,
            "nodes": [points.index(tuple(point)) + 1 for point in line],
            "tags": feature["properties"],
        }
        for k, (feature, line) in enumerate(zip(features, lines, strict=True), 1)
    ]
    return json.dumps({"elements": nodes + ways})


@pytest.mark.parametrize("has_section", [True, False])
def test_downloaded_roads_lead_to_the_same_plan(case: Path, has_section: bool) -> None:
    if not has_section:
        without_roads(case)
    with playing((200, town_roads())) as server:
        result = run("roads", case, "--server", server.url, "--language", "en")
    assert result.exit_code == 0, result.stderr
    assert f'[roads] path = "{DOWNLOADED}"' in result.stdout
    assert "footway" not in server.queries[0]  # the town walks
    if has_section:
        edit(TOML, (ROADS, DOWNLOADED))(case)
    else:
        edit(TOML, ("[bands", f'[roads]\npath = "{DOWNLOADED}"\n\n[bands'))(case)
    plans = [case.parent / name for name in ("downloaded", "drawn")]
    assert run("optimize", "--no-reports", case, "--out", plans[0]).exit_code == 0
    assert run("optimize", "--no-reports", EXAMPLE, "--out", plans[1]).exit_code == 0
    downloaded, drawn = ((plan / "assignments.csv").read_bytes() for plan in plans)
    assert downloaded == drawn


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((403, "go away"), "403"),
        ((200, "<html>a login page</html>"), "127.0.0.1"),
        ((200, '{"elements": []}'), "no roads"),
    ],
)
def test_a_server_without_roads_is_told_in_both_languages(
    case: Path, answer: tuple[int, str], says: str
) -> None:
    (case / DOWNLOADED).write_bytes(b"older")
    with playing(answer) as server:
        words = ("roads", case, "--server", server.url, "--language")
        english, chinese = run(*words, "en"), run(*words, "zh")
    assert english.exit_code == chinese.exit_code == 3
    assert says in english.stderr
    assert chinese.stderr.startswith("错误")
    assert (case / DOWNLOADED).read_bytes() == b"older"


def test_places_are_needed_before_their_roads(case: Path) -> None:
    edit(VILLAGES, ("105.594413668", "east"))(case)
    result = run("roads", case, "--server", "http://127.0.0.1:9/api", "--language", "en")
    assert result.exit_code == 3
    assert "villages.csv, row 3, column lon" in result.stderr
    assert not (case / DOWNLOADED).exists()
