"""Our engine against what else a planner could install, on the same graphs, cell by cell.

    python -m benchmarks.travel            # writes the tables of docs/benchmarks.md; minutes
    python -m benchmarks.travel --quick    # a small county, seconds, writes nothing

Each contender runs in a process of its own, in turn with the others, and first does a tiny case.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.cases import write_case
from benchmarks.contenders import CONTENDERS, FAST, OURS
from benchmarks.goals import Goal, goals_table
from benchmarks.measure import Measured, asked
from benchmarks.reading import write_problem
from benchmarks.tables import PAGE, machine, markdown, number, put_between, version_of

ROOT = Path(__file__).resolve().parents[1]
HEIDELBERG = ROOT.parent / "shared" / "data" / "heidelberg_osm" / "heidelberg.osm.pbf"
ENOUGH_S = 5.0  # who has run for so long is not run again: its clock hardly errs


@dataclass(frozen=True)
class Setting:
    """A case to measure on.

    Parameters
    ----------
    key : str
        Of its table on the page.
    title : str
        In words.
    roads : Path or int
        An extract of OpenStreetMap, or how many points to generate.
    n_villages, n_schools, minutes : int
        What is asked: the trips of so many minutes at most.
    n_asked : Mapping
        Contenders that would take too long: how many of the schools they are asked for.
    """

    key: str
    title: str
    roads: Path | int
    n_villages: int
    n_schools: int
    minutes: int
    n_asked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a contender took, in the middle of its runs, and how its times compare.

    Parameters
    ----------
    prepare_s, matrix_s : float
        Seconds; the second for all schools, worked out from those that were asked for.
    before_mb, peak_mb : float
        Memory of the process.
    n_runs, n_asked : int
        Runs, and schools asked for.
    n_cells, n_different : int
        Cells compared, and those that differ from the first contender's.
    """

    prepare_s: float
    matrix_s: float
    before_mb: float
    peak_mb: float
    n_runs: int
    n_asked: int
    n_cells: int
    n_different: int

    @property
    def together_s(self) -> float:
        """Seconds of preparation and matrix."""
        return self.prepare_s + self.matrix_s


def settings(heidelberg: Path) -> tuple[Setting, ...]:
    """Return the settings of the page."""
    return (
        Setting("heidelberg", "Heidelberg, real roads", heidelberg, 1_000, 100, 30),
        Setting(
            "county",
            "A generated county of 200,000 points",
            200_000,
            2_000,
            200,
            45,
            {"networkx": 10, "igraph": 20},
        ),
        Setting(
            "province",
            "A generated province of 1,000,000 points",
            1_000_000,
            5_000,
            500,
            60,
            {"networkx": 3, "igraph": 5},
        ),
    )


QUICK = Setting("quick", "A small generated county", 20_000, 500, 50, 30, {"networkx": 10})


def measured(setting: Setting, folder: Path, n_runs: int) -> dict[str, Result]:
    """Return the results of all contenders that are installed, the first of them ours."""
    warm_up, problem = folder / "warm_up", folder / setting.key
    if not warm_up.exists():
        write_case(warm_up, 2_000, n_villages=20, n_schools=5, minutes=30)
        write_problem(warm_up, warm_up)
    write_case(
        problem,
        setting.roads,
        n_villages=setting.n_villages,
        n_schools=setting.n_schools,
        minutes=setting.minutes,
    )
    write_problem(problem, problem)

    runs: dict[str, list[Measured]] = {
        name: [] for name, each in CONTENDERS.items() if version_of(each.package)
    }
    for turn in range(n_runs):
        for name, done in runs.items():
            if sum(run.prepare_s + run.matrix_s for run in done) > ENOUGH_S:
                continue
            print(f"  {setting.key}, run {turn + 1}: {name}", file=sys.stderr)
            done.append(_run(name, problem, warm_up, setting.n_asked.get(name, 0)))
    first = np.load(problem / f"{OURS.name}.npy")
    return {name: _result(name, done, setting, problem, first) for name, done in runs.items()}


