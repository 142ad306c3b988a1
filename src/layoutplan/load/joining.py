"""Lines that were drawn without meeting -> one network: ends joined, crossings made junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layoutplan.core.pieces import pieces
from layoutplan.load.segments import end_to_end

TOUCH_METERS: Final = 0.01  # coordinates are seldom meant any finer than this

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
Lines = NDArray[np.object_]


@dataclass(frozen=True)
class JoinedLines:
    """Lines as segments between points, joined.

    Parameters
    ----------
    new_xy : (k, 2) float64
        Points in the middle of lines where others join them, in meters: their numbers follow
        those of the points that were given.
    tail, head : (m,) int64
        Points at the ends of each segment.
    line : (m,) int64
        The line that a segment is part of; for a connector the line whose end it joins.
    is_connector : (m,) bool
        Whether the segment was added to close a gap.
    gap_meters : (g,) float64
        Length of every gap that was closed.
    n_crossings : int
        Places where two lines cross, or one ends on the other, without a common point; joined if
        that was asked for.
    crossing_lines : (k, 2) int64
        The lines that cross or meet somewhere.
    """

    new_xy: Floats
    tail: Ints
    head: Ints
    line: Ints
    is_connector: NDArray[np.bool_]
    gap_meters: Floats
    n_crossings: int
    crossing_lines: Ints


def join_lines(
    lines: Lines, point: Ints, *, gap_meters: float = 0.0, node_crossings: bool = False
) -> JoinedLines:
    """Return `lines` as segments, joined where they were meant to meet.

    Each end of a line is joined to every other line that comes within `gap_meters` of it, at the
    nearest place of that line, be it an end or in the middle; except where the two lines already
    have a common point that near to the end. The connector is as long as the gap. With
    `node_crossings` two lines that cross (or of which one ends on the other) get a common point.
    A line is never joined to itself.

    Parameters
    ----------
    lines : (n,) LineString
        In meters, on a plane.
    point : (v,) int64
        The point at each vertex, in the order of :func:`shapely.get_coordinates`; lines that
        share a point meet there.
    gap_meters : float
        Largest gap to close, 0 for none.
    node_crossings : bool
        Whether lines that cross are joined where they cross.
    """
    stops = _vertices(lines, point)
    n_points = int(point.max(initial=-1)) + 1
    new_xy = np.empty((0, 2))

    crossing_lines, crossing_xy = _crossings(lines)
    crossing_line = crossing_lines.ravel()
    measure = shapely.line_locate_point(
        lines[crossing_line], np.asarray(shapely.points(crossing_xy.repeat(2, axis=0)))
    )
    noded, at, xy = _insert(stops, lines, crossing_line, measure, n_points)
    pairs = at.reshape(-1, 2)
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    n_crossings = len(pairs)
    if node_crossings:
        new_xy, stops = xy, noded
        n_points += len(xy)
        stops["point"] = _merge(pairs, n_points)[stops["point"]]

    reach = max(gap_meters, TOUCH_METERS if node_crossings else 0.0)
    end, other, gap = _gaps(stops, lines, reach) if reach else _NO_GAPS
    from_point, owner = _ends(stops)
    measure = shapely.line_locate_point(lines[other], _end_points(lines)[end])
    stops, to_point, xy = _insert(stops, lines, other, measure, n_points)
    links = pd.DataFrame(np.sort(np.column_stack([from_point[end], to_point]), axis=1))
    is_link = (~links.duplicated() & (links[0] != links[1])).to_numpy()
    is_touch = is_link & (gap <= TOUCH_METERS) & node_crossings

    tail, head, line = end_to_end(stops["point"].to_numpy(), stops["line"].to_numpy())
    return JoinedLines(
        new_xy=np.concatenate([new_xy, xy]),
        tail=np.concatenate([tail, from_point[end][is_link]]),
        head=np.concatenate([head, to_point[is_link]]),
        line=np.concatenate([line, owner[end][is_link]]),
        is_connector=np.repeat([False, True], [len(tail), is_link.sum()]),
        gap_meters=gap[is_link & ~is_touch],
        n_crossings=n_crossings + int(is_touch.sum()),
        crossing_lines=crossing_lines,
    )


def nearby_lines(lines: Lines, meters: float) -> tuple[Ints, Ints, Floats]:
    """Return each pair of an end and another line within `meters`: end, line, distance in meters.

    Ends are numbered line by line: the first of line `k` is ``2k``, its last ``2k + 1``.
    """
    ends = _end_points(lines)
    end, line = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=meters)
    is_other = end // 2 != line
    end, line = end[is_other], line[is_other]
    order = np.lexsort((line, end))
    end, line = end[order], line[order]
    return end, line, shapely.distance(ends[end], lines[line])


_NO_GAPS = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def _vertices(lines: Lines, point: Ints) -> pd.DataFrame:
    """Return the points along all lines: line, meters from its beginning, point; in order."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    is_first = np.append(True, line[1:] != line[:-1])[: len(line)]
    walked = np.cumsum(np.where(is_first, 0.0, step))
    begins = walked[is_first][np.cumsum(is_first) - 1]
    return pd.DataFrame({"line": line, "measure": walked - begins, "point": point})


