"""How plans for the same case differ: in their objectives, and in what becomes of the schools."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.options import options
from layoutplan.core.solution import Solution
from layoutplan.texts import LANGUAGES, text


def n_differing(one: Solution, other: Solution) -> int:
    """Return the number of schools with another fate: closed or not, and open as what."""
    is_other = (one.action != other.action) | (one.seats != other.seats) | (one.beds != other.beds)
    return int(np.count_nonzero(is_other))


def over_best(solutions: Sequence[Solution]) -> dict[str, list[float]]:
    """Return the objectives of some plans, and by what share each is over that of the first.

    Returns
    -------
    dict
        Objective -> its value in each plan; ``<objective>_over_best`` -> the share, 0 where both
        values are 0.
    """
    found: dict[str, list[float]] = {}
    for results in zip(*(solution.objective for solution in solutions), strict=True):
        name, best = results[0].name, results[0].value
        values = [result.value for result in results]
        found[name] = values
        found[f"{name}_over_best"] = [(value - best) / best if best else 0.0 for value in values]
    return found


def fates(case: Case, solutions: Sequence[Solution]) -> pd.DataFrame:
    """Return what becomes of every school in each plan.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``school_id``, sorted: ``name``, and for each plan (1, 2, …) its action:
        ``keep``, ``open``, ``downgrade``, ``expand`` or ``close``.
    """
    columns: dict[object, object] = {
        number: np.where(solution.action == "", "close", solution.action)
        for number, solution in enumerate(solutions, start=1)
    }
    columns = {"name": case.schools["name"], **columns}
    frame = pd.DataFrame(columns, index=case.schools.index)
    return frame.sort_index()


def closing_shares(case: Case, actions: pd.DataFrame) -> pd.DataFrame:
    """Return in how many plans each school that has a choice is closed.

    Parameters
    ----------
    case : Case
        The case.
    actions : pandas.DataFrame
        From :func:`fates`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``school_id``, sorted: ``name``, ``n_closed`` (a candidate that is not opened
        counts), ``n_plans``, ``share``, and the same as a sentence: ``sentence_en``,
        ``sentence_zh``.
    """
    chosen = actions.loc[has_choice(case).reindex(actions.index)]
    by_plan = chosen.drop(columns="name")
    n_plans = by_plan.shape[1]
    n_closed = (by_plan == "close").sum(axis=1)
    is_candidate = (case.schools["kind"] == "candidate").reindex(chosen.index)
    said = {
        f"sentence_{language}": [
            text(f"portfolio.sentence.{_word(n, n_plans, candidate)}", language, n=n, of=n_plans)
            for n, candidate in zip(
                np.where(is_candidate, n_plans - n_closed, n_closed), is_candidate, strict=True
            )
        ]
        for language in LANGUAGES
    }
    return pd.DataFrame(
        {
            "name": chosen["name"],
            "n_closed": n_closed,
            "n_plans": n_plans,
            "share": n_closed / n_plans,
            **said,
        },
        index=chosen.index,
    )


def has_choice(case: Case) -> pd.Series[bool]:
    """Return for each school of a case whether more than one thing may become of it."""
    n_options = np.bincount(options(case)["school_idx"], minlength=len(case.schools))
    may_close: NDArray[np.bool_] = (case.schools["decision"] != "keep").to_numpy()
    return pd.Series(n_options + may_close > 1, index=case.schools.index)


def _word(n: int, n_plans: int, is_candidate: bool) -> str:
    """Return which sentence tells that `n` of the plans close, or open, a school."""
    what = "opened" if is_candidate else "closed"
    often = "never" if n == 0 else "always" if n == n_plans else "some"
    return f"{what}.{often}"
