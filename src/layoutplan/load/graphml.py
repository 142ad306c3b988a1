"""Roads from a graph that OSMnx has saved (.graphml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from layoutplan.core.schema import LONLAT
from layoutplan.errors import DataError, Finding
from layoutplan.load.access import MODES_OF_CLASS, TAG_KEYS, RoadUse, road_use
from layoutplan.load.segments import Segments, end_to_end

WAYS_AS_DRAWN: Final = "ways_as_drawn"
"""Graph attribute: an edge stands for both directions of a way, its tags say which are open."""

# What OSMnx, networkx and the parser of XML raise on a file that is something else.
_BROKEN = (
    AttributeError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    nx.NetworkXError,
)
_RANK: Final = {name: rank for rank, name in enumerate(MODES_OF_CLASS)}  # motorways first


def read_graphml(path: Path, label: str) -> Segments:
    """Return the segments of a road graph.

    OSMnx keeps a two-way street as two edges and a one-way street as one: vehicles go only along
    an edge, those on foot both ways, and the two edges of a street become one line again. A graph
    marked `WAYS_AS_DRAWN` (as the download of roads saves it) has one edge for each way instead.
    A simplified edge follows its ``geometry``; where it is made of several ways, a mode may use
    it only where all of them allow it, the least of the classes counts, and its id is their ids
    with ``;`` between them. Barriers are not known.

    Parameters
    ----------
    path : Path
        The file.
    label : str
        Its name in findings.

    Raises
    ------
    DataError
        Where the file is not a graph that OSMnx has saved.
    """
    try:
        graph, to_degrees = _load(path)
    except _BROKEN as fault:
        facts = {"reason": str(fault)}
        unreadable = Finding("roads.unreadable", "error", label, facts=facts)
        raise DataError(findings=[unreadable]) from fault
    is_as_drawn = WAYS_AS_DRAWN in graph.graph
    kinds: dict[tuple[tuple[str, ...], ...], int] = {}
    kind = [
        kinds.setdefault(tuple(_as_tuple(tags.get(key)) for key in TAG_KEYS), len(kinds))
        for _, _, tags in graph.edges(data=True)
    ]
    uses = [_use_of_edge(dict(zip(TAG_KEYS, values, strict=True)), is_as_drawn) for values in kinds]
    is_closed = np.array([not use.is_usable for use in uses], dtype=bool)
    n_closed = int(is_closed[kind].sum())
    edge_ids = np.array(
        [_joined(_as_tuple(tags.get("osmid"))) for _, _, tags in graph.edges(data=True)], np.str_
    )
    x, y, point, edge = _points(graph)
    lon, lat = to_degrees.transform(x, y)
    tail, head, segment_edge = end_to_end(point, edge)
    use_idx = np.array(kind, dtype=np.int32)[segment_edge]
    tail, head, use_idx, uses, street = _merge_directions(tail, head, use_idx, uses)
    way_idx, way_ids = _ways_of_streets(street, segment_edge, edge_ids)
    return Segments(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        use_idx=use_idx,
        uses=uses,
        way_idx=way_idx,
        way_ids=way_ids,
        n_rows=len(kind),
        n_closed=n_closed,
    )


def _load(path: Path) -> tuple[nx.MultiDiGraph[str], Transformer]:
    """Return the graph, its tags as text, and the way from its x and y to degrees."""
    as_text = dict.fromkeys((*TAG_KEYS, "osmid"), str)
    graph = osmnx.load_graphml(path, node_dtypes={"osmid": str}, edge_dtypes=as_text)
    to_degrees = Transformer.from_crs(graph.graph.get("crs", LONLAT), LONLAT, always_xy=True)
    x, y = ([attributes[axis] for _, attributes in graph.nodes(data=True)] for axis in "xy")
    lon, lat = to_degrees.transform(x, y)
    if not ((np.abs(lon) <= 180) & (np.abs(lat) <= 90)).all():
        raise ValueError("a node lies nowhere on the globe")
    return graph, to_degrees


def _as_tuple(value: object) -> tuple[str, ...]:
    """Return the values of an attribute: several where a simplified edge is made of many ways."""
    return tuple(map(str, value)) if isinstance(value, list) else (str(value or ""),)


def _joined(ids: Iterable[str]) -> str:
    """Return `ids` in one text, each once and in order: both edges of a street have the same."""
    return ";".join(sorted(set(ids) - {""}, key=lambda way_id: (len(way_id), way_id)))


def _use_of_edge(values: Mapping[str, tuple[str, ...]], is_as_drawn: bool) -> RoadUse:
    """Return who may use an edge: what every way that it is made of allows."""
    # OSMnx turns a way that is open against its line only, so that the edge runs the open way.
    oneway = [
        "yes" if value in ("-1", "reverse") or not is_as_drawn else value
        for value in values["oneway"]
    ]
    values = {**values, "oneway": tuple(oneway)}
    parts = [
        road_use({key: of_way[min(way, len(of_way) - 1)] for key, of_way in values.items()})
        for way in range(max(map(len, values.values())))
    ]
    return RoadUse(
        road_class=max(
            (part.road_class for part in parts), key=lambda name: (_RANK.get(name, 0), name)
        ),
        forward=int(np.bitwise_and.reduce([part.forward for part in parts])),
        backward=int(np.bitwise_and.reduce([part.backward for part in parts])),
        max_kmh=float(np.fmin.reduce([part.max_kmh for part in parts])),
    )


def _points(
    graph: nx.MultiDiGraph[str],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the points of all edges: x and y by point; point and edge, one edge after another."""
    number = {node: idx for idx, node in enumerate(graph.nodes)}
    node_xy = np.array([(data["x"], data["y"]) for _, data in graph.nodes(data=True)], dtype=float)
    ends = np.array([(number[tail], number[head]) for tail, head in graph.edges()], dtype=np.int64)
    ends = ends.reshape(-1, 2)
    bends, edge_of_bend = shapely.get_coordinates(
        [data.get("geometry") for _, _, data in graph.edges(data=True)], return_index=True
    )
    points = pd.DataFrame({"edge": edge_of_bend, "x": bends[:, 0], "y": bends[:, 1]})
    points["place"] = points.groupby("edge").cumcount() + 1
    is_bend = (points["place"] > 1) & points.duplicated("edge", keep="last")
    points = _along_the_edge(points, ends, node_xy)[is_bend]

    # Bends of a street have no id: those of its two edges are the same where they lie the same.
    points["low"], points["high"] = np.sort(ends, axis=1)[points["edge"]].T
    bend = points.groupby(["low", "high", "x", "y"], sort=False).ngroup()
    first = ~bend.duplicated()
    points["point"] = bend + len(number)
    edges = np.arange(len(ends))
    starts = pd.DataFrame({"edge": edges, "place": 0, "point": ends[:, 0]})
    stops = pd.DataFrame({"edge": edges, "place": np.iinfo(np.int64).max, "point": ends[:, 1]})
    order = pd.concat([starts, points[["edge", "place", "point"]], stops])
    order = order.sort_values(["edge", "place"])
    xy = np.concatenate([node_xy.reshape(-1, 2), points.loc[first, ["x", "y"]].to_numpy()])
    return xy[:, 0], xy[:, 1], order["point"].to_numpy(), order["edge"].to_numpy()


