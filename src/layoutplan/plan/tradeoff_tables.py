"""The CSV files of a trade-off and of a portfolio, in the form of the other files of a plan."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from layoutplan.core.csv_cells import frame_csv
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.errors import DataError, Finding
from layoutplan.plan.tables import read_cells

_FRONT: Final = "front.csv"


def front_csv(trade_off: Front) -> bytes:
    """Return ``front.csv``: a row for each point."""
    return frame_csv(trade_off.points.reset_index())


def read_front_csv(content: bytes) -> pd.DataFrame:
    """Return the points of ``front.csv``: ``status`` as text, all else numbers, NaN where empty.

    Raises
    ------
    DataError
        When it is not such a table.
    """
    cells = read_cells(content, _FRONT, ("point", "status"))
    names = [str(name) for name in cells if name != "status"]
    numbers = {name: pd.to_numeric(cells[name], errors="coerce") for name in names}
    for name, found in numbers.items():
        is_bad = (found.isna() & (cells[name] != "")).to_numpy()
        if is_bad.any():
            rows = tuple((np.flatnonzero(is_bad) + 2).tolist())
            finding = Finding("store.csv.number", "error", table=_FRONT, rows=rows, column=name)
            raise DataError(findings=[finding])
    return cells.assign(**numbers)


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
