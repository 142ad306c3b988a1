"""How much the relief slows people on foot, uphill and downhill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.cache import entry_name, keep, recall
from layoutplan.core.network import RoadNetwork, Slopes
from layoutplan.core.pieces import pieces
from layoutplan.core.progress import Progress, silent
from layoutplan.core.relief import HeightGrid, heights_at

MOST_PIECE_METERS: Final = (
    50.0  # heights are taken at least so often: the finest free grids are 30 m
)
SMOOTH_METERS: Final = 75.0  # width of the moving average that the smoothing stands for

MOST_GRADE: Final = 0.6
"""Steepest grade that is believed: that of stairs, whose steps rise 17 cm for every 29 cm.

What is steeper in a grid of heights is a road cut into a cliff, a bridge or a tunnel, whose heights
are those of the ground above or below.
"""

_LEAST_METERS: Final = 0.01  # length of a segment between two points in the same place
_CACHE: Final = "slopes-1"


@dataclass(frozen=True)
class Profile:
    """The roads cut into pieces of at most `MOST_PIECE_METERS`.

    Parameters
    ----------
    lon, lat : (q,) float64
        Points: those of the network, then those where segments are cut.
    tail, head : (k,) int64
        Ends of each piece, all pieces of a segment one after the other from its tail to its head.
    meters : (k,) float64
        Length of each piece, never zero.
    segment_idx : (k,) int64
        Segment that each piece belongs to.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    meters: NDArray[np.float64]
    segment_idx: NDArray[np.int64]


def slopes(
    roads: RoadNetwork, relief: tuple[HeightGrid, ...], *, progress: Progress = silent
) -> Slopes:
    """Return how the relief slows each segment for people on foot, and how steep it is.

    Heights are taken along every segment, at most 50 m apart, bilinear in the grid
    (:func:`layoutplan.core.relief.heights_at`), and smoothed along the roads over 75 m
    (:func:`smoothed`), because the errors of a grid are larger than the rises of a road from one
    of its cells to the next. Where no height is known, it rises evenly between the known heights
    around; roads that no known height hangs together with are level.

    The time over a piece with the grade ``S`` (rise over run) is ``exp(3.5 (|S + 0.05| - 0.05))``
    times that on the level: the hiking function of Tobler, ``6 exp(-3.5 |S + 0.05|)`` km/h, of
    which only the shape is used. It is fastest at a grade of -5 %. Grades beyond `MOST_GRADE`
    count as that.

    Parameters
    ----------
    roads : RoadNetwork
        Roads as read.
    relief : tuple of HeightGrid
        Heights of the ground; without any, all roads are level.
    progress : Progress
        Told at the beginning.

    References
    ----------
    W. Tobler (1993), Non-isotropic geographic modeling, in: Three presentations on geographical
    analysis and modeling, National Center for Geographic Information and Analysis, Technical
    Report 93-1.
    """
    progress("progress.slope", 0, 0)
    profile = cut(roads)
    known = heights_at(relief, profile.lon, profile.lat)
    heights = smoothed(profile, known)
    rise = heights[profile.head] - heights[profile.tail]
    grade = np.clip(rise / profile.meters, -MOST_GRADE, MOST_GRADE)
    return Slopes(
        walk_forward=_mean(walking_time(grade), profile, roads.n_segments),
        walk_backward=_mean(walking_time(-grade), profile, roads.n_segments),
        grade=_steepest(grade, profile, roads.n_segments),
    )


def slopes_kept(
    roads: RoadNetwork, relief: tuple[HeightGrid, ...], *, progress: Progress = silent
) -> tuple[Slopes, bool]:
    """Return :func:`slopes` and whether they were kept from an earlier run."""
    lines = (roads.lon, roads.lat, roads.tail, roads.head, roads.meters)
    places = (repr((grid.crs, grid.x, grid.y, grid.step_x, grid.step_y)) for grid in relief)
    name = entry_name(
        _CACHE,
        [
            *(array.tobytes() for array in lines),
            *places,
            *(repr(grid.meters.shape) for grid in relief),
            *(grid.meters.tobytes() for grid in relief),
        ],
    )
    kept = recall(name)
    if kept is not None:
        return Slopes(**{key: array.astype(np.float64) for key, array in kept.items()}), True
    fresh = slopes(roads, relief, progress=progress)
    keep(name, vars(fresh))
    return fresh, False