def _along_the_edge(
    points: pd.DataFrame, ends: NDArray[np.int64], node_xy: NDArray[np.float64]
) -> pd.DataFrame:
    """Return `points` with the places turned round on lines drawn from the head to the tail."""
    first = points[points["place"] == 1]
    first_xy = first[["x", "y"]].to_numpy()
    to_tail, to_head = (
        np.hypot(*(first_xy - node_xy[ends[first["edge"], end]]).T) for end in (0, 1)
    )
    is_turned = points["edge"].isin(first["edge"][to_head < to_tail])
    return points.assign(place=points["place"].where(~is_turned, -points["place"] + 2**32))


def _merge_directions(
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    use_idx: NDArray[np.integer],
    uses: list[RoadUse],
) -> tuple[
    NDArray[np.integer],
    NDArray[np.integer],
    NDArray[np.integer],
    list[RoadUse],
    NDArray[np.integer],
]:
    """Return the segments with those that run over the same points and are alike as one.

    The last array says which of the new segments stands for each of the given ones.
    """
    is_turned = tail > head
    forward = np.array([use.forward for use in uses], dtype=np.int64)[use_idx]
    backward = np.array([use.backward for use in uses], dtype=np.int64)[use_idx]
    frame = pd.DataFrame(
        {
            "tail": np.where(is_turned, head, tail),
            "head": np.where(is_turned, tail, head),
            "road_class": np.array([use.road_class for use in uses], dtype=object)[use_idx],
            "max_kmh": np.array([use.max_kmh for use in uses], dtype=np.float64)[use_idx],
        }
    )
    street = frame.groupby(list(frame.columns), sort=False, dropna=False).ngroup().to_numpy()
    frame = frame[~pd.Series(street).duplicated()].assign(forward=0, backward=0)
    for column, bits in (
        ("forward", np.where(is_turned, backward, forward)),
        ("backward", np.where(is_turned, forward, backward)),
    ):
        merged = np.zeros(len(frame), dtype=np.int64)
        np.bitwise_or.at(merged, street, bits)
        frame[column] = merged
    kind = frame.groupby(["road_class", "forward", "backward", "max_kmh"], sort=False, dropna=False)
    merged_uses = [RoadUse(*values) for values in kind.first().index]
    return (
        frame["tail"].to_numpy(),
        frame["head"].to_numpy(),
        kind.ngroup().to_numpy(),
        merged_uses,
        street,
    )


def _ways_of_streets(
    street: NDArray[np.integer], edge: NDArray[np.integer], edge_ids: NDArray[np.str_]
) -> tuple[NDArray[np.integer], NDArray[np.str_]]:
    """Return the way of each street, made of edges that may have different ids, and all ids."""
    pairs = pd.DataFrame({"street": street, "id": edge_ids[edge]}).drop_duplicates()
    ids = pairs.drop_duplicates("street").set_index("street")["id"]
    of_several = pairs[pairs.duplicated("street", keep=False)].groupby("street")["id"]
    several = {each: _joined(";".join(parts).split(";")) for each, parts in of_several}
    ids = ids.where(~ids.index.isin(several), ids.index.map(several))
    way_idx, way_ids = pd.factorize(ids)
    return way_idx, np.array(way_ids, dtype=np.str_)
