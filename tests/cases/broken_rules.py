"""For each rule that a case may switch on, plans of the county that break this one only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cases.broken import (
    BREAKS,
    MINUTES,
    TO_S2,
    Broken,
    county,
    made_from,
    merged,
    rules,
    with_totals,
)
from cases.told import tell
from layoutplan.core.rules import BorderSwap, Costs, Exemption, Expansion

LOW = {"teaching_point_bands": ("low",)}
MONEY = Costs(per_pupil=100.0, small_floor=80, per_boarder=50.0, per_pupil_minute=0.5)
# What the first school of the county has cost, and where its children go if s2 gives up a band.
OPENING = [float("nan")] * 3 + [1000.5, float("nan")]
AS_POINT = {**TO_S2, ("v1", "high"): "s3", ("v3", "high"): "s3"}
STEPS = (Expansion("s2", 10, 4, cost=800.0, yearly_cost=60.0), Expansion("s2", 30, 0, cost=900.0))


def pointed(**changes: object) -> Broken:
    """Return the case and the plan in which s2 stays as a teaching point and s1 merges."""
    case = county(**{**rules(**LOW), **changes})
    return case, tell(case, ["s2", "s3"], AS_POINT, becomes={"s2": None})


def grown(taken: Expansion = STEPS[0], **changes: object) -> Broken:
    """Return the case and the plan in which s1 merges into s2, which grows by a step."""
    case = county(**{"expansions": STEPS, "seats": [30, 70, 150, 60, 20], **changes})
    return case, tell(case, ["s2", "s3"], TO_S2, becomes={"s2": taken})


def opened(**changes: object) -> Broken:
    """Return the case and the plan in which s1 merges into the new s4 and into s2."""
    case = county(opening_cost=OPENING, **changes)
    return case, tell(case, ["s2", "s3", "s4"], {"v1": "s4", "v2": "s2"})


def boarding(**changes: object) -> Broken:
    """Return the case and the plan in which the older pupils of v1 board at s2."""
    given: dict[str, object] = {
        "minutes": [[5, 60, 45, 8, 25], *MINUTES[1:]],
        "pupils": {"low": [0, 8, 30, 60, 4], "high": [5, 0, 20, 40, 3]},
        "beds": [0, 5, 0, 0, 0],
    }
    return merged(**{**given, **changes})


def parted(**changes: object) -> Broken:
    """Return the case and the plan in which v1 goes to s2 and v2 to s3."""
    case = county(**changes)
    return case, tell(case, ["s2", "s3"], {"v1": "s2", "v2": "s3"})


def beds_left_at_a_point() -> Broken:
    case, plan = pointed(beds=[0, 6, 0, 0, 0])
    plan.schools.loc["s2", "beds"] = 6
    return case, plan


def point_keeps_a_high_band() -> Broken:
    case = county(**rules(**LOW))
    to = {**TO_S2, ("v1", "high"): "s3"}
    return case, tell(case, ["s2", "s3"], to, becomes={"s2": None})


def point_is_left_by_a_low_band() -> Broken:
    case = county(seats=[30, 100, 170, 60, 20], **rules(**LOW))
    to = {**AS_POINT, ("v3", "low"): "s3"}
    return case, tell(case, ["s2", "s3"], to, becomes={"s2": None})


def high_band_of_a_point_parted() -> Broken:
    case = county(
        today=["s1", "s1", "s2", "s2", "s3"],
        seats=[30, 200, 150, 60, 20],
        decision=["", "free", "", "", ""],
        **rules(movement="whole_school", **LOW),
    )
    to = {("v3", "high"): "s3", ("v4", "high"): "s4"}
    return case, tell(case, ["s1", "s2", "s3", "s4"], to, becomes={"s2": None})


def grown_too_little_to_receive() -> Broken:
    """s2 has 50 pupils on 40 seats and grows to 45; it gives away 30 pupils and receives 23."""
    step = Expansion("s2", 5)
    case = county(seats=[30, 40, 150, 60, 20], expansions=(step,), **rules(movement="redraw"))
    to = {**TO_S2, ("v3", "low"): "s3"}
    return case, tell(case, ["s2", "s3"], to, becomes={"s2": step})


def nearer_site_passed(**changes: object) -> Broken:
    """s4 opens, nearer to v1 than s2."""
    case = county(**rules(closest_open=True, **changes))
    return case, tell(case, ["s2", "s3", "s4"], TO_S2)


def nearer_own_school_left() -> Broken:
    case = county(**rules(closest_open=True, movement="redraw"))
    return case, tell(case, ["s2", "s3"], {**TO_S2, ("v3", "low"): "s3"})


def siblings_parted() -> Broken:
    case = county(**rules(siblings_together=True))
    return case, tell(case, ["s2", "s3"], {**TO_S2, ("v1", "high"): "s3"})


def first_schools_of_siblings_parted() -> Broken:
    case = county(today=["", "s1", "s2", "s3", "s3"], **rules(siblings_together=True))
    to = {("v1", "low"): "s2", ("v1", "high"): "s3", "v2": "s2"}
    return case, tell(case, ["s2", "s3"], to)


def by_township(kinds: tuple[str, ...], of_schools: list[str], **changes: object) -> Broken:
    townships = ([""] * 5, of_schools)
    return merged(townships=townships, **rules(one_per_township=kinds), **changes)


def cost_wrong(place: int) -> Broken:
    """Return the plan with a cent too much in one of its objectives of money."""
    case, plan = grown(costs=MONEY, order=("yearly_cost", "one_off_cost"))
    objective = list(plan.objective)
    value = objective[place].value + 0.01
    objective[place] = replace(objective[place], value=value, bound=value)
    return case, replace(plan, objective=tuple(objective))


BREAKS_OF_RULES: dict[str, list[Callable[[], Broken]]] = {
    "verify.schools.places": [
        lambda: grown(Expansion("s2", 11, 4), seats=[30, 100, 150, 60, 20]),
        lambda: grown(Expansion("s2", 40, 4), seats=[30, 100, 150, 60, 20]),
        lambda: grown(Expansion("s2", 0, 0), seats=[30, 100, 150, 60, 20]),
        beds_left_at_a_point,
    ],
    "verify.schools.teaching_point": [
        lambda: pointed(kind=["primary", "center", "primary", "candidate", "primary"]),
        lambda: pointed(**rules(small_below=50, **LOW)),
        lambda: pointed(teaches=["low;high", "low", *["low;high"] * 3]),
    ],
    "verify.assignments.band": [point_keeps_a_high_band],
    "verify.movement.left": [point_is_left_by_a_low_band],
    "verify.movement.parted": [high_band_of_a_point_parted],
    "verify.schools.seats": [lambda: grown(seats=[30, 62, 150, 60, 20])],
    "verify.schools.full": [grown_too_little_to_receive],
    "verify.schools.beds": [lambda: boarding(beds=[0, 4, 0, 0, 0])],
    "verify.schools.min_enrollment": [
        lambda: merged(exceptions=(Exemption(schools=("s2",), min_enrollment=74),)),
    ],
    "verify.limit.moved": [
        lambda: boarding(minutes=[[5, 120.5, 45, 8, 25], *MINUTES[1:]]),
        lambda: merged(exceptions=(Exemption(("v1",), "low", max_minutes=11.0),)),
        lambda: boarding(exceptions=(Exemption(("v1",), "high", max_boarding_minutes=59.0),)),
    ],
    "verify.limit.stays": [
        lambda: merged(
            exceptions=(Exemption(("v5",), "high", stay=True),), **rules(over_limit_today="forbid")
        ),
    ],
    "verify.closest_open": [
        nearer_site_passed,
        lambda: nearer_site_passed(movement="whole_school"),
        nearer_own_school_left,
    ],
    "verify.boards_beyond_reach": [
        lambda: boarding(minutes=[[5, 60, 40, 8, 25], *MINUTES[1:]]),
    ],
    "verify.contiguous": [
        lambda: parted(
            points=[(105.0 + 0.01 * i, 34.0) for i in range(5)], **rules(contiguous=True)
        ),
    ],
    "verify.township": [
        lambda: by_township(("any",), ["A", "B", "B", "B", ""]),
        lambda: by_township(("center", "primary"), ["A", "B", "B", "B", "B"]),
        lambda: by_township(
            ("teaching_point",),
            ["A", "A", "", "", ""],
            kind=["teaching_point", *["primary"] * 2, "candidate", "primary"],
        ),
    ],
    "verify.together.villages": [
        lambda: parted(**rules(villages_together=(("v4", "v5"), ("v1", "v2")))),
    ],
    "verify.together.siblings": [siblings_parted, first_schools_of_siblings_parted],
    "verify.must_merge_into": [lambda: merged(**rules(must_merge_into=(("s1", "s3"),)))],
    "verify.never_merge_into": [lambda: merged(**rules(never_merge_into=(("s1", "s2"),)))],
    "verify.border": [
        lambda: merged(
            townships=(["A", "A", "B", "B", "B"], ["A", "B", "B", "B", "B"]),
            **rules(border_swaps=(BorderSwap(("B", "A"), max_difference=22),)),
        ),
    ],
    "verify.budget": [
        lambda: opened(**rules(budget=1000.0)),
        lambda: grown(**rules(budget=799.99)),
    ],
    "verify.totals": [
        lambda: with_totals(boarders=1),
        lambda: with_totals(schools_downgraded=1),
        lambda: with_totals(schools_expanded=1),
        lambda: with_totals(schools_opened=1),
        lambda: with_totals(yearly_cost=0.01),
        lambda: with_totals(one_off_cost=0.01),
    ],
    "verify.objective.value": [lambda: cost_wrong(0), lambda: cost_wrong(1)],
    "verify.rules": [
        lambda: made_from(rules={"budget": 5.0}),
        lambda: made_from(rules={"costs": {"per_pupil": 5.0}}),
        lambda: made_from(rules={"expansions": [{"school_id": "s2"}]}),
        lambda: made_from(rules={"exceptions": [{"villages": ["v1"]}]}),
    ],
}
EVERY_BREAK = {
    rule: [*BREAKS.get(rule, []), *BREAKS_OF_RULES.get(rule, [])]
    for rule in {**BREAKS, **BREAKS_OF_RULES}
}
"""Every rule of the check, and plans that break it alone."""
