"""The sheet of charts, each beside the numbers that it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from layoutplan.core.rules import Band
from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.report.words import band_labels
from layoutplan.report.workbook_book import Book, set_up_page
from layoutplan.report.workbook_counts import counts
from layoutplan.report.workbook_style import OVER, PLANNED, TODAY
from layoutplan.texts import text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_SIZES: Final = (10, 50, 100, 200, 500)
_USES: Final = (25, 50, 75, 100)
_STEPS: Final = (1, 2, 5, 10, 15, 20, 30, 60)
_CLASSES: Final = 8  # of minutes up to the limit, at the most
_ROWS: Final = 20  # from one chart to the next
_ROW_POINTS: Final = 16.0
_LABEL: Final = 26.0
_NUMBER: Final = 12.0
_GAP: Final = 3.0
_CHART_AT: Final = 4
_PIXELS: Final = {"x_scale": 1.55, "y_scale": 1.3}
_OVER_TODAY: Final = "#5b4a63"  # as gray as what is within, and as dark as what is over
_CHART_WIDTH: Final = 105.0


@dataclass(frozen=True)
class Distribution:
    """What a chart draws: a number for each class, of today and of the plan or of the plan only.

    Parameters
    ----------
    title, axis, counted : str
        Of the chart, of its classes, and of what is counted.
    classes : sequence of str
        Names of the classes, in order.
    series : sequence of (str, sequence)
        ``"before"`` or ``"after"``, and the cells of the classes.
    n_over : int
        Of the last classes, how many are over a limit.
    """

    title: str
    axis: str
    counted: str
    classes: Sequence[str]
    series: Sequence[tuple[str, Sequence[Any]]]
    n_over: int = 0


def write_charts(book: Book) -> None:
    """Write a chart of minutes for every band, one of the sizes of schools, one of their seats."""
    sheet = book.sheet("charts")
    units = book.units
    drawn = [
        *(_of_minutes(book, band, units[units["band"] == band.name]) for band in book.plan.bands),
        _of_sizes(book),
        _of_use(book),
    ]
    sheet.set_default_row(_ROW_POINTS)
    sheet.set_column(0, 0, _LABEL)
    sheet.set_column(1, 2, _NUMBER)
    sheet.set_column(3, 3, _GAP)
    for position, each in enumerate(drawn):
        _draw(book, sheet, each, position * _ROWS)
    set_up_page(book, sheet, width=_LABEL + 2 * _NUMBER + _GAP + _CHART_WIDTH)
    sheet.print_area(0, 0, len(drawn) * _ROWS - 1, 15)
    sheet.set_h_pagebreaks([row * _ROWS for row in range(2, len(drawn), 2)])


def _of_minutes(book: Book, band: Band, units: pd.DataFrame) -> Distribution:
    """Return the pupils of a band by minutes to school, with the limit as an end of a class."""
    step = next(
        (step for step in _STEPS if band.max_minutes / step <= _CLASSES),
        band.max_minutes / _CLASSES,
    )
    within = np.append(np.arange(0.0, band.max_minutes - 1e-9, step), band.max_minutes)
    ends = np.append(within, [2 * band.max_minutes])
    names = [
        text("workbook.class.between", book.language, low=f"{low:g}", high=f"{high:g}")
        for low, high in pairwise(within)
    ]
    limit, twice = f"{band.max_minutes:g}", f"{2 * band.max_minutes:g}"
    names.append(text("workbook.class.minutes_between_over", book.language, low=limit, high=twice))
    names.append(text("workbook.class.minutes_over", book.language, low=twice))
    names.append(text("workbook.word.no_path", book.language))
    series = []
    for when, trip, school in (
        ("before", "minutes_before", "school_id_before"),
        ("after", "minutes", "school_id"),
    ):
        attending = units[units[school] != ""]
        # Class 0 ends with the first limit above 0; without a path is the last of all.
        place = np.searchsorted(ends[1:], np.round(attending[trip], 5), side="left")
        place[~np.isfinite(attending[trip])] = len(names) - 1
        pupils = np.bincount(place, weights=attending["pupils"], minlength=len(names))
        series.append((when, counts(book, pd.Series(pupils.astype(np.int64)))))
    return Distribution(
        title=text(
            "workbook.chart.minutes",
            book.language,
            band=band_labels(book.plan)[band.name],
            limit=limit,
        ),
        axis=text("workbook.axis.minutes", book.language),
        counted=text("workbook.axis.pupils", book.language),
        classes=names,
        series=series,
        n_over=3,
    )


def _of_sizes(book: Book) -> Distribution:
    """Return the schools by their number of pupils."""
    schools = book.plan.schools
    language = book.language
    names = [
        text("workbook.class.under", language, high=_SIZES[0]),
        *(
            text("workbook.class.between", language, low=low, high=high - 1)
            for low, high in pairwise(_SIZES)
        ),
        text("workbook.class.from", language, low=_SIZES[-1]),
    ]
    existing = schools[schools["kind"] != "candidate"]["enrollment_before"]
    opened = schools[~schools["action"].isin(CLOSED_ACTIONS)]["enrollment_after"]
    return Distribution(
        title=text("workbook.chart.sizes", language),
        axis=text("workbook.axis.size", language),
        counted=text("workbook.axis.schools", language),
        classes=names,
        series=[
            (when, np.bincount(np.digitize(roll, _SIZES), minlength=len(names)).tolist())
            for when, roll in (("before", existing), ("after", opened))
        ],
    )


def _of_use(book: Book) -> Distribution:
    """Return the schools open under the plan by the use of their seats."""
    schools, language = book.plan.schools, book.language
    opened = schools[~schools["action"].isin(CLOSED_ACTIONS) & (schools["seats"] > 0)]
    percent = 100 * opened["enrollment_after"] / opened["seats"]
    lows = (0, *_USES[:-1])
    names = [
        text("workbook.class.between", language, low=low, high=high)
        for low, high in zip(lows, _USES, strict=True)
    ]
    names.append(text("workbook.class.over", language, low=_USES[-1]))
    place = np.digitize(percent, _USES, right=True)
    return Distribution(
        title=text("workbook.chart.use", language),
        axis=text("workbook.axis.use", language),
        counted=text("workbook.axis.schools", language),
        classes=names,
        series=[("after", np.bincount(place, minlength=len(names)).tolist())],
        n_over=1,
    )


def _draw(book: Book, sheet: Worksheet, drawn: Distribution, row: int) -> None:
    """Write the numbers of a chart from `row` on, and the chart beside them."""
    styles = book.styles
    sheet.write_string(row, 0, drawn.title, styles["part"])
    sheet.write_string(row + 1, 0, drawn.axis, styles["heading"])
    first, last = row + 2, row + 1 + len(drawn.classes)
    for down, name in enumerate(drawn.classes, first):
        sheet.write_string(down, 0, name, styles["text"])
    chart = book.workbook.add_chart({"type": "column"})
    for at, (when, values) in enumerate(drawn.series, 1):
        heading = text(f"workbook.column.{when}", book.language)
        sheet.write_string(row, at, "", styles["part"])
        sheet.write_string(row + 1, at, heading, styles["heading"])
        for down, value in enumerate(values, first):
            if isinstance(value, str):
                sheet.write_string(down, at, value, styles["word"])
            else:
                sheet.write_number(down, at, value, styles["count"])
        color = TODAY if when == "before" else PLANNED
        n_within = len(drawn.classes) - drawn.n_over
        over = {"fill": {"color": OVER if when == "after" else _OVER_TODAY}}
        chart.add_series(
            {
                "name": [sheet.get_name(), row + 1, at],
                "categories": [sheet.get_name(), first, 0, last, 0],
                "values": [sheet.get_name(), first, at, last, at],
                "fill": {"color": color},
                "points": [None] * n_within + [over] * drawn.n_over,
                "gap": 60,
                "overlap": 0,
                "data_labels": {"value": True, "font": {"size": 8}, "num_format": "#,##0;;"},
            }
        )
    chart.set_title({"name": drawn.title, "name_font": {"size": 12, "bold": True}})
    chart.set_x_axis({"name": drawn.axis, "name_font": {"bold": False}})
    chart.set_y_axis(
        {"name": drawn.counted, "name_font": {"bold": False}, "num_format": "#,##0",
         "major_gridlines": {"visible": True, "line": {"color": "#e3e3e3"}}, "min": 0}
    )  # fmt: skip
    chart.set_legend({"position": "top"} if len(drawn.series) > 1 else {"none": True})
    sheet.insert_chart(row, _CHART_AT, chart, {**_PIXELS, "object_position": 2, "y_offset": 4})
