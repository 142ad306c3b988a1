"""Cases, minutes, plans and trade-offs as a notebook shows them."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from math import inf

import pytest

import layoutplan as lp
from cases.plans import drawn_plan
from layoutplan.core.facts import facts, goals, status_text
from layoutplan.core.opposite import Explanation
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.examples.copy import EXAMPLE
from layoutplan.texts import LANGUAGES, Language, text

NASTY = "<img src=x onerror=alert(1)></td>"


@pytest.fixture(scope="module")
def case() -> lp.Case:
    return lp.read_case(EXAMPLE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_tells_its_proof_and_sizes(language: Language) -> None:
    plan = drawn_plan(language)
    html = plan._repr_html_()
    assert f"<b>{plan.name}</b> {status_text(plan)}" in html
    for goal in goals(plan):
        assert escape(goal.label) in html
        assert escape(goal.proof) in html
    for label, value in facts(plan):
        assert escape(label) in html
        assert escape(value) in html
    assert "1,495.5" in html
    assert "0.3 %" in html


def test_what_is_not_proven_has_no_bound() -> None:
    plan = drawn_plan()
    open_end = replace(plan.objective[1], bound=-inf, gap=inf)
    html = replace(plan, status="time_limit", objective=(open_end,))._repr_html_()
    assert "inf" not in html
    assert html.count("–") == 2


def test_names_are_text_everywhere(case: lp.Case) -> None:
    plan = replace(drawn_plan(), name=NASTY)
    values = [plan, replace(case, name=NASTY)]
    assert all("<img" not in value._repr_html_() for value in values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_tells_its_bands_and_order(case: lp.Case, language: Language) -> None:
    html = replace(case, language=language)._repr_html_()
    for band in case.bands:
        assert band.label(language) in html
        assert text(f"map.mode.{band.mode}", language) in html
    for name in case.order:
        assert text(f"map.objective.{name}", language) in html


def test_travel_times_tell_each_band(case: lp.Case) -> None:
    times = lp.travel_times(case)
    html = times._repr_html_()
    assert html.count("<tr") == 1 + len(case.bands)
    nobody = {band: pairs.where(pairs.milliseconds < 0) for band, pairs in times.pairs.items()}
    assert replace(times, pairs=nobody)._repr_html_().count("<td") == 3 * len(case.bands)


def test_explanations_and_trade_offs(case: lp.Case) -> None:
    why = lp.explain(case, lp.optimize(case))
    trade_off = lp.front(case)
    nearly = lp.portfolio(replace(case, order=("pupil_minutes",)), within=0.5, n_plans=2)
    assert isinstance(why, Explanation)
    assert isinstance(trade_off, Front)
    assert isinstance(nearly, Portfolio)
    assert all(escape(said) in why._repr_html_() for said in why.schools["sentence"])
    assert trade_off._repr_html_().count("<tr") == 1 + len(trade_off.points)
    html = nearly._repr_html_()
    assert all(escape(said) in html for said in nearly.schools[f"sentence_{case.language}"])
