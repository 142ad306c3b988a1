"""Which pupils find no room once a school closes: the smallest group that shows it, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layoutplan.core.case import Case
from layoutplan.core.repairs import place_name
from layoutplan.errors import Finding, shortlist
from layoutplan.model.problem import Mask, Numbers, Problem
from layoutplan.solve.infeasible import has_pair, only_boards, shortages, villages_of
from layoutplan.texts import text

_MOST_TRIES = 2_000  # placements looked at for one group: small groups need a few dozen
_MOST_BLOCKS = 60  # of a group that is taken apart; larger ones are no sentence anybody reads


@dataclass(frozen=True)
class Room:
    """Room for blocks that cannot stay, beside the pupils who are bound to each school.

    Every number is the most that any option of the school leaves, so what does not fit here fits
    in no plan.

    Parameters
    ----------
    problem : Problem
        In which the school is closed.
    seats, beds : (p,) int64
        Places that the school of each pair could have left; 0 where it receives nobody.
    is_known : (p,) bool
        Whether the school may be open and teach the block.
    is_fitting : (p,) bool
        Whether one option has both seats and beds for the whole block.
    is_moving : (b,) bool
        Blocks that may not simply stay.
    """

    problem: Problem
    seats: Numbers
    beds: Numbers
    is_known: Mask
    is_fitting: Mask
    is_moving: Mask

    def pairs_of(self, is_block: Mask, is_pair: Mask) -> NDArray[np.intp]:
        """Return the positions of those of the given pairs that some blocks have."""
        return np.flatnonzero(is_pair & is_block[self.problem.pair_block])

    def is_shown_full(self, is_block: Mask, *, seats: bool = True, beds: bool = True) -> bool:
        """Return whether it is shown that some blocks do not fit, each as a whole.

        By `seats`, by `beds`, or by both; every placement is tried, as far as `_MOST_TRIES` go.
        """
        problem = self.problem
        need_seats = problem.pupils[problem.pair_block]
        fits = self.is_known & (
            (need_seats <= self.seats) if not beds else (problem.boarders <= self.beds)
        )
        pair = self.pairs_of(is_block, self.is_fitting if seats and beds else fits)
        school = problem.pair_school[pair]
        left = np.zeros((problem.n_schools, 2), dtype=np.int64)
        np.maximum.at(left[:, 0], school, self.seats[pair])
        np.maximum.at(left[:, 1], school, self.beds[pair])
        needs = np.column_stack([need_seats * seats, problem.boarders * beds])[pair]
        of_block = problem.pair_block[pair]
        blocks = np.flatnonzero(is_block)
        choices = [np.flatnonzero(of_block == block) for block in blocks]
        if seats and problem.pupils[blocks].sum() > left[:, 0].sum():
            return True
        order = sorted(
            range(len(blocks)), key=lambda k: (len(choices[k]), -problem.pupils[blocks[k]])
        )
        return _no_placement([choices[k] for k in order], school, needs, left)


def room_of(problem: Problem) -> Room:
    """Return the room that the schools of a problem could have left."""
    options, pupils, band = problem.options, problem.pupils, problem.band
    bound, stay = np.flatnonzero(problem.is_bound), np.flatnonzero(problem.is_bound_stay)
    taken = np.zeros((2, problem.n_schools, options.teaches.shape[1]), dtype=np.int64)
    np.add.at(taken[0], (problem.today[bound], band[bound]), pupils[bound])
    of_stay = (problem.pair_school[stay], band[problem.pair_block[stay]])
    np.add.at(taken[1], of_stay, problem.boarders[stay])
    of_option = (taken[:, options.school] * options.teaches).sum(axis=2)
    seats = np.maximum(options.seats - of_option[0], 0)
    beds = np.maximum(options.beds - of_option[1], 0)
    pair, option = problem.allowing()
    block = problem.pair_block[pair]
    is_ample = (pupils[block] <= seats[option]) & (problem.boarders[pair] <= beds[option])
    most_seats, most_beds = np.zeros((2, problem.n_pairs), dtype=np.int64)
    np.maximum.at(most_seats, pair, seats[option])
    np.maximum.at(most_beds, pair, beds[option])
    is_fitting = np.zeros(problem.n_pairs, dtype=bool)
    is_fitting[pair[is_ample]] = True
    teaches = np.zeros((problem.n_schools, options.teaches.shape[1]), dtype=bool)
    np.logical_or.at(teaches, options.school, options.teaches)
    return Room(
        problem=problem,
        seats=most_seats,
        beds=most_beds,
        is_known=teaches[problem.pair_school, band[problem.pair_block]],
        is_fitting=is_fitting,
        is_moving=~has_pair(problem, problem.is_usable & problem.is_bound_stay),
    )


def without_room(case: Case, problem: Problem) -> tuple[Finding, ...]:
    """Return the smallest group of pupils for whom there is no room, if one is found.

    First a block that no school in its reach has room for, then blocks of one band, then of all:
    those that a minimum cut shows to be too many, and those that fit only in pieces.
    """
    room = room_of(problem)
    is_lost = room.is_moving & ~has_pair(problem, room.is_fitting)
    n_reached = np.bincount(problem.pair_block[room.is_known], minlength=problem.n_blocks)
    lost = np.flatnonzero(is_lost & (n_reached > 0))
    if len(lost):
        block = lost[np.lexsort((-problem.pupils[lost], n_reached[lost]))[0]]
        return (_told(case, room, np.arange(problem.n_blocks) == block),)
    for is_group in _groups(room):
        if room.is_shown_full(is_group):
            return (_told(case, room, _smallest(room, is_group)),)
    return ()


def unclear_room(case: Case, problem: Problem) -> tuple[Finding, ...]:
    """Return that places are the cause, with who moves and where the tightest group could go."""
    room = room_of(problem)
    moving = np.flatnonzero(room.is_moving)
    if not len(moving):
        return ()
    n_fitting = np.bincount(problem.pair_block[room.is_fitting], minlength=problem.n_blocks)
    blocks = moving[np.lexsort((-problem.pupils[moving], n_fitting[moving]))]
    ids = tuple(_named(case, problem, block) for block in blocks)
    is_first = np.arange(problem.n_blocks) == blocks[0]
    facts = {"group": ids[0], "schools": _schools(case, room, is_first, "both")}
    return (Finding("explain.no_room.unclear", "error", ids=ids, facts=facts),)


def _groups(room: Room) -> Iterator[Mask]:
    """Yield blocks that may have too little room together, the plainest first."""
    problem = room.problem
    bands = [problem.band == band for band in np.unique(problem.band[room.is_moving])]
    every = [*bands, np.ones(problem.n_blocks, dtype=bool)]
    for is_band in every:
        pair = room.is_fitting & (room.is_moving & is_band)[problem.pair_block]
        for places, is_pair in (
            (room.seats, pair),
            (room.beds, pair & only_boards(problem, pair)),
        ):
            most = np.zeros(problem.n_schools, dtype=np.int64)
            np.maximum.at(most, problem.pair_school[is_pair], places[is_pair])
            yield from (is_here for is_here, _ in shortages(problem, is_pair, most))
    for is_band in every:
        pair = room.is_fitting & (room.is_moving & is_band)[problem.pair_block]
        ends = (problem.pair_block[pair], problem.pair_school[pair] + problem.n_blocks)
        size = problem.n_blocks + problem.n_schools
        ties = coo_array((np.ones(len(ends[0])), ends), shape=(size, size))
        piece = connected_components(ties, directed=False)[1][: problem.n_blocks]
        for label in np.unique(piece[room.is_moving & is_band]):
            is_here: Mask = room.is_moving & is_band & (piece == label)
            if 1 < np.count_nonzero(is_here) <= _MOST_BLOCKS:
                yield is_here


def _smallest(room: Room, is_group: Mask) -> Mask:
    """Return what is left of a group when nobody more can be taken out of what does not fit."""
    problem = room.problem
    n_fitting = np.bincount(problem.pair_block[room.is_fitting], minlength=problem.n_blocks)
    blocks = np.flatnonzero(is_group)
    is_left = is_group.copy()
    for block in blocks[np.lexsort((problem.pupils[blocks], -n_fitting[blocks]))]:
        is_left[block] = False
        is_left[block] = not room.is_shown_full(is_left)
    return is_left


def _no_placement(
    choices: list[NDArray[np.intp]],
    school: NDArray[np.integer],
    needs: Numbers,
    left: Numbers,
) -> bool:
    """Return whether no way to place one block after the other was found by trying all of them."""
    n_tries = 0

    def placed(depth: int) -> bool:
        """Return whether the blocks from `depth` on find room, or the tries are used up."""
        nonlocal n_tries
        if depth == len(choices):
            return True
        for pair in choices[depth]:
            n_tries += 1
            if n_tries > _MOST_TRIES:
                return True
            if (needs[pair] <= left[school[pair]]).all():
                left[school[pair]] -= needs[pair]
                is_placed = placed(depth + 1)
                left[school[pair]] += needs[pair]
                if is_placed:
                    return True
        return False

    return len(choices) <= _MOST_BLOCKS and not placed(0)


def _told(case: Case, room: Room, is_group: Mask) -> Finding:
    """Return that there is no room for a group: who, and what is free in their reach."""
    problem = room.problem
    kind = "both"
    if room.is_shown_full(is_group, beds=False):
        kind = "seats"
    elif room.is_shown_full(is_group, seats=False):
        kind = "beds"
    blocks = np.flatnonzero(is_group)
    facts: dict[str, object] = {
        "pupils": int(problem.pupils[blocks].sum()),
        "schools": _schools(case, room, is_group, kind),
    }
    if len(blocks) == 1:
        place, band = _who(case, problem, int(blocks[0]))
        facts |= {"place": place, "band": band}
        return Finding(f"explain.no_room.{kind}", "error", ids=(place,), facts=facts)
    ids = tuple(_named(case, problem, int(block)) for block in blocks)
    return Finding(f"explain.no_room.together.{kind}", "error", ids=ids, facts=facts)


def _schools(case: Case, room: Room, is_group: Mask, kind: str) -> str:
    """Return the schools in the reach of a group, the nearest first, with what is free there."""
    problem = room.problem
    pair = room.pairs_of(is_group, room.is_known)
    nearest = pair[np.argsort(problem.pupil_ms[pair] / problem.pupils[problem.pair_block[pair]])]
    told = []
    for school in dict.fromkeys(problem.pair_school[nearest].tolist()):
        there = pair[problem.pair_school[pair] == school]
        facts = {
            "school": place_name(case, str(problem.school_ids[school])),
            "seats": int(room.seats[there].max()),
            "beds": int(room.beds[there].max()),
        }
        told.append(text(f"explain.free.{kind}", case.language, **facts))
    return shortlist(told, case.language)


def _who(case: Case, problem: Problem, block: int) -> tuple[str, str]:
    """Return the village of a block, or the school that moves as a whole, and the band."""
    village = str(villages_of(case, problem)[block])
    place = village or str(problem.school_ids[problem.today[block]])
    return place_name(case, place), case.bands[problem.band[block]].label(case.language)


def _named(case: Case, problem: Problem, block: int) -> str:
    """Return a block as people call it, with its pupils."""
    place, band = _who(case, problem, block)
    n_pupils = int(problem.pupils[block])
    return text("explain.group", case.language, place=place, band=band, pupils=n_pupils)
