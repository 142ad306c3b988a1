"""Rules about the way to school: nobody passes a nearer one, and catchments hang together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layoutplan.core.limits import day_limits_ms, day_limits_of
from layoutplan.core.neighbors import neighbors
from layoutplan.core.schema import BAND_SEPARATOR, pupils_column
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.errors import Finding
from layoutplan.plan.checks.evidence import Evidence


def nobody_passes_a_nearer_school(seen: Evidence) -> Finding | None:
    """With ``closest_open``, who moves goes to the nearest open school that may receive him.

    Nearest of those within a day's trip that teach the band and are not over their seats; today's
    school counts for who need not stay there. Pupils who move as one school count by their mean
    trip.
    """
    if not seen.case.rules.closest_open:
        return None
    rows, moving = seen.rows, _moving(seen)
    mine = _pupil_ms(moving, ["group"]).add_suffix("_mine")
    others = pd.concat([_in_reach(seen, moving), _own(seen, moving)])
    both = _pupil_ms(others, ["group", "school"]).reset_index("school").join(mine)
    is_passed = (both["n_rows"] == both["n_rows_mine"]) & (both["pupil_ms"] < both["pupil_ms_mine"])
    passed = both[is_passed].sort_values("pupil_ms", kind="stable")
    nearest = passed[~passed.index.duplicated()]["school"]
    group = moving["group"].reindex(rows.index, fill_value=-1)
    return seen.broken_rows(
        "verify.closest_open", group.isin(nearest.index), nearer=group.map(nearest)
    )


def nobody_boards_within_reach(seen: Evidence) -> Finding | None:
    """Nobody boards who could go by day to an open school other than today's, unless allowed to.

    Pupils who move as one school could where all of them could.
    """
    if seen.case.rules.boarding == "anywhere":
        return None
    moving = _moving(seen)
    size = moving.groupby("group").size()
    n_near = _in_reach(seen, moving).groupby(["group", "school"]).size().reset_index(name="n")
    near = n_near[n_near["n"] == n_near["group"].map(size)].drop_duplicates("group")
    nearer = near.set_index("group")["school"]
    group = moving["group"].reindex(seen.rows.index, fill_value=-1)
    is_broken = (seen.rows["how"] == "board") & group.isin(nearer.index)
    return seen.broken_rows("verify.boards_beyond_reach", is_broken, nearer=group.map(nearer))


def catchments_hang_together(seen: Evidence) -> Finding | None:
    """With ``contiguous``, who moves has a neighbor nearer to the school who goes there too.

    Unless no neighbor is nearer. Neighbors are villages with pupils of the same band.
    """
    if not seen.case.rules.contiguous:
        return None
    rows = seen.rows[seen.rows["is_known"]]
    rows = rows[["village_id", "school_id", "band", "ms", "is_new"]].assign(
        village=seen.case.villages.index.get_indexer(rows["village_id"]),
        school=seen.case.schools.index.get_indexer(rows["school_id"]),
    )
    broken: list[int] = []
    for band in seen.case.bands:
        peopled = np.flatnonzero(seen.case.villages[pupils_column(band.name)] > 0)
        near = peopled[neighbors(seen.case.villages.geometry.iloc[peopled])]
        beside = pd.DataFrame({"village": near[:, 0], "neighbor": near[:, 1]})
        of_band = rows[rows["band"] == band.name]
        ways = of_band[of_band["is_new"]].reset_index().merge(beside, on="village")
        trips = seen.times.pairs[band.name].lookup(
            ways["neighbor"].to_numpy(dtype=np.int32), ways["school"].to_numpy(dtype=np.int32)
        )
        ways = ways[(trips < ways["ms"]) & (trips != UNREACHED_MS)]
        served = pd.MultiIndex.from_frame(of_band[["village", "school"]])
        goes_there = pd.MultiIndex.from_frame(ways[["neighbor", "school"]]).isin(served)
        has_one = pd.Series(goes_there, dtype=bool).groupby(ways["index"].to_numpy()).any()
        broken += has_one.index[~has_one].tolist()
    is_broken = seen.rows.index.to_series().isin(broken)
    return seen.broken_rows("verify.contiguous", is_broken)


def _moving(seen: Evidence) -> pd.DataFrame:
    """Return the rows of those who move to an open school, with ``group``: who moves as one."""
    rows = seen.rows
    moving = rows[rows["is_new"] & rows["is_known"] & ~rows["is_closed"]].copy()
    moving["group"] = moving.index
    if seen.case.rules.movement == "whole_school":
        as_one = moving[moving["is_bound"]].groupby(["school_id_before", "band"])
        moving.loc[moving["is_bound"], "group"] = as_one["group"].transform("min")
    moving["village"] = seen.case.villages.index.get_indexer(moving["village_id"])
    return moving


def _in_reach(seen: Evidence, moving: pd.DataFrame) -> pd.DataFrame:
    """Return for the rows that move every open school in reach by day that may receive them."""
    found = []
    for band in seen.case.bands:
        pairs = seen.times.pairs[band.name]
        taught = seen.schools["bands_after"].str.split(BAND_SEPARATOR)
        is_taught = np.array([band.name in names for names in taught])
        receives = (seen.schools["is_open"] & seen.schools["admits"]).to_numpy() & is_taught
        limits = day_limits_ms(seen.case, band)[pairs.village_idx]
        near = pairs.where((pairs.milliseconds <= limits) & receives[pairs.school_idx])
        reach = pd.DataFrame(
            {
                "village": near.village_idx,
                "school": seen.case.schools.index.to_numpy()[near.school_idx],
                "ms": near.milliseconds,
            }
        )
        of_band = moving[moving["band"] == band.name]
        found.append(
            of_band[["group", "village", "pupils", "school_id_before"]].merge(reach, on="village")
        )
    every = pd.concat(found)
    is_own = every["school"] == every["school_id_before"]
    every = every[~is_own & ~_is_barred(seen, every["school_id_before"], every["school"])]
    return every.drop(columns="school_id_before")


def _is_barred(seen: Evidence, before: pd.Series, school: pd.Series) -> pd.Series:
    """Return whether the rules on mergers keep the pupils of a school from another."""
    rules = seen.case.rules
    must = {leaving: {into for each, into in rules.must_merge_into if each == leaving}
            for leaving, _ in rules.must_merge_into}  # fmt: skip
    never = set(rules.never_merge_into)
    barred = [
        (one, other) in never or (one in must and other not in must[one])
        for one, other in zip(before, school, strict=True)
    ]
    return pd.Series(barred, index=before.index, dtype=bool)


def _pupil_ms(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return by group the sum of pupils times milliseconds, and the number of rows."""
    milliseconds = rows["ms"].astype("float64").mask(rows["ms"] == UNREACHED_MS, np.inf)
    sums = rows[by].assign(pupil_ms=milliseconds * rows["pupils"], n_rows=1)
    return sums.groupby(by)[["pupil_ms", "n_rows"]].sum()


def _own(seen: Evidence, moving: pd.DataFrame) -> pd.DataFrame:
    """Return for the rows that move, and need not stay, today's school where it may keep them."""
    is_option = moving["may_stay"] & ~moving["is_bound"] & moving["is_kept"]
    by_day = moving["may_stay_over"] | (moving["ms_before"] <= day_limits_of(seen.case, moving))
    has_way = (moving["ms_before"] != UNREACHED_MS) & (moving["ms_before"] > 0)
    own = moving[is_option & by_day & has_way]
    columns = {"school_id_before": "school", "ms_before": "ms"}
    return own[["group", "village", "pupils", *columns]].rename(columns=columns)
