"""The sums of a plan, as they stand in ``plan.json``."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.limits import day_limits_of
from layoutplan.core.schema import MS_PER_MINUTE, pupils_column
from layoutplan.evaluate import costs, indicators, seats

OPEN_ACTIONS = ("keep", "downgrade", "open", "expand")
_COUNTED = {"merge": "merged", "downgrade": "downgraded", "expand": "expanded", "open": "opened"}


def totals(case: Case, schools: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, object]:
    """Return the sums of a plan, for everybody and under ``"bands"`` for each band.

    Parameters
    ----------
    case : Case
        That it is a plan for.
    schools : pandas.DataFrame
        As in a plan: ``kind``, ``action``, ``seats``, ``beds``, ``enrollment_before``,
        ``enrollment_after``.
    assignments : pandas.DataFrame
        As in a plan.

    Returns
    -------
    dict
        Plain numbers. Pupils: ``pupils``, ``pupils_moved`` (attend a school today and another
        under the plan), ``pupils_placed`` (attend nowhere today), ``boarders``, ``unreachable``
        (at a school without a known path; not in the minutes), ``over_limit_today`` (stay by day
        although over the limit). Minutes: ``pupil_minutes``, ``max_minutes``, ``mean_minutes``;
        the weekly trip of a boarder counts once. Schools: ``schools_before``, ``schools_open``,
        ``schools_merged``, ``schools_downgraded``, ``schools_expanded``, ``schools_opened``,
        ``small_schools_before``, ``small_schools``. And ``villages``, by band those with pupils
        of it. Money, where the case says anything of it: ``yearly_cost`` and ``one_off_cost``.
    """
    is_existing = schools["kind"] != "candidate"
    is_open = schools["action"].isin(OPEN_ACTIONS)
    roll_before = schools.loc[is_existing, "enrollment_before"].to_numpy()
    roll_after = schools.loc[is_open, "enrollment_after"].to_numpy()
    small_below = case.rules.small_below
    return {
        "villages": len(case.villages),
        **_sums(case, assignments),
        "schools_before": len(roll_before),
        "schools_open": len(roll_after),
        **{
            f"schools_{word}": int((schools["action"] == action).sum())
            for action, word in _COUNTED.items()
        },
        "small_schools_before": seats.schools_under(roll_before, small_below),
        "small_schools": seats.schools_under(roll_after, small_below),
        **_money(case, schools, assignments),
        "bands": {
            band.name: {
                "villages": int((case.villages[pupils_column(band.name)] > 0).sum()),
                **_sums(case, assignments[assignments["band"] == band.name]),
            }
            for band in case.bands
        },
    }


def is_moved(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows are of pupils who attend a school today and another under the plan."""
    is_attending = rows["school_id_before"] != ""
    moves = is_attending & (rows["school_id"] != rows["school_id_before"])
    return moves.to_numpy(dtype=bool)


def _sums(case: Case, rows: pd.DataFrame) -> dict[str, object]:
    """Return the totals over some of the assignments."""
    pupils = rows["pupils"].to_numpy(dtype=np.int64)
    minutes = rows["minutes"].to_numpy(dtype=np.float64)
    limits = day_limits_of(case, rows) / MS_PER_MINUTE
    boards = (rows["how"] == "board").to_numpy(dtype=bool)
    stays = (rows["school_id"] == rows["school_id_before"]).to_numpy(dtype=bool) & ~boards
    has_path = np.isfinite(minutes)
    return {
        "pupils": int(pupils.sum()),
        "pupils_moved": int(pupils[is_moved(rows)].sum()),
        "pupils_placed": int(pupils[(rows["school_id_before"] == "").to_numpy()].sum()),
        "boarders": int(pupils[boards].sum()),
        "pupil_minutes": indicators.pupil_minutes(minutes[has_path], pupils[has_path]),
        "max_minutes": indicators.longest_minutes(minutes[has_path], pupils[has_path]),
        "mean_minutes": indicators.mean_minutes(minutes[has_path], pupils[has_path]),
        "unreachable": int(pupils[~has_path].sum()),
        "over_limit_today": indicators.pupils_over_limit(
            minutes[stays], pupils[stays], limits[stays]
        ),
    }


def _money(case: Case, schools: pd.DataFrame, assignments: pd.DataFrame) -> dict[str, float]:
    """Return what the plan costs, as far as the case says anything of it."""
    found: dict[str, float] = {}
    if costs.has_yearly_costs(case):
        found["yearly_cost"] = costs.under_plan(case, schools, assignments).total
    if costs.has_one_off_costs(case):
        once = costs.site_cents(case, schools).loc[schools["action"].isin(OPEN_ACTIONS), "one_off"]
        found["one_off_cost"] = costs.money(int(once.sum()))
    return found
