"""Which siblings have to go to one school, in plain Python, worked out from the rule's words."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from cases.plain_town import Town, Unit

Class = frozenset[Unit]  # who moves as one


@lru_cache(maxsize=8)
def siblings(town: Town) -> tuple[Class, ...]:
    """Return the groups of units that have to go to one school for the sake of siblings."""
    classes = {unit: members(town, unit) for unit in town.units if is_kin(town, unit)}
    could = {each: schools_for(town, each) for each in classes.values()}
    groups = [{each} for each in could]
    for one, other in combinations(classes, 2):
        is_family = (one.village, one.today) == (other.village, other.today)
        mine, theirs = classes[one], classes[other]
        if is_family and could[mine] & could[theirs]:
            left = next(group for group in groups if mine in group)
            right = next(group for group in groups if theirs in group)
            if left is not right:
                groups.remove(right)
                left |= right
    return tuple(
        frozenset[Unit]().union(*group)
        for group in groups
        if set.intersection(*(could[each] for each in group))
    )


def is_kin(town: Town, unit: Unit) -> bool:
    """Return whether a unit attends nowhere, or could stay if its school stayed."""
    return not unit.today or town.may_stay(unit)


def members(town: Town, unit: Unit) -> Class:
    """Return the unit alone, or all who move with it as one school."""
    if town.case.rules.movement != "whole_school" or not town.is_bound(unit):
        return frozenset({unit})
    mates = (each for each in town.units if (each.today, each.band) == (unit.today, unit.band))
    return frozenset(each for each in mates if town.is_bound(each))


def schools_for(town: Town, together: Class) -> set[str]:
    """Return the schools that could have all of these, judged before any plan."""
    (today,) = {unit.today for unit in together}
    by_day, at_all = set(), set()
    for name, ways in town.ways.items():
        has_room = not town.keeps() or any(way.seats >= town.today[name] for way in ways)
        if name != today and has_room and all(town.may_go(unit, name) for unit in together):
            at_all.add(name)
            if not any(town.boards(unit, name) for unit in together):
                by_day.add(name)
    may_board = town.case.rules.boarding == "anywhere" or not by_day
    stays = {today} if today and town.ways[today] else set()
    return (at_all if may_board else by_day) | stays
