"""Remedies told in a few sentences: what to change, by how much, for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Remedy, Repair
from layoutplan.core.repairs import place_name, rule_in_words
from layoutplan.errors import Finding

_OF_TRIPS = ("limit", "boarding_limit", "stay")


def remedy_findings(case: Case, remedies: Sequence[Remedy]) -> tuple[Finding, ...]:
    """Return the remedies as sentences, numbered from 1: one for each kind of change.

    Each remedy is complete in itself; all of its sentences belong together.
    """
    return tuple(
        finding
        for number, remedy in enumerate(remedies, start=1)
        for finding in _told(case, number, remedy)
    )


def _told(case: Case, number: int, remedy: Remedy) -> Iterator[Finding]:
    """Yield the sentences of one remedy."""
    groups: dict[tuple[str, str], list[Repair]] = {}
    for repair in remedy.repairs:
        about = {"decision": repair.name, "rule": repair.name}.get(repair.what, repair.band)
        groups.setdefault((repair.what, about), []).append(repair)
    for (what, _), found in groups.items():
        repairs = sorted(found, key=lambda repair: -repair.amount)  # the largest change first
        first = repairs[0]
        facts = {
            "remedy": number,
            **(case.band(first.band).facts if first.band else {}),
            "pupils": sum(repair.pupils for repair in repairs),
            "amount": f"{sum(repair.amount for repair in repairs):g}",
            "by": _range([repair.amount for repair in repairs]),
            "name": first.name,
            "before": rule_in_words(first.before),
            "after": rule_in_words(first.after),
        }
        ids = tuple(_label(case, repair) for repair in repairs) if what != "rule" else ()
        yield Finding(_key(first), "note", ids=ids, facts=facts)
    if not remedy.is_smallest:
        yield Finding("repair.not_proven", "note", facts={"remedy": number})


def _key(repair: Repair) -> str:
    """Return the key of the sentence for repairs like this one."""
    if repair.what != "decision":
        return f"repair.{repair.what}"
    return {
        "close": "repair.decision.close",
        "downgrade": "repair.decision.teaching_point",
    }.get(repair.name, "repair.decision.open")


def _label(case: Case, repair: Repair) -> str:
    """Return the place that a repair is about, and by how much it changes."""
    if repair.what in _OF_TRIPS:
        name = place_name(case, repair.village_id)
        return name if repair.what == "stay" else f"{name} +{repair.amount:g} min"
    name = place_name(case, repair.school_id)
    if repair.what in ("seats", "beds"):
        return f"{name} +{repair.amount:g}"
    if repair.what == "least_size":
        return f"{name} {repair.before} → {repair.after}"
    return name


def _range(amounts: Sequence[float]) -> str:
    """Return the smallest and the largest amount, once where they are equal."""
    least, most = min(amounts), max(amounts)
    return f"{least:g}" if least == most else f"{least:g}–{most:g}"
