"""Segments as the readers of road files find them, and the network made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from layoutplan.core.network import RoadNetwork
from layoutplan.errors import Finding
from layoutplan.load.access import RoadUse

ELLIPSOID = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Segments:
    """What a road file holds, before closed roads are left out.

    Parameters
    ----------
    lon, lat : (n,) float64
        Points in degrees, WGS84.
    tail, head : (m,) int
        Positions of the ends of each straight segment.
    use_idx : (m,) int
        Position in `uses` of each segment.
    uses : sequence of RoadUse
        Who may use the segments.
    way_idx : (m,) int
        Position in `way_ids` of the way, line or edge that each segment is a piece of.
    way_ids : (w,) str
        What the file calls them.
    stopped : (m,) uint8, optional
        Bits of the modes that are kept off a segment although its use allows them.
    n_rows : int
        Rows (ways, lines or edges) in the file.
    n_closed : int
        Rows that nobody may use.
    findings : tuple of Finding
        What was found on the way.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.integer]
    head: NDArray[np.integer]
    use_idx: NDArray[np.integer]
    uses: Sequence[RoadUse]
    way_idx: NDArray[np.integer]
    way_ids: NDArray[np.str_]
    n_rows: int
    stopped: NDArray[np.uint8] | None = None
    n_closed: int = 0
    findings: tuple[Finding, ...] = ()


def end_to_end(
    point: NDArray[np.integer], line: NDArray[np.integer]
) -> tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]]:
    """Return tail, head and line of the segments between consecutive points of the same line.

    Parameters
    ----------
    point, line : (p,) int
        The points of all lines one after the other, and which line each belongs to.

    Examples
    --------
    >>> end_to_end(np.array([7, 8, 9, 7]), np.array([0, 0, 0, 1]))
    (array([7, 8]), array([8, 9]), array([0, 0]))
    """
    is_same = line[1:] == line[:-1]
    return point[:-1][is_same], point[1:][is_same], line[1:][is_same]


def build_network(segments: Segments) -> RoadNetwork:
    """Return the usable part of `segments` as a network; it may be empty.

    Segments that nobody may use, segments from a point to itself and points of no segment are
    left out; the order of the others is kept. Ids of ways that lose all segments stay.
    """
    uses = segments.uses
    forward = np.array([use.forward for use in uses], dtype=np.uint8)
    backward = np.array([use.backward for use in uses], dtype=np.uint8)
    kmh = np.array([use.max_kmh for use in uses], dtype=np.float32)
    class_names = tuple(sorted({use.road_class for use in uses if use.is_usable}))
    position = {name: idx for idx, name in enumerate(class_names)}
    road_class = np.array([position.get(use.road_class, -1) for use in uses], dtype=np.int16)

    forward, backward = forward[segments.use_idx], backward[segments.use_idx]
    if segments.stopped is not None:
        forward, backward = forward & ~segments.stopped, backward & ~segments.stopped
    is_kept = ((forward | backward) > 0) & (segments.tail != segments.head)
    use_idx = segments.use_idx[is_kept]
    tail, head, is_point = _compact(segments.tail[is_kept], segments.head[is_kept], segments.lon)
    lon, lat = segments.lon[is_point], segments.lat[is_point]
    _, _, meters = ELLIPSOID.inv(lon[tail], lat[tail], lon[head], lat[head])
    return RoadNetwork(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        meters=np.asarray(meters, dtype=np.float64),
        road_class=road_class[use_idx],
        class_names=class_names,
        max_kmh=kmh[use_idx],
        forward=forward[is_kept],
        backward=backward[is_kept],
        way_idx=segments.way_idx[is_kept].astype(np.int32),
        way_ids=segments.way_ids,
    )


def _compact(
    tail: NDArray[np.integer], head: NDArray[np.integer], points: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Return `tail` and `head` renumbered over the points in use, and which points those are."""
    is_point = np.zeros(len(points), dtype=bool)
    is_point[tail] = True
    is_point[head] = True
    number = (np.cumsum(is_point) - 1).astype(np.int32)
    return number[tail], number[head], is_point
