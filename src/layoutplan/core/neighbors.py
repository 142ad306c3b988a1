"""Which villages are neighbors, by where they lie."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError


def neighbors(points: gpd.GeoSeries) -> NDArray[np.int64]:
    """Return the pairs of neighboring places: those that share an edge of the Delaunay graph.

    Two places are neighbors when some point of the land between them has no other place as near.
    Places that lie on one spot are neighbors of each other.

    Parameters
    ----------
    points : geopandas.GeoSeries
        (n,) points, EPSG:4326.

    Returns
    -------
    (k, 2) int64
        Positions in `points`, each pair in both directions, sorted, each once.
    """
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    # Degrees of longitude are shorter away from the equator; within a county one factor will do.
    plane = np.column_stack([lon * np.cos(np.radians(lat.mean() if len(lat) else 0.0)), lat])
    spots, spot = np.unique(plane, axis=0, return_inverse=True)
    edges = [_on_one_spot(spot), _between_spots(spots, spot)]
    both = np.concatenate([*edges, *(edge[:, ::-1] for edge in edges)])
    return np.unique(both, axis=0)


def _on_one_spot(spot: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return a chain through the places of each spot."""
    order = np.argsort(spot, kind="stable")
    is_same = spot[order][1:] == spot[order][:-1]
    return np.column_stack([order[:-1][is_same], order[1:][is_same]]).astype(np.int64)


def _between_spots(spots: NDArray[np.float64], spot: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return pairs of places, the first of each spot, whose spots are neighbors."""
    first = np.unique(spot, return_index=True)[1]
    try:
        starts, ends = Delaunay(spots).vertex_neighbor_vertices
    except (QhullError, ValueError):  # fewer than three, or all on a line: one after the other
        along = np.lexsort(spots.T)
        pairs = np.column_stack([along[:-1], along[1:]])
    else:
        pairs = np.column_stack([np.repeat(np.arange(len(spots)), np.diff(starts)), ends])
    return first[pairs].astype(np.int64).reshape(-1, 2)
