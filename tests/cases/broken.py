"""A county whose plan keeps every rule, and for every rule plans that break this one only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf

import pandas as pd

from cases.told import refreshed, tell
from cases.towns import town
from layoutplan.core.case import Case, InputFile
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.rules import Band, Rules, SolverSettings

BANDS = (
    Band("low", "walk", 30.0),
    Band("high", "bus", 40.0, boarding=True, max_boarding_minutes=120.0),
)
# s1 and s2 are small, s3 is not, s4 is a candidate, nobody attends s5.
MINUTES = [
    [5, 12, 20, 8, 25],
    [6, 10, 25, 9, inf],
    [15, 4, 18, 12, 9],
    [28, 20, 3, 14, 10],
    [50, 45, 35, 60, 70],  # over the limit of the low band at s3
]
FILES = (InputFile("case.toml", "a" * 64, 0), InputFile("villages.csv", "b" * 64, 5))
TO_S2 = {"v1": "s2", "v2": "s2"}

Broken = tuple[Case, Plan]


def county(**changes: object) -> Case:
    """Return the case, with other rules, seats, minutes … where given."""
    given = {
        "minutes": MINUTES,
        "pupils": {"low": [10, 8, 30, 60, 4], "high": [5, 0, 20, 40, 3]},
        "seats": [30, 100, 150, 60, 20],
        "today": ["s1", "s1", "s2", "s3", "s3"],
        "kind": ["primary", "primary", "primary", "candidate", "primary"],
        "bands": BANDS,
        "rules": Rules(small_below=60),
        "order": ("small_schools", "schools_open", "pupil_minutes", "max_minutes", "pupils_moved"),
        **changes,
    }
    exceptions = given.pop("exceptions", ())
    return replace(town(given.pop("minutes"), **given), inputs=FILES, exceptions=exceptions)


def merged(**changes: object) -> Broken:
    """Return the case and the plan in which s1 merges into s2 and s5 closes."""
    case = county(**changes)
    return case, tell(case, ["s2", "s3"], TO_S2)


def rules(**changes: object) -> dict[str, object]:
    return {"rules": Rules(**{"small_below": 60, **changes})}


def with_school(school_id: str, column: str, value: object) -> Broken:
    case, plan = merged()
    schools = plan.schools.copy()
    schools.loc[school_id, column] = value
    told = replace(plan, schools=schools)
    return case, refreshed(case, told) if column == "action" else told


def with_row(village: str, band: str, **cells: object) -> Broken:
    """Return the plan with other cells in one row, and all sums as they follow from it."""
    case, plan = merged()
    rows = plan.assignments.copy()
    is_row = (rows["village_id"] == village) & (rows["band"] == band)
    for column, value in cells.items():
        rows.loc[is_row, column] = value
    return case, refreshed(case, plan, rows)


def with_more_rows(*more: tuple[object, ...]) -> Broken:
    case, plan = merged()
    rows = pd.DataFrame(list(more), columns=plan.assignments.columns)
    return case, refreshed(case, plan, pd.concat([plan.assignments, rows], ignore_index=True))


def school_missing() -> Broken:
    case, plan = merged()
    return case, replace(plan, schools=plan.schools.drop(index="s5"))


def school_unknown() -> Broken:
    case, plan = merged()
    stranger = plan.schools.loc[["s5"]].rename(index={"s5": "s9"})
    return case, replace(plan, schools=pd.concat([plan.schools, stranger]))


def school_twice() -> Broken:
    case, plan = merged()
    return case, replace(plan, schools=pd.concat([plan.schools, plan.schools.loc[["s5"]]]))


def full_school_receives() -> Broken:
    """s2 is over its seats; it gives away 30 pupils and receives 23."""
    case = county(seats=[30, 40, 150, 60, 20], **rules(movement="redraw"))
    return case, tell(case, ["s2", "s3"], {**TO_S2, ("v3", "low"): "s3"})


def unit_dropped() -> Broken:
    case, plan = merged()
    return case, refreshed(case, plan, plan.assignments.drop(index=4).reset_index(drop=True))


def pupil_dropped() -> Broken:
    return with_row("v4", "low", pupils=59)


def unit_split() -> Broken:
    case, plan = with_row("v3", "low", pupils=20)
    half = plan.assignments[plan.assignments["pupils"] == 20].iloc[[1]].assign(pupils=10)
    assert half["band"].item() == "low"
    rows = pd.concat([plan.assignments, half], ignore_index=True)
    return case, refreshed(case, plan, rows)


def whole_school_parted() -> Broken:
    case = county(**rules(movement="whole_school"))
    return case, tell(case, ["s2", "s3"], {"v1": "s2", "v2": "s3"})


def with_totals(**totals: object) -> Broken:
    case, plan = merged()
    return case, replace(plan, totals={**plan.totals, **totals})


def with_objective(place: int, **fields: object) -> Broken:
    case, plan = merged()
    objective = list(plan.objective)
    objective[place] = replace(objective[place], **fields)
    return case, replace(plan, objective=tuple(objective), status="time_limit")


def gap_under_optimal() -> Broken:
    case, plan = merged()
    objective = (*plan.objective[:4], ObjectiveResult("pupils_moved", 23.0, 22.0, 1 / 23))
    return case, replace(plan, objective=objective)


def gap_over_the_asked() -> Broken:
    case, plan = gap_under_optimal()
    return replace(case, solver=SolverSettings(gap=0.01)), replace(plan, status="within_gap")


def last_objective_missing() -> Broken:
    case, plan = merged()
    return case, replace(plan, objective=plan.objective[:-1])


def candidate_kept() -> Broken:
    case = county()
    plan = tell(case, ["s2", "s3", "s4"], TO_S2)
    plan.schools.loc["s4", "action"] = "keep"
    return case, refreshed(case, plan)


def closed_school_used() -> Broken:
    case = county()
    return case, tell(case, ["s2", "s3"], {"v1": "s5", "v2": "s2"})


def open_school_left() -> Broken:
    case = county()
    return case, tell(case, ["s2", "s3"], {**TO_S2, ("v3", "low"): "s3"})


def first_school_too_far() -> Broken:
    case = county(today=["s1", "s1", "s2", "s3", ""])
    return case, tell(case, ["s2", "s3"], {**TO_S2, "v5": "s3"})


def seats_not_cured() -> Broken:
    """s3 has one pupil too many today, which the rules forbid to leave so."""
    minutes = [*MINUTES[:4], [50, 45, 25, 60, 70]]
    seats = [30, 100, 106, 60, 20]
    return merged(minutes=minutes, seats=seats, **rules(over_limit_today="forbid"))


def made_from(**fields: object) -> Broken:
    case, plan = merged()
    return case, replace(plan, **fields)


BREAKS: dict[str, list[Callable[[], Broken]]] = {
    "verify.schools.missing": [school_missing],
    "verify.schools.unknown": [school_unknown],
    "verify.schools.twice": [school_twice],
    "verify.schools.altered": [lambda: with_school("s2", "name", "Another")],
    "verify.schools.places": [
        lambda: with_school("s2", "seats", 999),
        lambda: with_school("s2", "beds", 9),
    ],
    "verify.schools.action": [
        lambda: with_school("s2", "action", "open"),
        lambda: with_school("s5", "action", "stay"),
        lambda: with_school("s5", "action", ""),
        candidate_kept,
    ],
    "verify.schools.decision": [
        lambda: merged(decision=["keep", "", "", "", ""]),
        lambda: merged(decision=["", "", "close", "", ""]),
        lambda: merged(decision=["", "", "", "keep", ""]),
    ],
    "verify.schools.not_small": [
        lambda: merged(**rules(small_below=23)),
        lambda: merged(kind=["center", "primary", "primary", "candidate", "primary"]),
    ],
    "verify.closures": [lambda: merged(**rules(max_closures=1))],
    "verify.open_exactly": [lambda: merged(**rules(open_exactly=3))],
    "verify.schools.into": [
        lambda: with_school("s1", "into", "s3"),
        lambda: with_school("s3", "into", "s2"),
    ],
    "verify.schools.enrollment_before": [lambda: with_school("s2", "enrollment_before", 51)],
    "verify.schools.enrollment_after": [lambda: with_school("s3", "enrollment_after", 106)],
    "verify.schools.boarders": [lambda: with_school("s2", "boarders_after", 3)],
    "verify.schools.seats": [
        lambda: merged(seats=[30, 72, 150, 60, 20]),
        seats_not_cured,
    ],
    "verify.schools.full": [full_school_receives],
    "verify.schools.beds": [lambda: with_row("v3", "high", how="board")],
    "verify.schools.min_enrollment": [lambda: merged(**rules(min_enrollment=74))],
    "verify.assignments.unknown": [
        lambda: with_more_rows(("v9", "low", "s2", "day", 5, 3.0, "", inf)),
        lambda: with_more_rows(("v1", "middle", "s2", "day", 5, 12.0, "", inf)),
    ],
    "verify.assignments.whole": [
        lambda: with_more_rows(("v2", "high", "s2", "day", 0, 10.0, "s1", 6.0)),
    ],
    "verify.assignments.pupils": [unit_dropped, pupil_dropped],
    "verify.assignments.units": [
        lambda: with_row("v3", "low", school_id_before="s1", minutes_before=15.0),
    ],
    "verify.assignments.split": [unit_split],
    "verify.assignments.closed": [closed_school_used],
    "verify.assignments.band": [lambda: merged(teaches=["low;high", "high", *["low;high"] * 3])],
    "verify.assignments.how": [
        lambda: with_row("v3", "low", how="bus"),
    ],
    "verify.assignments.minutes": [
        lambda: with_row("v3", "low", minutes=4.0001),
        lambda: with_row("v3", "low", minutes=inf),
    ],
    "verify.assignments.minutes_before": [lambda: with_row("v1", "low", minutes_before=5.5)],
    "verify.limit.moved": [
        lambda: merged(minutes=[[5, 30.001, 20, 8, 25], *MINUTES[1:]]),
        lambda: merged(minutes=[[5, inf, 20, 8, 25], *MINUTES[1:]]),
        first_school_too_far,
    ],
    "verify.limit.stays": [lambda: merged(**rules(over_limit_today="forbid"))],
    "verify.movement.left": [open_school_left],
    "verify.movement.parted": [whole_school_parted],
    "verify.totals": [
        lambda: with_totals(pupils=181),
        lambda: with_totals(villages=4),
        lambda: with_totals(schools_merged=2),
        lambda: with_totals(over_limit_today=0),
        lambda: with_totals(max_minutes=None),
        lambda: with_totals(small_schools=1),
        lambda: with_totals(small_schools_before=1),
        lambda: with_totals(schools_before=5),
        lambda: with_totals(pupils_placed=1),
        lambda: with_totals(bands={}),
    ],
    "verify.objective.order": [last_objective_missing],
    "verify.objective.value": [
        partial(with_objective, place, value=value, bound=value)
        for place, value in enumerate((1.0, 3.0, 900.0, 30.0, 22.0))
    ],
    "verify.objective.gap": [
        lambda: with_objective(2, bound=500.0),
        lambda: with_objective(2, bound=-inf),
    ],
    "verify.status": [gap_under_optimal, gap_over_the_asked],
    "verify.inputs": [
        lambda: made_from(inputs=FILES[:1]),
        lambda: made_from(inputs=(FILES[0], replace(FILES[1], sha256="c" * 64))),
    ],
    "verify.rules": [
        lambda: made_from(rules={"small_below": 50}),
        lambda: made_from(bands=BANDS[::-1]),
    ],
}
