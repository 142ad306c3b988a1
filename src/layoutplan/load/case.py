"""All files of a case -> one `Case`, with everything that was found on the way."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from layoutplan.core.case import Case, Decisions, InputFile
from layoutplan.core.network import RoadNetwork
from layoutplan.core.progress import Progress, silent
from layoutplan.core.relief import HeightGrid
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Finding, has_errors
from layoutplan.load.attendance import read_attendance
from layoutplan.load.case_file import CaseFile, read_case_file
from layoutplan.load.decisions import decided, read_decisions
from layoutplan.load.expansions import read_expansions
from layoutplan.load.places import read_schools, read_villages
from layoutplan.load.relief import read_relief
from layoutplan.load.roads import read_roads
from layoutplan.load.scenarios import read_scenario
from layoutplan.load.townships import read_townships
from layoutplan.load.travel_table import read_travel_times

Inputs = tuple[InputFile, ...]
Findings = tuple[Finding, ...]


def load_case(
    path: Path,
    *,
    scenario: str | None = None,
    decisions: Decisions | Path | None = None,
    allow_outside: bool = False,
    progress: Progress = silent,
) -> tuple[Case, Findings]:
    """Return the case at `path`, and what was found; with an error it is not to be used.

    Parameters
    ----------
    path : Path
        The folder of the case, or its ``case.toml``.
    scenario : str, optional
        Name of the scenario under which the roads are looked at.
    decisions : Decisions or Path, optional
        Decisions on schools that go before those of their table, or the file that holds them.
    allow_outside : bool
        Whether files named in ``case.toml`` may lie outside of its folder.
    progress : Progress
        Told of long steps.

    Raises
    ------
    ConfigError
        When ``case.toml`` cannot be used, all that is wrong with it; or has no such scenario.
    DataError
        When villages or schools cannot be used, on which all other tables rest; with what is
        wrong with the roads and the outlines of townships too.
    """
    file = read_case_file(path, allow_outside=allow_outside)
    progress("progress.read", 0, 0)
    villages, villages_input, of_villages = read_villages(file)
    schools, schools_input, of_schools = read_schools(file)
    asked, area_inputs, of_area = read_scenario(file, scenario)
    roads, relief, roads_inputs, of_roads, is_reused = _roads(file, progress)
    townships, townships_input, of_townships = read_townships(file)
    findings = of_villages + of_schools + of_area + of_roads + of_townships
    if has_errors(of_villages + of_schools):
        raise DataError(findings=findings)
    schools, decisions, of_decisions = _decided(schools, decisions)
    findings += of_decisions
    attendance, ready, table_inputs, of_tables = _tables_of_pairs(file, villages, schools)
    expansions, expansions_input, of_expansions = read_expansions(file, schools)
    case = Case(
        name=file.name,
        language=file.language,
        folder=file.folder,
        villages=villages,
        schools=schools,
        bands=file.bands,
        rules=file.rules,
        costs=file.costs,
        order=file.order,
        solver=file.solver,
        expansions=expansions,
        exceptions=file.exceptions,
        attendance=attendance,
        roads=roads,
        max_snap_meters=file.roads.max_snap_meters if file.roads else 0.0,
        speeds=file.speeds,
        relief=relief,
        scenario=asked,
        travel_times=ready,
        townships=townships,
        imprint=file.imprint,
        decisions=decisions,
        inputs=(
            *(file.input, villages_input, schools_input),
            *(*table_inputs, *expansions_input, *roads_inputs, *area_inputs, *townships_input),
            *((decisions.source,) if decisions else ()),
        ),
        reused=("reused.roads",) if is_reused else (),
    )
    return case, findings + of_tables + of_expansions


def download_case_roads(
    path: Path, *, overpass_url: str | None = None, progress: Progress = silent
) -> Path:
    """Download the roads of a case's area from OpenStreetMap into the case's folder.

    Returns
    -------
    Path
        The file that was written; name it as ``path`` under ``[roads]`` in ``case.toml``.

    Raises
    ------
    ConfigError, DataError
        When the case does not say where its villages and schools are.
    DownloadError
        When the roads could not be fetched.
    """
    # The only command that goes to the internet waits alone for what that needs.
    from layoutplan.load.overpass import case_area, download_roads

    file = read_case_file(path, before_roads=True)
    villages, _, findings = read_villages(file)
    schools, _, found = read_schools(file)
    if has_errors(findings + found):
        raise DataError(findings=findings + found)
    return download_roads(
        case_area(villages, schools),
        {band.mode for band in file.bands},
        file.folder / "roads.graphml",
        overpass_url=overpass_url,
        progress=progress,
    )


def _roads(
    file: CaseFile, progress: Progress
) -> tuple[RoadNetwork | None, tuple[HeightGrid, ...], Inputs, Findings, bool]:
    """Return the roads and the heights around them, their files, what was found, errors included.

    Last whether the roads came from the cache.
    """
    if file.roads is None:
        return None, (), (), (), False
    try:
        roads, source, findings, is_reused = read_roads(file.roads, progress=progress)
    except DataError as fault:
        return None, (), (), fault.findings, False
    relief, heights, of_relief = read_relief(
        file.roads.elevation,
        (roads.lon.min(), roads.lat.min(), roads.lon.max(), roads.lat.max()),
        points=(roads.lon, roads.lat),
        progress=progress,
    )
    return roads, relief, (source, *heights), findings + of_relief, is_reused


def _decided(
    schools: gpd.GeoDataFrame, decisions: Decisions | Path | None
) -> tuple[gpd.GeoDataFrame, Decisions | None, Findings]:
    """Return schools as decided beside their table, the decisions, and what was found in them."""
    if decisions is None:
        return schools, None, ()
    findings: Findings = ()
    if isinstance(decisions, Path):
        decisions, findings = read_decisions(decisions, schools)
    if has_errors(findings):
        return schools, decisions, findings
    return decided(schools, decisions), decisions, findings


def _tables_of_pairs(
    file: CaseFile, villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame
) -> tuple[pd.DataFrame | None, TravelTimes | None, Inputs, Findings]:
    """Return attendance and ready travel times where the case has them."""
    attendance, ready = None, None
    inputs: Inputs = ()
    findings: Findings = ()
    if file.attendance is not None:
        attendance, source, findings = read_attendance(file, villages, schools)
        inputs = (source,)
    if file.travel_times is not None:
        ready, source, found = read_travel_times(file, villages, schools)
        inputs, findings = (*inputs, source), findings + found
    return attendance, ready, inputs, findings
