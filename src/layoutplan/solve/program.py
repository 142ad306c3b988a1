"""One program for one solver run, and what the solver said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from layoutplan.core.rules import SolverSettings

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Program:
    """Minimize ``cost @ values`` over ``row_lower <= matrix @ values <= row_upper``.

    Parameters
    ----------
    cost, lower, upper : (c,) float64
        Cost and bounds of the columns.
    is_integer : (c,) bool
        Columns that take whole numbers only.
    matrix : (r, c) sparse
        Coefficients of the rows.
    row_lower, row_upper : (r,) float64
        Bounds of the rows.
    start : (c,) float64, optional
        A solution to start from.
    max_nodes : int, optional
        Stop after so many nodes of the search tree: for a stage that may be left unfinished, at
        the same point on every machine.
    max_blind_nodes : int, optional
        The same where no solution is known by then.
    looks : bool
        Whether to look for solutions by heuristics too.
    column_names : callable
        Returns a name for every column.
    """

    cost: Values
    lower: Values
    upper: Values
    is_integer: NDArray[np.bool_]
    matrix: sparse.csr_matrix
    row_lower: Values
    row_upper: Values
    start: Values | None
    column_names: Callable[[], list[str]]
    max_nodes: int | None = None
    max_blind_nodes: int | None = None
    looks: bool = True


OutcomeStatus = Literal[
    "optimal", "within_gap", "node_limit", "time_limit", "infeasible", "no_plan"
]


@dataclass(frozen=True)
class Outcome:
    """What a solver said, in its own numbers.

    Parameters
    ----------
    status : str
        ``optimal`` and ``within_gap``: finished, at gap 0 or at the gap asked for;
        ``node_limit`` and ``time_limit``: stopped by nodes or time with a solution;
        ``infeasible``: proven that there is none; ``no_plan``: stopped without one.
    values : (c,) float64, optional
        The best solution found.
    bound : float
        No solution costs less; ``-inf`` where the solver does not say.
    is_beyond : (c,) bool, optional
        Columns at 1 in no solution that costs as little as `values`.
    n_nodes : int
        Nodes of the search tree that it took; 0 where the solver does not say.
    """

    status: OutcomeStatus
    values: Values | None
    bound: float
    is_beyond: NDArray[np.bool_] | None = None
    n_nodes: int = 0


Gateway = Callable[[Program, SolverSettings, float], Outcome]
"""Solve a program with the settings within some seconds."""

Relaxation = Callable[[Program], tuple[float, Values] | None]
"""Least cost, and duals of the rows, if any part of a whole may be taken; None if not settled."""
