"""Which of all the trips a plan can need."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.limits import reach_ms
from layoutplan.core.rules import Band
from layoutplan.core.travel_times import Pairs, TravelTimes


def that_matter(case: Case, times: TravelTimes, attendance: Attendance) -> TravelTimes:
    """Return `times` with the pairs within the limits, and those of today's attendance, only.

    Parameters
    ----------
    case : Case
        A pair counts when it is within the largest limit of the bands that travel by its mode, or
        within the exceptions of its village.
    times : TravelTimes
        For the case's villages and schools.
    attendance : Attendance
        Its pairs are kept however long they take.
    """
    pairs = {band.name: _of_band(case, band, times, attendance) for band in case.bands}
    return replace(times, pairs=pairs)


def _of_band(case: Case, band: Band, times: TravelTimes, attendance: Attendance) -> Pairs:
    """Return the pairs of one band that matter to some band of its mode."""
    pairs = times.pairs[band.name]
    bands = [other.name for other in case.bands if other.mode == band.mode]
    units = attendance.units[attendance.units["band"].isin(bands)]
    village_idx = case.villages.index.get_indexer(pd.Index(units["village_id"]))
    school_idx = case.schools.index.get_indexer(pd.Index(units["school_id"]))
    n_schools = len(case.schools)
    today = village_idx[school_idx >= 0] * n_schools + school_idx[school_idx >= 0]
    key = pairs.village_idx.astype(np.int64) * n_schools + pairs.school_idx
    reach = reach_ms(case, band.mode)
    return pairs.where((pairs.milliseconds <= reach[pairs.village_idx]) | np.isin(key, today))
