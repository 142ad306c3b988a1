"""The limits of a case, village by village and school by school: its rules and its exceptions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.rules import Band
from layoutplan.core.schema import MS_PER_MINUTE, Mode


def day_limits_ms(case: Case, band: Band) -> NDArray[np.int64]:
    """Return (v,) the longest trip of a day pupil of `band` from each village of a case."""
    return _limits_ms(case, band, band.limit_ms, "max_minutes")


def boarding_limits_ms(case: Case, band: Band) -> NDArray[np.int64]:
    """Return (v,) the longest weekly trip of a boarder from each village, 0 where nobody boards."""
    if not band.boarding:
        return np.zeros(len(case.villages), dtype=np.int64)
    return _limits_ms(case, band, band.boarding_limit_ms, "max_boarding_minutes")


def may_stay(case: Case, band: Band) -> NDArray[np.bool_]:
    """Return (v,) whether pupils of `band` who are over the limit today may stay so."""
    stays = np.full(len(case.villages), case.rules.over_limit_today == "keep")
    for each in case.exceptions:
        if each.band == band.name and each.stay:
            stays[case.villages.index.isin(each.villages)] = True
    return stays


def day_limits_of(case: Case, rows: pd.DataFrame) -> NDArray[np.int64]:
    """Return (r,) the longest trip of a day pupil for each row with ``village_id`` and ``band``.

    A row whose village or band the case does not have has the limit 0.
    """
    limits = _by_row(case, rows, lambda band: day_limits_ms(case, band))
    return limits.astype(np.int64)


def boarding_limits_of(case: Case, rows: pd.DataFrame) -> NDArray[np.int64]:
    """Return (r,) the longest weekly trip of a boarder for each row, 0 where nobody boards."""
    limits = _by_row(case, rows, lambda band: boarding_limits_ms(case, band))
    return limits.astype(np.int64)


def may_stay_of(case: Case, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return (r,) whether each row with ``village_id`` and ``band`` may stay over its limit."""
    return _by_row(case, rows, lambda band: may_stay(case, band)).astype(bool)


def reach_ms(case: Case, mode: Mode) -> NDArray[np.int64]:
    """Return (v,) the longest trip that pupils of each village who travel by `mode` may make.

    The weekly trip of boarders counts where there are beds.
    """
    longest = np.full(len(case.villages), case.limit_ms(mode), dtype=np.int64)
    for band in case.bands:
        if band.mode == mode:
            longest = np.maximum(longest, day_limits_ms(case, band))
            if case.has_beds:
                longest = np.maximum(longest, boarding_limits_ms(case, band))
    return longest


def least_sizes(case: Case) -> NDArray[np.int64]:
    """Return (s,) the pupils that each school of a case has at the least if it stays as it is."""
    least = np.full(len(case.schools), case.rules.min_enrollment, dtype=np.int64)
    for each in case.exceptions:
        if each.min_enrollment is not None:
            least[case.schools.index.isin(each.schools)] = each.min_enrollment
    least[(case.schools["kind"] == "teaching_point").to_numpy()] = 0
    return least


def _by_row(
    case: Case, rows: pd.DataFrame, by_village: Callable[[Band], NDArray[np.generic]]
) -> NDArray[np.int64]:
    """Return for each row what `by_village` says of its village and band, 0 where unknown."""
    found = np.zeros(len(rows), dtype=np.int64)
    village_idx = case.villages.index.get_indexer(pd.Index(rows["village_id"]))
    for band in case.bands:
        is_of_band = (rows["band"] == band.name).to_numpy() & (village_idx >= 0)
        found[is_of_band] = by_village(band)[village_idx[is_of_band]]
    return found


def _limits_ms(case: Case, band: Band, usual_ms: int, key: str) -> NDArray[np.int64]:
    """Return the usual limit for every village, and another where an exception says so."""
    limits = np.full(len(case.villages), usual_ms, dtype=np.int64)
    for each in case.exceptions:
        minutes = getattr(each, key)
        if each.band == band.name and minutes is not None:
            limits[case.villages.index.isin(each.villages)] = round(minutes * MS_PER_MINUTE)
    return limits
