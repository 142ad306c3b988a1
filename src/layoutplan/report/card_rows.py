"""The rows that cards show: groups of pupils with their trips, limit and next best school."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case_of_plan import case_of
from layoutplan.core.limits import boarding_limits_of, day_limits_of
from layoutplan.core.plan import Plan
from layoutplan.core.schema import BAND_SEPARATOR, MS_PER_MINUTE
from layoutplan.core.shown import shown

_CLOSED = ("merge", "close")


@dataclass(frozen=True)
class CardRow:
    """A group of pupils as a card tells it: texts, but for minutes (``inf``: no path or no limit).

    Parameters
    ----------
    village_id, school_id, school_id_before, next_school_id : str
        Where from and where to; empty for none.
    band : str
        In words.
    pupils : int
        To sort by; `told` is what may be shown.
    limit, minutes, minutes_before, next_minutes : float
        One way, door to door; of boarders the weekly trip.
    boards : bool
        Whether they board under the plan.
    """

    village_id: str
    band: str
    pupils: int
    told: str
    school_id_before: str
    minutes_before: float
    school_id: str
    minutes: float
    boards: bool
    limit: float
    next_school_id: str
    next_minutes: float

    @property
    def is_moved(self) -> bool:
        """Whether they go elsewhere than today."""
        return self.school_id != self.school_id_before


def card_rows(plan: Plan) -> list[CardRow]:
    """Return the groups of pupils of `plan`, in the order of its assignments."""
    units = plan.assignments
    case = case_of(plan)
    boards = (units["how"] == "board").to_numpy()
    limits = np.where(boards, boarding_limits_of(case, units), day_limits_of(case, units))
    next_idx, next_ms = next_best(plan)
    ids = plan.schools.index.to_numpy(dtype=object)
    next_ids = np.where(next_idx >= 0, ids[next_idx], "") if len(ids) else next_idx.astype(str)
    labels = {band.name: band.label(plan.language) for band in plan.bands}
    columns = (
        units["village_id"].tolist(),
        units["band"].map(labels).tolist(),
        units["pupils"].tolist(),
        [shown(pupils, is_public=plan.is_public) for pupils in units["pupils"]],
        units["school_id_before"].tolist(),
        units["minutes_before"].tolist(),
        units["school_id"].tolist(),
        units["minutes"].tolist(),
        boards.tolist(),
        (limits / MS_PER_MINUTE).tolist(),
        next_ids.tolist(),
        np.where(next_idx >= 0, next_ms / MS_PER_MINUTE, np.inf).tolist(),
    )
    return [CardRow(*values) for values in zip(*columns, strict=True)]


def next_best(plan: Plan) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for each row of the assignments the nearest open school but its own.

    Of the trips that were kept with the plan; of equal ones the first by place in the table.

    Returns
    -------
    (r,) int64, (r,) int64
        Position in the schools of the plan, -1 where no other is known, and milliseconds.
    """
    units = plan.assignments
    idx = np.full(len(units), -1, dtype=np.int64)
    found_ms = np.zeros(len(units), dtype=np.int64)
    if plan.times is None:
        return idx, found_ms
    school_of = plan.schools.index.get_indexer(plan.times.school_ids)
    village_of = plan.villages.index.get_indexer(plan.times.village_ids)
    for band, pairs in plan.times.pairs.items():
        rows = np.flatnonzero((units["band"] == band).to_numpy())
        school, village = school_of[pairs.school_idx], village_of[pairs.village_idx]
        is_open = np.append(_teaches(plan, band), False)  # the last for schools of no plan
        keep = is_open[school] & (village >= 0)
        school, village, ms = school[keep], village[keep], pairs.milliseconds[keep]
        order = np.lexsort((school, ms, village))
        school, village, ms = school[order], village[order], ms[order]
        asked = plan.villages.index.get_indexer(pd.Index(units["village_id"].iloc[rows]))
        own = plan.schools.index.get_indexer(pd.Index(units["school_id"].iloc[rows]))
        first = np.searchsorted(village, asked)
        village, school = np.append(village, [-1, -1]), np.append(school, [-1, -1])
        ms = np.append(ms, [0, 0])
        place = np.where((village[first] == asked) & (school[first] == own), first + 1, first)
        is_found = village[place] == asked
        idx[rows] = np.where(is_found, school[place], -1)
        found_ms[rows] = np.where(is_found, ms[place], 0)
    return idx, found_ms


def _teaches(plan: Plan, band: str) -> NDArray[np.bool_]:
    """Return for each school whether it is open under the plan and teaches `band` then."""
    low = plan.rules.get("teaching_point_bands", ())
    is_low = isinstance(low, list | tuple) and band in low
    taught = plan.schools["bands"].map(lambda bands: band in str(bands).split(BAND_SEPARATOR))
    action = plan.schools["action"]
    found = taught & ~action.isin(_CLOSED) & ((action != "downgrade") | is_low)
    return np.asarray(found, dtype=np.bool_)
