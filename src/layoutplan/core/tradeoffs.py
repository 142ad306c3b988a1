"""What a case leaves open: the trade-off of two objectives, and good plans that differ."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from layoutplan.core.solution import Solution
from layoutplan.texts import Language


@dataclass(frozen=True)
class Front:
    """The trade-off of two objectives: plans of which none is better in both.

    Parameters
    ----------
    name, language
        Of the case.
    objectives : tuple of two str
        Their names; the first rises from point to point, the second falls.
    points : pandas.DataFrame
        Indexed by ``point`` (1, 2, …): for each of the two objectives its value, ``_bound`` and
        ``_gap``; ``status`` (``optimal``, ``within_gap``, ``time_limit``); and the sizes of the
        plan: ``schools_open``, ``schools_merged``, ``small_schools``, ``pupils_moved``,
        ``mean_minutes``, ``max_minutes``. No plan with so little of one objective has less of the
        other than its bound.
    solutions : tuple of Solution
        The decisions of each point. Their bounds are those of the whole case: the best that any
        plan can do in the first objective.
    is_whole : bool
        Whether no point is left out: every whole number of the first or second objective was
        looked at, rather than some bounds evenly apart.
    """

    name: str
    language: Language
    objectives: tuple[str, str]
    points: pd.DataFrame
    solutions: tuple[Solution, ...]
    is_whole: bool

    def _repr_html_(self) -> str:
        """Return the points for a notebook."""
        from layoutplan.core.rendered import front_html  # which rests on this module

        return front_html(self)


@dataclass(frozen=True)
class Portfolio:
    """Plans nearly as good as the best that differ most, and how often each school closes.

    Parameters
    ----------
    name, language
        Of the case.
    within : float
        The share by which a plan may be worse than the best in each objective.
    order : tuple of str
        The objectives.
    plans : pandas.DataFrame
        Indexed by ``plan``, the first the best: each objective, its ``_over_best`` (share),
        ``n_differing`` (schools with another fate than in the best plan), ``least_differing``
        (than in the plan before it that is most alike), ``most_differing_bound`` (no plan within
        the limits can differ in more schools from all before it) and ``status`` (what is proven
        of the choice); of the best plan both are 0.
    schools : pandas.DataFrame
        Indexed by ``school_id``, the schools of which more than one thing may become: ``name``,
        ``n_closed``, ``n_plans``, ``share``, ``sentence_en``, ``sentence_zh``.
    fates : pandas.DataFrame
        Indexed by ``school_id``, all schools: ``name``, and by plan what becomes of each:
        ``keep``, ``open``, ``downgrade``, ``expand`` or ``close``.
    solutions : tuple of Solution
        The decisions of each plan.
    is_exhausted : bool
        Whether fewer plans than asked for are there because it is proven that no other differs.
    """

    name: str
    language: Language
    within: float
    order: tuple[str, ...]
    plans: pd.DataFrame
    schools: pd.DataFrame
    fates: pd.DataFrame
    solutions: tuple[Solution, ...]
    is_exhausted: bool

    def _repr_html_(self) -> str:
        """Return the plans for a notebook, and the schools that differ among them."""
        from layoutplan.core.rendered import portfolio_html  # which rests on this module

        return portfolio_html(self)
