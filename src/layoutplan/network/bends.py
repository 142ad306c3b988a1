"""How sharply roads bend, for the speed of a school bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import MODE_BIT, RoadNetwork
from layoutplan.network.plane import local_plane

NEAR_METERS: Final = 10.0
FAR_METERS: Final = 20.0
"""The direction of a road before and after a place is that from `NEAR_METERS` to `FAR_METERS` away.

Ten meters are long enough that a point drawn a meter beside the road hardly turns them (0.2 rad,
a bend of 150 m), and the 30 m between their middles are shorter than the sharp bends of a road.
"""

_LEAST_METERS: Final = 0.01  # length of a segment between two points in the same place
_STRAIGHT_RADIANS: Final = 1e-6  # less than this is rounding


def bend_radius_meters(roads: RoadNetwork) -> NDArray[np.float64]:
    """Return the radius of the bend that the middle of each segment lies in, ``inf`` if straight.

    The direction of the road 15 m before and 15 m after the middle is compared, each over a
    stretch of 10 m: a turn by ``a`` radians over 30 m is a radius of ``30 m / a``. So it matters
    little how densely or carefully a bend is drawn, and a segment of a hundred meters is straight
    though it ends at a corner. A road goes on at points where exactly two segments meet; a
    junction is no bend, past it the road counts as going straight on. Hairpins narrower than
    9.5 m count as 9.5 m (half a turn over 30 m).

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read. Only those open to buses or cars have bends: where a footpath meets a road
        there is no junction for a bus.

    Returns
    -------
    (m,) float64
        Meters.
    """
    driven = MODE_BIT["bus"] | MODE_BIT["car"]
    is_driven = ((roads.forward | roads.backward) & driven) > 0
    is_short = roads.meters < 2 * FAR_METERS  # others are straight for 20 m from their middle
    segment = np.flatnonzero(is_driven & is_short)
    radius = np.full(roads.n_segments, np.inf)
    if segment.size:
        strands = _strands(roads, is_driven)
        ahead, behind = strands.away(2 * segment), strands.away(2 * segment + 1)
        before, after = behind[0] - behind[1], ahead[1] - ahead[0]
        cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        turn = np.abs(np.arctan2(cross, (before * after).sum(axis=1)))
        is_bend = turn > _STRAIGHT_RADIANS
        radius[segment[is_bend]] = (NEAR_METERS + FAR_METERS) / turn[is_bend]
    return radius


@dataclass(frozen=True)
class _Strands:
    """Roads as strands of segments that go on one into the other, in both directions.

    Segment ``s`` is the step ``2 s`` from its tail to its head and ``2 s + 1`` back.

    Parameters
    ----------
    start, end : (2m, 2) float64
        Ends of each step in meters on a flat map.
    meters : (2m,) float64
        Length of each step, never zero.
    onward : (2m,) int64
        The step that goes on where this one ends, -1 at a junction or the end of a road.
    """

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    meters: NDArray[np.float64]
    onward: NDArray[np.int64]

    def away(self, steps: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the places `NEAR_METERS` and `FAR_METERS` on from the middle of each step."""
        return self._place(steps, NEAR_METERS), self._place(steps, FAR_METERS)

    def _place(self, steps: NDArray[np.int64], meters: float) -> NDArray[np.float64]:
        """Return the place so many meters on from the middle of each step."""
        step = steps.copy()
        beyond = meters - self.meters[step] / 2  # how far beyond the end of `step`
        going = np.flatnonzero((beyond > 0) & (self.onward[step] >= 0))
        while going.size:
            step[going] = self.onward[step[going]]
            beyond[going] -= self.meters[step[going]]
            going = going[(beyond[going] > 0) & (self.onward[step[going]] >= 0)]
        end = self.end[step]
        way = end - self.start[step]
        # Past the end of a road the way goes straight on, as from the middle to there: the last
        # piece alone may be short and carelessly drawn.
        is_past = beyond > 0
        way[is_past] = end[is_past] - (self.start[steps] + self.end[steps])[is_past] / 2
        meters_of_way = np.maximum(np.hypot(way[:, 0], way[:, 1]), _LEAST_METERS)
        return end + way * (beyond / meters_of_way)[:, None]


def _strands(roads: RoadNetwork, is_driven: NDArray[np.bool_]) -> _Strands:
    """Return the strands of the roads that are driven on."""
    xy = local_plane(roads).to_xy(roads.lon, roads.lat)
    start = np.column_stack([roads.tail, roads.head]).ravel()
    end = np.column_stack([roads.head, roads.tail]).ravel()
    step = np.arange(len(start))
    is_open = np.repeat(is_driven, 2)
    n_leaving = np.bincount(start[is_open], minlength=roads.n_points)
    # Where two steps leave a point, the one that does not go back is their sum less the other.
    sum_leaving = np.bincount(start[is_open], step[is_open], roads.n_points).astype(np.int64)
    goes_on = is_open & (n_leaving[end] == 2)
    onward = np.where(goes_on, sum_leaving[end] - (step ^ 1), -1)
    onward[(onward >= 0) & (end[onward] == start)] = -1  # two roads between the same points
    meters = np.repeat(np.maximum(roads.meters, _LEAST_METERS), 2)
    return _Strands(xy[start], xy[end], meters, onward)
