"""The rules of a plan in words, as a table of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from layoutplan.core.plan import Plan
from layoutplan.report.document_paper import Column
from layoutplan.report.document_tables import Table
from layoutplan.report.settings import exception_text, expansion_text
from layoutplan.report.words import band_labels, told
from layoutplan.texts import text

_RULES: Final = (
    "small_below", "movement", "min_enrollment", "max_closures", "open_exactly",
    "over_limit_today", "boarding", "teaching_point_bands", "closest_open", "one_per_township",
    "siblings_together", "villages_together", "contiguous", "must_merge_into", "never_merge_into",
    "border_swaps", "budget",
)  # fmt: skip
_ALWAYS_TOLD: Final = ("small_below", "movement", "over_limit_today")
_MOST_LISTED: Final = 20  # exceptions and steps: more of them are in the workbook


def rules_table(plan: Plan) -> Table:
    """Return limits and rules that were in force; what was not switched on is left out."""
    columns = [
        Column(text("document.column.rule", plan.language), 0.42),
        Column(text("document.column.as_used", plan.language), 0.58),
    ]
    return columns, [[what, value] for what, value in _rows(plan)]


def _rows(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield each rule with its value in words."""
    language = plan.language
    for band in plan.bands:
        label = text(
            "map.band.limit",
            language,
            band=band_labels(plan)[band.name],
            mode=text(f"map.mode.{band.mode}", language),
            minutes=f"{band.max_minutes:g}",
        )
        if band.boarding and band.max_boarding_minutes is not None:
            minutes = f"{band.max_boarding_minutes:g}"
            label = text("map.band.boarding", language, rule=label, minutes=minutes)
        yield text("document.rules.band", language), label
    for key in _RULES:
        value = plan.rules.get(key)
        if key == "boarding" and not any(band.boarding for band in plan.bands):
            continue
        if value or key in _ALWAYS_TOLD:
            yield told(f"workbook.rule.{key}", key, language), _value(plan, key, value)
    for section, name, say in (
        ("expansions", "expansion", expansion_text),
        ("exceptions", "exception", exception_text),
    ):
        entries: Any = plan.rules.get(section) or ()
        for entry in entries[:_MOST_LISTED]:
            yield text(f"document.rules.{name}", language), say(plan, entry)
    given = plan.schools["decision"][plan.schools["is_decision_given"]]
    if len(given):
        n_kept, n_closed = ((given == decision).sum() for decision in ("keep", "close"))
        counts = text("document.rules.decision.value", language, keep=n_kept, close=n_closed)
        yield text("document.rules.decision", language), counts


def _value(plan: Plan, key: str, value: object) -> str:
    """Return the value of a rule in words."""
    language = plan.language
    if isinstance(value, bool):
        return text("workbook.word.yes" if value else "workbook.word.no", language)
    if isinstance(value, int | float):
        return f"{value:,g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        between = text("list.separator", language)
        return between.join(_entry(plan, key, entry) for entry in value)
    return told(f"workbook.value.{value}", str(value), language)


def _entry(plan: Plan, key: str, entry: object) -> str:
    """Return one entry of a rule that lists several."""
    if isinstance(entry, Mapping):
        return " – ".join(str(each) for each in entry.get("townships", entry.values()))
    if isinstance(entry, Sequence) and not isinstance(entry, str):
        places = plan.villages if key == "villages_together" else plan.schools
        names = [str(places["name"].get(each) or each) for each in entry]
        return (" + " if key == "villages_together" else " → ").join(names)
    labels = band_labels(plan)
    return labels.get(str(entry), told(f"workbook.value.{entry}", str(entry), plan.language))
