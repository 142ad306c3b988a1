"""What a notebook shows of our values: small, calm tables, in which nothing can be markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_CELL: Final = "padding:2px 12px 2px 0;text-align:left;vertical-align:baseline;white-space:"
_SHORT: Final = 16  # characters of a cell that stays on one line


def heading(title: str, line: str = "") -> str:
    """Return a title with a line of text beside it, as HTML."""
    return f"<div><b>{escape(title)}</b> {escape(line)}</div>".replace(" </div>", "</div>")


def paragraph(words: str) -> str:
    """Return a paragraph of text as HTML."""
    return f"<div>{escape(words)}</div>"


def table(rows: Iterable[Sequence[object]], header: Sequence[str] = ()) -> str:
    """Return a table as HTML, whatever its cells hold shown as text.

    Parameters
    ----------
    rows : iterable of sequences
        The cells of each row, from left to right.
    header : sequence of str
        Above them; none where the cells speak for themselves.

    Examples
    --------
    >>> "<b>" in table([["<b>bold</b>"]])
    False
    """
    head = f"<thead>{_row(header, 'th')}</thead>" if header else ""
    body = "".join(_row(row, "td") for row in rows)
    return f'<table style="margin:4px 0">{head}<tbody>{body}</tbody></table>'


def _row(cells: Sequence[object], tag: str) -> str:
    """Return one row of a table."""
    inner = "".join(
        f'<{tag} style="{_CELL}{_wrapping(cell)}">{escape(cell)}</{tag}>'
        for cell in map(str, cells)
    )
    return f"<tr>{inner}</tr>"


def _wrapping(cell: str) -> str:
    """Return how the lines of a cell break: a long text keeps its own and gets more."""
    return "nowrap" if len(cell) <= _SHORT else "pre-line"
