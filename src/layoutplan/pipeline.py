"""The whole flow: read a case, travel times, the best plan, its check, its outputs.

The only place, beside the commands, where the stages meet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

from layoutplan.check.network import check_access, check_direct_walks, check_reach, check_speeds
from layoutplan.check.tables import check_tables
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case, InputFile, teaches
from layoutplan.core.network import RoadNetwork
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import LONLAT, Mode
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.demand.today import attendance_today, is_reconstructed
from layoutplan.errors import DataError, Finding, LayoutPlanError, has_errors
from layoutplan.evaluate.summary import evaluate, totals
from layoutplan.load.attendance import read_attendance
from layoutplan.load.case_file import CaseFile, read_case_file
from layoutplan.load.overpass import case_area, download_roads
from layoutplan.load.places import read_schools, read_villages
from layoutplan.load.roads import read_roads
from layoutplan.load.travel_table import read_travel_times
from layoutplan.network.graph import build_graph
from layoutplan.network.speeds import classes_over_cap, classes_without_speed
from layoutplan.plan import store
from layoutplan.plan.build import assignments_table, build_plan, schools_table
from layoutplan.plan.verify import verify as verify_plan
from layoutplan.report.geopackage import write_geopackage
from layoutplan.report.map import draw_map, map_html
from layoutplan.report.roads import road_lines
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.solve import solve
from layoutplan.travel.search import many_to_many, nearest_school

__all__ = [
    "check",
    "download_case_roads",
    "evaluate",
    "optimize",
    "read_case",
    "read_plan",
    "show",
    "travel_times",
    "verify",
    "write_map",
    "write_plan",
]

_PACKAGES = ("layoutplan", "geopandas", "highspy", "numpy", "pulp", "scipy", "shapely")
_ROADS_MARGIN_METERS = 5_000.0  # a way out of the county and back in is rarely longer


def read_case(
    path: str | Path, *, allow_outside: bool = False, progress: Progress = silent
) -> Case:
    """Read a case and check its tables.

    Parameters
    ----------
    path : str or Path
        The folder of the case, or its ``case.toml``.
    allow_outside : bool
        Whether files named in ``case.toml`` may lie outside of its folder.
    progress : Progress
        Told of long steps.

    Returns
    -------
    Case
        Its ``findings`` hold the warnings and notes.

    Raises
    ------
    ConfigError
        When ``case.toml`` cannot be used; all that is wrong with it.
    DataError
        When the tables or roads cannot be used; all that is wrong with them.

    Examples
    --------
    >>> from layoutplan.examples.copy import EXAMPLE
    >>> case = read_case(EXAMPLE)
    >>> len(case.villages), len(case.schools)
    (8, 3)
    """
    file = read_case_file(Path(path), allow_outside=allow_outside)
    progress("progress.read", 0, 0)
    villages, villages_input, findings = read_villages(file)
    schools, schools_input, found = read_schools(file)
    findings += found
    is_placed = not has_errors(findings)
    roads, roads_inputs, found = _read_roads(file, progress)
    findings += found
    if not is_placed:
        raise DataError(findings=findings)
    attendance, ready, table_inputs, found = _read_pair_tables(file, villages, schools)
    findings += found
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
        attendance=attendance,
        roads=roads,
        max_snap_meters=file.roads.max_snap_meters if file.roads else 0.0,
        travel_times=ready,
        inputs=(file.input, villages_input, schools_input, *table_inputs, *roads_inputs),
    )
    findings += check_tables(case)
    if has_errors(findings):
        raise DataError(findings=findings)
    return replace(case, findings=findings)


def travel_times(case: Case, *, progress: Progress = silent) -> TravelTimes:
    """Return the travel times of a case: its ready table, or computed on its roads.

    Kept are all pairs within the largest limit of the mode's bands, and the pairs of today's
    attendance that have a path.

    Raises
    ------
    DataError
        When the roads cannot be used at all.
    """
    if case.travel_times is not None:
        times = case.travel_times
        nearest = None
    else:
        times, nearest = _on_roads(case, progress)
    attendance = attendance_today(case, times, progress=progress)
    findings = (*times.findings, *check_reach(case, times, nearest))
    if has_errors(findings):
        raise DataError(findings=findings)
    pairs = {mode: _that_matter(case, times, mode, attendance) for mode in case.modes}
    return replace(times, pairs=pairs, findings=findings)


def optimize(case: Case, times: TravelTimes | None = None, *, progress: Progress = silent) -> Plan:
    """Return the best plan for a case, in the order of its objectives.

    Parameters
    ----------
    case : Case
        The case.
    times : TravelTimes, optional
        From :func:`travel_times`, which is called where they are not given.
    progress : Progress
        Told of long steps.

    Raises
    ------
    InfeasibleError
        When no plan can satisfy the rules.
    NoPlanInTimeError
        When the solver found none in the time allowed.
    VerificationError
        When the plan breaks a rule: our fault.
    """
    began = time.monotonic()
    gateway_of(case.solver)  # an unknown solver is told before the long work, not after
    times = travel_times(case, progress=progress) if times is None else times
    attendance = attendance_today(case, times, progress=progress)
    solution = solve(case, times, attendance, progress=progress)
    assignments = assignments_table(case, times, attendance, solution)
    schools = schools_table(case, times, attendance, solution, assignments)
    findings = (*case.findings, *times.findings, *attendance.findings)
    if not solution.is_settled:
        findings += (Finding("solve.ties_open", "warning"),)
    return build_plan(
        case,
        attendance,
        solution,
        schools=schools,
        assignments=assignments,
        totals=totals(
            case.villages,
            schools,
            assignments,
            case.bands,
            small_below=case.rules.small_below,
        ),
        roads=_lines_to_draw(case.roads),
        findings=findings,
        versions={name: metadata.version(name) for name in _PACKAGES},
        seconds=time.monotonic() - began,
    )


def verify(
    case: Case, plan: Plan, times: TravelTimes | None = None, *, progress: Progress = silent
) -> tuple[Finding, ...]:
    """Return an error for every rule that a plan breaks: () when every rule holds.

    Everything is worked out again from the case and the plan's tables, without the solver.

    Parameters
    ----------
    case, plan
        The case, and a plan made or read.
    times : TravelTimes, optional
        From :func:`travel_times`, which is called where they are not given.
    progress : Progress
        Told of long steps.
    """
    times = travel_times(case, progress=progress) if times is None else times
    return verify_plan(case, times, attendance_today(case, times, progress=progress), plan)


def check(
    path: str | Path, *, allow_outside: bool = False, progress: Progress = silent
) -> tuple[Finding, ...]:
    """Return every finding about the data of a case, errors among them; raises none of them."""
    try:
        case = read_case(path, allow_outside=allow_outside, progress=progress)
        times = travel_times(case, progress=progress)
    except LayoutPlanError as fault:
        if not fault.findings:
            raise
        return fault.findings
    attendance = attendance_today(case, times, progress=progress)
    return (*case.findings, *times.findings, *attendance.findings)


def write_plan(plan: Plan, folder: str | Path) -> None:
    """Write a plan into a folder: tables, ``plan.json``, GeoPackage and map, all or nothing.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written; an older plan in it is unharmed.
    """
    drawings: dict[str, Callable[[Path], None]] = {
        "plan.gpkg": lambda path: write_geopackage(plan, path),
        "map.html": lambda path: _write(path, map_html(plan).encode()),
    }
    store.write_plan(plan, Path(folder), drawings)


def read_plan(folder: str | Path) -> Plan:
    """Return the plan in a folder; what was edited since it was written is among its findings.

    Raises
    ------
    DataError
        When there is no whole plan in the folder.
    """
    return store.read_plan(Path(folder))


def write_map(folder: str | Path) -> Path:
    """Draw the map of the plan in a folder again, and return its path.

    Raises
    ------
    DataError
        When there is no whole plan in the folder.
    """
    plan = store.read_plan(Path(folder))
    write_file(Path(folder) / "map.html", map_html(plan).encode())
    return Path(folder) / "map.html"


def write_file(path: str | Path, content: bytes) -> None:
    """Write one file, whole or not at all.

    Raises
    ------
    LayoutPlanError
        When it cannot be written; an older file is unharmed.
    """
    path = Path(path)
    store.write_files(path.parent, {path.name: lambda place: _write(place, content)})


def show(plan: Plan) -> folium.Map:
    """Return the map of a plan, which a notebook shows."""
    return draw_map(plan)


def download_case_roads(
    path: str | Path, *, overpass_url: str | None = None, progress: Progress = silent
) -> Path:
    """Download the roads of a case's area from OpenStreetMap into the case's folder.

    Returns
    -------
    Path
        The file that was written; name it as ``path`` under ``[roads]`` in ``case.toml``.
    """
    file = read_case_file(Path(path), before_roads=True)
    villages, _, findings = read_villages(file)
    schools, _, found = read_schools(file)
    if has_errors(findings + found):
        raise DataError(findings=findings + found)
    area = case_area(villages, schools, margin_meters=_ROADS_MARGIN_METERS)
    return download_roads(
        area,
        {band.mode for band in file.bands},
        file.folder / "roads.graphml",
        overpass_url=overpass_url,
        progress=progress,
    )


def _read_roads(
    file: CaseFile, progress: Progress
) -> tuple[RoadNetwork | None, tuple[InputFile, ...], tuple[Finding, ...]]:
    """Return the roads of a case, their file, and what was found, errors included."""
    if file.roads is None:
        return None, (), ()
    try:
        roads, source, findings = read_roads(file.roads, progress=progress)
    except DataError as fault:
        return None, (), fault.findings
    return roads, (source,), findings


def _read_pair_tables(
    file: CaseFile, villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame
) -> tuple[pd.DataFrame | None, TravelTimes | None, tuple[InputFile, ...], tuple[Finding, ...]]:
    """Return attendance and ready travel times where the case has them."""
    attendance, ready = None, None
    inputs: tuple[InputFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    if file.attendance is not None:
        attendance, source, found = read_attendance(file, villages, schools)
        inputs, findings = (*inputs, source), (*findings, *found)
    if file.travel_times is not None:
        ready, source, found = read_travel_times(file, villages, schools)
        inputs, findings = (*inputs, source), (*findings, *found)
    return attendance, ready, inputs, findings


def _on_roads(case: Case, progress: Progress) -> tuple[TravelTimes, dict[str, Pairs]]:
    """Return travel times on the roads by mode, and each band's nearest schools.

    Today's attendance, where it has to be reconstructed, needs every pair that has a path.
    """
    roads = case.roads
    if roads is None:
        raise ValueError("the case has neither roads nor travel times")
    pairs: dict[Mode, Pairs] = {}
    nearest: dict[str, Pairs] = {}
    findings: list[Finding] = []
    today = None if is_reconstructed(case) else _today_idx(case)
    for mode in case.modes:
        progress("progress.network", 0, 0)
        graph, of_villages, of_schools = build_graph(
            roads, mode, case.villages, case.schools, max_snap_meters=case.max_snap_meters
        )
        limit_ms = None if today is None else case.limit_ms(mode)
        found = many_to_many(graph, limit_ms=limit_ms, extra=today, progress=progress)
        findings += [
            *check_access(case, mode, of_villages, of_schools, found),
            *check_speeds(
                case,
                mode,
                unknown_classes=classes_without_speed(roads, mode),
                capped_classes=classes_over_cap(roads) if mode == "bus" else (),
            ),
            *check_direct_walks(case, mode, graph, found),
        ]
        pairs[mode] = found
        for band in case.bands:
            if band.mode == mode:
                nearest[band.name] = nearest_school(
                    graph, teaches(case.schools, band.name).to_numpy()
                )
    ids = case.villages.index, case.schools.index
    return TravelTimes(*ids, pairs, source="roads", findings=tuple(findings)), nearest


def _today_idx(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of villages and today's schools, as far as the tables name them."""
    given = case.attendance
    if given is None:
        given = case.villages["school_id"].reset_index()
    return (
        case.villages.index.get_indexer(given["village_id"]).astype(np.int32),
        case.schools.index.get_indexer(given["school_id"]).astype(np.int32),
    )


def _that_matter(case: Case, times: TravelTimes, mode: Mode, attendance: Attendance) -> Pairs:
    """Return the pairs within the limit of `mode`, and those of today's attendance."""
    pairs = times.pairs[mode]
    bands = [band.name for band in case.bands if band.mode == mode]
    units = attendance.units[attendance.units["band"].isin(bands)]
    village_idx = case.villages.index.get_indexer(pd.Index(units["village_id"]))
    school_idx = case.schools.index.get_indexer(pd.Index(units["school_id"]))
    today = village_idx[school_idx >= 0] * len(case.schools) + school_idx[school_idx >= 0]
    key = pairs.village_idx.astype(np.int64) * len(case.schools) + pairs.school_idx
    return pairs.where((pairs.milliseconds <= case.limit_ms(mode)) | np.isin(key, today))


def _lines_to_draw(roads: RoadNetwork | None) -> gpd.GeoDataFrame:
    """Return the roads as lines to draw, none where the case has no roads."""
    if roads is None:
        return gpd.GeoDataFrame({"road_class": []}, geometry=[], crs=LONLAT)
    return road_lines(roads)


def _write(path: Path, content: bytes) -> None:
    """Write `content`, for a mapping of writers."""
    path.write_bytes(content)
