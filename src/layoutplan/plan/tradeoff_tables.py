"""The CSV files of a trade-off and of a portfolio, in the form of the other files of a plan."""

from __future__ import annotations

from math import isfinite
from typing import Final

import numpy as np
import pandas as pd

from layoutplan.core.csv_cells import csv_bytes, safe_cell
from layoutplan.core.tradeoffs import Front, Portfolio

_SIGNIFICANT: Final = 15  # digits that a number of the machine holds for sure


def front_csv(trade_off: Front) -> bytes:
    """Return ``front.csv``: a row for each point."""
    return _written(trade_off.points.reset_index())


def portfolio_csv(portfolio: Portfolio) -> bytes:
    """Return ``portfolio.csv``: the schools that have a choice, sorted by id."""
    return _written(portfolio.schools.reset_index())


def plans_csv(portfolio: Portfolio) -> bytes:
    """Return ``plans.csv``: a row for each plan."""
    return _written(portfolio.plans.reset_index())


def decisions_csv(portfolio: Portfolio) -> bytes:
    """Return ``decisions.csv``: for each plan a column to put into the schools' ``decision``."""
    by_plan = portfolio.fates.drop(columns="name")
    words = by_plan.where(by_plan == "close", "keep").add_prefix("plan_")
    return _written(pd.concat([portfolio.fates["name"], words], axis=1).reset_index())


def _written(frame: pd.DataFrame) -> bytes:
    """Return `frame` as a CSV file."""
    cells = (map(_cell, frame[column].tolist()) for column in frame)
    return csv_bytes(frame.columns, zip(*cells, strict=True))


def _cell(value: object) -> str:
    """Return a cell: numbers with a point and without trailing zeros, empty where unknown."""
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        return np.format_float_positional(float(f"{value:.{_SIGNIFICANT}g}"), trim="-")
    return safe_cell(value) if isinstance(value, str) else str(value)
