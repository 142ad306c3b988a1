"""Numbers, words and ids in cells as planners type them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.case_folder import only, rules_of
from layoutplan.load.cells import Column, amounts, counts, money, numbers, unique_ids, words


def column(*cells: str) -> Column:
    """Return a column of cells."""
    return Column(pd.Series(cells, dtype="str"), np.arange(2, len(cells) + 2), "t.csv", "head")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0),
        (" 12 ", 12.0),
        ("\u300012", 12.0),
        ("-1.5", -1.5),
        ("1e3", 1000.0),
        ("1,234", 1234.0),
        ("1,234,567.5", 1234567.5),
        ("１２３", 123.0),
        ("１，２３４", 1234.0),
    ],
)
def test_numbers(cell: str, value: float) -> None:
    values, findings = numbers(column(cell))
    assert values.tolist() == [value]
    assert not findings


@pytest.mark.parametrize(
    "cell", ["12人", "1,5", "1,23", "12,34,567", "twelve", "NA", "-", "inf", "nan", "0x10", "1 2"]
)
def test_what_is_no_number(cell: str) -> None:
    values, findings = numbers(column("1", cell))
    assert np.isnan(values[1])
    assert only(findings, "cell.text").rows == (3,)
    assert cell in only(findings, "cell.text").message


def test_counts_name_every_fault_with_its_rows() -> None:
    values, findings = counts(
        column("3", "", "-1", "1.5", "x", "1e12", "2.0"), empty_rule="villages.pupils.empty"
    )
    assert values[[0, 6]].tolist() == [3, 2]
    assert {finding.rule: finding.rows for finding in findings} == {
        "cell.text": (6,),
        "cell.negative": (4,),
        "villages.pupils.empty": (3,),
        "cell.fraction": (5,),
        "cell.huge": (7,),
    }
    assert all(finding.level == "error" for finding in findings)


def test_empty_counts_may_be_excused() -> None:
    values, findings = counts(
        column("", ""), empty_rule="schools.seats.empty", is_excused=np.array([True, False])
    )
    assert values.tolist() == [0, 0]
    assert only(findings, "schools.seats.empty").rows == (3,)
    assert not counts(column("", ""))[1]


def test_empty_amounts_are_not_zero() -> None:
    values, findings = amounts(column("", "2.5"))
    assert np.isnan(values[0])
    assert values[1] == 2.5
    assert not findings


def test_money_is_not_without_end() -> None:
    values, findings = money(column("", "1e12", "1e13", "1e999"))
    assert values[1] == 1e12
    assert only(findings, "cell.money.huge").rows == (4, 5)


def test_words() -> None:
    meant, findings = words(
        column(" Keep", "保留", "", "maybe"), {"keep": "keep", "保留": "keep"}, "free"
    )
    assert meant.tolist() == ["keep", "keep", "free", "free"]
    assert only(findings, "cell.word").rows == (5,)


def test_ids() -> None:
    ids, findings = unique_ids(column("01", " 02", "02", "", "\u3000", "1.2E+11"))
    assert ids.tolist() == ["01", "02", "02", "", "", "1.2E+11"]
    assert {finding.rule: (finding.level, finding.rows) for finding in findings} == {
        "id.empty": ("error", (5, 6)),
        "id.double": ("error", (3, 4)),
        "id.scientific": ("error", (7,)),
        "id.spaces": ("note", (3, 6)),
    }
    assert rules_of(findings)


def test_nothing_is_found_in_a_column_that_is_not_there() -> None:
    absent = Column(pd.Series([""], dtype="str"), np.array([2]), "t.csv", "head", is_there=False)
    assert not counts(absent, empty_rule="schools.seats.empty")[1]
    assert not unique_ids(absent)[1]


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=10**9)))
def test_whole_numbers_survive_with_and_without_separators(given_counts: list[int]) -> None:
    plain, none = counts(column(*map(str, given_counts)))
    grouped, also_none = counts(column(*(f"{count:,}" for count in given_counts)))
    assert plain.tolist() == grouped.tolist() == given_counts
    assert not none + also_none
