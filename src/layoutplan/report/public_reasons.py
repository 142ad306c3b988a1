"""Why a school stays or merges, said without counting anybody: for the public edition."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.errors import shortlist
from layoutplan.texts import LANGUAGES, catalog, text

_GROUNDS: Final = ("bound", "last")


def public_reasons(plan: Plan) -> pd.Series:
    """Return a reason for every school of a public plan, indexed like its schools.

    They are put together from its tables alone. Of the reason that was written nothing is taken
    but which ground it names: that for some pupils no other school is within the limit.
    """
    units = plan.assignments
    moves = units[(units["school_id_before"] != units["school_id"])]
    leaving = {str(key): rows for key, rows in moves.groupby("school_id_before") if key}
    arriving = {str(key): rows for key, rows in moves.groupby("school_id")}
    said = [
        _reason(plan, school, leaving.get(school.Index), arriving.get(school.Index))
        for school in plan.schools.itertuples()
    ]
    return pd.Series(pd.array(said, dtype="str"), index=plan.schools.index)


def _reason(
    plan: Plan, school: Any, leaving: pd.DataFrame | None, arriving: pd.DataFrame | None
) -> str:
    """Return the reason of one school, a row of the table of schools."""
    parts = [_first(plan, school, leaving)]
    if leaving is not None and school.action in ("keep", "expand", "open"):
        parts.append(_say(plan, "gives", schools=_named(plan, leaving, "school_id")))
    if arriving is not None:
        parts.append(_say(plan, "takes", schools=_named(plan, arriving, "school_id_before")))
    if school.boarders_after:
        parts.append(_say(plan, "boards"))
    between = "" if plan.language == "zh" else " "
    return between.join(parts)


def _first(plan: Plan, school: Any, leaving: pd.DataFrame | None) -> str:
    """Return what becomes of a school and on what ground."""
    proof = "proven" if plan.status == "optimal" else "found"
    if school.action == "merge" and leaving is not None:
        schools = _named(plan, leaving, "school_id")
        return _say(plan, "merge", schools=schools, trips=_trips(plan, leaving))
    if school.action in CLOSED_ACTIONS:
        is_unbuilt = school.kind == "candidate"
        return text(
            f"plan.reason.unbuilt.{proof}" if is_unbuilt else "plan.reason.close.empty",
            plan.language,
        )
    if school.action == "downgrade":
        return _say(plan, "point")
    if school.action == "open":
        return text("plan.reason.opens", plan.language)
    stays = _say(plan, _ground(school)) if _ground(school) else _usual(plan, school, proof)
    return stays if school.action == "keep" else f"{stays} {_say(plan, 'grows')}"


def _ground(school: Any) -> str:
    """Return which of the grounds the written reason of a school begins with, empty for none."""
    for ground in _GROUNDS:
        for language in LANGUAGES:
            template = catalog()[f"plan.reason.keep.{ground}"][language]
            if school.reason.startswith(template.split("{")[0]) and not template.startswith("{"):
                return f"keep.{ground}"
    return ""


def _usual(plan: Plan, school: Any, proof: str) -> str:
    """Return why a school stays where no limit holds it."""
    if school.decision == "keep":
        if school.is_decision_given:
            return text("plan.reason.keep.table", plan.language)
        if school.kind == "center":
            return text("plan.reason.keep.center", plan.language)
        return _say(plan, "keep.large", small_below=plan.rules.get("small_below", ""))
    return text(f"plan.reason.keep.{proof}", plan.language)


def _named(plan: Plan, rows: pd.DataFrame, column: str) -> str:
    """Return the schools of `column` by name, those of most pupils first."""
    shares = rows.groupby(column)["pupils"].sum().sort_values(ascending=False, kind="stable")
    names = plan.schools["name"]
    called = [
        (names.get(key) or str(key)) if key else text("plan.reason.nowhere", plan.language)
        for key in shares.index
    ]
    return shortlist(called, plan.language)


def _trips(plan: Plan, rows: pd.DataFrame) -> str:
    """Return the longest trip of each band."""
    known = rows[np.isfinite(rows["minutes"])]
    longest = known.groupby("band")["minutes"].max()
    return shortlist(
        (
            _say(plan, "trip", band=band.label(plan.language), minutes=f"{longest[band.name]:.1f}")
            for band in plan.bands
            if band.name in longest
        ),
        plan.language,
    )


def _say(plan: Plan, what: str, **facts: object) -> str:
    """Return the sentence ``public.reason.<what>``."""
    return text(f"public.reason.{what}", plan.language, **facts)
