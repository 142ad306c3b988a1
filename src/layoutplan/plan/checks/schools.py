"""Rules about each school: what becomes of it, whom it holds, and how many may close."""

from __future__ import annotations

import pandas as pd

from layoutplan.core.schema import BAND_SEPARATOR
from layoutplan.errors import Finding
from layoutplan.plan.checks.becomes import may_be_a_point
from layoutplan.plan.checks.evidence import SCHOOLS, Evidence


def none_missing(seen: Evidence) -> Finding | None:
    """Every school of the case stands in the plan."""
    is_missing = ~seen.schools.index.to_series().isin(seen.plan.schools.index)
    return seen.broken_schools("verify.schools.missing", is_missing)


def none_unknown(seen: Evidence) -> Finding | None:
    """Every school of the plan stands in the case."""
    unknown = seen.plan.schools.index.difference(seen.schools.index)
    if unknown.empty:
        return None
    return Finding("verify.schools.unknown", "error", table=SCHOOLS, ids=tuple(unknown))


def none_twice(seen: Evidence) -> Finding | None:
    """No school stands in the plan twice."""
    index = seen.plan.schools.index
    twice = tuple(index[index.duplicated()].unique())
    return Finding("verify.schools.twice", "error", table=SCHOOLS, ids=twice) if twice else None


def none_altered(seen: Evidence) -> Finding | None:
    """Names are those of the case."""
    written = seen.written("name")
    is_altered = written.notna() & (written != seen.schools["name"])
    return seen.broken_schools("verify.schools.altered", is_altered)


def places_are_possible(seen: Evidence) -> Finding | None:
    """Seats and beds are those of the case, of a school that grows with one of its steps.

    A teaching point has no beds.
    """
    seats, beds = seen.written("seats"), seen.written("beds")
    is_broken = seats.notna() & ~seen.schools["is_possible"]
    return seen.broken_schools("verify.schools.places", is_broken, seats=seats, beds=beds)


def points_may_be_such(seen: Evidence) -> Finding | None:
    """Only a small or freely decided primary school becomes a teaching point, if it has low bands.

    One that must close is judged by that.
    """
    may_be = may_be_a_point(seen.case) | (seen.schools["decision"] == "close")
    is_point = seen.schools["action"] == "downgrade"
    low = BAND_SEPARATOR.join(seen.case.rules.teaching_point_bands) or "-"
    bands = pd.Series(low, index=seen.schools.index)
    return seen.broken_schools("verify.schools.teaching_point", is_point & ~may_be, bands=bands)


def action_fits(seen: Evidence) -> Finding | None:
    """Candidates open or close; other schools keep, expand or downgrade, merge or close.

    A school with pupils today merges, one without them closes.
    """
    action, n_today = seen.schools["action"], seen.schools["n_today"]
    is_candidate = seen.schools["is_candidate"]
    fits = (
        (action.isin(["open", "close"]) & is_candidate)
        | (action.isin(["keep", "expand", "downgrade"]) & ~is_candidate)
        | ((action == "merge") & ~is_candidate & (n_today > 0))
        | ((action == "close") & ~is_candidate & (n_today == 0))
    )
    is_told = seen.written("action").notna()
    return seen.broken_schools("verify.schools.action", ~fits & is_told)


def into_is_where_they_go(seen: Evidence) -> Finding | None:
    """`into` of a school that merges names those who receive its pupils, the most first."""
    rows = seen.rows[seen.rows["is_closed_before"]]
    shares = rows.groupby(["school_id_before", "school_id"])["pupils"].sum().reset_index()
    shares = shares.sort_values("school_id").sort_values("pupils", ascending=False, kind="stable")
    counted = shares.groupby("school_id_before")["school_id"].agg(BAND_SEPARATOR.join)
    counted = counted.reindex(seen.schools.index).fillna("")
    written = seen.written("into")
    is_wrong = written.notna() & (written != counted)
    return seen.broken_schools("verify.schools.into", is_wrong, written=written, counted=counted)


def enrollment_before_adds_up(seen: Evidence) -> Finding | None:
    """`enrollment_before` counts the villages' pupils who attend today."""
    written = seen.written("enrollment_before")
    is_wrong = written.notna() & (written != seen.schools["n_today"])
    return seen.broken_schools("verify.schools.enrollment_before", is_wrong, written=written)


