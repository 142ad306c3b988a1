"""The page of a portfolio: its plans, and each school with what becomes of it in every plan."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

from layoutplan.core.tradeoffs import Portfolio
from layoutplan.report.palette import ACTIONS
from layoutplan.report.small_page import paragraph, rounded, row, small_page, table
from layoutplan.texts import text

_SIGNS = {"keep": "●", "open": "◆", "downgrade": "▲", "expand": "⬟", "close": "×"}


def portfolio_html(portfolio: Portfolio) -> str:
    """Return the page as the text of one HTML file that loads nothing."""
    language = portfolio.language
    about = text(
        "tradeoff.portfolio.about",
        language,
        n_plans=len(portfolio.plans),
        percent=f"{100 * portfolio.within:.6g}",
    )
    body = [paragraph(about)]
    if portfolio.is_exhausted:
        body.append(paragraph(text("tradeoff.portfolio.exhausted", language)))
    body += [
        f"<h2>{escape(text('tradeoff.portfolio.plans', language))}</h2>",
        _plans(portfolio),
        f"<h2>{escape(text('tradeoff.portfolio.schools', language))}</h2>",
        _legend(portfolio),
        _schools(portfolio),
    ]
    title = text("tradeoff.portfolio.title", language, name=portfolio.name)
    return small_page(title, body, language)


def _plans(portfolio: Portfolio) -> str:
    """Return the table of the plans."""
    language = portfolio.language
    header = [
        text("tradeoff.column.plan", language),
        *(text(f"tradeoff.axis.{name}", language) for name in portfolio.order),
        text("tradeoff.column.n_differing", language),
        text("tradeoff.column.least_differing", language),
        text("tradeoff.column.proof", language),
    ]
    last = len(header) - 1
    rows = [
        row(
            [
                str(plan["plan"]),
                *(_over_best(plan, name) for name in portfolio.order),
                rounded(plan["n_differing"]),
                rounded(plan["least_differing"]),
                escape(_proof(portfolio, plan)),
            ],
            words=[last],
        )
        for plan in portfolio.plans.reset_index().to_dict("records")
    ]
    return table(header, rows, words=[last])


def _over_best(plan: Mapping[Hashable, Any], name: str) -> str:
    """Return the value of an objective and how far it is over the best."""
    over = plan[f"{name}_over_best"]
    return (
        f"{rounded(plan[name])} <small>{100 * over:+.2f} %</small>" if over else rounded(plan[name])
    )


def _proof(portfolio: Portfolio, plan: Mapping[Hashable, Any]) -> str:
    """Return what is proven of the choice of a plan."""
    if plan["plan"] == 1:
        return text(f"tradeoff.best.{plan['status']}", portfolio.language)
    bound = plan["most_differing_bound"]
    return text("tradeoff.proof.most", portfolio.language, bound=bound)


def _legend(portfolio: Portfolio) -> str:
    """Return what the signs mean, of those that are there."""
    used = set(portfolio.fates.drop(columns="name").to_numpy().ravel())
    entries = [
        f"<li>{_sign(action, text(f'tradeoff.fate.{action}', portfolio.language))} "
        f"{escape(text(f'tradeoff.fate.{action}', portfolio.language))}</li>"
        for action in _SIGNS
        if action in used
    ]
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _schools(portfolio: Portfolio) -> str:
    """Return the table of the schools, those first that close most often."""
    language = portfolio.language
    numbers = list(portfolio.plans.index)
    header = [
        text("tradeoff.column.school", language),
        text("tradeoff.column.share", language),
        *map(str, numbers),
    ]
    ordered = portfolio.schools.rename_axis("school_id").reset_index()
    ordered = ordered.sort_values(["share", "school_id"], ascending=[False, True])
    fates = portfolio.fates.loc[ordered["school_id"], numbers].to_numpy()
    rows = [
        row(
            [
                f"{escape(str(school['name']))} <small>{escape(str(school['school_id']))}</small>",
                f'<span class="bar"><i style="width:{100 * school["share"]:.4g}%"></i></span> '
                f"{escape(school[f'sentence_{language}'])}",
                *(_sign(fate, text(f"tradeoff.fate.{fate}", language)) for fate in of_school),
            ],
            words=[1],
        )
        for school, of_school in zip(ordered.to_dict("records"), fates, strict=True)
    ]
    return table(header, rows, words=[1])


def _sign(action: str, words: str) -> str:
    """Return the sign of what becomes of a school."""
    color = ACTIONS["merge" if action == "close" else action][1]
    label = escape(words)
    return (
        f'<span class="fate" style="color:{color}" role="img" title="{label}" '
        f'aria-label="{label}">{_SIGNS[action]}</span>'
    )
