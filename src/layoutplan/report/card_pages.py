"""All cards of a plan as one file to print: a page for each school, several villages on a page."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd

from layoutplan.core.facts import facts, status_text
from layoutplan.core.plan import Plan
from layoutplan.report.card_rows import card_rows
from layoutplan.report.card_schools import SchoolCards
from layoutplan.report.card_villages import sorted_villages, village_cards
from layoutplan.report.card_words import Words
from layoutplan.report.layers import layers
from layoutplan.report.notes import notes
from layoutplan.report.page import asset
from layoutplan.texts import Language, text

# The browser's own promise: whatever the page holds, it may load nothing, run nothing, send
# nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
Row = Mapping[Hashable, Any]

_LANGUAGE_TAGS: Final[dict[Language, str]] = {"en": "en", "zh": "zh-Hans"}


def cards_html(plan: Plan) -> str:
    """Return the cards of all schools and villages of `plan` as the text of one HTML file.

    It loads nothing and holds no script. Schools come first, sorted like the villages by
    township, then name.
    """
    drawn, rows, words = layers(plan), card_rows(plan), Words(plan)
    schools = _sorted_schools(drawn.schools)
    villages = sorted_villages(plan, rows)
    maker = SchoolCards(plan, drawn, rows)
    parts = (
        "<!DOCTYPE html>",
        f'<html lang="{_LANGUAGE_TAGS[plan.language]}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(plan.name)} · {words.say('title')}</title>",
        f"<style>{asset('cards_print.css')}{_page_margins(plan, words)}</style></head><body>",
        _cover(plan, words, schools, villages),
        *(maker.card(number, row) for number, row in enumerate(schools, start=1)),
        f'<section class="villages"><h1>{words.say("villages.title")}</h1>',
        *village_cards(plan, villages, rows),
        "</section></body></html>",
    )
    return "\n".join(parts) + "\n"


def write_cards(plan: Plan, path: Path) -> None:
    """Write the cards of `plan` to `path`. Not atomic: give a place of its own, then move it."""
    path.write_text(cards_html(plan), encoding="utf-8")


def _sorted_schools(schools: pd.DataFrame) -> Sequence[Row]:
    """Return the schools by township, name and id; those without township last."""
    known = schools.drop(columns="geometry").reset_index()
    known[["name", "township"]] = known[["name", "township"]].fillna("")
    known["has_none"] = known["township"] == ""
    ordered = known.sort_values(["has_none", "township", "name", "school_id"])
    return ordered.to_dict("records")


def _cover(plan: Plan, words: Words, schools: Sequence[Row], villages: pd.DataFrame) -> str:
    """Return the first page: what the plan is, and where to find each card."""
    said = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
        for label, value in facts(plan)
    )
    lacking = [
        words.say(what)
        for what, is_lacking in (
            ("opposite.unasked", plan.opposites is None and not plan.is_public),
            ("times_missing", plan.times is None),
        )
        if is_lacking
    ]
    told = "".join(
        f"<li>{said_of}</li>"
        for said_of in (*map(escape, notes(plan)), *lacking, words.say("evidence"))
    )
    return (
        f'<section class="cover"><h1>{escape(plan.name)}</h1>'
        f'<p class="subtitle">{words.say("title")}</p>'
        f'<p class="status">{escape(status_text(plan))}</p><dl>{said}</dl>'
        f'<ul class="notes">{told}</ul>'
        f"<h2>{words.say('contents.schools')}</h2>{_school_contents(words, schools)}"
        f"<h2>{words.say('contents.villages')}</h2>{_village_contents(words, villages)}</section>"
    )


def _school_contents(words: Words, schools: Sequence[Row]) -> str:
    """Return the numbers of the schools' cards, township by township."""
    numbered = enumerate(schools, start=1)
    parts = []
    for township, of_township in groupby(numbered, key=lambda each: each[1]["township"] or ""):
        title = escape(township) or words.say("no_township")
        first, *others = [_school_entry(words, number, school) for number, school in of_township]
        parts.append(f"<li><h3>{title}</h3>{first}</li>{''.join(f'<li>{e}</li>' for e in others)}")
    return f'<ol class="contents">{"".join(parts)}</ol>'


def _school_entry(words: Words, number: int, school: Row) -> str:
    """Return one line of the contents."""
    name = escape(school["name"] or school["school_id"])
    action = escape(text(f"map.action.{school['action']}", words.plan.language))
    return (
        f'<a href="#s{number}"><span>{name}</span> '
        f'<i class="{school["action"]}">{action}</i><b>{number}</b></a>'
    )


def _village_contents(words: Words, villages: pd.DataFrame) -> str:
    """Return which numbers the cards of each township's villages have."""
    entries, first = [], 1
    for place, (township, of_township) in enumerate(villages.groupby("township", sort=False)):
        last = first + len(of_township) - 1
        title = escape(str(township)) or words.say("no_township")
        span = f"{first}–{last}" if last > first else str(first)
        entries.append(f'<li><a href="#t{place}"><span>{title}</span><b>{span}</b></a></li>')
        first = last + 1
    return f'<ol class="contents">{"".join(entries)}</ol>'


def _page_margins(plan: Plan, words: Words) -> str:
    """Return what stands at the foot of every page: whose plan, for whom, and the page's number."""
    imprint, language = plan.imprint, plan.language
    usual = "public.edition" if plan.is_public else "card_page.internal"
    parts = [plan.name, imprint.footer or text(usual, language), imprint.office]
    if imprint.review_no:
        parts.append(text("card_page.review", language, review_no=imprint.review_no))
    left = css_string(" · ".join(part for part in parts if part))
    return (
        f"@page{{@bottom-left{{content:{left}}}"
        f"@bottom-right{{content:counter(page) ' / ' counter(pages)}}}}"
    )


def css_string(said: str) -> str:
    r"""Return any text as a string of CSS: every letter that is not plain is written as a number.

    Examples
    --------
    >>> css_string("a'b")
    "'a\\27 b'"
    """
    letters = (
        letter
        if letter == " " or (letter.isascii() and letter.isalnum())
        else f"\\{ord(letter):x} "
        for letter in said
    )
    return f"'{''.join(letters)}'"
