"""Roads as they were read, kept in the cache for the next run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

import numpy as np

from layoutplan import cache
from layoutplan.core.network import ALL_MODES, RoadNetwork
from layoutplan.errors import Finding
from layoutplan.load.sources import RoadSource

Findings = tuple[Finding, ...]

_KINDS: Final = {
    "lon": np.float64,
    "lat": np.float64,
    "tail": np.int32,
    "head": np.int32,
    "meters": np.float64,
    "road_class": np.int16,
    "max_kmh": np.float32,
    "forward": np.uint8,
    "backward": np.uint8,
    "way_idx": np.int32,
}
_USED_LATER: Final = ("path", "max_snap_meters", "elevation")  # not by those who read the roads
_MAKERS: Final = ("layoutplan.load", "layoutplan.core")
_PACKAGES: Final = ("osmium", "osmnx", "pyogrio", "pyproj", "shapely")


def entry_of(source: RoadSource, contents: Iterable[str]) -> str:
    """Return the name under which the roads at `source` are kept.

    It changes with all that the reading depends on: what is in the file, what `source` asks for (a
    new setting counts unless it is named in `_USED_LATER`), and the readers. Of these the code
    itself is hashed, all of the room, so that nobody who changes a reader has to remember this;
    the price is that after an upgrade every file is read once more.

    Parameters
    ----------
    source : RoadSource
        Where the file lies, and how it is read.
    contents : iterable of str
        Names and hashes of the file and of those that belong to it.
    """
    asked = [
        f"{field.name}={getattr(source, field.name)!r}"
        for field in fields(source)
        if field.name not in _USED_LATER
    ]
    modules = (
        (package, file.name.encode(), file.read_bytes())
        for package in _MAKERS
        for file in sorted(files(package).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".py")
    )
    packages = [f"{package} {version(package)}" for package in _PACKAGES]
    code = [part for module in modules for part in module]
    return cache.entry_name("roads", [*contents, *asked, *packages, *code])


def recall_roads(entry: str) -> tuple[RoadNetwork, int, Findings] | None:
    """Return what :func:`keep_roads` was given; None where nothing sound is kept."""
    arrays = cache.recall(entry)
    if arrays is None:
        return None
    try:
        told = json.loads(arrays.pop("told").tobytes())
        parts: dict[str, Any] = {**arrays, "class_names": tuple(told["class_names"])}
        roads, n_rows = RoadNetwork(**parts), int(told["n_rows"])
        findings = tuple(_from_json(values) for values in told["findings"])
    except (KeyError, TypeError, ValueError):
        return None
    return (roads, n_rows, findings) if _is_sound(roads) else None


def keep_roads(entry: str, roads: RoadNetwork, n_rows: int, findings: Findings) -> None:
    """Keep the roads of a file, the number of its rows and what was found in it."""
    told = {
        "class_names": roads.class_names,
        "n_rows": n_rows,
        "findings": [_to_json(finding) for finding in findings],
    }
    arrays = {name: getattr(roads, name) for name in (*_KINDS, "way_ids")}
    text = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
    cache.keep(entry, {**arrays, "told": text})


def _is_sound(roads: RoadNetwork) -> bool:
    """Return whether the arrays fit together, so that no position in them leads nowhere."""
    n_points, n_segments, ids = roads.n_points, roads.n_segments, roads.way_ids
    sizes = {**dict.fromkeys(_KINDS, n_segments), "lon": n_points, "lat": n_points}
    arrays = {name: getattr(roads, name) for name in _KINDS}
    are_alike = all(
        array.shape == (sizes[name],) and array.dtype == _KINDS[name]
        for name, array in arrays.items()
    )
    if not are_alike or ids.ndim != 1 or ids.dtype.kind != "U":
        return False
    ends = {
        **dict.fromkeys(("tail", "head"), n_points),
        **dict.fromkeys(("forward", "backward"), ALL_MODES + 1),
        "road_class": len(roads.class_names),
        "way_idx": len(ids),
    }
    return all(
        arrays[name].min(initial=0) >= 0 and arrays[name].max(initial=0) < end
        for name, end in ends.items()
    ) and all(np.isfinite(arrays[name]).all() for name in ("lon", "lat", "meters"))


def _to_json(finding: Finding) -> list[object]:
    """Return a finding as JSON can hold it."""
    return [_plain(getattr(finding, field.name)) for field in fields(Finding)]


def _from_json(values: list[object]) -> Finding:
    """Return what :func:`_to_json` was given."""
    return Finding(*map(_restored, values))


def _plain(value: object) -> object:
    """Return a value of a finding as JSON can hold it; tuples and mappings say what they are."""
    if isinstance(value, tuple):
        return {"tuple": [_plain(item) for item in value]}
    if isinstance(value, Mapping):
        return {"dict": [[_plain(key), _plain(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _restored(value: Any) -> Any:
    """Return what :func:`_plain` was given."""
    if isinstance(value, list):
        return [_restored(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(_restored(item) for item in value["tuple"])
    return {_restored(key): _restored(item) for key, item in value["dict"]}
