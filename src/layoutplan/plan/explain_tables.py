"""The CSV files of an explanation, in the form of the other files of a plan."""

from __future__ import annotations

from typing import Final

import pandas as pd

from layoutplan.core.csv_cells import frame_csv
from layoutplan.core.opposite import Explanation
from layoutplan.core.schema import MINUTES_DECIMALS

SCHOOLS_FILE: Final = "explain_schools.csv"
VILLAGES_FILE: Final = "explain_villages.csv"


def opposites_csv(opposites: pd.DataFrame) -> bytes:
    """Return ``explain_schools.csv``: the screened schools, sorted by id."""
    rows = opposites.reset_index().sort_values("school_id")
    return frame_csv(rows, decimals=MINUTES_DECIMALS)


def explained_villages_csv(explanation: Explanation) -> bytes:
    """Return ``explain_villages.csv``: who goes elsewhere than today, sorted."""
    return frame_csv(explanation.villages, decimals=MINUTES_DECIMALS)
