"""What a notebook shows of a case, its minutes, its plan and its trade-offs, in short."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from layoutplan import notebook
from layoutplan.core.case import Case
from layoutplan.core.facts import facts, goals, number, objective_name, percent, status_text
from layoutplan.core.opposite import Explanation
from layoutplan.core.plan import Plan
from layoutplan.core.schema import pupils_column
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.core.travel_times import TravelTimes, to_minutes
from layoutplan.errors import counted
from layoutplan.texts import Language, text

_POINT = ("schools_open", "schools_merged", "pupils_moved", "mean_minutes", "max_minutes")
_UNKNOWN = "–"


def plan_html(plan: Plan) -> str:
    """Return what is proven of a plan, its objectives, its sizes and how much was found."""
    language = plan.language
    rows = [
        (goal.label, goal.value, _bound(result.bound), _gap(result.gap), goal.proof)
        for goal, result in zip(goals(plan), plan.objective, strict=True)
    ]
    found = text("notebook.plan.findings", language, counted=counted(plan.findings, language))
    return "".join(
        (
            notebook.heading(plan.name, status_text(plan)),
            notebook.table(
                rows, _header(("objective", "value", "bound", "gap", "proof"), language)
            ),
            notebook.table(facts(plan)),
            notebook.paragraph(found),
        )
    )


def case_html(case: Case) -> str:
    """Return the sizes of a case, its bands with their limits, and how much was found."""
    language = case.language
    pupils = {band.name: int(case.villages[pupils_column(band.name)].sum()) for band in case.bands}
    sizes = text(
        "notebook.case.sizes",
        language,
        n_villages=number(len(case.villages)),
        n_schools=number(len(case.schools)),
        n_pupils=number(sum(pupils.values())),
    )
    rows = [
        (
            band.label(language),
            text(f"map.mode.{band.mode}", language),
            f"{band.max_minutes:g}",
            number(pupils[band.name]),
        )
        for band in case.bands
    ]
    order = text("list.separator", language).join(
        objective_name(name, language) for name in case.order
    )
    found = text("notebook.plan.findings", language, counted=counted(case.findings, language))
    return "".join(
        (
            notebook.heading(case.name, sizes),
            notebook.table(rows, _header(("band", "mode", "limit", "pupils"), language)),
            notebook.paragraph(text("notebook.case.order", language, order=order)),
            notebook.paragraph(found),
        )
    )


def times_html(times: TravelTimes) -> str:
    """Return for each band how many pairs there are, and their least, middle and most minutes."""
    rows = []
    for band, pairs in times.pairs.items():
        minutes = to_minutes(pairs.milliseconds)
        spread = [f"{each:.1f}" for each in np.quantile(minutes, (0, 0.5, 1))] if len(pairs) else []
        rows.append((band, times.modes[band], number(len(pairs)), *spread))
    header = ("band", "mode", "pairs", "min", "median", "max")
    return notebook.table(rows, header)


def explanation_html(explanation: Explanation) -> str:
    """Return the sentence on each school that was asked about."""
    schools = explanation.schools
    rows = list(zip(schools.index, schools["action"], schools["sentence"], strict=True))
    return notebook.table(rows, ("school_id", "action", "sentence"))


def front_html(front: Front) -> str:
    """Return the points of a trade-off."""
    language = front.language
    labels = [text(f"tradeoff.axis.{name}", language) for name in front.objectives]
    sizes = [name for name in _POINT if name not in front.objectives]
    header = [
        text("tradeoff.column.point", language),
        *labels,
        *(text(f"tradeoff.column.{name}", language) for name in sizes),
    ]
    return notebook.heading(front.name) + notebook.table(
        _rows(front.points, (*front.objectives, *sizes)), header
    )


def portfolio_html(portfolio: Portfolio) -> str:
    """Return the plans nearly as good as the best, and each school's share of them."""
    language = portfolio.language
    header = [
        text("tradeoff.column.plan", language),
        *(text(f"tradeoff.axis.{name}", language) for name in portfolio.order),
        text("tradeoff.column.n_differing", language),
    ]
    schools = portfolio.schools
    said = list(zip(schools["name"], schools[f"sentence_{language}"], strict=True))
    return "".join(
        (
            notebook.heading(portfolio.name),
            notebook.table(_rows(portfolio.plans, (*portfolio.order, "n_differing")), header),
            notebook.table(said),
        )
    )


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return index and columns of numbers as rows of text."""
    cells = [[number(value) for value in frame[column]] for column in columns]
    return list(zip(map(str, frame.index), *cells, strict=True))


def _header(names: Sequence[str], language: Language) -> list[str]:
    """Return the heads of columns in words."""
    return [text(f"notebook.column.{name}", language) for name in names]


def _bound(bound: float) -> str:
    """Return a bound, where one is known."""
    return number(bound) if math.isfinite(bound) else _UNKNOWN


def _gap(gap: float) -> str:
    """Return a gap in percent, where one is known."""
    if not math.isfinite(gap):
        return _UNKNOWN
    return f"{percent(gap)} %" if gap > 0 else "0 %"
