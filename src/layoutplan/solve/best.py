"""The best decisions of a problem, part by part; what is known already is not solved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import Status
from layoutplan.model.arrays import Values
from layoutplan.model.columns import columns_of, complete
from layoutplan.model.problem import Problem
from layoutplan.model.split import Part, split, whole
from layoutplan.solve.lexicographic import NoSolutionError, Solved, Stage
from layoutplan.solve.parts import Job, Known, Limit, NoSolution, solved_jobs
from layoutplan.solve.sure import reduced


@dataclass(frozen=True)
class Reached:
    """What became of one objective over all parts.

    Parameters
    ----------
    name : str
        Such as ``"pupil_minutes"``.
    value : int
        In the smallest unit.
    bound : float
        No plan that keeps the objectives before is below it; in the smallest unit.
    per_unit : int
        How many of the smallest unit make one of the unit that the name says.
    """

    name: str
    value: int
    bound: float
    per_unit: int


@dataclass(frozen=True)
class Best:
    """The best decisions found for a problem.

    Parameters
    ----------
    problem : Problem
        What was solved.
    is_option : (o,) bool
        Options taken.
    is_used : (p,) bool
        Pairs used.
    stages : tuple of Reached
        Of the objectives in their order.
    status : {"optimal", "within_gap", "time_limit"}
        What is proven of all of them.
    is_settled : bool
        Whether time stopped nothing: then the same problem always gives the same decisions.
    """

    problem: Problem
    is_option: NDArray[np.bool_]
    is_used: NDArray[np.bool_]
    stages: tuple[Reached, ...]
    status: Status
    is_settled: bool

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """(s,) Whether each school is open."""
        is_open = np.zeros(self.problem.n_schools, dtype=bool)
        is_open[self.problem.options.school[self.is_option]] = True
        return is_open

    @property
    def block_school(self) -> NDArray[np.int32]:
        """(b,) Position of the school of each block."""
        school = np.full(self.problem.n_blocks, -1, dtype=np.int32)
        school[self.problem.pair_block[self.is_used]] = self.problem.pair_school[self.is_used]
        return school


def best(
    problem: Problem,
    order: Sequence[str],
    settings: SolverSettings,
    *,
    deadline: float,
    limits: Sequence[Limit] = (),
    start: Best | None = None,
    progress: Progress = silent,
    known: Known | None = None,
) -> Best:
    """Return the best decisions for `problem` in the lexicographic order of objectives.

    Parameters
    ----------
    problem : Problem
        What is to be decided.
    order : sequence of str
        The objectives, the first the most important.
    settings : SolverSettings
        Solver, gap, processes and seed.
    deadline : float
        Reading of :func:`time.monotonic` at which to stop.
    limits : sequence of (str, int)
        Objectives, in this order or not, that must not exceed a value in their smallest unit.
    start : Best, optional
        Decisions for the same problem or one much like it.
    progress : Progress
        Told of every part. With ``settings.threads`` above 1 and much to do, parts are solved in
        so many processes, which changes nothing of the result; a script then needs the usual
        ``if __name__ == "__main__"``.
    known : dict, optional
        Results of parts that were solved before; those of this problem are added.

    Raises
    ------
    NoSolutionError
        When there is none, with the parts that prove it, or none was found in time.
    """
    parts = (whole(problem),) if limits else _parts(problem, order)
    one_thread = replace(settings, threads=1)  # a part is solved by one; parts side by side
    jobs = [
        Job(
            part.problem,
            tuple(order),
            tuple(limits),
            None if start is None else _start(part, start),
            one_thread,
            deadline,
        )
        for part in parts
    ]
    results = solved_jobs(jobs, settings.threads, progress, known)
    failed = [result for result in results if isinstance(result, NoSolution)]
    if failed:
        impossible = [result.problem for result in failed if result.is_proven]
        asked = (whole(problem),) if limits else split(problem, order)
        raise NoSolutionError(is_proven=bool(impossible), impossible=_holding(asked, impossible))
    return _joined(problem, parts, [each for each in results if isinstance(each, Solved)])


def _parts(problem: Problem, order: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts of `problem` without what no plan can hold."""
    left = reduced(problem)
    return tuple(replace(part, pair=left.pair[part.pair]) for part in split(left.problem, order))


def _holding(parts: Sequence[Part], impossible: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems of those of `parts` that hold any of the `impossible` ones."""
    if not impossible:
        return ()
    block_ids = np.concatenate([problem.block_ids for problem in impossible])
    school_ids = np.concatenate([problem.school_ids for problem in impossible])
    return tuple(
        part.problem
        for part in parts
        if np.isin(part.problem.block_ids, block_ids).any()
        or np.isin(part.problem.school_ids, school_ids).any()
    )


def _start(part: Part, start: Best) -> Values | None:
    """Return the decisions of `start` on a part, None where they are of another shape."""
    problem = part.problem
    if len(start.is_used) <= part.pair.max(initial=-1):
        return None
    columns = columns_of(problem)
    values = np.zeros(columns.n)
    values[columns.z] = start.is_option[part.option]
    values[columns.x] = start.is_used[part.pair]
    return complete(problem, values)


def _joined(problem: Problem, parts: Sequence[Part], solved: Sequence[Solved]) -> Best:
    """Return the decisions of all parts together."""
    is_option = np.zeros(len(problem.options), dtype=bool)
    is_used = np.zeros(problem.n_pairs, dtype=bool)
    for part, result in zip(parts, solved, strict=True):
        columns = columns_of(part.problem)
        is_option[part.option] = result.values[columns.z] > 0
        is_used[part.pair] = result.values[columns.x] > 0
    by_stage = list(zip(*(result.stages for result in solved), strict=True))
    return Best(
        problem=problem,
        is_option=is_option,
        is_used=is_used,
        stages=tuple(_total(stages) for stages in by_stage),
        status=_worst([stage.status for stages in by_stage for stage in stages]),
        is_settled=all(result.is_settled for result in solved),
    )


def _total(stages: Sequence[Stage]) -> Reached:
    """Return one objective over all parts: values and bounds add up.

    Where an objective before it is not proven, the sum of bounds holds for plans that keep what
    this one reaches there in every part.
    """
    objective = stages[0].objective
    return Reached(
        name=objective.name,
        value=sum(stage.value for stage in stages),
        bound=sum(stage.bound for stage in stages),
        per_unit=objective.per_unit,
    )


def _worst(statuses: Sequence[Status]) -> Status:
    """Return what is proven of the whole when this is proven of its parts."""
    order: tuple[Status, ...] = ("optimal", "within_gap", "time_limit")
    return max(statuses, key=order.index, default="optimal")
