"""A problem in which some schools must stay open or must close, as a table of decisions asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.problem import Mask, Options, Problem
from layoutplan.model.siblings import with_siblings
from layoutplan.model.side_rules import Entries, SideRules
from layoutplan.model.split import Part

NO_PAIRS: Final = np.empty((0, 2), dtype=np.int32)
NOBODY: Final = np.empty(0, dtype=np.int32)


@dataclass(frozen=True)
class Decisions:
    """What is decided beforehand.

    Parameters
    ----------
    is_kept, is_closed : (s,) bool
        Schools that stay open, and schools that close.
    is_allowed : (o,) bool
        Options that remain.
    """

    is_kept: Mask
    is_closed: Mask
    is_allowed: Mask


def forced_open(problem: Problem, school: int, is_allowed: Mask | None = None) -> Part:
    """Return `problem` with a school that stays open (or opens), as ``decision = keep`` asks.

    Parameters
    ----------
    school : int
        Position of the school.
    is_allowed : (o,) bool, optional
        Options that remain to this school; all where it is not given.
    """
    nowhere = np.zeros(problem.n_schools, dtype=bool)
    allowed = problem.options.school != school
    allowed |= True if is_allowed is None else is_allowed
    return decided(problem, Decisions(_only(problem, school), nowhere, allowed))


def forced_closed(problem: Problem, school: int) -> Part:
    """Return `problem` with a school that closes or is not built, as ``decision = close`` asks."""
    nowhere = np.zeros(problem.n_schools, dtype=bool)
    allowed = np.ones(len(problem.options), dtype=bool)
    return decided(problem, Decisions(nowhere, _only(problem, school), allowed))


def decided(problem: Problem, decisions: Decisions, is_pair: Mask | None = None) -> Part:
    """Return `problem` under `decisions`, with the positions of what is left of it.

    It is the problem that the case would give with these decisions in its table: nobody goes to a
    school that closes, and whoever is bound to one that stays cannot leave it. Only a township
    whose schools of a kind all close keeps its rule, which nothing then satisfies: see
    :func:`breaks_township_rule`.

    Parameters
    ----------
    is_pair : (p,) bool, optional
        Pairs that remain, where not all of them do.
    """
    is_kept, is_closed = decisions.is_kept, decisions.is_closed
    is_option = decisions.is_allowed & ~is_closed[problem.options.school]
    may_close = (problem.may_close & ~is_kept) | is_closed
    is_fixed = (
        problem.is_bound & _is_sure(problem, is_option, may_close)[problem.today, problem.band]
    )
    is_left = problem.is_stay | (~is_closed[problem.pair_school] & ~is_fixed[problem.pair_block])
    side = with_siblings(problem, is_left & ~is_closed[problem.pair_school]).side
    if is_pair is not None:
        is_left &= is_pair
    option, pair = np.flatnonzero(is_option), np.flatnonzero(is_left)
    options = problem.options
    kept = replace(
        problem,
        may_close=may_close,
        options=Options(
            row=options.row[option],
            school=options.school[option],
            seats=options.seats[option],
            beds=options.beds[option],
            least=options.least[option],
            teaches=options.teaches[option],
            admits=options.admits[option],
            yearly_cents=options.yearly_cents[option],
            one_off_cents=options.one_off_cents[option],
        ),
        pair_block=problem.pair_block[pair],
        pair_school=problem.pair_school[pair],
        boarders=problem.boarders[pair],
        pupil_ms=problem.pupil_ms[pair],
        longest_ms=problem.longest_ms[pair],
        pair_cents=problem.pair_cents[pair],
        side=side.within(
            _places(is_option), np.arange(problem.n_blocks, dtype=np.int32), _places(is_left)
        ),
    )
    return Part(kept, np.arange(problem.n_schools), option, pair)


def breaks_township_rule(problem: Problem, school: int) -> bool:
    """Return whether a school is the only one that a rule on its township can count on."""
    rule = problem.side.township
    is_other = problem.options.school[rule.member] != school
    has_other = np.bincount(rule.row[is_other], minlength=rule.n_rows) > 0
    return bool((~has_other).any())


LIFTED: Final[dict[str, Callable[[Problem], Problem]]] = {
    "max_closures": lambda problem: replace(problem, max_closures=None),
    "open_exactly": lambda problem: replace(problem, open_exactly=None),
    "budget": lambda problem: replace(problem, budget_cents=None),
    "closest_open": lambda problem: replace(problem, is_closest_open=False),
    "min_enrollment": lambda problem: replace(
        problem, options=replace(problem.options, least=np.zeros_like(problem.options.least))
    ),
    "one_per_township": lambda problem: _without(problem, township=Entries.none()),
    "villages_together": lambda problem: _without(problem, villages=NO_PAIRS),
    "siblings_together": lambda problem: _without(problem, siblings=NO_PAIRS, kin=NO_PAIRS),
    "contiguous": lambda problem: _without(
        problem, contiguous=Entries.none(), contiguous_pair=NOBODY
    ),
    "must_merge_into": lambda problem: _without(problem, must=NOBODY),
    "never_merge_into": lambda problem: _without(problem, never=NOBODY),
    "border_swaps": lambda problem: _without(
        problem,
        swap=Entries.none(),
        swap_pupils=np.empty(0, dtype=np.int64),
        swap_most=np.empty(0, dtype=np.int64),
    ),
}
"""Rule of ``case.toml`` -> the problem without it; seats, limits and movement cannot be lifted."""


def with_seats_for_all(problem: Problem) -> Problem:
    """Return `problem` with seats and beds for everybody at every school that may be open."""
    options = problem.options
    for_all = np.full(len(options), problem.pupils.sum())
    beds = np.where(options.beds > 0, for_all, 0)
    return replace(problem, options=replace(options, seats=for_all, beds=beds))


def rules_in_force(problem: Problem) -> tuple[str, ...]:
    """Return the rules among `LIFTED` that ask anything of `problem`."""
    side = problem.side
    is_on = {
        "max_closures": problem.max_closures is not None,
        "open_exactly": problem.open_exactly is not None,
        "budget": problem.budget_cents is not None,
        "closest_open": problem.is_closest_open,
        "min_enrollment": bool((problem.options.least > 0).any()),
        "one_per_township": side.township.n_rows > 0,
        "villages_together": len(side.villages) > 0,
        "siblings_together": len(side.siblings) > 0,
        "contiguous": len(side.contiguous_pair) > 0,
        "must_merge_into": len(side.must) > 0,
        "never_merge_into": len(side.never) > 0,
        "border_swaps": side.swap.n_rows > 0,
    }
    return tuple(rule for rule in LIFTED if is_on[rule])


def _without(problem: Problem, **nothing: Entries | NDArray[np.integer]) -> Problem:
    """Return `problem` with `nothing` in place of some of its side rules."""
    side: SideRules = replace(problem.side, **nothing)  # type: ignore[arg-type]  # by name
    return replace(problem, side=side)


def _only(problem: Problem, school: int) -> Mask:
    """Return (s,) a mask of one school."""
    is_school = np.zeros(problem.n_schools, dtype=bool)
    is_school[school] = True
    return is_school


def _is_sure(problem: Problem, is_option: Mask, may_close: Mask) -> Mask:
    """Return (s, bands) whether a school teaches a band whatever becomes of it."""
    options = problem.options
    n_teaching = np.zeros((problem.n_schools, options.teaches.shape[1]), dtype=np.int64)
    np.add.at(n_teaching, options.school[is_option], options.teaches[is_option])
    n_options = np.bincount(options.school[is_option], minlength=problem.n_schools)
    is_sure: Mask = (n_teaching == n_options[:, None]) & ~may_close[:, None]
    return is_sure


def _places(is_kept: Mask) -> NDArray[np.int32]:
    """Return the new place of each position, -1 for those that are not kept."""
    return np.where(is_kept, np.cumsum(is_kept) - 1, -1).astype(np.int32)
