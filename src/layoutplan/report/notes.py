"""What is said of a plan beside its map."""

from __future__ import annotations

from layoutplan.core.plan import Plan
from layoutplan.texts import text


def notes(plan: Plan) -> list[str]:
    """Return what the reader of the map must know beside it."""
    found = [text("map.note.catchments", plan.language)]
    n_warnings = sum(finding.level != "note" for finding in plan.findings)
    if n_warnings:
        found.insert(0, text("map.note.findings", plan.language, n_findings=n_warnings))
    if plan.attendance_source == "reconstructed":
        found.insert(0, text("map.note.reconstructed", plan.language))
    if plan.scenario:
        title = plan.rules.get("scenario_title") or plan.scenario
        found.insert(0, text("map.note.scenario", plan.language, title=title))
    if plan.is_public:
        found.insert(0, text("public.note", plan.language))
    return found
