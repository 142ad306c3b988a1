"""The whole flow: read a case, travel times, the best plan, its check, its outputs.

The only place, beside the commands, where the stages meet.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from layoutplan.check.reach import check_reach
from layoutplan.check.tables import check_tables
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.travel_times import TravelTimes
from layoutplan.demand.farther import Farther
from layoutplan.demand.today import attendance_today
from layoutplan.errors import DataError, Finding, LayoutPlanError, VerificationError, has_errors
from layoutplan.journeys import times_on_roads
from layoutplan.load.case import load_case
from layoutplan.travel.matter import that_matter

if TYPE_CHECKING:
    import folium

# Solvers, drawing and the tables of plans are imported where they are used: who asks for travel
# times does not wait for them.

_FIRST_INPUTS = ("case.toml", "villages", "schools")  # in the order in which a case is read


def read_case(
    path: str | Path,
    *,
    scenario: str | None = None,
    allow_outside: bool = False,
    progress: Progress = silent,
) -> Case:
    """Read a case and check its tables.

    Parameters
    ----------
    path : str or Path
        The folder of the case, or its ``case.toml``.
    scenario : str, optional
        Name of a ``[scenario.NAME]`` of ``case.toml`` under which its roads are looked at.
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
    case, findings = load_case(
        Path(path), scenario=scenario, allow_outside=allow_outside, progress=progress
    )
    if not has_errors(findings):
        findings += _by_file(case, check_tables(case))
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
    times, nearest_ms, farther = case.travel_times, None, None
    if times is None:
        times, nearest_ms, farther = times_on_roads(case, progress=progress)
    attendance = _attendance(case, times, progress, farther)
    findings = (*times.findings, *check_reach(case, times, nearest_ms))
    if has_errors(findings):
        raise DataError(findings=findings)
    times = times.joined(attendance.beyond)
    return replace(that_matter(case, times, attendance), findings=findings)


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
    from layoutplan.evaluate.summary import totals
    from layoutplan.plan import build
    from layoutplan.plan.verify import verify as verify_plan
    from layoutplan.report.roads import road_lines
    from layoutplan.routes import routes_of_plan
    from layoutplan.solve.gateways import gateway_of
    from layoutplan.solve.solve import solve

    began = time.monotonic()
    gateway_of(case.solver)  # an unknown solver is told before the long work, not after
    times = travel_times(case, progress=progress) if times is None else times
    attendance = _attendance(case, times, progress)
    solution = solve(case, times, attendance, progress=progress)
    assignments = build.assignments_table(case, times, attendance, solution)
    schools = build.schools_table(case, times, attendance, solution, assignments)
    findings = (*case.findings, *times.findings, *attendance.findings)
    if not solution.is_settled:
        findings += (Finding("solve.ties_open", "warning"),)
    plan = build.build_plan(
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
        roads=road_lines(case.roads),
        routes=routes_of_plan(case, assignments, progress=progress)
        if times.source == "roads"
        else None,
        findings=findings,
        versions=build.installed_versions(),
        seconds=time.monotonic() - began,
    )
    broken = verify_plan(case, times, attendance, plan)
    if broken:
        raise VerificationError(findings=broken)
    return plan


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
    from layoutplan.plan.verify import verify as verify_plan

    times = travel_times(case, progress=progress) if times is None else times
    return verify_plan(case, times, _attendance(case, times, progress), plan)


def check(
    path: str | Path,
    *,
    scenario: str | None = None,
    allow_outside: bool = False,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Return every finding about the data of a case, errors among them; raises none of them."""
    return inspect(path, scenario=scenario, allow_outside=allow_outside, progress=progress)[0]


def inspect(
    path: str | Path,
    *,
    scenario: str | None = None,
    allow_outside: bool = False,
    progress: Progress = silent,
) -> tuple[tuple[Finding, ...], Case | None]:
    """Return every finding about the data of a case, and the case where it can be read at all."""
    case = None
    try:
        case = read_case(path, scenario=scenario, allow_outside=allow_outside, progress=progress)
        times = travel_times(case, progress=progress)
    except LayoutPlanError as fault:
        if not fault.findings:
            raise
        return (*(case.findings if case else ()), *fault.findings), case
    attendance = _attendance(case, times, progress)
    return (*case.findings, *times.findings, *attendance.findings), case


def write_plan(plan: Plan, folder: str | Path) -> None:
    """Write a plan into a folder: tables, ``plan.json``, GeoPackage and map, all or nothing.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written; an older plan in it is unharmed.
    """
    from layoutplan.plan import store
    from layoutplan.report.geopackage import write_geopackage
    from layoutplan.report.map import write_map

    drawings = {"plan.gpkg": partial(write_geopackage, plan), "map.html": partial(write_map, plan)}
    store.write_plan(plan, Path(folder), drawings)


def read_plan(folder: str | Path) -> Plan:
    """Return the plan in a folder; what was edited since it was written is among its findings.

    Raises
    ------
    DataError
        When there is no whole plan in the folder.
    """
    from layoutplan.plan import store

    return store.read_plan(Path(folder))


def redraw_map(folder: str | Path) -> Path:
    """Draw the map of the plan in a folder again, and return its path.

    Raises
    ------
    DataError
        When there is no whole plan in the folder.
    """
    from layoutplan.plan import store
    from layoutplan.report.map import map_html

    plan = store.read_plan(Path(folder))
    findings = store.mismatches(plan)
    if findings:
        raise DataError(findings=findings)
    store.write_file(Path(folder) / "map.html", map_html(plan).encode())
    return Path(folder) / "map.html"


def show(plan: Plan) -> folium.Map:
    """Return the map of a plan, which a notebook shows."""
    from layoutplan.report.map import draw_map

    return draw_map(plan)


def _attendance(
    case: Case, times: TravelTimes, progress: Progress, farther: Farther | None = None
) -> Attendance:
    """Return today's attendance, its findings under the names of the files."""
    attendance = attendance_today(case, times, farther, progress=progress)
    return replace(attendance, findings=_by_file(case, attendance.findings))


def _by_file(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings about the villages or schools under the names of their files."""
    files = dict(zip(_FIRST_INPUTS, (file.path for file in case.inputs), strict=False))
    return tuple(replace(each, table=files.get(each.table, each.table)) for each in findings)
