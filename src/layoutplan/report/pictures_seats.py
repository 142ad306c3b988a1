"""How much of their seats the schools use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS

# Upper ends of the classes, as shares of the seats: a school is full at 1, over it is overfull.
_ENDS: Final = (0.25, 0.5, 0.75, 0.9, 1.0, np.inf)
CLASSES: Final = ("quarter", "half", "three_quarters", "nearly", "full", "over")


def schools_by_use(plan: Plan) -> pd.DataFrame:
    """Return how many schools use how much of their seats.

    Returns
    -------
    pandas.DataFrame
        Indexed by `CLASSES`: ``before``, of the schools that exist today, and ``after``, of those
        open under `plan`. Schools without seats and without pupils are left out.
    """
    schools = plan.schools
    is_new = schools["kind"] == "candidate"
    is_open = ~schools["action"].isin(CLOSED_ACTIONS) & ~(is_new & (schools["action"] != "open"))
    today = schools[~is_new].assign(seats=seats_today(plan)[~is_new])
    return pd.DataFrame(
        {
            "before": _by_class(today["enrollment_before"], today["seats"]),
            "after": _by_class(schools["enrollment_after"][is_open], schools["seats"][is_open]),
        },
        index=pd.Index(CLASSES),
    )


def seats_today(plan: Plan) -> pd.Series[int]:
    """Return the seats of each school before it grows.

    The table of a plan holds the seats under the plan; a school that grows by one of several steps
    had as many as the smallest of these leaves.
    """
    steps: Any = plan.rules.get("expansions", ())
    added = {str(step["school_id"]): int(step["seats"]) for step in _largest_last(steps)}
    is_grown = plan.schools["action"] == "expand"
    seats: pd.Series[int] = plan.schools["seats"].astype("int64")
    less = plan.schools.index.map(lambda school_id: added.get(str(school_id), 0))
    return (seats - np.where(is_grown, less, 0)).clip(lower=0)


def _largest_last(steps: Any) -> list[Mapping[str, Any]]:
    """Return the steps, the smallest of each school last so that it counts."""
    return sorted(steps, key=lambda step: -int(step["seats"]))


def _by_class(pupils: pd.Series, seats: pd.Series) -> list[int]:
    """Return the number of schools in each class."""
    roll, places = pupils.to_numpy(np.float64), seats.to_numpy(np.float64)
    counts = (roll > 0) | (places > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        use = np.where(places > 0, roll / places, np.inf)[counts]
    classes = np.searchsorted(_ENDS, use)
    return [int(n) for n in np.bincount(classes, minlength=len(CLASSES))]
