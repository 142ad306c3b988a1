"""Lines with no more points than show."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

_METERS_PER_DEGREE: Final = 110_574.0  # of latitude, at the equator, where it is least


def simplified(lines: NDArray[np.object_], meters: float) -> NDArray[np.object_]:
    """Return `lines` (EPSG:4326) without the points that lie within `meters` of the line left.

    Ends stay, and ends that are equal stay equal. The distance is the same in all directions.
    """
    if not len(lines):
        return lines
    # Degrees of longitude are shortened as on the ground.
    latitude = shapely.get_coordinates(lines)[:, 1].mean()
    scale = np.array([np.cos(np.radians(latitude)), 1.0])
    on_ground = shapely.transform(lines, lambda lonlat: lonlat * scale)
    fewer = shapely.simplify(on_ground, meters / _METERS_PER_DEGREE, preserve_topology=False)
    return np.asarray(shapely.transform(fewer, lambda xy: xy / scale))
