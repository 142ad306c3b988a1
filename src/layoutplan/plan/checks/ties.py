"""Rules between single villages, schools and townships: who goes together, where, and in return."""

from __future__ import annotations

import pandas as pd

from layoutplan.errors import Finding
from layoutplan.plan.checks.evidence import ASSIGNMENTS, SCHOOLS, Evidence


def townships_keep_one(seen: Evidence) -> Finding | None:
    """Every township that has a school of a kind asked for keeps one open of it."""
    schools = seen.schools
    becomes = schools["kind"].replace("candidate", "primary")
    becomes = becomes.mask(schools["action"] == "downgrade", "teaching_point")
    for kind in seen.case.rules.one_per_township:
        if kind == "any":
            is_such, is_one = ~schools["is_candidate"], schools["is_open"]
        else:
            is_such, is_one = schools["kind"] == kind, schools["is_open"] & (becomes == kind)
        asked = set(schools.loc[is_such, "township"]) - {""}
        without = sorted(asked - set(schools.loc[is_one, "township"]))
        if without:
            facts = {"kind": kind, "townships": ", ".join(without), "number": len(without)}
            return Finding("verify.township", "error", table=SCHOOLS, facts=facts)
    return None


def villages_go_together(seen: Evidence) -> Finding | None:
    """Pupils of one band and school today of villages kept together go to one school."""
    rows = seen.rows
    is_broken = pd.Series(False, index=rows.index)
    for group in seen.case.rules.villages_together:
        members = rows[rows["village_id"].isin(group)]
        receivers = members.groupby(["band", "school_id_before"])["school_id"]
        is_broken[members.index] |= receivers.transform("nunique") > 1
    return seen.broken_rows("verify.together.villages", is_broken)


def led_where_they_must(seen: Evidence) -> Finding | None:
    """Whoever leaves a school that must merge into others goes to one of them."""
    receivers: dict[str, set[str]] = {}
    for leaving, into in seen.case.rules.must_merge_into:
        receivers.setdefault(leaving, set()).add(into)
    rows = seen.rows
    goes = zip(rows["school_id_before"], rows["school_id"], rows["is_moved"], strict=True)
    is_broken = [
        moved and before in receivers and school not in receivers[before]
        for before, school, moved in goes
    ]
    return seen.broken_rows("verify.must_merge_into", pd.Series(is_broken, rows.index, dtype=bool))


def led_where_they_may(seen: Evidence) -> Finding | None:
    """Nobody goes from a school to one that it must never merge into."""
    barred = set(seen.case.rules.never_merge_into)
    rows = seen.rows
    goes = zip(rows["school_id_before"], rows["school_id"], strict=True)
    is_broken = pd.Series([pair in barred for pair in goes], rows.index, dtype=bool)
    return seen.broken_rows("verify.never_merge_into", is_broken)


def borders_are_crossed_evenly(seen: Evidence) -> Finding | None:
    """As many move across a border one way as the other, but for the difference allowed."""
    moving = seen.rows[seen.rows["is_moved"]]
    home = moving["village_id"].map(seen.case.villages["township"])
    there = moving["school_id"].map(seen.schools["township"])
    for swap in seen.case.rules.border_swaps:
        one, other = swap.townships
        crossing = [
            float(moving.loc[(home == start) & (there == end), "pupils"].sum())
            for start, end in ((one, other), (other, one))
        ]
        if abs(crossing[0] - crossing[1]) > swap.max_difference:
            facts: dict[str, object] = {"one": one, "other": other, "most": swap.max_difference}
            facts |= {"there": f"{crossing[0]:g}", "back": f"{crossing[1]:g}"}
            return Finding("verify.border", "error", table=ASSIGNMENTS, facts=facts)
    return None
