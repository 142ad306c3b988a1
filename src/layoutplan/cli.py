"""The command ``layoutplan``: one short function per command.

Results go to stdout, progress and messages to stderr. Exit status: 0 done, 1 a check found an
error, 2 wrong usage, 3 bad data or configuration, 4 no plan can satisfy the rules, 5 no plan in
the time allowed, 70 a fault of ours.
"""

from __future__ import annotations

import gc
import json
from pathlib import Path

import click

import layoutplan
from layoutplan import pipeline, routes
from layoutplan.console import (
    DONE,
    FOUND_ERROR,
    Answer,
    Speaker,
    counted,
    in_words,
    spare_inputs,
    speaking,
)
from layoutplan.errors import has_errors
from layoutplan.examples.copy import write_example
from layoutplan.load.case import download_case_roads
from layoutplan.plan import store
from layoutplan.plan.tables import travel_times_csv
from layoutplan.report.route import route_geojson, route_lines
from layoutplan.texts import text

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

SCENARIO = click.option(
    "--scenario",
    metavar="NAME",
    help="Look at the roads under [scenario.NAME] of case.toml, such as winter.",
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
    gc.freeze()  # what was imported stays: the search for garbage need not go through it


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
@click.option(
    "--points",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write where the findings are, as a GeoJSON file.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def check(
    speaker: Speaker,
    case: Path,
    names_all: bool,
    points: Path | None,
    scenario: str | None,
    allow_outside: bool,
) -> Answer:
    """Tell everything found about the data of CASE.

    Every finding names the table, the rows and the column, and what to do. Errors stop a plan,
    warnings may change it, notes say what was done with the data. Exit status 1 when there is
    an error.
    """
    speaker.names_all = names_all
    findings, read = pipeline.inspect(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    lines = [counted(findings, speaker.language)]
    if points is not None:
        from layoutplan.report.finding_points import finding_points

        places = finding_points(findings, speaker.language, read)
        if read is not None:
            spare_inputs(read, [points])
        store.write_file(points, places.to_json(ensure_ascii=False).encode())
        lines.append(text("cli.points", speaker.language, n_points=len(places), path=points))
    status = FOUND_ERROR if has_errors(findings) else DONE
    return Answer({}, tuple(lines), findings, status)


@main.command()
@CASE
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The CSV file to write.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def times(
    speaker: Speaker, case: Path, out: Path, scenario: str | None, allow_outside: bool
) -> Answer:
    """Write the travel times of CASE as a table.

    Every pair of village and school within the largest limit of the mode's bands, and every pair
    of today's attendance that has a path: village_id, school_id, mode, minutes (one way, door to
    door).
    """
    store.require_writable(out.parent)
    read = pipeline.read_case(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    spare_inputs(read, [out])
    found = pipeline.travel_times(read, progress=speaker.progress)
    store.write_file(out, travel_times_csv(found))
    n_pairs = sum(len(pairs) for pairs in found.pairs.values())
    reused = (*read.reused, *found.reused)
    lines = (
        text("cli.times", speaker.language, n_pairs=n_pairs, path=out),
        *(text(key, speaker.language) for key in reused),
    )
    data = {"path": str(out), "pairs": n_pairs, "reused": list(reused)}
    return Answer(data, lines, (*read.findings, *found.findings))


@main.command()
@CASE
@click.argument("village")
@click.argument("school")
@click.option("--band", metavar="NAME", help="Whose way it is; the first band by default.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A GeoJSON file to write the legs into, each with its line.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def route(
    speaker: Speaker,
    case: Path,
    village: str,
    school: str,
    band: str | None,
    out: Path | None,
    scenario: str | None,
    allow_outside: bool,
) -> Answer:
    """Tell the way behind a travel time: from VILLAGE to SCHOOL, leg by leg.

    Both by id, or by name where only one has it. Every leg has its road, length, speed and
    minutes, so that a number can be checked on the ground; --json gives their lines as GeoJSON.
    """
    if out is not None:
        store.require_writable(out.parent)
    read = pipeline.read_case(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    spare_inputs(read, [out] if out is not None else [])
    found = routes.route(read, village, school, band=band, progress=speaker.progress)
    data, lines = route_geojson(found), route_lines(read, found, speaker.language)
    if band is None and len(read.bands) > 1:
        names = ", ".join(each.name for each in read.bands[1:])
        lines += (text("cli.route.other_bands", speaker.language, bands=names),)
    if out is not None:
        store.write_file(out, json.dumps(data, ensure_ascii=False).encode())
        lines += (text("cli.route.written", speaker.language, path=out),)
    return Answer(data, lines)


@main.command()
@CASE
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write the plan into; an older plan in it is replaced.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def optimize(
    speaker: Speaker, case: Path, out: Path, scenario: str | None, allow_outside: bool
) -> Answer:
    """Make the best plan for CASE and write it into a folder.

    The main job: which schools stay, which merge into which, where every village's pupils go. The
    plan is proven optimal, or says how far it may be from the best. Written are schools.csv,
    assignments.csv, plan.json, plan.gpkg for QGIS, and map.html, which opens without network.
    """
    store.require_writable(out)
    read = pipeline.read_case(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    spare_inputs(read, [out / name for name in PLAN_FILES])
    plan = pipeline.optimize(read, progress=speaker.progress)
    speaker.progress("progress.write", 0, 0)
    pipeline.write_plan(plan, out)
    lines = (*in_words(plan), text("cli.map", speaker.language, path=out / "map.html"))
    data = json.loads((out / "plan.json").read_bytes())
    return Answer({**data, "folder": str(out)}, lines, plan.findings)


@main.command()
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
