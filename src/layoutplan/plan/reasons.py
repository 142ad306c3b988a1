"""Why each school stays, merges, closes or opens, in a sentence that can be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case, teaches
from layoutplan.core.schema import BAND_SEPARATOR, Status
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import shortlist
from layoutplan.texts import text


def reasons(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    status: Status,
    schools: pd.DataFrame,
    assignments: pd.DataFrame,
) -> list[str]:
    """Return the reason of each school, in the order of `schools` and the language of the case.

    Only what is known is said: a rule of the table, pupils who would have no school within the
    limit, where the pupils go; and that no plan without a school is better only where that is
    proven.

    Parameters
    ----------
    status : {"optimal", "within_gap", "time_limit"}
        What is proven of the plan.
    schools : pandas.DataFrame
        Indexed by ``school_id``, with ``action``, ``into`` and the enrollments.
    assignments : pandas.DataFrame
        As in :class:`~layoutplan.core.plan.Plan`.
    """
    may_stay = ~((schools["decision"] == "close") & schools["is_decision_given"]).to_numpy()
    is_open = schools["action"].isin(["keep", "open"]).to_numpy()
    moved = assignments[assignments["school_id"] != assignments["school_id_before"]]
    told = _Told(
        case=case,
        status=status,
        school_labels=labels(schools) | {"": text("plan.reason.nowhere", case.language)},
        village_labels=labels(case.villages),
        bound=_by_school(units_without_other(case, times, attendance, may_stay), "school_id"),
        last=_by_school(units_without_other(case, times, attendance, is_open), "school_id"),
        leaving=_by_school(moved, "school_id_before"),
        arriving=_by_school(moved, "school_id"),
    )
    return [told.reason(school) for school in schools.itertuples()]


def units_without_other(
    case: Case, times: TravelTimes, attendance: Attendance, is_usable: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return the units that reach no school within the limit other than the one they attend.

    Parameters
    ----------
    is_usable : (n_schools,) bool
        Schools of the case that count as another school.
    """
    alone = []
    for band in case.bands:
        pairs = times.pairs[band.name]
        can_take = is_usable & teaches(case.schools, band.name).to_numpy()
        within = pairs.where((pairs.milliseconds <= band.limit_ms) & can_take[pairs.school_idx])
        n_in_reach = np.bincount(within.village_idx, minlength=len(case.villages))
        units = attendance.units[attendance.units["band"] == band.name]
        village_idx = times.village_ids.get_indexer(pd.Index(units["village_id"])).astype(np.int32)
        school_idx = times.school_ids.get_indexer(pd.Index(units["school_id"])).astype(np.int32)
        is_own_in_reach = within.lookup(village_idx, school_idx) <= band.limit_ms
        alone.append(units[n_in_reach[village_idx] - is_own_in_reach == 0])
    return pd.concat(alone) if alone else attendance.units.iloc[:0]


def labels(places: pd.DataFrame) -> dict[str, str]:
    """Return what to call each place, by id: its name, with the id where others are called so."""
    is_shared = places["name"].duplicated(keep=False)
    return {
        place_id: f"{name} ({place_id})" if name and is_ambiguous else name or place_id
        for place_id, name, is_ambiguous in zip(
            places.index, places["name"], is_shared, strict=True
        )
    }


