"""Roads that are not read again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from cases.road_files import ROAD, much_to_say
from layoutplan import cache
from layoutplan.core.network import RoadNetwork
from layoutplan.errors import DataError
from layoutplan.load import road_cache, roads
from layoutplan.load.road_cache import entry_of
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource

SHARED = Path(__file__).resolve().parents[2] / "../shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real data here")


@pytest.fixture
def source(tmp_path: Path) -> RoadSource:
    return much_to_say(tmp_path)


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "kept"))


def assert_same(one: RoadNetwork, other: RoadNetwork) -> None:
    for field in fields(RoadNetwork):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        assert type(ours) is type(theirs), field.name
        if isinstance(ours, np.ndarray):
            assert ours.dtype == theirs.dtype, field.name
            np.testing.assert_array_equal(ours, theirs, field.name)
        else:
            assert ours == theirs


def test_roads_come_back_as_they_were_read(
    source: RoadSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, file, findings, is_reused = read_roads(source)
    assert not is_reused
    assert {finding.rule for finding in findings} == {
        "roads.lines.empty_shape",
        "roads.class.empty",
        "roads.id.empty",
        "roads.gaps.joined",
        "roads.crossings.loose",
        "roads.pieces",
        "roads.closed",
    }
    monkeypatch.setattr(roads, "_read", None)
    recalled, file_again, findings_again, is_reused = read_roads(source)
    assert is_reused
    assert (file_again, findings_again) == (file, findings)
    assert_same(recalled, read)


@pytest.mark.shared
@needs_shared
@pytest.mark.parametrize(
    "file", ["data/liechtenstein_osm/liechtenstein-latest.osm.pbf", "cases/ladakh/roads.gpkg"]
)
def test_real_roads_come_back_as_they_were_read(file: str) -> None:
    path = SHARED / file
    source = RoadSource(path, path.name, class_column="RoadCatego")
    read = read_roads(source)
    recalled = read_roads(source)
    assert (read[3], recalled[3]) == (False, True)
    assert recalled[1:3] == read[1:3]
    assert_same(recalled[0], read[0])


def test_what_changes_the_reading_makes_it_read_again(source: RoadSource) -> None:
    read_roads(source)
    for changes in (
        {"label": "other.shp"},
        {"join_gaps_meters": 9.0},
        {"node_crossings": True},
        {"class_column": "ref"},
        {"id_column": None},
    ):
        changed = replace(source, **changes)
        assert read_roads(changed)[3] is False, changes
        assert read_roads(changed)[3] is True, changes


def test_what_does_not_change_the_reading_is_nothing_to_it(
    source: RoadSource, tmp_path: Path
) -> None:
    read_roads(source)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for file in tmp_path.glob("roads.*"):
        shutil.copy(file, moved)
    elsewhere = replace(source, path=moved / "roads.shp", max_snap_meters=9.0)
    assert read_roads(elsewhere)[3] is True


def test_every_setting_counts_but_those_that_are_used_later() -> None:
    """A setting that is new counts, so nobody has to think of the cache."""
    settings = {field.name for field in fields(RoadSource)}
    assert settings - set(road_cache._USED_LATER) == {
        "label",
        "join_gaps_meters",
        "node_crossings",
        "class_column",
        "id_column",
    }


def with_more(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("suffix", "change"),
    [
        (".shp", with_more),
        (".shx", with_more),
        (".dbf", with_more),
        (".prj", with_more),
        (".prj", Path.unlink),
        (".cpg", with_more),
        (".cpg", Path.unlink),
    ],
)
def test_every_file_of_a_shapefile_counts(
    source: RoadSource, suffix: str, change: Callable[[Path], Any]
) -> None:
    read_roads(source)
    change(source.path.with_suffix(suffix))
    assert read_roads(source)[3] is False


def test_files_that_only_lie_beside_do_not_count(source: RoadSource) -> None:
    read_roads(source)
    source.path.with_suffix(".qmd").write_text("notes")
    source.path.with_name("roads2.dbf").write_text("other")
    assert read_roads(source)[3] is True


def test_the_journal_of_a_geopackage_counts(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    gpd.GeoDataFrame({"highway": ["track"]}, geometry=[ROAD], crs="EPSG:4326").to_file(path)
    source = RoadSource(path, path.name)
    assert (read_roads(source)[3], read_roads(source)[3]) == (False, True)
    before = roads._contents(source)
    (tmp_path / "roads.gpkg-wal").write_bytes(b"what QGIS has not yet written back")
    assert roads._contents(source) != before


def test_other_code_or_other_packages_read_again(
    source: RoadSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "code" / "readers"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "osm.py").write_text("FIRST = 1\n")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setattr(road_cache, "_MAKERS", ("readers",))
    names = [entry_of(source, ["a"])]
    (package / "notes.txt").write_text("no code")
    assert entry_of(source, ["a"]) == names[0]
    (package / "osm.py").write_text("FIRST = 2\n")
    names.append(entry_of(source, ["a"]))
    (package / "more.py").write_text("")
    names.append(entry_of(source, ["a"]))
    monkeypatch.setattr(road_cache, "version", lambda name: "99.0")
    names.append(entry_of(source, ["a"]))
    names.append(entry_of(source, ["b"]))
    assert len(set(names)) == len(names)


def test_all_readers_lie_where_the_code_is_hashed() -> None:
    assert {
        module.rpartition(".")[0] for module in (roads.__name__, RoadNetwork.__module__)
    } == set(road_cache._MAKERS)


def test_a_damaged_entry_is_read_again_and_made_good(source: RoadSource) -> None:
    read = read_roads(source)
    (path,) = cache.cache_folder().iterdir()
    path.write_bytes(path.read_bytes()[:-100])
    again = read_roads(source)
    assert again[3] is False
    assert_same(again[0], read[0])
    assert read_roads(source)[3] is True


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    source: RoadSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(*args: Any) -> Any:
        found = read(*args)
        with_more(source.path.with_suffix(".dbf"))
        return found

    read = roads._read
    with monkeypatch.context() as patch:
        patch.setattr(roads, "_read", changed_meanwhile)
        read_roads(source)
    assert not cache.cache_folder().exists()


def test_roads_that_cannot_be_used_are_told_each_time(source: RoadSource) -> None:
    wrong = replace(source, id_column="no such")
    for _ in range(2):
        with pytest.raises(DataError, match="no such column"):
            read_roads(wrong)


def test_without_a_cache_roads_are_read_each_time(
    source: RoadSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.FOLDER_VARIABLE, "off")
    assert [read_roads(source)[3] for _ in range(2)] == [False, False]
