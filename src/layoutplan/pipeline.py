"""The whole flow: read a case, travel times, the best plan, its check, its outputs.

The only place, beside the commands, where the stages meet.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from layoutplan.basis import basis_of, by_file
from layoutplan.check.tables import check_tables
from layoutplan.core.case import Case, Decisions
from layoutplan.core.diagnosis import Diagnosis
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Findings, LayoutPlanError, has_errors
from layoutplan.journeys import longer_times
from layoutplan.load.case import load_case
from layoutplan.load.language import language_of

if TYPE_CHECKING:
    import folium

# Solvers, drawing and the tables of plans are imported where they are used: who asks for travel
# times does not wait for them.


def read_case(
    path: str | Path,
    *,
    scenario: str | None = None,
    decisions: Decisions | str | Path | None = None,
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
    decisions : Decisions, str or Path, optional
        Decisions on schools that go before those of their table: those of a plan, or a file with
        the columns ``school_id`` and ``decision``, as the map of a plan exports it.
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
        Path(path),
        scenario=scenario,
        decisions=Path(decisions) if isinstance(decisions, str) else decisions,
        allow_outside=allow_outside,
        progress=progress,
    )
    if not has_errors(findings):
        findings += by_file(case, check_tables(case))
    if has_errors(findings):
        raise DataError(findings=findings)
    return replace(case, findings=Findings(findings, case.language))


def travel_times(case: Case, *, progress: Progress = silent) -> TravelTimes:
    """Return the travel times of a case: its ready table, or computed on its roads.

    Kept are all pairs within the largest limit of the mode's bands, and the pairs of today's
    attendance that have a path.

    Raises
    ------
    DataError
        When the roads cannot be used at all.
    """
    return basis_of(case, progress=progress).times


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
    NoPlanError
        When no plan can satisfy the rules: an `InfeasibleError` with a diagnosis.
    NoPlanInTimeError
        When the solver found none in the time allowed.
    VerificationError
        When the plan breaks a rule: our fault.
    """
    from layoutplan.planned import plan_of
    from layoutplan.solve.gateways import gateway_of
    from layoutplan.solve.solve import solve

    began = time.monotonic()
    gateway_of(case.solver)  # an unknown solver is told before the long work, not after
    basis = basis_of(case, times, progress=progress)
    longer = partial(longer_times, case, basis.times, basis.journeys, progress=progress)
    solution = solve(case, basis.times, basis.attendance, longer=longer, progress=progress)
    seconds = time.monotonic() - began
    return plan_of(case, basis, solution, seconds=seconds, progress=progress)


def verify(
    case: Case, plan: Plan, times: TravelTimes | None = None, *, progress: Progress = silent
) -> Findings:
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

    basis = basis_of(case, times, progress=progress)
    return Findings(verify_plan(case, basis.times, basis.attendance, plan), case.language)


def check(
    path: str | Path,
    *,
    scenario: str | None = None,
    allow_outside: bool = False,
    progress: Progress = silent,
) -> Findings:
    """Return every finding about the data of a case, errors among them; raises none of them."""
    return inspect(path, scenario=scenario, allow_outside=allow_outside, progress=progress)[0]


def inspect(
    path: str | Path,
    *,
    scenario: str | None = None,
    allow_outside: bool = False,
    progress: Progress = silent,
) -> tuple[Findings, Case | None]:
    """Return every finding about the data of a case, and the case where it can be read at all."""
    case = None
    try:
        case = read_case(path, scenario=scenario, allow_outside=allow_outside, progress=progress)
        basis = basis_of(case, progress=progress)
    except LayoutPlanError as fault:
        if not fault.findings:
            raise
        language = case.language if case else language_of(Path(path))
        return Findings((*(case.findings if case else ()), *fault.findings), language), case
    found = (*case.findings, *basis.times.findings, *basis.attendance.findings)
    return Findings(found, case.language), case


def write_plan(plan: Plan, folder: str | Path, *, reports: bool = True) -> None:
    """Write a plan into a folder, all or nothing: its tables, GeoPackage, map and documents.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : str or Path
        Made where it does not exist; an older plan in it is replaced.
    reports : bool
        Whether ``report.xlsx`` and ``report.docx`` are written too.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written; an older plan in it is unharmed.
    """
    from layoutplan.plan import store
    from layoutplan.planned import drawings_of

    store.write_plan(plan, Path(folder), drawings_of(plan, reports=reports))


def write_repair(diagnosis: Diagnosis, case: Case, folder: str | Path) -> tuple[str, ...]:
    """Write why a case has no plan, and what would do, into a folder; return the files' names.

    `diagnosis` is that of the :class:`~layoutplan.core.diagnosis.NoPlanError` of :func:`optimize`.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written.
    """
    from layoutplan.plan import store
    from layoutplan.report.repair_map import repair_geojson, repair_html
    from layoutplan.report.repairs import repair_csv, repair_toml

    contents = {
        "repair.csv": repair_csv(case, diagnosis.remedies),
        "repair.toml": repair_toml(case, diagnosis.remedies).encode(),
        "repair.geojson": repair_geojson(case, diagnosis).encode(),
        "repair.html": repair_html(case, diagnosis).encode(),
    }
    store.write_contents(Path(folder), contents)
    return tuple(contents)


def read_plan(folder: str | Path) -> Plan:
    """Return the plan in a folder; what was edited since it was written is among its findings.

    Raises
    ------
    DataError
        When there is no whole plan in the folder.
    """
    from layoutplan.plan import store

    return store.read_plan(Path(folder))


def redraw_map(
    folder: str | Path,
    *,
    is_public: bool = False,
    tiles: str | None = None,
    is_compressed: bool = True,
) -> Path:
    """Draw the map of the plan in a folder again, and return its path.

    Parameters
    ----------
    folder : str or Path
        The folder of the plan.
    is_public : bool
        Whether to draw the public edition beside it, as ``map_public.html``.
    tiles : str, optional
        Address of the squares of a map to lie below, with ``{z}``, ``{x}`` and ``{y}``.
    is_compressed : bool
        Whether the data of the page are packed.

    Raises
    ------
    DataError
        When there is no whole plan in the folder.
    ConfigError
        When `tiles` is no address of tiles.
    """
    from layoutplan.plan import store
    from layoutplan.report.map import map_html

    plan = store.read_plan(Path(folder))
    findings = store.mismatches(plan)
    if findings:
        raise DataError(findings=findings)
    path = Path(folder) / ("map_public.html" if is_public else "map.html")
    html = map_html(plan, is_public=is_public, tiles=tiles, is_compressed=is_compressed)
    store.write_file(path, html.encode())
    return path


def show(plan: Plan) -> folium.Map:
    """Return the map of a plan, which a notebook shows."""
    from layoutplan.report.map import draw_map

    return draw_map(plan)
