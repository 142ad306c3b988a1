"""The CSV files of a trade-off and of a portfolio, in the form of the other files of a plan."""

from __future__ import annotations

import pandas as pd

from layoutplan.core.csv_cells import frame_csv
from layoutplan.core.tradeoffs import Front, Portfolio


def front_csv(trade_off: Front) -> bytes:
    """Return ``front.csv``: a row for each point."""
    return frame_csv(trade_off.points.reset_index())


def portfolio_csv(portfolio: Portfolio) -> bytes:
    """Return ``portfolio.csv``: the schools that have a choice, sorted by id."""
    return frame_csv(portfolio.schools.reset_index())


def plans_csv(portfolio: Portfolio) -> bytes:
    """Return ``plans.csv``: a row for each plan."""
    return frame_csv(portfolio.plans.reset_index())


def decisions_csv(portfolio: Portfolio) -> bytes:
    """Return ``decisions.csv``: for each plan a column to put into the schools' ``decision``."""
    by_plan = portfolio.fates.drop(columns="name")
    words = by_plan.where(by_plan == "close", "keep").add_prefix("plan_")
    return frame_csv(pd.concat([portfolio.fates["name"], words], axis=1).reset_index())
