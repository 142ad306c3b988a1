"""Roads as they were read, before anybody asks how fast they are."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.schema import MODES, Mode
from layoutplan.core.travel_times import Pairs

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
    way_idx : (m,) int32
        Position in `way_ids` of the way, line or edge that each segment is a piece of.
    way_ids : (w,) str
        What the file calls its roads: ids of OpenStreetMap, values of an id column, or row numbers.
        An edge that is made of several roads has all their ids, ``;`` between them.
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
    way_idx: NDArray[np.int32]
    way_ids: NDArray[np.str_]

    def ways_by_id(self) -> dict[str, list[int]]:
        """Return the positions in `way_ids` of the ways that have an id, by that id."""
        found: dict[str, list[int]] = {}
        for position, ids in enumerate(self.way_ids.tolist()):
            for way_id in ids.split(";"):
                found.setdefault(way_id, []).append(position)
        return found

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.lon)

    @property
    def n_segments(self) -> int:
        """Number of segments."""
        return len(self.tail)


@dataclass(frozen=True)
class Slopes:
    """How the relief slows each segment of a road network.

    Parameters
    ----------
    walk_forward, walk_backward : (m,) float64
        Time on foot from tail to head, and from head to tail, as a multiple of the time on the
        level; below 1 on a gentle way down.
    grade : (m,) float64
        Steepest piece of the segment, rise over run, without a sign.
    """

    walk_forward: NDArray[np.float64]
    walk_backward: NDArray[np.float64]
    grade: NDArray[np.float64]


@dataclass(frozen=True)
class SegmentTimes:
    """How long one kind of traveler takes along each segment of a road network.

    Parameters
    ----------
    forward_ms, backward_ms : (m,) int64
        Milliseconds from tail to head, and from head to tail, at least 1; `UNREACHED_MS` where the
        traveler may not go that way.
    """

    forward_ms: NDArray[np.int64]
    backward_ms: NDArray[np.int64]


@dataclass(frozen=True)
class TravelGraph:
    """The roads alone as a directed graph in milliseconds, for one kind of traveler.

    Nodes are the points of the road network, under the same numbers.

    Parameters
    ----------
    n_nodes : int
        Number of nodes, those without an arc among them.
    tail, head : (a,) int32
        Ends of each arc; parallel arcs may occur.
    milliseconds : (a,) int64
        Time along each arc, at least 1.
    segment_idx : (a,) int32
        Segment of the network that each arc runs along.
    """

    n_nodes: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    milliseconds: NDArray[np.int64]
    segment_idx: NDArray[np.int32]


@dataclass(frozen=True)
class Approaches:
    """How places hang on a `TravelGraph`: from villages to road points, from these to schools.

    A place has one way for each end of its segment that can be traveled to or from, none where it
    is off the network. No way leads through a village or a school.

    Parameters
    ----------
    n_villages, n_schools : int
        Numbers of places.
    village_idx, village_node, village_ms : (k,) int32, int32, int64
        Ways from villages, by position, to nodes; at least 1 ms.
    school_idx, school_node, school_ms : (l,) int32, int32, int64
        Ways from nodes to schools, by position; at least 1 ms.
    direct : Pairs
        Ways from villages to schools that pass no node: along one segment, or straight on foot.
    """

    n_villages: int
    n_schools: int
    village_idx: NDArray[np.int32]
    village_node: NDArray[np.int32]
    village_ms: NDArray[np.int64]
    school_idx: NDArray[np.int32]
    school_node: NDArray[np.int32]
    school_ms: NDArray[np.int64]
    direct: Pairs

    def between(self, is_village: NDArray[np.bool_], is_school: NDArray[np.bool_]) -> Approaches:
        """Return the ways of the villages and schools where the masks hold; positions stay."""
        from_village, to_school = is_village[self.village_idx], is_school[self.school_idx]
        is_direct = is_village[self.direct.village_idx] & is_school[self.direct.school_idx]
        return replace(
            self,
            village_idx=self.village_idx[from_village],
            village_node=self.village_node[from_village],
            village_ms=self.village_ms[from_village],
            school_idx=self.school_idx[to_school],
            school_node=self.school_node[to_school],
            school_ms=self.school_ms[to_school],
            direct=self.direct.where(is_direct),
        )


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
    passed_meters : (p,) float64
        Straight distance to a road that is nearer but closed to the mode, where the place is far
        enough from its own road for this to matter; NaN elsewhere.
    """

    place_ids: NDArray[np.object_]
    segment_idx: NDArray[np.int32]
    along_share: NDArray[np.float64]
    meters: NDArray[np.float64]
    is_island: NDArray[np.bool_]
    passed_meters: NDArray[np.float64]

    def split(self, n_first: int) -> tuple[Access, Access]:
        """Return the first places, and the others."""
        columns = [getattr(self, each.name) for each in fields(self)]
        return (
            Access(*(column[:n_first] for column in columns)),
            Access(*(column[n_first:] for column in columns)),
        )
