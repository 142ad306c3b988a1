"""The cards of villages, several on a page: today's and planned school, minutes, the next best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.report.card_rows import CardRow
from layoutplan.report.card_words import Words, table

_MOST_ROWS: Final = 8  # groups of pupils on the card of a village; more go to few schools each
_BESIDE: Final = 2  # cards side by side


def sorted_villages(plan: Plan, rows: Sequence[CardRow]) -> pd.DataFrame:
    """Return the villages with pupils, by township and name; those without township last."""
    with_pupils = plan.villages[plan.villages.index.isin([row.village_id for row in rows])]
    table_of = pd.DataFrame(
        {"name": with_pupils["name"].fillna(""), "township": with_pupils["township"].fillna("")}
    )
    table_of["has_none"] = table_of["township"] == ""
    table_of["id"] = table_of.index
    return table_of.sort_values(["has_none", "township", "name", "id"])


def village_cards(plan: Plan, villages: pd.DataFrame, rows: Sequence[CardRow]) -> Iterator[str]:
    """Yield the cards of `villages` (from :func:`sorted_villages`), township by township."""
    words = Words(plan)
    groups: dict[str, list[CardRow]] = {}
    for row in rows:
        groups.setdefault(row.village_id, []).append(row)
    number = 0
    for place, (township, of_township) in enumerate(villages.groupby("township", sort=False)):
        title = escape(str(township)) or words.say("no_township")
        cards = []
        for village_id, name in of_township["name"].items():
            number += 1
            cards.append(_card(words, number, str(village_id), name, groups[str(village_id)]))
        first, *others = [
            f'<div class="beside">{"".join(cards[start : start + _BESIDE])}</div>'
            for start in range(0, len(cards), _BESIDE)
        ]
        heading = f'<h2 class="township" id="t{place}">{title}</h2>'
        yield f'<div class="first">{heading}{first}</div>{"".join(others)}'


def _card(words: Words, number: int, village_id: str, name: str, rows: Sequence[CardRow]) -> str:
    """Return the card of one village."""
    is_moved = any(row.is_moved for row in rows)
    mark = words.say("village.changes" if is_moved else "village.stays")
    lines = [
        (
            "moved" if row.is_moved else "",
            escape(row.band),
            escape(row.told),
            words.trip(row.school_id_before, row.minutes_before),
            words.trip(row.school_id, row.minutes, row.limit)
            + (f' <i class="none">{words.say("boards")}</i>' if row.boards else ""),
            words.limit(row),
            _next(words, row),
        )
        for row in rows[:_MOST_ROWS]
    ]
    header = tuple(
        words.say(each) for each in ("band", "pupils", "before", "after", "of_limit", "next_best")
    )
    more = ""
    if len(rows) > _MOST_ROWS:
        more = f'<p class="more">{words.say("village.more", n=len(rows) - _MOST_ROWS)}</p>'
    return (
        f'<article class="village{" changes" if is_moved else ""}" id="v{number}"><header>'
        f'<p class="number">{words.say("village.number", number=number)}</p>'
        f'<h3>{escape(name or village_id)}</h3><p class="about">{escape(village_id)} · {mark}</p>'
        f"</header>{table(header, lines, kind='ways', numbers=(1, 4))}{more}</article>"
    )


def _next(words: Words, row: CardRow) -> str:
    """Return the next best open school, and whether it is within the limit."""
    if words.plan.times is None:
        return "–"
    if not row.next_school_id:
        return f'<i class="none">{words.say("next_best.none")}</i>'
    return words.trip(row.next_school_id, row.next_minutes, row.limit)
