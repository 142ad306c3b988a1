"""What is said of a school that shrinks to a teaching point, grows, opens, or has boarders."""

from __future__ import annotations

from typing import Any

import pandas as pd

from layoutplan.core.rules import Expansion
from layoutplan.plan.phrases import Phrases, amount


def teaching_point(
    words: Phrases, school: Any, rows: pd.DataFrame, bound: pd.DataFrame | None
) -> str:
    """Return which bands leave a school that stays as a teaching point, and why the others stay.

    Parameters
    ----------
    school
        A row of the table of schools.
    rows : pandas.DataFrame
        Assignments of the pupils who attend it today.
    bound : pandas.DataFrame, optional
        Units of them that have no other school within the limit.
    """
    is_leaving = rows["school_id"] != school.Index
    leaving, staying = rows[is_leaving], rows[~is_leaving]
    low = words.bands(words.case.rules.teaching_point_bands)
    if leaving.empty:
        becomes = words.say("point.nobody", low=low, stay=int(staying["pupils"].sum()))
    else:
        shares = leaving.groupby("school_id")["pupils"].sum().sort_values(ascending=False)
        becomes = words.say(
            "point",
            low=low,
            stay=int(staying["pupils"].sum()),
            bands=words.bands(leaving["band"]),
            pupils=int(leaving["pupils"].sum()),
            schools=words.shares(shares),
            trips=words.trips(leaving),
        )
    if bound is not None:
        stays = bound[bound["band"].isin(words.case.rules.teaching_point_bands)]
        if len(stays):
            return words.sentences(becomes, words.say("point.bound", groups=words.groups(stays)))
    return words.sentences(becomes, words.by_proof("point"))


def step(words: Phrases, school: Any) -> str:
    """Return by what an existing school grows, what that costs, and whom it makes room for."""
    today = words.case.schools.loc[school.Index]
    seats, beds = school.seats - today["seats"], school.beds - today["beds"]
    grown = words.say("grows", places=_places(words, seats, beds))
    if school.enrollment_before > today["seats"] and school.enrollment_after:
        needed = words.say("grows.full", today=school.enrollment_before, seats=today["seats"])
    else:
        short = _places(
            words,
            max(school.enrollment_after - today["seats"], 0),
            max(school.boarders_after - today["beds"], 0),
        )
        needed = words.say("grows.short", places=short) if short else ""
    return words.sentences(grown, money(words, school), needed)


def money(words: Phrases, school: Any) -> str:
    """Return what opening or growing costs once, and the step a year; empty where nothing."""
    today = words.case.schools.loc[school.Index]
    taken = step_taken(words, school)
    opening = today["opening_cost"] if school.action == "open" else 0.0
    once = (0.0 if pd.isna(opening) else float(opening)) + (taken.cost if taken else 0.0)
    yearly = taken.yearly_cost if taken else 0.0
    return words.sentences(
        words.say("cost.once", cost=amount(once)) if once else "",
        words.say("cost.yearly", cost=amount(yearly)) if yearly else "",
    )


def step_taken(words: Phrases, school: Any) -> Expansion | None:
    """Return the step by which a school that opens or expands has its places, if any."""
    today = words.case.schools.loc[school.Index]
    added = school.seats - today["seats"], school.beds - today["beds"]
    for each in words.case.expansions:
        if each.school_id == school.Index and (each.seats, each.beds) == added:
            return each
    return None


def boarders(words: Phrases, boarding: pd.DataFrame) -> str:
    """Return how many board at a school, and how long their weekly trip is."""
    pupils = int(boarding["pupils"].sum())
    return words.say("boards", pupils=pupils, trips=words.trips(boarding))


def _places(words: Phrases, seats: int, beds: int) -> str:
    """Return numbers of seats and beds, those that are not 0."""
    places = [words.say(key, n=n) for key, n in (("seats", seats), ("beds", beds)) if n]
    return words.shortlist(places)
