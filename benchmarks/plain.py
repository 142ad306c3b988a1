"""The plain graph that routing libraries get: places are nodes like any other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PLAIN_FILE = "plain.npz"


@dataclass(frozen=True)
class PlainGraph:
    """A directed graph with villages and schools among its nodes; no two arcs are parallel.

    Parameters
    ----------
    tail, head : (a,) int32
        Ends of each arc.
    milliseconds : (a,) int64
        Time along each arc, at least 1.
    lon, lat : (n,) float64
        Where the nodes lie, in degrees.
    village_node, school_node : (v,) int32, (s,) int32
        Nodes of the places.
    limit_ms : int
        Longer ways are of no interest.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    milliseconds: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    village_node: NDArray[np.int32]
    school_node: NDArray[np.int32]
    limit_ms: int

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def n_villages(self) -> int:
        """Number of villages."""
        return len(self.village_node)

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return len(self.school_node)

    def save(self, folder: Path) -> None:
        """Write the graph into a folder."""
        np.savez(folder / PLAIN_FILE, **vars(self))

    @classmethod
    def load(cls, folder: Path) -> PlainGraph:
        """Return the graph in a folder."""
        with np.load(folder / PLAIN_FILE) as kept:
            arrays = {name: kept[name] for name in kept.files}
        return cls(**arrays | {"limit_ms": int(arrays["limit_ms"])})
