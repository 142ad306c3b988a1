"""The groups of pupils of a plan, each with its limit and its next best school."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case_of_plan import case_of
from layoutplan.core.limits import boarding_limits_of, day_limits_of
from layoutplan.core.plan import Plan
from layoutplan.core.schema import BAND_SEPARATOR, CLOSED_ACTIONS, MS_PER_MINUTE
from layoutplan.core.travel_times import TravelTimes, to_minutes


def units_of(plan: Plan) -> pd.DataFrame:
    """Return the rows of ``plan.assignments`` with the limit of each and what is nearest to it.

    Returns
    -------
    pandas.DataFrame
        In the same order, with ``limit_before`` and ``limit`` (minutes; of boarders under the
        plan that of their weekly trip), ``is_over_before``, ``is_over``, ``is_moved``;
        ``next_school_id`` and ``next_minutes``, the nearest open school that teaches the band,
        other than the planned one, among the trips that the plan chose among: empty and ``inf``
        where there is none or the trips were not kept.
    """
    rows = plan.assignments.reset_index(drop=True)
    case = case_of(plan)
    day = day_limits_of(case, rows) / MS_PER_MINUTE
    boarding = boarding_limits_of(case, rows) / MS_PER_MINUTE
    limit = np.where(rows["how"] == "board", boarding, day)
    rows = rows.assign(
        limit_before=day,
        limit=limit,
        is_over_before=is_over(rows["minutes_before"], day),
        is_over=is_over(rows["minutes"], limit),
        is_moved=(rows["school_id"] != rows["school_id_before"]) & (rows["school_id_before"] != ""),
        next_school_id="",
        next_minutes=np.inf,
    )
    return rows if plan.times is None else _with_next(plan, plan.times, rows)


def is_over(minutes: pd.Series, limits: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether known trips are over their limits, compared in whole milliseconds."""
    trips = minutes.to_numpy(dtype=np.float64)
    longer = np.rint(trips * MS_PER_MINUTE) > np.rint(limits * MS_PER_MINUTE)
    is_longer: NDArray[np.bool_] = longer & np.isfinite(trips)
    return is_longer


def taught_bands(plan: Plan) -> dict[str, NDArray[np.bool_]]:
    """Return for each band which schools teach it under the plan: (s,) by the name of the band."""
    low = plan.rules.get("teaching_point_bands", ())
    kept = low if isinstance(low, Sequence) else ()
    is_point = (plan.schools["action"] == "downgrade").to_numpy()
    is_open = ~plan.schools["action"].isin(CLOSED_ACTIONS).to_numpy()
    taught = [str(bands).split(BAND_SEPARATOR) for bands in plan.schools["bands"]]
    return {
        band.name: is_open
        & np.array([band.name in bands for bands in taught], dtype=bool)
        & (~is_point | (band.name in kept))
        for band in plan.bands
    }


def _with_next(plan: Plan, times: TravelTimes, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with the nearest school of each other than the planned one."""
    found = []
    for name, is_taught in taught_bands(plan).items():
        near = _two_nearest(times, name, plan.schools.index[is_taught])
        of_band = rows.loc[rows["band"] == name, ["village_id", "school_id"]]
        pairs = of_band.reset_index().merge(near, on="village_id")
        others = pairs[pairs["school_id"] != pairs["near_id"]]
        found.append(others.drop_duplicates("index").set_index("index"))
    nearest = pd.concat(found).reindex(rows.index)
    return rows.assign(
        next_school_id=nearest["near_id"].fillna(""),
        next_minutes=nearest["near_minutes"].fillna(np.inf),
    )


def _two_nearest(times: TravelTimes, band: str, school_ids: pd.Index) -> pd.DataFrame:
    """Return for each village its two nearest of these schools, the nearest first."""
    is_asked = times.school_ids.isin(school_ids)
    pairs = times.pairs[band].where(is_asked[times.pairs[band].school_idx])
    by_id = np.argsort(np.argsort(times.school_ids.to_numpy(dtype=object)))
    order = np.lexsort((by_id[pairs.school_idx], pairs.milliseconds, pairs.village_idx))
    village_idx = pairs.village_idx[order]
    is_near = np.ones(len(order), dtype=bool)
    is_near[2:] = village_idx[2:] != village_idx[:-2]
    kept = order[is_near]
    return pd.DataFrame(
        {
            "village_id": times.village_ids.to_numpy()[pairs.village_idx[kept]],
            "near_id": times.school_ids.to_numpy()[pairs.school_idx[kept]],
            "near_minutes": to_minutes(pairs.milliseconds[kept]),
        }
    )
