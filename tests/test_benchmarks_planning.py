"""The benchmarks of plans give everybody the same problem, and know the right answer."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

import layoutplan as lp
from benchmarks.counties import BAND, MIN_ENROLLMENT, SIZES, SMALL_BELOW, Size, county_case
from benchmarks.instances import (
    INSTANCES,
    Instance,
    published_optima,
    read_instance,
    solved,
    write_case,
)
from benchmarks.medians import TUTORIAL, WAYS, Medians, drawn, is_agreed, our_answer, stores
from benchmarks.naive import bound_told
from benchmarks.naive import tried as tried_naively
from benchmarks.planned import tried
from benchmarks.planning import Result as Planned
from benchmarks.planning import beside_table, goals, percent, results_table
from benchmarks.processes import peak_mb
from benchmarks.tables import version_of
from benchmarks.tried import NO_PLAN, Stage, Tried

OLD_NAMES = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # PuLP 4 renames much
SMALL = Size(60, 12, 2, km2_per_school=10.0)


def parts_of(case: lp.Case) -> int:
    """Return into how many parts a case falls."""
    pairs, n = case.travel_times.pairs[BAND.name], len(case.villages)
    n_nodes = n + len(case.schools)
    links = (np.ones(len(pairs)), (pairs.village_idx, pairs.school_idx + n))
    return connected_components(coo_array(links, shape=(n_nodes, n_nodes)), directed=False)[0]


def test_the_same_seed_gives_the_same_county() -> None:
    one, same, other = (county_case("S", seed=seed) for seed in (1, 1, 2))
    assert one.villages.equals(same.villages)
    assert one.schools.equals(same.schools)
    assert one.travel_times.pairs["all"].equals(same.travel_times.pairs["all"])
    assert not one.travel_times.pairs["all"].equals(other.travel_times.pairs["all"])


@pytest.mark.parametrize(("size", "n_pairs"), [("S", 5_000), ("M", 25_000)])
def test_counties_are_as_announced(size: str, n_pairs: int) -> None:
    case = county_case(size)
    pairs, schools = case.travel_times.pairs[BAND.name], case.schools
    assert len(case.villages) == SIZES[size].n_villages
    assert len(schools) == SIZES[size].n_schools
    assert parts_of(case) == SIZES[size].n_counties
    assert len(pairs) == pytest.approx(n_pairs, rel=0.1)
    assert pairs.milliseconds.max() <= BAND.limit_ms
    assert schools["seats"].sum() / schools["enrollment"].sum() == pytest.approx(1.7, abs=0.01)
    assert (schools["seats"] >= schools["enrollment"]).all()
    assert (case.rules.small_below, case.rules.min_enrollment) == (SMALL_BELOW, MIN_ENROLLMENT)


def test_everybody_of_a_county_attends_a_school_within_the_limit() -> None:
    case = county_case("S")
    minutes = [
        case.travel_times.minutes(village, school, BAND.name)
        for village, school in case.villages["school_id"].items()
    ]
    assert max(minutes) <= BAND.max_minutes
    today = case.villages.groupby("school_id")["pupils_all"].sum()
    assert today.reindex(case.schools.index, fill_value=0).equals(
        case.schools["enrollment"].rename("pupils_all")
    )


@pytest.mark.parametrize("movement", ["whole_school", "by_village", "redraw"])
def test_a_county_can_be_planned(movement) -> None:
    case = county_case(SMALL, movement=movement)
    plan = lp.optimize(case)
    assert plan.status in ("optimal", "within_gap")
    assert lp.verify(case, plan) == ()


@OLD_NAMES
def test_a_user_with_pulp_has_the_same_problem() -> None:
    case = county_case(SMALL, solver=lp.SolverSettings(gap=0.0))
    ours, theirs = tried(lambda: case), tried_naively(case, 60.0)
    assert ours.status == "optimal"
    assert theirs.status == "within_gap"
    assert theirs.stages[0].value == pytest.approx(ours.stages[0].value)
    assert theirs.stages[1].value == pytest.approx(ours.stages[1].value, rel=0.001)
    assert theirs.stages[1].bound <= ours.stages[1].value * (1 + 1e-6)


@pytest.mark.parametrize(
    ("log", "value", "bound"),
    [
        ("Result - Optimal solution found\n\nObjective value: 5.0\n", 5.0, 5.0),
        ("Result - Stopped on time limit\n\nLower bound:     4.5\nGap: 0.11\n", 5.0, 4.5),
        ("Result - Stopped on time limit\n\nNo feasible solution found\n", None, -math.inf),
        ("Result - Stopped on time limit\n\nObjective value: 5.0\n", 5.0, -math.inf),
    ],
)
def test_the_bound_is_the_one_that_cbc_tells(log: str, value: float | None, bound: float) -> None:
    assert bound_told(log, value) == bound


def test_costs_too_fine_for_a_case_are_refused(tmp_path: Path) -> None:
    one = np.ones(1)
    instance = Instance("fine", one, one, one, cost=np.array([[0.001]]))
    with pytest.raises(ValueError, match="too fine"):
        write_case(instance, tmp_path)


@pytest.mark.shared
@pytest.mark.skipif(not INSTANCES.is_dir(), reason="the instances are not beside the project")
@pytest.mark.parametrize("name", ["cap61", "cap74", "cap91", "cap134"])
def test_published_optima_are_found(name: str, tmp_path: Path) -> None:
    optima = published_optima(INSTANCES)
    assert len(optima) == 24
    result = solved(read_instance(INSTANCES / name), optima[name], tmp_path)
    assert result.is_reproduced
    assert not replace(result, published=result.published + 1).is_reproduced


def best_by_trying(problem: Medians) -> int:
    """Return the least total of all ways to choose p sites with room for everybody."""
    choices = combinations(range(problem.cost.shape[1]), problem.p)
    nearest = [problem.cost[:, list(sites)].min(axis=1) for sites in choices]
    return min(int((problem.weight * cost).sum()) for cost in nearest)


def test_p_sites_are_the_best_of_all_choices() -> None:
    for n_places, n_sites, p in ((12, 6, 2), (15, 7, 3)):
        problem = drawn(n_places, n_sites, p)
        ours = our_answer(problem)
        assert ours.is_proven
        assert ours.total == best_by_trying(problem)


@pytest.mark.shared
@pytest.mark.skipif(not TUTORIAL.is_dir(), reason="the stores are not beside the project")
def test_the_published_stores_are_found() -> None:
    problem = stores()
    assert is_agreed(problem, {"layoutplan": our_answer(problem)})


@OLD_NAMES
@pytest.mark.parametrize("has_room", [False, True])
def test_every_way_that_is_installed_agrees(has_room: bool) -> None:
    """spopt comes with the extra `bench` only; where it is there, it must find the same."""
    problem = drawn(20, 6, 3, has_room=has_room)
    installed = {
        name: answer
        for name, answer in WAYS.items()
        if version_of("spopt") or not name.startswith("spopt")
    }
    assert "layoutplan" in installed
    answers = {name: answer(problem) for name, answer in installed.items()}
    assert len({each.total for each in answers.values()}) == 1
    assert is_agreed(problem, answers)


def test_what_was_tried_can_be_kept(tmp_path: Path) -> None:
    kept = Tried(1.5, "time_limit", (Stage("small_schools", 3.0, -math.inf),))
    kept.save(tmp_path / "kept.json")
    assert Tried.load(tmp_path / "kept.json") == kept


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(100.0, 99.0, 0.01), (5.0, 5.0, 0.0), (0.0, 0.0, 0.0), (5.0, -math.inf, math.inf)],
)
def test_gaps(value: float, bound: float, gap: float) -> None:
    assert Stage("minutes", value, bound).gap == pytest.approx(gap)
    assert Tried(1.0, NO_PLAN, ()).gap == math.inf


def test_tables_and_goals_of_plans() -> None:
    ours = Tried(2.0, "within_gap", (Stage("a", 3.0, 3.0), Stage("b", 1000.0, 999.5)))
    mine, theirs = Planned(ours, 200.0, 3), Planned(Tried(100.0, NO_PLAN, ()), 300.0, 1)
    row = results_table({"M": mine}).splitlines()[-1]
    assert row == "| M | 3 | 1,000 | within_gap | 0.0500 | 2.00 | 200 | 3 |"
    row = beside_table({"M": (mine, theirs)}).splitlines()[-1]
    assert row == "| M | PuLP + CBC |  |  | no plan | – | 100 | 50.0 |"
    found = goals({"M, `by_village`": mine}, {"M": (mine, theirs)})
    assert [goal.is_met for goal in found] == [True, True, False, True]
    assert percent(math.inf) == "–"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the system does not tell")
def test_the_memory_of_all_processes_counts(tmp_path: Path) -> None:
    hold = "held = bytearray(80_000_000); import time; time.sleep(1)"
    both = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    assert peak_mb([sys.executable, "-c", both], tmp_path, {}) > 80
    with pytest.raises(subprocess.CalledProcessError):
        peak_mb([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {})
