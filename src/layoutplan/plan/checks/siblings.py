"""The rule on siblings: which bands of a village could share a school, and do not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import teaches
from layoutplan.core.limits import boarding_limits_ms, day_limits_ms
from layoutplan.errors import Finding
from layoutplan.plan.checks.becomes import most
from layoutplan.plan.checks.evidence import Evidence

Class = tuple[object, ...]  # who moves as one: a row, or a band of a school that moves as a whole


def siblings_go_together(seen: Evidence) -> Finding | None:
    """Bands of one village and school today go to one school, if any could have them all."""
    rows = seen.rows
    is_broken = pd.Series(False, index=rows.index)
    if seen.case.rules.siblings_together:
        group = _groups(seen)
        bound = rows[group >= 0]
        family = ["village_id", "school_id_before", group[bound.index]]
        is_broken[bound.index] = bound.groupby(family)["school_id"].transform("nunique") > 1
    return seen.broken_rows("verify.together.siblings", is_broken)


def _groups(seen: Evidence) -> pd.Series[int]:
    """Return for each row a number that those who could share a school have alike, -1 for none.

    It is 0 for all who may stay where they are: they share today's school. Those of a school that
    a decision closes, and those who attend nowhere, could share another.
    """
    rows = seen.rows
    is_closing = rows["school_id_before"].map(seen.schools["decision"]).eq("close")
    group = pd.Series(-1, index=rows.index).mask(rows["may_stay"] & ~is_closing, 0)
    is_seeking = ~rows["is_attending"] | (rows["may_stay"] & is_closing)
    seeking = rows[is_seeking & rows["is_known"]]
    moves_whole = seeking["is_bound"] & (seen.case.rules.movement == "whole_school")
    classes: dict[Class, list[int]] = {}
    class_of: dict[int, Class] = {}
    for row, today, band, is_whole in zip(
        seeking.index, seeking["school_id_before"], seeking["band"], moves_whole, strict=True
    ):
        class_of[row] = (today, band) if is_whole else (row,)
        classes.setdefault(class_of[row], []).append(row)
    admits = {band.name: _may_admit(seen, band.name) for band in seen.case.bands}
    could = {key: _could_have(seen, rows.loc[members], admits) for key, members in classes.items()}
    beside: dict[Class, set[Class]] = {key: set() for key in could}
    for _, family in seeking.groupby(["village_id", "school_id_before"]):
        for one, other in combinations(sorted({class_of[row] for row in family.index}, key=str), 2):
            if could[one] & could[other]:
                beside[one].add(other)
                beside[other].add(one)
    for number, linked in enumerate(_linked(beside), start=1):
        if set.intersection(*(could[key] for key in linked)):
            group[[row for key in linked for row in classes[key]]] = number
    return group


def _linked(beside: dict[Class, set[Class]]) -> list[set[Class]]:
    """Return the classes that hang together, one through the other."""
    left, found = set(beside), []
    while left:
        linked, ahead = set[Class](), {left.pop()}
        while ahead:
            one = ahead.pop()
            linked.add(one)
            ahead |= beside[one] - linked
        left -= linked
        found.append(linked)
    return found


def _could_have(
    seen: Evidence, members: pd.DataFrame, admits: dict[str, NDArray[np.bool_]]
) -> set[int]:
    """Return the positions of the schools that could have pupils who move as one from elsewhere.

    By day; where none could have them so, or boarding is free, also where some of them board.
    """
    band = seen.case.band(members["band"].iloc[0])
    by_day = admits[band.name].copy()
    at_all = by_day.copy()
    day, boarding = day_limits_ms(seen.case, band), boarding_limits_ms(seen.case, band)
    everywhere = np.arange(len(seen.schools), dtype=np.int32)
    for place in seen.case.villages.index.get_indexer(pd.Index(members["village_id"])):
        here = np.full(len(everywhere), place, dtype=np.int32)
        trips = seen.times.pairs[band.name].lookup(here, everywhere)
        is_near = trips <= day[place]
        by_day &= is_near
        at_all &= is_near | ((trips <= boarding[place]) & seen.schools["may_board"].to_numpy())
    may_board = seen.case.rules.boarding == "anywhere" or not by_day.any()
    return set(np.flatnonzero(at_all if may_board else by_day).tolist())


def _may_admit(seen: Evidence, band: str) -> NDArray[np.bool_]:
    """Return which schools may be open, teach a band, and receive pupils for whom they are new."""
    schools = seen.schools
    has_room = most(seen.case, "seats") >= schools["n_today"]
    may_admit = has_room | (seen.case.rules.over_limit_today == "forbid")
    may_teach = teaches(schools, band) & (schools["decision"] != "close")
    possible: NDArray[np.bool_] = (may_admit & may_teach).to_numpy(dtype=bool)
    return possible
