"""Commands on what a case leaves open: trade-offs, and good plans that differ."""

from __future__ import annotations

from pathlib import Path

import click

from layoutplan import pipeline, tradeoff_files, tradeoffs
from layoutplan.commands.arguments import ALLOW_OUTSIDE, CASE, NEW_FOLDER, SCENARIO
from layoutplan.console import Answer, Speaker, spare_inputs, speaking
from layoutplan.core.case import Case
from layoutplan.core.facts import number
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.core.travel_times import TravelTimes
from layoutplan.plan import store
from layoutplan.texts import Language, text

OUT = click.option(
    "--out",
    type=NEW_FOLDER,
    required=True,
    help="The folder to write into.",
)


def _share(_: click.Context, option: click.Parameter, written: str) -> float:
    """Return the share that is written as ``1%`` or as ``0.01``."""
    number_part = written.strip().removesuffix("%")
    try:
        value = float(number_part)
    except ValueError as fault:
        raise click.BadParameter(f"{written!r} is no share such as 1%.", param=option) from fault
    return value / 100 if written.strip().endswith("%") else value


@click.command()
@CASE
@click.option(
    "--objectives",
    metavar="A,B",
    help="Two objectives, a comma between them; the first two of the case's order by default.",
)
@click.option(
    "--points",
    "n_points",
    type=click.IntRange(min=2),
    metavar="N",
    help="Look at N bounds evenly apart. By default every number of schools is looked at where one "
    "of the objectives is such a number, else 11 bounds.",
)
@OUT
@click.option("--plans", is_flag=True, help="Also write the whole plan of every point.")
@click.option(
    "--plan",
    "chosen",
    type=int,
    multiple=True,
    metavar="K",
    help="Also write the whole plan of point K, into the folder point-K; may be repeated.",
)
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def front(
    speaker: Speaker,
    case: Path,
    objectives: str | None,
    n_points: int | None,
    out: Path,
    plans: bool,
    chosen: tuple[int, ...],
    scenario: str | None,
    allow_outside: bool,
) -> Answer:
    """Tell what a little more of one objective of CASE buys of another.

    Each point is a plan that no other beats in both objectives, with what is proven of it. Written
    are front.csv and front.html, a chart that opens without network. Every point is solved with
    all of the [solver] seconds of the case.
    """
    store.require_writable(out)
    read = pipeline.read_case(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    spare_inputs(read, [out / name for name in tradeoff_files.FRONT_FILES])
    times = pipeline.travel_times(read, progress=speaker.progress)
    names = None if objectives is None else [name.strip() for name in objectives.split(",")]
    found = tradeoffs.front(
        read, times, objectives=names, n_points=n_points, progress=speaker.progress
    )
    wanted = tuple(found.points.index) if plans else tuple(dict.fromkeys(chosen))
    folders = _write_plans(speaker, read, times, found, wanted, out)
    tradeoff_files.write_front(found, out)
    data = {
        "objectives": list(found.objectives),
        "is_whole": found.is_whole,
        "points": found.points.reset_index().to_dict("records"),
        "folder": str(out),
        "plans": [str(folder) for folder in folders],
    }
    lines = (
        *_front_lines(found, speaker.language),
        *map(str, folders),
        text("cli.page", speaker.language, path=out / "front.html"),
    )
    return Answer(data, lines, (*read.findings, *times.findings))


@click.command()
@CASE
@click.option(
    "--within",
    callback=_share,
    default="1%",
    show_default=True,
    metavar="SHARE",
    help="How much worse than in the best plan each objective may be, such as 1%.",
)
@click.option(
    "--plans",
    "n_plans",
    type=click.IntRange(min=2),
    default=10,
    show_default=True,
    metavar="N",
    help="How many plans, the best included.",
)
@OUT
@SCENARIO
@ALLOW_OUTSIDE
@speaking
def portfolio(
    speaker: Speaker,
    case: Path,
    within: float,
    n_plans: int,
    out: Path,
    scenario: str | None,
    allow_outside: bool,
) -> Answer:
    """Find plans for CASE nearly as good as the best that differ most.

    Tells how often each school closes among them. Written are portfolio.csv (schools), plans.csv,
    decisions.csv (a column to put into the schools' decision for each plan) and portfolio.html,
    which opens without network.
    """
    store.require_writable(out)
    read = pipeline.read_case(
        case, scenario=scenario, allow_outside=allow_outside, progress=speaker.progress
    )
    spare_inputs(read, [out / name for name in tradeoff_files.PORTFOLIO_FILES])
    times = pipeline.travel_times(read, progress=speaker.progress)
    found = tradeoffs.portfolio(
        read, times, within=within, n_plans=n_plans, progress=speaker.progress
    )
    tradeoff_files.write_portfolio(found, out)
    data = {
        "within": found.within,
        "plans": found.plans.reset_index().to_dict("records"),
        "schools": found.schools.reset_index().to_dict("records"),
        "is_exhausted": found.is_exhausted,
        "folder": str(out),
    }
    lines = (
        *_portfolio_lines(found, n_plans, speaker.language),
        text("cli.page", speaker.language, path=out / "portfolio.html"),
    )
    return Answer(data, lines, (*read.findings, *times.findings))


def _write_plans(
    speaker: Speaker,
    case: Case,
    times: TravelTimes,
    found: Front,
    wanted: tuple[int, ...],
    out: Path,
) -> list[Path]:
    """Write the plans of some points into folders of their own, and return these."""
    folders = []
    for point in wanted:
        plan = tradeoff_files.point_plan(case, found, point, times, progress=speaker.progress)
        folders.append(out / f"point-{point}")
        pipeline.write_plan(plan, folders[-1])
    return folders


def _front_lines(found: Front, language: Language) -> tuple[str, ...]:
    """Return a trade-off in a few lines."""
    first, second = found.objectives
    ends = found.points.iloc[[0, -1]]
    line = text(
        "cli.front",
        language,
        n_points=len(found.points),
        n_proven=int((found.points["status"] == "optimal").sum()),
        first=text(f"tradeoff.axis.{first}", language),
        second=text(f"tradeoff.axis.{second}", language),
        least=number(ends[first].iloc[0]),
        most=number(ends[first].iloc[1]),
        highest=number(ends[second].iloc[0]),
        lowest=number(ends[second].iloc[1]),
    )
    return (line,) if found.is_whole else (line, text("cli.front.left_out", language))


def _portfolio_lines(found: Portfolio, n_plans: int, language: Language) -> tuple[str, ...]:
    """Return a portfolio in a few lines."""
    n_always = int((found.schools["share"] == 1).sum())
    n_never = int((found.schools["share"] == 0).sum())
    line = text(
        "cli.portfolio",
        language,
        n_plans=len(found.plans),
        percent=f"{100 * found.within:.6g}",
        n_least=found.plans["least_differing"].iloc[1:].min() if len(found.plans) > 1 else 0,
        n_schools=len(found.schools),
        n_always=n_always,
        n_never=n_never,
        n_some=len(found.schools) - n_always - n_never,
    )
    if found.is_exhausted:
        return line, text("cli.portfolio.exhausted", language)
    if len(found.plans) < n_plans:
        return line, text("cli.portfolio.late", language)
    return (line,)
