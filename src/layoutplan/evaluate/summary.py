"""A plan in numbers: indicators of today and of the plan, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.limits import boarding_limits_of, day_limits_of
from layoutplan.core.plan import Plan
from layoutplan.core.schema import BOARDER_TRIPS_SHARE, MS_PER_MINUTE
from layoutplan.evaluate import costs, equity, indicators, seats
from layoutplan.evaluate.totals import OPEN_ACTIONS, is_moved

ALL = "all"  # in the index, beside the names of the bands
_SIZES = (10, 50, 100)  # very small, small, and under the national line for rural small schools
_NEVER = float("nan")  # of what cannot be said of today
_TRIPS = 10  # of a day pupil in a week: there and back on five days

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
    "family_minutes": ("minutes a week", "lower"),
    "boarders": ("pupils", "lower"),
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
    "beds_utilization": ("share", ""),
    "seats_per_pupil_cv": ("index", "lower"),
    "yearly_cost": ("money a year", "lower"),
    "yearly_cost_per_pupil": ("money a year", "lower"),
    "site_cost": ("money a year", "lower"),
    "teaching_cost": ("money a year", "lower"),
    "boarding_cost": ("money a year", "lower"),
    "transport_cost": ("money a year", "lower"),
    "one_off_cost": ("money", "lower"),
}


def evaluate(case: Case, plan: Plan) -> pd.DataFrame:
    """Return the indicators of today and of a plan, with their units.

    Minutes are of pupils with a path; before, of those who attend a school. Schools before are
    those that exist, after those open. What cannot be said is NaN; who boards today is not known,
    so that everybody goes by day before. Money stands only where the case says anything of it.

    Parameters
    ----------
    case, plan
        A case and a plan for it.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``indicator`` and ``band`` (``"all"`` or a band's name): ``before``, ``after``,
        ``change`` (after - before), ``unit``, ``better`` (``"lower"``, ``"higher"`` or empty);
        ``village_before`` and ``village_after``, of the longest trip the village that has it.
    """
    rows = plan.assignments.assign(
        township=plan.assignments["village_id"].map(case.villages["township"]),
        limit=day_limits_of(case, plan.assignments) / MS_PER_MINUTE,
        boarding_limit=boarding_limits_of(case, plan.assignments) / MS_PER_MINUTE,
    )
    groups = {ALL: rows, **{str(band): of_band for band, of_band in rows.groupby("band")}}
    found = [
        (name, band, before, after)
        for band, of_band in groups.items()
        for name, before, after in _of_pupils(of_band)
    ]
    found += [(name, ALL, before, after) for name, before, after in _of_schools(case, plan)]
    found += [(name, ALL, before, after) for name, before, after in _of_money(case, plan)]
    table = pd.DataFrame(found, columns=["indicator", "band", "before", "after"])
    table["change"] = table["after"] - table["before"]
    table["unit"], table["better"] = zip(*table["indicator"].map(_MEASURES), strict=True)
    is_longest = table["indicator"] == "max_minutes"
    for when, minutes in (("before", "minutes_before"), ("after", "minutes")):
        worst = table["band"].map({band: _worst(of, minutes) for band, of in groups.items()})
        table[f"village_{when}"] = worst.where(is_longest, "")
    order = {name: place for place, name in enumerate((ALL, *(b.name for b in case.bands)))}
    place = {name: place for place, name in enumerate(_MEASURES)}
    key = {"indicator": place, "band": order}
    return table.sort_values(
        ["indicator", "band"], key=lambda column: column.map(key[str(column.name)])
    ).set_index(["indicator", "band"])


def _worst(rows: pd.DataFrame, column: str) -> str:
    """Return the village with the longest trip in `column`, empty where there is none."""
    known = rows[np.isfinite(rows[column])]
    return indicators.worst_village(
        known["village_id"].to_numpy(dtype=object),
        known[column].to_numpy(dtype=np.float64),
        known["pupils"].to_numpy(dtype=np.int64),
    )


def _of_pupils(rows: pd.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Yield the indicators of some of the assignments, before and after."""
    attending = rows[rows["school_id_before"] != ""].assign(how="day")
    before, after = _of_trips(attending, "minutes_before"), _of_trips(rows, "minutes")
    for name in before:
        yield name, before[name], after[name]
    yield "boarders", _NEVER, int(rows.loc[rows["how"] == "board", "pupils"].sum())
    for name, value in _of_moves(rows[is_moved(rows)]).items():
        yield name, _NEVER, value


def _limits(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the limit of each row: of boarders that of their weekly trip."""
    return np.where(rows["how"] == "board", rows["boarding_limit"], rows["limit"])


def _of_trips(rows: pd.DataFrame, column: str) -> dict[str, float]:
    """Return the indicators of the trips in `column`."""
    everybody = rows["pupils"].to_numpy(dtype=np.int64)
    trips = rows[column].to_numpy(dtype=np.float64)
    limits = _limits(rows)
    n_trips = np.where(rows["how"] == "board", BOARDER_TRIPS_SHARE * _TRIPS, _TRIPS)
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
        "family_minutes": indicators.mean_minutes((trips * n_trips)[has_path], pupils),
        "gini": equity.gini(minutes, pupils),
        "theil": equity.theil(minutes, pupils),
        "theil_within_townships": within,
        "theil_between_townships": between,
    }


def _of_moves(rows: pd.DataFrame) -> dict[str, float]:
    """Return the indicators of those who move; minutes of those with a path before and after."""
    known = rows[np.isfinite(rows["minutes"]) & np.isfinite(rows["minutes_before"])]
    pupils = known["pupils"].to_numpy(dtype=np.int64)
    before, after = (
        known[column].to_numpy(dtype=np.float64) for column in ("minutes_before", "minutes")
    )
    limits = _limits(known)
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
    existing = plan.schools[plan.schools["kind"] != "candidate"]
    opened = plan.schools[plan.schools["action"].isin(OPEN_ACTIONS)]
    ends = (
        (existing["enrollment_before"], case.schools["seats"].reindex(existing.index)),
        (opened["enrollment_after"], opened["seats"]),
    )
    before, after = (
        _of_rolls(roll.to_numpy(), places.to_numpy(), case.rules.small_below)
        for roll, places in ends
    )
    for name in before:
        yield name, before[name], after[name]
    boarders, beds = opened["boarders_after"].to_numpy(), opened["beds"].to_numpy()
    yield "beds_utilization", _NEVER, seats.utilization(boarders, beds)


def _of_money(case: Case, plan: Plan) -> Iterator[tuple[str, float, float]]:
    """Yield what the schools cost today and under the plan, as far as the case says."""
    if costs.has_yearly_costs(case):
        before = costs.today(case, plan.schools, plan.assignments)
        after = costs.under_plan(case, plan.schools, plan.assignments)
        is_attending = plan.assignments["school_id_before"] != ""
        n_before = max(int(plan.assignments.loc[is_attending, "pupils"].sum()), 1)
        n_after = max(int(plan.assignments["pupils"].sum()), 1)
        yield "yearly_cost", before.total, after.total
        yield "yearly_cost_per_pupil", before.total / n_before, after.total / n_after
        for part in ("site", "teaching", "boarding", "transport"):
            yield f"{part}_cost", getattr(before, part), getattr(after, part)
    if costs.has_one_off_costs(case):
        once = costs.site_cents(case, plan.schools)["one_off"]
        is_open = plan.schools["action"].isin(OPEN_ACTIONS)
        yield "one_off_cost", 0.0, costs.money(int(once[is_open].sum()))


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
