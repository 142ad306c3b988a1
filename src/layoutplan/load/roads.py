"""The roads of a case, from whatever kind of file they lie in."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from layoutplan.core.case import InputFile
from layoutplan.core.network import RoadNetwork
from layoutplan.core.progress import Progress, silent
from layoutplan.errors import DataError, Finding
from layoutplan.load.road_cache import entry_of, keep_roads, recall_roads
from layoutplan.load.segments import Segments, build_network
from layoutplan.load.sources import RoadSource

OSM_SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
GRAPH_SUFFIXES: Final = (".graphml",)
LINE_SUFFIXES: Final = (".gpkg", ".geojson", ".shp", ".parquet")

_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_JOURNAL: Final = "-wal"  # what was saved into a .gpkg that is still open elsewhere


def read_roads(
    source: RoadSource, *, progress: Progress = silent
) -> tuple[RoadNetwork, InputFile, tuple[Finding, ...], bool]:
    """Return the roads at `source`, what the file was, and what was found in it.

    Roads that were read before are taken from the cache, whatever the name of the file's folder:
    see :func:`layoutplan.load.road_cache.entry_of`.

    Parameters
    ----------
    source : RoadSource
        Where the file lies; the suffix tells what it is.
    progress : Progress
        Told while the file is read.

    Returns
    -------
    roads : RoadNetwork
        All roads that some mode may use, as drawn: no point is left out between junctions.
    file : InputFile
        Its rows are ways of OpenStreetMap, edges of a graph or features.
    findings : tuple of Finding
        Notes and warnings.
    is_reused : bool
        Whether they were taken from the cache.

    Raises
    ------
    DataError
        Where there is no such file or kind of file, it cannot be read, or no road is left.
    """
    progress("progress.roads.read", 0, 0)
    contents = _contents(source)
    entry = entry_of(source, (f"{path.name} {sha256}" for path, sha256 in contents.items()))
    kept = recall_roads(entry)
    if kept is None:
        network, n_rows, findings = _read(source, progress)
        if _contents(source) == contents:  # nobody has changed the file meanwhile
            keep_roads(entry, network, n_rows, findings)
    else:
        network, n_rows, findings = kept
    file = InputFile(source.label, contents[source.path], n_rows)
    return network, file, findings, kept is not None


def _contents(source: RoadSource) -> dict[Path, str]:
    """Return the SHA-256 of the file and of the files that belong to it, itself first."""
    path = source.path
    try:
        if path.stat().st_size == 0:
            raise _refusal("roads.empty", source)
        return {path: _sha256(path), **{each: _sha256(each) for each in _companions(path)}}
    except OSError as fault:
        raise _refusal("roads.no_access", source) from fault


def _companions(path: Path) -> list[Path]:
    """Return the other files that GDAL reads with this one."""
    if path.suffix.lower() == ".gpkg":
        journal = path.with_name(path.name + _JOURNAL)
        return [journal] if journal.exists() else []
    if path.suffix.lower() != ".shp":
        return []
    return sorted(
        each
        for each in path.parent.iterdir()
        if each != path and each.stem == path.stem and each.suffix.lower() in _SHAPEFILE
    )


def _sha256(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(source: RoadSource, progress: Progress) -> tuple[RoadNetwork, int, tuple[Finding, ...]]:
    """Return the roads in the file, the number of its rows, and what was found in it."""
    segments = _read_segments(source, progress)
    network = build_network(segments)
    if not network.n_segments:
        raise _refusal("roads.none", source, n_rows=segments.n_rows)
    return network, segments.n_rows, (*segments.findings, *_closed(segments, source))


def _read_segments(source: RoadSource, progress: Progress) -> Segments:
    """Return what the file holds, by its suffix."""
    # The packages of the readers take longer to load than roads from the cache.
    name = source.path.name.lower()
    if name.endswith(OSM_SUFFIXES):
        from layoutplan.load.osm import read_osm

        return read_osm(source.path, source.label)
    if name.endswith(GRAPH_SUFFIXES):
        from layoutplan.load.graphml import read_graphml

        return read_graphml(source.path, source.label)
    if name.endswith(LINE_SUFFIXES):
        from layoutplan.load.road_lines import read_road_lines

        return read_road_lines(source, progress=progress)
    suffixes = ", ".join((*OSM_SUFFIXES, *GRAPH_SUFFIXES, *LINE_SUFFIXES))
    raise _refusal("roads.suffix", source, suffixes=suffixes)


def _closed(segments: Segments, source: RoadSource) -> tuple[Finding, ...]:
    """Return how many roads nobody may use."""
    if not segments.n_closed:
        return ()
    facts = {"n_closed": segments.n_closed, "n_rows": segments.n_rows}
    return (Finding("roads.closed", "note", source.label, facts=facts),)


def _refusal(rule: str, source: RoadSource, **facts: object) -> DataError:
    """Return the error that ends the reading."""
    return DataError(findings=[Finding(rule, "error", source.label, facts=facts)])
