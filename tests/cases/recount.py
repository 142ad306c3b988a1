"""The tables of a plan as plain values, to recount what a hand edit of it means.

Written from docs/hand-edit.md and MODEL's rules, not from what the page does: minutes come from
`plan.times`, limits from `plan.bands` and `plan.rules`. Times are whole hundredths of a minute,
rounded up, as the page has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from layoutplan.core.plan import Plan

STEP_MS = 600
OPEN = ("keep", "open", "expand", "downgrade")


@dataclass(frozen=True)
class Unit:
    """A row of assignments.csv."""

    village: str
    band: str
    today: str
    planned: str
    how: str
    pupils: int


class Tables:
    """The tables of a plan as plain values."""

    def __init__(self, plan: Plan) -> None:
        assert plan.times is not None
        self.rules: dict[str, Any] = {
            "movement": "by_village", "over_limit_today": "keep", "boarding": "beyond_reach",
            "min_enrollment": 0, "max_closures": None, "open_exactly": None,
            "closest_open": False, "one_per_township": (), "must_merge_into": (),
            "never_merge_into": (), "teaching_point_bands": (), "exceptions": (),
            "expansions": (), **plan.rules,
        }  # fmt: skip
        self.bands = {band.name: band for band in plan.bands}
        self.schools = plan.schools.drop(columns="geometry").to_dict("index")
        columns = ["village_id", "band", "school_id_before", "school_id", "how", "pupils"]
        self.units = [Unit(*row) for row in plan.assignments[columns].itertuples(index=False)]
        self.trips = {
            (plan.times.village_ids[village], plan.times.school_ids[school], band): -(
                -int(milliseconds) // STEP_MS
            )
            for band, pairs in plan.times.pairs.items()
            for village, school, milliseconds in zip(
                pairs.village_idx, pairs.school_idx, pairs.milliseconds, strict=True
            )
        }
        self.today = dict.fromkeys(self.schools, 0)
        for unit in self.units:
            if unit.today:
                self.today[unit.today] += unit.pupils

    def limit(self, unit: Unit, key: str) -> int:
        band = self.bands[unit.band]
        minutes = band.max_minutes
        if key == "max_boarding_minutes":
            minutes = (band.max_boarding_minutes or 0.0) if band.boarding else 0.0
            if not band.boarding:
                return 0
        for each in self.rules["exceptions"]:
            if each["band"] == unit.band and unit.village in each["villages"]:
                minutes = minutes if each[key] is None else each[key]
        return int(round(minutes * 60_000) // STEP_MS)

    def stays_over(self, unit: Unit) -> bool:
        return self.rules["over_limit_today"] == "keep" or any(
            each["stay"] and each["band"] == unit.band and unit.village in each["villages"]
            for each in self.rules["exceptions"]
        )

    def trip(self, unit: Unit, school: str) -> int | None:
        return self.trips.get((unit.village, school, unit.band))

    def how(self, unit: Unit, school: str, beds: bool) -> str:
        """Return "day", "board", or "" where the limits do not let a unit go there."""
        if school == unit.today and self.stays_over(unit):
            return "day"
        trip = self.trip(unit, school)
        if trip is None:
            return ""
        if trip <= self.limit(unit, "max_minutes"):
            return "day"
        return "board" if beds and trip <= self.limit(unit, "max_boarding_minutes") else ""

    def teaches(self, school: str, band: str, today: bool = False) -> bool:
        row = self.schools[school]
        names = row["bands"].split(";")
        if row["action"] == "downgrade" and not today:
            names = [name for name in names if name in self.rules["teaching_point_bands"]]
        return band in names

    def stays_when_open(self, unit: Unit) -> bool:
        """Return whether today's school, where it is open, would have to keep a unit."""
        if not unit.today or not self.teaches(unit.today, unit.band, today=True):
            return False
        row = self.schools[unit.today]
        grows = {each["school_id"] for each in self.rules["expansions"] if each["beds"] > 0}
        if not self.how(unit, unit.today, row["beds"] > 0 or unit.today in grows):
            return False
        return self.rules["over_limit_today"] == "keep" or self.today[unit.today] <= row["seats"]

    def admits(self, school: str) -> bool:
        is_kept = self.rules["over_limit_today"] == "keep"
        return not is_kept or self.schools[school]["seats"] >= self.today[school]

    def room(self, school: str) -> int:
        is_kept = self.rules["over_limit_today"] == "keep"
        seats = int(self.schools[school]["seats"])
        return max(seats, self.today[school]) if is_kept else seats

    def least(self, school: str) -> int:
        row = self.schools[school]
        if row["kind"] == "teaching_point" or row["action"] == "downgrade":
            return 0
        least = int(self.rules["min_enrollment"])
        for each in self.rules["exceptions"]:
            if school in each["schools"] and each["min_enrollment"] is not None:
                least = each["min_enrollment"]
        return least

    def groups(self, rows: Iterable[int]) -> list[list[int]]:
        """Return the rows that move as one, those with the most pupils first."""
        found: dict[object, list[int]] = {}
        for row in rows:
            unit = self.units[row]
            is_whole = self.rules["movement"] == "whole_school" and self.stays_when_open(unit)
            found.setdefault((unit.today, unit.band) if is_whole else row, []).append(row)
        return sorted(found.values(), key=lambda each: (-self.size(each), each[0]))

    def size(self, rows: list[int]) -> int:
        return sum(self.units[row].pupils for row in rows)

    def options(self, rows: list[int], opened: set[str]) -> list[tuple[int, str, int]]:
        """Return (steps times pupils, school, boarders) of the schools that may have all rows."""
        first = self.units[rows[0]]
        led = {into for leaving, into in self.rules["must_merge_into"] if leaving == first.today}
        barred = {
            into for leaving, into in self.rules["never_merge_into"] if leaving == first.today
        }
        found = []
        for school in opened:
            if (first.village, school, first.band) not in self.trips:
                continue
            if not self.teaches(school, first.band):
                continue
            if school != first.today and (school in barred or (led and school not in led)):
                continue
            units = [self.units[row] for row in rows]
            hows = [self.how(unit, school, self.schools[school]["beds"] > 0) for unit in units]
            if "" in hows:
                continue
            steps = sum(unit.pupils * (self.trip(unit, school) or 0) for unit in units)
            boarders = sum(
                unit.pupils for unit, how in zip(units, hows, strict=True) if how == "board"
            )
            found.append((steps, school, boarders))
        found.sort()
        is_beyond = self.rules["boarding"] == "beyond_reach"
        if is_beyond and any(
            school != first.today and not boarders and self.admits(school)
            for _, school, boarders in found
        ):
            return [each for each in found if not each[2]]
        return found