def walking_time(grade: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the time on foot as a multiple of that on the level, by Tobler's function.

    Examples
    --------
    >>> walking_time(np.array([0.0, 0.1, -0.05, -0.1])).round(3)
    array([1.   , 1.419, 0.839, 1.   ])
    """
    return np.exp(3.5 * (np.abs(grade + 0.05) - 0.05))


def cut(roads: RoadNetwork) -> Profile:
    """Return the roads cut into equal pieces of at most `MOST_PIECE_METERS` per segment."""
    n_pieces = np.maximum(np.ceil(roads.meters / MOST_PIECE_METERS), 1).astype(np.int64)
    segment_idx = np.repeat(np.arange(roads.n_segments), n_pieces)
    first_piece = np.cumsum(n_pieces) - n_pieces
    place = np.arange(len(segment_idx)) - first_piece[segment_idx]  # of a piece in its segment
    n_cuts = n_pieces - 1
    cut_after = roads.n_points + (np.cumsum(n_cuts) - n_cuts)[segment_idx] + place
    is_first, is_last = place == 0, place == n_cuts[segment_idx]
    ends = segment_idx[~is_last]
    share = (place[~is_last] + 1) / n_pieces[ends]
    return Profile(
        lon=np.concatenate([roads.lon, _between(roads.lon, roads, ends, share)]),
        lat=np.concatenate([roads.lat, _between(roads.lat, roads, ends, share)]),
        tail=np.where(is_first, roads.tail[segment_idx], cut_after - 1),
        head=np.where(is_last, roads.head[segment_idx], cut_after),
        meters=np.maximum((roads.meters / n_pieces)[segment_idx], _LEAST_METERS),
        segment_idx=segment_idx,
    )


def smoothed(profile: Profile, known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the heights of all points of a profile, smoothed along the roads.

    They are the ``h`` that make least::

        sum over points  w (h - known)²  +  l² · sum over pieces  (h_head - h_tail)² / meters

    where ``w`` is half the length of the pieces that meet at a point, zero where its height is
    not known. Away from ends and junctions that is a moving average with weights that fall off as
    ``exp(-distance / l)``, whatever the distances between the points; ``l`` is chosen so that it
    reaches as far as the plain average over `SMOOTH_METERS` (the same standard deviation,
    ``l √2 = 75 m / √12``). Across a hole it draws the straightest profile there is. At a junction
    all roads have one height.

    Parameters
    ----------
    profile : Profile
        Roads in pieces.
    known : (q,) float64
        Heights in meters, NaN where none is known.

    Returns
    -------
    (q,) float64
        Meters; 0 where no height is known in the same part of the network.
    """
    # Loaded here: slopes from the cache do not wait for it.
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    n = len(known)
    is_known = np.isfinite(known)
    ends = np.concatenate([profile.tail, profile.head])
    others = np.concatenate([profile.head, profile.tail])
    stiffness = SMOOTH_METERS**2 / 24 / np.concatenate([profile.meters, profile.meters])
    links = coo_array((stiffness, (ends, others)), shape=(n, n)).tocsc()

    part = pieces(profile.tail, profile.head, n)
    is_part_known = np.zeros(n, dtype=bool)
    is_part_known[part[is_known]] = True
    is_held = is_known | ~is_part_known[part]
    # A point of no piece has no weight, and needs some for the system to have one solution.
    weight = np.bincount(ends, np.concatenate([profile.meters, profile.meters]), n) / 2
    weight = np.where(is_held, np.maximum(weight, _LEAST_METERS), 0.0)

    system = diags_array(weight + links.sum(axis=0)) - links
    # Symmetric and positive definite, and a road network is nearly a tree: without pivoting and
    # in the order of least degree the factors are hardly fuller than the network itself.
    factors = splu(
        system.tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return np.asarray(factors.solve(weight * np.where(is_known, known, 0.0)))


def _between(
    values: NDArray[np.float64],
    roads: RoadNetwork,
    segment_idx: NDArray[np.int64],
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return values at points along segments, between those of their ends."""
    tail, head = values[roads.tail[segment_idx]], values[roads.head[segment_idx]]
    return tail + share * (head - tail)


def _mean(values: NDArray[np.float64], profile: Profile, n_segments: int) -> NDArray[np.float64]:
    """Return for each segment the mean over its pieces, which are equally long."""
    n_pieces = np.bincount(profile.segment_idx, minlength=n_segments)
    return np.bincount(profile.segment_idx, values, n_segments) / n_pieces


def _steepest(grade: NDArray[np.float64], profile: Profile, n_segments: int) -> NDArray[np.float64]:
    """Return for each segment the steepest grade of its pieces, without a sign."""
    steepest = np.zeros(n_segments)
    np.maximum.at(steepest, profile.segment_idx, np.abs(grade))
    return steepest