def _insert(
    stops: pd.DataFrame, lines: Lines, line: Ints, measure: Floats, n_points: int
) -> tuple[pd.DataFrame, Ints, Floats]:
    """Return `stops` with points at `measure` of `line`; which points those are; the new ones' xy.

    A point that is already there, to the centimeter, is taken.
    """
    # All lines one behind the other on one axis, a meter apart, so that one search does for all.
    lengths = shapely.length(lines) + 1.0
    begins = np.cumsum(lengths) - lengths
    known = begins[stops["line"]] + stops["measure"].to_numpy()
    wanted = begins[line] + measure
    after = np.searchsorted(known, wanted).clip(max=max(len(known) - 1, 0))
    before = (after - 1).clip(min=0)
    nearest = np.where(wanted - known[before] < known[after] - wanted, before, after)
    is_new = np.abs(known[nearest] - wanted) > TOUCH_METERS
    at = stops["point"].to_numpy()[nearest]

    _, first, number = np.unique(
        np.rint(wanted[is_new] / TOUCH_METERS), return_index=True, return_inverse=True
    )
    at[is_new] = n_points + number
    line, measure = line[is_new][first], measure[is_new][first]
    added = pd.DataFrame(
        {"line": line, "measure": measure, "point": n_points + np.arange(len(first))}
    )
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], measure))
    longer = pd.concat([stops, added], ignore_index=True)
    return longer.sort_values(["line", "measure"], kind="stable", ignore_index=True), at, xy


def _merge(pairs: Ints, n_points: int) -> Ints:
    """Return (n_points,) which point stands for each, once the two of every pair are one."""
    return pieces(pairs[:, 0], pairs[:, 1], n_points)


def _crossings(lines: Lines) -> tuple[Ints, Floats]:
    """Return (k, 2) pairs of lines and (k, 2) xy for every place where two lines meet."""
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    is_pair = one < other
    pairs = np.column_stack([one[is_pair], other[is_pair]])
    parts, of_pair = shapely.get_parts(
        shapely.intersection(lines[pairs[:, 0]], lines[pairs[:, 1]]), return_index=True
    )
    # Where two lines run together, the places that count are where they part.
    is_line = shapely.get_dimensions(parts) == 1
    places = np.concatenate(
        [parts[~is_line], *(shapely.get_point(parts[is_line], end) for end in (0, -1))]
    )
    of_place = np.concatenate([of_pair[~is_line], np.tile(of_pair[is_line], 2)])
    order = np.argsort(of_place, kind="stable")
    return pairs[of_place[order]], shapely.get_coordinates(places[order]).reshape(-1, 2)


def _gaps(stops: pd.DataFrame, lines: Lines, meters: float) -> tuple[Ints, Ints, Floats]:
    """Return end, other line and length of each gap, without those where the lines meet nearby."""
    end, other, gap = nearby_lines(lines, meters)
    to_last = shapely.length(lines)[stops["line"]] - stops["measure"]
    near = [
        stops.assign(end=2 * stops["line"] + last)[distance <= meters]
        for last, distance in enumerate((stops["measure"], to_last))
    ]
    met = pd.concat(near).merge(stops[["line", "point"]], on="point", suffixes=("", "_met"))
    is_met = np.isin(end * len(lines) + other, met["end"] * len(lines) + met["line_met"])
    return end[~is_met], other[~is_met], gap[~is_met]


def _end_points(lines: Lines) -> Lines:
    """Return the first and the last point of each line, line by line."""
    return np.column_stack([shapely.get_point(lines, 0), shapely.get_point(lines, -1)]).ravel()


def _ends(stops: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the point at each end, line by line, and the line it is the end of."""
    by_line = stops.groupby("line")["point"]
    ends = np.column_stack([by_line.first(), by_line.last()])
    return ends.ravel(), np.repeat(np.arange(len(ends)), 2)
