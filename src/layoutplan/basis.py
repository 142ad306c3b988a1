"""What every plan of a case stands on: travel times, and who attends which school today.

Worked out once and handed on; composes journeys and the rooms travel, check and demand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from layoutplan.check.reach import check_reach
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.journeys import Journeys
from layoutplan.core.progress import Progress, silent
from layoutplan.core.travel_times import TravelTimes
from layoutplan.demand.farther import Farther
from layoutplan.demand.today import attendance_today
from layoutplan.errors import DataError, Finding, Findings, has_errors
from layoutplan.journeys import times_on_roads
from layoutplan.travel.matter import that_matter

_FIRST_INPUTS = ("case.toml", "villages", "schools")  # in the order in which a case is read


@dataclass(frozen=True)
class Basis:
    """What every plan of a case stands on.

    Parameters
    ----------
    times : TravelTimes
        Of the case.
    attendance : Attendance
        The units that move.
    journeys : tuple of Journeys, optional
        The roads as each kind of traveler uses them; None where the times were given.
    """

    times: TravelTimes
    attendance: Attendance
    journeys: tuple[Journeys, ...] | None = None


def basis_of(case: Case, times: TravelTimes | None = None, *, progress: Progress = silent) -> Basis:
    """Return what the plans of a case stand on.

    Parameters
    ----------
    case : Case
        The case.
    times : TravelTimes, optional
        Of an earlier call; worked out where they are not given.
    progress : Progress
        Told of long steps.

    Raises
    ------
    DataError
        When the roads cannot be used at all, or attendance contradicts the tables.
    """
    if times is not None:
        return Basis(times, attendance_of(case, times, progress=progress))
    found, nearest_ms, farther, journeys = case.travel_times, None, None, None
    if found is None:
        found, nearest_ms, farther, journeys = times_on_roads(case, progress=progress)
    attendance = attendance_of(case, found, farther, progress=progress)
    findings = (*found.findings, *check_reach(case, found, nearest_ms))
    if has_errors(findings):
        raise DataError(findings=findings)
    found = that_matter(case, found.joined(attendance.beyond), attendance)
    told = replace(found, findings=Findings(findings, case.language))
    return Basis(told, attendance, journeys)


def attendance_of(
    case: Case,
    times: TravelTimes,
    farther: Farther | None = None,
    *,
    progress: Progress = silent,
) -> Attendance:
    """Return today's attendance, its findings under the names of the files."""
    attendance = attendance_today(case, times, farther, progress=progress)
    return replace(attendance, findings=by_file(case, attendance.findings))


def by_file(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return findings about the villages or schools under the names of their files."""
    files = dict(zip(_FIRST_INPUTS, (file.path for file in case.inputs), strict=False))
    return tuple(replace(each, table=files.get(each.table, each.table)) for each in findings)
