"""Rules about the pupils: everybody is placed once, within reach, and moves only where allowed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layoutplan.core.schema import MINUTES_DECIMALS, pupils_column
from layoutplan.core.travel_times import to_minutes
from layoutplan.errors import Finding
from layoutplan.plan.checks.evidence import ASSIGNMENTS, Evidence, Mask

_HALF_UNIT = 0.5 * 10.0**-MINUTES_DECIMALS * (1 + 1e-6)  # of the last digit that is written
_UNIT = ["village_id", "band", "school_id_before"]


def ids_are_known(seen: Evidence) -> Finding | None:
    """Villages, bands and schools of every row stand in the case."""
    return seen.broken_rows("verify.assignments.unknown", ~seen.rows["is_known"])


def pupils_are_whole(seen: Evidence) -> Finding | None:
    """Every row has a whole number of pupils, at least one."""
    pupils = seen.rows["pupils"]
    return seen.broken_rows("verify.assignments.whole", (pupils <= 0) | (pupils % 1 != 0))


def everybody_is_placed(seen: Evidence) -> Finding | None:
    """Per village and band the pupils add up to the villages table."""
    sums = _by_village(seen)
    wrong = sums[sums["planned"] != sums["pupils"]]
    return _of_sums("verify.assignments.pupils", wrong)


def units_are_as_today(seen: Evidence) -> Finding | None:
    """Per village, band and today's school the pupils add up to today's attendance."""
    sums = _by_village(seen)
    is_right = sums["planned"] == sums["pupils"]
    units = seen.units.rename(columns={"school_id": "school_id_before"})
    known = seen.rows[seen.rows["is_known_place"]]
    both = pd.concat(
        [
            units.groupby(_UNIT)["pupils"].sum(),
            known.groupby(_UNIT)["pupils"].sum().rename("planned"),
        ],
        axis=1,
    ).fillna(0)
    wrong = both[both["pupils"] != both["planned"]].reset_index()
    places = pd.MultiIndex.from_frame(wrong[["village_id", "band"]])
    return _of_sums("verify.assignments.units", wrong[is_right.reindex(places).to_numpy()])


def units_stay_together(seen: Evidence) -> Finding | None:
    """No unit has more than one row."""
    return seen.broken_rows("verify.assignments.split", seen.rows.duplicated(_UNIT, keep=False))


def schools_are_open(seen: Evidence) -> Finding | None:
    """Nobody is sent to a school that is closed under the plan."""
    return seen.broken_rows("verify.assignments.closed", seen.rows["is_closed"])


def bands_are_taught(seen: Evidence) -> Finding | None:
    """Nobody is sent to a school that does not teach the band."""
    rows = seen.rows
    return seen.broken_rows("verify.assignments.band", rows["is_known"] & ~rows["is_taught"])


def boarding_is_allowed(seen: Evidence) -> Finding | None:
    """Pupils go by day, or board where their band may."""
    may_board = [band.name for band in seen.case.bands if band.boarding]
    how = seen.rows["how"]
    is_allowed = (how == "day") | ((how == "board") & seen.rows["band"].isin(may_board))
    return seen.broken_rows("verify.assignments.how", ~is_allowed, how=how)


def minutes_are_right(seen: Evidence) -> Finding | None:
    """`minutes` are the travel times of the case."""
    is_wrong = seen.rows["is_known"] & _differ(seen.rows["minutes"], seen.rows["ms"])
    written = seen.rows["minutes"]
    return seen.broken_rows("verify.assignments.minutes", is_wrong, written=written)


def minutes_before_are_right(seen: Evidence) -> Finding | None:
    """`minutes_before` are the travel times to today's school."""
    rows = seen.rows
    is_wrong = rows["is_known"] & _differ(rows["minutes_before"], rows["ms_before"])
    written = rows["minutes_before"]
    return seen.broken_rows("verify.assignments.minutes_before", is_wrong, written=written)


def nobody_moves_over_a_limit(seen: Evidence) -> Finding | None:
    """Whoever changes school, or gets a first one, is within the limit there."""
    rows = seen.rows
    is_over = rows["is_known"] & (rows["ms"] > rows["limit_ms"])
    return seen.broken_rows("verify.limit.moved", is_over & rows["is_new"])


def nobody_stays_over_a_limit(seen: Evidence) -> Finding | None:
    """Where today's long trips must be cured, nobody stays over the limit."""
    rows = seen.rows
    is_over = rows["is_known"] & (rows["ms"] > rows["limit_ms"])
    is_forbidden = ~rows["is_new"] & ~rows["may_stay_over"]
    return seen.broken_rows("verify.limit.stays", is_over & is_forbidden)


def nobody_leaves_an_open_school(seen: Evidence) -> Finding | None:
    """Unless every village may change, pupils of a school that still teaches them stay there."""
    rows = seen.rows
    is_broken = rows["is_moved"] & rows["is_kept"] & rows["is_bound"]
    return seen.broken_rows("verify.movement.left", is_broken)


def schools_move_as_a_whole(seen: Evidence) -> Finding | None:
    """With ``whole_school``, the pupils of a band that a school gives up go to one school."""
    rows = seen.rows
    is_moving = rows["is_bound"] & rows["is_known"] & ~rows["is_kept"]
    together = rows[is_moving].groupby(["school_id_before", "band"])["school_id"]
    n_receivers = together.transform("nunique").reindex(rows.index, fill_value=1)
    is_broken = (n_receivers > 1) & (seen.case.rules.movement == "whole_school")
    return seen.broken_rows("verify.movement.parted", is_broken, receivers=n_receivers)


def _by_village(seen: Evidence) -> pd.DataFrame:
    """Return pupils of the case and pupils planned, by village and band."""
    bands = [band.name for band in seen.case.bands]
    pupils = pd.concat(
        {band: seen.case.villages[pupils_column(band)] for band in bands}, names=["band"]
    ).swaplevel()
    known = seen.rows[seen.rows["is_known_place"]]
    planned = known.groupby(["village_id", "band"])["pupils"].sum()
    return pd.DataFrame({"pupils": pupils, "planned": planned.reindex(pupils.index, fill_value=0)})


def _of_sums(rule: str, wrong: pd.DataFrame) -> Finding | None:
    """Return a finding about sums that are wrong; the sentence tells of the first."""
    if wrong.empty:
        return None
    first = wrong.reset_index().iloc[0]
    return Finding(
        rule,
        "error",
        table=ASSIGNMENTS,
        ids=tuple(wrong.reset_index()["village_id"].unique()),
        facts={
            "village": first["village_id"],
            "band": first["band"],
            "before": first.get("school_id_before", "") or "-",
            "pupils": f"{first['pupils']:g}",
            "planned": f"{first['planned']:g}",
        },
    )


def _differ(minutes: pd.Series, milliseconds: pd.Series) -> Mask:
    """Return where minutes as written are not the given trips."""
    expected = to_minutes(milliseconds.to_numpy(dtype=np.int64))
    return pd.Series(~np.isclose(minutes, expected, rtol=0.0, atol=_HALF_UNIT), minutes.index)
