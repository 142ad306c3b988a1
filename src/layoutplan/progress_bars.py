"""Bars that tell how far long work is: in a notebook, in a terminal, as lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final

import click

from layoutplan.core.progress import Progress
from layoutplan.texts import Language, text

if TYPE_CHECKING:
    from IPython.display import DisplayHandle
    from rich.progress import Progress as RichProgress

_SECONDS_BETWEEN: Final = 0.1  # of two drawings in a notebook: each is a message to the browser


@contextmanager
def bars(language: Language = "en") -> Iterator[Progress]:
    """Show how far long work is, in a notebook or a terminal; gone when the ``with`` ends.

    Parameters
    ----------
    language : {"en", "zh"}
        Of the stages.

    Yields
    ------
    Progress
        To be given as `progress` to whatever takes long.

    Examples
    --------
    >>> import layoutplan as lp
    >>> from layoutplan.examples.copy import EXAMPLE
    >>> with lp.bars() as progress:
    ...     case = lp.read_case(EXAMPLE, progress=progress)
    """
    bar: NotebookBar | TerminalBar = NotebookBar() if _in_notebook() else TerminalBar()

    def progress(key: str, done: int, total: int) -> None:
        bar.show(text(key, language), done, total)

    try:
        yield progress
    finally:
        bar.stop()


@dataclass
class TerminalBar:
    """A bar on stderr; where that is no terminal, a line for every stage."""

    _drawn: RichProgress | None = None
    _label: str = ""

    def show(self, label: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps are done; 0 where it is not known how many."""
        is_new, self._label = label != self._label, label
        if not sys.stderr.isatty():
            if is_new:
                click.echo(label, err=True)
            return
        if self._drawn is None:
            self._drawn = _rich_bar(label)
            self._drawn.start()
        task = self._drawn.tasks[0].id
        self._drawn.update(task, description=label, completed=done, total=total or None)

    def stop(self) -> None:
        """Take the bar away."""
        if self._drawn is not None:
            self._drawn.stop()
            self._drawn = None


@dataclass
class NotebookBar:
    """A bar under the cell that runs, which needs no widgets."""

    _handle: DisplayHandle | None = None
    _label: str = ""
    _began: float = field(default_factory=time.monotonic)
    _drawn: float = 0.0

    def show(self, label: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps are done; 0 where it is not known how many."""
        from IPython.display import HTML, display

        now = time.monotonic()
        if label == self._label and now - self._drawn < _SECONDS_BETWEEN and done != total:
            return
        self._label, self._drawn = label, now
        html = HTML(_bar_html(label, done, total, seconds=now - self._began))
        if self._handle is None:
            self._handle = display(html, display_id=True)
        else:
            self._handle.update(html)

    def stop(self) -> None:
        """Take the bar away."""
        from IPython.display import HTML

        if self._handle is not None:
            self._handle.update(HTML(""))
            self._handle = None


def _rich_bar(label: str) -> RichProgress:
    """Return a bar for terminals, not started."""
    # Only who waits at a terminal needs them.
    from rich import progress as rich
    from rich.console import Console

    drawn = rich.Progress(
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    drawn.add_task(label)
    return drawn


def _bar_html(label: str, done: int, total: int, *, seconds: float) -> str:
    """Return a bar as HTML; where it is not known how many steps there are, it only moves."""
    reached = f' value="{min(done, total)}" max="{total}"' if total else ""
    steps = f" {done:,}/{total:,}" if total else ""
    return (
        '<div style="font-variant-numeric:tabular-nums">'
        f'<span style="display:inline-block;min-width:16em">{escape(label)}</span> '
        f'<progress{reached} style="width:16em;vertical-align:middle"></progress>'
        f"{steps} · {seconds:.0f} s</div>"
    )


def _in_notebook() -> bool:
    """Return whether a notebook's kernel runs this, without loading what only notebooks need."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
