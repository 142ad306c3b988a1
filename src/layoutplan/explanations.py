"""Why the schools of a plan stay or merge: what the opposite of every decision would mean.

Composes basis and the rooms travel, solve, plan and report for the commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from layoutplan.basis import Basis, basis_of
from layoutplan.core.case import Case
from layoutplan.core.opposite import Explanation, Opposite
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.errors import NAMED, DataError, Finding
from layoutplan.journeys import journeys
from layoutplan.planned import drawings_of
from layoutplan.travel.prepared import prepared
from layoutplan.travel.search import many_to_many

_EDITS = ("store.edited", "store.edited.kept")
SECONDS = 20.0  # for each school, so that a county with hundreds of small schools ends in time


def explain(
    case: Case,
    plan: Plan,
    school: str | None = None,
    times: TravelTimes | None = None,
    *,
    seconds: float = SECONDS,
    progress: Progress = silent,
) -> Explanation:
    """Return why each small school of a plan stays or merges, and what the opposite would cost.

    Every school that is small today or freely decided is made to do the opposite of what it does
    under the plan, and the best plan with that is worked out: it is the one of
    :func:`~layoutplan.optimize` with the opposite written in the school's `decision`.

    Parameters
    ----------
    case, plan
        The case, and a plan of it, made or read.
    school : str, optional
        Id of a school, or a name that only one has: only this one is asked about.
    times : TravelTimes, optional
        From :func:`travel_times`, which is called where they are not given.
    seconds : float
        Time for each school; what takes longer is said to be not proven.
    progress : Progress
        Told of long steps.

    Raises
    ------
    DataError
        When the plan is not one of this case as it is now, or there is no such school.

    Examples
    --------
    >>> import layoutplan as lp
    >>> from layoutplan.examples.copy import EXAMPLE
    >>> case = lp.read_case(EXAMPLE)
    >>> explain(case, lp.optimize(case)).schools["status"].unique().tolist()
    ['proven', 'impossible']
    """
    from layoutplan.solve.asked import asked_about
    from layoutplan.solve.opposite import opposites

    _see_that_they_fit(case, plan)
    screened = case.schools.index[asked_about(case)]
    asked = list(plan.schools.index[plan.schools.index.isin(screened)])
    if school is not None:
        asked = [_find_school(case, school)]
        if asked[0] not in screened:
            facts = {"school": asked[0]}
            raise DataError(findings=[Finding("explain.not_screened", "error", facts=facts)])
    basis = basis_of(case, times, progress=progress)
    found = opposites(
        case,
        basis.times,
        basis.attendance,
        plan,
        [str(each) for each in asked],
        seconds=seconds,
        progress=progress,
    )
    return _told(case, plan, basis, found, seconds, is_single=school is not None, progress=progress)


def with_reasons(plan: Plan, explanation: Explanation) -> Plan:
    """Return `plan` with an explanation: its reasons in the table of schools, its numbers."""
    told = plan.schools.index.map(explanation.reasons)
    schools = plan.schools.assign(reason=pd.array(told, dtype="str"))
    return replace(plan, schools=schools, opposites=explanation.schools)


def write_explained(
    plan: Plan, explanation: Explanation, folder: str | Path, *, reports: bool = True
) -> None:
    """Write a plan with its reasons and the tables of their numbers into a folder, all or nothing.

    Parameters
    ----------
    plan, explanation
        The plan, and what was found about it.
    folder : str or Path
        Made where it does not exist; an older plan in it is replaced.
    reports : bool
        Whether ``report.xlsx`` and ``report.docx`` are written too.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written; an older plan in it is unharmed.
    """
    from layoutplan.plan import explain_tables, store

    told = with_reasons(plan, explanation)
    villages = {explain_tables.VILLAGES_FILE: explain_tables.explained_villages_csv(explanation)}
    drawings = drawings_of(told, reports=reports)
    store.write_plan(told, Path(folder), {**drawings, **store.writers_of(villages)})


def _see_that_they_fit(case: Case, plan: Plan) -> None:
    """Raise where the plan was made from other files than the case has, or edited since."""
    now = {each.path: each.sha256 for each in case.inputs}
    before = {each.path: each.sha256 for each in plan.inputs}
    changed = tuple(sorted(path for path in now | before if now.get(path) != before.get(path)))
    edited = [each for each in plan.findings if each.rule in _EDITS]
    findings = [Finding("explain.edited", "error", ids=each.ids) for each in edited]
    if changed:
        findings.append(Finding("explain.inputs", "error", ids=changed))
    if findings:
        raise DataError(findings=findings)


def _find_school(case: Case, school: str) -> str:
    """Return the id of the school that is called so."""
    if school in case.schools.index:
        return school
    named = case.schools.index[case.schools["name"] == school]
    if len(named) == 1:
        return str(named[0])
    rule = "explain.school_ambiguous" if len(named) else "explain.school_unknown"
    facts = {"school": school}
    raise DataError(findings=[Finding(rule, "error", ids=tuple(named), facts=facts)])


def _told(
    case: Case,
    plan: Plan,
    basis: Basis,
    opposites: Sequence[Opposite],
    seconds: float,
    *,
    is_single: bool,
    progress: Progress,
) -> Explanation:
    """Return what was found in tables and sentences."""
    from layoutplan.plan.explain_reasons import whole_reasons
    from layoutplan.plan.explain_schools import Teller, explain_schools
    from layoutplan.plan.explain_villages import explain_villages

    trips = _farther_trips(case, plan, basis, opposites, progress)
    n_shown = len(case.villages) if is_single else NAMED
    teller = Teller(case, plan, trips, seconds, n_shown)
    sentences = {each.school_id: teller.sentence(each) for each in opposites}
    schools = explain_schools(plan, opposites)
    return Explanation(
        schools=schools.assign(sentence=list(sentences.values())),
        villages=explain_villages(case, plan, trips),
        opposites=tuple(opposites),
        reasons=whole_reasons(case, basis.times, basis.attendance, plan, sentences),
    )


def _farther_trips(
    case: Case, plan: Plan, basis: Basis, opposites: Sequence[Opposite], progress: Progress
) -> TravelTimes:
    """Return the travel times with the trips beyond the limits of those whom sentences name."""
    if case.travel_times is not None:
        return case.travel_times
    if case.roads is None or basis.times.source != "roads":
        return basis.times
    rows = plan.assignments
    moved = rows.loc[rows["school_id"] != rows["school_id_before"], "village_id"]
    alone = [each.alone["village_id"] for each in opposites]
    is_named = case.villages.index.isin(pd.concat([moved, *alone]))
    every_school = np.ones(len(case.schools), dtype=bool)
    farther: dict[str, Pairs] = {}
    for each in basis.journeys or journeys(case, progress=progress):
        hierarchy, _ = prepared(each.graph, progress=progress)
        ways = each.approaches.between(is_named, every_school)
        found = many_to_many(hierarchy, ways, limit_ms=None, progress=progress)
        farther |= {band.name: found for band in each.bands}
    return basis.times.joined(farther)
