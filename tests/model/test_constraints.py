"""Every constraint against its stored text, written out by PuLP for a town of three villages."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.rules import Rules
from layoutplan.model.arrays import Rows, matrix, row_bounds
from layoutplan.model.columns import column_names, columns_of
from layoutplan.model.constraints import CONSTRAINTS
from layoutplan.model.problem import Problem, build_problem
from layoutplan.solve.program import Program
from layoutplan.solve.pulp_solvers import to_pulp

STORED = Path(__file__).parent / "lp"


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Three villages, two schools and a candidate, with every rule switched on."""
    case = town(
        [[5, 20, 8], [10, 12, 40], [25, 6, 9]],
        pupils=[12, 30, 60],
        seats=[80, 90, 50],
        today=["s1", "s1", "s2"],
        kind=["primary", "primary", "candidate"],
        decision=["free", "free", "free"],
        rules=Rules(min_enrollment=10, max_closures=1, open_exactly=2),
    )
    return build_problem(case, case.travel_times, as_villages_say(case))


def lp_text(problem: Problem, rows: Rows, folder: Path) -> str:
    """Return one family of rows as the text of an LP file."""
    columns = columns_of(problem)
    lower, upper = row_bounds([rows])
    program = Program(
        cost=np.zeros(columns.n),
        lower=np.zeros(columns.n),
        upper=np.ones(columns.n),
        is_integer=np.ones(columns.n, dtype=bool),
        matrix=matrix([rows], columns.n),
        row_lower=lower,
        row_upper=upper,
        start=None,
        column_names=lambda: column_names(problem),
    )
    path = folder / "family.lp"
    to_pulp(program)[0].writeLP(path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda each: each.__name__)
def test_constraint_is_as_stored(constraint, problem, tmp_path):
    rows = constraint(problem, columns_of(problem))
    assert rows.name == constraint.__name__
    assert rows.n_rows > 0, "the town must switch every constraint on"
    text = lp_text(problem, rows, tmp_path)
    stored = STORED / f"{rows.name}.lp"
    if os.environ.get("LAYOUTPLAN_STORE_LP"):
        stored.write_text(text, encoding="utf-8")
    assert text == stored.read_text(encoding="utf-8")


def test_no_stored_text_is_left_over():
    assert {path.stem for path in STORED.glob("*.lp")} == {each.__name__ for each in CONSTRAINTS}


@pytest.mark.parametrize("name", ["max_closures", "open_exactly", "least_size"])
def test_a_rule_that_is_off_has_no_rows(name):
    case = town([[5, 6]], pupils=[12], seats=[80, 90], today=["s1"])
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    constraint = next(each for each in CONSTRAINTS if each.__name__ == name)
    assert constraint(problem, columns_of(problem)).n_rows == 0
