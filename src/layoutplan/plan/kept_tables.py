"""The CSV files that a plan keeps for its reports: minutes, indicators, what the opposite means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.csv_cells import frame_csv
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import MS_PER_MINUTE, TRAVEL_TIMES_CSV
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.errors import DataError, Finding
from layoutplan.plan.explain_tables import SCHOOLS_FILE, opposites_csv
from layoutplan.plan.tables import read_cells, travel_times_csv

MINUTES_FILE: Final = "minutes.csv"
INDICATORS_FILE: Final = "indicators.csv"
_INDICATORS: Final = (
    "indicator", "band", "before", "after", "change", "unit", "better", "village_before",
    "village_after",
)  # fmt: skip
_OF_INDICATORS: Final = ("before", "after", "change")
_OPPOSITES: Final = ("school_id", "action", "opposite", "status", "pupils_alone", "sentence")


def kept_tables(plan: Plan) -> dict[str, bytes]:
    """Return the tables that `plan` keeps, by file name."""
    contents: dict[str, bytes] = {}
    if plan.times is not None:
        contents[MINUTES_FILE] = travel_times_csv(plan.times)
    if plan.indicators is not None:
        contents[INDICATORS_FILE] = frame_csv(plan.indicators.reset_index())
    if plan.opposites is not None:
        contents[SCHOOLS_FILE] = opposites_csv(plan.opposites)
    return contents


def read_minutes_csv(content: bytes) -> pd.DataFrame:
    """Return the rows of ``minutes.csv``, for :func:`trips_of`.

    Raises
    ------
    DataError
        When it is not such a table.
    """
    cells = read_cells(content, MINUTES_FILE, TRAVEL_TIMES_CSV)
    return cells.assign(**_numbers(cells, ["minutes"], MINUTES_FILE))


def trips_of(
    cells: pd.DataFrame, village_ids: pd.Index, school_ids: pd.Index, bands: Sequence[Band]
) -> TravelTimes:
    """Return the trips of the rows of ``minutes.csv``.

    Parameters
    ----------
    cells : pandas.DataFrame
        From :func:`read_minutes_csv`.
    village_ids, school_ids : pandas.Index
        Of the plan; positions refer to them, and to further ids of the file after them.
    bands : sequence of Band
        Of the plan.
    """
    village_ids, school_ids = village_ids.unique(), school_ids.unique()
    villages = village_ids.append(pd.Index(cells["village_id"].unique()).difference(village_ids))
    schools = school_ids.append(pd.Index(cells["school_id"].unique()).difference(school_ids))
    village_idx = villages.get_indexer(pd.Index(cells["village_id"])).astype(np.int32)
    school_idx = schools.get_indexer(pd.Index(cells["school_id"])).astype(np.int32)
    minutes = cells["minutes"].to_numpy(dtype=np.float64)
    milliseconds = np.round(minutes * MS_PER_MINUTE).astype(np.int64)
    order = np.lexsort((school_idx, village_idx))
    everything = Pairs(village_idx[order], school_idx[order], milliseconds[order])
    mode = cells["mode"].to_numpy()[order]
    of_band = cells["band"].to_numpy()[order] if "band" in cells else None
    return TravelTimes(
        village_ids=villages,
        school_ids=schools,
        pairs={
            band.name: everything.where(
                (mode == band.mode) if of_band is None else (of_band == band.name)
            )
            for band in bands
        },
        modes={band.name: band.mode for band in bands},
        source="table",
    )


def read_indicators_csv(content: bytes) -> pd.DataFrame:
    """Return the table of ``indicators.csv``, as :func:`layoutplan.evaluate` makes it.

    Raises
    ------
    DataError
        When it is not such a table.
    """
    cells = read_cells(content, INDICATORS_FILE, _INDICATORS)
    numbers = _numbers(cells, (), INDICATORS_FILE, or_empty=_OF_INDICATORS)
    return cells.assign(**numbers).set_index(["indicator", "band"])


def read_opposites_csv(content: bytes) -> pd.DataFrame:
    """Return the table of ``explain_schools.csv``, indexed by ``school_id``.

    Raises
    ------
    DataError
        When it is not such a table.
    """
    cells = read_cells(content, SCHOOLS_FILE, _OPPOSITES)
    deltas = [str(name) for name in cells if str(name).startswith(("delta_", "least_delta_"))]
    numbers = _numbers(cells, ["pupils_alone"], SCHOOLS_FILE, or_empty=deltas)
    told = cells.assign(**numbers)
    return told.astype({"pupils_alone": np.int64}).set_index("school_id")


def _numbers(
    cells: pd.DataFrame, columns: Iterable[str], table: str, *, or_empty: Iterable[str] = ()
) -> dict[str, NDArray[np.float64]]:
    """Return the numbers of columns; in those of `or_empty` an empty cell is NaN."""
    found, findings = {}, []
    for column in (*columns, *(may_be_empty := tuple(or_empty))):
        numbers = pd.to_numeric(cells[column], errors="coerce").to_numpy(dtype=np.float64)
        is_bad = ~np.isfinite(numbers)
        if column in may_be_empty:
            is_bad &= (cells[column] != "").to_numpy()
        if is_bad.any():
            rows = tuple((np.flatnonzero(is_bad) + 2).tolist())
            findings.append(Finding("store.csv.number", "error", table, rows=rows, column=column))
        found[column] = numbers
    if findings:
        raise DataError(findings=findings)
    return found
