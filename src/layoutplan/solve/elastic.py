"""The planning problem with rules that may be broken at a price, and the least that must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.model import constraints as core
from layoutplan.model import side_constraints as side
from layoutplan.model.arrays import Model, Objective, Rows, Values
from layoutplan.model.columns import Columns, column_names, columns_of, complete
from layoutplan.model.problem import Problem
from layoutplan.model.rows import Term, at_least, at_most, options_of
from layoutplan.solve.slack import Slack, completing

KINDS: Final = (
    "unserved", "no_way", "limits", "decisions", "rules", "numbers", "budget", "least_size",
    "beds", "seats",
)  # fmt: skip
"""What may be broken, from what is spared most to what is spared least."""

FREED: Final = ("seats", "limits", "decisions", "rules", "numbers", "budget", "least_size")
"""Kinds that a planner may rather give way in than in any other: each asks for a remedy."""

_CENTS_PER_UNIT: Final = 100_000  # the row of the budget counts in thousands
_MOST_AMOUNT: Final = 1e9


@dataclass(frozen=True)
class Prices:
    """What using pairs and options of a problem breaks.

    Parameters
    ----------
    over_minutes : (p,) int64
        Pupils times whole minutes over their limits.
    pathless : (p,) int64
        Pupils who would stay without a known way.
    covers_stay : (p,) bool
        Whether the longer limit that the pair needs would let the block stay at today's school,
        so that it could leave that only once it is closed.
    must_close, must_stay : (s,) bool
        Decisions that were set free.
    added_seats : (o,) int64
        Seats of options that the case does not have: so that a school over its seats may receive.
    """

    over_minutes: NDArray[np.int64]
    pathless: NDArray[np.int64]
    covers_stay: NDArray[np.bool_]
    must_close: NDArray[np.bool_]
    must_stay: NDArray[np.bool_]
    added_seats: NDArray[np.int64]


@dataclass(frozen=True)
class Elastic:
    """A model with slack.

    Parameters
    ----------
    model : Model
        Its objectives are kinds of violations, in the order in which they are spared.
    slacks : tuple of Slack
        With the columns that say how much is broken.
    start : (c,) float64
        Values that keep to all its rows.
    least : Mapping from kind to int
        What each kind costs at the least, plain to see without a solver, if everybody is served.
    """

    model: Model
    slacks: tuple[Slack, ...]
    start: Values
    least: Mapping[str, int]


def order_freeing(kind: str) -> tuple[str, ...]:
    """Return the kinds in the order in which they are spared where `kind` is spared least."""
    return (*(each for each in KINDS if each != kind), kind)


def elastic(problem: Problem, prices: Prices, order: Sequence[str]) -> Elastic:
    """Return the model that breaks as little as it can, kind by kind in `order`.

    Every rule of the problem is there, with slack: whoever cannot be placed, trips over the
    limits (as pairs of their own), decisions that do not come true, places that are added. What
    only serves to count objectives is left out.
    """
    columns = columns_of(problem)
    slacks = tuple(_slacks(problem, prices, columns))
    n_columns = max([columns.n, *(int(each.column.max(initial=-1)) + 1 for each in slacks)])
    lower, upper = np.zeros(n_columns), np.ones(n_columns)
    is_integer = np.ones(n_columns, dtype=bool)
    is_integer[columns.q] = is_integer[columns.longest] = False
    upper[columns.q] = upper[columns.longest] = np.inf
    for each in slacks:
        if not each.is_switch and not each.is_upper_kept:
            upper[each.column] = _MOST_AMOUNT
        # Whole decisions make whole amounts of themselves: the solver need not branch on them.
        is_integer[each.column] = each.is_switch
    is_sure = ~problem.may_close & (problem.n_options == 1)
    lower[columns.z[is_sure[problem.options.school]]] = 1
    rows = (
        core.one_option_each(problem, columns),
        core.only_where_taught(problem, columns),
        core.stays_where_open(problem, columns),
        _leaves_only_when_closed(problem, prices, columns),
        *(rows for each in slacks for rows in each.loosened()),
    )
    completed = completing(partial(complete, problem), slacks, columns.n, n_columns)
    costs = _costs(problem, prices, columns, slacks, n_columns)
    start = completed(np.append(_start(problem, prices), np.zeros(n_columns - columns.n)))
    model = Model(
        lower=lower,
        upper=upper,
        is_integer=is_integer,
        rows=rows,
        objectives=tuple(Objective(kind, costs[kind]) for kind in order if costs[kind].any()),
        complete=completed,
        start=start,
        of_schools=np.empty(0, dtype=np.int64),
        column_names=partial(_names, problem, n_columns),
    )
    least = {
        "limits": _least_over(problem, prices.over_minutes),
        "no_way": _least_over(problem, prices.pathless),
    }
    return Elastic(model, slacks, start, least)


def _slacks(problem: Problem, prices: Prices, columns: Columns) -> Iterator[Slack]:
    """Yield the families that may be broken; their columns follow those of the problem."""
    next_column = columns.n

    def new(n_new: int) -> NDArray[np.int64]:
        nonlocal next_column
        next_column += n_new
        return np.arange(next_column - n_new, next_column)

    placed = core.everybody_has_a_school(problem, columns)
    yield Slack("unserved", placed, new(placed.n_rows), problem.pupils, is_upper_kept=True)
    amounts: tuple[tuple[str, Callable[[Problem, Columns], Rows]], ...] = (
        ("seats", core.seats),
        ("beds", core.beds),
        ("least_size", core.least_size),
        ("numbers", core.max_closures),
        ("numbers", core.open_exactly),
        ("numbers", side.border_swaps),
    )
    for kind, family in amounts:
        rows = family(problem, columns)
        if rows.n_rows:
            yield Slack(kind, rows, new(rows.n_rows))
    spending = core.budget(problem, columns)
    if spending.n_rows:
        yield Slack("budget", spending, new(1), _CENTS_PER_UNIT, is_whole=False)
    stays = _stays_open(problem, prices, columns)
    if stays.n_rows:
        yield Slack("decisions", stays, new(stays.n_rows))
    for rule in (
        side.closest_open,
        side.one_per_township,
        side.villages_together,
        side.siblings_together,
        side.contiguous,
    ):
        rows = rule(problem, columns)
        if rows.n_rows:
            yield Slack("rules", rows, np.repeat(new(1), rows.n_rows), is_switch=True)
    for rule, pair in (
        (side.must_merge_into, problem.side.must),
        (side.never_merge_into, problem.side.never),
    ):
        if len(pair):
            today = problem.today[problem.pair_block[pair]]
            there = problem.pair_school[pair] if rule is side.never_merge_into else 0
            _, which = np.unique(today * problem.n_schools + there, return_inverse=True)
            dropped = new(which.max() + 1)[which]
            yield Slack("rules", rule(problem, columns), dropped, is_switch=True)


def _stays_open(problem: Problem, prices: Prices, columns: Columns) -> Rows:
    """``sum_o z_jo >= 1`` for every school that is decided to stay."""
    school = np.flatnonzero(prices.must_stay & problem.may_close)
    row, option = options_of(problem, school)
    term = (row, columns.z[option], np.ones(len(option)))
    return at_least("stays_open", [term], np.ones(len(school)))


def _leaves_only_when_closed(problem: Problem, prices: Prices, columns: Columns) -> Rows:
    """``x_ij + sum_o z_so <= 1`` over options of today's school that teach `i`.

    For pairs whose longer limit would bind the block to that school.
    """
    pair = np.flatnonzero(prices.covers_stay)
    block = problem.pair_block[pair]
    row, option = options_of(problem, np.arange(problem.n_schools))
    first = np.searchsorted(row, problem.today[block], side="left")
    count = np.searchsorted(row, problem.today[block], side="right") - first
    of_pair = np.repeat(np.arange(len(pair)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    theirs = option[first[of_pair] + offset]
    is_taught = problem.options.teaches[theirs, problem.band[block[of_pair]]]
    terms: list[Term] = [
        (np.arange(len(pair)), columns.x[pair], np.ones(len(pair))),
        (of_pair[is_taught], columns.z[theirs[is_taught]], np.ones(np.count_nonzero(is_taught))),
    ]
    return at_most("leaves_only_when_closed", terms, np.ones(len(pair)))


def _costs(
    problem: Problem,
    prices: Prices,
    columns: Columns,
    slacks: Sequence[Slack],
    n_columns: int,
) -> dict[str, Values]:
    """Return for every kind what each column costs."""
    costs = {kind: np.zeros(n_columns) for kind in KINDS}
    costs["limits"][columns.x] = prices.over_minutes
    costs["no_way"][columns.x] = prices.pathless
    costs["decisions"][columns.z] = prices.must_close[problem.options.school]
    costs["seats"][columns.z] = prices.added_seats
    for each in slacks:
        costs[each.kind][each.column] = each.cost
    return costs


def _least_over(problem: Problem, price: NDArray[np.int64]) -> int:
    """Return the sum over the blocks of the least price among their pairs."""
    least = np.full(problem.n_blocks, np.iinfo(np.int64).max)
    np.minimum.at(least, problem.pair_block, price)
    return int(least[np.unique(problem.pair_block)].sum())


def _start(problem: Problem, prices: Prices) -> Values:
    """Return decisions near today: whoever is bound stays, the others go where it breaks least."""
    columns = columns_of(problem)
    is_open_today = ~(problem.is_candidate | prices.must_close)
    worth = np.lexsort(
        (
            problem.pupil_ms,
            ~problem.is_stay,
            prices.over_minutes,
            ~is_open_today[problem.pair_school],
            prices.pathless,
            ~problem.is_bound_stay,
            problem.pair_block,
        )
    )
    is_first = np.ones(problem.n_pairs, dtype=bool)
    is_first[1:] = np.diff(problem.pair_block[worth]) != 0
    taken = worth[is_first]
    values = np.zeros(columns.n)
    values[columns.x[taken]] = 1
    is_open = ~problem.is_candidate
    is_open[problem.pair_school[taken]] = True
    first = np.unique(problem.options.school, return_index=True)[1]
    values[columns.z[first]] = is_open[problem.options.school[first]]
    return values


def _names(problem: Problem, n_columns: int) -> list[str]:
    """Return a name for every column."""
    names = column_names(problem)
    return [*names, *(f"slack_{place}" for place in range(len(names), n_columns))]
