"""The least that reading an extract of OpenStreetMap with pyosmium takes.

    python -m benchmarks.bare_pass county.osm.pbf

One pass in the way the library's manual shows, which collects what travel times need: the roads
with their tags, the ids and places of their points, and the barriers among the points.
"""

from __future__ import annotations

import sys

import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY, Node, Way


def bare_pass(file: str) -> tuple[int, int, int]:
    """Return how many roads, points of roads and barriers there are."""
    tags: list[dict[str, str]] = []
    points: list[tuple[int, int, int]] = []
    barriers: dict[int, dict[str, str]] = {}
    is_road, is_barrier = KeyFilter("highway"), KeyFilter("barrier")
    is_road.enable_for(WAY)
    is_barrier.enable_for(NODE)
    objects = osmium.FileProcessor(file, NODE | WAY).with_locations()
    for found in objects.with_filter(is_road).with_filter(is_barrier):
        if isinstance(found, Way):
            tags.append(dict(found.tags))
            points.extend([(node.ref, node.x, node.y) for node in found.nodes])
        elif isinstance(found, Node):
            barriers[found.id] = dict(found.tags)
    return len(tags), len(points), len(barriers)


if __name__ == "__main__":
    print(*bare_pass(sys.argv[1]))
