"""A plan in numbers: the sums of ``plan.json``, and indicators before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band, Rules
from layoutplan.core.schema import pupils_column
from layoutplan.evaluate import equity, indicators, seats

ALL = "all"  # in the index, beside the names of the bands
_OPEN_ACTIONS = ("keep", "downgrade", "open", "expand")
_SIZES = (10, 50, 100)  # very small, small, and under the national line for rural small schools
_NEVER = float("nan")  # of what cannot be said of today

# What each indicator is measured in, and which way is better.
_MEASURES = {
    "pupils": ("pupils", ""),
    "unreachable": ("pupils", "lower"),
    "pupil_minutes": ("minutes", "lower"),
    "mean_minutes": ("minutes", "lower"),
    "p50_minutes": ("minutes", "lower"),
    "p90_minutes": ("minutes", "lower"),
    "p95_minutes": ("minutes", "lower"),
    "max_minutes": ("minutes", "lower"),
    "within_limit_share": ("share", "higher"),
    "pupils_over_limit": ("pupils", "lower"),
    "excess_pupil_minutes": ("minutes", "lower"),
    "gini": ("index", "lower"),
    "theil": ("index", "lower"),
    "theil_within_townships": ("index", "lower"),
    "theil_between_townships": ("index", "lower"),
    "pupils_moved": ("pupils", "lower"),
    "moved_mean_added_minutes": ("minutes", "lower"),
    "moved_p95_added_minutes": ("minutes", "lower"),
    "moved_max_added_minutes": ("minutes", "lower"),
    "moved_over_15_more_minutes_share": ("share", "lower"),
    "moved_newly_over_limit_share": ("share", "lower"),
    "schools_open": ("schools", ""),
    "small_schools": ("schools", "lower"),
    **{f"schools_under_{size}": ("schools", "lower") for size in _SIZES},
    "utilization": ("share", ""),
    "seats_per_pupil_cv": ("index", "lower"),
}


def totals(
    villages: pd.DataFrame,
    schools: pd.DataFrame,
    assignments: pd.DataFrame,
    bands: Sequence[Band],
    *,
    small_below: int = Rules.small_below,
) -> dict[str, object]:
    """Return the sums of a plan, for everybody and under ``"bands"`` for each band.

    Parameters
    ----------
    villages : pandas.DataFrame
        As in the case.
    schools : pandas.DataFrame
        As in a plan: ``kind``, ``action``, ``enrollment_before``, ``enrollment_after``.
    assignments : pandas.DataFrame
        As in a plan.
    bands : sequence of Band
        Of the case.
    small_below : int
        A school with fewer pupils counts as small; the default is that of the rules.

    Returns
    -------
    dict
        Plain numbers. Pupils: ``pupils``, ``pupils_moved`` (attend a school today and another
        under the plan), ``pupils_placed`` (attend nowhere today), ``unreachable`` (at a school
        without a known path; not in the minutes), ``over_limit_today`` (stay although over the
        limit). Minutes: ``pupil_minutes``, ``max_minutes``, ``mean_minutes``. Schools:
        ``schools_before``, ``schools_open``, ``schools_merged``, ``small_schools_before``,
        ``small_schools``. And ``villages``, by band those with pupils of it.
    """
    is_existing = schools["kind"] != "candidate"
    is_open = schools["action"].isin(_OPEN_ACTIONS)
    roll_before = schools.loc[is_existing, "enrollment_before"].to_numpy()
    roll_after = schools.loc[is_open, "enrollment_after"].to_numpy()
    return {
        "villages": len(villages),
        **_sums(assignments, bands),
        "schools_before": len(roll_before),
        "schools_open": len(roll_after),
        "schools_merged": int((schools["action"] == "merge").sum()),
        "small_schools_before": seats.schools_under(roll_before, small_below),
        "small_schools": seats.schools_under(roll_after, small_below),
        "bands": {
            band.name: {
                "villages": int((villages[pupils_column(band.name)] > 0).sum()),
                **_sums(assignments[assignments["band"] == band.name], bands),
            }
            for band in bands
        },
    }


def evaluate(case: Case, plan: Plan) -> pd.DataFrame:
    """Return the indicators of today and of a plan, with their units.

    Minutes are of pupils with a path; before, of those who attend a school. Schools before are
    those that exist, after those open. What cannot be said is NaN.

    Parameters
    ----------
    case, plan
        A case and a plan for it.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``indicator`` and ``band`` (``"all"`` or a band's name): ``before``, ``after``,
        ``change`` (after - before), ``unit`` and ``better`` (``"lower"``, ``"higher"`` or empty).
    """
    rows = plan.assignments.assign(
        township=plan.assignments["village_id"].map(case.villages["township"]),
        limit=plan.assignments["band"].map({band.name: band.max_minutes for band in case.bands}),
    )
    found = [
        (name, band, before, after)
        for band, of_band in ((ALL, rows), *rows.groupby("band", sort=False))
        for name, before, after in _of_pupils(of_band)
    ]
    found += [(name, ALL, before, after) for name, before, after in _of_schools(case, plan)]
    table = pd.DataFrame(found, columns=["indicator", "band", "before", "after"])
    table["change"] = table["after"] - table["before"]
    table["unit"], table["better"] = zip(*table["indicator"].map(_MEASURES), strict=True)
    order = {name: place for place, name in enumerate((ALL, *(b.name for b in case.bands)))}
    place = {name: place for place, name in enumerate(_MEASURES)}
    key = {"indicator": place, "band": order}
    return table.sort_values(
        ["indicator", "band"], key=lambda column: column.map(key[str(column.name)])
    ).set_index(["indicator", "band"])


def _sums(rows: pd.DataFrame, bands: Sequence[Band]) -> dict[str, object]:
    """Return the totals over some of the assignments."""
    pupils = rows["pupils"].to_numpy(dtype=np.int64)
    minutes = rows["minutes"].to_numpy(dtype=np.float64)
    limit = {band.name: band.max_minutes for band in bands}
    limits = np.array([limit[band] for band in rows["band"]], dtype=np.float64)
    is_stay = (rows["school_id"] == rows["school_id_before"]).to_numpy(dtype=bool)
    has_path = np.isfinite(minutes)
    return {
        "pupils": int(pupils.sum()),
        "pupils_moved": int(pupils[_is_moved(rows)].sum()),
        "pupils_placed": int(pupils[(rows["school_id_before"] == "").to_numpy()].sum()),
        "pupil_minutes": indicators.pupil_minutes(minutes[has_path], pupils[has_path]),
        "max_minutes": indicators.longest_minutes(minutes[has_path], pupils[has_path]),
        "mean_minutes": indicators.mean_minutes(minutes[has_path], pupils[has_path]),
        "unreachable": int(pupils[~has_path].sum()),
        "over_limit_today": indicators.pupils_over_limit(
            minutes[is_stay], pupils[is_stay], limits[is_stay]
        ),
    }


def _is_moved(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are of pupils who attend a school today and another under the plan."""
    is_attending = rows["school_id_before"] != ""
    is_moved = is_attending & (rows["school_id"] != rows["school_id_before"])
    return is_moved.to_numpy(dtype=bool)


def _of_pupils(rows: pd.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Yield the indicators of some of the assignments, before and after."""
    before = _of_trips(rows[rows["school_id_before"] != ""], "minutes_before")
    after = _of_trips(rows, "minutes")
    for name in before:
        yield name, before[name], after[name]
    for name, value in _of_moves(rows[_is_moved(rows)]).items():
        yield name, _NEVER, value


def _of_trips(rows: pd.DataFrame, column: str) -> dict[str, float]:
    """Return the indicators of the trips in `column`."""
    everybody = rows["pupils"].to_numpy(dtype=np.int64)
    trips = rows[column].to_numpy(dtype=np.float64)
    limits = rows["limit"].to_numpy(dtype=np.float64)
    has_path = np.isfinite(trips)
    minutes, pupils = trips[has_path], everybody[has_path]
    townships = rows["township"].to_numpy(dtype=object)[has_path]
    within, between = equity.theil_parts(minutes, pupils, townships)
    quantiles = {
        f"p{percent}_minutes": indicators.quantile_minutes(minutes, pupils, percent / 100)
        for percent in (50, 90, 95)
    }
    return {
        "pupils": int(everybody.sum()),
        "unreachable": int(everybody[~has_path].sum()),
        "pupil_minutes": indicators.pupil_minutes(minutes, pupils),
        "mean_minutes": indicators.mean_minutes(minutes, pupils),
        **quantiles,
        "max_minutes": indicators.longest_minutes(minutes, pupils),
        "within_limit_share": indicators.within_limit_share(trips, everybody, limits),
        "pupils_over_limit": indicators.pupils_over_limit(trips, everybody, limits),
        "excess_pupil_minutes": indicators.excess_pupil_minutes(trips, everybody, limits),
        "gini": equity.gini(minutes, pupils),
        "theil": equity.theil(minutes, pupils),
        "theil_within_townships": within,
        "theil_between_townships": between,
    }


def _of_moves(rows: pd.DataFrame) -> dict[str, float]:
    """Return the indicators of those who move; minutes of those with a path before and after."""
    known = rows[np.isfinite(rows["minutes"]) & np.isfinite(rows["minutes_before"])]
    pupils = known["pupils"].to_numpy(dtype=np.int64)
    before, after, limits = (
        known[column].to_numpy(dtype=np.float64)
        for column in ("minutes_before", "minutes", "limit")
    )
    added = after - before
    is_any = bool(len(known))
    return {
        "pupils_moved": int(rows["pupils"].sum()),
        "moved_mean_added_minutes": indicators.mean_minutes(added, pupils) if is_any else _NEVER,
        "moved_p95_added_minutes": (
            indicators.quantile_minutes(added, pupils, 0.95) if is_any else _NEVER
        ),
        "moved_max_added_minutes": float(added.max()) if is_any else _NEVER,
        "moved_over_15_more_minutes_share": indicators.longer_by_share(before, after, pupils),
        "moved_newly_over_limit_share": indicators.newly_over_limit_share(
            before, after, pupils, limits
        ),
    }


def _of_schools(case: Case, plan: Plan) -> Iterator[tuple[str, float, float]]:
    """Yield the indicators of the schools that exist today and of those open under the plan."""
    is_existing = plan.schools["kind"] != "candidate"
    is_open = plan.schools["action"].isin(_OPEN_ACTIONS)
    ends = (
        ("enrollment_before", plan.schools[is_existing]),
        ("enrollment_after", plan.schools[is_open]),
    )
    before, after = (
        _of_rolls(schools[column].to_numpy(), schools["seats"].to_numpy(), case.rules.small_below)
        for column, schools in ends
    )
    for name in before:
        yield name, before[name], after[name]


def _of_rolls(
    roll: NDArray[np.int64], places: NDArray[np.int64], small_below: int
) -> dict[str, float]:
    """Return the indicators of schools with these rolls and seats."""
    return {
        "schools_open": len(roll),
        "small_schools": seats.schools_under(roll, small_below),
        **{f"schools_under_{size}": seats.schools_under(roll, size) for size in _SIZES},
        "utilization": seats.utilization(roll, places),
        "seats_per_pupil_cv": equity.coefficient_of_variation(places.astype(np.float64), roll),
    }
