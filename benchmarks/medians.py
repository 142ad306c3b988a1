"""Choosing p sites with the least travel: the same optimum as spopt, and in what time.

    python -m benchmarks.medians           # writes its table of docs/benchmarks.md
    python -m benchmarks.medians --quick   # the small problems, writes nothing

A problem that both can express: every place goes to one of p sites, without or with room for so
many at each (p-median and capacitated p-median). To layoutplan it is a case of candidate sites with
``open_exactly = p``; to spopt a matrix for ``PMedian``, which it hands to CBC, or to HiGHS as a
second opinion. Seconds are from the matrix to the answer.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import layoutplan as lp
from benchmarks.counties import places_table
from benchmarks.tables import PAGE, markdown, number, put_between, version_of
from layoutplan.core.rules import Band, Rules, SolverSettings
from layoutplan.core.travel_times import Pairs, TravelTimes

TUTORIAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "spopt_tutorial" / "data"
STORES_FILE = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
STORES_MEAN = 2982.1268579890657  # meters with 4 stores, in spopt's own tests
DECIMETERS = 10  # in a meter
BAND = Band("all", "car", max_minutes=1e5)
SIDE_KM = 60.0
SECONDS = 600.0


@dataclass(frozen=True)
class Medians:
    """A problem.

    Parameters
    ----------
    title : str
        For the table.
    cost : (n, m) int64
        Of a trip from place to site: decimeters, or milliseconds.
    weight : (n,) int64
        How many there are at each place.
    room : (m,) int64, optional
        For how many there is room at each site.
    p : int
        How many sites are chosen.
    known : float, optional
        The total of the published optimum, before trips were rounded.
    """

    title: str
    cost: NDArray[np.int64]
    weight: NDArray[np.int64]
    p: int
    room: NDArray[np.int64] | None = None
    known: float | None = None


@dataclass(frozen=True)
class Answer:
    """The total of an answer, whether it is proven, and the seconds it took."""

    total: int
    is_proven: bool
    seconds: float


def stores() -> Medians:
    """Return the problem of spopt's tutorial: 16 stores for the census tracts of San Francisco."""
    table = pd.read_csv(TUTORIAL / STORES_FILE)
    meters = table.pivot_table(values="distance", index="DestinationName", columns="name")
    weight = table.groupby("DestinationName")["demand"].first().to_numpy(dtype=np.int64)
    known = DECIMETERS * STORES_MEAN * weight.sum()
    cost = np.rint(DECIMETERS * meters.to_numpy()).astype(np.int64)
    return Medians("stores in San Francisco", cost, weight, p=4, known=known)


def drawn(n_places: int, n_sites: int, p: int, *, has_room: bool = False) -> Medians:
    """Return a problem on a plane, always the same; some of the places are the sites."""
    rng = np.random.default_rng(0)
    km = rng.uniform(0.0, SIDE_KM, (n_places, 2))
    between = np.hypot(*(km[:, None, :] - km[None, :n_sites, :]).transpose(2, 0, 1))
    weight = 1 + rng.geometric(0.1, n_places)
    share = rng.uniform(0.6, 1.4, n_sites) / p
    room = np.ceil(1.3 * weight.sum() * share).astype(np.int64) if has_room else None
    return Medians("generated", np.rint(60_000 * between).astype(np.int64), weight, p, room)


def our_answer(problem: Medians) -> Answer:
    """Return what `optimize` makes of a problem."""
    began = time.perf_counter()
    plan = lp.optimize(as_case(problem))
    seconds = time.perf_counter() - began
    place, site = (
        plan.assignments[column].str[1:].to_numpy().astype(np.int64)
        for column in ("village_id", "school_id")
    )
    return Answer(_total(problem, place, site), plan.status == "optimal", seconds)


def as_case(problem: Medians) -> lp.Case:
    """Return a problem as a case of candidate sites."""
    n, m = problem.cost.shape
    village_ids = pd.Index([f"v{i:04}" for i in range(n)], name="village_id")
    school_ids = pd.Index([f"s{j:04}" for j in range(m)], name="school_id")
    in_a_row = np.stack([np.arange(max(n, m)), np.zeros(max(n, m))], axis=1)
    room = np.full(m, problem.weight.sum()) if problem.room is None else problem.room
    pairs = Pairs(
        np.repeat(np.arange(n, dtype=np.int32), m),
        np.tile(np.arange(m, dtype=np.int32), n),
        problem.cost.ravel(),
    )
    villages = places_table(village_ids, in_a_row[:n])
    return lp.Case(
        name=problem.title,
        language="en",
        folder=Path(),
        villages=villages.assign(school_id="", pupils_all=problem.weight),
        schools=places_table(school_ids, in_a_row[:m]).assign(
            enrollment=0,
            seats=room,
            beds=0,
            kind="candidate",
            decision="free",
            is_decision_given=False,
            bands=BAND.name,
            yearly_cost=np.nan,
            cost_per_pupil=np.nan,
            opening_cost=np.nan,
        ),
        bands=(BAND,),
        rules=Rules(movement="redraw", open_exactly=problem.p),
        order=("pupil_minutes",),
        solver=SolverSettings(seconds=SECONDS),
        travel_times=TravelTimes(
            village_ids, school_ids, {BAND.name: pairs}, {BAND.name: BAND.mode}, source="table"
        ),
    )


