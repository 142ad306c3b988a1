"""Why each school stays, changes, merges, closes or opens, in a sentence that can be read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case, teaches
from layoutplan.core.limits import boarding_limits_ms, day_limits_ms
from layoutplan.core.schema import ASSIGNMENTS_CSV, BAND_SEPARATOR, Status
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes
from layoutplan.plan import changes
from layoutplan.plan.phrases import Phrases
from layoutplan.texts import text

_OPEN: Final = ("keep", "open", "expand", "downgrade")
_ROW: Final = list(ASSIGNMENTS_CSV)


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
    may_stay = ~((schools["decision"] == "close") & schools["is_decision_given"])
    lasting = case.schools[may_stay.to_numpy()].assign(beds=_most_beds(case)[may_stay.to_numpy()])
    opened = schools[schools["action"].isin(_OPEN)].assign(bands=_bands_after(case, schools))
    moved = assignments[assignments["school_id"] != assignments["school_id_before"]]
    boarding = assignments[assignments["how"] == "board"]
    told = _Told(
        words=Phrases(
            case=case,
            status=status,
            schools=labels(schools) | {"": text("plan.reason.nowhere", case.language)},
            villages=labels(case.villages),
        ),
        bound=_by_school(units_without_other(case, times, attendance, lasting), "school_id"),
        last=_by_school(units_without_other(case, times, attendance, opened), "school_id"),
        attending=_by_school(assignments, "school_id_before"),
        leaving=_by_school(moved, "school_id_before"),
        arriving=_by_school(moved, "school_id"),
        boarding=_by_school(boarding, "school_id"),
    )
    return [told.reason(school) for school in schools.itertuples()]


def units_without_other(
    case: Case, times: TravelTimes, attendance: Attendance, others: pd.DataFrame
) -> pd.DataFrame:
    """Return the units that reach no school within the limit other than the one they attend.

    Where a band may board, a school with beds is within the limit of the weekly trip too.

    Parameters
    ----------
    others : pandas.DataFrame
        Schools of the case that count as another, indexed by id: ``bands`` and ``beds``.
    """
    alone = []
    school_ids = case.schools.index
    for band in case.bands:
        pairs = times.pairs[band.name]
        can_take = teaches(others, band.name).reindex(school_ids, fill_value=False).to_numpy()
        has_beds = (others["beds"] > 0).reindex(school_ids, fill_value=False).to_numpy()
        day, boarding = day_limits_ms(case, band), boarding_limits_ms(case, band)
        in_reach = (pairs.milliseconds <= day[pairs.village_idx]) | (
            has_beds[pairs.school_idx] & (pairs.milliseconds <= boarding[pairs.village_idx])
        )
        within = pairs.where(in_reach & can_take[pairs.school_idx])
        n_in_reach = np.bincount(within.village_idx, minlength=len(case.villages))
        units = attendance.units[attendance.units["band"] == band.name]
        village_idx = times.village_ids.get_indexer(pd.Index(units["village_id"])).astype(np.int32)
        school_idx = times.school_ids.get_indexer(pd.Index(units["school_id"])).astype(np.int32)
        is_own_in_reach = within.lookup(village_idx, school_idx) != UNREACHED_MS
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

    words: Phrases
    bound: dict[str, pd.DataFrame]
    last: dict[str, pd.DataFrame]
    attending: dict[str, pd.DataFrame]
    leaving: dict[str, pd.DataFrame]
    arriving: dict[str, pd.DataFrame]
    boarding: dict[str, pd.DataFrame]

    def reason(self, school: Any) -> str:
        """Return the whole reason of a school, a row of the table of schools."""
        say, sentences = self.words.say, self.words.sentences
        if school.action in _OPEN:
            leavers = "" if school.action == "downgrade" else self._leavers(school)
            return sentences(
                self._why_it_is_open(school),
                leavers,
                self._arrivals(school),
                self._boarders(school),
            )
        table = say("close.table") if self._is_written(school, "close") else ""
        if school.action == "merge":
            return sentences(table, self._departures(school))
        if school.kind == "candidate":
            return sentences(table or self.words.by_proof("unbuilt"))
        return sentences(table, say("close.empty"))

    def _why_it_is_open(self, school: Any) -> str:
        """Return why a school stays, opens, grows or becomes a teaching point."""
        if school.action == "downgrade":
            attending = self.attending.get(school.Index, pd.DataFrame(columns=_ROW))
            return changes.teaching_point(
                self.words, school, attending, self.bound.get(school.Index)
            )
        if school.action == "open":
            cost = changes.money(self.words, school)
            return self.words.sentences(self.words.say("opens"), cost)
        stays = self._why_it_stays(school)
        if school.action == "expand":
            return self.words.sentences(stays, changes.step(self.words, school))
        return stays

    def _why_it_stays(self, school: Any) -> str:
        """Return the strongest known ground for a school that stays."""
        say, groups = self.words.say, self.words.groups
        if self._is_written(school, "keep"):
            return say("keep.table")
        if school.decision == "keep" and school.kind == "center":
            return say("keep.center")
        small_below = self.words.case.rules.small_below
        if school.decision == "keep" and school.enrollment >= small_below:
            return say("keep.large", pupils=school.enrollment, small_below=small_below)
        if school.Index in self.bound:
            return say("keep.bound", groups=groups(self.bound[school.Index]))
        if school.Index in self.last:
            return say("keep.last", groups=groups(self.last[school.Index]))
        return self.words.by_proof("keep")

    def _arrivals(self, school: Any) -> str:
        """Return whom a school takes in."""
        if school.Index not in self.arriving:
            return ""
        arriving = self.arriving[school.Index]
        return self.words.say(
            "takes",
            pupils=int(arriving["pupils"].sum()),
            schools=self.words.shares(arriving.groupby("school_id_before")["pupils"].sum()),
            after=school.enrollment_after,
        )

    def _boarders(self, school: Any) -> str:
        """Return who boards at a school."""
        boarding = self.boarding.get(school.Index)
        return "" if boarding is None else changes.boarders(self.words, boarding)

    def _leavers(self, school: Any) -> str:
        """Return who leaves a school that stays open."""
        if school.Index not in self.leaving:
            return ""
        leaving = self.leaving[school.Index].groupby("school_id")["pupils"].sum()
        return self.words.say(
            "gives", pupils=int(leaving.sum()), schools=self.words.shares(leaving)
        )

    def _departures(self, school: Any) -> str:
        """Return where the pupils of a closing school go and how far that is."""
        leaving = self.leaving[school.Index]
        shares = leaving.groupby("school_id")["pupils"].sum()
        merges = self.words.say(
            "merge",
            pupils=int(leaving["pupils"].sum()),
            schools=self.words.shares(shares[school.into.split(BAND_SEPARATOR)]),
            trips=self.words.trips(leaving),
        )
        if np.isinf(leaving["minutes_before"]).any() or (leaving["how"] == "board").any():
            return merges
        before, after = (
            f"{np.average(leaving[column], weights=leaving['pupils']):.1f}"
            for column in ("minutes_before", "minutes")
        )
        return self.words.sentences(merges, self.words.say("mean", before=before, after=after))

    def _is_written(self, school: Any, decision: str) -> bool:
        """Return whether the planner's table itself decides so."""
        return bool(school.is_decision_given) and school.decision == decision


def _most_beds(case: Case) -> pd.Series[int]:
    """Return the beds that each school of a case may have, with the step that adds the most."""
    beds: pd.Series[int] = case.schools["beds"].copy()
    for step in case.expansions:
        most = case.schools.loc[step.school_id, "beds"] + step.beds
        beds[step.school_id] = max(beds[step.school_id], most)
    return beds


def _bands_after(case: Case, schools: pd.DataFrame) -> list[str]:
    """Return the bands of the schools that are open; of a teaching point the low ones."""
    low = case.rules.teaching_point_bands
    return [
        BAND_SEPARATOR.join(
            band for band in bands.split(BAND_SEPARATOR) if action != "downgrade" or band in low
        )
        for bands, action in zip(schools["bands"], schools["action"], strict=True)
        if action in _OPEN
    ]


def _by_school(rows: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    """Return the rows of each school named in `column`."""
    return {str(school_id): of_school for school_id, of_school in rows.groupby(column)}
