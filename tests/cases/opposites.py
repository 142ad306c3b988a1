"""Small towns under any rules, and the opposite of a decision as a planner would ask for it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from cases.towns import town
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Costs, Expansion, Rules
from layoutplan.core.schema import MOVEMENTS
from layoutplan.model.assemble import build_problem
from layoutplan.solve.best import best
from layoutplan.solve.lexicographic import NoSolutionError

INF = float("inf")
BANDS = (
    Band("low", "walk", 20, grades=(1, 2, 3)),
    Band("high", "bus", 30, grades=(4, 5, 6), boarding=True, max_boarding_minutes=35),
)
ORDERS = [
    ("small_schools", "pupil_minutes"),
    ("small_schools", "yearly_cost", "pupil_minutes"),
    ("schools_open", "max_minutes", "pupil_minutes"),
    ("pupils_moved", "small_schools"),
]


def drawn_town(seed: int) -> Case:
    """Return a town of a few villages and schools, one or two bands, any rules."""
    rng = np.random.default_rng(seed)
    n_villages, n_schools = int(rng.integers(3, 7)), int(rng.integers(2, 6))
    bands = BANDS[: int(rng.integers(1, 3))]
    ids = [f"s{j + 1}" for j in range(n_schools)]
    kind = rng.choice(["primary"] * 5 + ["center", "candidate"], n_schools).tolist()
    kind[0] = "primary"
    existing = [each for each, what in zip(ids, kind, strict=True) if what != "candidate"]

    def minutes() -> list[list[float]]:
        near = rng.integers(1, 25, (n_villages, n_schools)).astype(float)
        is_far = rng.random(near.shape) < 0.25
        return np.where(is_far, rng.choice([28.0, 33.0, INF], near.shape), near).tolist()

    def one_of(*values: object) -> object:
        return values[int(rng.integers(len(values)))]

    def by_school(*values: object) -> list:
        return [one_of(*values) for _ in ids]

    def pairs() -> tuple:
        return one_of((), (), (tuple(rng.choice(ids, 2, replace=False).tolist()),))

    rules = Rules(
        small_below=one_of(30, 50),
        movement=one_of(*MOVEMENTS),
        min_enrollment=one_of(0, 0, 0, 15),
        max_closures=one_of(None, None, 1, 2),
        open_exactly=one_of(None, None, None, None, 2),
        over_limit_today=one_of("keep", "keep", "keep", "forbid"),
        teaching_point_bands=one_of((), ("low",)),
        closest_open=one_of(False, False, False, True),
        siblings_together=one_of(False, False, True),
        contiguous=one_of(False, False, True),
        must_merge_into=pairs(),
        never_merge_into=pairs(),
        budget=one_of(None, 50.0),
    )
    return town(
        {band.mode: minutes() for band in bands},
        pupils={band.name: rng.integers(0, 25, n_villages).tolist() for band in bands},
        seats=rng.integers(60, 160, n_schools).tolist(),
        beds=by_school(0, 0, 40),
        today=[one_of(*existing, *existing, *existing, "") for _ in range(n_villages)],
        bands=bands,
        decision=by_school("", "", "", "free", "keep", "close"),
        kind=kind,
        rules=rules,
        order=one_of(*ORDERS),
        yearly_cost=by_school(0.0, 1000.0, 1500.5),
        opening_cost=by_school(0.0, 40.0),
        costs=Costs(per_pupil=12.5, small_floor=30, per_boarder=7.0, per_pupil_minute=0.1),
        expansions=one_of((), (Expansion("s1", seats=40, cost=20.0),)),
    )


def with_decision(case: Case, school_id: str, decision: str) -> Case:
    """Return the case with a decision written in its table, as a planner would write it."""
    schools = case.schools.copy()
    schools.loc[school_id, "decision"] = decision
    schools.loc[school_id, "is_decision_given"] = True
    return replace(case, schools=schools)


def values(case: Case, attendance: Attendance) -> list[float] | None:
    """Return the best objectives of a case, None where it has no plan, without asking why."""
    assert case.travel_times is not None
    problem = build_problem(case, case.travel_times, attendance)
    try:
        found = best(problem, case.order, case.solver, deadline=time.monotonic() + 60.0)
    except NoSolutionError as fault:
        if fault.is_proven:
            return None
        raise
    assert found.status == "optimal"
    return [stage.value / stage.per_unit for stage in found.stages]
