"""Splitting a problem into parts that have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from layoutplan.model.problem import Options, Problem


@dataclass(frozen=True)
class Part:
    """An independent part of a problem.

    Parameters
    ----------
    problem : Problem
        The part as a problem of its own.
    school, option, pair : int64 arrays
        Positions of its schools, options and pairs in the whole problem.
    """

    problem: Problem
    school: NDArray[np.int64]
    option: NDArray[np.int64]
    pair: NDArray[np.int64]


def split(problem: Problem, order: Sequence[str]) -> tuple[Part, ...]:
    """Return the independent parts of `problem`, those with the fewest pairs first.

    Schools are connected by blocks that can go to both (today's school included, which closes or
    stays for them), and by rules that concern both. Every objective is a sum over the parts, so
    the best plan of each is the best plan of all, except for the longest trip: with it the
    problem is one part.
    """
    n_schools, n_blocks = problem.n_schools, problem.n_blocks
    if "max_minutes" in order:
        return (whole(problem),)
    attends = np.flatnonzero(problem.today >= 0)
    ties = [
        np.column_stack([problem.pair_block + n_schools, problem.pair_school]),
        np.column_stack([attends + n_schools, problem.today[attends]]),
        *(_in_a_row(group) for group in _coupled(problem)),
        problem.side.villages + n_schools,
        problem.side.siblings + n_schools,
    ]
    one, other = np.concatenate(ties).T
    n_nodes = n_schools + n_blocks
    links = coo_matrix((np.ones(len(one)), (one, other)), shape=(n_nodes, n_nodes))
    n_parts, label = connected_components(links, directed=False)
    pairs_by_part = _positions_by_label(label[problem.pair_school], n_parts)
    schools_by_part = _positions_by_label(label[:n_schools], n_parts)
    blocks_by_part = _positions_by_label(label[n_schools:], n_parts)
    by_size = np.argsort([len(pair) for pair in pairs_by_part], kind="stable")
    return tuple(
        _part(problem, schools_by_part[place], blocks_by_part[place], pairs_by_part[place])
        for place in by_size
    )


def whole(problem: Problem) -> Part:
    """Return `problem` as its only part."""
    everything = (problem.n_schools, len(problem.options), problem.n_pairs)
    return Part(problem, *map(np.arange, everything))


def _coupled(problem: Problem) -> Iterator[NDArray[np.int64]]:
    """Yield groups of schools that stand in one row of a rule."""
    options, side = problem.options, problem.side
    if problem.open_exactly is not None:
        yield np.arange(problem.n_schools)
    if problem.max_closures is not None:
        yield np.flatnonzero(~problem.is_candidate & problem.may_close)
    if problem.budget_cents is not None:
        yield np.unique(options.school[options.one_off_cents > 0])
    for row in range(side.township.n_rows):
        yield options.school[side.township.member[side.township.row == row]]
    for row in range(side.swap.n_rows):
        yield problem.pair_school[side.swap.member[side.swap.row == row]]


def _in_a_row(nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ties from each node to the next."""
    return np.column_stack([nodes[:-1], nodes[1:]])


def _positions_by_label(label: NDArray[np.int32], n_labels: int) -> list[NDArray[np.int64]]:
    """Return for each label the positions that bear it, in ascending order."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.cumsum(np.bincount(label, minlength=n_labels))[:-1])


def _part(
    problem: Problem,
    school: NDArray[np.int64],
    block: NDArray[np.int64],
    pair: NDArray[np.int64],
) -> Part:
    """Return the problem of some schools and blocks with the pairs between them."""
    school_place = np.full(problem.n_schools + 1, -1, dtype=np.int32)  # the last: nowhere today
    school_place[school] = np.arange(len(school))
    option = np.flatnonzero(school_place[problem.options.school] >= 0)
    options = problem.options
    block_place = _places(block, problem.n_blocks)
    part = replace(
        problem,
        school_ids=problem.school_ids[school],
        may_close=problem.may_close[school],
        is_candidate=problem.is_candidate[school],
        floor_cents=problem.floor_cents[school],
        options=Options(
            row=options.row[option],
            school=school_place[options.school[option]],
            seats=options.seats[option],
            beds=options.beds[option],
            least=options.least[option],
            teaches=options.teaches[option],
            admits=options.admits[option],
            yearly_cents=options.yearly_cents[option],
            one_off_cents=options.one_off_cents[option],
        ),
        block_ids=problem.block_ids[block],
        band=problem.band[block],
        pupils=problem.pupils[block],
        today=school_place[problem.today[block]],
        is_bound=problem.is_bound[block],
        pair_block=block_place[problem.pair_block[pair]],
        pair_school=school_place[problem.pair_school[pair]],
        boarders=problem.boarders[pair],
        pupil_ms=problem.pupil_ms[pair],
        longest_ms=problem.longest_ms[pair],
        pair_cents=problem.pair_cents[pair],
        side=problem.side.within(
            _places(option, len(options)), block_place, _places(pair, problem.n_pairs)
        ),
        unit_block=np.empty(0, dtype=np.int32),
        max_closures=problem.max_closures if _may_any_close(problem, school) else None,
        budget_cents=problem.budget_cents if (options.one_off_cents[option] > 0).any() else None,
    )
    return Part(part, school, option, pair)


def _may_any_close(problem: Problem, school: NDArray[np.int64]) -> bool:
    """Return whether any of these schools counts for ``max_closures``.

    All that do are in one part, where the rule holds; elsewhere it has no say.
    """
    return bool((~problem.is_candidate & problem.may_close)[school].any())


def _places(kept: NDArray[np.int64], n_all: int) -> NDArray[np.int32]:
    """Return the new place of each of `n_all` positions, -1 for those not kept."""
    place = np.full(n_all, -1, dtype=np.int32)
    place[kept] = np.arange(len(kept))
    return place
