"""The command ``layoutplan``: one short function per command.

Results go to stdout, progress and messages to stderr. Exit status: 0 done, 1 a check found an
error, 2 wrong usage, 3 bad data or configuration, 4 no plan can satisfy the rules, 5 no plan in
the time allowed, 70 a fault of ours.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

import layoutplan
from layoutplan import pipeline
from layoutplan.console import DONE, FOUND_ERROR, Answer, Speaker, speaking
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.errors import ConfigError, Finding, has_errors
from layoutplan.examples.copy import write_example
from layoutplan.load.case import download_case_roads
from layoutplan.plan import store
from layoutplan.plan.tables import travel_times_csv
from layoutplan.report.facts import facts, goals, status_text
from layoutplan.texts import Language, text

PLAN_FILES = ("plan.json", "schools.csv", "assignments.csv", "plan.gpkg", "map.html")
CASE = click.argument("case", type=click.Path(exists=True, path_type=Path))
PLAN_FOLDER = click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
ALLOW_OUTSIDE = click.option(
    "--allow-outside",
    is_flag=True,
    help="Also read files that case.toml names outside of the case's folder.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(layoutplan.__version__, prog_name="layoutplan")
def main() -> None:
    """Plan which small schools merge into which, and which must stay.

    \b
    A case is a folder with a case.toml and your tables of villages and schools.
    Start with a small worked case, look at its data, make the plan, check it:
      layoutplan init my-county
      layoutplan check my-county
      layoutplan optimize my-county --out my-plan
      layoutplan verify my-county my-plan
    Then open my-plan/map.html in any browser; no network is needed.

    \b
    Exit status: 0 done, 1 a check found an error, 2 wrong usage, 3 bad data or
    configuration, 4 no plan can satisfy the rules, 5 no plan found in the time
    allowed, 70 a fault of layoutplan.
    """  # noqa: D301 # the escape tells click to keep the lines as they are


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@speaking
def init(speaker: Speaker, folder: Path) -> Answer:
    """Write a small worked case into FOLDER to start from.

    A town of eight villages and three schools, with notes on every file. Replace its tables by
    your own, one by one.
    """
    written = write_example(folder, speaker.language)
    lines = (text("cli.written", speaker.language, folder=folder), *map(str, written))
    return Answer({"folder": str(folder), "files": [str(path) for path in written]}, lines)


@main.command()
@CASE
@click.option("--all", "names_all", is_flag=True, help="Name every row and id, not the first few.")
@ALLOW_OUTSIDE
@speaking
def check(speaker: Speaker, case: Path, names_all: bool, allow_outside: bool) -> Answer:
    """Tell everything found about the data of CASE; write nothing.

    Every finding names the table, the rows and the column, and what to do. Errors stop a plan,
    warnings may change it, notes say what was done with the data. Exit status 1 when there is
    an error.
    """
    speaker.names_all = names_all
    findings = pipeline.check(case, allow_outside=allow_outside, progress=speaker.progress)
    status = FOUND_ERROR if has_errors(findings) else DONE
    return Answer({}, (_counted(findings, speaker.language),), findings, status)


@main.command()
@CASE
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The CSV file to write.",
)
@ALLOW_OUTSIDE
@speaking
def times(speaker: Speaker, case: Path, out: Path, allow_outside: bool) -> Answer:
    """Write the travel times of CASE as a table.

    Every pair of village and school within the largest limit of the mode's bands, and every pair
    of today's attendance that has a path: village_id, school_id, mode, minutes (one way, door to
    door).
    """
    store.require_writable(out.parent)
    read = pipeline.read_case(case, allow_outside=allow_outside, progress=speaker.progress)
    _spare_inputs(read, [out])
    found = pipeline.travel_times(read, progress=speaker.progress)
    store.write_file(out, travel_times_csv(found))
    n_pairs = sum(len(pairs) for pairs in found.pairs.values())
    line = text("cli.times", speaker.language, n_pairs=n_pairs, path=out)
    return Answer({"path": str(out), "pairs": n_pairs}, (line,), (*read.findings, *found.findings))


@main.command()
@CASE
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write the plan into; an older plan in it is replaced.",
)
@ALLOW_OUTSIDE
@speaking
def optimize(speaker: Speaker, case: Path, out: Path, allow_outside: bool) -> Answer:
    """Make the best plan for CASE and write it into a folder.

    The main job: which schools stay, which merge into which, where every village's pupils go. The
    plan is proven optimal, or says how far it may be from the best. Written are schools.csv,
    assignments.csv, plan.json, plan.gpkg for QGIS, and map.html, which opens without network.
    """
    store.require_writable(out)
    read = pipeline.read_case(case, allow_outside=allow_outside, progress=speaker.progress)
    _spare_inputs(read, [out / name for name in PLAN_FILES])
    plan = pipeline.optimize(read, progress=speaker.progress)
    speaker.progress("progress.write", 0, 0)
    pipeline.write_plan(plan, out)
    lines = (*_in_words(plan), text("cli.map", speaker.language, path=out / "map.html"))
    data = json.loads((out / "plan.json").read_bytes())
    return Answer({**data, "folder": str(out)}, lines, plan.findings)


@main.command()
@CASE
@PLAN_FOLDER
@ALLOW_OUTSIDE
@speaking
def verify(speaker: Speaker, case: Path, folder: Path, allow_outside: bool) -> Answer:
    """Check the plan in FOLDER against CASE, without the solver.

    Every rule is worked out again from the files of the case and the tables of the plan. Exit
    status 1 when a rule is broken.
    """
    read = pipeline.read_case(case, allow_outside=allow_outside, progress=speaker.progress)
    findings = pipeline.verify(read, pipeline.read_plan(folder), progress=speaker.progress)
    if findings:
        line = text("cli.verify.broken", speaker.language, n_broken=len(findings))
        return Answer({"holds": False}, (line,), findings, FOUND_ERROR)
    return Answer({"holds": True}, (text("cli.verify.holds", speaker.language),))


@main.command(name="map")
@PLAN_FOLDER
@speaking
def draw_map(speaker: Speaker, folder: Path) -> Answer:
    """Draw the map of the plan in FOLDER again.

    One file, map.html, that opens from a memory stick without any network.
    """
    path = pipeline.redraw_map(folder)
    return Answer({"path": str(path)}, (text("cli.map", speaker.language, path=path),))


@main.command()
@CASE
@click.option(
    "--server",
    metavar="URL",
    help="Address of another Overpass server than the public one.",
)
@speaking
def roads(speaker: Speaker, case: Path, server: str | None) -> Answer:
    """Download the roads of CASE's area from OpenStreetMap into its folder.

    The only command that uses the internet.
    """
    path = download_case_roads(case, overpass_url=server, progress=speaker.progress)
    line = text("cli.roads", speaker.language, path=path, name=path.name)
    return Answer({"path": str(path)}, (line,))


def _counted(findings: tuple[Finding, ...], language: Language) -> str:
    """Return how many findings of each level there are."""
    levels = [finding.level for finding in findings]
    return text(
        "cli.check",
        language,
        n_errors=levels.count("error"),
        n_warnings=levels.count("warning"),
        n_notes=levels.count("note"),
    )


def _in_words(plan: Plan) -> tuple[str, ...]:
    """Return a plan in a few lines: what is proven, its objectives, its sizes."""
    return (
        f"{plan.name}: {status_text(plan)}",
        *(f"  {goal.label}: {goal.value} ({goal.proof})" for goal in goals(plan)),
        *(f"  {label}: {value}" for label, value in facts(plan)),
    )


def _spare_inputs(case: Case, paths: list[Path]) -> None:
    """See that none of `paths`, about to be written, is a file that the case was read from.

    Raises
    ------
    ConfigError
        With every file that would be lost.
    """
    inputs = [file for each in case.inputs if (file := case.folder / each.path).exists()]
    lost = [path for path in paths if path.exists() and any(path.samefile(file) for file in inputs)]
    if lost:
        findings = [Finding("cli.overwrites_input", "error", facts={"path": path}) for path in lost]
        raise ConfigError(findings=findings)
