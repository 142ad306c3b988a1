"""Why no plan can satisfy the rules: what contradicts itself, with names and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Block
from layoutplan.core.repairs import place_name
from layoutplan.errors import NAMED, Finding
from layoutplan.model.problem import Problem

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


def blocks(case: Case, impossible: Sequence[Problem]) -> tuple[Block, ...]:
    """Return what each of the parts in `impossible` contradicts by itself, if that is plain.

    Pupils without any school in reach; pupils who have to go together and are too many for any
    one school; villages with more pupils than all the schools in their reach have seats, or beds
    where they can only board; and schools that must stay open but cannot reach the least size.
    Each is a reason of its own; where there is none, the rules exclude each other only together.
    """
    of_parts = (
        block
        for problem in impossible
        for block in (
            *_too_many_for_one_school(case, problem),
            *_short_of_seats(case, problem),
            *_short_of_beds(case, problem),
            *_too_small(case, problem),
        )
    )
    return (*_without_school(case, impossible), *of_parts)


def reasons(case: Case, impossible: Sequence[Problem]) -> tuple[Finding, ...]:
    """Return the sentences of :func:`blocks`."""
    return tuple(block.finding for block in blocks(case, impossible))


def without_school(problem: Problem) -> Mask:
    """Return (b,) whether no school that may be open can take a block, whatever its seats."""
    return ~has_pair(problem, problem.is_usable)


def villages_of(case: Case, problem: Problem) -> NDArray[np.object_]:
    """Return (b,) the id of each block's village, empty where several move as a whole."""
    today_ids = np.append(problem.school_ids, "")[problem.today]
    ends = (
        f"|{case.bands[band].name}|{today}"
        for band, today in zip(problem.band, today_ids, strict=True)
    )
    ids = (
        name.removesuffix(end) for name, end in zip(problem.block_ids.tolist(), ends, strict=True)
    )
    return np.array([*ids, ""], dtype=object)[:-1]


def _without_school(case: Case, impossible: Sequence[Problem]) -> Iterator[Block]:
    """Yield by band the blocks that no open school can take, of all parts together."""
    lost = [(problem, without_school(problem)) for problem in impossible]
    for band_idx, band in enumerate(case.bands):
        here = [(problem, is_lost & (problem.band == band_idx)) for problem, is_lost in lost]
        n_pupils = sum(int(problem.pupils[is_here].sum()) for problem, is_here in here)
        if n_pupils:
            found = [_villages_in(case, problem, is_here) for problem, is_here in here]
            yield _block(case, "solve.no_school_in_reach", found, n_pupils, (), band.facts)


def _too_many_for_one_school(case: Case, problem: Problem) -> Iterator[Block]:
    """Yield the blocks that reach schools, but none with seats for all of their pupils."""
    is_large = ~has_pair(problem, _fits(problem)) & ~without_school(problem)
    for block in np.flatnonzero(is_large):
        in_reach = np.unique(problem.pair_school[(problem.pair_block == block) & problem.is_usable])
        is_here = np.arange(problem.n_blocks) == block
        most = int(problem.seats[in_reach].max())
        facts = case.bands[problem.band[block]].facts
        yield _of_part(case, problem, "solve.group_too_large", is_here, in_reach, most, **facts)


def _short_of_seats(case: Case, problem: Problem) -> Iterator[Block]:
    """Yield the villages that together have more pupils than the schools in reach have seats.

    Blocks that no single school can take are a reason of their own and left out.
    """
    is_fitting = _fits(problem)
    for is_here, schools in shortages(problem, is_fitting, problem.seats):
        n_seats = int(problem.seats[schools].sum())
        yield _of_part(case, problem, "solve.short_of_seats", is_here, schools, n_seats)


def _short_of_beds(case: Case, problem: Problem) -> Iterator[Block]:
    """Yield the villages that can only board and have more pupils than there are beds in reach."""
    is_fitting = _fits(problem)
    is_boarding = is_fitting & only_boards(problem, is_fitting)
    for is_here, schools in shortages(problem, is_boarding, problem.beds):
        n_beds = int(problem.beds[schools].sum())
        yield _of_part(case, problem, "solve.short_of_beds", is_here, schools, n_beds)


def _too_small(case: Case, problem: Problem) -> Iterator[Block]:
    """Yield the schools that must stay open and have too few pupils in reach, or too few seats."""
    weights = problem.pupils[problem.pair_block]
    in_reach = np.bincount(problem.pair_school, weights=weights, minlength=problem.n_schools)
    most = np.minimum(in_reach.astype(np.int64), problem.seats)
    least = np.full(problem.n_schools, np.iinfo(np.int64).max)
    np.minimum.at(least, problem.options.school, problem.options.least)
    for school in np.flatnonzero(~problem.may_close & (most < least)):
        school_id = str(problem.school_ids[school])
        facts = {"least": int(least[school]), "most": int(most[school])}
        finding = Finding(
            "solve.too_small", "error", ids=(place_name(case, school_id),), facts=facts
        )
        yield Block(finding, (), (school_id,), int(most[school]), int(least[school]))


