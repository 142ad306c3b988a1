"""The sheet of schools: what becomes of each, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from layoutplan.core.facts import objective_name
from layoutplan.core.schema import BAND_SEPARATOR
from layoutplan.report.layers import schools_of
from layoutplan.report.words import band_labels, labels_of, words
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_counts import changes, counts
from layoutplan.report.workbook_marks import bars, mark_above, mark_where
from layoutplan.report.workbook_table import Column, column, or_nothing, or_word, write_table
from layoutplan.texts import text

_WIDE: Final = 44.0
_WHEN: Final = {"before": "school_id_before", "after": "school_id"}
_MONEY: Final = ("yearly_cost", "cost_per_pupil", "opening_cost")


def write_schools(book: Book) -> None:
    """Write a row for every school, sorted by id as in ``schools.csv``."""
    sheet = book.sheet("schools")
    schools = schools_of(book.plan).sort_index()
    columns = [
        *_what(book, schools),
        *_pupils(book, schools),
        *_places(book, schools),
        *_trips(book, schools),
        *_money(book, schools),
        *_why(book, schools),
    ]
    beside = [*_opposites(book, schools), column(book, "into", schools["into"], "code", width=12.0)]
    placed = write_table(book, sheet, [*columns, *beside], name="schools", unprinted=len(beside))
    bars(sheet, placed, "enrollment_after")
    mark_above(book, sheet, placed, "seats_use", 1.0)
    for when in _WHEN:
        mark_where(book, sheet, placed, f"max_minutes_{when}", f"over_limit_{when}")


def _what(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield what each school is, what becomes of it, and where its pupils go."""
    language, names = book.language, labels_of(schools, book.language)
    into = [[each for each in str(ids).split(BAND_SEPARATOR) if each] for ids in schools["into"]]
    between = text("list.separator", language)
    yield column(book, "school_id", schools.index)
    yield column(book, "name", schools["name"], "prose")
    yield column(book, "township", schools["township"].fillna(""), "prose")
    yield column(book, "kind", words("map.kind", schools["kind"], language), "prose", width=10.0)
    yield column(
        book,
        "action",
        words("map.action", schools["action"], language),
        [f"action_{action}" for action in schools["action"]],
    )
    receivers = [between.join(names.get(each, each) for each in ids) for ids in into]
    yield column(book, "into_names", receivers, "prose", width=20.0)


def _pupils(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield the pupils of each school, before and after, by band where there are several."""
    labels = band_labels(book.plan) if len(book.plan.bands) > 1 else {}
    for when in _WHEN:
        yield column(
            book, f"enrollment_{when}", counts(book, schools[f"enrollment_{when}"]), "count"
        )
        for band, label in labels.items():
            key = f"pupils_{when}"
            heading = text(f"workbook.column.{key}", book.language)
            yield Column(
                f"{key}_{band}",
                text("workbook.of_band", book.language, heading=heading, band=label),
                counts(book, schools[f"{key}_{band}"]),
                "count",
            )
    change = changes(book, schools["enrollment_before"], schools["enrollment_after"])
    yield column(book, "change", change, "change")


def _places(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield seats and beds, and how far they are used under the plan."""
    use = schools["enrollment_after"] / schools["seats"].where(schools["seats"] > 0)
    yield column(book, "seats", schools["seats"].tolist(), "count")
    pupils = counts(book, schools["enrollment_after"])
    shown = [
        count if isinstance(count, str) else share
        for count, share in zip(pupils, or_word(use, ""), strict=True)
    ]
    yield column(book, "seats_use", shown, "share")
    yield column(book, "beds", schools["beds"].tolist(), "count")
    yield column(book, "boarders_after", counts(book, schools["boarders_after"]), "count")


def _trips(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield the longest trips, who is over the limit, and who has no path."""
    units = book.units
    nobody = text("workbook.word.no_trips", book.language)
    for when in _WHEN:
        longest = or_word(schools[f"max_minutes_{when}"], nobody)
        yield column(book, f"max_minutes_{when}", longest, "minutes")
    for when, school in _WHEN.items():
        is_over = units["is_over_before" if when == "before" else "is_over"]
        over = units[is_over].groupby(school)["pupils"].sum().reindex(schools.index, fill_value=0)
        yield column(book, f"over_limit_{when}", counts(book, over), "count")
    for when in _WHEN:
        pupils = schools[f"unreached_{when}"]
        if pupils.any():
            yield column(book, f"unreached_{when}", counts(book, pupils), "count")


def _money(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield what the table of schools says of money, as far as it says anything."""
    for key in _MONEY:
        if schools[key].notna().any():
            yield column(book, key, or_nothing(schools[key]), "money")


def _why(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield the reasons, and what the opposite would cost where that was worked out."""
    yield column(book, "reason", schools["reason"], "prose", width=_WIDE)
    if book.plan.opposites is not None:
        said = book.plan.opposites["sentence"].reindex(schools.index).fillna("")
        yield column(book, "opposite", said, "prose", width=_WIDE)


def _opposites(book: Book, schools: pd.DataFrame) -> Iterator[Column]:
    """Yield the numbers behind the sentences on the opposite."""
    if book.plan.opposites is None:
        return
    opposites = book.plan.opposites.reindex(schools.index)
    status = words("workbook.opposite", opposites["status"], book.language)
    yield column(book, "opposite_status", status)
    yield column(book, "pupils_alone", or_nothing(opposites["pupils_alone"]), "count")
    for name in (result.name for result in book.plan.objective):
        key = f"delta_{name}"
        if key in opposites:
            goal = objective_name(name, book.language)
            deltas = or_nothing(opposites[key])
            yield column(book, "delta", deltas, "added", name=key, goal=goal)
