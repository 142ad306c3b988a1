"""Catchments leave no gap, do not overlap, and hold the villages they serve."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from layoutplan.report.catchments import catchments, outline_of

COMB = Polygon(
    [(0, 0), (4, 0), (4, 3), (3, 3), (3, 1), (2, 1), (2, 3), (1, 3), (1, 1), (0, 1), (0, 0)]
)


def points(*lonlat: tuple[float, float]) -> gpd.GeoSeries:
    ids = pd.Index([f"v{i + 1}" for i in range(len(lonlat))], name="village_id")
    return gpd.GeoSeries([Point(place) for place in lonlat], index=ids, crs="EPSG:4326")


def units(*rows: tuple[str, str, int], band: str = "primary") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["village_id", "school_id", "pupils"])
    return frame.assign(band=band, school_id_before=frame["school_id"])


def area(geometries: gpd.GeoSeries) -> float:
    return float(shapely.area(geometries.to_numpy()).sum())


def area_of(frame: gpd.GeoDataFrame, school_id: str) -> shapely.Geometry:
    after = frame[frame["when"] == "after"].set_index("school_id")
    return after.geometry.loc[school_id]


@settings(max_examples=60, deadline=None)
@given(
    places=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from("abcd")),
        min_size=1,
        max_size=25,
    ),
    is_outline_given=st.booleans(),
)
def test_no_gap_no_overlap_and_every_village_at_its_school(
    places: list[tuple[int, int, str]], is_outline_given: bool
) -> None:
    # On a coarse grid, duplicates and places in a row are the rule.
    villages = points(*[(105 + x / 100, 34 + y / 100) for x, y, _ in places])
    assigned = units(*[(f"v{i + 1}", school, 1) for i, (_, _, school) in enumerate(places)])
    outline = box(104.95, 33.95, 105.2, 34.2) if is_outline_given else None
    found = catchments(villages, assigned, outline)
    whole = outline or outline_of(villages)
    for _, part in found.groupby("when"):
        assert shapely.coverage_is_valid(part.geometry.to_numpy())
        assert area(part.geometry) == pytest.approx(whole.area, rel=1e-6)
    at_place: dict[tuple[int, int], list[str]] = {}
    for x, y, school in places:
        at_place.setdefault((x, y), []).append(school)
    for (x, y), schools in at_place.items():
        main = max(sorted(set(schools)), key=schools.count)
        assert area_of(found, main).intersects(Point(105 + x / 100, 34 + y / 100))


def test_village_split_between_schools_counts_with_its_largest_share() -> None:
    villages = points((105.0, 34.0), (105.1, 34.0))
    split = units(("v1", "b", 3), ("v1", "a", 2), ("v2", "c", 1))
    assert set(catchments(villages, split)["school_id"]) == {"b", "c"}
    even = units(("v1", "b", 2), ("v1", "a", 2), ("v2", "c", 1))
    assert set(catchments(villages, even)["school_id"]) == {"a", "c"}


def test_bands_and_times_are_kept_apart() -> None:
    villages = points((105.0, 34.0), (105.1, 34.0))
    low = units(("v1", "a", 1), ("v2", "b", 1), band="low").assign(school_id="a")
    found = catchments(villages, pd.concat([low, units(("v1", "b", 1), band="high")]))
    schools = found.groupby(["band", "when"])["school_id"].agg(list).to_dict()
    assert schools == {
        ("high", "after"): ["b"],
        ("high", "before"): ["b"],
        ("low", "after"): ["a"],
        ("low", "before"): ["a", "b"],
    }


def test_village_that_attends_nowhere_goes_with_the_nearest_that_does() -> None:
    villages = points((105.0, 34.0), (105.01, 34.0), (105.1, 34.0))
    assigned = units(("v1", "a", 1), ("v2", "", 5), ("v3", "c", 1))
    assert area_of(catchments(villages, assigned), "a").contains(villages["v2"])


def test_piece_cut_off_by_the_outline_goes_to_the_neighbor() -> None:
    # The nearest village to the tip of the left tooth is the one in the right tooth, but the
    # tooth hangs on the base.
    villages = points((3.1, 2.8), (0.2, 0.2))
    found = catchments(villages, units(("v1", "a", 1), ("v2", "b", 1)), COMB)
    assert area(found[found["when"] == "after"].geometry) == pytest.approx(COMB.area, rel=1e-6)
    assert area_of(found, "b").intersects(Point(1.4, 2.9).buffer(0.5).intersection(COMB))
    for part in shapely.get_parts(area_of(found, "a")):
        assert part.intersects(villages["v1"])


def test_neighbors_differ_in_color_and_a_school_keeps_its_color() -> None:
    random = np.random.default_rng(0)
    places = [(float(x), float(y)) for x, y in random.uniform([105, 34], [105.5, 34.5], (80, 2))]
    rows = [(f"v{i + 1}", f"s{int(10 * (x - 105)) * 5 + int(10 * (y - 34))}", 1)
            for i, (x, y) in enumerate(places)]  # fmt: skip
    found = catchments(points(*places), units(*rows))
    after = found[found["when"] == "after"]
    tree = shapely.STRtree(after.geometry.to_numpy())
    first, second = tree.query(after.geometry.to_numpy(), predicate="touches")
    shared = shapely.length(
        shapely.intersection(after.geometry.to_numpy()[first], after.geometry.to_numpy()[second])
    )
    colors = after["color"].to_numpy()
    is_edge = shared > 1e-9
    assert is_edge.sum() > 40
    assert (colors[first][is_edge] != colors[second][is_edge]).all()
    assert not found[["school_id", "color"]].drop_duplicates()["school_id"].duplicated().any()


def test_nothing_to_draw_gives_no_rows() -> None:
    found = catchments(points((105.0, 34.0)), units(("v1", "", 1)))
    assert found.empty
    assert list(found.columns) == ["school_id", "band", "when", "color", "geometry"]


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_outline_holds_every_place_with_a_margin(n: int) -> None:
    random = np.random.default_rng(n)
    lonlat = random.uniform([105, 34], [105.3, 34.3], (n, 2))
    places = points(*[(float(lon), float(lat)) for lon, lat in lonlat])
    outline = outline_of(places)
    assert outline.is_valid
    assert outline.contains(shapely.MultiPoint(list(places)))
    assert outline.exterior.distance(shapely.MultiPoint(list(places))) > 300 / 111_320
