"""Roads from extracts of OpenStreetMap (.osm.pbf, .osm), in one pass over the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
from numpy.typing import NDArray
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY, Node, Way

from layoutplan.errors import DataError, Finding
from layoutplan.load.access import ACCESS_KEYS, TAG_KEYS, barrier_stops, road_use
from layoutplan.load.segments import ELLIPSOID, Segments, end_to_end

_UNITS_PER_DEGREE = 10_000_000  # osmium keeps coordinates as whole ten-millionths of a degree
_NOWHERE = 2**31 - 1  # what it gives for a node that the file does not hold
_BARRIER_KEYS = ("barrier", *ACCESS_KEYS)


@dataclass(frozen=True)
class _Ways:
    """What one pass collects, in flat lists of plain numbers: the fastest that Python has."""

    numbers: list[int] = field(default_factory=list)  # id, x, y of each node, way after way
    n_nodes: list[int] = field(default_factory=list)  # by way
    kind: list[int] = field(default_factory=list)  # by way: its number in `kinds`
    kinds: dict[tuple[str | None, ...], int] = field(default_factory=dict)  # tags that differ
    stops: dict[int, int] = field(default_factory=dict)  # node -> modes that cannot pass


def read_osm(path: Path, label: str) -> Segments:
    """Return the segments of all ways with a ``highway`` tag.

    Nodes are points, so ways meet only where they share a node. A barrier on a road (see
    :func:`layoutplan.load.access.barrier_stops`) closes, for the modes that cannot pass it, the
    segments that meet there except the longest: nobody gets through, and hardly any road is lost.

    Parameters
    ----------
    path : Path
        The file; its suffix tells the format.
    label : str
        Its name in findings.

    Raises
    ------
    DataError
        Where the file is not what its suffix says, or is cut off.
    """
    try:
        read = _read_ways(path)
    except (RuntimeError, UnicodeDecodeError) as fault:  # all that osmium raises on a bad file
        facts = {"reason": str(fault)}
        unreadable = Finding("roads.unreadable", "error", label, facts=facts)
        raise DataError(findings=[unreadable]) from fault
    uses = [road_use(_tags(TAG_KEYS, values)) for values in read.kinds]
    ids, x, y = np.array(read.numbers, dtype=np.int64).reshape(-1, 3).T
    point, point_ids = pd.factorize(ids)
    lon, lat = np.empty(len(point_ids)), np.empty(len(point_ids))
    lon[point], lat[point] = x / _UNITS_PER_DEGREE, y / _UNITS_PER_DEGREE
    is_placed = np.ones(len(point_ids), dtype=bool)
    is_placed[point] = x != _NOWHERE

    n_ways = len(read.n_nodes)
    way = np.repeat(np.arange(n_ways), read.n_nodes)
    tail, head, segment_way = end_to_end(point, way)
    is_whole = is_placed[tail] & is_placed[head]
    tail, head, segment_way = tail[is_whole], head[is_whole], segment_way[is_whole]
    use_of_way = np.array(read.kind, dtype=np.int32)
    stopped = pd.Series(read.stops, dtype=np.uint8).reindex(point_ids, fill_value=0)
    return Segments(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        use_idx=use_of_way[segment_way],
        uses=uses,
        stopped=_stopped_beside(stopped.to_numpy(), tail, head, lon, lat),
        n_rows=n_ways,
        n_closed=int((~np.array([use.is_usable for use in uses], dtype=bool))[use_of_way].sum()),
        findings=_cut_ways(way[~is_placed[point]], label),
    )


def _read_ways(path: Path) -> _Ways:
    """Return the ways of the file and the barriers among its nodes."""
    ways = _Ways()
    is_road, is_barrier = KeyFilter("highway"), KeyFilter("barrier")
    is_road.enable_for(WAY)
    is_barrier.enable_for(NODE)
    objects = osmium.FileProcessor(str(path), NODE | WAY).with_locations()
    for found in objects.with_filter(is_road).with_filter(is_barrier):
        if isinstance(found, Way):
            for node in found.nodes:
                ways.numbers.extend((node.ref, node.x, node.y))
            ways.n_nodes.append(len(found.nodes))
            values = tuple(map(found.tags.get, TAG_KEYS))
            ways.kind.append(ways.kinds.setdefault(values, len(ways.kinds)))
        elif isinstance(found, Node):
            values = tuple(map(found.tags.get, _BARRIER_KEYS))
            ways.stops[found.id] = barrier_stops(_tags(_BARRIER_KEYS, values))
    return ways


def _stopped_beside(
    stopped: NDArray[np.integer],
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Return (m,) bits of the modes that `stopped` ((n,) bits by point) keeps off each segment."""
    at = np.concatenate([tail, head])
    segment = np.tile(np.arange(len(tail)), 2)
    is_barred = stopped[at] > 0
    at, segment = at[is_barred], segment[is_barred]
    ends = tail[segment], head[segment]
    _, _, meters = ELLIPSOID.inv(lon[ends[0]], lat[ends[0]], lon[ends[1]], lat[ends[1]])
    order = np.lexsort((segment, meters, at))
    is_longest = np.append(at[order][1:] != at[order][:-1], True)[: len(order)]
    shorter = order[~is_longest]
    bits = np.zeros(len(tail), dtype=np.uint8)
    np.bitwise_or.at(bits, segment[shorter], stopped[at[shorter]])
    return bits


def _cut_ways(ways: NDArray[np.int64], label: str) -> tuple[Finding, ...]:
    """Return what to say of `ways` whose nodes are partly outside the file."""
    n_ways = len(np.unique(ways))
    return (Finding("roads.ways.cut", "note", label, facts={"n_ways": n_ways}),) * (n_ways > 0)


def _tags(keys: Iterable[str], values: Iterable[str | None]) -> dict[str, str]:
    """Return the tags that are there."""
    return {key: value for key, value in zip(keys, values, strict=True) if value}
