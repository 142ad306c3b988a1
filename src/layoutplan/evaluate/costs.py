"""What schools, pupils, boarders and trips cost a year, and what opening and growing costs once.

Money is in the currency of the case and counted in whole hundredths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.schema import BOARDER_TRIPS_SHARE, CENTS, CLOSED_ACTIONS, MS_PER_MINUTE


@dataclass(frozen=True)
class Yearly:
    """Money a year: `total`, and what it is made of, each rounded for itself.

    Parameters
    ----------
    total : float
        As the objective ``yearly_cost`` counts it: every school and every group of pupils in
        whole hundredths.
    site, teaching, boarding, transport : float
        Of the schools as such; by pupil, with the funding floor; by boarder; by pupil-minute.
    """

    total: float
    site: float
    teaching: float
    boarding: float
    transport: float


def has_yearly_costs(case: Case) -> bool:
    """Return whether a case says anything of money a year."""
    costs = case.costs
    return (
        "yearly_cost" in case.order
        or any((costs.per_pupil, costs.per_boarder, costs.per_pupil_minute))
        or bool(case.schools[["yearly_cost", "cost_per_pupil"]].notna().to_numpy().any())
        or any(step.yearly_cost for step in case.expansions)
    )


def has_one_off_costs(case: Case) -> bool:
    """Return whether a case says anything of money once."""
    return (
        "one_off_cost" in case.order
        or case.rules.budget is not None
        or bool(case.schools["opening_cost"].notna().any())
        or any(step.cost for step in case.expansions)
    )


def site_cents(case: Case, schools: pd.DataFrame) -> pd.DataFrame:
    """Return what each school costs as it is under a plan, whoever attends it.

    Parameters
    ----------
    schools : pandas.DataFrame
        As in a plan: ``action``, and ``seats`` and ``beds`` with the step taken, if any.

    Returns
    -------
    pandas.DataFrame
        Indexed as `schools`: ``yearly`` and ``one_off``, in hundredths.
    """
    today = case.schools.reindex(schools.index)
    is_opened = schools["action"] == "open"
    costs = pd.DataFrame(
        {
            "yearly": _cents(today["yearly_cost"]),
            "one_off": _cents(today["opening_cost"].where(is_opened)),
        }
    )
    added = zip(schools["seats"] - today["seats"], schools["beds"] - today["beds"], strict=True)
    grown_by = dict(zip(schools.index, added, strict=True))
    for step in case.expansions:
        school_id = step.school_id
        is_taken = grown_by.get(school_id) == (step.seats, step.beds)
        if is_taken and schools.loc[school_id, "action"] in ("expand", "open"):
            costs.loc[school_id] += [round(step.yearly_cost * CENTS), round(step.cost * CENTS)]
    return costs


def yearly(case: Case, schools: pd.DataFrame, trips: pd.DataFrame) -> Yearly:
    """Return what schools that are open cost a year.

    A school with fewer pupils than ``small_floor`` is funded as if it had them. A boarder travels
    once a week, a fifth as often as a day pupil; a trip without a known path costs nothing.

    Parameters
    ----------
    schools : pandas.DataFrame
        Indexed by ``school_id``: ``roll`` (pupils) and ``cents`` of the site.
    trips : pandas.DataFrame
        ``school_id``, ``how``, ``pupils`` and ``minutes``, one row per group of pupils.
    """
    costs = case.costs
    rates = case.schools["cost_per_pupil"].fillna(costs.per_pupil)
    missing = (costs.small_floor - schools["roll"]).clip(lower=0)
    of_floor = (_cents(rates)[schools.index] * missing).sum()
    pupils = trips["pupils"].to_numpy()
    boards = (trips["how"] == "board").to_numpy()
    milliseconds = np.rint(trips["minutes"].to_numpy() * MS_PER_MINUTE)
    minutes = np.where(np.isfinite(milliseconds), milliseconds, 0) / MS_PER_MINUTE
    by_rate = trips["school_id"].map(rates).to_numpy()
    by_boarder = costs.per_boarder * boards
    by_minute = costs.per_pupil_minute * minutes * np.where(boards, BOARDER_TRIPS_SHARE, 1.0)
    of_groups = np.rint(pupils * (by_rate + by_boarder + by_minute) * CENTS).sum()
    return Yearly(
        total=money(int(schools["cents"].sum() + of_floor + of_groups)),
        site=money(int(schools["cents"].sum())),
        teaching=money(round((pupils * by_rate * CENTS).sum() + of_floor)),
        boarding=money(round((pupils * by_boarder * CENTS).sum())),
        transport=money(round((pupils * by_minute * CENTS).sum())),
    )


def under_plan(case: Case, schools: pd.DataFrame, assignments: pd.DataFrame) -> Yearly:
    """Return what the open schools of a plan cost a year."""
    is_open = ~schools["action"].isin(CLOSED_ACTIONS)
    cents = site_cents(case, schools)["yearly"]
    opened = pd.DataFrame({"roll": schools["enrollment_after"], "cents": cents})[is_open]
    return yearly(case, opened, assignments)


def today(case: Case, schools: pd.DataFrame, assignments: pd.DataFrame) -> Yearly:
    """Return what the schools of today cost a year, with everybody going by day."""
    existing = schools[schools["kind"] != "candidate"]
    cents = _cents(case.schools["yearly_cost"])[existing.index]
    attending = assignments[assignments["school_id_before"] != ""]
    trips = pd.DataFrame(
        {
            "school_id": attending["school_id_before"],
            "how": "day",
            "pupils": attending["pupils"],
            "minutes": attending["minutes_before"],
        }
    )
    rolls = pd.DataFrame({"roll": existing["enrollment_before"], "cents": cents})
    return yearly(case, rolls, trips)


def money(cents: int) -> float:
    """Return hundredths as money.

    Examples
    --------
    >>> money(12345)
    123.45
    """
    return cents / CENTS


def _cents(amounts: pd.Series[float]) -> pd.Series[int]:
    """Return money in whole hundredths, 0 where none is given."""
    return (amounts.astype("float64").fillna(0) * CENTS).round().astype("int64")
