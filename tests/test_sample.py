"""The sample county is what its README says, and its script makes it again."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
MADE = ("villages.csv", "schools.csv", "roads.osm.pbf")
IDS = {"village_id": str, "school_id": str}


@pytest.fixture(scope="module")
def villages() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "villages.csv", dtype=IDS)


@pytest.fixture(scope="module")
def schools() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "schools.csv", dtype=IDS, keep_default_na=False)


@pytest.fixture(scope="module")
def roads() -> pd.DataFrame:
    """Return the segments of the roads: the two nodes, the class, whether one-way."""
    rows = [
        (tail.ref, head.ref, way.tags["highway"], way.tags.get("oneway") == "yes")
        for way in osmium.FileProcessor(SAMPLE / "roads.osm.pbf", osmium.osm.WAY)
        for tail, head in zip(list(way.nodes), list(way.nodes)[1:], strict=False)
    ]
    return pd.DataFrame(rows, columns=["tail", "head", "highway", "is_oneway"])


def test_the_script_makes_the_same_files_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(SAMPLE)
    importlib.import_module("make_sample").make_sample(tmp_path)
    different = [
        name for name in MADE if (tmp_path / name).read_bytes() != (SAMPLE / name).read_bytes()
    ]
    assert different == []


def test_it_is_small_enough_for_git() -> None:
    assert sum((SAMPLE / name).stat().st_size for name in MADE) < 1_000_000


def test_villages_and_schools_are_as_many_as_promised(
    villages: pd.DataFrame, schools: pd.DataFrame
) -> None:
    assert len(villages) == 250
    assert len(schools) == 182
    assert villages["township"].nunique() == 15
    assert set(schools["township"]) <= set(villages["township"])
    assert (schools["kind"] == "center").sum() == 15
    assert 36 <= (schools["enrollment"] < 10).sum() <= 44
    assert 85 <= (schools["enrollment"] < 50).sum() <= 95
    assert (schools["enrollment"] == 0).sum() == 1


def test_ids_are_text_of_the_usual_length_with_leading_zeros(
    villages: pd.DataFrame, schools: pd.DataFrame
) -> None:
    assert villages["village_id"].str.fullmatch(r"0\d{11}").all()
    assert schools["school_id"].str.fullmatch(r"0\d{9}").all()
    for ids in (villages["village_id"], schools["school_id"], villages["name"], schools["name"]):
        assert ids.is_unique
    assert villages["school_id"].isin(schools["school_id"]).all()


def test_pupils_add_up_to_the_enrollment_of_nearly_all_schools(
    villages: pd.DataFrame, schools: pd.DataFrame
) -> None:
    pupils = villages["pupils_g1_3"] + villages["pupils_g4_6"]
    attending = pupils.groupby(villages["school_id"]).sum()
    known = attending.reindex(schools["school_id"], fill_value=0).to_numpy()
    assert (known != schools["enrollment"]).sum() == 2
    assert (schools["seats"] >= schools["enrollment"]).all()


def test_all_roads_hang_together(roads: pd.DataFrame) -> None:
    codes, nodes = pd.factorize(pd.concat([roads["tail"], roads["head"]]))
    tail, head = np.split(codes, 2)
    linked = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(nodes), len(nodes)))
    _, piece = connected_components(linked, directed=False)
    assert np.bincount(piece).max() >= 0.995 * len(nodes)


def test_roads_are_of_many_classes_and_some_one_way(roads: pd.DataFrame) -> None:
    assert set(roads["highway"]) == {
        "primary", "secondary", "tertiary", "unclassified", "residential", "track", "path",
    }  # fmt: skip
    one_way = roads.loc[roads["is_oneway"], "highway"]
    assert len(one_way) > 10
    assert set(one_way) == {"residential"}
