"""The pages of trade-offs and portfolios: whole, offline, and safe whatever the names are."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest

from cases.tradeoffs import drawn_front, drawn_portfolio
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.report.chart import Dot, chart, ticks
from layoutplan.report.front import front_html
from layoutplan.report.portfolio import portfolio_html
from layoutplan.texts import Language

HOSTILE = '<img src=x onerror="window.hurt=1"></script><script>window.hurt=1</script>'


class Reader(HTMLParser):
    """What a page holds: its elements, its texts, and whether all elements are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def page_of(drawn: Front | Portfolio) -> str:
    return front_html(drawn) if isinstance(drawn, Front) else portfolio_html(drawn)


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.mark.parametrize("draw", [drawn_front, drawn_portfolio])
def test_a_page_loads_nothing(draw, language: Language) -> None:
    page = page_of(draw(language))
    reader = read(page)
    fetched = [
        attributes
        for _, attributes in reader.elements
        if attributes.keys() & {"src", "href", "data", "action", "srcset"}
    ]
    assert not fetched
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import", page)


@pytest.mark.parametrize("draw", [drawn_front, drawn_portfolio])
def test_names_stay_texts(draw, language: Language) -> None:
    drawn = replace(draw(language), name=HOSTILE)
    if isinstance(drawn, Portfolio):
        drawn = replace(
            drawn,
            schools=drawn.schools.assign(name=HOSTILE),
            fates=drawn.fates.assign(name=HOSTILE),
        )
    reader = read(page_of(drawn))
    names = [name for name, _ in reader.elements]
    assert "img" not in names
    assert names.count("script") == 1
    assert any(HOSTILE in said for said in reader.texts)


@pytest.mark.parametrize("draw", [drawn_front, drawn_portfolio])
def test_a_page_speaks_the_language_of_the_case(draw, language: Language) -> None:
    reader = read(page_of(draw(language)))
    said = "".join(text for text in reader.texts if "use strict" not in text and "{" not in text)
    assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (language == "zh")
    (_, attributes) = reader.elements[0]
    assert attributes["lang"] == {"en": "en", "zh": "zh-Hans"}[language]


def test_every_point_is_a_dot_and_a_row() -> None:
    drawn = drawn_front()
    reader = read(front_html(drawn))
    for tag in ("circle", "tr"):
        numbers = [each["data-point"] for name, each in reader.elements if name == tag and each]
        found = [number for number in numbers if number is not None]
        assert found == [str(point) for point in drawn.points.index]


def test_only_proven_points_are_full_and_said_to_be() -> None:
    drawn = drawn_front()
    reader = read(front_html(drawn))
    kinds = [each["class"] for name, each in reader.elements if name == "circle"]
    assert kinds == ["dot", "dot hollow", "dot"]
    labels = [each["aria-label"] for name, each in reader.elements if name == "circle"]
    assert [label.endswith("proven") for label in labels if label] == [True, False, True]
    assert "900" in str(labels[1])


def test_every_school_has_a_sign_for_every_plan() -> None:
    drawn = drawn_portfolio()
    reader = read(portfolio_html(drawn))
    signs = [
        each for name, each in reader.elements if name == "span" and each.get("class") == "fate"
    ]
    used = pd.unique(drawn.fates.drop(columns="name").to_numpy().ravel())
    n_cells = len(drawn.schools) * len(drawn.plans)
    assert len(signs) == n_cells + len(used)


@pytest.mark.parametrize(
    "values", [[0], [5, 5], [0.2, 0.7], [1, 2], [558288.4, 560508.0], [0, 3e9]]
)
def test_ticks_are_round_and_reach_around(values: list[float]) -> None:
    found = ticks(values)
    assert found[0] <= min(values) <= max(values) <= found[-1]
    assert 2 <= len(found) <= 13
    steps = {round(after - before, 6) for before, after in pairwise(found)}
    assert len(steps) == 1
    if all(float(value).is_integer() for value in values):
        assert all(tick.is_integer() for tick in found)


def test_a_single_point_can_be_drawn() -> None:
    drawn = chart([Dot(3, 10, 10, "only")], "x", "y", "title")
    assert drawn.count("<circle") == 1
    assert "nan" not in drawn
