"""Times that rows of a table learn from other rows: turn by turn, all columns at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.travel.edges import NO_WAY_MS

Times = NDArray[np.signedinteger]

_LARGEST_SHORT = 2**30 - 1  # twice it still fits an int32


@dataclass(frozen=True)
class Reckoning:
    """How times are kept while they are searched: 32 bits do where the limit allows it.

    Parameters
    ----------
    longest : int
        Longer times are of no interest.
    none : int
        Stands for no way; more than `longest`, and the sum of two fits the type.
    dtype : {numpy.int32, numpy.int64}
        Of tables of times.
    """

    longest: int
    none: int
    dtype: type[np.signedinteger]

    @classmethod
    def within(cls, limit_ms: int | None) -> Reckoning:
        """Return the smallest that is exact up to a limit, or without one."""
        if limit_ms is not None and limit_ms < _LARGEST_SHORT:
            return cls(limit_ms, _LARGEST_SHORT, np.int32)
        longest = NO_WAY_MS - 1 if limit_ms is None else min(limit_ms, NO_WAY_MS - 1)
        return cls(longest, NO_WAY_MS, np.int64)

    def table(self, n_rows: int, n_columns: int) -> Times:
        """Return a table in which nothing is known yet."""
        return np.full((n_rows, n_columns), self.none, dtype=self.dtype)

    def kept(self, ms: NDArray[np.int64]) -> Times:
        """Return times in the type of the tables, what is too long as none."""
        return np.minimum(ms, self.none).astype(self.dtype)


@dataclass(frozen=True)
class Lessons:
    """Which row of a table learns times from which.

    Parameters
    ----------
    row, teacher : (a,) int
        The row that learns, and the row that it learns from.
    ms : (a,) int64
        What the way from the one to the other adds.
    """

    row: NDArray[np.integer]
    teacher: NDArray[np.integer]
    ms: NDArray[np.int64]

    def within(self, reckoning: Reckoning) -> Lessons:
        """Return those that can be of use."""
        is_kept = self.ms <= reckoning.longest
        return Lessons(self.row[is_kept], self.teacher[is_kept], self.ms[is_kept])


@dataclass(frozen=True)
class Sweep:
    """An order of lessons in which every row has learned all before it teaches.

    Rows are put in order of their turns, within a turn those with most lessons first. So the first
    lessons of all rows of a turn concern one slice of the table, the second lessons another, and
    each is one step over whole arrays.

    Parameters
    ----------
    place : (r,) int64
        Where in the table each row stands while it is swept.
    teacher, ms : (a,) int64, (a,) of the type of the table
        Where the teacher of each lesson stands, in the order of the steps, and what it adds.
    steps : tuple of (int, int, int)
        Place of the first row that learns, and the stretch of lessons for it and those after it.
    """

    place: NDArray[np.int64]
    teacher: NDArray[np.int64]
    ms: Times
    steps: tuple[tuple[int, int, int], ...]

    def __call__(self, table: Times) -> None:
        """Let the rows of `table`, (r, columns) and in their places, learn."""
        for row, begin, end in self.steps:
            learned = table.take(self.teacher[begin:end], axis=0)
            learned += self.ms[begin:end, None]
            known = table[row : row + end - begin]
            np.minimum(known, learned, out=known)


def plan_sweep(turn: NDArray[np.int64], lessons: Lessons, reckoning: Reckoning) -> Sweep:
    """Return the order in which to sweep a table.

    Parameters
    ----------
    turn : (r,) int64
        Turn of each row, from 0 up; each learns only from rows of earlier turns.
    lessons : Lessons
        By rows as numbered in `turn`.
    reckoning : Reckoning
        Of the table.
    """
    n_lessons = np.bincount(lessons.row, minlength=len(turn))
    n_most = int(n_lessons.max(initial=0)) + 1
    in_place = np.argsort((turn + 1) * n_most - n_lessons, kind="stable")
    place = np.empty(len(turn), dtype=np.int64)
    place[in_place] = np.arange(len(turn))

    by_row = np.argsort(lessons.row, kind="stable")
    row = lessons.row[by_row]
    nth = np.arange(len(row)) - (np.cumsum(n_lessons) - n_lessons)[row]
    step = turn[row] * n_most + nth
    in_steps = np.argsort(step * len(turn) + place[row])
    order, step = by_row[in_steps], step[in_steps]
    begin = np.flatnonzero(np.diff(step, prepend=-1))
    end = np.append(begin[1:], len(order))[: len(begin)]
    learner = place[lessons.row[order[begin]]]
    return Sweep(
        place,
        place[lessons.teacher[order]],
        lessons.ms[order].astype(reckoning.dtype),
        tuple(zip(learner.tolist(), begin.tolist(), end.tolist(), strict=True)),
    )
