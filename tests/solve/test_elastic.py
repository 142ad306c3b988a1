"""The model with slack: what may be broken, and that its start breaks nothing else."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Rules
from layoutplan.model.arrays import Rows, broken_rows
from layoutplan.model.assemble import build_problem
from layoutplan.solve.elastic import FREED, KINDS, elastic, order_freeing
from layoutplan.solve.relaxed import Relaxed, relaxed
from layoutplan.solve.remedies import least_broken
from layoutplan.solve.slack import Slack


def crowded(**rules: object) -> Case:
    """Return a town in which nothing fits."""
    return town(
        [[5, 45, 90], [45, 5, 50], [60, 33, 5]],
        pupils=[30, 25, 20],
        seats=[20, 30, 5],
        today=["s1", "s2", ""],
        decision=["close", "keep", ""],
        rules=Rules(**{"over_limit_today": "forbid", "min_enrollment": 28, **rules}),
    )


def loose(case: Case) -> Relaxed:
    times, attendance = case.travel_times, as_villages_say(case)
    return relaxed(case, times, attendance, [build_problem(case, times, attendance)])


@pytest.mark.parametrize("movement", ["by_village", "whole_school", "redraw"])
@pytest.mark.parametrize("closest_open", [False, True])
def test_the_start_keeps_to_all_rows(movement, closest_open):
    case = crowded(movement=movement, closest_open=closest_open, max_closures=0)
    found = loose(case)
    model = elastic(found.problem, found.prices, KINDS)
    assert broken_rows(model.model.rows, model.start) == []


@pytest.mark.parametrize("kind", FREED)
def test_what_is_spared_most_is_broken_least(kind):
    found = loose(crowded())
    impossible = [found.problem]
    for part, prices in found.parts(impossible):
        spared = least_broken(found.case, part, prices, KINDS, time.monotonic() + 60)
        freed = least_broken(found.case, part, prices, order_freeing(kind), time.monotonic() + 60)
        first = next(each for each in KINDS if each in spared.kinds and each != kind)
        assert cost(found, spared, first) <= cost(found, freed, first)
        assert not spared.is_unserved.any()


def cost(found: Relaxed, broken, kind: str) -> int:
    model = elastic(broken.problem, found.prices, KINDS).model
    by_name = {objective.name: objective for objective in model.objectives}
    return by_name[kind].exact(broken.values)


def test_without_time_more_than_needed_is_broken_and_nothing_is_proven():
    found = loose(crowded())
    (part, prices), *_ = found.parts([found.problem])
    late = least_broken(found.case, part, prices, KINDS, time.monotonic() - 1)
    assert not late.is_unserved.any()
    assert not late.is_smallest


def test_limitless_pairs_leave_who_is_bound_as_with_limits():
    case = crowded()
    case = replace(case, rules=replace(case.rules, over_limit_today="keep"))
    times, attendance = case.travel_times, as_villages_say(case)
    usual = build_problem(case, times, attendance)
    limitless = build_problem(case, times, attendance, is_limitless=True)
    assert limitless.n_pairs > usual.n_pairs
    assert limitless.is_bound.tolist() == usual.is_bound.tolist()
    assert limitless.block_ids.tolist() == usual.block_ids.tolist()


def test_slack_is_what_the_rows_lack():
    rows = Rows(
        "some",
        row=np.array([0, 1, 2]),
        column=np.array([0, 0, 0]),
        entry=np.array([3.0, 3.0, 1.0]),
        lower=np.array([-np.inf, 5.0, 1.0]),
        upper=np.array([2.0, np.inf, 1.0]),
    )
    slack = Slack("seats", rows, column=np.array([1, 2, 3]))
    assert slack.needed(np.array([1.0])).tolist() == [1.0, 2.0, 0.0]
    assert slack.needed(np.array([0.0])).tolist() == [0.0, 5.0, 1.0]
    values = np.array([0.0, 0.0, 5.0, 1.0])
    assert broken_rows(slack.loosened(), values) == []
    assert broken_rows(slack.loosened(), np.array([0.0, 0.0, 4.0, 1.0])) == ["some"]
