"""How much a plan differs from others: the number of schools with another fate.

The fate of a school is the option it takes, or to be closed. `alike` is one column more than the
model has: the schools with the same fate as in that one of the other plans that is most alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Model, Objective, Rows, Values
from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem

Mask = NDArray[np.bool_]


def has_choice(problem: Problem) -> Mask:
    """Return (s,) whether a school has more than one possible fate."""
    return problem.n_options + problem.may_close > 1


def n_differing(problem: Problem, is_option: Mask, others: Sequence[Mask]) -> NDArray[np.int64]:
    """Return for each of the `others` the number of schools with another fate than `is_option`.

    Plans are told by the options that they take, (o,) bool.
    """
    return np.array(
        [len(np.unique(problem.options.school[is_option != other])) for other in others],
        dtype=np.int64,
    )


def alike(problem: Problem, others: Sequence[Mask]) -> Rows:
    """``alike >= sum_{o taken in k} z_jo + sum_{j closed in k} (1 - open_j)`` for every plan `k`.

    Over the schools `j` with a choice. `others` are the options taken, (o,) bool, of each plan.
    """
    columns = columns_of(problem)
    school = problem.options.school
    asked = has_choice(problem)
    entries, closed = [], []
    for other in others:
        is_open = np.zeros(problem.n_schools, dtype=bool)
        is_open[school[other]] = True
        entries.append(np.where(other, 1, np.where(is_open[school], 0, -1)) * asked[school])
        closed.append(np.count_nonzero(asked & ~is_open))
    row, option = np.nonzero(entries)
    every = np.arange(len(others))
    return Rows(
        name="alike",
        row=np.concatenate([row, every]),
        column=np.concatenate([columns.z[option], np.full(len(others), columns.n)]),
        entry=np.concatenate([np.array(entries)[row, option], np.full(len(others), -1)]).astype(
            np.float64
        ),
        lower=np.full(len(others), -np.inf),
        upper=-np.array(closed, dtype=np.float64),
    )


def to_differ(model: Model, problem: Problem, others: Sequence[Mask]) -> Model:
    """Return `model` with the aim to differ from all the `others` as much as can be.

    Its only objective before the tie-break is `alike`; the objectives that it had are given up,
    so whatever must hold of them has to stand in its rows.
    """
    n_columns = model.n_columns
    n_most = int(has_choice(problem).sum())
    cost = np.zeros(n_columns + 1)
    cost[-1] = 1

    def longer(values: Values) -> Values:
        return np.append(values, n_most)

    def complete(values: Values) -> Values:
        exact = model.complete(values[:n_columns])
        is_option = exact[columns_of(problem).z] > 0
        return np.append(exact, n_most - n_differing(problem, is_option, others).min())

    tie_break = model.objectives[-1]
    return replace(
        model,
        lower=np.append(model.lower, 0),
        upper=longer(model.upper),
        is_integer=np.append(model.is_integer, True),
        rows=(*model.rows, alike(problem, others)),
        objectives=(
            Objective("alike", cost),
            replace(tie_break, cost=np.append(tie_break.cost, 0)),
        ),
        complete=complete,
        start=None if model.start is None else complete(model.start),
        column_names=lambda: [*model.column_names(), "alike"],
    )
