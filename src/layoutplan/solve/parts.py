"""Solving the parts of a problem, one after the other or side by side in processes."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np

from layoutplan.core.progress import Progress
from layoutplan.core.rules import SolverSettings
from layoutplan.model.arrays import Model, Values
from layoutplan.model.build import build_model
from layoutplan.model.limits import at_most
from layoutplan.model.problem import Problem
from layoutplan.solve.core import on_core
from layoutplan.solve.gateways import gateway_of, relaxation_of
from layoutplan.solve.lexicographic import NoSolutionError, Solved, solve_in_order, usable
from layoutplan.solve.starts import start_of
from layoutplan.solve.sure import tightened

_LEAST_SHARE = 0.25  # of the time left, for a part however small
_START_SHARE = 0.2  # of a part's time goes to a plan to start from
_LEAST_START_SECONDS = 1.0
_FIRST_PLAN_SECONDS = 60.0  # for a part, however small, of which no plan is known
_WORTH_PROCESSES = 10_000  # pairs; fewer are solved before a process has started

Limit = tuple[str, int]
"""An objective and the most that it may be, in its smallest unit."""


@dataclass(frozen=True)
class Job:
    """One part to solve.

    Parameters
    ----------
    problem : Problem
        The part.
    order : tuple of str
        The objectives.
    limits : tuple of Limit
        Objectives, in the order or not, that have an upper limit.
    start : (c,) float64, optional
        Decisions to start from instead of those of today.
    settings : SolverSettings
        Solver, gap and seed.
    deadline : float
        Reading of :func:`time.monotonic` at which all parts must be done.
    share : float
        Of the time left when it begins that it may take.
    """

    problem: Problem
    order: tuple[str, ...]
    limits: tuple[Limit, ...]
    start: Values | None
    settings: SolverSettings
    deadline: float
    share: float = 1.0

    @property
    def key(self) -> bytes:
        """What tells the question from all others, whatever it starts from."""
        question = (self.problem, self.order, self.limits, self.settings)
        return hashlib.sha256(pickle.dumps(question)).digest()


@dataclass(frozen=True)
class NoSolution:
    """A part without a solution, and whether it is proven that it has none."""

    problem: Problem
    is_proven: bool


Result = Solved | NoSolution


Known = dict[bytes, Result]
"""Results of jobs that time did not stop, by what was asked."""


def solved_jobs(
    jobs: Sequence[Job], n_processes: int, progress: Progress, known: Known | None = None
) -> list[Result]:
    """Return what became of each job; the last is begun first, as it is the largest.

    The result of a job does not depend on the number of processes, as long as time suffices.
    Those that are `known` are not solved again; new ones become known.
    """
    keys = [b"" if known is None else job.key for job in jobs]
    known = {} if known is None else known
    places = [place for place, key in enumerate(keys) if key not in known]
    asked = _with_shares([jobs[place] for place in places])
    results = [known.get(key) for key in keys]
    n_pairs = sum(job.problem.n_pairs for job in asked)
    is_parallel = n_processes > 1 and len(asked) > 1 and n_pairs >= _WORTH_PROCESSES
    found = _side_by_side(asked, n_processes) if is_parallel else _in_turn(asked)
    for n_done, (number, result) in enumerate(found):
        progress("progress.solve", n_done, len(asked))
        place = places[number]
        results[place] = result
        if keys[place] and (result.is_settled if isinstance(result, Solved) else result.is_proven):
            known[keys[place]] = result
    progress("progress.solve", len(asked), len(asked))
    return [result for result in results if result is not None]


def _with_shares(jobs: Sequence[Job]) -> list[Job]:
    """Return the jobs with the share of the time left that each may take, the last solved first.

    By size; as most parts need little of theirs, each may take some of the others'.
    """
    n_pairs = np.cumsum([job.problem.n_pairs for job in jobs])
    return [
        replace(job, share=max(job.problem.n_pairs / n if n else 1.0, _LEAST_SHARE))
        for job, n in zip(jobs, n_pairs, strict=True)
    ]


def _in_turn(jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
    """Yield place and result of each job."""
    for place in reversed(range(len(jobs))):
        yield place, solved_job(jobs[place])


def _side_by_side(jobs: Sequence[Job], n_processes: int) -> Iterator[tuple[int, Result]]:
    """Yield place and result of each job as they are done.

    Processes are spawned: forked ones hang once HiGHS has run. Where they cannot be started, the
    jobs are done here.
    """
    done: set[int] = set()
    try:
        with ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) as pool:
            places = {pool.submit(solved_job, jobs[k]): k for k in reversed(range(len(jobs)))}
            for future in as_completed(places):
                yield places[future], future.result()
                done.add(places[future])
    except BrokenProcessPool:
        for place in reversed(range(len(jobs))):
            if place not in done:
                yield place, solved_job(jobs[place])


def solved_job(job: Job) -> Result:
    """Return what became of one part."""
    now = time.monotonic()
    deadline = now + max(job.deadline - now, 0.0) * job.share
    model = _model(job)
    # A plan somewhat late is better than none.
    seconds = max((deadline - now) * _START_SHARE, _LEAST_START_SECONDS)
    model = replace(model, start=_start(job, model, now + seconds))
    if model.start is None:
        deadline = max(deadline, min(job.deadline, now + _FIRST_PLAN_SECONDS))
    gateway, relax = gateway_of(job.settings), relaxation_of(job.settings)
    if relax is not None:
        gateway = on_core(job.problem, model.rows, gateway, relax)
    try:
        return solve_in_order(model, job.settings, gateway, deadline, relax)
    except NoSolutionError as fault:
        return NoSolution(job.problem, fault.is_proven)


def _model(job: Job) -> Model:
    """Return the model of a part with a row for each limit."""
    limited = [name for name, _ in job.limits if name not in job.order]
    model = tightened(job.problem, build_model(job.problem, [*job.order, *limited]))
    by_name = {objective.name: objective for objective in model.objectives}
    return replace(
        model,
        rows=(*model.rows, *(at_most(by_name[name], most) for name, most in job.limits)),
        objectives=(*(by_name[name] for name in job.order), model.objectives[-1]),
    )


def _start(job: Job, model: Model, deadline: float) -> Values | None:
    """Return the start of the job, else the better of today's plan and one quickly found."""
    if usable(model, job.start) is not None:
        return job.start
    starts = (usable(model, model.start), start_of(job.problem, model, deadline))
    return min(
        (start for start in starts if start is not None),
        key=lambda start: [objective.exact(start) for objective in model.objectives[:-1]],
        default=None,
    )
