"""What the opposite of the decision on a school would mean, as its card tells it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd

from layoutplan.report.card_words import Words
from layoutplan.texts import Language, catalog, text


def opposite(words: Words, school: Mapping[Hashable, Any]) -> str:
    """Return what the opposite would cost; nothing where nobody asked, and for the public.

    Parameters
    ----------
    words : Words
        Of the plan.
    school : Mapping
        A row of its schools: ``school_id`` and ``reason``.
    """
    plan = words.plan
    if plan.is_public or plan.opposites is None:
        return ""
    title = f"<h3>{words.say('opposite')}</h3>"
    if school["school_id"] not in plan.opposites.index:
        return f'{title}<p class="more">{words.say("opposite.not_small")}</p>'
    row = plan.opposites.loc[school["school_id"]]
    deltas = "".join(
        f"<span>{_objective(str(name), plan.language)} <b>{signed(row[name])}</b></span>"
        for name in plan.opposites
        if str(name).startswith("delta_") and pd.notna(row[name])
    )
    status = words.say(f"opposite.{row['status']}")
    sentence = str(row["sentence"])
    # With `explain` the reason holds the sentence already.
    said = f"<p>{escape(sentence)}</p>" if sentence and sentence not in school["reason"] else ""
    return f'{title}<p class="opposite">{deltas}<i>{status}</i></p>{said}'


def signed(value: float) -> str:
    """Return a change with its sign and at most one decimal.

    Examples
    --------
    >>> signed(85.75), signed(-2.0), signed(0.0)
    ('+85.8', '−2', '0')
    """
    said = f"{value:+,.0f}" if value == round(value) else f"{value:+,.1f}"
    return "0" if said in ("+0", "-0", "+0.0", "-0.0") else said.replace("-", "−")


def _objective(column: str, language: Language) -> str:
    """Return what a column of changes counts."""
    name = column.removeprefix("delta_")
    key = f"map.objective.{name}"
    return escape(text(key, language) if key in catalog() else name)
