"""Every rule and objective in plain Python, worked out from the contract's words, plan by plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from cases.plain_siblings import siblings
from cases.plain_town import Town, Unit, Ways
from layoutplan.core.travel_times import UNREACHED_MS

Placed = tuple[str, ...]
INF = float("inf")


def is_allowed(town: Town, ways: Ways, placed: Placed) -> bool:
    """Return whether a plan keeps every rule."""
    return (
        places_suffice(town, ways, placed)
        and movement_is_kept(town, ways, placed)
        and wholes_are_kept(town, ways)
        and pairs_are_kept(town, placed)
        and together_stay_together(town, placed)
        and borders_are_even(town, placed)
        and catchments_hang_together(town, placed)
        and nobody_passes_a_nearer_one(town, ways, placed)
        and nobody_boards_within_reach(town, ways, placed)
    )


def goes(town: Town, placed: Placed) -> Iterator[tuple[Unit, str]]:
    """Yield who goes where."""
    return zip(town.units, placed, strict=True)


def rolls(town: Town, placed: Placed) -> dict[str, int]:
    roll = dict.fromkeys(town.schools, 0)
    for unit, school in goes(town, placed):
        roll[school] += unit.pupils
    return roll


def teaches(ways: Ways, school: str, unit: Unit) -> bool:
    way = ways[school]
    return way is not None and unit.band in way.bands


def admits(town: Town, ways: Ways, school: str) -> bool:
    way = ways[school]
    return way is not None and (not town.keeps() or way.seats >= town.today[school])


def places_suffice(town: Town, ways: Ways, placed: Placed) -> bool:
    """Bands are taught, places suffice, schools are large enough, full ones receive none."""
    roll, boarders = rolls(town, placed), dict.fromkeys(town.schools, 0)
    for unit, school in goes(town, placed):
        if not teaches(ways, school, unit):
            return False
        if school != unit.today and not admits(town, ways, school):
            return False
        boarders[school] += unit.pupils * town.boards(unit, school)
    for name, way in ways.items():
        if way is not None:
            seats = max(way.seats, town.today[name]) if town.keeps() else way.seats
            if roll[name] > seats or roll[name] < way.least or boarders[name] > way.beds:
                return False
    return True


def movement_is_kept(town: Town, ways: Ways, placed: Placed) -> bool:
    """Bound units stay where they can; with whole_school those who cannot go together."""
    receivers: dict[tuple[str, str], set[str]] = {}
    for unit, school in goes(town, placed):
        if town.is_bound(unit):
            if teaches(ways, unit.today, unit) and school != unit.today:
                return False
            receivers.setdefault((unit.today, unit.band), set()).add(school)
    is_whole = town.case.rules.movement == "whole_school"
    return not is_whole or all(len(each) == 1 for each in receivers.values())


def wholes_are_kept(town: Town, ways: Ways) -> bool:
    """Numbers of schools, money once, and one school of a kind in every township."""
    rules, n_open = town.case.rules, sum(way is not None for way in ways.values())
    existing = [way for name, way in ways.items() if town.schools[name]["kind"] != "candidate"]
    if rules.max_closures is not None and existing.count(None) > rules.max_closures:
        return False
    if rules.open_exactly is not None and n_open != rules.open_exactly:
        return False
    once = sum(way.once for way in ways.values() if way is not None)
    if rules.budget is not None and once > round(100 * rules.budget):
        return False
    for kind in rules.one_per_township:
        for township in {each["township"] for each in town.schools.values()} - {""}:
            here = [name for name in ways if town.schools[name]["township"] == township]
            kinds = [town.schools[name]["kind"] for name in here]
            has_one = kind in kinds or (kind == "any" and set(kinds) != {"candidate"})
            opened = [way for name in here if (way := ways[name]) is not None]
            if has_one and not any(kind in ("any", way.kind) for way in opened):
                return False
    return True


def pairs_are_kept(town: Town, placed: Placed) -> bool:
    """Whoever leaves goes where his school must merge into, and never where it must not."""
    rules = town.case.rules
    for unit, school in goes(town, placed):
        into = {receiver for leaving, receiver in rules.must_merge_into if leaving == unit.today}
        if school != unit.today and into and school not in into:
            return False
        if (unit.today, school) in rules.never_merge_into:
            return False
    return True


def together_stay_together(town: Town, placed: Placed) -> bool:
    """Villages of a group, and siblings that could, go to one school."""
    rules = town.case.rules
    for (one, here), (other, there) in combinations(goes(town, placed), 2):
        if here == there or one.today != other.today:
            continue
        if one.band == other.band and any(
            {one.village, other.village} <= set(group) for group in rules.villages_together
        ):
            return False
        is_family = rules.siblings_together and one.village == other.village
        if is_family and any({one, other} <= together for together in siblings(town)):
            return False
    return True


def borders_are_even(town: Town, placed: Placed) -> bool:
    """As many cross a border one way as the other."""
    for swap in town.case.rules.border_swaps:
        one, other = swap.townships
        balance = 0
        for unit, school in goes(town, placed):
            if unit.today not in ("", school):
                crossing = town.homes[unit.village], town.schools[school]["township"]
                balance += unit.pupils * ((crossing == (one, other)) - (crossing == (other, one)))
        if abs(balance) > swap.max_difference:
            return False
    return True


def catchments_hang_together(town: Town, placed: Placed) -> bool:
    """Who moves has a nearer neighbor who goes there too, unless no neighbor is nearer."""
    if not town.case.rules.contiguous:
        return True
    served = {(unit.village, unit.band, school) for unit, school in goes(town, placed)}
    for unit, school in goes(town, placed):
        if school != unit.today:
            nearer = [
                village
                for village in town.near[unit.village, unit.band]
                if town.trips.get((village, school, unit.band), UNREACHED_MS)
                < town.trip(unit, school)
            ]
            if nearer and not any((each, unit.band, school) in served for each in nearer):
                return False
    return True


def nobody_passes_a_nearer_one(town: Town, ways: Ways, placed: Placed) -> bool:
    """Who moves, alone or as one school, passes no nearer open school that may receive him."""
    if not town.case.rules.closest_open:
        return True
    for members in movers(town, placed):
        school = members[0][1]
        mine = sum(unit.pupils * town.trip(unit, school) for unit, _ in members)
        for name in ways:
            is_own = name == members[0][0].today
            if is_own and (town.is_bound(members[0][0]) or not town.may_stay(members[0][0])):
                continue
            if not all(
                teaches(ways, name, unit)
                and not town.boards(unit, name)
                and (is_own or may_receive(town, ways, unit, name))
                for unit, _ in members
            ):
                continue
            if sum(unit.pupils * town.trip(unit, name) for unit, _ in members) < mine:
                return False
    return True


def nobody_boards_within_reach(town: Town, ways: Ways, placed: Placed) -> bool:
    """Unless the rules say so, nobody boards with another open school within a day's trip."""
    if town.case.rules.boarding == "anywhere":
        return True
    for members in movers(town, placed):
        if any(town.boards(unit, school) for unit, school in members):
            for name in set(ways) - {members[0][0].today}:
                if all(
                    teaches(ways, name, unit)
                    and not town.boards(unit, name)
                    and may_receive(town, ways, unit, name)
                    for unit, _ in members
                ):
                    return False
    return True


