"""Roads as they were read, before anybody asks how fast they are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.schema import MODES, Mode

MODE_BIT: dict[Mode, int] = {mode: 1 << position for position, mode in enumerate(MODES)}
ALL_MODES = sum(MODE_BIT.values())


@dataclass(frozen=True)
class RoadNetwork:
    """Straight road segments between points, with who may use them in which direction.

    Parameters
    ----------
    lon, lat : (n,) float64
        Points in degrees, WGS84.
    tail, head : (m,) int32
        Positions of the two ends of each segment.
    meters : (m,) float64
        Length on the ellipsoid.
    road_class : (m,) int16
        Position in `class_names`.
    class_names : tuple of str
        Such as ``"residential"`` or a surveyor's own ``"MDR"``.
    max_kmh : (m,) float32
        Posted speed limit in km/h, NaN where none is known.
    forward, backward : (m,) uint8
        Bits of `MODE_BIT` for the modes allowed from tail to head, from head to tail.
    class_kmh : dict
        The planner's own speeds in km/h by class for bus and car, over the built-in table.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    meters: NDArray[np.float64]
    road_class: NDArray[np.int16]
    class_names: tuple[str, ...]
    max_kmh: NDArray[np.float32]
    forward: NDArray[np.uint8]
    backward: NDArray[np.uint8]
    class_kmh: dict[str, float] = field(default_factory=dict)

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.lon)

    @property
    def n_segments(self) -> int:
        """Number of segments."""
        return len(self.tail)


@dataclass(frozen=True)
class TravelGraph:
    """A directed graph in milliseconds for one mode, with villages and schools as nodes of it.

    Parameters
    ----------
    n_nodes : int
        Number of nodes.
    tail, head : (a,) int32
        Ends of each arc; parallel arcs may occur.
    milliseconds : (a,) int64
        Time along each arc, at least 1.
    village_node : (v,) int32
        Node of each village, in the order of the case. One without an arc is off the network.
    school_node : (s,) int32
        Node of each school, in the order of the case.
    """

    n_nodes: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    milliseconds: NDArray[np.int64]
    village_node: NDArray[np.int32]
    school_node: NDArray[np.int32]


@dataclass(frozen=True)
class Access:
    """Where places meet the roads that one mode may use.

    Parameters
    ----------
    place_ids : (p,) object
        Ids of the places, in the order they were given.
    segment_idx : (p,) int32
        Nearest usable segment of the network, -1 where none is within the allowed distance.
    along_share : (p,) float64
        Where on the segment, 0 at its tail and 1 at its head; NaN where there is none.
    meters : (p,) float64
        Straight distance to that point of the nearest usable segment, also where it is too far;
        ``inf`` where no road is usable.
    is_island : (p,) bool
        Whether that segment lies in a piece of the network other than the largest.
    """

    place_ids: NDArray[np.object_]
    segment_idx: NDArray[np.int32]
    along_share: NDArray[np.float64]
    meters: NDArray[np.float64]
    is_island: NDArray[np.bool_]
