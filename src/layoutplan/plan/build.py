"""Tell a solution as a plan: one row per school, one row per group of pupils."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import metadata

import geopandas as gpd
import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.limits import boarding_limits_of, day_limits_of, may_stay_of
from layoutplan.core.plan import Plan
from layoutplan.core.schema import ASSIGNMENTS_CSV, BAND_SEPARATOR, MS_PER_MINUTE
from layoutplan.core.solution import Solution
from layoutplan.core.travel_times import TravelTimes, to_minutes
from layoutplan.errors import Finding
from layoutplan.plan.plan_json import plain
from layoutplan.plan.reasons import reasons

_PACKAGES = ("layoutplan", "geopandas", "highspy", "numpy", "pulp", "scipy", "shapely")


def assignments_table(
    case: Case, times: TravelTimes, attendance: Attendance, solution: Solution
) -> pd.DataFrame:
    """Return the rows of ``assignments.csv``: where each unit goes, and how long it travels.

    Returns
    -------
    pandas.DataFrame
        Columns ``village_id, band, school_id, how, pupils, minutes, school_id_before,
        minutes_before``, sorted by them, with a fresh index. Minutes are ``inf`` where no path is
        known and, before, where nobody attended.
    """
    units = attendance.units
    rows = pd.DataFrame(
        {
            "village_id": units["village_id"],
            "band": units["band"],
            "school_id": case.schools.index[solution.school_idx].to_numpy(),
            "how": "",
            "pupils": units["pupils"],
            "school_id_before": units["school_id"],
        }
    )
    rows["minutes"] = _minutes(case, times, rows, "school_id")
    rows["how"] = _how(case, rows)
    rows["minutes_before"] = _minutes(case, times, rows, "school_id_before")
    columns = list(ASSIGNMENTS_CSV)
    return rows[columns].sort_values(columns, ignore_index=True)


def schools_table(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    solution: Solution,
    assignments: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Return the schools of the case with what becomes of each.

    Returns
    -------
    geopandas.GeoDataFrame
        ``case.schools`` in its order with the columns ``action``, ``into``,
        ``enrollment_before``, ``enrollment_after``, ``boarders_after`` and ``reason``; ``seats``
        and ``beds`` as they are under the plan.
    """
    is_candidate = (case.schools["kind"] == "candidate").to_numpy()
    before = _pupils_by_school(assignments, "school_id_before", case.schools.index)
    after = _pupils_by_school(assignments, "school_id", case.schools.index)
    boarding = assignments[assignments["how"] == "board"]
    closed = np.where(~is_candidate & (before > 0), "merge", "close")
    action = np.where(solution.action == "", closed, solution.action)
    receivers = _receivers(assignments)
    into = [
        receivers.get(school_id, "") if becomes == "merge" else ""
        for school_id, becomes in zip(case.schools.index, action, strict=True)
    ]
    schools = case.schools.drop(columns="geometry").assign(
        action=pd.array(action, dtype="str"),
        into=pd.array(into, dtype="str"),
        enrollment_before=before,
        enrollment_after=after,
        boarders_after=_pupils_by_school(boarding, "school_id", case.schools.index),
        seats=solution.seats,
        beds=solution.beds,
    )
    schools["reason"] = reasons(case, times, attendance, solution.status, schools, assignments)
    return gpd.GeoDataFrame(schools, geometry=case.schools.geometry)


def build_plan(
    case: Case,
    attendance: Attendance,
    solution: Solution,
    *,
    schools: gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    totals: Mapping[str, object],
    roads: gpd.GeoDataFrame,
    findings: Iterable[Finding],
    versions: Mapping[str, str],
    seconds: float,
    times: TravelTimes | None = None,
    routes: gpd.GeoDataFrame | None = None,
) -> Plan:
    """Put the tables of a plan together with what it rests on.

    Parameters
    ----------
    schools, assignments
        From :func:`schools_table` and :func:`assignments_table`.
    totals : Mapping
        Sums over these tables.
    roads : geopandas.GeoDataFrame
        Lines to draw: ``road_class`` and ``geometry``.
    findings : iterable of Finding
        About the data; those about the plan itself are added here.
    versions : Mapping
        Package -> version.
    seconds : float
        Time that making the plan took.
    times : TravelTimes, optional
        Trips, as in the plan.
    routes : geopandas.GeoDataFrame, optional
        Ways to planned and today's schools, as in the plan.
    """
    return Plan(
        name=case.name,
        language=case.language,
        status=solution.status,
        objective=solution.objective,
        villages=case.villages,
        schools=schools,
        assignments=assignments,
        bands=case.bands,
        roads=roads,
        routes=routes,
        rules=rules_as_used(case),
        totals=totals,
        inputs=case.inputs,
        attendance_source=attendance.source,
        findings=(*findings, *plan_findings(case, schools, assignments)),
        versions=versions,
        seconds=seconds,
        case_folder=case.folder.resolve().as_posix(),
        times=times,
        townships=case.townships,
        imprint=case.imprint,
    )


