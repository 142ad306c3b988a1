"""What the opposite of each decision would cost, for the cards of schools."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from layoutplan.core.plan import Plan
from layoutplan.core.schema import OBJECTIVES
from layoutplan.texts import text

_COSTS: Final = ("yearly_cost", "one_off_cost")
_COUNTS: Final = ("small_schools", "schools_open", "pupils_moved")


def opposites(plan: Plan) -> dict[str, Any] | None:
    """Return what the opposite of each decision would cost, None where nobody asked.

    Returns
    -------
    dict
        Columns over the schools that were asked about: ``school`` (position), ``opposite``,
        ``status`` and ``status_text``, ``pupils_alone`` and ``sentence``; ``deltas``, the rows
        ``[name, label, signed number]`` of what it adds to each objective and count.
    """
    asked = plan.opposites
    if asked is None:
        return None
    names = [name for name in OBJECTIVES if f"delta_{name}" in asked]
    labels = {name: text(f"map.objective.{name}", plan.language) for name in names}
    return {
        "school": plan.schools.index.get_indexer(asked.index).tolist(),
        "opposite": asked["opposite"].tolist(),
        "status": asked["status"].tolist(),
        "status_text": [text(f"map.opposite.{each}", plan.language) for each in asked["status"]],
        "pupils_alone": asked["pupils_alone"].astype("int64").tolist(),
        "sentence": [str(each) for each in asked["sentence"]],
        "deltas": [
            [
                [name, labels[name], signed(name, row[f"delta_{name}"])]
                for name in names
                if np.isfinite(row[f"delta_{name}"])
            ]
            for row in asked[[f"delta_{name}" for name in names]].to_dict("records")
        ],
    }


def signed(name: str, value: float) -> str:
    """Return a difference with its sign, with as many decimals as its objective has.

    Examples
    --------
    >>> signed("pupil_minutes", 154.56), signed("small_schools", -1.0), signed("yearly_cost", 0.0)
    ('+154.6', '−1', '0')
    """
    decimals = 0 if name in _COUNTS else 2 if name in _COSTS else 1
    size = f"{abs(value):,.{decimals}f}"
    if float(size.replace(",", "")) == 0:
        return "0"
    return ("+" if value > 0 else "−") + size
