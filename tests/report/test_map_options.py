"""What the map can be drawn with: for the public, with a base map, under a review number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner
from shapely.geometry import box

from cases.plans import drawn_plan
from layoutplan import cli
from layoutplan.core.case import Imprint
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT
from layoutplan.errors import ConfigError
from layoutplan.pipeline import write_plan
from layoutplan.report.imprint import footer, imprint_findings
from layoutplan.report.layers import layers
from layoutplan.report.map import map_html
from layoutplan.report.payload import payload
from layoutplan.report.public import public_plan
from layoutplan.report.tiles import Tiles

TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OTHERS = "http://10.0.0.5:8080/tiles/{z}/{x}/{y}"


def with_townships(plan: Plan) -> Plan:
    halves = [box(104.99, 33.98, 105.04, 34.02), box(105.04, 33.98, 105.10, 34.02)]
    townships = gpd.GeoDataFrame({"name": ["West <b>", "East"]}, geometry=halves, crs=LONLAT)
    return replace(plan, townships=townships)


def test_townships_keep_their_common_edge() -> None:
    plan = with_townships(drawn_plan())
    found = payload(plan, layers(plan))["townships"]
    assert [each["name"] for each in found] == ["West <b>", "East"]
    x = [set(corners(each["rings"][0])) for each in found]
    assert len(x[0] & x[1]) >= 2
    assert payload(drawn_plan(), layers(drawn_plan()))["townships"] == []


def corners(deltas: list[int]) -> list[tuple[int, int]]:
    return [(sum(deltas[0:i:2]), sum(deltas[1 : i + 1 : 2])) for i in range(2, len(deltas) + 1, 2)]


def test_public_map_has_no_count_under_five_and_nothing_to_edit_with() -> None:
    plan = drawn_plan()
    data = payload(public_plan(plan), layers(public_plan(plan)))
    assert data["is_public"]
    assert data["choices"] is None
    counts = [data["units"]["pupils"], *data["villages"]["pupils"], *data["flows"]["pupils"]]
    counts += [data["schools"][name] for name in ("enrollment_before", "enrollment_after")]
    shown = [value for column in counts for value in column if value is not None]
    assert None in data["units"]["pupils"]
    assert not {1, 2, 3, 4} & set(shown)
    assert 20 in data["units"]["pupils"]  # what may be shown is not hidden
    assert 3 in payload(plan, layers(plan))["units"]["pupils"]


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("review_no", ["", "GS(2026)0001"])
def test_boundaries_for_the_public_need_a_review_number(is_public: bool, review_no: str) -> None:
    plan = replace(with_townships(drawn_plan()), imprint=Imprint(review_no=review_no))
    found = imprint_findings(plan, is_public=is_public)
    assert bool(found) == (is_public and not review_no)
    drawn = public_plan(plan) if is_public else plan
    notes = payload(drawn, layers(drawn))["about"]["notes"]
    assert any("review number" in note for note in notes) == bool(found)
    assert not imprint_findings(drawn_plan(), is_public=True)


def test_footer_has_office_and_review_number_where_given() -> None:
    plan = drawn_plan("zh")
    assert footer(plan)[0] == "内部工作用图"
    assert footer(public_plan(plan))[0] == "公开版"
    given = Imprint(office="教育局", review_no="甘S(2026)1号", footer="征求意见稿")
    assert footer(replace(plan, imprint=given))[:3] == [
        "征求意见稿",
        "教育局",
        "审图号：甘S(2026)1号",
    ]


@pytest.mark.parametrize(
    ("url", "host"),
    [(TILES, "https://tile.openstreetmap.org"), (OTHERS, "http://10.0.0.5:8080")],
)
def test_tiles_open_the_policy_for_images_of_their_host_only(url: str, host: str) -> None:
    html = map_html(drawn_plan(), tiles=url)
    assert f'img-src data: {host}">' in html
    assert "default-src 'none'" in html
    assert host not in map_html(drawn_plan())


def test_tiles_are_attributed() -> None:
    plan = drawn_plan()
    assert "base map © OpenStreetMap contributors" in footer(plan, Tiles(TILES))
    assert "base map: 10.0.0.5" in footer(plan, Tiles(OTHERS))
    assert "no third-party base map" in footer(plan)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/{z}/{x}.png",
        "file:///etc/{z}/{x}/{y}",
        "javascript:alert(1)//{z}{x}{y}",
        "https://a.org; script-src https://b.org/{z}/{x}/{y}",
        "https://user@a.org/{z}/{x}/{y}",
        'https://a.org"><script>/{z}/{x}/{y}',
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="no address of map tiles"):
        map_html(drawn_plan(), tiles=url)


def test_command_draws_each_edition(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    write_plan(with_townships(drawn_plan()), folder)
    run = CliRunner().invoke
    plain = run(cli.main, ["map", str(folder), "--uncompressed", "--tiles", TILES])
    assert plain.exit_code == 0, plain.output
    html = (folder / "map.html").read_text(encoding="utf-8")
    assert "data-packed" not in html.partition('id="lp-data"')[2][:40]
    assert "tile.openstreetmap.org" in html
    public = run(cli.main, ["map", str(folder), "--public"])
    assert public.exit_code == 0, public.output
    assert "review number" in public.output
    assert (folder / "map_public.html").is_file()
    assert (folder / "map.html").read_text(encoding="utf-8") == html
