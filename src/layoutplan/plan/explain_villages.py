"""Why pupils go where they go: before, after, and the next best school and why not that one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.limits import boarding_limits_of, day_limits_of
from layoutplan.core.plan import Plan
from layoutplan.core.schema import BAND_SEPARATOR, CLOSED_ACTIONS, MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes
from layoutplan.plan.phrases import decimals_apart
from layoutplan.plan.reasons import labels
from layoutplan.texts import text

COLUMNS = (
    "village_id", "band", "pupils", "school_id_before", "minutes_before", "school_id", "minutes",
    "next_school_id", "next_minutes", "why_not", "sentence",
)  # fmt: skip

Row = Mapping[Hashable, Any]


def explain_villages(case: Case, plan: Plan, trips: TravelTimes) -> pd.DataFrame:
    """Return why all who go elsewhere than today go where they go.

    Parameters
    ----------
    case : Case
        Its language is that of the sentences.
    plan : Plan
        Of this case.
    trips : TravelTimes
        Of the case, as far as they are known beyond the limits too.

    Returns
    -------
    pandas.DataFrame
        As :class:`~layoutplan.core.opposite.Explanation` says.
    """
    rows = plan.assignments
    moved = rows[rows["school_id"] != rows["school_id_before"]]
    found = _Found(case, plan, trips, moved)
    told = moved.assign(
        next_school_id=found.next_school_id,
        next_minutes=found.next_ms / MS_PER_MINUTE,
        why_not=found.why_not,
    )
    told.loc[told["next_school_id"] == "", "next_minutes"] = np.inf
    told["sentence"] = [_sentence(found, row) for row in told.to_dict("records")]
    return told.reset_index(drop=True)[list(COLUMNS)]


@dataclass(frozen=True)
class _Found:
    """What the rows that move are told by, all as arrays over the rows."""

    case: Case
    plan: Plan
    trips: TravelTimes
    moved: pd.DataFrame

    @cached_property
    def ms(self) -> NDArray[np.int64]:
        """(rows, schools) Trips, `UNREACHED_MS` where none is known or the school is no other."""
        ms = self._all_ms
        village_schools = self.plan.schools.index.get_indexer(pd.Index(self.moved["school_id"]))
        ms[np.arange(len(ms)), village_schools] = UNREACHED_MS
        ms[:, self.plan.schools["action"].isin(CLOSED_ACTIONS).to_numpy()] = UNREACHED_MS
        # A school that does not teach them counts only where it would be nearer.
        is_nearer = ms < self.own_ms[:, None]
        return np.where(self.teaches | is_nearer, ms, UNREACHED_MS)

    @property
    def _all_ms(self) -> NDArray[np.int64]:
        """(rows, schools) Trips to every school of the plan."""
        village_idx = self.trips.village_ids.get_indexer(pd.Index(self.moved["village_id"]))
        school_idx = self.trips.school_ids.get_indexer(self.plan.schools.index).astype(np.int32)
        ms = np.full((len(self.moved), len(school_idx)), UNREACHED_MS, dtype=np.int64)
        for band in self.case.bands:
            is_here = (self.moved["band"] == band.name).to_numpy()
            asked = np.repeat(village_idx[is_here].astype(np.int32), len(school_idx))
            found = self.trips.pairs[band.name].lookup(
                asked, np.tile(school_idx, np.count_nonzero(is_here))
            )
            ms[is_here] = found.reshape(-1, len(school_idx))
        return ms

    @cached_property
    def own_ms(self) -> NDArray[np.int64]:
        """(rows,) The trip to the school they go to."""
        minutes = self.moved["minutes"].to_numpy(dtype=np.float64)
        return np.where(
            np.isfinite(minutes), np.rint(minutes * MS_PER_MINUTE), UNREACHED_MS
        ).astype(np.int64)

    @cached_property
    def teaches(self) -> NDArray[np.bool_]:
        """(rows, schools) Whether each school teaches their band under the plan."""
        schools = self.plan.schools
        low = self.case.rules.teaching_point_bands
        taught = [
            {band for band in bands.split(BAND_SEPARATOR) if action != "downgrade" or band in low}
            for bands, action in zip(
                self.case.schools["bands"].reindex(schools.index), schools["action"], strict=True
            )
        ]
        by_band = {
            band.name: np.array([band.name in bands for bands in taught], dtype=bool)
            for band in self.case.bands
        }
        found = [by_band[band] for band in self.moved["band"]]
        return np.array(found, dtype=bool).reshape(len(self.moved), len(schools))

    @cached_property
    def next_idx(self) -> NDArray[np.intp]:
        """(rows,) Position in the plan's schools of the next best; of the first by id if equal."""
        return self.ms.argmin(axis=1) if len(self.moved) else np.empty(0, dtype=np.intp)

    @cached_property
    def next_ms(self) -> NDArray[np.int64]:
        """(rows,) The trip to the next best."""
        return self.ms[np.arange(len(self.moved)), self.next_idx]

    @cached_property
    def next_school_id(self) -> NDArray[np.object_]:
        """(rows,) The next best, empty where no other open school is known."""
        ids = self.plan.schools.index.to_numpy(dtype=object)[self.next_idx]
        return np.where(self.next_ms < UNREACHED_MS, ids, "")

    @cached_property
    def limit_ms(self) -> NDArray[np.int64]:
        """(rows,) The longest trip of a day pupil."""
        return day_limits_of(self.case, self.moved)

    @property
    def why_not(self) -> list[str]:
        """Why none of the rows goes to its next best; empty where there is none."""
        rows, schools = len(self.moved), self.plan.schools.iloc[self.next_idx]
        pupils = self.moved["pupils"].to_numpy()
        boards = self.next_ms > self.limit_ms
        may_board = (self.next_ms <= boarding_limits_of(self.case, self.moved)) & (
            schools["beds"].to_numpy() > 0
        )
        is_full_today = (schools["enrollment_before"] > schools["seats"]).to_numpy()
        beds_left = (schools["beds"] - schools["boarders_after"]).to_numpy()
        seats_left = (schools["seats"] - schools["enrollment_after"]).to_numpy()
        keeps = self.case.rules.over_limit_today == "keep"
        causes = {
            "": self.next_ms == UNREACHED_MS,
            "not_taught": ~self.teaches[np.arange(rows), self.next_idx],
            "over_limit": boards & ~may_board,
            "farther": self.next_ms > self.own_ms,
            "no_beds": boards & (beds_left < pupils),
            "receives_nobody": is_full_today & keeps,
            "full": seats_left < pupils,
            "rule": np.full(rows, self._has_rules_on_who_goes_where),
        }
        is_first = np.argmax([*causes.values(), np.ones(rows, dtype=bool)], axis=0)
        names = [*causes, "objectives"]
        return [names[cause] for cause in is_first]

    @property
    def _has_rules_on_who_goes_where(self) -> bool:
        """Whether the case has rules that lead pupils past a nearer school."""
        rules = self.case.rules
        return bool(
            rules.movement == "whole_school"
            or rules.siblings_together
            or rules.villages_together
            or rules.contiguous
            or rules.must_merge_into
            or rules.never_merge_into
            or rules.border_swaps
        )

    @cached_property
    def village_labels(self) -> dict[str, str]:
        """What to call each village."""
        return labels(self.case.villages)

    @cached_property
    def school_labels(self) -> dict[str, str]:
        """What to call each school."""
        return labels(self.case.schools)

    def school(self, school_id: str, minutes: float, n_decimals: int = 1) -> str:
        """Return a school with the way there."""
        language = self.case.language
        if not school_id:
            return text("why.village.nowhere", language)
        school = self.school_labels[school_id]
        if not np.isfinite(minutes):
            return text("why.village.no_path", language, school=school)
        return text(
            "why.village.school", language, school=school, minutes=f"{minutes:.{n_decimals}f}"
        )


