"""Counties drawn on a plane, large enough for a real choice and small enough to solve at once."""

from __future__ import annotations

import numpy as np

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import Band, Rules
from layoutplan.core.schema import Movement
from layoutplan.model.assemble import build_problem
from layoutplan.model.problem import Problem


def county_problem(
    seed: int,
    *,
    n_villages: int = 40,
    n_schools: int = 12,
    side: float = 40.0,
    movement: Movement = "by_village",
    min_enrollment: int = 0,
) -> Problem:
    """Return the problem of a county whose villages attend the nearest school."""
    rng = np.random.default_rng(seed)
    village, school = rng.uniform(0, side, (n_villages, 2)), rng.uniform(0, side, (n_schools, 2))
    minutes = np.round(np.hypot(*(village[:, None] - school).transpose(2, 0, 1)), 2)
    pupils = rng.integers(1, 25, n_villages)
    nearest = minutes.argmin(axis=1)
    attending = np.bincount(nearest, weights=pupils, minlength=n_schools)
    case = town(
        minutes,
        pupils=pupils.tolist(),
        seats=np.maximum(attending * 1.5, 30).astype(int).tolist(),
        today=[f"s{j + 1}" for j in nearest],
        bands=(Band("primary", "walk", 15),),
        rules=Rules(movement=movement, min_enrollment=min_enrollment),
    )
    return build_problem(case, case.travel_times, as_villages_say(case))
