"""The words that reasons are put together from, in the language of a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10

import numpy as np
import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.limits import boarding_limits_of, day_limits_of
from layoutplan.core.schema import MS_PER_MINUTE, Status
from layoutplan.errors import shortlist
from layoutplan.texts import text


@dataclass(frozen=True)
class Phrases:
    """Says things of the schools, villages and bands of a case.

    Parameters
    ----------
    case : Case
        Its language is spoken.
    status : {"optimal", "within_gap", "time_limit"}
        What is proven of the plan.
    schools, villages : dict
        What to call each, by id.
    """

    case: Case
    status: Status
    schools: dict[str, str]
    villages: dict[str, str]

    def say(self, what: str, **facts: object) -> str:
        """Return the sentence ``plan.reason.<what>``."""
        return text(f"plan.reason.{what}", self.case.language, **facts)

    def sentences(self, *sentences: str) -> str:
        """Return the sentences that are not empty, one after the other."""
        between = "" if self.case.language == "zh" else " "
        return between.join(sentence for sentence in sentences if sentence)

    def by_proof(self, what: str) -> str:
        """Return what is known where no rule decides: proven best, or only the best found."""
        proof = "proven" if self.status == "optimal" else "found"
        return self.say(f"{what}.{proof}")

    def shortlist(self, items: Iterable[str]) -> str:
        """Return the first of some items, and how many more there are."""
        return shortlist(items, self.case.language)

    def bands(self, names: Iterable[object]) -> str:
        """Return bands by their grades, in the order of the case."""
        asked = set(names)
        return self.shortlist(
            band.label(self.case.language) for band in self.case.bands if band.name in asked
        )

    def shares(self, pupils: pd.Series[int]) -> str:
        """Return schools with their numbers of pupils."""
        return self.shortlist(
            self.say("share", school=self.schools[str(school_id)], pupils=n_pupils)
            for school_id, n_pupils in pupils.items()
        )

    def groups(self, units: pd.DataFrame) -> str:
        """Return pupils by band with the names of their villages."""
        groups = []
        for name, of_band in units.groupby("band", sort=False):
            villages = [self.villages[each] for each in of_band["village_id"].unique()]
            limits = day_limits_of(self.case, of_band) / MS_PER_MINUTE
            groups.append(
                self.say(
                    "group",
                    pupils=int(of_band["pupils"].sum()),
                    band=self.bands([name]),
                    villages=self.shortlist(villages),
                    limit=f"{limits.max():g}",
                )
            )
        return self.shortlist(groups)

    def trips(self, rows: pd.DataFrame) -> str:
        """Return the longest trip of each band, by day and to board, with its limit."""
        limits = np.where(
            rows["how"] == "board",
            boarding_limits_of(self.case, rows),
            day_limits_of(self.case, rows),
        )
        known = rows.assign(limit=limits / MS_PER_MINUTE)[np.isfinite(rows["minutes"])]
        longest = []
        for band in self.case.bands:
            for how, key in (("day", "trip"), ("board", "trip.board")):
                trips = known[(known["band"] == band.name) & (known["how"] == how)]
                if len(trips):
                    trip = trips.loc[trips["minutes"].idxmax()]
                    minutes, limit = f"{trip['minutes']:.1f}", f"{trip['limit']:g}"
                    label = band.label(self.case.language)
                    longest.append(self.say(key, band=label, minutes=minutes, limit=limit))
        return self.shortlist(longest)


def amount(money: float) -> str:
    """Return money with its thousands apart, and its hundredths where there are any.

    Examples
    --------
    >>> amount(1200000.0), amount(33.5)
    ('1,200,000', '33.50')
    """
    return f"{money:,.0f}" if money == round(money) else f"{money:,.2f}"


def decimals_apart(minutes: float, other: float) -> int:
    """Return with how many decimals two times are told so that the longer one is seen to be so.

    Examples
    --------
    >>> decimals_apart(32.04, 30.0), decimals_apart(30.03, 30.0), decimals_apart(30.0, 30.0)
    (1, 2, 1)
    """
    over = minutes - other
    return 1 if over <= 0 or over >= 0.05 else -floor(log10(over))
