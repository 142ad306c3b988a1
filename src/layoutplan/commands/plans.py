"""Commands on plans: make one, check it, draw it again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from layoutplan import explanations, pipeline
from layoutplan.commands.arguments import ALLOW_OUTSIDE, CASE, NEW_FOLDER, PLAN_FOLDER, SCENARIO
from layoutplan.console import (
    FOUND_ERROR,
    NO_PLAN,
    Answer,
    Speaker,
    in_words,
    spare_inputs,
    speaking,
)
from layoutplan.core.case import Case
from layoutplan.core.diagnosis import NoPlanError
from layoutplan.plan import store
from layoutplan.planned import document_findings
from layoutplan.report.imprint import imprint_findings
from layoutplan.report.repairs import repair_table
from layoutplan.texts import text

PLAN_FILES = (
    "plan.json", "schools.csv", "assignments.csv", "plan.gpkg", "map.html", "report.xlsx",
    "report.docx", "minutes.csv", "indicators.csv", "explain_schools.csv", "explain_villages.csv",
)  # fmt: skip


@click.command()
@CASE
@click.option(
    "--out",
    type=NEW_FOLDER,
    required=True,
    help="The folder to write the plan into; an older plan in it is replaced.",
)
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Also work out what the opposite of each decision would cost, as `explain` does.",
)
@click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A table of school_id and decision that goes before the schools' own, as the map exports.",
)
@click.option(
    "--no-reports",
    "without_reports",
    is_flag=True,
    help="Leave report.xlsx and report.docx out; `report` writes them later.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def optimize(
    speaker: Speaker,
    case: Path,
    out: Path,
    is_explained: bool,
    decisions: Path | None,
    without_reports: bool,
    scenario: str | None,
    allow_outside: bool,
) -> Answer:
    """Make the best plan for CASE and write it into a folder.

    The main job: which schools stay, which merge into which, where every village's pupils go. The
    plan is proven optimal, or says how far it may be from the best. Written are schools.csv,
    assignments.csv, plan.json, plan.gpkg for QGIS, map.html, which opens without network, and the
    documents report.xlsx and report.docx.
    Where no plan can satisfy the rules, repair.csv, repair.toml, repair.html and repair.geojson say
    why and what would do, and the exit status is 4. Decisions from a file are kept in plan.json,
    so that verify and explain know them.
    """
    store.require_writable(out)
    read = pipeline.read_case(
        case,
        scenario=scenario,
        decisions=decisions,
        allow_outside=allow_outside,
        progress=speaker.progress,
    )
    spare_inputs(read, [out / name for name in (*PLAN_FILES, *store.REPAIRS)])
    try:
        plan = pipeline.optimize(read, progress=speaker.progress)
    except NoPlanError as fault:
        return _no_plan(speaker, read, fault, out)
    found = explanations.explain(read, plan, progress=speaker.progress) if is_explained else None
    speaker.progress("progress.write", 0, 0)
    if found is None:
        pipeline.write_plan(plan, out, reports=not without_reports)
    else:
        explanations.write_explained(plan, found, out, reports=not without_reports)
    told = replace(plan, language=speaker.language)
    lines = (*in_words(told), text("cli.map", speaker.language, path=out / "map.html"))
    data = json.loads((out / "plan.json").read_bytes())
    of_documents = () if without_reports else document_findings(plan)
    return Answer({**data, "folder": str(out)}, lines, (*plan.findings, *of_documents))


@click.command()
@CASE
@PLAN_FOLDER
@ALLOW_OUTSIDE
@speaking
def verify(speaker: Speaker, case: Path, folder: Path, allow_outside: bool) -> Answer:
    """Check the plan in FOLDER against CASE, without the solver.

    Every rule is worked out again from the files of the case and the tables of the plan, under the
    scenario and with the decisions that the plan was made for. Exit status 1 when a rule is broken.
    """
    plan = pipeline.read_plan(folder)
    read = pipeline.read_case(
        case,
        scenario=plan.scenario or None,
        decisions=plan.decisions,
        allow_outside=allow_outside,
        progress=speaker.progress,
    )
    findings = pipeline.verify(read, plan, progress=speaker.progress)
    edits = store.edits(plan)
    if findings:
        line = text("cli.verify.broken", speaker.language, n_broken=len(findings))
        return Answer({"holds": False}, (line,), (*findings, *edits), FOUND_ERROR)
    return Answer({"holds": True}, (text("cli.verify.holds", speaker.language),), edits)


@click.command(name="map")
@PLAN_FOLDER
@click.option(
    "--public",
    "is_public",
    is_flag=True,
    help="Draw the public edition beside it, map_public.html: counts under five are hidden.",
)
@click.option(
    "--tiles",
    metavar="URL",
    help="Lay a map of others below, whose tiles have this address with {z}, {x} and {y}; the page "
    "then asks that host for them.",
)
@click.option(
    "--uncompressed",
    "is_uncompressed",
    is_flag=True,
    help="Do not pack the data of the page, for browsers from before 2023; the file is larger.",
)
@speaking
def draw_map(
    speaker: Speaker, folder: Path, is_public: bool, tiles: str | None, is_uncompressed: bool
) -> Answer:
    """Draw the map of the plan in FOLDER again.

    One file, map.html, that opens from a memory stick without any network.
    """
    path = pipeline.redraw_map(
        folder, is_public=is_public, tiles=tiles, is_compressed=not is_uncompressed
    )
    plan = pipeline.read_plan(folder)
    findings = (*store.edits(plan), *imprint_findings(plan, is_public=is_public))
    return Answer({"path": str(path)}, (text("cli.map", speaker.language, path=path),), findings)


def _no_plan(speaker: Speaker, case: Case, fault: NoPlanError, out: Path) -> Answer:
    """Write why there is no plan and what would do, and return what is to be said of it."""
    files = pipeline.write_repair(fault.diagnosis, case, out)
    table = repair_table(case, fault.diagnosis.remedies)
    said = text("repair.written", speaker.language, folder=out, files=", ".join(files))
    data = {
        "error": fault.message_in(speaker.language),
        "reasons": [each.message_in(speaker.language) for each in fault.reasons],
        "repair": [each.message_in(speaker.language) for each in fault.repair],
        "repairs": json.loads(table.to_json(orient="records", force_ascii=False)),
        "files": [str(out / name) for name in files],
    }
    return Answer(data, (said,), fault.findings, NO_PLAN)
