"""One plan, made in a process of its own.

    python -m benchmarks.planned SIZE MOVEMENT GAP RESULT.json
    python -m benchmarks.planned FOLDER RESULT.json

A generated case has its travel times, and the seconds are those of `optimize`; of a case in a
folder they are those of reading it and of finding its travel times too. A tiny case is planned
before, so that importing is not counted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import layoutplan as lp
from benchmarks.counties import Size, county_case
from benchmarks.tried import Stage, Tried
from layoutplan.core.rules import SolverSettings

TINY = Size(40, 10, 2, km2_per_school=10.0)
SECONDS = 3_600.0  # so long that time does not cut a plan short


def tried(read: Callable[[], lp.Case]) -> Tried:
    """Return what `optimize` makes of the case that `read` returns."""
    lp.optimize(county_case(TINY))
    began = time.perf_counter()
    plan = lp.optimize(read())
    seconds = time.perf_counter() - began
    stages = tuple(Stage(each.name, each.value, each.bound) for each in plan.objective)
    return Tried(seconds, plan.status, stages)


def main() -> None:
    """Do what the arguments ask for."""
    *what, result = sys.argv[1:]
    if len(what) == 1:
        found = tried(lambda: lp.read_case(what[0]))
    else:
        size, movement, gap = what
        settings = SolverSettings(gap=float(gap), seconds=SECONDS)
        case = county_case(size, movement=movement, solver=settings)
        found = tried(lambda: case)
    found.save(Path(result))


if __name__ == "__main__":
    main()
