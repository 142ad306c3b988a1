"""The command ``layoutplan``: all commands under one name.

Results go to stdout, progress and messages to stderr. Exit status: 0 done, 1 a check found an
error, 2 wrong usage, 3 bad data or configuration, 4 no plan can satisfy the rules, 5 no plan in
the time allowed, 70 a fault of ours.
"""

from __future__ import annotations

import gc

import click

import layoutplan
from layoutplan.commands import case, explain, plans, report, tradeoffs


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


for command in (
    case.init,
    case.check,
    case.times,
    case.route,
    plans.optimize,
    plans.verify,
    explain.explain,
    tradeoffs.front,
    tradeoffs.portfolio,
    plans.draw_map,
    report.report,
    case.roads,
):
    main.add_command(command)
