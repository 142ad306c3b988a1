"""The solver that a case names."""

from __future__ import annotations

from layoutplan.core.rules import SolverSettings
from layoutplan.solve.program import Gateway, Relaxation


def gateway_of(settings: SolverSettings) -> Gateway:
    """Return the gateway to the solver called ``settings.name``.

    Each gateway is loaded only when it is asked for: two solvers in one process can disturb each
    other.

    Raises
    ------
    ConfigError
        When no such solver is known.
    MissingDependencyError
        When it is not installed.
    """
    if settings.name == "highs":
        from layoutplan.solve.highs import solve_with_highs

        return solve_with_highs
    from layoutplan.solve.pulp_solvers import require, solve_with_pulp

    require(settings)
    return solve_with_pulp


def relaxation_of(settings: SolverSettings) -> Relaxation | None:
    """Return how the solver called ``settings.name`` solves linear relaxations, if it tells."""
    if settings.name != "highs":
        return None
    from layoutplan.solve.highs import relaxed_with_highs

    return relaxed_with_highs
