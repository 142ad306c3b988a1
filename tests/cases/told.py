"""Tell decisions taken by hand as a plan, with sums of their own; they may break every rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.rules import Expansion
from layoutplan.core.schema import LONLAT, Status, pupils_column
from layoutplan.core.solution import Solution
from layoutplan.plan.build import assignments_table, build_plan, schools_table

_OPEN = ("keep", "open", "expand", "downgrade")


def attendance_of(case: Case) -> Attendance:
    """Return the units of a case whose villages each name one school."""
    units = pd.concat(
        [
            pd.DataFrame(
                {
                    "village_id": case.villages.index,
                    "band": band.name,
                    "school_id": case.villages["school_id"].to_numpy(),
                    "pupils": case.villages[pupils_column(band.name)].to_numpy(),
                }
            )
            for band in case.bands
        ]
    )
    units = units[units["pupils"] > 0]
    order = ["village_id", "band", "school_id"]
    return Attendance(units.sort_values(order, ignore_index=True), "villages")


def decide(
    case: Case,
    open_ids: Iterable[str],
    to: Mapping[tuple[str, str] | str, str] | None = None,
    status: Status = "optimal",
    becomes: Mapping[str, Expansion | None] | None = None,
) -> Solution:
    """Return the solution in which these schools are open and `to` says who goes elsewhere.

    `to` is by village, or by village and band; whoever is not in it stays. `becomes` names the
    schools that grow, with their step, and those that stay as teaching points, with None.
    """
    to = to or {}
    action = np.where(
        case.schools.index.isin(list(open_ids)),
        np.where(case.schools["kind"] == "candidate", "open", "keep"),
        "",
    ).astype(object)
    seats, beds = (case.schools[name].to_numpy().copy() for name in ("seats", "beds"))
    for school_id, step in (becomes or {}).items():
        place = case.schools.index.get_loc(school_id)
        seats[place] += step.seats if step else 0
        beds[place] = beds[place] + step.beds if step else 0
        if action[place] != "open":
            action[place] = "expand" if step else "downgrade"
    units = attendance_of(case).units
    schools = [
        to.get((village, band), to.get(village, today))
        for village, band, today in zip(
            units["village_id"], units["band"], units["school_id"], strict=True
        )
    ]
    return Solution(
        status=status,
        objective=(),
        action=action,
        seats=seats,
        beds=beds,
        school_idx=case.schools.index.get_indexer(schools).astype(np.int32),
        seconds=0.5,
    )


def tell(
    case: Case,
    open_ids: Iterable[str],
    to: Mapping[tuple[str, str] | str, str] | None = None,
    status: Status = "optimal",
    becomes: Mapping[str, Expansion | None] | None = None,
) -> Plan:
    """Return the whole plan of these decisions."""
    return told_as_plan(case, attendance_of(case), decide(case, open_ids, to, status, becomes))


def told_as_plan(case: Case, attendance: Attendance, solution: Solution) -> Plan:
    """Return the whole plan of a solution, with sums of its own."""
    assert case.travel_times is not None
    assignments = assignments_table(case, case.travel_times, attendance, solution)
    plan = build_plan(
        case,
        attendance,
        solution,
        schools=schools_table(case, case.travel_times, attendance, solution, assignments),
        assignments=assignments,
        totals={},
        roads=gpd.GeoDataFrame({"road_class": pd.array([], dtype="str")}, geometry=[], crs=LONLAT),
        findings=(),
        versions={"layoutplan": "0.0.0"},
        seconds=1.0,
    )
    return refreshed(case, plan)


def refreshed(case: Case, plan: Plan, rows: pd.DataFrame | None = None) -> Plan:
    """Return `plan`, with other assignments if given, and all that adds up from them anew."""
    rows = plan.assignments if rows is None else rows
    schools = plan.schools.copy()
    for school_id in schools.index:
        there = rows[rows["school_id"] == school_id]
        schools.loc[school_id, "enrollment_after"] = int(there["pupils"].sum())
        boarding = there[there["how"] == "board"]
        schools.loc[school_id, "boarders_after"] = int(boarding["pupils"].sum())
        if schools.loc[school_id, "action"] == "merge":
            leaving = rows[rows["school_id_before"] == school_id]
            shares = leaving.groupby("school_id")["pupils"].sum().to_dict()
            schools.loc[school_id, "into"] = ";".join(
                sorted(shares, key=lambda receiver: (-shares[receiver], receiver))
            )
    is_open = schools["action"].isin(_OPEN)
    sums = _sums(case, rows)
    values = {
        **sums,
        "small_schools": (is_open & (schools["enrollment_after"] < case.rules.small_below)).sum(),
        "schools_open": is_open.sum(),
        **_money(case, schools, rows),
    }
    totals = {
        "villages": len(case.villages),
        "schools_open": int(is_open.sum()),
        "schools_merged": int((schools["action"] == "merge").sum()),
        "schools_downgraded": int((schools["action"] == "downgrade").sum()),
        "schools_expanded": int((schools["action"] == "expand").sum()),
        "schools_opened": int((schools["action"] == "open").sum()),
        **sums,
        **_money(case, schools, rows),
        "bands": {
            band.name: {
                "villages": int((case.villages[pupils_column(band.name)] > 0).sum()),
                **_sums(case, rows[rows["band"] == band.name]),
            }
            for band in case.bands
        },
    }
    objective = tuple(
        ObjectiveResult(name, float(values[name]), float(values[name]), 0.0) for name in case.order
    )
    return replace(plan, assignments=rows, schools=schools, totals=totals, objective=objective)


def _sums(case: Case, rows: pd.DataFrame) -> dict[str, float]:
    """Return sums over the rows, one at a time."""
    pupils = moved = unreachable = over = boarders = 0
    pupil_minutes = longest = 0.0
    for row in rows.itertuples():
        pupils += row.pupils
        boarders += row.pupils * (row.how == "board")
        is_stay = row.school_id == row.school_id_before
        if row.school_id_before and not is_stay:
            moved += row.pupils
        if np.isinf(row.minutes):
            unreachable += row.pupils
            continue
        pupil_minutes += row.pupils * row.minutes
        longest = max(longest, row.minutes)
        limits = {band.name: band.max_minutes for band in case.bands}
        if is_stay and row.how == "day" and row.minutes > limits[row.band]:
            over += row.pupils
    reached = pupils - unreachable
    return {
        "pupils": pupils,
        "pupils_moved": moved,
        "boarders": boarders,
        "pupil_minutes": pupil_minutes,
        "max_minutes": longest,
        "mean_minutes": pupil_minutes / reached if reached else 0.0,
        "unreachable": unreachable,
        "over_limit_today": over,
    }


def _money(case: Case, schools: pd.DataFrame, rows: pd.DataFrame) -> dict[str, float]:
    """Return what the schools cost a year and once, one school and one row at a time."""
    costs, yearly, once = case.costs, 0, 0
    rates = {
        school.Index: costs.per_pupil if np.isnan(school.cost_per_pupil) else school.cost_per_pupil
        for school in case.schools.itertuples()
    }
    for school in schools[schools["action"].isin(_OPEN)].itertuples():
        known = case.schools.loc[school.Index]
        missing = max(0, costs.small_floor - school.enrollment_after)
        yearly += _cents(known["yearly_cost"]) + missing * _cents(rates[school.Index])
        once += _cents(known["opening_cost"]) if school.action == "open" else 0
        grown = school.seats - known["seats"], school.beds - known["beds"]
        for step in case.expansions:
            is_taken = step.school_id == school.Index and (step.seats, step.beds) == grown
            if is_taken and school.action in ("expand", "open"):
                yearly += _cents(step.yearly_cost)
                once += _cents(step.cost)
    for row in rows.itertuples():
        boards = row.how == "board"
        minutes = 0.0 if np.isinf(row.minutes) else row.minutes
        travel = costs.per_pupil_minute * minutes * (0.2 if boards else 1.0)
        by_pupil = rates.get(row.school_id, 0.0) + costs.per_boarder * boards + travel
        yearly += _cents(row.pupils * by_pupil)
    return {"yearly_cost": yearly / 100, "one_off_cost": once / 100}


def _cents(money: float) -> int:
    """Return money in hundredths, none as 0."""
    return 0 if np.isnan(money) else round(money * 100)
