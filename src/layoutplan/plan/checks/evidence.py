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
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import BAND_SEPARATOR, MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes, to_minutes
from layoutplan.errors import Finding

OPEN_ACTIONS: Final = ("keep", "open", "expand", "downgrade")
CLOSED_ACTIONS: Final = ("merge", "close")
SCHOOLS: Final = "schools.csv"
ASSIGNMENTS: Final = "assignments.csv"

Mask = pd.Series  # of bool, over the rows of one of the tables below


@dataclass(frozen=True)
class Evidence:
    """What the rules judge.

    Parameters
    ----------
    case, plan
        As given.
    units : pandas.DataFrame
        Today's attendance: ``village_id, band, school_id, pupils``.
    schools : pandas.DataFrame
        The schools of the case, indexed by id: ``action`` of the plan (empty where the plan does
        not know the school), ``is_open``, ``is_closed``, ``is_candidate``, ``n_today`` and
        ``n_after`` pupils, ``n_boarders``.
    rows : pandas.DataFrame
        The plan's assignments, as they stand, with ``is_known``, ``is_known_school``,
        ``is_attending`` and ``is_known_before``; for planned school and today's school
        (``…_before``): ``is_open``, ``is_closed``, ``is_taught``, ``ms``; ``limit_ms``; and
        ``is_moved``, ``is_over_seats_before``.
    """

    case: Case
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
                "seats": school["seats"],
                "beds": school["beds"],
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
        plan=plan,
        units=attendance.units,
        schools=schools,
        rows=_rows(case, times, schools, plan),
    )


def _schools(case: Case, attendance: Attendance, plan: Plan) -> pd.DataFrame:
    """Return the schools of the case with what the plan makes of them."""
    actions = plan.schools.loc[~plan.schools.index.duplicated(), "action"]
    schools = pd.DataFrame(case.schools).drop(columns="geometry")
    schools["action"] = actions.reindex(schools.index).fillna("")
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
    limits = (
        _limit_ms(bands[band], how) if band in bands else 0
        for band, how in zip(rows["band"], rows["how"], strict=True)
    )
    rows["limit_ms"] = np.fromiter(limits, dtype=np.int64, count=len(rows))
    is_over_seats = schools["n_today"] > schools["seats"]
    for end in ("", "_before"):
        school_ids = rows[f"school_id{end}"]
        for column, facts in (
            ("is_open", schools["is_open"]),
            ("is_closed", schools["is_closed"]),
            ("is_over_seats", is_over_seats),
        ):
            rows[f"{column}{end}"] = school_ids.map(facts).eq(True)
        taught = school_ids.map(schools["bands"]).fillna("").str.split(BAND_SEPARATOR)
        is_taught = (band in names for band, names in zip(rows["band"], taught, strict=True))
        rows[f"is_taught{end}"] = np.fromiter(is_taught, dtype=np.bool_, count=len(rows))
        rows[f"ms{end}"] = _trips_ms(times, bands, rows, school_ids)
    return rows


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


def _limit_ms(band: Band, how: str) -> int:
    """Return the longest trip of a day pupil or a boarder of `band` in milliseconds."""
    if how == "board" and band.max_boarding_minutes is not None:
        return round(band.max_boarding_minutes * MS_PER_MINUTE)
    return band.limit_ms


def _label(places: gpd.GeoDataFrame, place_id: str) -> str:
    """Return name and id of a place, whichever there is."""
    name = places["name"].get(place_id, "")
    return f"{name} ({place_id})" if name and place_id else str(place_id) or "-"


def _minutes(milliseconds: int) -> str:
    """Return minutes for a sentence; ``-`` for no path."""
    minutes = float(to_minutes(np.array([milliseconds], dtype=np.int64))[0])
    return "-" if isinf(minutes) else f"{minutes:.2f}".rstrip("0").rstrip(".")
