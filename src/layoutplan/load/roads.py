"""The roads of a case, from whatever kind of file they lie in."""

from __future__ import annotations

import hashlib
from typing import Final

from layoutplan.core.case import InputFile
from layoutplan.core.network import RoadNetwork
from layoutplan.core.progress import Progress, silent
from layoutplan.errors import DataError, Finding
from layoutplan.load.graphml import read_graphml
from layoutplan.load.osm import read_osm
from layoutplan.load.road_lines import read_road_lines
from layoutplan.load.segments import Segments, build_network
from layoutplan.load.sources import RoadSource

OSM_SUFFIXES: Final = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
GRAPH_SUFFIXES: Final = (".graphml",)
LINE_SUFFIXES: Final = (".gpkg", ".geojson", ".shp", ".parquet")


def read_roads(
    source: RoadSource, *, progress: Progress = silent
) -> tuple[RoadNetwork, InputFile, tuple[Finding, ...]]:
    """Return the roads at `source`, what the file was, and what was found in it.

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

    Raises
    ------
    DataError
        Where there is no such file or kind of file, it cannot be read, or no road is left.
    """
    progress("progress.roads.read", 0, 0)
    try:
        with source.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise _refusal("roads.no_access", source) from fault
    if source.path.stat().st_size == 0:
        raise _refusal("roads.empty", source)
    segments = _read_segments(source, progress)
    network = build_network(segments, source.speeds)
    if not network.n_segments:
        raise _refusal("roads.none", source, n_rows=segments.n_rows)
    findings = (*segments.findings, *_closed(segments, source))
    return network, InputFile(source.label, sha256, segments.n_rows), findings


def _read_segments(source: RoadSource, progress: Progress) -> Segments:
    """Return what the file holds, by its suffix."""
    name = source.path.name.lower()
    if name.endswith(OSM_SUFFIXES):
        return read_osm(source.path, source.label)
    if name.endswith(GRAPH_SUFFIXES):
        return read_graphml(source.path, source.label)
    if name.endswith(LINE_SUFFIXES):
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
