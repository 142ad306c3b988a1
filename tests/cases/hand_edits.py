"""What a hand edit of a plan means, worked out from its tables in plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cases.recount import OPEN, Tables

FAR = 10**15


@dataclass
class Edited:
    """Where the units go, row by row, and what that adds up to."""

    school: list[str]
    how: list[str]
    steps: list[int | None]
    roll: dict[str, int] = field(default_factory=dict)
    breaks: dict[str, int] = field(default_factory=dict)
    small_schools: int = 0
    schools_open: int = 0
    pupils_moved: int = 0
    pupil_steps: int = 0


class Recount(Tables):
    """Where everybody goes when some schools do the opposite of the plan."""

    def edited(self, switched: Iterable[str]) -> Edited:
        """Return where everybody goes when the `switched` schools do the opposite of the plan."""
        switched = set(switched)
        opened = {
            school
            for school, row in self.schools.items()
            if (row["action"] in OPEN) != (school in switched)
        }
        school = [unit.planned for unit in self.units]
        how = [unit.how for unit in self.units]
        rows = range(len(self.units))
        back = [
            row
            for row in rows
            if self.units[row].today in switched & opened
            and self.stays_when_open(self.units[row])
            and self.teaches(self.units[row].today, self.units[row].band)
        ]
        for row in back:
            unit = self.units[row]
            school[row] = unit.today
            how[row] = self.how(unit, unit.today, True)
        loose = [row for row in rows if school[row] not in opened]
        for row in loose:
            school[row] = ""
        for group in self.groups(loose):
            options = self.options(group, opened)
            chosen = next(
                (each for each in options if self.fits(group, each, school, how)),
                options[0] if options else None,
            )
            self.place(group, chosen, school, how)
        if switched & opened:
            free = [
                row
                for row in rows
                if row not in {*back, *loose}
                and (
                    school[row] != self.units[row].today
                    or not self.stays_when_open(self.units[row])
                    or self.rules["movement"] == "redraw"
                )
            ]
            for group in self.groups(free):
                self.improve(group, switched, opened, school, how)
        return self.summed(opened, school, how, switched)

    def fits(
        self, group: list[int], option: tuple[int, str, int], school: list[str], how: list[str]
    ) -> bool:
        _, name, boarders = option
        here = [row for row in range(len(school)) if school[row] == name and row not in group]
        roll = self.size(here)
        beds = sum(self.units[row].pupils for row in here if how[row] == "board")
        is_own = name == self.units[group[0]].today
        return (
            (is_own or self.admits(name))
            and roll + self.size(group) <= self.room(name)
            and beds + boarders <= self.schools[name]["beds"]
        )

    def place(
        self,
        group: list[int],
        option: tuple[int, str, int] | None,
        school: list[str],
        how: list[str],
    ) -> None:
        for row in group:
            name = option[1] if option else ""
            school[row] = name
            how[row] = self.how(self.units[row], name, True) if name else "day"

    def improve(
        self,
        group: list[int],
        switched: set[str],
        opened: set[str],
        school: list[str],
        how: list[str],
    ) -> None:
        trips = [self.trip(self.units[row], school[row]) for row in group]
        now = sum(
            self.units[row].pupils * (FAR if trip is None else trip)
            for row, trip in zip(group, trips, strict=True)
        )
        boards = any(how[row] == "board" for row in group)
        for option in self.options(group, opened):
            steps, name, boarders = option
            is_better = (boards and not boarders) or ((boards or not boarders) and steps < now)
            if name in switched and is_better and self.fits(group, option, school, how):
                self.place(group, option, school, how)
                return

    def summed(
        self, opened: set[str], school: list[str], how: list[str], switched: set[str]
    ) -> Edited:
        steps = [
            self.trip(unit, name) if name else None
            for unit, name in zip(self.units, school, strict=True)
        ]
        found = Edited(school, how, steps)
        found.roll = dict.fromkeys(self.schools, 0)
        coming, boarders = dict(found.roll), dict(found.roll)
        for unit, name, way, trip in zip(self.units, school, how, steps, strict=True):
            if not name:
                continue
            found.roll[name] += unit.pupils
            coming[name] += unit.pupils * (name != unit.today)
            boarders[name] += unit.pupils * (way == "board")
            found.pupils_moved += unit.pupils * (unit.today not in ("", name))
            found.pupil_steps += unit.pupils * (trip or 0)
        found.schools_open = len(opened)
        small = self.rules["small_below"]
        found.small_schools = sum(found.roll[name] < small for name in opened)
        closed = [
            name
            for name, row in self.schools.items()
            if row["kind"] != "candidate" and name not in opened
        ]
        most, asked = self.rules["max_closures"], self.rules["open_exactly"]
        counts = {
            "without": sum(
                unit.pupils for unit, name in zip(self.units, school, strict=True) if not name
            ),
            "seats": sum(
                found.roll[name] > self.room(name) or (not self.admits(name) and coming[name] > 0)
                for name in self.schools
            ),
            "beds": sum(boarders[name] > row["beds"] for name, row in self.schools.items()),
            "least": sum(found.roll[name] < self.least(name) for name in opened),
            "closures": max(len(closed) - most, 0) if most is not None else 0,
            "open_exactly": abs(len(opened) - asked) if asked is not None else 0,
            "held": sum(self.is_held(name, name in opened) for name in switched),
        }
        found.breaks = {rule: n for rule, n in counts.items() if n}
        return found

    def is_held(self, school: str, is_open: bool) -> bool:
        """Return whether table, size or kind hold a school to the opposite of what it does."""
        decision = self.schools[school]["decision"]
        return decision == ("close" if is_open else "keep")