def movers(town: Town, placed: Placed) -> list[list[tuple[Unit, str]]]:
    """Return those who move, each alone or with those who move as one school."""
    groups: dict[object, list[tuple[Unit, str]]] = {}
    for place, (unit, school) in enumerate(goes(town, placed)):
        if school != unit.today:
            is_whole = town.case.rules.movement == "whole_school" and town.is_bound(unit)
            key = (unit.today, unit.band) if is_whole else place
            groups.setdefault(key, []).append((unit, school))
    return list(groups.values())


def may_receive(town: Town, ways: Ways, unit: Unit, name: str) -> bool:
    """Return whether an open school may receive a unit by the rules."""
    rules = town.case.rules
    must = {into for leaving, into in rules.must_merge_into if leaving == unit.today}
    is_barred = (unit.today, name) in rules.never_merge_into or (must and name not in must)
    return admits(town, ways, name) and not is_barred


def values(town: Town, ways: Ways, placed: Placed) -> dict[str, float]:
    """Return every objective of a plan."""
    costs, roll = town.case.costs, rolls(town, placed)
    opened = {name: way for name, way in ways.items() if way is not None}
    rate = {
        name: costs.per_pupil if np.isnan(each["cost_per_pupil"]) else each["cost_per_pupil"]
        for name, each in town.schools.items()
    }
    yearly = sum(
        way.yearly + round(100 * rate[name]) * max(0, costs.small_floor - roll[name])
        for name, way in opened.items()
    )
    minutes, longest, moved = 0.0, 0.0, 0
    for unit, school in goes(town, placed):
        trip = town.trip(unit, school)
        one_way = 0.0 if trip == UNREACHED_MS else trip / 60_000
        boards = town.boards(unit, school)
        travel = costs.per_pupil_minute * one_way * (0.2 if boards else 1.0)
        # In this order: half a hundredth is rounded as floating numbers have it.
        each = rate[school] + costs.per_boarder * boards + travel
        yearly += round(unit.pupils * each * 100)
        minutes += unit.pupils * one_way
        longest = max(longest, one_way)
        moved += unit.pupils * (unit.today not in ("", school))
    return {
        "small_schools": sum(roll[name] < town.case.rules.small_below for name in opened),
        "schools_open": len(opened),
        "pupil_minutes": minutes,
        "max_minutes": longest,
        "yearly_cost": yearly / 100,
        "pupils_moved": moved,
        "one_off_cost": sum(way.once for way in opened.values()) / 100,
    }
