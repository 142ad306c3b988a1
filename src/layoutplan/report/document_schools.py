"""Which schools a document lists where: merged, small but kept, changed in another way."""

from __future__ import annotations

import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS

_CHANGED = ("downgrade", "expand", "open")


def merged_ids(plan: Plan) -> list[str]:
    """Return the schools that close and whose pupils go elsewhere, in the order of the plan."""
    return _ids(plan, plan.schools["action"] == "merge")


def closed_ids(plan: Plan) -> list[str]:
    """Return the schools that close and have no pupils; sites that are not built are none."""
    is_closed = plan.schools["action"] == "close"
    return _ids(plan, is_closed & (plan.schools["kind"] != "candidate"))


def kept_small_ids(plan: Plan) -> list[str]:
    """Return the schools that are small today and stay as they are."""
    small_below = int(str(plan.rules.get("small_below", 0)))
    is_small = (plan.schools["enrollment"] < small_below) & (plan.schools["kind"] != "candidate")
    return _ids(plan, is_small & (plan.schools["action"] == "keep"))


def changed_ids(plan: Plan) -> list[str]:
    """Return the schools that open, grow or become a teaching point."""
    return _ids(plan, plan.schools["action"].isin(_CHANGED))


def is_open(plan: Plan) -> pd.Series[bool]:
    """Return for each school whether it is open under the plan."""
    is_unbuilt = (plan.schools["kind"] == "candidate") & (plan.schools["action"] != "open")
    found: pd.Series[bool] = ~plan.schools["action"].isin(CLOSED_ACTIONS) & ~is_unbuilt
    return found


def _ids(plan: Plan, chosen: pd.Series) -> list[str]:
    """Return the ids of the chosen schools."""
    return [str(school_id) for school_id in plan.schools.index[chosen]]
