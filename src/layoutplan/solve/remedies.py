"""The smallest repairs of a case without a plan: what must be broken, told as changes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Remedy, Repair, What
from layoutplan.core.rules import SolverSettings
from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.core.travel_times import UNREACHED_MS
from layoutplan.model.arrays import Model, Objective, Values, broken_rows, matrix, row_bounds
from layoutplan.model.columns import Columns, columns_of
from layoutplan.model.limits import SLACK
from layoutplan.model.rows import at_most
from layoutplan.model.split import Part
from layoutplan.solve.broken import Broken
from layoutplan.solve.elastic import Prices, elastic
from layoutplan.solve.gateways import gateway_of
from layoutplan.solve.program import Program
from layoutplan.solve.relaxed import Relaxed
from layoutplan.solve.rule_repairs import rule_repairs


def least_broken(
    case: Case, part: Part, prices: Prices, order: Sequence[str], deadline: float
) -> Broken:
    """Return the least that must be broken in a part, kind by kind in `order`.

    Where time ends before, it is more than that.
    """
    loose = elastic(part.problem, prices, order)
    model, values = loose.model, loose.start
    columns = columns_of(part.problem)
    is_smallest = is_plain = True
    for objective in model.objectives:
        least, is_proven = loose.least.get(objective.name, 0), True
        # With the schools as they are the question is small, and mostly settles it.
        for is_narrow in (True, False):
            if objective.exact(values) > least:
                stage = _keeping_schools(model, columns, values) if is_narrow else model
                values, is_proven = _lower(stage, objective, values, case.solver, deadline)
        is_plain &= objective.exact(values) == least
        is_smallest &= is_proven or objective.exact(values) == least
        model = _keeping(model, objective, values)
    kinds = frozenset(objective.name for objective in model.objectives)
    return Broken(part, loose.slacks, prices.added_seats, values, kinds, is_smallest, is_plain)


def _lower(
    model: Model, objective: Objective, values: Values, settings: SolverSettings, deadline: float
) -> tuple[Values, bool]:
    """Return values with an objective as low as can be, and whether the solver proved that."""
    lower, upper = row_bounds(model.rows)
    program = Program(
        cost=objective.cost,
        lower=model.lower,
        upper=model.upper,
        is_integer=model.is_integer,
        matrix=matrix(model.rows, model.n_columns),
        row_lower=lower,
        row_upper=upper,
        start=values,
        column_names=model.column_names,
    )
    seconds = max(deadline - time.monotonic(), 0.0)
    outcome = gateway_of(settings)(program, replace(settings, gap=0.0), seconds)
    solution = outcome.values  # noqa: PD011 # no frame, but the columns of the model
    found = values if solution is None else model.complete(solution)
    if objective.exact(found) < objective.exact(values) and not broken_rows(model.rows, found):
        values = found
    return values, outcome.bound > objective.exact(values) - 1 + SLACK


def _keeping_schools(model: Model, columns: Columns, values: Values) -> Model:
    """Return the model in which every school takes the option that it has in `values`."""
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[columns.z] = upper[columns.z] = values[columns.z]
    return replace(model, lower=lower, upper=upper)


def _keeping(model: Model, objective: Objective, values: Values) -> Model:
    """Return the model in which an objective is no more than `values` reach."""
    column = np.flatnonzero(objective.cost)
    reached = objective.exact(values)
    if not reached:
        upper = model.upper.copy()
        upper[column] = 0
        return replace(model, upper=upper)
    row = at_most(
        f"keeps_{objective.name}",
        [(np.zeros(len(column)), column, objective.cost[column])],
        np.array([reached + SLACK]),
    )
    return replace(model, rows=(*model.rows, row))


def remedy(loose: Relaxed, units: pd.DataFrame, broken: Sequence[Broken]) -> Remedy:
    """Return the changes of the case that make right what is broken in its parts.

    Parameters
    ----------
    loose : Relaxed
        The case set free.
    units : pandas.DataFrame
        Today's attendance.
    broken : sequence of Broken
        One for each part; in none of them may anybody be left unserved.
    """
    repairs = (
        *_longer_trips(loose, units, broken),
        *(repair for each in broken for repair in _schools(loose, each)),
        *rule_repairs(loose.case, broken),
    )
    return Remedy(repairs, is_smallest=all(each.is_smallest for each in broken))


def _longer_trips(
    loose: Relaxed, units: pd.DataFrame, broken: Sequence[Broken]
) -> Iterator[Repair]:
    """Yield the limits that villages need, one for each band, the longest of their trips."""
    used = np.concatenate([each.part.pair[each.is_used] for each in broken])
    trips = loose.trips[loose.trips["pair"].isin(used) & ~loose.trips["is_within"]]
    if trips.empty:
        return
    trips = trips.join(units[["village_id", "band", "pupils"]], on="unit")
    is_pathless = (trips["ms"] == UNREACHED_MS).to_numpy()
    is_of: dict[What, NDArray[np.bool_]] = {
        "limit": ~trips["boards"].to_numpy() & ~is_pathless,
        "boarding_limit": trips["boards"].to_numpy() & ~is_pathless,
        "stay": is_pathless,
    }
    for what, is_here in is_of.items():
        yield from _of_kind(loose, what, trips[is_here])


def _of_kind(loose: Relaxed, what: What, trips: pd.DataFrame) -> Iterator[Repair]:
    """Yield one repair for each village and band: what its longest trip needs."""
    keys = ["village_id", "band"]
    pupils = trips.groupby(keys)["pupils"].sum()
    longest = trips.sort_values([*keys, "needed_minutes"]).drop_duplicates(keys, keep="last")
    limits = (longest["limit_ms"] / MS_PER_MINUTE).tolist()
    columns = [longest[name].tolist() for name in (*keys, "school", "needed_minutes")]
    for village_id, band, school, needed, limit in zip(*columns, limits, strict=True):
        is_stay = what == "stay"
        yield Repair(
            what,
            village_id=village_id,
            band=band,
            school_id=str(loose.problem.school_ids[school]),
            before=limit,
            after="" if is_stay else needed,
            amount=1.0 if is_stay else needed - limit,
            pupils=int(pupils.loc[(village_id, band)]),
        )


def _schools(loose: Relaxed, broken: Broken) -> Iterator[Repair]:
    """Yield what schools need: places, an open decision, a smaller least size."""
    case, problem = loose.case, broken.problem
    roll = broken.sum_by_school(problem.pupils[problem.pair_block])
    boarders = broken.sum_by_school(problem.boarders)
    lacking = {kind: broken.lacking(kind) for kind in ("seats", "beds", "least_size")}
    added = problem.most(broken.added_seats * broken.is_option)
    lacking["seats"] += added
    action = np.full(problem.n_schools, "", dtype=object)
    taken = problem.options.row[broken.is_option]
    action[problem.options.school[broken.is_option]] = loose.actions[taken]
    for place, school_id in enumerate(map(str, problem.school_ids)):
        school = dict(case.schools.loc[school_id])
        if school["is_decision_given"] and school["decision"] == (
            "close" if broken.is_open[place] else "keep"
        ):
            yield Repair(
                "decision",
                school_id=school_id,
                name=str(action[place]) or "close",
                before=school["decision"],
                after="free",
                pupils=int(roll[place]),
            )
        places: tuple[tuple[What, int], ...] = (("seats", roll[place]), ("beds", boarders[place]))
        for what, count in places:
            if lacking[what][place] > 0:
                if what == "seats":
                    count = max(count, int(school["seats"] + added[place]))
                yield Repair(
                    what,
                    school_id=school_id,
                    before=int(school[what]),
                    after=int(count),
                    amount=float(count - school[what]),
                    pupils=int(count),
                )
        if lacking["least_size"][place] > 0:
            yield Repair(
                "least_size",
                school_id=school_id,
                before=int(roll[place] + lacking["least_size"][place]),
                after=int(roll[place]),
                amount=float(lacking["least_size"][place]),
                pupils=int(roll[place]),
            )
