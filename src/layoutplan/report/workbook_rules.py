"""The sheet of rules: every rule, limit, cost and setting as used, in words and as stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from layoutplan.core.facts import objective_name
from layoutplan.report.settings import exception_text, expansion_text
from layoutplan.report.words import band_labels, labels_of, names_of, told
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_table import column, write_table
from layoutplan.texts import text

_SECTIONS: Final = (
    "bands", "costs", "expansions", "exceptions", "objective", "solver", "scenario",
    "scenario_title", "decisions",
)  # fmt: skip
_UNLIMITED: Final = ("max_closures", "open_exactly", "budget")
_WHAT: Final = 46.0
_VALUE: Final = 60.0
_RAW: Final = 40.0

Row = tuple[str, str, str, str | float, str]
"""Part, what, key as in ``case.toml``, value in words or as a number, as stored."""


def write_rules(book: Book) -> None:
    """Write a row for everything that the plan was made under."""
    sheet = book.sheet("rules")
    rows = [
        *_rules(book),
        *_bands(book),
        *_settings(book, "costs", "cost"),
        *_steps(book),
        *_exceptions(book),
        *_order(book),
        *_settings(book, "solver", "solver"),
        *_scenario(book),
        *_decisions(book),
    ]
    parts, what, keys, values, raw = zip(*rows, strict=True)
    looks = ["prose" if isinstance(value, str) else "setting" for value in values]
    columns = [
        column(book, "part", parts),
        column(book, "what", what, "prose", width=_WHAT),
        column(book, "value", values, looks, width=_VALUE),
        column(book, "key", keys, "code", width=34.0),
        column(book, "raw", raw, "code", width=_RAW),
    ]
    write_table(book, sheet, columns, name="rules")


def _rules(book: Book) -> Iterator[Row]:
    """Yield the rules, each with its value in words."""
    for key, value in book.plan.rules.items():
        if key not in _SECTIONS:
            what = told(f"workbook.rule.{key}", key, book.language)
            yield _row(book, "rules", f"rules.{key}", what, _rule_value(book, key, value), value)


def _rule_value(book: Book, key: str, value: object) -> str | float:
    """Return the value of a rule in words, or as a number."""
    language = book.language
    if key in _UNLIMITED and value is None:
        return text("workbook.word.unlimited", language)
    if not value or not isinstance(value, Sequence) or isinstance(value, str):
        return _plain(book, value)
    schools = labels_of(book.plan.schools, language)
    villages = labels_of(book.plan.villages, language)
    said: dict[str, Callable[[Any], str]] = {
        "teaching_point_bands": lambda band: band_labels(book.plan).get(band, str(band)),
        "one_per_township": lambda kind: told(f"workbook.value.{kind}", str(kind), language),
        "villages_together": lambda group: " + ".join(villages.get(each, each) for each in group),
        "must_merge_into": lambda pair: _pair(book, pair, schools),
        "never_merge_into": lambda pair: _pair(book, pair, schools),
        "border_swaps": lambda swap: text(
            "workbook.swap",
            language,
            first=swap["townships"][0],
            second=swap["townships"][1],
            most=swap["max_difference"],
        ),
    }
    each_said = [said.get(key, str)(each) for each in value]
    return text("workbook.between", language).join(each_said)


def _bands(book: Book) -> Iterator[Row]:
    """Yield the bands with their limits."""
    stored = book.plan.rules.get("bands")
    bands = stored if isinstance(stored, Mapping) else {}
    labels = band_labels(book.plan)
    for name, settings in bands.items():
        for key, value in settings.items():
            what = told(f"workbook.limit.{key}", key, book.language)
            heading = text(
                "workbook.limit_of_band", book.language, what=what, band=labels.get(name, name)
            )
            said = _listed(book, value) if isinstance(value, list) else _plain(book, value)
            yield _row(book, "bands", f"bands.{name}.{key}", heading, said, value)


def _settings(book: Book, section: str, words: str) -> Iterator[Row]:
    """Yield the keys of a section that holds single values."""
    stored = book.plan.rules.get(section)
    for key, value in (stored if isinstance(stored, Mapping) else {}).items():
        what = told(f"workbook.{words}.{key}", key, book.language)
        yield _row(book, section, f"{section}.{key}", what, _plain(book, value), value)


def _steps(book: Book) -> Iterator[Row]:
    """Yield the steps by which schools may grow."""
    part = text("workbook.part.expansions", book.language)
    for number, step in enumerate(_listed_values(book, "expansions"), 1):
        said = expansion_text(book.plan, step)
        yield _row(book, "expansions", f"expansions.{number}", part, said, step)


def _exceptions(book: Book) -> Iterator[Row]:
    """Yield the exceptions from limits and sizes."""
    part = text("workbook.part.exceptions", book.language)
    for number, each in enumerate(_listed_values(book, "exceptions"), 1):
        said = exception_text(book.plan, each)
        yield _row(book, "exceptions", f"exceptions.{number}", part, said, each)


def _order(book: Book) -> Iterator[Row]:
    """Yield the objectives in their order."""
    stored = book.plan.rules.get("objective")
    order = stored.get("order", ()) if isinstance(stored, Mapping) else ()
    for number, name in enumerate(order, 1):
        part = text("workbook.part.objective", book.language)
        said = objective_name(str(name), book.language)
        yield _row(book, "objective", f"objective.order.{number}", f"{part} {number}", said, name)


def _scenario(book: Book) -> Iterator[Row]:
    """Yield the state of the roads that the plan was made for."""
    part = text("workbook.part.scenario", book.language)
    title = book.plan.rules.get("scenario_title") or book.plan.scenario
    said = str(title) if title else text("workbook.usual_roads", book.language)
    yield _row(book, "scenario", "scenario", part, said, book.plan.scenario)


def _decisions(book: Book) -> Iterator[Row]:
    """Yield the decisions that were handed in beside the table of schools."""
    stored = book.plan.rules.get("decisions")
    if not isinstance(stored, Mapping):
        return
    names = names_of(book.plan.schools)
    for school, decision in stored.get("schools", {}).items():
        what = text(
            "workbook.place.named", book.language, name=names.get(school, school), id=school
        )
        said = told(f"workbook.decision.{decision}", str(decision), book.language)
        yield _row(book, "decisions", f"decisions.{school}", what, said, decision)


def _row(book: Book, part: str, key: str, what: str, value: str | float, raw: object) -> Row:
    """Return a row of the sheet."""
    stored = json.dumps(raw, ensure_ascii=False)
    return text(f"workbook.part.{part}", book.language), what, key, value, stored


def _plain(book: Book, value: object) -> str | float:
    """Return a single value as a number, or in words."""
    if isinstance(value, bool):
        return text("workbook.word.yes" if value else "workbook.word.no", book.language)
    if isinstance(value, int | float):
        return value
    if value is None:
        return text("workbook.word.not_set", book.language)
    if not value:
        return text("workbook.word.none", book.language)
    return told(f"workbook.value.{value}", str(value), book.language)


def _pair(book: Book, pair: Sequence[str], names: Mapping[str, str]) -> str:
    """Return two schools of which one merges into the other."""
    first, second = (names.get(each, each) for each in pair)
    return text("workbook.pair", book.language, first=first, second=second)


def _listed(book: Book, values: Sequence[object]) -> str:
    """Return values as a list in words."""
    said = text("list.separator", book.language).join(str(value) for value in values)
    return said or text("workbook.word.none", book.language)


def _listed_values(book: Book, section: str) -> Sequence[Mapping[str, Any]]:
    """Return the tables of a section that may hold several."""
    stored = book.plan.rules.get(section)
    return stored if isinstance(stored, list | tuple) else ()
