"""Pictures show something, in the language of the plan, and disturb no other picture."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import geopandas as gpd
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from shapely.geometry import Point, box

from cases.plans import drawn_plan, renamed
from cases.tradeoffs import drawn_front
from layoutplan.core.case import Imprint
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT
from layoutplan.errors import ConfigError
from layoutplan.report import fonts, pictures, pictures_map
from layoutplan.report.pictures_map import crowded_part
from layoutplan.report.pictures_seats import CLASSES, schools_by_use, seats_today

DRAWN = ("overview_map", "minutes_picture", "seats_picture")
FRONT = drawn_front().points.reset_index()


def words_of(picture: Figure) -> list[str]:
    """Return all that is written on a picture."""
    texts = [each.get_text() for each in picture.findobj(Text) if isinstance(each, Text)]
    return [said for said in texts if said]


def ink_share(picture: Figure) -> float:
    """Return the share of a picture that is not white."""
    pixels = imread(BytesIO(pictures.png(picture)))
    return float((pixels[..., :3] < 0.98).any(axis=-1).mean())


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_picture_is_not_blank(name: str, language: str) -> None:
    picture = getattr(pictures, name)(drawn_plan("zh" if language == "zh" else "en"))
    assert 0.005 < ink_share(picture) < 0.9


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_map_has_a_legend_in_the_language_of_the_plan(language: str) -> None:
    words = words_of(pictures.overview_map(drawn_plan("zh" if language == "zh" else "en")))
    expected = {
        "en": {"stays", "merged", "main roads", "over 40 min", "no path to school"},
        "zh": {"保留", "撤并", "国省干线", "超过40分钟", "无路可达学校"},
    }
    assert expected[language] <= set(words)
    assert any("km" in said for said in words)


def test_the_map_numbers_the_merged_schools() -> None:
    assert "1" in words_of(pictures.overview_map(drawn_plan()))


def test_the_foot_of_the_map_says_whose_it_is() -> None:
    plan = replace(drawn_plan(), imprint=Imprint("Bureau <b>", "GS(2026)1"))
    (foot,) = (said for said in words_of(pictures.overview_map(plan)) if "Bureau" in said)
    assert foot == "Bureau <b> · Internal working map · Review no. GS(2026)1 · " + (
        "no third-party base map"
    )
    public = words_of(pictures.overview_map(replace(plan, is_public=True)))
    assert any("Public edition" in said for said in public)
    assert not any("Internal" in said for said in public)


def test_townships_are_drawn_where_there_are_any() -> None:
    areas = gpd.GeoDataFrame(
        {"name": ["West $1$"]}, geometry=[box(104.99, 33.98, 105.05, 34.02)], crs=LONLAT
    )
    words = words_of(pictures.overview_map(replace(drawn_plan(), townships=areas)))
    assert {"West $1$", "townships"} <= set(words)


def test_names_that_no_font_has_do_not_stop_a_picture() -> None:
    plan = replace(renamed(drawn_plan(), village="\U000e0001\x07"), name="a\x00\u202eb")
    villages = plan.villages.assign(township="\x00$\\frac{")
    picture = pictures.overview_map(replace(plan, villages=villages), paper="a3")
    assert ink_share(picture) > 0.005
    assert "a□□b" in words_of(picture)


def test_every_pupil_with_a_way_stands_in_the_minutes() -> None:
    plan = drawn_plan()
    rows = plan.assignments[np.isfinite(plan.assignments["minutes"])]
    picture = pictures.minutes_picture(plan)
    for axes, band in zip(picture.axes, plan.bands, strict=True):
        heights = [bar.get_height() for bar in axes.patches]
        pupils = rows.loc[rows["band"] == band.name, "pupils"].sum()
        assert sum(heights) == 2 * pupils  # today and under the plan


def test_trips_far_over_the_limit_share_one_class() -> None:
    plan = drawn_plan()
    rows = plan.assignments.assign(minutes=plan.assignments["minutes"] * 50)
    words = words_of(pictures.minutes_picture(replace(plan, assignments=rows)))
    assert "over 45" in words


def test_small_counts_are_hidden_in_the_public_edition() -> None:
    words = words_of(pictures.minutes_picture(replace(drawn_plan(), is_public=True)))
    assert "<5" in words
    assert not {"1", "2", "3", "4"} & set(words)


def test_schools_are_counted_by_the_use_of_their_seats() -> None:
    # 66 of 120, 25 of 60 and 58 of 90 seats today; 87 of 120 and 62 of 90 under the plan.
    counts = schools_by_use(drawn_plan())
    assert list(counts.index) == list(CLASSES)
    assert counts["before"].tolist() == [0, 1, 2, 0, 0, 0]
    assert counts["after"].tolist() == [0, 0, 2, 0, 0, 0]


def test_seats_today_are_those_before_a_school_grew() -> None:
    plan = drawn_plan()
    schools = plan.schools.assign(action=["expand", "merge", "keep"])
    step = {"school_id": "s1", "seats": 40, "beds": 0, "cost": 0.0, "yearly_cost": 0.0}
    grown = replace(plan, schools=schools, rules={**plan.rules, "expansions": [step]})
    assert seats_today(grown).tolist() == [80, 60, 90]


def test_a_trade_off_is_drawn_with_its_points() -> None:
    picture = pictures.front_picture(FRONT, "zh")
    words = words_of(picture)
    assert {"1", "2", "3", "方案后仍偏小的学校（所）", "权衡方案点"} <= set(words)
    assert ink_share(picture) > 0.005
    with pytest.raises(ValueError, match="two objectives"):
        pictures.front_objectives(FRONT.drop(columns="pupil_minutes_bound"))


def test_pictures_leave_the_settings_of_matplotlib_alone() -> None:
    before = dict(rcParams)
    for name in DRAWN:
        pictures.png(getattr(pictures, name)(drawn_plan("zh")))
    assert dict(rcParams) == before


def test_the_same_plan_gives_the_same_picture() -> None:
    plan = drawn_plan()
    for name in DRAWN:
        draw = getattr(pictures, name)
        assert pictures.png(draw(plan)) == pictures.png(draw(plan))
    drawn = pictures.pdf(pictures.overview_map(plan, paper="a3"))
    assert drawn.startswith(b"%PDF")
    assert drawn == pictures.pdf(pictures.overview_map(plan, paper="a3"))


def test_a_notebook_shows_a_picture_by_itself() -> None:
    picture = pictures.seats_picture(drawn_plan())
    assert picture._repr_png_().startswith(b"\x89PNG")


def test_without_a_font_a_picture_asks_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = {fonts.LATIN_FAMILY: fonts.installed_fonts()[fonts.LATIN_FAMILY]}
    monkeypatch.setattr(fonts, "installed_fonts", lambda: latin)
    with pytest.raises(ConfigError, match="fonts-noto-cjk"):
        pictures.overview_map(drawn_plan("zh"))
    (finding,) = pictures.picture_findings(drawn_plan("zh"))
    assert (finding.rule, finding.level) == ("fonts.chinese.missing", "warning")
    assert pictures.picture_findings(drawn_plan("en")) == ()


def test_where_most_schools_stand_close_a_second_map_shows_them_larger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert pictures.detail_map(drawn_plan()) is None
    monkeypatch.setattr(pictures_map, "MANY", 3)
    plan = drawn_plan()
    far = plan.villages.geometry.to_numpy().copy()
    far[0] = Point(106.5, 35.5)
    apart = replace(plan, villages=plan.villages.set_geometry(far, crs=LONLAT))
    detail = pictures.detail_map(apart)
    assert detail is not None
    assert "1" in words_of(detail)
    assert "1" not in words_of(pictures.overview_map(apart))


def test_a_crowd_is_a_small_part_that_holds_most() -> None:
    whole = np.array([[0.0, 0.0], [100.0, 100.0]])
    crowd = np.array([[10.0 + x, 20.0 + y] for x in range(5) for y in range(5)])
    found = crowded_part(np.vstack([crowd, [[90.0, 90.0]]]), whole)
    assert found is not None
    assert (found[0] < crowd.min(axis=0) + 2).all()
    assert (found[1] < 40).all()
    assert crowded_part(20 * (crowd - [10, 20]), whole) is None
    assert crowded_part(crowd[:5], whole) is None


def test_a_plan_without_roads_and_flows_is_drawn() -> None:
    plan: Plan = drawn_plan()
    rows = plan.assignments.assign(school_id_before=plan.assignments["school_id"])
    schools = plan.schools.assign(action="keep", into="")
    empty = replace(plan, assignments=rows, schools=schools, roads=plan.roads.iloc[:0])
    assert ink_share(pictures.overview_map(empty)) > 0.005
