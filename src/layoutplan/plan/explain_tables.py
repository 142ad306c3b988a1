"""The CSV files of an explanation, in the form of the other files of a plan."""

from __future__ import annotations

import csv
import io
from math import isfinite
from typing import Final

import pandas as pd

from layoutplan.core.opposite import Explanation
from layoutplan.core.schema import MINUTES_DECIMALS
from layoutplan.plan.cells import safe_cell

SCHOOLS_FILE: Final = "explain_schools.csv"
VILLAGES_FILE: Final = "explain_villages.csv"
_ENCODING: Final = "utf-8-sig"


def explained_schools_csv(explanation: Explanation) -> bytes:
    """Return ``explain_schools.csv``: the screened schools, sorted by id."""
    return _written(explanation.schools.reset_index().sort_values("school_id"))


def explained_villages_csv(explanation: Explanation) -> bytes:
    """Return ``explain_villages.csv``: who goes elsewhere than today, sorted."""
    return _written(explanation.villages)


def _written(frame: pd.DataFrame) -> bytes:
    """Return `frame` as a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode(_ENCODING)


def _cell(value: object) -> str:
    """Return a cell: numbers with a point and without trailing zeros, empty where unknown."""
    if isinstance(value, float):
        if not isfinite(value):
            return ""
        return f"{value:.{MINUTES_DECIMALS}f}".rstrip("0").rstrip(".")
    return safe_cell(value) if isinstance(value, str) else str(value)
