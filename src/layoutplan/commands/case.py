"""Commands on a case: start one, look at its data, its travel times, a way, its roads."""

from __future__ import annotations

import json
from pathlib import Path

import click

from layoutplan import pipeline, routes
from layoutplan.commands.arguments import ALLOW_OUTSIDE, CASE, NEW_FILE, NEW_PATH, SCENARIO
from layoutplan.console import DONE, FOUND_ERROR, Answer, Speaker, spare_inputs, speaking
from layoutplan.errors import counted, has_errors
from layoutplan.examples.copy import write_example
from layoutplan.load.case import download_case_roads
from layoutplan.plan import store
from layoutplan.plan.tables import travel_times_csv
from layoutplan.report.route import route_geojson, route_lines
from layoutplan.texts import text


@click.command()
@click.argument("folder", type=NEW_PATH)
@speaking
def init(speaker: Speaker, folder: Path) -> Answer:
    """Write a small worked case into FOLDER to start from.

    A town of eight villages and three schools, with notes on every file. Replace its tables by
    your own, one by one.
    """
    written = write_example(folder, speaker.language)
    lines = (text("cli.written", speaker.language, folder=folder), *map(str, written))
    return Answer({"folder": str(folder), "files": [str(path) for path in written]}, lines)


@click.command()
@CASE
@click.option("--all", "names_all", is_flag=True, help="Name every row and id, not the first few.")
@click.option(
    "--points",
    type=NEW_FILE,
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


@click.command()
@CASE
@click.option(
    "--out",
    type=NEW_FILE,
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


@click.command()
@CASE
@click.argument("village")
@click.argument("school")
@click.option("--band", metavar="NAME", help="Whose way it is; the first band by default.")
@click.option(
    "--out",
    type=NEW_FILE,
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


@click.command()
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
