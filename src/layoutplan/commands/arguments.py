"""Arguments and options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

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
