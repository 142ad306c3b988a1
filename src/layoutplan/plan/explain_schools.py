"""Why each screened school stays or merges, and what the opposite would cost, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from layoutplan.core.case import Case, teaches
from layoutplan.core.limits import boarding_limits_of, day_limits_of
from layoutplan.core.opposite import Opposite
from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS, MS_PER_MINUTE
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import NAMED, shortlist
from layoutplan.plan.phrases import decimals_apart
from layoutplan.plan.reasons import labels
from layoutplan.texts import text

_MONEY = ("yearly_cost", "one_off_cost")


def explain_schools(plan: Plan, opposites: Sequence[Opposite]) -> pd.DataFrame:
    """Return what the opposite of each decision would add, without the sentences.

    Returns
    -------
    pandas.DataFrame
        As :class:`~layoutplan.core.opposite.Explanation` says, without ``sentence``.
    """
    names = dict.fromkeys(change.name for each in opposites for change in each.changes)
    goals = [result.name for result in plan.objective]
    rows = pd.DataFrame(
        {
            "action": [plan.schools.loc[each.school_id, "action"] for each in opposites],
            "opposite": [each.decision for each in opposites],
            "status": [each.status for each in opposites],
            "pupils_alone": [int(each.alone["pupils"].sum()) for each in opposites],
        },
        index=pd.Index([each.school_id for each in opposites], name="school_id"),
    )
    changes = [{change.name: change for change in each.changes} for each in opposites]
    for name in names:
        deltas = [each[name].delta if name in each else np.nan for each in changes]
        rows[f"delta_{name}"] = np.array(deltas, dtype=np.float64)
    for name in (name for name in names if name in goals):
        least = [each[name].least_delta if name in each else np.nan for each in changes]
        rows[f"least_delta_{name}"] = np.array(least, dtype=np.float64)
    return rows


@dataclass(frozen=True)
class Teller:
    """Tells opposites in the language of the case.

    Parameters
    ----------
    case, plan
        The case, and a plan of it.
    trips : TravelTimes
        Of the case, as far as they are known beyond the limits too.
    seconds : float
        Time that each opposite had.
    n_shown : int
        Villages named in a sentence.
    """

    case: Case
    plan: Plan
    trips: TravelTimes
    seconds: float
    n_shown: int = NAMED

    def sentence(self, opposite: Opposite) -> str:
        """Return why a school stays, if it does, and what the opposite would cost."""
        school = self.plan.schools.loc[opposite.school_id]
        if school["action"] in CLOSED_ACTIONS:
            return self._cost(opposite, "build" if school["kind"] == "candidate" else "keep")
        head = self._say(f"why.stays.{school['action']}", seats=int(school["seats"]))
        decided = self._decided(school)
        if opposite.status == "impossible":
            what = "open" if school["action"] == "open" else "close"
            why = self._why_impossible(opposite)
            if decided:
                cannot = self._say("why.impossible.close.decided", why=why)
                return self._sentences(self._say(decided, head=head), cannot)
            return self._say(f"why.impossible.{what}", head=head, why=why)
        is_best = self.plan.status == "optimal" and opposite.status == "proven"
        ground = decided or ("why.ground.best" if is_best else "why.ground.found")
        return self._sentences(self._say(ground, head=head), self._cost(opposite, "close"))

    def changes(self, opposite: Opposite) -> str:
        """Return what differs, objective by objective."""
        told = [
            self._say(
                f"why.{'rise' if each.delta > 0 else 'fall'}.{each.name}",
                n=told_number(abs(each.delta), each.name),
            )
            for each in opposite.changes
            if each.delta
        ]
        between = text("list.separator", self.case.language)
        return between.join(told) or self._say("why.same")

    def _decided(self, school: pd.Series) -> str:
        """Return the key of what says that a school stays whatever the plan, else nothing."""
        if school["decision"] != "keep":
            return ""
        is_written = bool(school["is_decision_given"])
        return "why.ground.table.keep" if is_written else "why.ground.center.keep"

    def _cost(self, opposite: Opposite, what: str) -> str:
        """Return what the opposite costs, or why there is none."""
        seconds = f"{self.seconds:g}"
        if opposite.status == "impossible":
            return self._say(f"why.impossible.{what}", why=self._why_impossible(opposite))
        if opposite.status == "unknown":
            return self._say(f"why.proof.unknown.{what}", seconds=seconds)
        best = "cost" if opposite.status == "proven" else "found"
        return self._sentences(
            self._say(f"why.{best}.{what}", changes=self.changes(opposite)),
            self._say(f"why.proof.{opposite.status}", seconds=seconds),
        )

    def _why_impossible(self, opposite: Opposite) -> str:
        """Return what forbids the opposite: pupils without a school, places, or rules."""
        language = self.case.language
        if len(opposite.alone):
            return self._say("why.cause.alone", groups=self._groups(opposite))
        if opposite.reasons:
            return self._sentences(
                *(each.message_in(language, n_shown=self.n_shown) for each in opposite.reasons)
            )
        if opposite.rules:
            rules = self._say("why.or").join(opposite.rules)
            return self._say("why.cause.rules", rules=rules)
        return self._say("why.cause.together")

    def _groups(self, opposite: Opposite) -> str:
        """Return the pupils whom no other school can take, by band and limit."""
        units = opposite.alone.assign(
            limit_ms=day_limits_of(self.case, opposite.alone),
            boarding_ms=boarding_limits_of(self.case, opposite.alone),
        )
        groups = []
        for _, same in units.groupby(["band", "limit_ms", "boarding_ms"], sort=False):
            first = same.iloc[0]
            villages = [self._alone(opposite.school_id, unit) for unit in same.to_dict("records")]
            groups.append(
                self._say(
                    "why.alone.boarding" if first["boarding_ms"] else "why.alone",
                    pupils=int(same["pupils"].sum()),
                    band=self.case.band(first["band"]).label(self.case.language),
                    limit=f"{first['limit_ms'] / MS_PER_MINUTE:g}",
                    boarding_limit=f"{first['boarding_ms'] / MS_PER_MINUTE:g}",
                    villages=shortlist(villages, self.case.language, n_shown=self.n_shown),
                )
            )
        return shortlist(groups, self.case.language, n_shown=self.n_shown)

    def _alone(self, school_id: str, unit: Mapping[Hashable, Any]) -> str:
        """Return the pupils of one village with the nearest other school."""
        village_id, band = str(unit["village_id"]), str(unit["band"])
        limit = unit["limit_ms"] / MS_PER_MINUTE
        facts: dict[str, object] = {
            "village": self._village_labels[village_id],
            "pupils": unit["pupils"],
        }
        nearest, minutes = self._nearest(village_id, band, school_id)
        if not nearest:
            return self._say("why.alone.no_way", **facts)
        places = decimals_apart(minutes, limit)
        facts |= {"school": self._school_labels[nearest], "minutes": f"{minutes:.{places}f}"}
        if minutes <= limit:
            return self._say("why.alone.as_a_whole", **facts)
        return self._say("why.alone.nearest", over=f"{minutes - limit:.{places}f}", **facts)

    def _nearest(self, village_id: str, band: str, school_id: str) -> tuple[str, float]:
        """Return the nearest other school that teaches a band and may be open, and the way."""
        may_take = (
            teaches(self.case.schools, band)
            & (self.case.schools["decision"] != "close")
            & (self.case.schools.index != school_id)
        ).to_numpy()
        pairs = self.trips.pairs[band]
        village = self.trips.village_ids.get_indexer(pd.Index([village_id]))[0]
        first, last = np.searchsorted(pairs.village_idx, [village, village + 1])
        schools, ms = pairs.school_idx[first:last], pairs.milliseconds[first:last]
        is_other = may_take[schools]
        if not is_other.any():
            return "", np.inf
        nearest = np.flatnonzero(is_other)[ms[is_other].argmin()]
        return str(self.trips.school_ids[schools[nearest]]), float(ms[nearest] / MS_PER_MINUTE)

    @cached_property
    def _village_labels(self) -> dict[str, str]:
        """What to call each village."""
        return labels(self.case.villages)

    @cached_property
    def _school_labels(self) -> dict[str, str]:
        """What to call each school."""
        return labels(self.case.schools)

    def _say(self, key: str, /, **facts: object) -> str:
        """Return a sentence in the language of the case."""
        return text(key, self.case.language, **facts)

    def _sentences(self, *sentences: str) -> str:
        """Return the sentences that are not empty, one after the other."""
        between = "" if self.case.language == "zh" else " "
        return between.join(sentence for sentence in sentences if sentence)


def told_number(value: float, name: str) -> str:
    """Return an amount of an objective as people read it.

    Examples
    --------
    >>> told_number(1215.06585, "pupil_minutes"), told_number(0.0205, "pupil_minutes")
    ('1,215.1', '0.021')
    """
    if value == round(value):
        return f"{value:,.0f}"
    if name in _MONEY:
        return f"{value:,.2f}"
    return f"{value:,.1f}" if abs(value) >= 0.1 else f"{value:.2g}"
