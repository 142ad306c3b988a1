"""Steps of growth and exceptions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layoutplan.core.facts import number
from layoutplan.core.plan import Plan
from layoutplan.report.words import band_labels, named, names_of
from layoutplan.texts import text


def expansion_text(plan: Plan, step: Mapping[str, Any]) -> str:
    """Return what a step of growth gives a school, and what it costs."""
    return text(
        "workbook.expansion",
        plan.language,
        school=named([step["school_id"]], names_of(plan.schools), plan.language),
        seats=step["seats"],
        beds=step["beds"],
        cost=number(step["cost"]),
        yearly_cost=number(step["yearly_cost"]),
    )


def exception_text(plan: Plan, exception: Mapping[str, Any]) -> str:
    """Return what an exception allows, for whom, and by which authority."""
    language = plan.language
    authority = exception.get("authority")
    by = text("workbook.exception.authority", language, authority=authority) if authority else ""
    said = []
    if exception.get("villages"):
        said.append(
            text(
                "workbook.exception.villages",
                language,
                villages=named(exception["villages"], names_of(plan.villages), language),
                band=band_labels(plan).get(exception["band"], exception["band"]),
                limit=_limits(plan, exception),
                authority=by,
            )
        )
    if exception.get("schools"):
        said.append(
            text(
                "workbook.exception.schools",
                language,
                schools=named(exception["schools"], names_of(plan.schools), language),
                least=exception["min_enrollment"],
                authority=by,
            )
        )
    return text("workbook.between", language).join(said)


def _limits(plan: Plan, exception: Mapping[str, Any]) -> str:
    """Return the limits that an exception gives."""
    found = []
    for key, word in (("max_minutes", "minutes"), ("max_boarding_minutes", "boarding")):
        minutes = exception.get(key)
        if minutes is not None:
            said = text(f"workbook.exception.{word}", plan.language, minutes=f"{minutes:g}")
            found.append(said)
    if exception.get("stay"):
        found.append(text("workbook.exception.stay", plan.language))
    return text("list.separator", plan.language).join(found)
