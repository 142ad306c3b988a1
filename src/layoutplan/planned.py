"""The decisions of a solver -> a plan that was checked without it.

Composes basis, routes and the rooms plan, evaluate and report for the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import pandas as pd

from layoutplan.basis import Basis
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.solution import Solution
from layoutplan.errors import Finding, Findings, VerificationError
from layoutplan.plan.atomic import Writers


def drawings_of(plan: Plan, *, reports: bool = True) -> Writers:
    """Return what writes the drawings of a plan, by file name.

    Its GeoPackage and its map, and with `reports` the two documents of the review meeting.
    """
    from layoutplan.report.geopackage import write_geopackage
    from layoutplan.report.map import write_map

    return {
        "plan.gpkg": partial(write_geopackage, plan),
        "map.html": partial(write_map, plan),
        **(documents_of(plan) if reports else {}),
    }


def document_findings(plan: Plan) -> tuple[Finding, ...]:
    """Return what keeps the documents of a plan from being whole here: a font that is missing."""
    from layoutplan.report.pictures import picture_findings

    return picture_findings(plan)


def documents_of(plan: Plan, front: pd.DataFrame | None = None) -> Writers:
    """Return what writes the documents of the review meeting, by file name.

    Parameters
    ----------
    plan : Plan
        The plan.
    front : pandas.DataFrame, optional
        A trade-off of its case, as ``front.csv`` has it, for the text.
    """
    from layoutplan.report.document import write_document
    from layoutplan.report.workbook import write_workbook

    return {
        "report.xlsx": partial(write_workbook, plan),
        "report.docx": partial(write_document, plan, front=front),
    }


def plan_of(
    case: Case,
    basis: Basis,
    solution: Solution,
    *,
    findings: Iterable[Finding] = (),
    seconds: float,
    progress: Progress = silent,
) -> Plan:
    """Return the plan that a solution means.

    Parameters
    ----------
    case, basis
        The case, and what its plans stand on.
    solution : Solution
        Decisions on it.
    findings : iterable of Finding
        What the planner should know of this plan beside what its data say.
    seconds : float
        Time that making the plan took.
    progress : Progress
        Told of long steps.

    Raises
    ------
    VerificationError
        When the plan breaks a rule: our fault.
    """
    from layoutplan.evaluate.summary import evaluate
    from layoutplan.evaluate.totals import totals
    from layoutplan.plan import build
    from layoutplan.plan.verify import verify
    from layoutplan.report.roads import road_lines
    from layoutplan.routes import routes_of_plan

    times, attendance = basis.times, basis.attendance
    assignments = build.assignments_table(case, times, attendance, solution)
    schools = build.schools_table(case, times, attendance, solution, assignments)
    open_ties = () if solution.is_settled else (Finding("solve.ties_open", "warning"),)
    has_ways = times.source == "roads"
    plan = build.build_plan(
        case,
        attendance,
        solution,
        schools=schools,
        assignments=assignments,
        totals=totals(case, schools, assignments),
        times=times,
        roads=road_lines(case.roads),
        routes=routes_of_plan(case, assignments, basis.journeys, progress=progress)
        if has_ways
        else None,
        findings=(
            *case.findings,
            *times.findings,
            *attendance.findings,
            *open_ties,
            *findings,
        ),
        versions=build.installed_versions(),
        seconds=seconds,
    )
    broken = verify(case, times, attendance, plan)
    if broken:
        raise VerificationError(findings=broken)
    found = Findings(plan.findings, plan.language)
    return replace(plan, indicators=evaluate(case, plan), findings=found)
