"""Findings about the townships of villages and schools: rules about them, and their outlines."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layoutplan.check.about import about_key, about_places, unknown
from layoutplan.core.case import Case
from layoutplan.core.options import options
from layoutplan.errors import Finding


def check_townships(case: Case) -> tuple[Finding, ...]:
    """Return what is wrong with ``one_per_township``, ``border_swaps`` and the outlines drawn.

    Parameters
    ----------
    case : Case
        As it was read.
    """
    return (*_one_per_township(case), *_border_swaps(case), *_outlines(case))


def _one_per_township(case: Case) -> tuple[Finding, ...]:
    """Return townships that no school is known of, or that decisions leave without a school."""
    asked, schools, key = case.rules.one_per_township, case.schools, "rules.one_per_township"
    if not asked:
        return ()
    has_none = schools["township"] == ""
    if has_none.all():
        return (_no_townships("schools", key),)
    findings = about_places("schools.township.empty", "warning", "schools", has_none, "township")
    choices = options(case)
    later = _kinds_later(case, choices)
    for kind in asked:
        is_today = schools["kind"] == kind
        if kind == "any":
            is_today = schools["kind"] != "candidate"
        of_kind = choices["school_idx"][(later == kind) | (kind == "any")]
        lasting = set(schools["township"].iloc[of_kind])
        lost = is_today & ~has_none & ~schools["township"].isin(lasting)
        for township, closing in schools[lost].groupby("township"):
            facts, ids = {"kind": kind, "township": township}, closing.index
            findings += (about_key("rules.one_per_township.closing", "error", key, ids, facts),)
    return findings


def _kinds_later(case: Case, choices: pd.DataFrame) -> NDArray[np.object_]:
    """Return the kind of school that each option is: what opens is a primary school."""
    kinds = case.schools["kind"].replace("candidate", "primary").to_numpy()[choices["school_idx"]]
    return np.where(choices["action"] == "downgrade", "teaching_point", kinds)


def _border_swaps(case: Case) -> tuple[Finding, ...]:
    """Return townships of borders that no table knows."""
    key = "rules.border_swaps"
    names = [name for swap in case.rules.border_swaps for name in swap.townships]
    if not names:
        return ()
    for table, places in (("villages", case.villages), ("schools", case.schools)):
        if (places["township"] == "").all():
            return (_no_townships(table, key),)
    known = sorted({*case.villages["township"], *case.schools["township"]} - {""})
    return unknown("rules.border_swaps.township", key, names, known)


def _outlines(case: Case) -> tuple[Finding, ...]:
    """Return outlines that lie elsewhere, and names that stand on one side only."""
    if case.townships is None:
        return ()
    key = "townships.path"
    shapes = case.townships.geometry.to_numpy()
    villages = case.villages.geometry.to_numpy()
    if len(villages) and not len(shapely.STRtree(villages).query(shapes, "intersects")[0]):
        return (about_key("townships.elsewhere", "warning", key),)
    drawn = {*case.townships["name"]} - {""}
    told = {*case.villages["township"], *case.schools["township"]} - {""}
    if not told or not drawn:
        return ()
    without = {"townships.not_drawn": told - drawn, "townships.not_in_tables": drawn - told}
    return tuple(
        about_key(rule, "note", key, sorted(names)) for rule, names in without.items() if names
    )


def _no_townships(table: str, key: str) -> Finding:
    """Return the error that a rule needs townships which a table does not have."""
    return Finding("township.none", "error", table, column="township", facts={"key": key})
