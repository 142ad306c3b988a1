"""What the elastic model breaks in one part of a problem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.arrays import Values
from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem
from layoutplan.model.split import Part
from layoutplan.solve.slack import Slack


@dataclass(frozen=True)
class Broken:
    """What is broken in one part, the least that must be.

    Parameters
    ----------
    part : Part
        Of the relaxed problem.
    slacks : tuple of Slack
        The families of rows that may be broken.
    added_seats : (o,) int64
        Of options that the case does not have.
    values : (c,) float64
        Of the columns.
    kinds : frozenset of str
        The kinds of things that may be broken here.
    is_smallest : bool
        Whether it is proven that no less will do.
    is_plain : bool
        Whether nothing is broken that could be spared in any order.
    """

    part: Part
    slacks: tuple[Slack, ...]
    added_seats: NDArray[np.int64]
    values: Values
    kinds: frozenset[str]
    is_smallest: bool
    is_plain: bool

    @property
    def problem(self) -> Problem:
        """The part as a problem."""
        return self.part.problem

    @property
    def is_used(self) -> NDArray[np.bool_]:
        """(p,) Whether each pair is used."""
        is_used: NDArray[np.bool_] = self.values[columns_of(self.problem).x] > 0
        return is_used

    @property
    def is_option(self) -> NDArray[np.bool_]:
        """(o,) Whether each option is taken."""
        is_option: NDArray[np.bool_] = self.values[columns_of(self.problem).z] > 0
        return is_option

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """(s,) Whether each school is open."""
        return np.bincount(self.problem.options.school, self.is_option, self.problem.n_schools) > 0

    def sum_by_school(self, weights: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return (s,) the sum of `weights` (by pair) over the pairs used."""
        used = self.is_used
        found = np.bincount(
            self.problem.pair_school[used], weights[used], minlength=self.problem.n_schools
        )
        return found.astype(np.int64)

    @property
    def is_unserved(self) -> NDArray[np.bool_]:
        """(b,) Whether a block cannot be helped at all."""
        placed = np.bincount(self.problem.pair_block[self.is_used], minlength=self.problem.n_blocks)
        is_unserved: NDArray[np.bool_] = placed == 0
        return is_unserved

    @property
    def one_off_cents(self) -> int:
        """What the options taken cost once, in hundredths."""
        return int(self.problem.options.one_off_cents[self.is_option].sum())

    def needed(self, slack: Slack) -> Values:
        """Return (r,) by how much each row of a family is broken."""
        return slack.needed(self.values[: columns_of(self.problem).n])

    def lacking(self, kind: str) -> NDArray[np.int64]:
        """Return (s,) what each school lacks of a kind that is counted school by school."""
        lacking = np.zeros(self.problem.n_schools, dtype=np.int64)
        for slack in self.slacks:
            if slack.kind == kind:
                is_option = slack.rows.column < len(self.problem.options)
                school = self.problem.options.school[slack.rows.column[is_option]]
                lacking[school] = self.needed(slack)[slack.rows.row[is_option]]
        return lacking
