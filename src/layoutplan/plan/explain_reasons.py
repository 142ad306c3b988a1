"""The whole reason of every school, once the opposite of its decision has been looked at."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import shortlist
from layoutplan.plan.reasons import labels, reasons
from layoutplan.texts import text


def whole_reasons(
    case: Case,
    times: TravelTimes,
    attendance: Attendance,
    plan: Plan,
    sentences: Mapping[str, str],
) -> dict[str, str]:
    """Return by school id what ``reason`` in ``schools.csv`` should say.

    A school that stays tells why, and whom it takes in or lets go; one that closes tells where its
    pupils go, and what keeping it would cost. Of whom no opposite was looked at, the plan's own
    reason stays.

    Parameters
    ----------
    sentences : Mapping
        By school id, what :class:`~layoutplan.plan.explain_schools.Teller` says of it.
    """
    plain = dict(
        zip(
            plan.schools.index,
            reasons(case, times, attendance, plan.status, plan.schools, plan.assignments),
            strict=True,
        )
    )
    rows = plan.assignments
    moved = rows[rows["school_id"] != rows["school_id_before"]]
    between = "" if case.language == "zh" else " "
    found = {}
    for school_id, action in plan.schools["action"].items():
        name = str(school_id)
        told = sentences.get(name, "")
        parts = [plain[name], told]
        if told and action not in CLOSED_ACTIONS:
            parts = [told, _leavers(case, moved, name), _arrivals(case, plan, moved, name)]
        found[name] = between.join(part for part in parts if part)
    return found


def _arrivals(case: Case, plan: Plan, moved: pd.DataFrame, school_id: str) -> str:
    """Return whom a school takes in."""
    arriving = moved[moved["school_id"] == school_id]
    if arriving.empty:
        return ""
    return text(
        "plan.reason.takes",
        case.language,
        pupils=int(arriving["pupils"].sum()),
        schools=_shares(case, arriving.groupby("school_id_before")["pupils"].sum()),
        after=int(plan.schools.loc[school_id, "enrollment_after"]),
    )


def _leavers(case: Case, moved: pd.DataFrame, school_id: str) -> str:
    """Return who leaves a school that stays open."""
    leaving = moved[moved["school_id_before"] == school_id]
    if leaving.empty:
        return ""
    shares = leaving.groupby("school_id")["pupils"].sum()
    return text(
        "plan.reason.gives",
        case.language,
        pupils=int(shares.sum()),
        schools=_shares(case, shares),
    )


def _shares(case: Case, pupils: pd.Series[int]) -> str:
    """Return schools with their numbers of pupils."""
    names = labels(case.schools) | {"": text("plan.reason.nowhere", case.language)}
    shares = [
        text("plan.reason.share", case.language, school=names[str(school_id)], pupils=n_pupils)
        for school_id, n_pupils in pupils.items()
    ]
    return shortlist(shares, case.language)
