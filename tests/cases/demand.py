"""The demand units of a case in memory, without the rooms that work them out."""

from __future__ import annotations

import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.schema import pupils_column


def as_villages_say(case: Case) -> Attendance:
    """Return the attendance by the villages' own ``school_id``."""
    units = pd.DataFrame(
        [
            (village_id, band.name, village["school_id"], village[pupils_column(band.name)])
            for village_id, village in case.villages.iterrows()
            for band in case.bands
        ],
        columns=["village_id", "band", "school_id", "pupils"],
    )
    units = units[units["pupils"] > 0].sort_values(["village_id", "band", "school_id"])
    return Attendance(units.reset_index(drop=True), "villages")
