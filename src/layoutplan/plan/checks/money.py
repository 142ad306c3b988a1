"""What a plan costs, a year and once, and the rule that bounds it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layoutplan.core.schema import BOARDER_TRIPS_SHARE, CENTS, MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.errors import Finding
from layoutplan.plan.checks.becomes import cents
from layoutplan.plan.checks.evidence import SCHOOLS, Evidence


def budget_suffices(seen: Evidence) -> Finding | None:
    """Schools that open or grow cost no more than the budget."""
    budget = seen.case.rules.budget
    if budget is None or one_off_cents(seen) <= round(budget * CENTS):
        return None
    costly = seen.schools["is_open"] & (seen.schools["one_off_cents"] > 0)
    facts = {"cost": f"{one_off_cents(seen) / CENTS:,.2f}", "budget": f"{budget:,.2f}"}
    ids = tuple(seen.schools.index[costly])
    return Finding("verify.budget", "error", table=SCHOOLS, ids=ids, facts=facts)


def one_off_cents(seen: Evidence) -> int:
    """Return what opening and growing schools costs once, in hundredths."""
    return int(seen.schools.loc[seen.schools["is_open"], "one_off_cents"].sum())


def yearly_cents(seen: Evidence) -> int:
    """Return what the schools, their pupils, boarders and trips cost a year, in hundredths.

    A school with fewer pupils than the floor is funded as if it had them; a boarder makes one
    trip while a day pupil makes five.
    """
    costs, schools = seen.case.costs, seen.schools[seen.schools["is_open"]]
    rates = seen.schools["cost_per_pupil"].fillna(costs.per_pupil)
    missing = (costs.small_floor - schools["n_after"]).clip(lower=0)
    of_schools = schools["yearly_cents"] + cents(rates)[schools.index] * missing
    rows = seen.rows
    boards = rows["how"] == "board"
    minutes = rows["ms"].where(rows["ms"] != UNREACHED_MS, 0) / MS_PER_MINUTE
    per_pupil = (
        rows["school_id"].map(rates).fillna(0)
        + costs.per_boarder * boards
        + costs.per_pupil_minute * minutes * np.where(boards, BOARDER_TRIPS_SHARE, 1.0)
    )
    of_rows: pd.Series = (rows["pupils"] * per_pupil * CENTS).round()
    return int(of_schools.sum()) + int(of_rows.sum())
