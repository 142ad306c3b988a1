"""Every constraint against its stored text, written out by PuLP for a town of three villages."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, BorderSwap, Costs, Expansion, Rules, SolverSettings
from layoutplan.model.arrays import Rows, broken_rows, matrix, row_bounds
from layoutplan.model.assemble import build_problem
from layoutplan.model.build import CONSTRAINTS, build_model
from layoutplan.model.columns import column_names, columns_of
from layoutplan.model.problem import Problem
from layoutplan.solve.highs import solve_with_highs
from layoutplan.solve.lexicographic import solve_in_order
from layoutplan.solve.program import Program
from layoutplan.solve.pulp_solvers import to_pulp

STORED = Path(__file__).parent / "lp"


LOW_AND_HIGH = (
    Band("low", "walk", 30.0, grades=(1, 2, 3)),
    Band("high", "bus", 40.0, grades=(4, 5, 6), boarding=True, max_boarding_minutes=120.0),
)


def posed(case: Case) -> Problem:
    return build_problem(case, case.travel_times, as_villages_say(case))


@pytest.fixture(scope="module")
def small_town() -> Problem:
    """Three villages, two schools and a candidate."""
    return posed(
        town(
            [[5, 20, 8], [10, 12, 40], [25, 6, 9]],
            pupils=[12, 30, 60],
            seats=[80, 90, 50],
            today=["s1", "s1", "s2"],
            kind=["primary", "primary", "candidate"],
            decision=["free", "free", "free"],
            rules=Rules(min_enrollment=10, max_closures=1, open_exactly=2),
        )
    )


@pytest.fixture(scope="module")
def whole_town() -> Problem:
    """Four villages in two townships, with every option and every rule between single places."""
    return posed(
        town(
            [[5, 20, 28, 12], [10, 25, 29, 9], [20, 4, 60, 14], [29, 70, 5, 80]],
            pupils={"low": [12, 8, 20, 9], "high": [7, 0, 15, 5]},
            seats=[40, 30, 60, 50],
            beds=[0, 0, 10, 0],
            today=["s1", "s1", "s2", "s3"],
            kind=["primary", "primary", "center", "candidate"],
            bands=LOW_AND_HIGH,
            townships=(["north", "north", "south", "south"], ["north", "south", "south", "north"]),
            opening_cost=[0, 0, 0, 200_000],
            cost_per_pupil=[650, 650, 700, 650],
            costs=Costs(small_floor=100),
            expansions=[Expansion("s1", seats=30, beds=0, cost=90_000)],
            rules=Rules(
                teaching_point_bands=("low",),
                closest_open=True,
                one_per_township=("any", "center"),
                siblings_together=True,
                villages_together=(("v1", "v2"),),
                contiguous=True,
                must_merge_into=(("s1", "s4"),),
                never_merge_into=(("s2", "s1"),),
                border_swaps=(BorderSwap(("north", "south"), max_difference=3),),
                budget=250_000.0,
            ),
        )
    )


SMALL_TOWN = {
    "everybody_has_a_school",
    "only_where_taught",
    "stays_where_open",
    "seats",
    "least_size",
    "small_or_large",
    "small_only_if_open",
    "max_closures",
    "open_exactly",
    "longest_trip",
}


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
def test_constraint_is_as_stored(constraint, small_town, whole_town, tmp_path):
    problem = small_town if constraint.__name__ in SMALL_TOWN else whole_town
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


OPTIONAL = {each.__name__ for each in CONSTRAINTS} - (SMALL_TOWN - {"max_closures", "open_exactly"})


@pytest.mark.parametrize("name", sorted(OPTIONAL | {"least_size"}))
def test_a_rule_that_is_off_has_no_rows(name):
    problem = posed(town([[5, 6]], pupils=[12], seats=[80, 90], today=["s1"]))
    constraint = next(each for each in CONSTRAINTS if each.__name__ == name)
    assert constraint(problem, columns_of(problem)).n_rows == 0


def test_all_rules_together_have_a_plan_that_keeps_them(whole_town):
    """The stored rows are of a town that can be planned: else they could say anything."""
    order = ("small_schools", "yearly_cost")
    model = build_model(whole_town, order)
    found = solve_in_order(model, SolverSettings(), solve_with_highs, time.monotonic() + 60)
    assert broken_rows(model.rows, found.values) == []
