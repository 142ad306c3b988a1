"""The public edition of a plan: nothing in it tells how many pupils a small group has.

The counts are changed before anything is worked out from them, not blanked afterwards. Whatever
is drawn, summed or subtracted from a public plan is therefore as safe as the plan itself: it says
of a group of one to four pupils no more than that it is one.

1. A group is the pupils of one village and band with the same school today and under the plan.
   Groups of :data:`LEAST_SHOWN` or more stay as they are.
2. The smaller groups are put into pools of at least :data:`LEAST_POOLED`: those who share both
   schools and the band; of the groups left over those who share the planned school and the band;
   then the band and whether they move; then the band; then all the rest. A pool is formed by
   looking at which groups are small, never at how small they are.
3. The sum of a pool is kept and dealt out evenly, so that totals are right, or nearly. A sum that
   would tell each of its groups, because all must have one or all four, is moved by one. Groups
   that even the last pool is too small for count as three.
4. :func:`masked` hides what is dealt out: it stands for "one to four" and is shown as ``<5``.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import InputFile
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.schema import BAND_SEPARATOR, pupils_column
from layoutplan.core.shown import HIDDEN, LEAST_SHOWN, shown
from layoutplan.errors import Finding
from layoutplan.report.public_reasons import public_reasons

__all__ = ["HIDDEN", "LEAST_POOLED", "LEAST_SHOWN", "masked", "public_plan", "shown"]

LEAST_POOLED: Final = 3
"""Groups in a pool: of two, each would know the other."""

_LONE: Final = 3  # counts for a small group that no pool takes; any number of 1 to 4 would do
_POOLS: Final = (
    ("school_id_before", "school_id", "band"),
    ("school_id", "band"),
    ("band", "is_moved"),
    ("band",),
    ("is_small",),
)
_WITHOUT_PUPILS: Final = ("small_schools", "schools_open", "max_minutes", "one_off_cost")
_DIGITS: Final = 2  # of a sum over pupils that cannot be worked out anew from the tables
_VILLAGE_COLUMNS: Final = ("name", "township", "school_id")

Table = TypeVar("Table", pd.Series, pd.DataFrame)


def masked(counts: Table) -> Table:
    """Return counts of a public plan as they may be shown: NA where there are one to four.

    Parameters
    ----------
    counts : pandas.Series or pandas.DataFrame
        Numbers of pupils, whole or NaN, of a plan made by :func:`public_plan`: of no other plan
        are differences of what is shown safe.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        The same shape and index, nullable ``Int64``.

    Examples
    --------
    >>> masked(pd.Series([0, 1, 4, 5])).tolist()
    [0, <NA>, <NA>, 5]
    """
    whole = counts.astype("Int64")
    return whole.mask((whole > 0) & (whole < LEAST_SHOWN))


def public_plan(plan: Plan) -> Plan:
    """Return the public edition of `plan`.

    Counts of pupils are those of the scheme above, in every table, and sums over pupils among the
    objectives are theirs. Left out is what would tell
    more: findings, reasons as they were written (they are said anew without counts), what the
    opposite of a decision would mean, indicators and totals (to be worked out anew from the public
    tables), the hashes of the files, the folder of the case, every column of villages that is
    not of the plan. Minutes, schools, ways and roads stay.
    """
    if plan.is_public:
        return plan
    units = plan.assignments.assign(pupils=_dealt(plan.assignments))
    villages = plan.villages[[*_VILLAGE_COLUMNS, "geometry"]]
    for band in plan.bands:
        of_band = units[units["band"] == band.name].groupby("village_id")["pupils"].sum()
        counted = of_band.reindex(villages.index, fill_value=0)
        villages = villages.assign(**{pupils_column(band.name): counted})
    public = replace(
        plan,
        villages=villages,
        schools=_schools(plan.schools, units),
        assignments=units,
        objective=tuple(_result(result, units) for result in plan.objective),
        totals={},
        inputs=tuple(InputFile(each.path, "", each.rows) for each in plan.inputs),
        findings=_findings(plan),
        case_folder="",
        indicators=None,
        opposites=None,
        is_public=True,
    )
    return replace(public, schools=public.schools.assign(reason=public_reasons(public)))


def _dealt(units: pd.DataFrame) -> NDArray[np.int64]:
    """Return the pupils of each group: of small ones their share of what their pool has."""
    pupils: NDArray[np.int64] = units["pupils"].to_numpy(dtype=np.int64).copy()
    left = units[["school_id_before", "school_id", "band"]].reset_index(drop=True)
    left["is_moved"] = left["school_id_before"] != left["school_id"]
    left["is_small"] = pupils < LEAST_SHOWN
    left = left[left["is_small"]]
    for keys in _POOLS:
        sizes = left.groupby(list(keys))["is_small"].transform("size")
        for _, pool in left[sizes >= LEAST_POOLED].groupby(list(keys)):
            pupils[pool.index] = _shares(int(pupils[pool.index].sum()), len(pool))
        left = left[sizes < LEAST_POOLED]
    pupils[left.index] = _LONE
    return pupils


def _shares(total: int, n_groups: int) -> NDArray[np.int64]:
    """Return `total` dealt out to groups, evenly; a sum that would tell each is moved by one."""
    most = LEAST_SHOWN - 1
    each, more = divmod(min(max(total, n_groups + 1), most * n_groups - 1), n_groups)
    return np.where(np.arange(n_groups) < more, each + 1, each)


def _schools(schools: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return the schools with the pupils that the public groups add up to."""

    def counted(rows: pd.DataFrame, column: str) -> pd.Series:
        return rows.groupby(column)["pupils"].sum().reindex(schools.index, fill_value=0)

    today = counted(units, "school_id_before")
    leaving = units[units["school_id_before"] != units["school_id"]]
    shares = leaving.groupby(["school_id_before", "school_id"])["pupils"].sum().reset_index()
    ordered = shares.sort_values(
        ["school_id_before", "pupils", "school_id"], ascending=[True, False, True]
    )
    into = ordered.groupby("school_id_before")["school_id"].agg(BAND_SEPARATOR.join)
    return schools.assign(
        enrollment=today,
        enrollment_before=today,
        enrollment_after=counted(units, "school_id"),
        boarders_after=counted(units[units["how"] == "board"], "school_id"),
        into=into.reindex(schools.index).where(schools["into"] != "", ""),
    )


def _result(result: ObjectiveResult, units: pd.DataFrame) -> ObjectiveResult:
    """Return an objective as the public groups add up to it; proven as far as the true one."""
    if result.name in _WITHOUT_PUPILS or not math.isfinite(result.value):
        return result
    is_moved = (units["school_id_before"] != "") & (units["school_id_before"] != units["school_id"])
    if result.name == "pupils_moved":
        value = float(units.loc[is_moved, "pupils"].sum())
    elif result.name == "pupil_minutes":
        has_path = np.isfinite(units["minutes"])
        value = float((units["pupils"] * units["minutes"])[has_path].sum())
    else:
        value = float(f"{result.value:.{_DIGITS}g}")
    bound = value - result.gap * abs(value) if math.isfinite(result.gap) else -math.inf
    return replace(result, value=value, bound=bound)


def _findings(plan: Plan) -> tuple[Finding, ...]:
    """Return what must be known to read the proof; all other findings may name small numbers."""
    return tuple(
        replace(each, facts={**each.facts, "most": "…"})
        for each in plan.findings
        if each.rule == "front.is_point"
    )
