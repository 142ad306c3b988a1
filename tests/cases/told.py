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
) -> Solution:
    """Return the solution in which these schools are open and `to` says who goes elsewhere.

    `to` is by village, or by village and band; whoever is not in it stays.
    """
    to = to or {}
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
        is_open=case.schools.index.isin(list(open_ids)),
        school_idx=case.schools.index.get_indexer(schools).astype(np.int32),
        seconds=0.5,
    )


def tell(
    case: Case,
    open_ids: Iterable[str],
    to: Mapping[tuple[str, str] | str, str] | None = None,
    status: Status = "optimal",
) -> Plan:
    """Return the whole plan of these decisions."""
    assert case.travel_times is not None
    attendance = attendance_of(case)
    solution = decide(case, open_ids, to, status)
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
    }
    totals = {
        "villages": len(case.villages),
        "schools_open": int(is_open.sum()),
        "schools_merged": int((schools["action"] == "merge").sum()),
        **sums,
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
    pupils = moved = unreachable = over = 0
    pupil_minutes = longest = 0.0
    for row in rows.itertuples():
        pupils += row.pupils
        is_stay = row.school_id == row.school_id_before
        if row.school_id_before and not is_stay:
            moved += row.pupils
        if np.isinf(row.minutes):
            unreachable += row.pupils
            continue
        pupil_minutes += row.pupils * row.minutes
        longest = max(longest, row.minutes)
        limits = {band.name: band.max_minutes for band in case.bands}
        if is_stay and row.minutes > limits[row.band]:
            over += row.pupils
    reached = pupils - unreachable
    return {
        "pupils": pupils,
        "pupils_moved": moved,
        "pupil_minutes": pupil_minutes,
        "max_minutes": longest,
        "mean_minutes": pupil_minutes / reached if reached else 0.0,
        "unreachable": unreachable,
        "over_limit_today": over,
    }
