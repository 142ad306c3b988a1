"""The sections of the document on what the plan rests on, and on what it does not say."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from layoutplan.core.facts import status_text
from layoutplan.core.plan import Plan
from layoutplan.report.document_paper import Column, Paper
from layoutplan.report.words import band_labels
from layoutplan.texts import text

_SHOWN: Final = 12  # letters of a SHA-256 that tell files apart
_MOST_FINDINGS: Final = 40
_LEVELS: Final = ("error", "warning", "note")


def data(paper: Paper, plan: Plan) -> None:
    """Write files, attendance, travel times, versions and findings."""
    paper.part(text("document.part.files", plan.language))
    _files(paper, plan)
    paper.part(text("document.part.making", plan.language))
    paper.points(_making(plan))
    paper.part(text("document.part.findings", plan.language))
    _findings(paper, plan)


def limits(paper: Paper, plan: Plan) -> None:
    """Write what is not proven, and what the plan says nothing of."""
    language = plan.language
    scenario = plan.rules.get("scenario_title") or plan.scenario
    paper.points(
        [
            text("document.limits.optimal", language),
            ""
            if plan.status == "optimal"
            else text("document.limits.gap", language, status=status_text(plan)),
            text("document.limits.scenario", language, title=scenario)
            if scenario
            else text("document.limits.usual", language),
            text("document.limits.safety", language),
            text("document.limits.years", language),
            text("document.limits.quality", language),
            ""
            if plan.opposites is not None or plan.is_public
            else text("document.limits.opposites", language),
            text("document.limits.areas", language),
        ]
    )


def _files(paper: Paper, plan: Plan) -> None:
    """Write the files with their rows and hashes."""
    language = plan.language
    if not plan.inputs:
        paper.say(text("document.data.none", language))
        return
    has_hashes = any(entry.sha256 for entry in plan.inputs)
    paper.say(text("document.data.about" if has_hashes else "document.data.public", language))
    columns = [
        Column(text("document.column.file", language), 0.5),
        Column(text("document.column.rows", language), 0.2, "right"),
    ]
    rows = [[entry.path, f"{entry.rows:,}"] for entry in plan.inputs]
    if has_hashes:
        columns.append(Column(text("document.column.sha256", language), 0.3))
        for row, entry in zip(rows, plan.inputs, strict=True):
            row.append(entry.sha256[:_SHOWN])
    paper.table(columns, rows, text("document.data.caption", language))


def _making(plan: Plan) -> list[str]:
    """Return on what attendance, travel times and proof rest."""
    language = plan.language
    solver: Any = plan.rules.get("solver") or {}
    source = "table" if plan.routes is None else "roads"
    versions = text("list.separator", language).join(
        f"{name} {version}" for name, version in plan.versions.items()
    )
    labels = band_labels(plan)
    return [
        text("document.data.year", language),
        text(f"document.data.attendance.{plan.attendance_source}", language),
        text(f"document.data.speeds.{source}", language),
        *(
            text(
                "document.data.pace", language, band=labels[band.name], kmh=f"{band.walking_kmh:g}"
            )
            for band in plan.bands
            if band.walking_kmh is not None
        ),
        text(
            "document.data.solver",
            language,
            solver=solver.get("name", "–"),
            gap=f"{100 * float(solver.get('gap', 0.0)):g} %",
        ),
        text("document.data.pack", language),
        text("document.data.versions", language, versions=versions) if versions else "",
    ]


def _findings(paper: Paper, plan: Plan) -> None:
    """Write what the check of the data found."""
    language = plan.language
    if plan.is_public:
        paper.say(text("public.left_out", language))
        return
    if not plan.findings:
        paper.say(text("document.findings.none", language))
        return
    counts = Counter(finding.level for finding in plan.findings)
    numbers = {f"{level}s": counts[level] for level in _LEVELS}
    paper.say(text("document.findings.about", language, **numbers))
    ordered = sorted(plan.findings, key=lambda finding: _LEVELS.index(finding.level))
    columns = [
        Column(text("document.column.level", language), 0.12, "center"),
        Column(text("document.column.finding", language), 0.88),
    ]
    rows = [
        [text(f"level.{finding.level}", language), finding.message_in(language)]
        for finding in ordered[:_MOST_FINDINGS]
    ]
    paper.table(columns, rows, text("document.findings.caption", language))
    if len(ordered) > _MOST_FINDINGS:
        rest = len(ordered) - _MOST_FINDINGS
        paper.note(text("document.findings.rest", language, n=rest))
