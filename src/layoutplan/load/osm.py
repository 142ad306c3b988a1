"""Roads from extracts of OpenStreetMap (.osm.pbf, .osm), in one pass over the file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

import numpy as np
import osmium
import pandas as pd
from numpy.typing import NDArray
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY

from layoutplan.errors import DataError, Finding
from layoutplan.load.access import ACCESS_KEYS, TAG_KEYS, RoadUse, barrier_stops, road_use
from layoutplan.load.segments import ELLIPSOID, Segments, end_to_end

_UNITS_PER_DEGREE: Final = 10_000_000  # osmium keeps coordinates as whole ten-millionths
_ROAD_KEYS: Final = frozenset(key.encode() for key in TAG_KEYS)
_BARRIER_KEYS: Final = frozenset(key.encode() for key in ("barrier", *ACCESS_KEYS))

_XML: Final = "osm,locations_on_ways=true,add_metadata=false"
_XML_PER_BYTE: Final = 20  # at most; extracts of counties came to 1 to 7
_BLOCK_BYTES: Final = 2**26  # of XML that is looked at together
_WAY_END: Final = b"</way>"
_BARRIER: Final = re.compile(rb'<node id="(-?\d+)"[^>]*>(.*?)</node>', re.DOTALL)
_TAG: Final = re.compile(rb'k="([^"]*)" v="([^"]*)"')
_QUOTE_TO_COMMA: Final = bytes.maketrans(b'"', b",")

Tags = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class _Ways:
    """What the file says of its ways, and of the barriers on them."""

    ids: list[str] = field(default_factory=list)  # by way
    n_nodes: list[int] = field(default_factory=list)  # by way
    tags: list[bytes] = field(default_factory=list)  # by way, as in the text
    nodes: list[pd.DataFrame] = field(default_factory=list)  # node, x, y, way after way
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
        Where the file is not what its suffix says, or is cut off, or too large to be unpacked.
    """
    _require_room(path, label)
    try:
        with TemporaryDirectory(prefix="layoutplan-") as folder:
            read = _read_ways(_roads_alone(path, Path(folder) / "roads.xml"))
        use_of_way, uses = _uses(read.tags)
    except (RuntimeError, ValueError, LookupError) as fault:  # of a bad file
        facts = {"reason": str(fault)}
        unreadable = Finding("roads.unreadable", "error", label, facts=facts)
        raise DataError(findings=[unreadable]) from fault
    nodes = pd.concat(read.nodes)
    point, point_ids = pd.factorize(nodes["node"].to_numpy())
    lon, lat = np.empty((2, len(point_ids)))
    lon[point], lat[point] = _degrees(nodes["x"]), _degrees(nodes["y"])
    is_placed = ~np.isnan(lon)

    n_ways = len(read.ids)
    way = np.repeat(np.arange(n_ways, dtype=np.int32), read.n_nodes)
    tail, head, segment_way = end_to_end(point, way)
    is_whole = is_placed[tail] & is_placed[head]
    tail, head, segment_way = tail[is_whole], head[is_whole], segment_way[is_whole]
    stopped = pd.Series(read.stops, dtype=np.uint8).reindex(point_ids, fill_value=0)
    return Segments(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        use_idx=use_of_way[segment_way],
        uses=uses,
        way_idx=segment_way,
        way_ids=np.array(read.ids, dtype=np.str_),
        stopped=_stopped_beside(stopped.to_numpy(), tail, head, lon, lat),
        n_rows=n_ways,
        n_closed=int((~np.array([use.is_usable for use in uses], dtype=bool))[use_of_way].sum()),
        findings=_cut_ways(way[~is_placed[point]], label),
    )


