"""Plan where schools should be: which stay, which merge, and why."""

from layoutplan.core.case import Case
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.rules import Band, Rules, SolverSettings
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import (
    ConfigError,
    DataError,
    Finding,
    InfeasibleError,
    LayoutPlanError,
    MissingDependencyError,
    NoPlanInTimeError,
    VerificationError,
)
from layoutplan.pipeline import (
    check,
    evaluate,
    optimize,
    read_case,
    read_plan,
    show,
    travel_times,
    verify,
    write_plan,
)

__version__ = "0.1.0"

__all__ = [
    "Band",
    "Case",
    "ConfigError",
    "DataError",
    "Finding",
    "InfeasibleError",
    "LayoutPlanError",
    "MissingDependencyError",
    "NoPlanInTimeError",
    "ObjectiveResult",
    "Plan",
    "Rules",
    "SolverSettings",
    "TravelTimes",
    "VerificationError",
    "check",
    "evaluate",
    "optimize",
    "read_case",
    "read_plan",
    "show",
    "travel_times",
    "verify",
    "write_plan",
]  # in the order of the flow
