"""Where each variable of the model stands among the columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.model.arrays import Values
from layoutplan.model.problem import Problem


@dataclass(frozen=True)
class Columns:
    """Positions of the variables: `z` options, `x` pairs, `u` and `q` schools, and `longest`.

    Parameters
    ----------
    z : (o,) int64
        1 where the option is taken.
    x : (p,) int64
        1 where the pair is used.
    u : (s,) int64
        1 where the school is open and small.
    q : (s,) int64
        Pupils that the school, if open, lacks to the funding floor.
    longest : int
        Minutes of the longest trip.
    n : int
        Number of columns.
    """

    z: NDArray[np.int64]
    x: NDArray[np.int64]
    u: NDArray[np.int64]
    q: NDArray[np.int64]
    longest: int
    n: int


def columns_of(problem: Problem) -> Columns:
    """Return the columns of the model of `problem`."""
    sizes = [len(problem.options), problem.n_pairs, problem.n_schools, problem.n_schools]
    end = np.cumsum([0, *sizes])
    z, x, u, q = (np.arange(end[k], end[k + 1]) for k in range(len(sizes)))
    return Columns(z=z, x=x, u=u, q=q, longest=int(end[-1]), n=int(end[-1]) + 1)


def complete(problem: Problem, values: Values) -> Values:
    """Return `values` with `z` and `x` rounded, and all else as it follows from them."""
    columns = columns_of(problem)
    exact = np.zeros(columns.n)
    exact[columns.z] = np.rint(values[columns.z])
    exact[columns.x] = np.rint(values[columns.x])
    is_used = exact[columns.x] > 0
    is_open = np.bincount(problem.options.school, exact[columns.z], problem.n_schools) > 0
    roll = np.bincount(
        problem.pair_school[is_used],
        weights=problem.pupils[problem.pair_block[is_used]],
        minlength=problem.n_schools,
    )
    exact[columns.u] = is_open & (roll < problem.small_below)
    exact[columns.q] = np.where(is_open, np.maximum(problem.floor - roll, 0), 0)
    exact[columns.longest] = problem.longest_ms[is_used].max(initial=0) / MS_PER_MINUTE
    return exact


def as_today(problem: Problem) -> Values | None:
    """Return the plan that changes nothing, or None where some pupils cannot stay."""
    columns = columns_of(problem)
    is_stay = problem.is_stay
    if len(np.unique(problem.pair_block[is_stay])) < problem.n_blocks:
        return None
    values = np.zeros(columns.n)
    # The first option of a school is the one as it is.
    first = np.unique(problem.options.school, return_index=True)[1]
    values[columns.z[first]] = ~problem.is_candidate[problem.options.school[first]]
    values[columns.x] = is_stay
    return complete(problem, values)


def column_names(problem: Problem) -> list[str]:
    """Return a name for every column that any solver's file format can hold, none of them twice."""
    schools = [_plain(name) for name in problem.school_ids]
    blocks = [_plain(name) for name in problem.block_ids]
    pairs = zip(problem.pair_block, problem.pair_school, strict=True)
    school = problem.options.school
    nth = np.arange(len(school)) - np.searchsorted(school, school)
    names = [
        *(
            f"z_{schools[j]}" if n == 0 else f"z_{schools[j]}_{n}"
            for j, n in zip(school, nth, strict=True)
        ),
        *(f"x_{blocks[block]}_to_{schools[j]}" for block, j in pairs),
        *(f"u_{name}" for name in schools),
        *(f"q_{name}" for name in schools),
        "longest",
    ]
    seen: set[str] = set()
    for place, name in enumerate(names):
        names[place] = f"{name}__{place}" if name in seen else name
        seen.add(name)
    return names


def _plain(name: str) -> str:
    """Return `name` in letters that every solver takes."""
    return re.sub(r"\W", "_", name, flags=re.ASCII).strip("_")
