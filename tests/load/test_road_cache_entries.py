"""What is kept of roads, and what is never taken for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.road_files import much_to_say
from layoutplan import cache
from layoutplan.errors import Finding
from layoutplan.load import road_cache
from layoutplan.load.road_cache import keep_roads, recall_roads
from layoutplan.load.roads import read_roads
from layoutplan.load.sources import RoadSource


@pytest.fixture
def source(tmp_path: Path) -> RoadSource:
    return much_to_say(tmp_path)


ENTRY = "roads-test"


def kept_arrays(source: RoadSource) -> dict[str, Any]:
    read, file, findings, _ = read_roads(source)
    keep_roads(ENTRY, read, file.rows, findings)
    assert recall_roads(ENTRY) is not None
    return cache.recall(ENTRY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tail", 10**6),
        ("head", -1),
        ("road_class", 99),
        ("road_class", -1),
        ("way_idx", 99),
        ("way_idx", -1),
        ("forward", 255),
        ("lon", np.nan),
        ("lat", np.inf),
        ("meters", np.nan),
    ],
)
def test_positions_that_lead_nowhere_are_never_recalled(
    source: RoadSource, name: str, value: float
) -> None:
    arrays = kept_arrays(source)
    arrays[name][1] = value
    cache.keep(ENTRY, arrays)
    assert recall_roads(ENTRY) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: {"pairs": np.arange(3)},
        lambda arrays: {**arrays, "more": np.arange(3)},
        lambda arrays: {key: array for key, array in arrays.items() if key != "max_kmh"},
        lambda arrays: {key: array for key, array in arrays.items() if key != "told"},
        lambda arrays: {**arrays, "tail": arrays["tail"][:-1]},
        lambda arrays: {**arrays, "lat": arrays["lat"][:-1]},
        lambda arrays: {**arrays, "tail": arrays["tail"].astype(np.float64)},
        lambda arrays: {**arrays, "head": arrays["head"].reshape(-1, 1)},
        lambda arrays: {**arrays, "way_ids": np.arange(len(arrays["way_ids"]))},
        lambda arrays: {**arrays, "told": np.frombuffer(b"{", np.uint8)},
        lambda arrays: {**arrays, "told": np.frombuffer(b"[]", np.uint8)},
        lambda arrays: {**arrays, "told": np.frombuffer(b"\xff\xfe", np.uint8)},
        lambda arrays: {**arrays, "told": np.arange(3.0)},
        lambda arrays: {**arrays, "told": np.array("{}")},
    ],
)
def test_an_entry_of_something_else_is_never_recalled(
    source: RoadSource, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    cache.keep(ENTRY, change(kept_arrays(source)))
    assert recall_roads(ENTRY) is None


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
nested = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.text()), inner, max_size=3)
    ),
    max_leaves=8,
)
found = st.builds(
    Finding,
    rule=st.text(),
    level=st.sampled_from(["error", "warning", "note"]),
    table=st.text(),
    rows=st.lists(st.integers()).map(tuple),
    column=st.text(),
    ids=st.lists(st.text()).map(tuple),
    facts=st.dictionaries(st.text(), nested, max_size=3),
)


@given(finding=found)
def test_findings_come_back_equal(finding: Finding) -> None:
    again = road_cache._from_json(json.loads(json.dumps(road_cache._to_json(finding))))
    assert repr(again) == repr(finding)
    assert again == finding


def test_numbers_of_numpy_come_back_as_numbers() -> None:
    finding = Finding("a", "note", facts={"n": np.int64(3), "meters": np.float32(0.5)})
    assert road_cache._from_json(road_cache._to_json(finding)).facts == {"n": 3, "meters": 0.5}
