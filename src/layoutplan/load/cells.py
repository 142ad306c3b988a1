"""Cells of a table as a planner typed them -> numbers, ids and words, with what is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.errors import Finding, Level

LARGEST = 1e9  # a count above it is a slip of the keyboard, whatever is counted
LARGEST_AMOUNT = 1e12  # of money: its hundredths, added up over a case, stay whole numbers

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_THOUSANDS = r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
_SCIENTIFIC = r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]+"  # what spreadsheets make of long codes
_N_EXAMPLES = 3


@dataclass(frozen=True)
class Column:
    """One column of a table, with where it stands.

    Parameters
    ----------
    cells : pandas.Series
        Text, one per row of the table; empty where the cell is.
    rows : (n,) int64
        Rows of the file, the header being row 1.
    table : str
        The file, for findings.
    header : str
        The column's header in that file, for findings.
    is_there : bool
        False for a column that the file does not have; there is nothing to find in it.
    """

    cells: pd.Series[str]
    rows: NDArray[np.int64]
    table: str
    header: str
    is_there: bool = True

    def finding(
        self, rule: str, is_found: NDArray[np.bool_], level: Level = "error", **facts: object
    ) -> tuple[Finding, ...]:
        """Return a finding for the cells where `is_found`, or none; ``{examples}`` is filled."""
        if not self.is_there or not is_found.any():
            return ()
        examples = ", ".join(self.cells[is_found].drop_duplicates().head(_N_EXAMPLES))
        found = Finding(
            rule=rule,
            level=level,
            table=self.table,
            rows=tuple(self.rows[is_found].tolist()),
            column=self.header,
            facts={"examples": examples, **facts},
        )
        return (found,)


def trim(cells: pd.Series[str]) -> pd.Series[str]:
    """Return `cells` without spaces around them, also full-width ones."""
    return cells.str.strip()


def normal(word: str) -> str:
    """Return `word` in half-width letters and lower case, without spaces around it."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


def numbers(column: Column) -> tuple[NDArray[np.float64], tuple[Finding, ...]]:
    """Return the numbers of a column, NaN where a cell is empty or no number.

    Full-width digits and thousands separators (``1,234``) are understood; a decimal comma,
    a unit or a word is not, and is a finding.
    """
    cells = trim(column.cells)
    is_plain = cells.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    is_empty = (cells == "").to_numpy(dtype=bool)
    values = np.full(len(cells), np.nan)
    values[is_plain] = cells[is_plain].astype(np.float64)
    is_odd = ~is_plain & ~is_empty
    if is_odd.any():
        half_width = cells[is_odd].map(normal)
        is_grouped = half_width.str.fullmatch(_THOUSANDS)
        ungrouped = half_width.where(~is_grouped, half_width.str.replace(",", ""))
        is_number = ungrouped.str.fullmatch(_NUMBER)
        values[is_odd] = ungrouped.where(is_number, "nan").astype(np.float64)
    is_text = np.isnan(values) & ~is_empty
    return values, column.finding("cell.text", is_text)


def amounts(column: Column) -> tuple[NDArray[np.float64], tuple[Finding, ...]]:
    """Return the numbers of a column that must be 0 or more, NaN where a cell is empty."""
    values, findings = numbers(column)
    return values, findings + column.finding("cell.negative", values < 0)


def money(column: Column) -> tuple[NDArray[np.float64], tuple[Finding, ...]]:
    """Return the amounts of money of a column, NaN where a cell is empty."""
    values, findings = amounts(column)
    return values, findings + column.finding("cell.money.huge", values > LARGEST_AMOUNT)


def counts(
    column: Column,
    *,
    empty_rule: str = "",
    is_excused: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.int64], tuple[Finding, ...]]:
    """Return the counts of a column: whole numbers, 0 or more.

    Parameters
    ----------
    column : Column
        The cells.
    empty_rule : str, optional
        The finding for empty cells; without one they count as 0.
    is_excused : (n,) bool, optional
        Where an empty cell counts as 0 all the same.
    """
    values, findings = amounts(column)
    is_empty = (trim(column.cells) == "").to_numpy(dtype=bool)
    if empty_rule:
        is_missing = is_empty if is_excused is None else is_empty & ~is_excused
        findings += column.finding(empty_rule, is_missing)
    is_huge = values > LARGEST
    is_fraction = ~is_huge & np.isfinite(values) & (values != np.floor(values))
    findings += column.finding("cell.fraction", is_fraction)
    findings += column.finding("cell.huge", is_huge)
    is_usable = np.isfinite(values) & ~is_huge & ~is_fraction
    return np.where(is_usable, values, 0.0).astype(np.int64), findings


def words(
    column: Column, meanings: Mapping[str, str], default: str
) -> tuple[pd.Series[str], tuple[Finding, ...]]:
    """Return the allowed value that each cell means, `default` where it is empty or unknown."""
    known = {normal(word): meaning for word, meaning in meanings.items()} | {"": default}
    folded = column.cells.map(normal)
    is_unknown = ~folded.isin(list(known)).to_numpy(dtype=bool)
    allowed = ", ".join(dict.fromkeys(meanings.values()))
    findings = column.finding("cell.word", is_unknown, allowed=allowed)
    return folded.map(lambda word: known.get(word, default)).astype("str"), findings


def unique_ids(column: Column) -> tuple[pd.Series[str], tuple[Finding, ...]]:
    """Return the ids of a column; empty ones, ones that occur twice and spaces are findings."""
    ids = trim(column.cells)
    is_empty = (ids == "").to_numpy(dtype=bool)
    is_double = ids.duplicated(keep=False).to_numpy(dtype=bool) & ~is_empty
    is_scientific = ids.str.fullmatch(_SCIENTIFIC).to_numpy(dtype=bool)
    findings = (
        *column.finding("id.empty", is_empty),
        *column.finding("id.double", is_double),
        *column.finding("id.scientific", is_scientific),
        *column.finding("id.spaces", (ids != column.cells).to_numpy(dtype=bool), "note"),
    )
    return ids, findings
