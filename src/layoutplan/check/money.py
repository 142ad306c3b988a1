"""Findings about money: objectives and a budget without costs, and schools without theirs."""

from __future__ import annotations

from layoutplan.check.about import about_key, about_places
from layoutplan.core.case import Case
from layoutplan.core.options import options
from layoutplan.errors import Finding


def check_money(case: Case) -> tuple[Finding, ...]:
    """Return where money is asked about but not given, for the case or for some schools.

    Parameters
    ----------
    case : Case
        As it was read.
    """
    return (*_yearly(case), *_one_off(case))


def _yearly(case: Case) -> tuple[Finding, ...]:
    """Return what is missing for the objective ``yearly_cost``."""
    if "yearly_cost" not in case.order:
        return ()
    schools, costs = case.schools, case.costs
    rates = (costs.per_pupil, costs.per_boarder, costs.per_pupil_minute)
    by_school = ["yearly_cost", "cost_per_pupil"]
    has_steps = any(step.yearly_cost for step in case.expansions)
    if not any(rates) and not has_steps and not (schools[by_school] > 0).any(axis=None):
        return (about_key("objective.yearly_cost.nothing", "warning", "objective.order"),)
    findings: tuple[Finding, ...] = ()
    for column in by_school if not costs.per_pupil else by_school[:1]:
        findings += _some(case, column, "objective.yearly_cost.some")
    return findings


def _one_off(case: Case) -> tuple[Finding, ...]:
    """Return what is missing for the objective ``one_off_cost`` and for a budget."""
    is_objective, has_budget = "one_off_cost" in case.order, case.rules.budget is not None
    if not is_objective and not has_budget:
        return ()
    findings: tuple[Finding, ...] = ()
    if not (options(case)["one_off_cents"] > 0).any():
        if is_objective:
            rule = "objective.one_off_cost.nothing"
            findings += (about_key(rule, "warning", "objective.order"),)
        if has_budget:
            findings += (about_key("rules.budget.nothing", "note", "rules.budget"),)
        return findings
    return _some(case, "opening_cost", "objective.one_off_cost.some")


def _some(case: Case, column: str, rule: str) -> tuple[Finding, ...]:
    """Return a warning of the schools without a cost that others have; it counts as 0."""
    schools = case.schools[case.schools["decision"] != "close"]
    if column == "opening_cost":
        schools = schools[schools["kind"] == "candidate"]
    is_empty = schools[column].isna()
    if is_empty.all() and column != "opening_cost":
        return ()
    return about_places(rule, "warning", "schools", is_empty, column)
