"""The sheets of indicators and of townships: today and the plan in numbers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.report.words import band_labels, labels_of, words
from layoutplan.report.workbook_book import Book
from layoutplan.report.workbook_counts import counts
from layoutplan.report.workbook_marks import bars
from layoutplan.report.workbook_table import Column, column, or_word, write_table
from layoutplan.texts import text

# Of each unit of an indicator its name among the sentences, and the style of its numbers.
_UNITS: Final = {
    "pupils": ("pupils", "count"),
    "minutes": ("minutes", "minutes"),
    "minutes a week": ("minutes_a_week", "minutes"),
    "share": ("share", "share"),
    "index": ("index", "index"),
    "schools": ("schools", "count"),
    "money a year": ("money_a_year", "money"),
    "money": ("money", "money"),
}
_CHANGES: Final = {"count": "change", "number": "added"}
_ENDS: Final = ("before", "after")
_ALL: Final = "all"
_WIDE: Final = 46.0
_NUMBER: Final = 13.0


def write_indicators(book: Book) -> None:
    """Write the indicators of a plan, one row for each and every band."""
    sheet = book.sheet("indicators")
    if book.plan.indicators is None:
        sheet.set_column(0, 0, 2 * _WIDE)
        said = text("workbook.note.no_indicators", book.language)
        sheet.write_string(0, 0, said, book.styles["text"])
        return
    rows = book.plan.indicators.reset_index()
    labels = band_labels(book.plan) | {_ALL: text("workbook.word.all", book.language)}
    units = [_UNITS.get(unit, (unit, "number")) for unit in rows["unit"]]
    told = words("workbook.indicator", rows["indicator"], book.language)
    looks = ["strong" if band == _ALL else "text" for band in rows["band"]]
    columns = [
        column(book, "indicator", told, looks, width=_WIDE),
        column(book, "band", [labels.get(band, band) for band in rows["band"]]),
        column(book, "unit", words("workbook.unit", [unit for unit, _ in units], book.language)),
        *_numbers(book, rows, [style for _, style in units]),
        *_longest(book, rows),
        column(book, "indicator_name", rows["indicator"], "code"),
    ]
    write_table(book, sheet, columns, name="indicators")


def _numbers(book: Book, rows: pd.DataFrame, styles: list[str]) -> list[Column]:
    """Return the values, the change, and whether that is better."""
    unknown = text("workbook.word.no_trips", book.language)
    cells = {key: or_word(rows[key], unknown) for key in (*_ENDS, "change")}
    if book.plan.is_public:
        cells = {key: _masked(book, rows, values) for key, values in cells.items()}
    shown = [_CHANGES.get(style, f"{style}_change") for style in styles]
    marks = [_mark(*pair) for pair in zip(rows["change"], rows["better"], strict=True)]
    told = words("workbook.word", marks, book.language)
    looks = [mark if mark in ("better", "worse") else "text" for mark in marks]
    return [
        *(column(book, end, cells[end], styles, width=_NUMBER) for end in _ENDS),
        column(book, "indicator_change", cells["change"], shown, name="change", width=_NUMBER),
        column(book, "mark", told, looks),
    ]


def _masked(book: Book, rows: pd.DataFrame, cells: list[Any]) -> list[Any]:
    """Return cells with those that count few pupils masked."""
    return [
        cell if isinstance(cell, str) or unit != "pupils" else _counted(book, cell)
        for cell, unit in zip(cells, rows["unit"], strict=True)
    ]


def _counted(book: Book, cell: float) -> Any:
    """Return a number of pupils, or of more or fewer of them, as a cell."""
    size = counts(book, pd.Series([round(abs(cell))]))[0]
    return size if isinstance(size, str) else cell


def _longest(book: Book, rows: pd.DataFrame) -> list[Column]:
    """Return the villages with the longest trips."""
    names = labels_of(book.plan.villages, book.language)
    return [
        column(book, f"village_{end}", [names.get(each, each) for each in rows[f"village_{end}"]])
        for end in _ENDS
    ]


def _mark(change: float, better: str) -> str:
    """Return whether a change is better, worse or none; nothing where neither can be said."""
    if not better or not np.isfinite(change):
        return ""
    if change == 0:
        return "same"
    return "better" if (change < 0) == (better == "lower") else "worse"


def write_townships(book: Book) -> None:
    """Write a row for every township: its pupils and their trips, its schools."""
    sheet = book.sheet("townships")
    pupils, schools = _pupils_by_township(book), _schools_by_township(book)
    names = sorted(set(pupils.index) | set(schools.index))
    pupils, schools = pupils.reindex(names), schools.reindex(names, fill_value=0)
    not_given = text("workbook.word.not_given", book.language)
    nobody = text("workbook.word.no_trips", book.language)

    def of(key: str) -> list[Any]:
        return counts(book, pupils[key].fillna(0).astype("int64"))

    columns = [
        column(book, "township", [name or not_given for name in names]),
        column(book, "pupils", of("pupils"), "count"),
        column(book, "pupils_moved", of("pupils_moved"), "count"),
    ]
    for key, style in (("mean_minutes", "minutes"), ("max_minutes", "minutes")):
        for end in _ENDS:
            values = or_word(pupils[f"{key}_{end}"], nobody)
            columns.append(column(book, f"{key}_{end}", values, style))
    columns += [
        column(book, f"over_limit_{end}", of(f"over_limit_{end}"), "count") for end in _ENDS
    ]
    columns += [
        column(book, str(key), counted.tolist(), "count") for key, counted in schools.items()
    ]
    placed = write_table(book, sheet, columns, name="townships", frozen=1)
    bars(sheet, placed, "pupils")
    bars(sheet, placed, "pupils_moved")


def _pupils_by_township(book: Book) -> pd.DataFrame:
    """Return pupils and trips by the township of their village."""
    units = book.units
    township = units["village_id"].map(book.plan.villages["township"].fillna("")).fillna("")
    pupils = units["pupils"]
    found = {
        "pupils": pupils.groupby(township).sum(),
        "pupils_moved": pupils.where(units["is_moved"], 0).groupby(township).sum(),
    }
    for end, trip in zip(_ENDS, ("minutes_before", "minutes"), strict=True):
        known = np.isfinite(units[trip])
        minutes, n, where = units[trip][known], pupils[known], township[known]
        found[f"mean_minutes_{end}"] = (minutes * n).groupby(where).sum() / n.groupby(where).sum()
        found[f"max_minutes_{end}"] = minutes.groupby(where).max()
        is_over = units["is_over_before" if end == "before" else "is_over"]
        found[f"over_limit_{end}"] = pupils.where(is_over, 0).groupby(township).sum()
    return pd.DataFrame(found)


def _schools_by_township(book: Book) -> pd.DataFrame:
    """Return schools, and seats under the plan, by the township of the school."""
    schools = book.plan.schools
    township = schools["township"].fillna("")
    is_open = ~schools["action"].isin(CLOSED_ACTIONS)
    return pd.DataFrame(
        {
            "schools_before": (schools["kind"] != "candidate").groupby(township).sum(),
            "schools_after": is_open.groupby(township).sum(),
            "seats": schools["seats"].where(is_open, 0).groupby(township).sum(),
        }
    )
