"""Plan where schools should be: which stay, which merge, and why."""

from layoutplan.core.case import Case
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.route import Route
from layoutplan.core.rules import Band, Costs, Exemption, Expansion, Rules, SolverSettings
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import (
    ConfigError,
    DataError,
    DownloadError,
    Finding,
    Findings,
    InfeasibleError,
    LayoutPlanError,
    MissingDependencyError,
    NoPlanInTimeError,
    VerificationError,
)
from layoutplan.evaluate.summary import evaluate
from layoutplan.explanations import explain
from layoutplan.pipeline import (
    check,
    optimize,
    read_case,
    read_plan,
    show,
    travel_times,
    verify,
    write_plan,
)
from layoutplan.progress_bars import bars
from layoutplan.reports import write_reports
from layoutplan.routes import route
from layoutplan.tradeoffs import front, portfolio

__version__ = "0.1.0"

__all__ = [
    "check",
    "read_case",
    "travel_times",
    "route",
    "optimize",
    "verify",
    "evaluate",
    "explain",
    "front",
    "portfolio",
    "write_plan",
    "write_reports",
    "read_plan",
    "show",
    "bars",
    "Case",
    "Band",
    "Rules",
    "Costs",
    "Expansion",
    "Exemption",
    "SolverSettings",
    "TravelTimes",
    "Route",
    "Plan",
    "ObjectiveResult",
    "Finding",
    "Findings",
    "LayoutPlanError",
    "ConfigError",
    "DataError",
    "DownloadError",
    "InfeasibleError",
    "NoPlanInTimeError",
    "MissingDependencyError",
    "VerificationError",
]  # in the order of the flow
