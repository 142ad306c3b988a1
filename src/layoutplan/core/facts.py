"""What is said of a plan in a few words: its size, its goals and how far they are proven."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.core.shown import shown
from layoutplan.texts import Language, catalog, text

_COUNTED = ("merge", "close", "open")  # what leads from the number today to that of the plan


@dataclass(frozen=True)
class Goal:
    """One objective in words: its name, the value reached, what is proven of it."""

    label: str
    value: str
    proof: str
    is_proven: bool


def goals(plan: Plan) -> list[Goal]:
    """Return the objectives of `plan`, the first matters most."""
    return [
        Goal(
            label=objective_name(result.name, plan.language),
            value=number(result.value),
            proof=proof(result, plan.language),
            is_proven=result.gap <= 0,
        )
        for result in plan.objective
    ]


def status_text(plan: Plan) -> str:
    """Return what is proven of the whole plan: of the objective that is proven least."""
    if plan.status == "optimal":
        return text("map.status.optimal", plan.language)
    if any(finding.rule == "front.is_point" for finding in plan.findings):
        return text("map.status.point", plan.language)
    least = max(plan.objective, key=lambda result: result.gap)
    return text(f"map.status.{plan.status}", plan.language, proof=proof(least, plan.language))


def proof(result: ObjectiveResult, language: Language) -> str:
    """Return what is proven of one objective, as a phrase.

    Examples
    --------
    >>> proof(ObjectiveResult("schools_open", 12.0, 12.0, 0.0), "en")
    'proven optimal'
    >>> proof(ObjectiveResult("pupil_minutes", 1000.0, 997.0, 0.003), "en")
    'at most 0.3 % from the best'
    """
    if result.gap <= 0:
        return text("map.proof.optimal", language)
    if not math.isfinite(result.gap):
        return text("map.proof.none", language)
    return text("map.proof.gap", language, percent=percent(result.gap))


def facts(plan: Plan) -> list[tuple[str, str]]:
    """Return the sizes of `plan` as pairs of label and value."""
    units = plan.assignments
    is_new = plan.schools["kind"] == "candidate"
    is_closed = plan.schools["action"].isin(CLOSED_ACTIONS)
    is_unbuilt = is_new & (plan.schools["action"] != "open")
    actions = plan.schools["action"][~is_unbuilt]
    counts = {action: int((actions == action).sum()) for action in _COUNTED}
    changes = [
        text(f"map.fact.schools.{action}", plan.language, n=n)
        for action, n in counts.items()
        if n or action == "merge"
    ]
    is_moved = (units["school_id"] != units["school_id_before"]) & (units["school_id_before"] != "")
    rows: dict[str, dict[str, object]] = {
        "schools": {
            "before": int((~is_new).sum()),
            "after": int((~is_closed & ~is_unbuilt).sum()),
            "changes": text("list.separator", plan.language).join(changes),
        },
        "moved": {
            "n_moved": shown(units.loc[is_moved, "pupils"].sum(), is_public=plan.is_public),
            "n_pupils": number(units["pupils"].sum()),
        },
    }
    found = [_fact(name, name, plan.language, values) for name, values in rows.items()]
    trips = {when: _trips(plan, when) for when in ("minutes_before", "minutes")}
    before, after = trips["minutes_before"], trips["minutes"]
    for position, name in enumerate(("mean", "longest")):
        minutes = {"before": f"{before[position]:,.1f}", "after": f"{after[position]:,.1f}"}
        found.append(_fact(name, "minutes", plan.language, minutes))
    if before[2] or after[2]:
        pupils = {
            when: shown(trip[2], is_public=plan.is_public)
            for when, trip in (("before", before), ("after", after))
        }
        found.append(_fact("unreached", "unreached", plan.language, pupils))
    return found + _boarders(plan) + _money(plan)


def number(value: float) -> str:
    """Return a number with at most one decimal and its thousands apart.

    Examples
    --------
    >>> number(12345.0), number(2.25)
    ('12,345', '2.2')
    """
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def objective_name(name: str, language: Language) -> str:
    """Return an objective in words; one that has none yet keeps its name."""
    key = f"map.objective.{name}"
    return text(key, language) if key in catalog() else name


def percent(share: float) -> str:
    """Return a share above 0 as percent, rounded up: a promise must not be rounded away."""
    exact = 100 * share
    digits = 1 if exact >= 0.1 else 1 - math.floor(math.log10(exact))
    step = 10.0**-digits
    return f"{round(math.ceil(round(exact / step, 6)) * step, digits):g}"


def _trips(plan: Plan, column: str) -> tuple[float, float, float]:
    """Return mean and longest minutes, and the pupils at a school to which no path leads."""
    units = plan.assignments
    minutes = units[column].to_numpy(dtype=np.float64)
    pupils = units["pupils"].to_numpy(dtype=np.float64)
    is_reached = np.isfinite(minutes)
    school = "school_id_before" if column == "minutes_before" else "school_id"
    is_stranded = ~is_reached & (units[school] != "").to_numpy()
    total = pupils[is_reached].sum()
    mean = float((pupils * np.where(is_reached, minutes, 0.0)).sum() / total) if total else 0.0
    return mean, float(minutes[is_reached].max(initial=0.0)), float(pupils[is_stranded].sum())


def _boarders(plan: Plan) -> list[tuple[str, str]]:
    """Return who boards under the plan, and on how many beds; nothing where nobody does."""
    n_boarders = int(plan.schools["boarders_after"].sum())
    if not n_boarders:
        return []
    is_open = ~plan.schools["action"].isin(CLOSED_ACTIONS)
    boarders = shown(n_boarders, is_public=plan.is_public)
    values = {"pupils": boarders, "beds": number(plan.schools["beds"][is_open].sum())}
    return [_fact("boarders", "boarders", plan.language, values)]


def _money(plan: Plan) -> list[tuple[str, str]]:
    """Return what the plan costs, as far as that is known."""
    return [
        (text(f"map.fact.{name}", plan.language), f"{cost:,.2f}".removesuffix(".00"))
        for name in ("yearly_cost", "one_off_cost")
        if isinstance(cost := plan.totals.get(name), int | float)
    ]


def _fact(
    name: str, value: str, language: Language, values: Mapping[str, object]
) -> tuple[str, str]:
    """Return one label with its filled value."""
    label = text(f"map.fact.{name}", language)
    return label, text(f"map.fact.{value}.value", language, **values)
