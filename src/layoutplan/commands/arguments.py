"""Arguments and options that several commands have."""

from __future__ import annotations

import math
import os
from pathlib import Path

import click


class Seconds(click.FloatRange):
    """A time above 0: a number, so neither ``nan`` nor ``inf``."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number that is written."""
        seconds = float(super().convert(value, param, ctx))
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return seconds


class NewPath(click.Path):
    """A file or folder to write, which an empty word does not name."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Return the path that is written."""
        if not str(value).strip():
            self.fail("the name is empty; say where to write, such as out/plan.", param, ctx)
        return super().convert(value, param, ctx)


SECONDS = Seconds(min=0, min_open=True)
NEW_FOLDER = NewPath(file_okay=False, path_type=Path)
NEW_PATH = NewPath(path_type=Path)
NEW_FILE = NewPath(dir_okay=False, path_type=Path)

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
