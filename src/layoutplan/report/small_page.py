"""A small page in one file that loads nothing: text, tables and drawings, no map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from layoutplan.core.facts import number
from layoutplan.report.page import asset
from layoutplan.texts import Language, text

# The browser's own promise: whatever the page holds, it may load nothing and send nothing.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)
_LARGE: Final = 1000
_WORDS: Final = ' class="words"'
_LANGUAGE_TAGS: Final[dict[Language, str]] = {"en": "en", "zh": "zh-Hans"}


def small_page(title: str, body: Iterable[str], language: Language) -> str:
    """Return a page of HTML.

    Parameters
    ----------
    title : str
        Of the window and the page; any text.
    body : iterable of str
        Elements of HTML, in which every text is escaped already.
    language : {"en", "zh"}
        Of what it says.
    """
    parts = (
        "<!DOCTYPE html>",
        f'<html lang="{_LANGUAGE_TAGS[language]}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{asset('tradeoffs.css')}</style></head><body><main>",
        f"<h1>{escape(title)}</h1>",
        *body,
        f"</main><footer>{escape(text('tradeoff.footer', language))}</footer>",
        f"<script>{asset('tradeoffs.js')}</script></body></html>",
    )
    return "\n".join(parts) + "\n"


def rounded(value: float) -> str:
    """Return a number that can be read at a glance: one decimal only where it is small.

    Examples
    --------
    >>> rounded(560507.96), rounded(17.32), rounded(12)
    ('560,508', '17.3', '12')
    """
    return number(round(value) if abs(value) >= _LARGE else value)


def paragraph(words: str, *, kind: str = "") -> str:
    """Return a paragraph of any text."""
    return f'<p class="{kind}">{escape(words)}</p>' if kind else f"<p>{escape(words)}</p>"


def table(header: Sequence[str], rows: Iterable[str], *, words: Sequence[int] = ()) -> str:
    """Return a table from the texts of its header and rows made by :func:`row`.

    Columns are of numbers, but those at the places in `words`.
    """
    cells = "".join(
        f'<th scope="col"{_WORDS if place in words else ""}>{escape(each)}</th>'
        for place, each in enumerate(header)
    )
    return (
        f'<div class="wide"><table><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(cells: Sequence[str], *, attributes: str = "", words: Sequence[int] = ()) -> str:
    """Return a row of a table; `cells` are HTML, the first is the header of the row."""
    first, *others = cells
    said = "".join(
        f"<td{_WORDS if place in words else ''}>{cell}</td>"
        for place, cell in enumerate(others, start=1)
    )
    return f'<tr {attributes}><th scope="row">{first}</th>{said}</tr>'
