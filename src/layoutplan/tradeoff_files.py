"""Trade-offs and portfolios as files, and the whole plan of a point.

Composes basis, planned and the rooms plan and report for the commands.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from layoutplan.basis import basis_of
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import ConfigError, Finding
from layoutplan.planned import plan_of
from layoutplan.texts import text

FRONT_FILES = ("front.csv", "front.html")
PORTFOLIO_FILES = ("portfolio.csv", "plans.csv", "decisions.csv", "portfolio.html")


def point_plan(
    case: Case,
    trade_off: Front,
    point: int,
    times: TravelTimes | None = None,
    *,
    progress: Progress = silent,
) -> Plan:
    """Return the whole plan of a point of a trade-off.

    Parameters
    ----------
    case : Case
        That `trade_off` is of.
    trade_off : Front
        From :func:`front`.
    point : int
        As in the index of its table.
    times : TravelTimes, optional
        From :func:`travel_times`, which is called where they are not given.
    progress : Progress
        Told of long steps.

    Raises
    ------
    ConfigError
        When there is no such point.
    """
    if point not in trade_off.points.index:
        asked = {"point": point, "n_points": len(trade_off.points)}
        raise ConfigError(findings=[Finding("front.no_point", "error", facts=asked)])
    first, second = trade_off.objectives
    others = (name for name in case.order if name not in trade_off.objectives)
    ordered = replace(case, order=(first, second, *others))
    solution = trade_off.solutions[point - 1]
    facts = {
        "point": point,
        "n_points": len(trade_off.points),
        "first": text(f"tradeoff.axis.{first}", case.language),
        "second": text(f"tradeoff.axis.{second}", case.language),
        "most": f"{solution.objective[0].value:,.10g}",
    }
    return plan_of(
        ordered,
        basis_of(case, times, progress=progress),
        solution,
        findings=[Finding("front.is_point", "note", facts=facts)],
        seconds=solution.seconds,
        progress=progress,
    )


def write_front(trade_off: Front, folder: str | Path) -> None:
    """Write a trade-off into a folder: ``front.csv`` and ``front.html``, both or none.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written; older files in it are unharmed.
    """
    from layoutplan.plan import store, tradeoff_tables
    from layoutplan.report.front import front_html

    contents = {
        "front.csv": tradeoff_tables.front_csv(trade_off),
        "front.html": front_html(trade_off).encode(),
    }
    store.write_contents(Path(folder), contents)


def write_portfolio(plans: Portfolio, folder: str | Path) -> None:
    """Write a portfolio into a folder: its tables and ``portfolio.html``, all or nothing.

    Raises
    ------
    LayoutPlanError
        When the folder cannot be written; older files in it are unharmed.
    """
    from layoutplan.plan import store, tradeoff_tables
    from layoutplan.report.portfolio import portfolio_html

    contents = {
        "portfolio.csv": tradeoff_tables.portfolio_csv(plans),
        "plans.csv": tradeoff_tables.plans_csv(plans),
        "decisions.csv": tradeoff_tables.decisions_csv(plans),
        "portfolio.html": portfolio_html(plans).encode(),
    }
    store.write_contents(Path(folder), contents)
