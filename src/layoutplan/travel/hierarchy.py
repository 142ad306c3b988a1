"""A road network whose nodes stand in an order that makes searching it short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Hierarchy:
    """A travel graph whose nodes were eliminated level by level, with the times that matter.

    Whatever way is the shortest between two nodes, one that takes no longer goes up the levels
    along arcs kept here, perhaps through the core, and then only down. Nodes are known by their
    rank: the core first, then level by level down to the nodes that were eliminated first.

    Parameters
    ----------
    rank : (n,) int32
        Rank of each node of the travel graph.
    level_first : (t + 1,) int64
        Rank at which each level begins, the core being level 0; at the end the number of nodes.
    first : (n + 1,) int64
        Where the arcs of each rank begin; nodes of the core have none.
    head : (k,) int32
        Rank of the node at the upper end of each arc.
    up_ms, down_ms : (k,) int64
        Time along the arc to the upper node, and from there to the lower; `NO_WAY_MS` for none.
    core_ms : (c, c) int64
        Time from each node of the core (row) to each other (column); `NO_WAY_MS` for none.
    """

    rank: NDArray[np.int32]
    level_first: NDArray[np.int64]
    first: NDArray[np.int64]
    head: NDArray[np.int32]
    up_ms: NDArray[np.int64]
    down_ms: NDArray[np.int64]
    core_ms: NDArray[np.int64]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.rank)

    @property
    def n_core(self) -> int:
        """Number of nodes that were not eliminated."""
        return len(self.core_ms)

    def level(self, ranks: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the level of each of some ranks."""
        return np.searchsorted(self.level_first, ranks, side="right") - 1

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all that it consists of, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def from_arrays(arrays: Mapping[str, NDArray[np.generic]], n_nodes: int) -> Hierarchy | None:
    """Return the hierarchy of these arrays, None where they are not one for so many nodes.

    A search of what is returned never leaves an array and always ends.
    """
    n_dimensions, types = {"core_ms": 2}, {"rank": np.int32, "head": np.int32}
    for field in fields(Hierarchy):
        array = arrays.get(field.name)
        if (
            array is None
            or array.ndim != n_dimensions.get(field.name, 1)
            or array.dtype != types.get(field.name, np.int64)
        ):
            return None
    hierarchy = Hierarchy(
        rank=arrays["rank"].astype(np.int32, copy=False),
        level_first=arrays["level_first"].astype(np.int64, copy=False),
        first=arrays["first"].astype(np.int64, copy=False),
        head=arrays["head"].astype(np.int32, copy=False),
        up_ms=arrays["up_ms"].astype(np.int64, copy=False),
        down_ms=arrays["down_ms"].astype(np.int64, copy=False),
        core_ms=arrays["core_ms"].astype(np.int64, copy=False),
    )
    return hierarchy if _is_sound(hierarchy, n_nodes) else None


def _is_sound(hierarchy: Hierarchy, n_nodes: int) -> bool:
    """Return whether sizes and positions fit each other, and every arc leads up."""
    rank, level_first, first = hierarchy.rank, hierarchy.level_first, hierarchy.first
    n_arcs, n_core = len(hierarchy.head), hierarchy.n_core
    return bool(
        len(rank) == n_nodes
        and np.array_equal(np.sort(rank), np.arange(n_nodes))
        and _is_rising(level_first, n_nodes)
        and len(level_first) > 1
        and level_first[1] == n_core
        and hierarchy.core_ms.shape == (n_core, n_core)
        and (hierarchy.core_ms >= 0).all()
        and len(first) == n_nodes + 1
        and _is_rising(first, n_arcs)
        and len(hierarchy.up_ms) == len(hierarchy.down_ms) == n_arcs
        and (hierarchy.up_ms > 0).all()
        and (hierarchy.down_ms > 0).all()
        and (hierarchy.head >= 0).all()
        and _leads_up(hierarchy)
    )


def _is_rising(starts: NDArray[np.int64], end: int) -> bool:
    """Return whether `starts` go from 0 to `end` and never back."""
    return bool(
        len(starts) and starts[0] == 0 and starts[-1] == end and (np.diff(starts) >= 0).all()
    )


def _leads_up(hierarchy: Hierarchy) -> bool:
    """Return whether every arc leads to a node of a higher level, which has a lower number."""
    tail = np.repeat(np.arange(hierarchy.n_nodes), np.diff(hierarchy.first))
    return bool((hierarchy.level(hierarchy.head) < hierarchy.level(tail)).all())
