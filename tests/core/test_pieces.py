"""Which nodes hang together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layoutplan.core.pieces import pieces


def lowest(tail: np.ndarray, head: np.ndarray, n_nodes: int) -> list[int]:
    """Return what is asked for, by SciPy."""
    links = coo_array((np.ones(len(tail)), (tail, head)), shape=(n_nodes, n_nodes))
    _, piece = connected_components(links, directed=False)
    return [int(np.flatnonzero(piece == each)[0]) for each in piece]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    n_nodes = draw(st.integers(1, 30))
    nodes = st.integers(0, n_nodes - 1)
    links = draw(st.lists(st.tuples(nodes, nodes), max_size=40))
    tail, head = np.array(links, dtype=np.int32).reshape(-1, 2).T
    return tail, head, n_nodes


@given(graph=graphs())
def test_pieces_are_those_of_scipy(graph: tuple[np.ndarray, np.ndarray, int]) -> None:
    assert pieces(*graph).tolist() == lowest(*graph)


def test_a_long_path_in_any_order_is_one_piece() -> None:
    node = np.random.default_rng(0).permutation(10_000)
    assert not pieces(node[:-1], node[1:], 10_000).any()


def test_no_nodes_and_no_links() -> None:
    none = np.empty(0, dtype=np.int32)
    assert pieces(none, none, 0).tolist() == []
    assert pieces(none, none, 2).tolist() == [0, 1]
