"""Commands on plans: make one, check it, draw it again."""

from __future__ import annotations

import json
from pathlib import Path

import click

from layoutplan import explanations, pipeline
from layoutplan.commands.arguments import ALLOW_OUTSIDE, CASE, PLAN_FOLDER, SCENARIO
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
from layoutplan.report.repairs import repair_table
from layoutplan.texts import text

PLAN_FILES = ("plan.json", "schools.csv", "assignments.csv", "plan.gpkg", "map.html")
REPAIR_FILES = ("repair.csv", "repair.toml", "repair.html", "repair.geojson")


@click.command()
@CASE
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write the plan into; an older plan in it is replaced.",
)
@click.option(
    "--explain",
    "is_explained",
    is_flag=True,
    help="Also work out what the opposite of each decision would cost, as `explain` does.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def optimize(
    speaker: Speaker,
    case: Path,
    out: Path,
    is_explained: bool,
    scenario: str | None,
    allow_outside: bool,
) -> Answer:
    """Make the best plan for CASE and write it into a folder.

    The main job: which schools stay, which merge into which, where every village's pupils go. The
    plan is proven optimal, or says how far it may be from the best. Written are schools.csv,
    assignments.csv, plan.json, plan.gpkg for QGIS, and map.html, which opens without network.
    Where no plan can satisfy the rules, repair.csv, repair.toml, repair.html and repair.geojson say
    why and what would do, and the exit status is 4.
    """
    store.require_writable(out)
    read = pipeline.read_case(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    spare_inputs(read, [out / name for name in (*PLAN_FILES, *REPAIR_FILES)])
    try:
        plan = pipeline.optimize(read, progress=speaker.progress)
    except NoPlanError as fault:
        return _no_plan(speaker, read, fault, out)
    found = explanations.explain(read, plan, progress=speaker.progress) if is_explained else None
    speaker.progress("progress.write", 0, 0)
    if found is None:
        pipeline.write_plan(plan, out)
    else:
        explanations.write_explained(plan, found, out)
    lines = (*in_words(plan), text("cli.map", speaker.language, path=out / "map.html"))
    data = json.loads((out / "plan.json").read_bytes())
    return Answer({**data, "folder": str(out)}, lines, plan.findings)


@click.command()
@CASE
@PLAN_FOLDER
@ALLOW_OUTSIDE
@speaking
def verify(speaker: Speaker, case: Path, folder: Path, allow_outside: bool) -> Answer:
    """Check the plan in FOLDER against CASE, without the solver.

    Every rule is worked out again from the files of the case and the tables of the plan, under the
    scenario that the plan was made for. Exit status 1 when a rule is broken.
    """
    plan = pipeline.read_plan(folder)
    read = pipeline.read_case(
        case,
        scenario=plan.scenario or None,
        allow_outside=allow_outside,
        progress=speaker.progress,
    )
    findings = pipeline.verify(read, plan, progress=speaker.progress)
    if findings:
        line = text("cli.verify.broken", speaker.language, n_broken=len(findings))
        return Answer({"holds": False}, (line,), findings, FOUND_ERROR)
    return Answer({"holds": True}, (text("cli.verify.holds", speaker.language),))


@click.command(name="map")
@PLAN_FOLDER
@speaking
def draw_map(speaker: Speaker, folder: Path) -> Answer:
    """Draw the map of the plan in FOLDER again.

    One file, map.html, that opens from a memory stick without any network.
    """
    path = pipeline.redraw_map(folder)
    return Answer({"path": str(path)}, (text("cli.map", speaker.language, path=path),))


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
