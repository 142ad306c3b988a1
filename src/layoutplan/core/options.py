"""What each school may become: as it is, a teaching point, larger by a step, or newly opened."""

from __future__ import annotations

from typing import Final

import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.limits import least_sizes
from layoutplan.core.schema import BAND_SEPARATOR, CENTS

_ORDER: Final = {"keep": 0, "open": 0, "downgrade": 1, "expand": 2}


def options(case: Case) -> pd.DataFrame:
    """Return every way in which a school may be open under a plan.

    Closing is none of them: a school that takes no option is closed. What `decision` and `kind`
    allow is heeded here, travel and pupils are not.

    Returns
    -------
    pandas.DataFrame
        ``school_idx`` (position in ``case.schools``), ``action`` (``keep``, ``open``,
        ``downgrade``, ``expand``), ``seats``, ``beds``, ``least`` (pupils it must have), ``bands``
        (``;`` between them), ``yearly_cents`` and ``one_off_cents`` (money in hundredths), sorted
        by school id, then as they are and by added places, with a fresh index.
    """
    schools = case.schools.reset_index()
    is_candidate = schools["kind"] == "candidate"
    as_it_is = pd.DataFrame(
        {
            "school_id": schools["school_id"],
            "school_idx": range(len(schools)),
            "action": is_candidate.map({True: "open", False: "keep"}),
            "seats": schools["seats"],
            "beds": schools["beds"],
            "least": least_sizes(case),
            "bands": schools["bands"],
            "yearly_cents": _cents(schools["yearly_cost"].fillna(0)),
            "one_off_cents": _cents(schools["opening_cost"].fillna(0).where(is_candidate, 0)),
        }
    )
    found = pd.concat([as_it_is, _teaching_points(case, as_it_is), _steps(case, as_it_is)])
    found = found[(schools["decision"] != "close").to_numpy()[found["school_idx"]]]
    order = found.assign(order=found["action"].map(_ORDER)).sort_values(
        ["school_id", "order", "seats", "beds", "one_off_cents", "yearly_cents"], kind="stable"
    )
    table: pd.DataFrame = order.drop(columns=["school_id", "order"]).reset_index(drop=True)
    return table


def may_become_teaching_point(case: Case) -> pd.Series[bool]:
    """Return for each school of a case whether it may stay for the low bands alone.

    It is a small or freely decided full school today, and teaches a band that a teaching point
    teaches and one that it does not.
    """
    schools, low = case.schools, set(case.rules.teaching_point_bands)
    is_small = schools["enrollment"] < case.rules.small_below
    is_at_hand = (schools["decision"] == "free") | (is_small & schools["is_decision_given"])
    taught = schools["bands"].map(lambda bands: set(bands.split(BAND_SEPARATOR)))
    is_partly_low = taught.map(lambda bands: bool(bands & low) and bool(bands - low)).astype(bool)
    may_shrink: pd.Series[bool] = is_partly_low & is_at_hand & (schools["kind"] == "primary")
    return may_shrink


def _teaching_points(case: Case, as_it_is: pd.DataFrame) -> pd.DataFrame:
    """Return the options to stay as a teaching point: the low bands, no beds, no least size."""
    low = case.rules.teaching_point_bands
    chosen = as_it_is[may_become_teaching_point(case).to_numpy()]

    def kept(bands: str) -> str:
        return BAND_SEPARATOR.join(each for each in bands.split(BAND_SEPARATOR) if each in low)

    return chosen.assign(action="downgrade", beds=0, least=0, bands=chosen["bands"].map(kept))


def _steps(case: Case, as_it_is: pd.DataFrame) -> pd.DataFrame:
    """Return the options to grow by a step; a candidate that opens larger still opens."""
    steps = pd.DataFrame(
        [
            (step.school_id, step.seats, step.beds, step.yearly_cost, step.cost)
            for step in case.expansions
        ],
        columns=["school_id", "seats", "beds", "yearly_cost", "cost"],
    )
    base = as_it_is.set_index("school_id", drop=False).loc[steps["school_id"]]
    base = base.reset_index(drop=True)
    return base.assign(
        action=base["action"].replace("keep", "expand"),
        seats=base["seats"] + steps["seats"],
        beds=base["beds"] + steps["beds"],
        yearly_cents=base["yearly_cents"] + _cents(steps["yearly_cost"]),
        one_off_cents=base["one_off_cents"] + _cents(steps["cost"]),
    ).astype(as_it_is.dtypes)


def _cents(money: pd.Series[float]) -> pd.Series[int]:
    """Return amounts in whole hundredths."""
    return (money.astype("float64") * CENTS).round().astype("int64")
