"""A small town as plain Python values, and every plan that it could have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.neighbors import neighbors
from layoutplan.core.solution import Solution
from layoutplan.core.travel_times import UNREACHED_MS


@dataclass(frozen=True)
class Unit:
    """Pupils of one village, band and school today."""

    village: str
    band: str
    today: str
    pupils: int


@dataclass(frozen=True)
class Way:
    """What a school may become when it is open; closed is None."""

    action: str
    kind: str
    seats: int
    beds: int
    least: int
    bands: frozenset[str]
    yearly: int
    once: int


Trips = dict[tuple[str, str, str], int]
Ways = dict[str, Way | None]


class Town:
    """The tables of a case and its attendance as plain values.

    Attributes
    ----------
    units : list of Unit
    schools : dict of school id to its columns
    trips : dict of (village, school, band) to milliseconds, of the trips that have a path
    ways : dict of school id to what it may become
    near : dict of (village, band) to the neighboring villages with pupils of the band
    """

    def __init__(self, case: Case, attendance: Attendance) -> None:
        assert case.travel_times is not None
        self.case = case
        self.bands = {band.name: band for band in case.bands}
        self.schools = case.schools.drop(columns="geometry").to_dict("index")
        self.homes = case.villages["township"].to_dict()
        columns = ["village_id", "band", "school_id", "pupils"]
        self.units = [Unit(*row) for row in attendance.units[columns].itertuples(index=False)]
        self.today = dict.fromkeys(self.schools, 0)
        for unit in self.units:
            if unit.today:
                self.today[unit.today] += unit.pupils
        self.trips = {
            (case.villages.index[village], case.schools.index[school], band): int(milliseconds)
            for band, pairs in case.travel_times.pairs.items()
            for village, school, milliseconds in zip(
                pairs.village_idx, pairs.school_idx, pairs.milliseconds, strict=True
            )
        }
        self.ways = {name: list(_ways(case, name, each)) for name, each in self.schools.items()}
        self.near = {pair: near for band in self.bands for pair, near in _near(case, band).items()}

    def trip(self, unit: Unit, school: str) -> int:
        """Return the milliseconds of a unit to a school, `UNREACHED_MS` for no path."""
        return self.trips.get((unit.village, school, unit.band), UNREACHED_MS)

    def keeps(self) -> bool:
        """Return whether what breaks a limit today may stay so."""
        return self.case.rules.over_limit_today == "keep"

    def may_have_beds(self, school: str) -> bool:
        """Return whether a school has beds when it is open, as it is or larger."""
        grown = any(step.beds for step in self.case.expansions if step.school_id == school)
        return grown or self.schools[school]["beds"] > 0

    def boards(self, unit: Unit, school: str) -> bool:
        """Return whether a unit would board at a school: a day's trip would be too long."""
        stays_over = self.keeps() and school == unit.today
        return self.trip(unit, school) > self.bands[unit.band].limit_ms and not stays_over

    def may_go(self, unit: Unit, school: str) -> bool:
        """Return whether the limits, bands and decisions let a unit go to a school at all."""
        is_taught = unit.band in self.schools[school]["bands"].split(";")
        if not is_taught or not self.ways[school]:
            return False
        if not self.boards(unit, school):
            return True
        within = self.trip(unit, school) <= self.bands[unit.band].boarding_limit_ms
        return within and self.may_have_beds(school)

    def may_stay(self, unit: Unit) -> bool:
        """Return whether the rules would let a unit stay at today's school if it stayed open."""
        if not unit.today or unit.band not in self.schools[unit.today]["bands"].split(";"):
            return False
        if not self.boards(unit, unit.today):
            return True
        within = self.trip(unit, unit.today) <= self.bands[unit.band].boarding_limit_ms
        return within and self.may_have_beds(unit.today)

    def is_bound(self, unit: Unit) -> bool:
        """Return whether a unit has to stay as long as today's school teaches it."""
        if not self.may_stay(unit) or self.case.rules.movement == "redraw":
            return False
        return self.keeps() or self.today[unit.today] <= self.schools[unit.today]["seats"]

    def plans(self) -> Iterator[tuple[Ways, tuple[str, ...]]]:
        """Yield every choice of what the schools become and where the units go."""
        names = list(self.schools)
        reach = [[name for name in names if self.may_go(unit, name)] for unit in self.units]
        for placed in product(*reach):
            choices = [
                self.ways[name]
                if name in placed or self.schools[name]["decision"] == "keep"
                else [None, *self.ways[name]]
                for name in names
            ]
            for ways in product(*choices):
                yield dict(zip(names, ways, strict=True)), placed

    def solution(self, ways: Ways, placed: tuple[str, ...]) -> Solution:
        """Return a plan as the solver would give it."""
        schools = self.case.schools
        every = [ways[name] for name in schools.index]
        return Solution(
            status="optimal",
            objective=(),
            action=np.array([way.action if way else "" for way in every], dtype=object),
            seats=np.array(
                [
                    way.seats if way else seats
                    for way, seats in zip(every, schools["seats"], strict=True)
                ],
                dtype=np.int64,
            ),
            beds=np.array(
                [
                    way.beds if way else beds
                    for way, beds in zip(every, schools["beds"], strict=True)
                ],
                dtype=np.int64,
            ),
            school_idx=schools.index.get_indexer(list(placed)).astype(np.int32),
            seconds=0.0,
        )


def _ways(case: Case, name: str, school: dict) -> Iterator[Way]:
    """Yield what a school may become, in the words of the contract."""
    if school["decision"] == "close":
        return
    is_new, low = school["kind"] == "candidate", set(case.rules.teaching_point_bands)
    bands = frozenset(school["bands"].split(";"))
    yearly, opening = (
        0 if np.isnan(school[column]) else round(100 * school[column])
        for column in ("yearly_cost", "opening_cost")
    )
    full = Way(
        action="open" if is_new else "keep",
        kind="primary" if is_new else school["kind"],
        seats=school["seats"],
        beds=school["beds"],
        least=0 if school["kind"] == "teaching_point" else case.rules.min_enrollment,
        bands=bands,
        yearly=yearly,
        once=opening if is_new else 0,
    )
    yield full
    for step in case.expansions:
        if step.school_id == name:
            yield Way(
                "open" if is_new else "expand",
                full.kind,
                full.seats + step.seats,
                full.beds + step.beds,
                full.least,
                bands,
                full.yearly + round(100 * step.yearly_cost),
                full.once + round(100 * step.cost),
            )
    is_small = school["enrollment"] < case.rules.small_below
    is_free = school["is_decision_given"] and school["decision"] == "free"
    if school["kind"] == "primary" and (is_small or is_free) and bands & low and bands - low:
        yield Way("downgrade", "teaching_point", full.seats, 0, 0, bands & low, yearly, 0)


def _near(case: Case, band: str) -> dict[tuple[str, str], list[str]]:
    """Return for each village with pupils of a band its neighbors that have some too."""
    peopled = case.villages[case.villages[f"pupils_{band}"] > 0]
    found: dict[tuple[str, str], list[str]] = {(name, band): [] for name in peopled.index}
    for one, other in neighbors(peopled.geometry):
        found[peopled.index[one], band].append(peopled.index[other])
    return found