def _run(name: str, problem: Path, warm_up: Path, n_asked: int) -> Measured:
    """Return what a contender took in a process of its own."""
    arguments = [name, str(problem), str(warm_up), str(n_asked)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.measure", *arguments],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    return Measured(**json.loads((problem / f"{name}.json").read_text(encoding="utf-8")))


def _result(
    name: str, runs: Sequence[Measured], setting: Setting, problem: Path, first: np.ndarray
) -> Result:
    """Return the middle of the runs, and the comparison with the `first` contender's times."""
    schools = asked(setting.n_schools, setting.n_asked.get(name, 0))
    times = np.load(problem / f"{name}.npy")
    return Result(
        prepare_s=median(run.prepare_s for run in runs),
        matrix_s=median(run.matrix_s for run in runs) * setting.n_schools / len(schools),
        before_mb=median(run.before_mb for run in runs),
        peak_mb=median(run.peak_mb for run in runs),
        n_runs=len(runs),
        n_asked=len(schools),
        n_cells=times.size,
        n_different=int((times != first[schools]).sum()),
    )


def results_table(results: Mapping[str, Result], setting: Setting) -> str:
    """Return the results as a table; those worked out from some of the schools are marked."""
    ours = results[OURS.name]
    header = (
        "way",
        "version",
        "prepare, s",
        "matrix, s",
        "together, s",
        "matrix, × ours",
        "together, × ours",
        "memory, MB",
        "runs",
        "cells that differ",
    )
    rows = []
    for name, contender in CONTENDERS.items():
        if name not in results:
            rows.append((name, "not installed", *[""] * (len(header) - 2)))
            continue
        result = results[name]
        about = "≈ " if result.n_asked < setting.n_schools else ""
        rows.append(
            (
                name,
                version_of(contender.package),
                number(result.prepare_s),
                about + number(result.matrix_s),
                about + number(result.together_s),
                about + number(result.matrix_s / ours.matrix_s),
                about + number(result.together_s / ours.together_s),
                f"{result.before_mb:.0f} → {result.peak_mb:.0f}",
                str(result.n_runs),
                f"{result.n_different:,} of {result.n_cells:,}",
            )
        )
    sampled = [
        f"{name} from {results[name].n_asked}"
        for name in setting.n_asked
        if name in results and results[name].n_asked < setting.n_schools
    ]
    note = f"\n\n≈: worked out from some of the {setting.n_schools} schools: {', '.join(sampled)}."
    return markdown(header, rows) + (note if sampled else "")


def goals(results: Mapping[str, Mapping[str, Result]]) -> tuple[Goal, ...]:
    """Return what was to be reached, and what was."""
    county, province = results["heidelberg"], results["province"]
    ours, networkx, scipy = (county[name] for name in (OURS.name, "networkx", "scipy"))
    with_fast = []
    if FAST.name in county:
        times = networkx.together_s / county[FAST.name].together_s
        with_fast = [Goal(f"the same, {FAST.name}", 250, times, "×")]
    of_province = [
        goal
        for name in (OURS.name, FAST.name)
        if name in province
        for goal in (
            Goal(f"province, {name}: together", 60, province[name].together_s, "s", is_most=True),
            Goal(f"province, {name}: memory", 2_000, province[name].peak_mb, "MB", is_most=True),
        )
    ]
    return (
        Goal("Heidelberg, matrix: networkx takes", 2_000, networkx.matrix_s / ours.matrix_s, "×"),
        Goal("Heidelberg, matrix: scipy takes", 40, scipy.matrix_s / ours.matrix_s, "×"),
        Goal(
            "Heidelberg, together: networkx takes", 60, networkx.together_s / ours.together_s, "×"
        ),
        *with_fast,
        *of_province,
    )


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roads", type=Path, default=HEIDELBERG, help="the extract of Heidelberg")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the middle is shown")
    parser.add_argument("--quick", action="store_true", help="a small case; nothing is written")
    options = parser.parse_args()
    found: dict[str, dict[str, Result]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for setting in (QUICK,) if options.quick else settings(options.roads):
            if isinstance(setting.roads, Path) and not setting.roads.exists():
                print(f"{setting.title}: skipped, there is no {setting.roads}\n")
                continue
            results = measured(setting, Path(folder), options.runs)
            table = results_table(results, setting)
            print(f"{setting.title}\n\n{table}\n")
            if not options.quick:
                put_between(PAGE, setting.key, table)
            found[setting.key] = results
    if {"heidelberg", "province"} <= found.keys():
        table = goals_table(goals(found))
        print(table)
        put_between(PAGE, "travel goals", table)
        put_between(PAGE, "machine", machine())


if __name__ == "__main__":
    main()