def installed_versions() -> dict[str, str]:
    """Return the versions of layoutplan and of the packages that a plan depends on."""
    return {name: metadata.version(name) for name in _PACKAGES}


def rules_as_used(case: Case) -> dict[str, object]:
    """Return the rules of a case by their names in ``case.toml``, and all else it was made with.

    In the types of JSON, as they come back from ``plan.json``.
    """
    bands = {band.name: asdict(band) | {"grades": list(band.grades)} for band in case.bands}
    for band in bands.values():
        del band["name"]
    used = {
        **asdict(case.rules),
        "bands": bands,
        "costs": asdict(case.costs),
        "expansions": [asdict(step) for step in case.expansions],
        "exceptions": [asdict(exception) for exception in case.exceptions],
        "objective": {"order": list(case.order)},
        "solver": asdict(case.solver),
        "scenario": case.scenario.name if case.scenario else "",
        "scenario_title": case.scenario.title if case.scenario else "",
    }
    if case.decisions is not None:
        file = asdict(case.decisions.source)
        used["decisions"] = {"file": file, "schools": dict(case.decisions.words)}
    return {name: plain(value) for name, value in used.items()}


def plan_findings(
    case: Case, schools: pd.DataFrame, assignments: pd.DataFrame
) -> tuple[Finding, ...]:
    """Return what breaks a rule today and stays so: no path, over the limit, over the seats."""
    is_pathless = np.isinf(assignments["minutes"])
    is_over = (assignments["how"] == "day") & _is_over(case, assignments)
    found = [
        Finding(
            rule,
            "warning",
            table="assignments.csv",
            ids=tuple(dict.fromkeys(assignments.loc[mask, "village_id"])),
            facts={"pupils": int(assignments.loc[mask, "pupils"].sum())},
        )
        for rule, mask in (("plan.unreachable", is_pathless), ("plan.over_limit", is_over))
        if mask.any()
    ]
    is_full = schools["enrollment_after"] > schools["seats"]
    if is_full.any():
        ids = tuple(schools.index[is_full])
        found.append(Finding("plan.over_seats", "warning", table="schools.csv", ids=ids))
    return tuple(found)


def _how(case: Case, rows: pd.DataFrame) -> pd.Series[str]:
    """Return ``day`` or ``board`` for each row: over a day's limit pupils board, or stay as today.

    Who may stay over the limit at today's school does so by day, as today.
    """
    is_stay = rows["school_id"] == rows["school_id_before"]
    may_board = boarding_limits_of(case, rows) > 0
    boards = _is_over(case, rows) & may_board & ~(is_stay & may_stay_of(case, rows))
    return boards.map({True: "board", False: "day"}).astype("str")


def _is_over(case: Case, rows: pd.DataFrame) -> pd.Series[bool]:
    """Return whether the trip of each row is known and longer than a day pupil's may be."""
    trips = (rows["minutes"] * MS_PER_MINUTE).round()
    is_over: pd.Series[bool] = (trips > day_limits_of(case, rows)) & (trips < np.inf)
    return is_over


def _minutes(
    case: Case, times: TravelTimes, rows: pd.DataFrame, school_column: str
) -> pd.Series[float]:
    """Return the minutes of each row to the school in `school_column`, ``inf`` for no path."""
    minutes = pd.Series(np.inf, index=rows.index)
    for band in case.bands:
        of_band = rows[rows["band"] == band.name]
        village_idx = times.village_ids.get_indexer(pd.Index(of_band["village_id"])).astype(
            np.int32
        )
        school_idx = times.school_ids.get_indexer(pd.Index(of_band[school_column])).astype(np.int32)
        found = times.pairs[band.name].lookup(village_idx, school_idx)
        minutes[of_band.index] = to_minutes(found)
    return minutes


def _pupils_by_school(
    assignments: pd.DataFrame, column: str, school_ids: pd.Index
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the pupils of each school, by the school named in `column`."""
    pupils = assignments.groupby(column)["pupils"].sum()
    return pupils.reindex(school_ids, fill_value=0).to_numpy(dtype=np.int64)


def _receivers(assignments: pd.DataFrame) -> dict[str, str]:
    """Return, by today's school, the schools its pupils go to, the largest share first."""
    pairs = assignments.groupby(["school_id_before", "school_id"])["pupils"].sum().reset_index()
    ordered = pairs.sort_values(["pupils", "school_id"], ascending=[False, True])
    receivers: dict[str, list[str]] = {}
    for before, after in zip(ordered["school_id_before"], ordered["school_id"], strict=True):
        receivers.setdefault(before, []).append(after)
    return {before: BAND_SEPARATOR.join(ids) for before, ids in receivers.items()}
