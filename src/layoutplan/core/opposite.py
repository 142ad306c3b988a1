"""What the opposite of a decision on one school would mean, before it is told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from layoutplan.errors import Finding

OppositeStatus = Literal["proven", "within_gap", "time_limit", "impossible", "unknown"]


@dataclass(frozen=True)
class Change:
    """One objective under the plan and under the best plan with the opposite decision.

    Both count the part of the case that the school can have to do with; the rest is the same.

    Parameters
    ----------
    name : str
        Such as ``"pupil_minutes"``.
    before, after : int
        Under the plan and under the opposite, in the smallest unit.
    least : float
        No plan with the opposite is below it, given the objectives before; in the smallest unit.
        What is no objective of the case is only counted, and `least` is `after`.
    per_unit : int
        How many of the smallest unit make one of the unit that the name says.
    """

    name: str
    before: int
    after: int
    least: float
    per_unit: int

    @property
    def delta(self) -> float:
        """What the opposite adds, in the unit that the name says."""
        return (self.after - self.before) / self.per_unit

    @property
    def least_delta(self) -> float:
        """What the opposite adds at the least, in the unit that the name says."""
        return (self.least - self.before) / self.per_unit


@dataclass(frozen=True)
class Opposite:
    """The best plan in which one school does the opposite of what it does under the plan.

    Parameters
    ----------
    school_id : str
        Of the school.
    decision : {"keep", "close"}
        The opposite, as it would be written in the column ``decision``.
    status : str
        ``proven``: the changes are those of a plan proven best; ``within_gap``: of one within the
        gap asked for; ``time_limit``: of the best that was found in time; ``impossible``: proven
        that there is none; ``unknown``: none was found in time.
    changes : tuple of Change
        The objectives of the case in their order, then what is counted beside them; empty where
        there is no plan.
    moves : pandas.DataFrame
        Columns ``village_id, band, school_id_before, pupils, school_id_plan, school_id``: units
        that go elsewhere than under the plan, and where.
    alone : pandas.DataFrame
        Columns ``village_id, band, school_id, pupils``: units that no other school can take, which
        alone makes it impossible.
    reasons : tuple of Finding
        What else makes it impossible.
    rules : tuple of str
        Rules without any one of which it would be possible.
    """

    school_id: str
    decision: Literal["keep", "close"]
    status: OppositeStatus
    changes: tuple[Change, ...]
    moves: pd.DataFrame
    alone: pd.DataFrame
    reasons: tuple[Finding, ...] = ()
    rules: tuple[str, ...] = ()

    def change(self, name: str) -> Change | None:
        """Return the change of one objective, None where it is not counted."""
        return next((each for each in self.changes if each.name == name), None)


@dataclass(frozen=True)
class Explanation:
    """Why the schools of a plan stay or merge, and why pupils go where they go.

    Parameters
    ----------
    schools : pandas.DataFrame
        One row per screened school, indexed by ``school_id`` in the order of the plan: ``action``
        under the plan; ``opposite``, to be written in the column ``decision``; ``status`` of its
        best plan; ``pupils_alone``, for whom no other school would be left; ``delta_<name>``, what
        the opposite adds to each objective and count (NaN where there is no plan), and
        ``least_delta_<name>`` for each objective, what it adds at the least; ``sentence``.
    villages : pandas.DataFrame
        One row per group of pupils who go elsewhere than today, sorted, with a fresh index:
        ``village_id, band, pupils, school_id_before, minutes_before, school_id, minutes``;
        ``next_school_id`` and ``next_minutes``, the next best school open under the plan (empty
        and ``inf`` where there is none); ``why_not``; ``sentence``.
    opposites : tuple of Opposite
        What the rows of `schools` tell, with the pupils concerned.
    reasons : Mapping from str to str
        By school id, what ``reason`` in ``schools.csv`` should say; of every school of the plan.
    """

    schools: pd.DataFrame
    villages: pd.DataFrame
    opposites: tuple[Opposite, ...]
    reasons: Mapping[str, str]

    def _repr_html_(self) -> str:
        """Return what is said of each school for a notebook."""
        from layoutplan.core.rendered import explanation_html  # which rests on this module

        return explanation_html(self)
