"""The tables of a plan beside what the case says of the same places, for the rules to judge.

Nothing that a plan states of itself is believed here: positions, limits, trips and today's pupils
come from the case. Rows with ids that the case does not know have position -1; a rule of their own
names them, and the other rules pass over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.limits import boarding_limits_of, day_limits_of, may_stay_of
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import BAND_SEPARATOR, CLOSED_ACTIONS
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes, to_minutes
from layoutplan.errors import Finding
from layoutplan.plan.checks.becomes import becomes, most

OPEN_ACTIONS: Final = ("keep", "open", "expand", "downgrade")
SCHOOLS: Final = "schools.csv"
ASSIGNMENTS: Final = "assignments.csv"

Mask = pd.Series  # of bool, over the rows of one of the tables below


@dataclass(frozen=True)
class Evidence:
    """What the rules judge.

    Parameters
    ----------
    case, times, plan
        As given.
    units : pandas.DataFrame
        Today's attendance: ``village_id, band, school_id, pupils``.
    schools : pandas.DataFrame
        The schools of the case, indexed by id: ``action`` of the plan (empty where the plan does
        not know the school), ``is_open``, ``is_closed``, ``is_candidate``, ``n_today`` and
        ``n_after`` pupils, ``n_boarders``; what it becomes, as in
        :func:`~layoutplan.plan.checks.becomes.becomes`; ``may_board``, whether it has beds with
        its largest step, if it is open;
        and ``admits``, whether it receives pupils under the plan.
    rows : pandas.DataFrame
        The plan's assignments, as they stand, with ``is_known``, ``is_known_school``,
        ``is_attending`` and ``is_known_before``; for planned school and today's school
        (``…_before``): ``is_open``, ``is_closed``, ``is_taught`` (of today's school: today),
        ``ms``; ``limit_ms``; and

        - ``is_new``: they change school or get a first one; ``is_moved``: they change,
        - ``may_stay``: today's school could keep them by the rules if it stayed open,
          ``may_stay_over``: also over their limit,
        - ``is_bound``: they have to stay as long as today's school teaches them,
        - ``is_kept``: today's school is open under the plan and teaches them.
    """

    case: Case
    times: TravelTimes
    plan: Plan
    units: pd.DataFrame
    schools: pd.DataFrame
    rows: pd.DataFrame

    def broken_rows(self, rule: str, is_broken: Mask, **first: pd.Series) -> Finding | None:
        """Return a finding about the assignments where `is_broken`, None where there are none.

        The sentence tells of the first of them; `first` names columns it tells of beside.
        """
        rows = self.rows[is_broken]
        if rows.empty:
            return None
        row = rows.iloc[0]
        return Finding(
            rule,
            "error",
            table=ASSIGNMENTS,
            rows=tuple((np.flatnonzero(is_broken) + 2).tolist()),
            ids=tuple(rows["village_id"].unique()),
            facts={
                "village": _label(self.case.villages, row["village_id"]),
                "school": _label(self.case.schools, row["school_id"]),
                "before": _label(self.case.schools, row["school_id_before"]),
                "band": row["band"],
                "pupils": f"{row['pupils']:g}",
                "minutes": _minutes(row["ms"]),
                "limit": _minutes(row["limit_ms"]),
                **{name: values[rows.index[0]] for name, values in first.items()},
            },
        )

    def broken_schools(self, rule: str, is_broken: Mask, **first: pd.Series) -> Finding | None:
        """Return a finding about the schools of the case where `is_broken`, None where none is."""
        schools = self.schools[is_broken]
        if schools.empty:
            return None
        school = schools.iloc[0]
        return Finding(
            rule,
            "error",
            table=SCHOOLS,
            ids=tuple(schools.index),
            facts={
                "school": _label(self.case.schools, schools.index[0]),
                "action": school["action"],
                "today": f"{school['n_today']:g}",
                "after": f"{school['n_after']:g}",
                "boarders": f"{school['n_boarders']:g}",
                "enrollment": school["enrollment"],
                "seats": school["seats_after"],
                "beds": school["beds_after"],
                **{name: values[schools.index[0]] for name, values in first.items()},
            },
        )

    def written(self, column: str) -> pd.Series:
        """Return what the plan writes in `column` for each school of the case, NaN for none."""
        schools = pd.DataFrame(self.plan.schools)
        return schools[~schools.index.duplicated()][column].reindex(self.schools.index)


def gather(case: Case, times: TravelTimes, attendance: Attendance, plan: Plan) -> Evidence:
    """Return the evidence on `plan`."""
    schools = _schools(case, attendance, plan)
    return Evidence(
        case=case,
        times=times,
        plan=plan,
        units=attendance.units,
        schools=schools,
        rows=_rows(case, times, schools, plan),
    )


def _schools(case: Case, attendance: Attendance, plan: Plan) -> pd.DataFrame:
    """Return the schools of the case with what the plan makes of them."""
    written = plan.schools[~plan.schools.index.duplicated()].reindex(case.schools.index)
    schools = pd.DataFrame(case.schools).drop(columns="geometry")
    schools["action"] = written["action"].fillna("")
    schools["is_open"] = schools["action"].isin(OPEN_ACTIONS)
    schools["is_closed"] = schools["action"].isin(CLOSED_ACTIONS)
    schools["is_candidate"] = schools["kind"] == "candidate"
    boarding = plan.assignments[plan.assignments["how"] == "board"]
    for column, pupils in (
        ("n_today", attendance.units.groupby("school_id")["pupils"]),
        ("n_after", plan.assignments.groupby("school_id")["pupils"]),
        ("n_boarders", boarding.groupby("school_id")["pupils"]),
    ):
        schools[column] = pupils.sum().reindex(schools.index, fill_value=0)
    schools = schools.join(becomes(case, schools["action"], written["seats"], written["beds"]))
    schools["may_board"] = most(case, "beds") > 0
    has_room = schools["seats_after"] >= schools["n_today"]
    schools["admits"] = has_room | (case.rules.over_limit_today == "forbid")
    return schools


def _rows(case: Case, times: TravelTimes, schools: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the assignments with what the case says of their villages, bands and schools."""
    rows = plan.assignments.reset_index(drop=True)
    bands = {band.name: band for band in case.bands}
    is_known_place = rows["village_id"].isin(case.villages.index) & rows["band"].isin(list(bands))
    rows["is_known_school"] = rows["school_id"].isin(schools.index)
    rows["is_attending"] = rows["school_id_before"] != ""
    rows["is_known_before"] = rows["school_id_before"].isin(schools.index) | ~rows["is_attending"]
    rows["is_known"] = is_known_place & rows["is_known_school"] & rows["is_known_before"]
    rows["is_known_place"] = is_known_place
    rows["is_moved"] = rows["is_attending"] & (rows["school_id"] != rows["school_id_before"])
    rows["is_new"] = ~rows["is_attending"] | rows["is_moved"]
    day, boarding = day_limits_of(case, rows), boarding_limits_of(case, rows)
    boards = (rows["how"] == "board") & (boarding > 0)
    rows["limit_ms"] = np.where(boards, boarding, day)
    for end, bands_taught in (("", schools["bands_after"]), ("_before", schools["bands"])):
        school_ids = rows[f"school_id{end}"]
        rows[f"is_open{end}"] = school_ids.map(schools["is_open"]).eq(True)
        rows[f"is_closed{end}"] = school_ids.map(schools["is_closed"]).eq(True)
        rows[f"is_taught{end}"] = _is_taught(rows["band"], school_ids.map(bands_taught))
        rows[f"ms{end}"] = _trips_ms(times, bands, rows, school_ids)
    bands_after = rows["school_id_before"].map(schools["bands_after"])
    rows["is_kept"] = rows["is_open_before"] & _is_taught(rows["band"], bands_after)
    rows["may_stay_over"] = may_stay_of(case, rows)
    may_board = rows["school_id_before"].map(schools["may_board"]).eq(True)
    is_cured = (rows["ms_before"] <= day) | (may_board & (rows["ms_before"] <= boarding))
    rows["may_stay"] = (
        rows["is_attending"] & rows["is_taught_before"] & (rows["may_stay_over"] | is_cured)
    )
    is_full = rows["school_id_before"].map(schools["n_today"] > schools["seats"]).eq(True)
    must_relieve = is_full & (case.rules.over_limit_today == "forbid")
    rows["is_bound"] = rows["may_stay"] & ~must_relieve & (case.rules.movement != "redraw")
    return rows


def _is_taught(bands: pd.Series, taught: pd.Series) -> Mask:
    """Return whether each band is among those `taught`, ``;`` between them."""
    names = taught.fillna("").str.split(BAND_SEPARATOR)
    is_taught = (band in each for band, each in zip(bands, names, strict=True))
    return pd.Series(np.fromiter(is_taught, dtype=np.bool_, count=len(bands)), bands.index)


def _trips_ms(
    times: TravelTimes, bands: dict[str, Band], rows: pd.DataFrame, school_ids: pd.Series
) -> pd.Series:
    """Return the trip of each row to the given school in milliseconds."""
    trips = pd.Series(UNREACHED_MS, index=rows.index, dtype="int64")
    villages = times.village_ids.get_indexer(pd.Index(rows["village_id"])).astype(np.int32)
    schools = times.school_ids.get_indexer(pd.Index(school_ids)).astype(np.int32)
    for name, band in bands.items():
        is_of_band = (rows["band"] == name).to_numpy()
        if band.name in times.pairs:
            pairs = times.pairs[band.name]
            trips[is_of_band] = pairs.lookup(villages[is_of_band], schools[is_of_band])
    return trips


def _label(places: gpd.GeoDataFrame, place_id: str) -> str:
    """Return name and id of a place, whichever there is."""
    name = places["name"].get(place_id, "")
    return f"{name} ({place_id})" if name and place_id else str(place_id) or "-"


def _minutes(milliseconds: int) -> str:
    """Return minutes for a sentence; ``-`` for no path."""
    minutes = float(to_minutes(np.array([milliseconds], dtype=np.int64))[0])
    return "-" if isinf(minutes) else f"{minutes:.2f}".rstrip("0").rstrip(".")