def shortages(
    problem: Problem, is_pair: Mask, places: Numbers
) -> Iterator[tuple[Mask, NDArray[np.int32]]]:
    """Yield blocks and the schools in their reach that have fewer places than they have pupils.

    A maximum flow of pupils into places by the given pairs; where it falls short, the blocks on
    the source's side of the minimum cut have more pupils than all the schools that they can reach
    have places. What hangs together there is one shortage.
    """
    n_blocks, n_schools = problem.n_blocks, problem.n_schools
    source, sink = n_blocks + n_schools, n_blocks + n_schools + 1
    pair = np.flatnonzero(is_pair)
    block, school = problem.pair_block[pair], problem.pair_school[pair] + n_blocks
    pupils = np.where(has_pair(problem, is_pair), problem.pupils, 0)
    ends = np.unique(school)
    tail = np.concatenate([np.full(n_blocks, source), block, ends])
    head = np.concatenate([np.arange(n_blocks), school, np.full(len(ends), sink)])
    capacity = np.concatenate([pupils, pupils[block], places[ends - n_blocks]])
    # The flow counts in 32 bits; more places than pupils do not matter.
    capacity = np.minimum(capacity, pupils.sum()).astype(np.int32)
    graph = csr_array((capacity, (tail, head)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, source, sink)
    if flow.flow_value == pupils.sum():
        return
    residual = csr_array((graph - flow.flow) > 0)
    is_reached = np.zeros(sink + 1, dtype=bool)
    is_reached[breadth_first_order(residual, source, return_predecessors=False)] = True
    is_cut = is_reached[block]
    ties = coo_array(
        (np.ones(np.count_nonzero(is_cut)), (block[is_cut], school[is_cut])), shape=graph.shape
    )
    n_groups, group = connected_components(ties, directed=False)
    is_short = is_reached[:n_blocks] & (pupils > 0)
    short_by_group = np.bincount(group[:n_blocks][is_short], pupils[is_short], n_groups)
    for label in np.flatnonzero(short_by_group):
        is_here = is_short & (group[:n_blocks] == label)
        schools = np.flatnonzero(
            is_reached[n_blocks:source] & (group[n_blocks:source] == label)
        ).astype(np.int32)
        if short_by_group[label] > places[schools].sum():
            yield is_here, schools


def _villages_in(case: Case, problem: Problem, is_here: Mask) -> tuple[str, ...]:
    """Return the ids of the villages of some blocks, of a school that moves as a whole its own."""
    village_ids = villages_of(case, problem)[is_here]
    today_ids = np.append(problem.school_ids, "")[problem.today[is_here]]
    return tuple(map(str, np.where(village_ids == "", today_ids, village_ids)))


def _block(
    case: Case,
    rule: str,
    found: Iterable[Iterable[str]],
    n_pupils: int,
    school_ids: Sequence[str],
    facts: Mapping[str, object],
    n_places: int = 0,
) -> Block:
    """Return pupils of the villages found, the schools that they reach, and what is wrong."""
    groups = sorted({place_id for each in found for place_id in each})
    shown = ", ".join(place_name(case, school_id) for school_id in school_ids[:NAMED])
    every = {
        "pupils": n_pupils,
        "places": n_places,
        "short": n_pupils - n_places,
        "n_schools": len(school_ids),
        "schools": shown + (" …" if len(school_ids) > NAMED else ""),
        **facts,
    }
    ids = tuple(place_name(case, each) for each in groups)
    return Block(
        finding=Finding(rule, "error", ids=ids, facts=every),
        village_ids=tuple(each for each in groups if each in case.villages.index),
        school_ids=tuple(school_ids),
        pupils=n_pupils,
        places=n_places,
    )


def _of_part(
    case: Case,
    problem: Problem,
    rule: str,
    is_here: Mask,
    schools: NDArray[np.int32],
    n_places: int,
    **facts: object,
) -> Block:
    """Return some blocks of pupils of one part and the schools that they reach."""
    return _block(
        case,
        rule,
        [_villages_in(case, problem, is_here)],
        int(problem.pupils[is_here].sum()),
        tuple(map(str, problem.school_ids[schools])),
        facts,
        n_places,
    )


def _fits(problem: Problem) -> Mask:
    """Return the pairs whose school may be open and has seats for the whole block."""
    has_seats = problem.pupils[problem.pair_block] <= problem.seats[problem.pair_school]
    is_fitting: Mask = problem.is_usable & has_seats
    return is_fitting


def only_boards(problem: Problem, is_pair: Mask) -> Mask:
    """Return (p,) the pairs of blocks who all have to board wherever the given pairs lead."""
    boards = problem.boarders == problem.pupils[problem.pair_block]
    only: Mask = ~has_pair(problem, is_pair & ~boards)[problem.pair_block]
    return only


def has_pair(problem: Problem, is_pair: Mask) -> Mask:
    """Return for each block whether any of its pairs is among the given ones."""
    has_pair: Mask = np.bincount(problem.pair_block[is_pair], minlength=problem.n_blocks) > 0
    return has_pair