def _sentence(found: _Found, row: Row) -> str:
    """Return one row as a sentence."""
    language = found.case.language
    return text(
        "why.village",
        language,
        pupils=row["pupils"],
        band=found.case.band(str(row["band"])).label(language),
        village=found.village_labels[str(row["village_id"])],
        before=found.school(str(row["school_id_before"]), row["minutes_before"]),
        after=found.school(str(row["school_id"]), row["minutes"]),
        next_best=_next_best(found, row),
    )


def _next_best(found: _Found, row: Row) -> str:
    """Return the next best school and why not that one."""
    language, why_not = found.case.language, str(row["why_not"])
    if not why_not:
        return text("why.next.none", language)
    minutes, own = row["next_minutes"], row["minutes"]
    school = found.plan.schools.loc[str(row["next_school_id"])]
    limit = float(
        day_limits_of(found.case, pd.DataFrame([row])[["village_id", "band"]])[0] / MS_PER_MINUTE
    )
    is_bed = why_not == "no_beds"
    places = decimals_apart(minutes, limit if why_not == "over_limit" else own)
    cause = text(
        f"why.not.{why_not}",
        language,
        over=f"{minutes - limit:.{places}f}",
        limit=f"{limit:g}",
        farther=f"{minutes - own:.{places}f}",
        beds=int(school["beds"]),
        seats=int(school["seats"]),
        taken=int(school["boarders_after" if is_bed else "enrollment_after"]),
    )
    told = found.school(str(row["next_school_id"]), minutes, places)
    return text("why.next", language, school=told, why_not=cause)