def _require_room(path: Path, label: str) -> None:
    """See that there is room for the XML: osmium ends the whole program where it runs out."""
    folder = gettempdir()
    n_bytes = _XML_PER_BYTE * path.stat().st_size
    if shutil.disk_usage(folder).free < n_bytes:
        facts = {"folder": folder, "megabytes": n_bytes // 10**6 + 1}
        raise DataError(findings=[Finding("roads.no_room", "error", label, facts=facts)])


def _roads_alone(path: Path, out: Path) -> Path:
    """Write the roads of the file and the barriers as XML, places with the nodes of each way.

    This is all osmium's own work, and takes a fraction of the time in which Python could ask it
    for each node of each way.
    """
    is_road, is_barrier = KeyFilter("highway"), KeyFilter("barrier")
    is_road.enable_for(WAY)
    is_barrier.enable_for(NODE)
    places = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    places.ignore_errors()  # nodes beyond the edge of the extract
    with (
        osmium.io.Reader(str(path), NODE | WAY) as reader,
        osmium.SimpleWriter(osmium.io.File(str(out), _XML)) as writer,
    ):
        osmium.apply(reader, places, is_road, is_barrier, writer)
    return out


def _read_ways(xml: Path) -> _Ways:
    """Return the ways and barriers in the XML that osmium wrote."""
    ways = _Ways()
    for block in _blocks(xml):
        places = []
        for piece in block.split(_WAY_END):
            before, _, way = piece.partition(b'<way id="')
            for node, tags in _BARRIER.findall(before):
                ways.stops[int(node)] = barrier_stops(_tags(_those(_BARRIER_KEYS, tags)))
            if way:
                way_id, _, rest = way.partition(b'"')
                nodes, _, tags = rest.partition(b"<tag")
                ways.ids.append(way_id.decode())
                ways.n_nodes.append(nodes.count(b"<nd"))
                ways.tags.append(tags)
                places.append(nodes)
        ways.nodes.append(_table(b"".join(places)))
    return ways


def _blocks(xml: Path) -> Iterator[bytes]:
    """Return the text in blocks that end where a way ends."""
    rest = b""
    with xml.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            whole, end, rest = (rest + block).rpartition(_WAY_END)
            yield whole + end
    yield rest


def _table(nodes: bytes) -> pd.DataFrame:
    """Return a table of the nodes of ways, their places in degrees, NaN where unknown."""
    columns = {"node": np.int64, "y": np.float64, "x": np.float64}
    if b"<nd" not in nodes:
        return pd.DataFrame({name: np.empty(0, kind) for name, kind in columns.items()})
    # <nd ref="1" lat="34" lon="105"/> -> ,1,,34,,105,
    rows = BytesIO(nodes.translate(_QUOTE_TO_COMMA, delete=b" <>/=ndreflato"))
    return pd.read_csv(rows, header=None, names=list(columns), usecols=[1, 3, 5], dtype=columns)


def _degrees(numbers: pd.Series[float]) -> NDArray[np.float64]:
    """Return degrees as near to the numbers in the text as floats can be."""
    return np.asarray(np.rint(numbers.to_numpy() * _UNITS_PER_DEGREE) / _UNITS_PER_DEGREE)


def _uses(tags: list[bytes]) -> tuple[NDArray[np.integer], list[RoadUse]]:
    """Return which use each way has, by its tags, and the uses."""
    likeness, different = pd.factorize(np.array(tags, dtype=object))
    kinds: dict[Tags, int] = {}
    kind = [kinds.setdefault(_those(_ROAD_KEYS, each), len(kinds)) for each in different]
    return np.array(kind, dtype=np.int32)[likeness], [road_use(_tags(each)) for each in kinds]


def _those(keys: frozenset[bytes], tags: bytes) -> Tags:
    """Return those of the `tags` in a text that have one of `keys`."""
    return tuple([tag for tag in _TAG.findall(tags) if tag[0] in keys])


def _tags(tags: Tags) -> dict[str, str]:
    """Return `tags` by key, those without a value left out."""
    return {key.decode(): unescape(value.decode()) for key, value in tags if value}


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


def _cut_ways(ways: NDArray[np.integer], label: str) -> tuple[Finding, ...]:
    """Return what to say of `ways` whose nodes are partly outside the file."""
    n_ways = len(np.unique(ways))
    return (Finding("roads.ways.cut", "note", label, facts={"n_ways": n_ways}),) * (n_ways > 0)
