"""The knapsacks of schools against every subset of their pupils."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from cases.counties import county_problem
from layoutplan.solve.bins import Bins, Costs


def subsets(members):
    return chain.from_iterable(combinations(members, n) for n in range(len(members) + 1))


def cheapest(problem, costs: Costs, school: int, forced: int | None = None) -> float:
    """Return the least cost of a school, with the pair `forced` if there is one, by trying all."""
    best = costs.closed[school] if forced is None else np.inf
    pair, option = problem.allowing()
    for each in np.flatnonzero(problem.options.school == school):
        here = pair[option == each]
        bound = here[problem.is_bound_stay[here]]
        free = here[~problem.is_bound_stay[here]]
        for more in subsets(free.tolist()):
            chosen = [*bound.tolist(), *more]
            if forced is not None and forced not in chosen:
                continue
            roll = problem.pupils[problem.pair_block[chosen]].sum() if chosen else 0
            options = problem.options
            if not options.least[each] <= roll <= options.seats[each]:
                continue
            cost = costs.option[each] + costs.pair[chosen].sum()
            cost += (costs.small if roll < problem.small_below else costs.large)[school]
            best = min(best, cost)
    return best


@pytest.mark.parametrize("movement", ["by_village", "redraw"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_packing_is_the_cheapest_and_penalties_never_exceed_the_truth(movement, seed):
    problem = county_problem(
        seed, n_villages=9, n_schools=4, side=16.0, movement=movement, min_enrollment=20
    )
    rng = np.random.default_rng(seed)
    costs = Costs(
        option=rng.uniform(-20, 20, len(problem.options)),
        pair=rng.uniform(-30, 20, problem.n_pairs),
        small=rng.uniform(0, 60, problem.n_schools),
        large=rng.choice([0.0, np.inf], problem.n_schools, p=[0.8, 0.2]),
        closed=np.where(problem.may_close, 0.0, np.inf),
        shortfall=np.zeros(problem.n_schools),
    )
    packed = Bins(problem, problem.is_usable).pack(costs)
    alone = [cheapest(problem, costs, school) for school in range(problem.n_schools)]
    assert packed.value == pytest.approx(sum(alone))
    for pair in range(problem.n_pairs):
        school = problem.pair_school[pair]
        truth = cheapest(problem, costs, school, pair) - alone[school]
        assert packed.penalty[pair] <= truth + 1e-9
    assert costs_of(problem, costs, packed) == pytest.approx(packed.value)


def costs_of(problem, costs, packed):
    """Return what a packing costs, added up by hand."""
    roll = np.zeros(problem.n_schools)
    for pair in np.flatnonzero(packed.is_used):
        roll[problem.pair_school[pair]] += problem.pupils[problem.pair_block[pair]]
    total = costs.option[packed.is_taken].sum() + costs.pair[packed.is_used].sum()
    for school in problem.options.school[packed.is_taken]:
        is_small = roll[school] < problem.small_below
        total += (costs.small if is_small else costs.large)[school]
    return total


def test_pairs_taken_out_are_in_no_packing():
    problem = county_problem(1, movement="redraw")
    costs = Costs(
        option=np.zeros(len(problem.options)),
        pair=np.full(problem.n_pairs, -1.0),
        small=np.zeros(problem.n_schools),
        large=np.zeros(problem.n_schools),
        closed=np.where(problem.may_close, 0.0, np.inf),
        shortfall=np.zeros(problem.n_schools),
    )
    is_kept = problem.pair_block > 4
    packed = Bins(problem, problem.is_usable).within(is_kept).pack(costs)
    taken = problem.pair_block[packed.is_used]
    assert len(taken)
    assert (taken > 4).all()
