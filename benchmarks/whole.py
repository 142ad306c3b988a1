"""The whole command ``layoutplan times`` as a planner runs it, against merely reading the roads.

    python -m benchmarks.whole             # writes the tables of docs/benchmarks.md; minutes
    python -m benchmarks.whole --quick     # a small county, seconds, writes nothing

Every run is a process; *cold* has an empty cache folder, *warm* the one that the cold run left.
Only the standard library is imported here: what the system tells of a process that was started may
include the memory of the one that started it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.goals import Goal, goals_table
from benchmarks.tables import PAGE, markdown, number, put_between

ROOT = Path(__file__).resolve().parents[1]
HEIDELBERG = ROOT.parent / "shared" / "data" / "heidelberg_osm" / "heidelberg.osm.pbf"
BARE, COLD, WARM = "pyosmium alone", "layoutplan times, cold", "layoutplan times, warm"


@dataclass(frozen=True)
class Took:
    """What a process took."""

    seconds: float
    peak_mb: float


def case_in(folder: Path, *arguments: str) -> Path:
    """Write a case into a folder (see `benchmarks.cases`) and return the folder."""
    command = [sys.executable, "-m", "benchmarks.cases", str(folder), *arguments]
    subprocess.run(command, check=True, cwd=ROOT)
    return folder


def took(command: Sequence[str], cache: Path) -> Took:
    """Run a command and return what it took.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails.
    """
    environment = os.environ | {"LAYOUTPLAN_CACHE": str(cache)}
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(process.returncode, command, said.read())
    return Took(seconds, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))


def measured(case: Path, n_runs: int) -> dict[str, Took]:
    """Return the middle of the runs, made in turn."""
    program = str(Path(sys.executable).with_name("layoutplan"))
    times = [program, "times", str(case), "--quiet", "--out", str(case / "minutes.csv")]
    bare = [sys.executable, "-m", "benchmarks.bare_pass", str(case / "roads.osm.pbf")]
    runs: dict[str, list[Took]] = {BARE: [], COLD: [], WARM: []}
    for _ in range(n_runs):
        with tempfile.TemporaryDirectory() as cache:
            for name, command in ((BARE, bare), (COLD, times), (WARM, times)):
                runs[name].append(took(command, Path(cache)))
    return {
        name: Took(median(run.seconds for run in done), median(run.peak_mb for run in done))
        for name, done in runs.items()
    }


def results_table(results: Mapping[str, Took]) -> str:
    """Return the results as a table."""
    bare_s = results[BARE].seconds
    rows = [
        (name, number(each.seconds), number(each.seconds / bare_s), f"{each.peak_mb:.0f}")
        for name, each in results.items()
    ]
    return markdown(("process", "seconds", "× pyosmium alone", "memory, MB"), rows)


def goals(county: Mapping[str, Took], province: Mapping[str, Took]) -> tuple[Goal, ...]:
    """Return what was to be reached, and what was."""
    ratio = county[COLD].seconds / county[BARE].seconds
    return (
        Goal("Heidelberg, whole command, cold, over pyosmium alone", 2, ratio, "×", is_most=True),
        Goal("Heidelberg, whole command, warm", 1.5, county[WARM].seconds, "s", is_most=True),
        Goal("province, whole command, cold", 60, province[COLD].seconds, "s", is_most=True),
        Goal("province, whole command, memory", 2_000, province[COLD].peak_mb, "MB", is_most=True),
    )


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--roads", type=Path, default=HEIDELBERG, help="the extract of Heidelberg")
    parser.add_argument("--runs", type=int, default=5, help="runs of which the middle is shown")
    parser.add_argument("--quick", action="store_true", help="a small case; nothing is written")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.quick:
            case = case_in(folder / "quick", "--points", "20000")
            print(results_table(measured(case, options.runs)))
            return
        sizes = ("--villages", "5000", "--schools", "500", "--minutes", "60")
        case = case_in(folder / "province", "--points", "1000000", *sizes)
        province = measured(case, min(options.runs, 3))
        _show("whole province", results_table(province))
        if not options.roads.exists():
            print(f"Heidelberg: skipped, there is no {options.roads}")
            return
        case = case_in(folder / "county", "--roads", str(options.roads.resolve()))
        county = measured(case, options.runs)
        _show("whole heidelberg", results_table(county))
        _show("whole goals", goals_table(goals(county, province)))


def _show(name: str, table: str) -> None:
    """Print a table and put it on the page."""
    print(table, end="\n\n")
    put_between(PAGE, name, table)


if __name__ == "__main__":
    main()