def spopt_answer(problem: Medians, solver: str) -> Answer:
    """Return what spopt makes of a problem with one of PuLP's solvers."""
    import pulp
    from spopt.locate import PMedian

    began = time.perf_counter()
    model = PMedian.from_cost_matrix(
        problem.cost, problem.weight, problem.p, facility_capacities=problem.room
    )
    model = model.solve(pulp.getSolver(solver, msg=False, gapRel=0, timeLimit=SECONDS))
    seconds = time.perf_counter() - began
    # Not by its `fac2cli`, which takes what a solver leaves of a zero, such as 1e-9, for a yes.
    is_chosen = np.vectorize(pulp.value)(model.cli_assgn_vars) > 0.5
    place, site = np.nonzero(is_chosen)
    is_proven = model.problem.sol_status == pulp.LpSolutionOptimal and seconds < SECONDS
    return Answer(_total(problem, place, site), is_proven, seconds)


def _total(problem: Medians, place: NDArray[np.int64], site: NDArray[np.int64]) -> int:
    """Return the total of an answer, which has every place once."""
    if not np.array_equal(np.sort(place), np.arange(len(problem.weight))):
        raise ValueError("an answer must have every place once")
    return int((problem.weight[place] * problem.cost[place, site]).sum())


WAYS: dict[str, Callable[[Medians], Answer]] = {
    "layoutplan": our_answer,
    "spopt, CBC": partial(spopt_answer, solver="PULP_CBC_CMD"),
    "spopt, HiGHS": partial(spopt_answer, solver="HiGHS"),
}


def is_agreed(problem: Medians, answers: Mapping[str, Answer]) -> bool:
    """Return whether ours is proven, as good as every other and as what is published."""
    ours = answers["layoutplan"]
    is_known = problem.known is None or (
        abs(ours.total - problem.known) <= problem.weight.sum() / 2  # trips are rounded
    )
    is_same = all(
        each.total == ours.total if each.is_proven else each.total >= ours.total
        for each in answers.values()
    )
    return ours.is_proven and is_known and is_same


def results_table(results: Sequence[tuple[Medians, Mapping[str, Answer]]]) -> str:
    """Return the results as a table."""
    header = (
        "problem",
        "places",
        "sites",
        "p",
        "room",
        "total",
        "same",
        *(f"{name}, s" for name in WAYS),
        "spopt, CBC, × ours",
    )
    rows = []
    for problem, by_way in results:
        ours, cbc, _ = by_way.values()
        rows.append(
            (
                problem.title,
                *(f"{n:,}" for n in problem.cost.shape),
                str(problem.p),
                "yes" if problem.room is not None else "",
                f"{ours.total:,}",
                "yes" if is_agreed(problem, by_way) else "**no**",
                *(number(each.seconds) for each in by_way.values()),
                number(cbc.seconds / ours.seconds),
            )
        )
    return markdown(header, rows)


def problems(*, is_quick: bool) -> Iterator[Medians]:
    """Return the problems one after the other."""
    if TUTORIAL.is_dir():
        yield stores()
    yield drawn(100, 20, p=5)
    yield drawn(60, 12, p=4, has_room=True)
    if not is_quick:
        yield drawn(300, 60, p=15)
        yield drawn(1_000, 100, p=20)
        yield drawn(200, 30, p=10, has_room=True)


def main() -> None:
    """Solve, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small problems; nothing is written")
    is_quick = parser.parse_args().quick
    warnings.simplefilter("ignore", DeprecationWarning)  # of what PuLP 4 will call things
    if not version_of("spopt"):
        print("skipped, spopt is not installed")
        return
    for answer in WAYS.values():
        answer(drawn(10, 4, p=2))  # so that importing is not counted
    results = []
    for problem in problems(is_quick=is_quick):
        results.append((problem, {name: answer(problem) for name, answer in WAYS.items()}))
        print(results_table(results[-1:]).splitlines()[-1], flush=True)
    table = results_table(results)
    print(table)
    if not is_quick:
        put_between(PAGE, "medians", table)


if __name__ == "__main__":
    main()