def enrollment_after_adds_up(seen: Evidence) -> Finding | None:
    """`enrollment_after` counts the pupils assigned."""
    written = seen.written("enrollment_after")
    is_wrong = written.notna() & (written != seen.schools["n_after"])
    return seen.broken_schools("verify.schools.enrollment_after", is_wrong, written=written)


def boarders_add_up(seen: Evidence) -> Finding | None:
    """`boarders_after` counts the pupils assigned as boarders."""
    written = seen.written("boarders_after")
    is_wrong = written.notna() & (written != seen.schools["n_boarders"])
    return seen.broken_schools("verify.schools.boarders", is_wrong, written=written)


def decisions_hold(seen: Evidence) -> Finding | None:
    """Decisions written in the table of schools come true."""
    schools = seen.schools
    is_against = ((schools["decision"] == "keep") & schools["is_closed"]) | (
        (schools["decision"] == "close") & schools["is_open"]
    )
    is_broken = schools["is_decision_given"] & is_against
    return seen.broken_schools("verify.schools.decision", is_broken, decision=schools["decision"])


def only_small_ones_close(seen: Evidence) -> Finding | None:
    """Without a word in the table only a small school that is not a center may close."""
    schools = seen.schools
    may_close = (
        schools["is_decision_given"]
        | schools["is_candidate"]
        | ((schools["enrollment"] < seen.case.rules.small_below) & (schools["kind"] != "center"))
    )
    limit = pd.Series(seen.case.rules.small_below, index=schools.index)
    is_broken = schools["is_closed"] & ~may_close
    return seen.broken_schools("verify.schools.not_small", is_broken, small_below=limit)


def seats_suffice(seen: Evidence) -> Finding | None:
    """No school has more pupils than seats; where today counts, than seats or pupils today."""
    schools = seen.schools
    places = schools["seats_after"]
    if seen.case.rules.over_limit_today == "keep":
        places = places.where(places >= schools["n_today"], schools["n_today"])
    return seen.broken_schools("verify.schools.seats", schools["n_after"] > places)


def full_schools_receive_nobody(seen: Evidence) -> Finding | None:
    """Schools with more pupils today than seats under the plan receive nobody, if they may stay so.

    One that grows has the seats of its step.
    """
    newcomers = seen.rows[seen.rows["is_new"]]
    n_new = newcomers.groupby("school_id")["pupils"].sum()
    n_new = n_new.reindex(seen.schools.index, fill_value=0)
    is_broken = ~seen.schools["admits"] & (n_new > 0)
    return seen.broken_schools("verify.schools.full", is_broken, new=n_new)


def beds_suffice(seen: Evidence) -> Finding | None:
    """No school has more boarders than beds."""
    is_broken = seen.schools["n_boarders"] > seen.schools["beds_after"]
    return seen.broken_schools("verify.schools.beds", is_broken)


def open_schools_are_large_enough(seen: Evidence) -> Finding | None:
    """Open schools have the least number of pupils, unless they are teaching points."""
    schools = seen.schools
    least = pd.Series(seen.case.rules.min_enrollment, index=schools.index)
    for exception in seen.case.exceptions:
        if exception.min_enrollment is not None:
            least[least.index.isin(exception.schools)] = exception.min_enrollment
    is_point = (schools["kind"] == "teaching_point") | (schools["action"] == "downgrade")
    is_broken = schools["is_open"] & ~is_point & (schools["n_after"] < least)
    return seen.broken_schools("verify.schools.min_enrollment", is_broken, least=least)


def not_too_many_close(seen: Evidence) -> Finding | None:
    """At most ``max_closures`` of today's schools close."""
    most = seen.case.rules.max_closures
    closed = seen.schools.index[seen.schools["is_closed"] & ~seen.schools["is_candidate"]]
    if most is None or len(closed) <= most:
        return None
    facts = {"most": most}
    return Finding("verify.closures", "error", table=SCHOOLS, ids=tuple(closed), facts=facts)


def as_many_open_as_asked(seen: Evidence) -> Finding | None:
    """Exactly ``open_exactly`` schools are open under the plan."""
    number, n_open = seen.case.rules.open_exactly, int(seen.schools["is_open"].sum())
    if number is None or n_open == number:
        return None
    facts = {"open": n_open, "asked": number}
    return Finding("verify.open_exactly", "error", table=SCHOOLS, facts=facts)
