"""Schools as knapsacks: the cheapest pupils for each when every block may be in several or none.

Without the rule that everybody has exactly one school, the problem falls into schools: each takes
the option, and the blocks on top of those bound to it, that cost the least. By dynamic programming
over the number of pupils, so that seats, least size, the limit under which a school counts as
small, and the funding floor hold exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.problem import Problem

Values = NDArray[np.float64]
Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Costs:
    """What the decisions cost; infinity for those that must not be.

    Parameters
    ----------
    option : (o,) float64
        Taking an option of a school.
    pair : (p,) float64
        Using a pair.
    small, large, closed : (s,) float64
        Being open and small, open and not small, or closed.
    shortfall : (s,) float64
        Each pupil who lacks to the funding floor of an open school.
    """

    option: Values
    pair: Values
    small: Values
    large: Values
    closed: Values
    shortfall: Values


@dataclass(frozen=True)
class Packed:
    """The cheapest packing.

    Parameters
    ----------
    value : float
        Cost of all schools.
    is_taken : (o,) bool
        Options taken.
    is_used : (p,) bool
        Pairs used; a block may be in several schools or in none.
    penalty : (p,) float64
        By how much the cost rises, at the least, when a pair is forced in; infinite where it
        cannot be.
    option_penalty : (o,) float64
        The same of options.
    small_penalty : (s,) float64
        The same of being open and small.
    """

    value: float
    is_taken: Mask
    is_used: Mask
    penalty: Values
    option_penalty: Values
    small_penalty: Values


class Bins:
    """The knapsacks of a problem, laid out once and packed for many costs.

    One knapsack per option of a school; its states are the numbers of pupils who are not bound to
    it, from 0 to the seats left. The states of all knapsacks lie in one array, and the `k`-th
    pairs of all of them are tried at once.

    Parameters
    ----------
    problem : Problem
        Its side rules are left out, which only makes packings cheaper.
    is_usable : (p,) bool
        Pairs that may be used.
    is_forced : (p,) bool, optional
        Pairs that are used as soon as an option is taken that allows them; those who are bound to
        their school unless told otherwise.
    """

    def __init__(self, problem: Problem, is_usable: Mask, is_forced: Mask | None = None) -> None:
        self.problem = problem
        self._is_usable = is_usable
        pair, option = problem.allowing()
        pair, option = pair[is_usable[pair]], option[is_usable[pair]]
        pupils = problem.pupils[problem.pair_block]
        is_forced = (problem.is_bound_stay if is_forced is None else is_forced)[pair]
        n_options = len(problem.options)
        self._forced_pair, self._forced_option = pair[is_forced], option[is_forced]
        n_forced = _sums(self._forced_option, pupils[self._forced_pair], n_options)
        pair, option = pair[~is_forced], option[~is_forced]
        left = problem.options.seats - n_forced
        is_fitting = pupils[pair] <= left[option]
        pair, option = pair[is_fitting], option[is_fitting]
        self._is_possible = left >= 0
        most = np.clip(left, 0, _sums(option, pupils[pair], n_options))
        self._first = np.cumsum([0, *(most + 1)])
        self._state_option = np.repeat(np.arange(n_options), most + 1)
        state = np.arange(self._first[-1]) - self._first[self._state_option]
        self._roll = state + n_forced[self._state_option]
        by_option = np.argsort(option, kind="stable")
        grouped = option[by_option]
        rank = np.arange(len(option)) - np.searchsorted(grouped, grouped)
        by_rank = np.argsort(rank, kind="stable")
        order = by_option[by_rank]
        self._pair, self._option = pair[order], option[order]
        self._pupils = pupils[self._pair]
        self._step = np.searchsorted(rank[by_rank], np.arange(rank.max(initial=-1) + 2))
        width = most[self._option] + 1 - self._pupils
        self._entry = np.cumsum([0, *width])
        owner = np.repeat(np.arange(len(width)), width)
        offset = np.arange(self._entry[-1]) - self._entry[owner]
        self._source = self._first[self._option[owner]] + offset
        self._target = self._source + self._pupils[owner]
        self._owner = owner

    def within(self, is_usable: Mask) -> Bins:
        """Return the knapsacks with those of the pairs that are usable; who is bound stays."""
        return Bins(self.problem, (self._is_usable & is_usable) | self.problem.is_bound_stay)

    def pack(self, costs: Costs) -> Packed:
        """Return the cheapest packing under `costs`."""
        problem = self.problem
        options, n_options = problem.options, len(problem.options)
        school = options.school
        reached, is_better = self._reached(costs.pair)
        of_state = school[self._state_option]
        is_small = self._roll < problem.small_below
        by_roll = np.where(is_small, costs.small[of_state], costs.large[of_state])
        by_roll += costs.shortfall[of_state] * np.maximum(problem.floor - self._roll, 0)
        is_bad = self._roll < options.least[self._state_option]
        is_bad |= ~self._is_possible[self._state_option]
        by_roll[is_bad] = np.inf
        total = reached + by_roll
        base = costs.option + np.bincount(
            self._forced_option, weights=costs.pair[self._forced_pair], minlength=n_options
        )
        value = np.minimum.reduceat(total, self._first[:-1]) + base
        of_school = costs.closed.copy()
        np.minimum.at(of_school, school, value)
        if np.isinf(of_school).any():
            return _nothing(problem)
        by_value = np.lexsort((value, school))
        best = by_value[np.unique(school[by_value], return_index=True)[1]]
        taken = best[value[best] < costs.closed[school[best]]]
        is_taken = np.zeros(n_options, dtype=bool)
        is_taken[taken] = True
        is_used = np.zeros(problem.n_pairs, dtype=bool)
        is_used[self._used(total, is_better, taken)] = True
        small = np.where(is_small, total, np.inf)
        value_small = np.minimum.reduceat(small, self._first[:-1]) + base
        least_small = np.full(problem.n_schools, np.inf)
        np.minimum.at(least_small, school, value_small)
        penalty = np.full(problem.n_pairs, np.inf)
        if len(self._pair):
            forced_in = reached[self._source] + by_roll[self._target]
            least = np.minimum.reduceat(forced_in, self._entry[:-1]) + costs.pair[self._pair]
            more = least + base[self._option] - of_school[school[self._option]]
            np.minimum.at(penalty, self._pair, more)
        np.minimum.at(
            penalty,
            self._forced_pair,
            value[self._forced_option] - of_school[school[self._forced_option]],
        )
        return Packed(
            value=float(of_school.sum()),
            is_taken=is_taken,
            is_used=is_used,
            penalty=penalty,
            option_penalty=value - of_school[school],
            small_penalty=least_small - of_school,
        )

    def _reached(self, cost: Values) -> tuple[Values, Mask]:
        """Return the least cost of each state, and for each entry whether its pair is taken."""
        reached = np.full(self._first[-1], np.inf)
        reached[self._first[:-1]] = 0.0
        is_better = np.zeros(self._entry[-1], dtype=bool)
        each = cost[self._pair]
        for one, other in zip(self._step[:-1], self._step[1:], strict=True):
            here = slice(self._entry[one], self._entry[other])
            target = self._target[here]
            tried = reached[self._source[here]] + each[self._owner[here]]
            before = reached[target]
            is_better[here] = tried < before
            reached[target] = np.minimum(tried, before)
        return reached, is_better

    def _used(self, total: Values, is_better: Mask, taken: Positions) -> Positions:
        """Return the pairs in the cheapest state of the options `taken`, bound ones included."""
        state = np.zeros(len(self._first) - 1, dtype=np.int64)
        for option in taken:
            state[option] = total[self._first[option] : self._first[option + 1]].argmin()
        is_taken = np.zeros(len(state), dtype=bool)
        is_taken[taken] = True
        used = [self._forced_pair[is_taken[self._forced_option]]]
        for one, other in zip(self._step[-2::-1], self._step[:0:-1], strict=True):
            option, pupils = self._option[one:other], self._pupils[one:other]
            place = self._entry[one:other] + state[option] - pupils
            is_in = is_taken[option] & (state[option] >= pupils)
            is_in[is_in] = is_better[place[is_in]]
            state[option[is_in]] -= pupils[is_in]
            used.append(self._pair[one:other][is_in])
        return np.concatenate(used)


def _nothing(problem: Problem) -> Packed:
    """Return what is left where a school can neither be open nor closed: no packing at all."""
    n_options = len(problem.options)
    return Packed(
        value=np.inf,
        is_taken=np.zeros(n_options, dtype=bool),
        is_used=np.zeros(problem.n_pairs, dtype=bool),
        penalty=np.full(problem.n_pairs, np.inf),
        option_penalty=np.full(n_options, np.inf),
        small_penalty=np.full(problem.n_schools, np.inf),
    )


def _sums(place: Positions, weights: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return the sum of `weights` at each of `n` places."""
    return np.bincount(place, weights=weights, minlength=n).astype(np.int64)
