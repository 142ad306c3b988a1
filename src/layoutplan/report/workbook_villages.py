"""The sheets of villages and of flows: where pupils go, today and under the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from layoutplan.core.schema import pupils_column
from layoutplan.report.layers import flows_of
from layoutplan.report.words import band_labels, names_of, words
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_counts import counts
from layoutplan.report.workbook_marks import bars, mark_minutes
from layoutplan.report.workbook_table import Column, column, or_word, write_table
from layoutplan.texts import text

_ROUTE: Final = ("school_id_before", "school_id")


def write_villages(book: Book) -> None:
    """Write a row for every group of pupils, in the order of ``assignments.csv``."""
    sheet = book.sheet("villages")
    units = book.units
    columns = [*_who(book, units), *_ways(book, units), *_next(book, units)]
    placed = write_table(book, sheet, columns, name="villages", frozen=4)
    day = "limit_before" if "limit_before" in placed.columns else "limit"
    mark_minutes(book, sheet, placed, "minutes_before", day)
    mark_minutes(book, sheet, placed, "minutes", "limit")


def write_flows(book: Book) -> None:
    """Write a row for every two schools between which pupils move, the most pupils first."""
    sheet = book.sheet("flows")
    plan, schools = book.plan, book.plan.schools
    flows = pd.DataFrame(flows_of(plan).drop(columns="geometry"))
    names = names_of(schools)
    trips = _mean_trips(book.units).reindex(pd.MultiIndex.from_frame(flows[["from_id", "to_id"]]))
    columns = []
    for end in ("from", "to"):
        ids = flows[f"{end}_id"]
        columns += [
            column(book, f"{end}_name", [names.get(each, each) for each in ids]),
            column(book, f"{end}_id", ids, "code"),
            column(book, f"{end}_township", schools["township"].reindex(ids).fillna("")),
        ]
    actions = [f"action_{action}" for action in flows["action"]]
    told = words("map.action", flows["action"], book.language)
    columns.append(column(book, "from_action", told, actions))
    columns.append(column(book, "pupils", counts(book, flows["pupils"]), "count"))
    labels = band_labels(plan) if len(plan.bands) > 1 else {}
    for band, label in labels.items():
        heading = text("workbook.column.pupils", book.language)
        wording = text("workbook.of_band", book.language, heading=heading, band=label)
        pupils = flows[pupils_column(band)]
        columns.append(Column(pupils_column(band), wording, counts(book, pupils), "count"))
    nobody = text("workbook.word.no_path", book.language)
    for when in ("before", "after"):
        mean = or_word(trips[when], nobody)
        columns.append(column(book, f"mean_minutes_{when}", mean, "minutes"))
    placed = write_table(book, sheet, columns, name="flows", frozen=1)
    if flows.empty:
        sheet.write_string(2, 0, text("workbook.note.no_flows", book.language), book.styles["text"])
    else:
        bars(sheet, placed, "pupils")


def _who(book: Book, units: pd.DataFrame) -> Iterator[Column]:
    """Yield who the pupils are."""
    villages = book.plan.villages
    names, townships = names_of(villages), villages["township"]
    yield column(book, "village_id", units["village_id"])
    yield column(book, "village", [names.get(each, each) for each in units["village_id"]])
    yield column(book, "township", townships.reindex(units["village_id"]).fillna(""))
    labels = band_labels(book.plan)
    yield column(book, "band", [labels.get(band, band) for band in units["band"]])
    yield column(book, "pupils", counts(book, units["pupils"]), "count")


def _ways(book: Book, units: pd.DataFrame) -> Iterator[Column]:
    """Yield where they go today and under the plan, and how long that takes."""
    say = {
        word: text(f"workbook.word.{word}", book.language)
        for word in ("yes", "no", "no_path", "no_school", "over", "within")
    }
    unlimited = text("workbook.word.unlimited", book.language)
    names = names_of(book.plan.schools)
    for when, school in zip(("_before", ""), _ROUTE, strict=True):
        shown = [names.get(each, each) or say["no_school"] for each in units[school]]
        yield column(book, f"school{when}", shown)
        yield column(book, school, units[school], "code", width=12.0)
    moves = [say["yes"] if moved else say["no"] for moved in units["is_moved"]]
    looks = ["worse" if moved else "text" for moved in units["is_moved"]]
    yield column(book, "is_moved", moves, looks)
    yield column(book, "how", words("workbook.word", units["how"], book.language))
    without = [say["no_path"] if each else say["no_school"] for each in units["school_id_before"]]
    yield column(book, "minutes_before", or_word(units["minutes_before"], without), "minutes")
    yield column(book, "minutes", or_word(units["minutes"], say["no_path"]), "minutes")
    with np.errstate(invalid="ignore"):
        added = units["minutes"] - units["minutes_before"]
    yield column(book, "minutes_change", or_word(added, ""), "minutes_change")
    if (units["how"] == "board").any():
        yield column(book, "limit_before", or_word(units["limit_before"], unlimited), "number")
    yield column(book, "limit", or_word(units["limit"], unlimited), "number")
    has_path = np.isfinite(units["minutes"])
    state = np.where(
        units["is_over"], say["over"], np.where(has_path, say["within"], say["no_path"])
    )
    yield column(book, "state", state, ["text" if w == say["within"] else "worse" for w in state])


def _next(book: Book, units: pd.DataFrame) -> Iterator[Column]:
    """Yield the nearest other open school; nothing where the trips were not kept."""
    if book.plan.times is None:
        return
    names = names_of(book.plan.schools)
    none_near = text("workbook.word.none_near", book.language)
    shown = [names.get(each, each) or none_near for each in units["next_school_id"]]
    yield column(book, "next_school", shown)
    yield column(book, "next_school_id", units["next_school_id"], "code", width=12.0)
    yield column(book, "next_minutes", or_word(units["next_minutes"], ""), "minutes")


def _mean_trips(units: pd.DataFrame) -> pd.DataFrame:
    """Return the mean trips of those who move, by today's and planned school; NaN for no path."""
    moved = units[units["is_moved"]]
    means = {}
    for when, trip in (("before", "minutes_before"), ("after", "minutes")):
        known = moved[np.isfinite(moved[trip])]
        keys = [known[school] for school in _ROUTE]
        total = (known["pupils"] * known[trip]).groupby(keys).sum()
        means[when] = total / known["pupils"].groupby(keys).sum()
    return pd.DataFrame(means)
