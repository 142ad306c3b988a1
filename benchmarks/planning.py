"""The whole of `optimize` on generated counties and a real case, and PuLP with CBC beside it.

    python -m benchmarks.planning                  # writes the tables of docs/benchmarks.md
    python -m benchmarks.planning --xl             # with a province, which may take ten minutes
    python -m benchmarks.planning --sizes S        # a part of it, writes nothing

Every run is a process of its own; of several runs the middle is shown.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.counties import SIZES
from benchmarks.goals import Goal, goals_table
from benchmarks.processes import peak_mb
from benchmarks.tables import PAGE, machine, markdown, number, put_between
from benchmarks.tried import Tried

ROOT = Path(__file__).resolve().parents[1]
LADAKH = ROOT.parent / "shared" / "cases" / "ladakh"
ENOUGH_SECONDS = 20.0  # who has run for so long is not run again
BESIDE = ("S", "M", "L")  # the sizes that PuLP and CBC get too


@dataclass(frozen=True)
class Setting:
    """What is planned: a size of `benchmarks.counties`, who may move, and the gap asked for."""

    size: str
    movement: str
    gap: float

    @property
    def title(self) -> str:
        """As in the tables."""
        return f"{self.size}, `{self.movement}`"


@dataclass(frozen=True)
class Result:
    """What became of it: the outcome with the middle of the seconds, the memory, the runs."""

    tried: Tried
    peak_mb: float
    n_runs: int


SETTINGS = (
    *(Setting("S", movement, 0.0) for movement in ("whole_school", "by_village")),
    Setting("S", "redraw", 0.001),
    *(Setting("M", movement, 0.0) for movement in ("whole_school", "by_village")),
    Setting("M", "redraw", 0.001),
    *(Setting("L", movement, 0.001) for movement in ("whole_school", "by_village", "redraw")),
    Setting("XL", "redraw", 0.005),
)


def measured(module: str, arguments: Sequence[str], n_runs: int) -> Result:
    """Return what became of a run, repeated as long as it is short."""
    done: list[Tried] = []
    peaks: list[float] = []
    while len(done) < n_runs and sum(each.seconds for each in done) < ENOUGH_SECONDS:
        with tempfile.TemporaryDirectory() as name:
            file = Path(name) / "result.json"
            command = [sys.executable, "-m", f"benchmarks.{module}", *arguments, str(file)]
            environment = os.environ | {"LAYOUTPLAN_CACHE": f"{name}/cache"}
            peaks.append(peak_mb(command, ROOT, environment))
            done.append(Tried.load(file))
    seconds = median(each.seconds for each in done)
    return Result(replace(done[-1], seconds=seconds), max(peaks), len(done))


def planned(setting: Setting, n_runs: int) -> Result:
    """Return what layoutplan makes of a setting."""
    return measured("planned", [setting.size, setting.movement, str(setting.gap)], n_runs)


def results_table(results: Mapping[str, Result]) -> str:
    """Return what layoutplan made of each problem, by its title, as a table."""
    header = ("problem", "small schools", "pupil-minutes", "status", "gap, %", "s", "memory, MB")
    rows = [
        (
            title,
            *_values(each.tried),
            each.tried.status,
            percent(each.tried.gap),
            number(each.tried.seconds),
            f"{each.peak_mb:.0f}",
            str(each.n_runs),
        )
        for title, each in results.items()
    ]
    return markdown((*header, "runs"), rows)


def beside_table(results: Mapping[str, tuple[Result, Result]]) -> str:
    """Return both outcomes for each size as a table."""
    header = ("size", "way", "small schools", "pupil-minutes", "status", "gap, %", "s", "× ours")
    rows = [
        (
            size,
            way,
            *_values(each.tried),
            each.tried.status,
            percent(each.tried.gap),
            number(each.tried.seconds),
            number(each.tried.seconds / ours.tried.seconds),
        )
        for size, (ours, theirs) in results.items()
        for way, each in (("layoutplan", ours), ("PuLP + CBC", theirs))
    ]
    return markdown(header, rows)


def _values(tried: Tried) -> tuple[str, str]:
    """Return the values of both objectives, as far as there are any."""
    small, minutes = [f"{stage.value:,.0f}" for stage in tried.stages] + [""] * (
        2 - len(tried.stages)
    )
    return small, minutes


def percent(gap: float) -> str:
    """Return a gap in percent, a dash where nothing is known.

    Examples
    --------
    >>> percent(0.00012), percent(0.0), percent(float("inf"))
    ('0.0120', '0', '–')
    """
    return number(100 * gap) if math.isfinite(gap) else "–"


def goals(
    results: Mapping[str, Result], beside: Mapping[str, tuple[Result, Result]]
) -> tuple[Goal, ...]:
    """Return what was to be reached, and what was, as far as it was measured."""
    asked = {
        "L, `redraw`": (0.1, 60.0),
        "XL, `redraw`": (0.5, 600.0),
        "M, `whole_school`": (0.0, 2.0),
        "M, `by_village`": (0.0, 2.0),
        "Ladakh": (0.0, 30.0),
    }
    found = []
    if "M" in beside:
        ours, theirs = (each.tried for each in beside["M"])
        found += [
            Goal("M, `redraw`: PuLP + CBC takes", 25, theirs.seconds / ours.seconds, "×"),
            Goal("M, `redraw`: gap", 0.1, 100 * ours.gap, "%", is_most=True),
        ]
    for title, (gap, seconds) in asked.items():
        if title in results:
            tried = results[title].tried
            found += [
                Goal(f"{title}: gap", gap, 100 * tried.gap, "%", is_most=True),
                Goal(f"{title}: time", seconds, tried.seconds, "s", is_most=True),
            ]
    if "XL, `redraw`" in results:
        most = results["XL, `redraw`"].peak_mb
        found.append(Goal("XL, `redraw`: memory", 4_000, most, "MB", is_most=True))
    return tuple(found)


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="*", choices=SIZES, help="only these; writes nothing")
    parser.add_argument("--xl", action="store_true", help="the largest size too")
    parser.add_argument("--runs", type=int, default=3, help="runs of which the middle is shown")
    parser.add_argument("--cbc-seconds", type=float, default=300.0, help="how long CBC may run")
    options = parser.parse_args()
    sizes = options.sizes or ["S", "M", "L", *(["XL"] if options.xl else [])]
    results: dict[str, Result] = {}
    beside: dict[str, tuple[Result, Result]] = {}
    for setting in (each for each in SETTINGS if each.size in sizes):
        results[setting.title] = planned(setting, options.runs)
        print(results_table(results).splitlines()[-1], flush=True)
        if setting.movement == "redraw" and setting.size in BESIDE:
            theirs = measured("naive", [setting.size, str(options.cbc_seconds)], 1)
            beside[setting.size] = (results[setting.title], theirs)
            print(beside_table(beside).splitlines()[-1], flush=True)
    if LADAKH.is_dir() and not options.sizes:
        results["Ladakh"] = measured("planned", [str(LADAKH)], options.runs)
    tables = {
        "planning": results_table(results),
        "planning beside": beside_table(beside),
        "planning goals": goals_table(goals(results, beside)),
        "planning machine": machine(),
    }
    for name, table in tables.items():
        print(table, end="\n\n")
        if not options.sizes:
            put_between(PAGE, name, table)


if __name__ == "__main__":
    main()