@dataclass(frozen=True)
class _Told:
    """What the sentences draw on; the tables by school id."""

    case: Case
    status: Status
    school_labels: dict[str, str]
    village_labels: dict[str, str]
    bound: dict[str, pd.DataFrame]
    last: dict[str, pd.DataFrame]
    leaving: dict[str, pd.DataFrame]
    arriving: dict[str, pd.DataFrame]

    def reason(self, school: Any) -> str:
        """Return the whole reason of a school, a row of the table of schools."""
        if school.action in ("keep", "open"):
            why = self._why_it_stays(school) if school.action == "keep" else self._say("opens")
            return self._sentences(why, self._leavers(school), self._arrivals(school))
        table = self._say("close.table") if self._is_written(school, "close") else ""
        if school.action == "merge":
            return self._sentences(table, self._departures(school))
        if school.kind == "candidate":
            return self._sentences(table or self._by_proof("unbuilt"))
        return self._sentences(table, self._say("close.empty"))

    def _why_it_stays(self, school: Any) -> str:
        """Return the strongest known ground for a school that stays."""
        if self._is_written(school, "keep"):
            return self._say("keep.table")
        if school.decision == "keep" and school.kind == "center":
            return self._say("keep.center")
        small_below = self.case.rules.small_below
        if school.decision == "keep" and school.enrollment >= small_below:
            return self._say("keep.large", pupils=school.enrollment, small_below=small_below)
        if school.Index in self.bound:
            return self._say("keep.bound", groups=self._groups(self.bound[school.Index]))
        if school.Index in self.last:
            return self._say("keep.last", groups=self._groups(self.last[school.Index]))
        return self._by_proof("keep")

    def _arrivals(self, school: Any) -> str:
        """Return whom a school takes in."""
        if school.Index not in self.arriving:
            return ""
        arriving = self.arriving[school.Index]
        return self._say(
            "takes",
            pupils=int(arriving["pupils"].sum()),
            schools=self._shares(arriving.groupby("school_id_before")["pupils"].sum()),
            after=school.enrollment_after,
        )

    def _leavers(self, school: Any) -> str:
        """Return who leaves a school that stays open."""
        if school.Index not in self.leaving:
            return ""
        leaving = self.leaving[school.Index].groupby("school_id")["pupils"].sum()
        return self._say("gives", pupils=int(leaving.sum()), schools=self._shares(leaving))

    def _departures(self, school: Any) -> str:
        """Return where the pupils of a closing school go and how far that is."""
        leaving = self.leaving[school.Index]
        shares = leaving.groupby("school_id")["pupils"].sum()
        longest = [
            self._say(
                "trip",
                band=band.label(self.case.language),
                minutes=f"{most:.1f}",
                limit=f"{band.max_minutes:g}",
            )
            for band in self.case.bands
            if not np.isnan(most := leaving.loc[leaving["band"] == band.name, "minutes"].max())
        ]
        merges = self._say(
            "merge",
            pupils=int(leaving["pupils"].sum()),
            schools=self._shares(shares[school.into.split(BAND_SEPARATOR)]),
            trips=shortlist(longest, self.case.language),
        )
        if np.isinf(leaving["minutes_before"]).any():
            return merges
        before, after = (
            f"{np.average(leaving[column], weights=leaving['pupils']):.1f}"
            for column in ("minutes_before", "minutes")
        )
        return self._sentences(merges, self._say("mean", before=before, after=after))

    def _groups(self, units: pd.DataFrame) -> str:
        """Return pupils by band with the names of their villages."""
        groups = []
        for name, of_band in units.groupby("band", sort=False):
            villages = [self.village_labels[each] for each in of_band["village_id"].unique()]
            groups.append(
                self._say(
                    "group",
                    pupils=int(of_band["pupils"].sum()),
                    band=self.case.band(str(name)).label(self.case.language),
                    villages=shortlist(villages, self.case.language),
                    limit=f"{self.case.band(str(name)).max_minutes:g}",
                )
            )
        return shortlist(groups, self.case.language)

    def _shares(self, pupils: pd.Series[int]) -> str:
        """Return schools with their numbers of pupils."""
        shares = [
            self._say("share", school=self.school_labels[str(school_id)], pupils=n_pupils)
            for school_id, n_pupils in pupils.items()
        ]
        return shortlist(shares, self.case.language)

    def _by_proof(self, what: str) -> str:
        """Return what is known where no rule decides: proven best, or only the best found."""
        proof = "proven" if self.status == "optimal" else "found"
        return text(f"plan.reason.{what}.{proof}", self.case.language)

    def _is_written(self, school: Any, decision: str) -> bool:
        """Return whether the planner's table itself decides so."""
        return bool(school.is_decision_given) and school.decision == decision

    def _say(self, what: str, **facts: object) -> str:
        """Return a sentence in the language of the case."""
        return text(f"plan.reason.{what}", self.case.language, **facts)

    def _sentences(self, *sentences: str) -> str:
        """Return the sentences that are not empty, one after the other."""
        between = "" if self.case.language == "zh" else " "
        return between.join(sentence for sentence in sentences if sentence)


def _by_school(rows: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """Return the rows of each school named in `column`."""
    return {str(school_id): of_school for school_id, of_school in rows.groupby(column)}
