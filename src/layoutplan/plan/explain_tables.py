"""The CSV files of an explanation, in the form of the other files of a plan."""

from __future__ import annotations

from math import isfinite
from typing import Final

import pandas as pd

from layoutplan.core.csv_cells import csv_bytes, safe_cell
from layoutplan.core.opposite import Explanation
from layoutplan.core.schema import MINUTES_DECIMALS

SCHOOLS_FILE: Final = "explain_schools.csv"
VILLAGES_FILE: Final = "explain_villages.csv"


def explained_schools_csv(explanation: Explanation) -> bytes:
    """Return ``explain_schools.csv``: the screened schools, sorted by id."""
    return _written(explanation.schools.reset_index().sort_values("school_id"))


def explained_villages_csv(explanation: Explanation) -> bytes:
    """Return ``explain_villages.csv``: who goes elsewhere than today, sorted."""
    return _written(explanation.villages)


def _written(frame: pd.DataFrame) -> bytes:
    """Return `frame` as a CSV file."""
    cells = (map(_cell, frame[column].tolist()) for column in frame)
    return csv_bytes(frame.columns, zip(*cells, strict=True))


def _cell(value: object) -> str:
    """Return a cell: numbers with a point and without trailing zeros, empty where unknown."""
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        return f"{value:.{MINUTES_DECIMALS}f}".rstrip("0").rstrip(".")
    return safe_cell(value) if isinstance(value, str) else str(value)
