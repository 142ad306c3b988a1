"""The same planning problem as one would write it with PuLP: a variable for every pair, and CBC.

    python -m benchmarks.naive SIZE SECONDS RESULT.json

First the fewest small schools, then, keeping their number, the fewest pupil-minutes; all of it
within so many seconds. What CBC has proven is read where CBC itself says it, in its log:
PuLP calls a run that time has stopped "Optimal" as well.
"""

from __future__ import annotations

import math
import re
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pulp

from benchmarks.counties import BAND, county_case
from benchmarks.tried import NO_PLAN, Stage, Tried
from layoutplan.core.case import Case

GAP = 0.001
LEAST_SECONDS = 1.0
STOPPED = re.compile(r"^Result - Stopped on|^Stopped on time", re.M)
BOUND = re.compile(r"^Lower bound:\s+(\S+)", re.M)


def tried(case: Case, seconds: float) -> Tried:
    """Return what PuLP and CBC make of a case that every village may change (``redraw``)."""
    began = time.perf_counter()
    villages, schools, rules = case.villages, case.schools, case.rules
    pupils = villages[f"pupils_{BAND.name}"].to_dict()
    seats = schools["seats"].to_dict()
    times = case.travel_times.to_frame()
    trips = zip(times["village_id"], times["school_id"], times["minutes"], strict=True)
    minutes = {
        (village, school): each for village, school, each in trips if each <= BAND.max_minutes
    }
    villages_of: dict[str, list[str]] = {school: [] for school in schools.index}
    schools_of: dict[str, list[str]] = {village: [] for village in villages.index}
    for village, school in minutes:
        villages_of[school].append(village)
        schools_of[village].append(school)

    problem = pulp.LpProblem("schools", pulp.LpMinimize)
    goes = pulp.LpVariable.dicts("goes", minutes, cat="Binary")
    is_open = pulp.LpVariable.dicts("open", list(schools.index), cat="Binary")
    is_small = pulp.LpVariable.dicts("small", list(schools.index), cat="Binary")
    for village in villages.index:
        problem += pulp.lpSum(goes[village, school] for school in schools_of[village]) == 1
    for village, school in minutes:
        problem += goes[village, school] <= is_open[school]
    for school in schools.index:
        roll = pulp.lpSum(
            pupils[village] * goes[village, school] for village in villages_of[school]
        )
        problem += roll <= seats[school] * is_open[school]
        problem += roll >= rules.min_enrollment * is_open[school]
        problem += roll >= rules.small_below * (is_open[school] - is_small[school])
        if schools.loc[school, "decision"] == "keep":
            problem += is_open[school] == 1
    n_small = pulp.lpSum(is_small.values())
    pupil_minutes = pulp.lpSum(pupils[pair[0]] * minutes[pair] * goes[pair] for pair in minutes)

    n_small_value, n_small_bound = solved(problem, n_small, began + seconds)
    if n_small_value is None:
        return Tried(time.perf_counter() - began, NO_PLAN, ())
    problem += n_small <= round(n_small_value)
    so_far = float(pulp.value(pupil_minutes))  # should there be no time for a better one
    minutes_value, minutes_bound = solved(problem, pupil_minutes, began + seconds)
    stages = (
        Stage("small_schools", n_small_value, n_small_bound),
        Stage("pupil_minutes", so_far if minutes_value is None else minutes_value, minutes_bound),
    )
    is_proven = all(stage.gap <= GAP for stage in stages)
    status = "within_gap" if is_proven else "time_limit"
    return Tried(time.perf_counter() - began, status, stages)


def solved(
    problem: pulp.LpProblem, objective: pulp.LpAffineExpression, deadline: float
) -> tuple[float | None, float]:
    """Return the least `objective` that CBC finds until `deadline`, and the bound that it tells."""
    problem.setObjective(objective)
    with tempfile.TemporaryDirectory() as folder:
        log_file = Path(folder) / "cbc.log"
        seconds = max(deadline - time.perf_counter(), LEAST_SECONDS)
        solver = pulp.PULP_CBC_CMD(
            msg=False, timeLimit=seconds, gapRel=GAP, threads=1, logPath=str(log_file)
        )
        problem.solve(solver)
        log = log_file.read_text(errors="replace")
    has_plan = problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    value = float(pulp.value(objective)) if has_plan else None
    return value, bound_told(log, value)


def bound_told(log: str, value: float | None) -> float:
    """Return the bound that CBC tells; where it tells none, `value` if it was not stopped."""
    told = BOUND.search(log)
    if told:
        return float(told[1])
    return -math.inf if value is None or STOPPED.search(log) else value


def main() -> None:
    """Do what the arguments ask for."""
    warnings.simplefilter("ignore", DeprecationWarning)  # of what PuLP 4 will call things
    size, seconds, result = sys.argv[1:]
    tried(county_case(size), float(seconds)).save(Path(result))


if __name__ == "__main__":
    main()
