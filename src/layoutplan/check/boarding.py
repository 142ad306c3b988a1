"""Findings about boarding: who may board, and where there are beds."""

from __future__ import annotations

from layoutplan.check.about import about_key
from layoutplan.core.case import Case
from layoutplan.errors import Finding

_LEAST_GRADE = 4  # 国办发〔2018〕27号: pupils of grades 1 to 3 do not board


def check_boarding(case: Case) -> tuple[Finding, ...]:
    """Return what is doubtful about the bands that may board, and about beds.

    Parameters
    ----------
    case : Case
        As it was read.
    """
    boarding = [band for band in case.bands if band.boarding]
    findings: list[Finding] = []
    for band in boarding:
        key = f"bands.{band.name}"
        young = [grade for grade in band.grades if grade < _LEAST_GRADE]
        if young:
            said = {"grades": ", ".join(map(str, young)), "least": _LEAST_GRADE}
            place = f"{key}.boarding"
            findings.append(about_key("bands.boarding.young", "warning", place, facts=said))
        if band.boarding_limit_ms <= band.limit_ms:
            limit = {"limit": f"{band.max_minutes:g}"}
            place = f"{key}.max_boarding_minutes"
            findings.append(about_key("bands.boarding.short", "warning", place, facts=limit))
    if boarding and not case.has_beds:
        findings.append(Finding("schools.beds.none", "note", "schools", column="beds"))
    if not boarding and case.has_beds:
        today = case.schools.index[case.schools["beds"] > 0]
        later = (step.school_id for step in case.expansions if step.beds)
        ids = tuple(dict.fromkeys([*today, *later]))
        findings.append(Finding("schools.beds.nobody", "note", "schools", column="beds", ids=ids))
    return tuple(findings)
