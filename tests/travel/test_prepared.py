"""Hierarchies kept from run to run: the same graph finds its own, nothing else does."""

from __future__ import annotations

import numpy as np
import pytest

from cases.travel_graphs import travel_graph
from layoutplan.travel.prepared import prepared

ARCS = [(0, 1, 5), (1, 2, 7), (2, 0, 9), (2, 3, 4)]


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("LAYOUTPLAN_CACHE", str(tmp_path))
    return tmp_path


def test_the_second_time_it_is_kept():
    first, was_kept = prepared(travel_graph(4, ARCS))
    second, is_kept = prepared(travel_graph(4, ARCS))
    assert (was_kept, is_kept) == (False, True)
    for name, array in first.arrays().items():
        np.testing.assert_array_equal(second.arrays()[name], array)


@pytest.mark.parametrize(
    ("n_nodes", "arcs"),
    [(5, ARCS), (4, [*ARCS[:3], (2, 3, 5)]), (4, [*ARCS[:3], (3, 2, 4)]), (4, ARCS[:3])],
)
def test_another_graph_does_not_find_it(n_nodes, arcs):
    prepared(travel_graph(4, ARCS))
    assert prepared(travel_graph(n_nodes, arcs))[1] is False


def test_a_damaged_entry_is_made_again(folder):
    prepared(travel_graph(4, ARCS))
    (entry,) = folder.glob("*.npz")
    entry.write_bytes(entry.read_bytes()[:-40])
    assert prepared(travel_graph(4, ARCS))[1] is False
    with np.load(entry) as kept:
        arrays = {name: kept[name] for name in kept.files}
    np.savez(entry, **(arrays | {"head": arrays["head"] + np.int32(9)}))
    assert prepared(travel_graph(4, ARCS))[1] is False
    assert prepared(travel_graph(4, ARCS))[1] is True


def test_without_a_folder_nothing_is_kept(monkeypatch):
    monkeypatch.setenv("LAYOUTPLAN_CACHE", "off")
    assert [prepared(travel_graph(4, ARCS))[1] for _ in range(2)] == [False, False]
