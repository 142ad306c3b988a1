"""Check a plan against its case, without the model, the solver, or what made the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.plan.checks import money, pupils, schools, siblings, sums, ties, ways
from layoutplan.plan.checks.evidence import Evidence, gather

CHECKS: Final[tuple[Callable[[Evidence], Finding | None], ...]] = (
    schools.none_missing,
    schools.none_unknown,
    schools.none_twice,
    schools.none_altered,
    schools.action_fits,
    schools.places_are_possible,
    schools.points_may_be_such,
    schools.decisions_hold,
    schools.only_small_ones_close,
    schools.not_too_many_close,
    schools.as_many_open_as_asked,
    schools.into_is_where_they_go,
    schools.enrollment_before_adds_up,
    schools.enrollment_after_adds_up,
    schools.boarders_add_up,
    schools.seats_suffice,
    schools.full_schools_receive_nobody,
    schools.beds_suffice,
    schools.open_schools_are_large_enough,
    pupils.ids_are_known,
    pupils.pupils_are_whole,
    pupils.everybody_is_placed,
    pupils.units_are_as_today,
    pupils.units_stay_together,
    pupils.schools_are_open,
    pupils.bands_are_taught,
    pupils.boarding_is_allowed,
    pupils.minutes_are_right,
    pupils.minutes_before_are_right,
    pupils.nobody_moves_over_a_limit,
    pupils.nobody_stays_over_a_limit,
    pupils.nobody_leaves_an_open_school,
    pupils.schools_move_as_a_whole,
    ways.nobody_passes_a_nearer_school,
    ways.nobody_boards_within_reach,
    ways.catchments_hang_together,
    ties.townships_keep_one,
    ties.villages_go_together,
    siblings.siblings_go_together,
    ties.led_where_they_must,
    ties.led_where_they_may,
    ties.borders_are_crossed_evenly,
    money.budget_suffices,
    sums.totals_add_up,
    sums.objectives_are_those_of_the_case,
    sums.objectives_are_reached,
    sums.gaps_follow_from_bounds,
    sums.status_is_proven,
    sums.inputs_are_the_same,
    sums.rules_are_the_same,
)
"""Every rule that a plan keeps, one function each."""


def verify(
    case: Case, times: TravelTimes, attendance: Attendance, plan: Plan
) -> tuple[Finding, ...]:
    """Return an error for every rule that `plan` breaks, with the schools or villages concerned.

    Everything is worked out anew from the case and the plan's tables; nothing is shared with what
    made the plan, so a wrong model cannot agree with itself. Optimality is not proved again.

    Parameters
    ----------
    case : Case
        The case, as it is now.
    times : TravelTimes
        Trips of the case.
    attendance : Attendance
        Who attends which school today.
    plan : Plan
        As made, or as read from its folder.

    Returns
    -------
    tuple of Finding
        Empty when every rule holds.
    """
    seen = gather(case, times, attendance, plan)
    return tuple(finding for check in CHECKS if (finding := check(seen)) is not None)
