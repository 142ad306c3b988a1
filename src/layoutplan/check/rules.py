"""Findings about the rules of a case: what can never hold, what contradicts, what does nothing."""

from __future__ import annotations

from layoutplan.check.about import about_key, unknown
from layoutplan.core.case import Case
from layoutplan.core.options import may_become_teaching_point, options
from layoutplan.core.schema import CENTS
from layoutplan.errors import Finding, Level


def check_rules(case: Case) -> tuple[Finding, ...]:
    """Return what is wrong or doubtful about the section ``[rules]``, townships and money apart.

    Parameters
    ----------
    case : Case
        As it was read.
    """
    return (
        *_least_size(case),
        *_numbers_of_schools(case),
        *_budget(case),
        *_teaching_points(case),
        *_pairs_of_schools(case),
        *_villages_together(case),
        *_exceptions(case),
        *_without_effect(case),
    )


def _least_size(case: Case) -> tuple[Finding, ...]:
    """Return whether no school has room for the pupils that each must keep."""
    least, choices = case.rules.min_enrollment, options(case)
    is_bound = choices["least"] > 0
    if not least or not is_bound.any():
        return ()
    room = choices["seats"]
    if case.rules.over_limit_today == "keep":  # a school over its seats may stay so
        room = room.clip(lower=case.schools["enrollment"].to_numpy()[choices["school_idx"]])
    largest = int(room[is_bound].max())
    if least <= largest:
        return ()
    level: Level = "error" if is_bound.all() else "warning"
    facts = {"least": least, "seats": largest}
    return (about_key("rules.min_enrollment.seats", level, "rules.min_enrollment", facts=facts),)


def _numbers_of_schools(case: Case) -> tuple[Finding, ...]:
    """Return where numbers of schools contradict decisions or each other."""
    rules, schools = case.rules, case.schools
    is_existing = schools["kind"] != "candidate"
    n_keep, n_close = (int((schools["decision"] == what).sum()) for what in ("keep", "close"))
    n_existing = int(is_existing.sum())
    closing = int((is_existing & (schools["decision"] == "close")).sum())
    most, n_open, findings = rules.max_closures, rules.open_exactly, []
    if most is not None and closing > most:
        rule = "rules.max_closures.decisions"
        facts = {"most": most, "closing": closing}
        findings.append(about_key(rule, "error", "rules.max_closures", facts=facts))
    if n_open is not None:
        key, n_most = "rules.open_exactly", len(schools) - n_close
        if not n_keep <= n_open <= n_most:
            facts = {"open": n_open, "least": n_keep, "most": n_most}
            findings.append(about_key("rules.open_exactly.schools", "error", key, facts=facts))
        elif most is not None and n_existing - n_open > most:
            facts = {"open": n_open, "closures": most, "schools": n_existing}
            findings.append(about_key("rules.open_exactly.closures", "error", key, facts=facts))
    return tuple(findings)


def _budget(case: Case) -> tuple[Finding, ...]:
    """Return an error where the sites that must open cost more than there is."""
    budget, choices = case.rules.budget, options(case)
    must_open = (case.schools["decision"] == "keep").to_numpy()[choices["school_idx"]]
    cheapest = choices[must_open].groupby("school_idx")["one_off_cents"].min()
    if budget is None or cheapest.sum() <= budget * CENTS:
        return ()
    needed = cheapest[cheapest > 0]
    facts = {"budget": f"{budget:g}", "needed": f"{needed.sum() / CENTS:.15g}"}
    sites = case.schools.index[needed.index]
    return (about_key("rules.budget.decisions", "error", "rules.budget", sites, facts),)


def _teaching_points(case: Case) -> tuple[Finding, ...]:
    """Return what is wrong with the bands that a teaching point teaches."""
    key, low = "rules.teaching_point_bands", case.rules.teaching_point_bands
    if not low:
        return ()
    if {band.name for band in case.bands} <= set(low):
        return (about_key("rules.teaching_point_bands.all", "error", key),)
    findings = []
    boarding = [band.name for band in case.bands if band.boarding and band.name in low]
    if boarding:
        rule = "rules.teaching_point_bands.boarding"
        findings.append(about_key(rule, "warning", key, facts={"bands": ", ".join(boarding)}))
    if not may_become_teaching_point(case).any():
        findings.append(about_key("rules.teaching_point_bands.nobody", "note", key))
    return tuple(findings)


def _pairs_of_schools(case: Case) -> tuple[Finding, ...]:
    """Return what is wrong with the pairs that must or must never merge."""
    schools, rules = case.schools, case.rules
    must, never = rules.must_merge_into, rules.never_merge_into
    findings: list[Finding] = []
    for key, pairs in (("must_merge_into", must), ("never_merge_into", never)):
        names = [name for pair in pairs for name in pair]
        findings += unknown("rules.pairs.school", f"rules.{key}", names, schools.index)
        nobody = [one for one, _ in pairs if schools["kind"].get(one) == "candidate"]
        if nobody:
            findings.append(about_key("rules.pairs.candidate", "note", f"rules.{key}", nobody))
    closing = [pair for pair in must if schools["decision"].get(pair[1]) == "close"]
    both = [pair for pair in must if pair in set(never)]
    for rule, wrong in (("rules.pairs.closing", closing), ("rules.pairs.both", both)):
        if wrong:
            named = [f"{leaving} → {into}" for leaving, into in wrong]
            findings.append(about_key(rule, "error", "rules.must_merge_into", named))
    return tuple(findings)


def _villages_together(case: Case) -> tuple[Finding, ...]:
    """Return what is wrong with the groups of villages that stay together."""
    groups, key = case.rules.villages_together, "rules.villages_together"
    names = [name for group in groups for name in group]
    findings = unknown("rules.villages_together.village", key, names, case.villages.index)
    if findings or case.attendance is not None:
        return findings
    attended = case.villages["school_id"]
    apart = [
        name
        for group in groups
        for name in group
        if (attended.loc[list(group)] != "").all() and attended.loc[list(group)].is_unique
    ]
    if apart:
        findings += (about_key("rules.villages_together.apart", "note", key, apart),)
    return findings


def _exceptions(case: Case) -> tuple[Finding, ...]:
    """Return what is wrong with the exceptions from the rules."""
    exceptions, key = case.exceptions, "exceptions"
    villages = [name for each in exceptions for name in each.villages]
    schools = [name for each in exceptions for name in each.schools]
    findings = [
        *unknown("exceptions.village", key, villages, case.villages.index),
        *unknown("exceptions.school", key, schools, case.schools.index),
    ]
    silent = [
        name for each in exceptions if not each.authority for name in each.villages + each.schools
    ]
    if silent:
        findings.append(about_key("exceptions.authority", "note", key, dict.fromkeys(silent)))
    return tuple(findings)


def _without_effect(case: Case) -> tuple[Finding, ...]:
    """Return notes of what rules mean, or do not do, in this case."""
    rules, findings = case.rules, []
    if rules.closest_open and rules.movement == "whole_school":
        findings.append(about_key("rules.closest_open.whole_school", "note", "rules.closest_open"))
    if rules.siblings_together and len(case.bands) == 1:
        key = "rules.siblings_together"
        findings.append(about_key("rules.siblings_together.one_band", "note", key))
    return tuple(findings)
