"""Who attends which school today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from layoutplan.core.travel_times import Pairs
from layoutplan.errors import Finding

AttendanceSource = Literal["table", "villages", "reconstructed"]


@dataclass(frozen=True)
class Attendance:
    """The demand units: whole pupils by village, band and today's school.

    Parameters
    ----------
    units : pandas.DataFrame
        Columns ``village_id, band, school_id`` (text; empty where they attend nowhere) and
        ``pupils`` (int64, > 0), one row per unit, sorted by these three, with a fresh index.
        Per village and band the pupils add up to the villages table.
    source : {"table", "villages", "reconstructed"}
        The attendance table, the villages' own ``school_id``, or worked out from enrollment.
    findings : tuple of Finding
        What the planner should know of it, such as the misfit per school.
    beyond : Mapping from band to Pairs
        Trips of these units that the travel times did not list, and that were searched for.
    """

    units: pd.DataFrame
    source: AttendanceSource
    findings: tuple[Finding, ...] = ()
    beyond: Mapping[str, Pairs] = field(default_factory=dict)
