"""Bars in a notebook, in a terminal and in a log: they tell how far work is, and then are gone."""

from __future__ import annotations

import sys

import nbformat
import pytest
from nbclient import NotebookClient

import layoutplan as lp
from layoutplan import progress_bars
from layoutplan.progress_bars import NotebookBar, TerminalBar
from layoutplan.texts import text

CELL = """
import layoutplan as lp
from layoutplan.examples.copy import EXAMPLE
with lp.bars("zh") as progress:
    case = lp.read_case(EXAMPLE, progress=progress)
    progress("progress.search", 3, 10)
    shown = progress
"""


class Drawn:
    """What a notebook was asked to show, in the place of its handle."""

    def __init__(self) -> None:
        self.pages: list[str] = []

    def __call__(self, html, *, display_id: bool) -> Drawn:
        assert display_id
        self.update(html)
        return self

    def update(self, html) -> None:
        self.pages.append(html.data)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    page = Drawn()
    monkeypatch.setattr("IPython.display.display", page)
    monkeypatch.setattr(progress_bars, "_SECONDS_BETWEEN", 0.0)
    return page


def test_a_notebook_bar_counts_and_vanishes(drawn: Drawn) -> None:
    bar = NotebookBar()
    bar.show("Reading <b>", 0, 0)
    bar.show("Searching", 3, 10)
    bar.stop()
    first, second, last = drawn.pages
    assert "Reading &lt;b&gt;" in first
    assert "max=" not in first
    assert 'value="3" max="10"' in second
    assert last == ""


def test_a_notebook_is_not_flooded(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_bars, "_SECONDS_BETWEEN", 3600.0)
    bar = NotebookBar()
    for done in range(1001):
        bar.show("Searching", done, 1000)
    bar.show("Solving", 0, 0)
    assert len(drawn.pages) == 3  # the first, the last, and the next stage


def test_a_bar_that_was_never_shown_leaves_nothing(drawn: Drawn) -> None:
    NotebookBar().stop()
    TerminalBar().stop()
    assert drawn.pages == []


def test_the_bar_goes_also_when_the_work_fails(
    drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_bars, "_in_notebook", lambda: True)

    def fail() -> None:
        with lp.bars() as progress:
            progress("progress.search", 1, 2)
            raise KeyError("work")

    with pytest.raises(KeyError):
        fail()
    assert text("progress.search", "en") in drawn.pages[0]
    assert drawn.pages[-1] == ""


def test_a_log_gets_a_line_for_every_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with lp.bars("zh") as progress:
        for done in range(3):
            progress("progress.read", done, 3)
        progress("progress.search", 0, 0)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [text("progress.read", "zh"), text("progress.search", "zh")]


def test_a_terminal_bar_is_taken_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    bar = TerminalBar()
    bar.show("Searching", 1, 2)
    bar.show("Solving", 0, 0)
    assert bar._drawn is not None
    assert bar._drawn.tasks[0].description == "Solving"
    bar.stop()
    assert bar._drawn is None
    assert capsys.readouterr().out == ""


def test_in_a_real_notebook_nothing_is_left(tmp_path) -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(book, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = book.cells[0].outputs
    assert [each.output_type for each in outputs] == ["display_data"]
    assert outputs[0].data["text/html"] == ""
