"""What the schools become by what a plan writes of them: places, bands and money of each.

The case says what a school may become; the plan's table only which of it was chosen.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.schema import BAND_SEPARATOR, CENTS

_COLUMNS: Final = ["seats_after", "beds_after", "yearly_cents", "one_off_cents"]


def becomes(case: Case, action: pd.Series, seats: pd.Series, beds: pd.Series) -> pd.DataFrame:
    """Return what each school of a case becomes.

    Parameters
    ----------
    action, seats, beds : pandas.Series
        What the plan writes of each school of the case, indexed by its id.

    Returns
    -------
    pandas.DataFrame
        By school: ``seats_after`` and ``beds_after`` as written, or where the case allows no such
        places with this action (``is_possible`` is False) as it is; ``yearly_cents`` and
        ``one_off_cents`` of running and making it so; ``bands_after``, those it may teach.
    """
    ways = _ways(case)
    ways["action"] = ways["school_id"].map(action)
    ways.loc[ways["action"] == "downgrade", "beds_after"] = 0
    is_allowed = (ways["is_step"] == (ways["action"] == "expand")) | (ways["action"] == "open")
    is_written = (ways["seats_after"] == ways["school_id"].map(seats)) & (
        ways["beds_after"] == ways["school_id"].map(beds)
    )
    today = ways[~ways["is_step"]].set_index("school_id")[_COLUMNS]
    found = ways[is_allowed & is_written].drop_duplicates("school_id", keep="last")
    found = found.set_index("school_id")[_COLUMNS].reindex(case.schools.index)
    is_possible = found["seats_after"].notna()
    found = found.fillna(today).astype("int64").assign(is_possible=is_possible)
    low = set(case.rules.teaching_point_bands)
    found["bands_after"] = [
        BAND_SEPARATOR.join(
            band for band in bands.split(BAND_SEPARATOR) if becomes != "downgrade" or band in low
        )
        for bands, becomes in zip(case.schools["bands"], action, strict=True)
    ]
    return found


def may_be_a_point(case: Case) -> pd.Series[bool]:
    """Return for each school whether it may stay as a teaching point.

    A full primary school that is small or freely decided, not to be closed, and teaches bands
    that a teaching point keeps beside others.
    """
    schools, low = case.schools, set(case.rules.teaching_point_bands)
    is_free = schools["is_decision_given"] & (schools["decision"] == "free")
    is_small = schools["enrollment"] < case.rules.small_below
    taught = [set(bands.split(BAND_SEPARATOR)) for bands in schools["bands"]]
    is_divided = pd.Series(
        [bool(bands & low) and bool(bands - low) for bands in taught], index=schools.index
    )
    is_primary = (schools["kind"] == "primary") & (schools["decision"] != "close")
    may_be: pd.Series[bool] = is_primary & (is_small | is_free) & is_divided
    return may_be


def most(case: Case, column: str) -> pd.Series[int]:
    """Return the most ``seats`` or ``beds`` that each school may have: with its largest step."""
    largest = pd.Series(0, index=case.schools.index, dtype="int64")
    for step in case.expansions:
        largest[step.school_id] = max(largest[step.school_id], getattr(step, column))
    most_of: pd.Series[int] = case.schools[column] + largest
    return most_of


def _ways(case: Case) -> pd.DataFrame:
    """Return every school as it is, and with each of its steps; the last of a school as it is."""
    steps = pd.DataFrame(
        [
            (step.school_id, step.seats, step.beds, step.yearly_cost, step.cost)
            for step in case.expansions
        ],
        columns=["school_id", "seats", "beds", "yearly_cost", "cost"],
    )
    today = _as_today(case)
    grown = today.set_index("school_id", drop=False).loc[steps["school_id"]]
    grown = grown.reset_index(drop=True).assign(is_step=True)
    added = {
        "seats_after": steps["seats"],
        "beds_after": steps["beds"],
        "yearly_cents": cents(steps["yearly_cost"]),
        "one_off_cents": cents(steps["cost"]),
    }
    for column, values in added.items():
        grown[column] += values.astype("int64")
    return pd.concat([grown, today], ignore_index=True)


def _as_today(case: Case) -> pd.DataFrame:
    """Return every school without a step."""
    schools = case.schools
    is_new = schools["kind"] == "candidate"
    return pd.DataFrame(
        {
            "school_id": schools.index.to_numpy(),
            "seats_after": schools["seats"].to_numpy(),
            "beds_after": schools["beds"].to_numpy(),
            "yearly_cents": cents(schools["yearly_cost"]).to_numpy(),
            "one_off_cents": cents(schools["opening_cost"].where(is_new)).to_numpy(),
            "is_step": False,
        }
    )


def cents(money: pd.Series[float]) -> pd.Series[int]:
    """Return money in whole hundredths, 0 where none is given."""
    return (money.astype("float64").fillna(0) * CENTS).round().astype("int64")
