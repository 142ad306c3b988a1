"""Where today's attendance comes from, and what is said of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.towns import town
from layoutplan.core.attendance import Attendance
from layoutplan.core.case import Case
from layoutplan.core.rules import Band
from layoutplan.core.schema import UNITS, pupils_column
from layoutplan.demand.today import attendance_today, is_reconstructed
from layoutplan.errors import DataError, Finding

NEAR = [[5.0, 20.0], [20.0, 5.0]]
BANDS = (
    Band(name="g1_3", mode="walk", max_minutes=30.0),
    Band(name="g4_6", mode="walk", max_minutes=40.0),
)


def today(case: Case) -> Attendance:
    assert case.travel_times is not None
    return attendance_today(case, case.travel_times)


def rows(attendance: Attendance) -> list[tuple[str, str, str, int]]:
    return [tuple(row) for row in attendance.units.itertuples(index=False)]


def table(*given: tuple[str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=list(UNITS))


def found(attendance: Attendance) -> dict[str, Finding]:
    assert all(f.message_in("en") and f.message_in("zh") for f in attendance.findings)
    return {finding.rule: finding for finding in attendance.findings}


def test_table_comes_before_the_villages_and_its_remainder_attends_nowhere() -> None:
    case = town(
        NEAR,
        pupils=[10, 8],
        seats=[20, 20],
        today=["s2", "s2"],
        attendance=table(
            ("v2", "primary", "s2", 8), ("v1", "primary", "s1", 4), ("v1", "primary", "s2", 3)
        ),
    )
    attendance = today(case)
    assert attendance.source == "table"
    assert rows(attendance) == [
        ("v1", "primary", "", 3),
        ("v1", "primary", "s1", 4),
        ("v1", "primary", "s2", 3),
        ("v2", "primary", "s2", 8),
    ]
    assert attendance.units["pupils"].dtype == np.int64
    assert attendance.findings == ()


def test_villages_name_their_school_and_those_that_do_not_are_told() -> None:
    case = town([*NEAR, [5.0, 5.0]], pupils=[10, 8, 0], seats=[20, 20], today=["s1", "", ""])
    attendance = today(case)
    assert attendance.source == "villages"
    assert rows(attendance) == [("v1", "primary", "s1", 10), ("v2", "primary", "", 8)]
    blank = found(attendance)["attendance.village_blank"]
    assert blank.ids == ("v2",)
    assert blank.facts["pupils"] == 8


def test_without_both_it_is_reconstructed_and_says_so() -> None:
    case = town(NEAR, pupils=[10, 8], seats=[20, 20], enrollment=[6, 8])
    assert is_reconstructed(case)
    attendance = today(case)
    assert attendance.source == "reconstructed"
    assert rows(attendance) == [
        ("v1", "primary", "", 4),
        ("v1", "primary", "s1", 6),
        ("v2", "primary", "s2", 8),
    ]
    note = found(attendance)["attendance.reconstructed"]
    assert note.level == "note"
    assert note.facts == {
        "placed": 14, "nowhere": 4, "minutes": "5.0", "schools": 0, "misfit": 0
    }  # fmt: skip
    assert "attendance.misfit" not in found(attendance)


def test_an_empty_table_means_that_nobody_attends() -> None:
    case = town(NEAR, pupils=[1, 0], seats=[5, 5], enrollment=[1, 0], attendance=table())
    assert not is_reconstructed(case)
    assert rows(today(case)) == [("v1", "primary", "", 1)]


def test_misfit_names_the_schools_that_miss_most_first() -> None:
    far = [[5.0, np.inf], [5.0, np.inf]]
    case = town(far, pupils=[4, 4], seats=[20, 20], enrollment=[10, 5])
    misfit = found(today(case))["attendance.misfit"]
    assert misfit.ids == ("s2", "s1")
    assert misfit.facts["misfit_by_id"] == {"s2": 5, "s1": 2}
    assert misfit.facts["misfit"] == 7
    assert "s2 (0/5)" in misfit.message


def test_over_the_limit_and_without_path_are_told_by_village() -> None:
    minutes = [[35.0, 1.0], [np.inf, 1.0], [30.0, 1.0]]
    case = town(
        minutes,
        pupils={"g1_3": [3, 2, 9], "g4_6": [4, 0, 9]},
        seats=[90, 90],
        today=["s1", "s1", "s1"],
        bands=BANDS,
    )
    said = found(today(case))
    assert said["attendance.over_limit"].ids == ("v1",)
    facts = {"pupils": 3, "band": "g1_3", "band_grades": [], "limit": "30"}
    assert said["attendance.over_limit"].facts == facts
    assert said["attendance.no_path"].ids == ("v2",)
    assert said["attendance.no_path"].facts["pupils"] == 2


def test_a_band_that_the_school_does_not_teach_is_told() -> None:
    case = town(
        NEAR,
        pupils={"g1_3": [3, 0], "g4_6": [4, 0]},
        seats=[20, 20],
        bands=BANDS,
        teaches=["g1_3", "g1_3;g4_6"],
        attendance=table(("v1", "g1_3", "s1", 3), ("v1", "g4_6", "s1", 4)),
    )
    untaught = found(today(case))["attendance.band_not_taught"]
    assert untaught.ids == ("v1",)
    assert untaught.facts == {"pupils": 4, "band": "g4_6"}


def test_seats_that_attendance_exceeds_but_enrollment_does_not_are_told() -> None:
    case = town(NEAR, pupils=[10, 8], seats=[7, 5], enrollment=[7, 8], today=["s1", "s2"])
    over = found(today(case))["attendance.over_seats"]
    assert over.ids == ("s1",)  # that s2 has more pupils than seats stands in its own table
    assert over.facts["pupils"] == 3


@pytest.mark.parametrize(
    ("given_table", "rule", "ids"),
    [
        (table(("v1", "primary", "s9", 1)), "attendance.school_unknown", ("s9",)),
        (table(("v1", "primary", "s2", 1)), "attendance.school_unknown", ("s2",)),
        (table(("v1", "primary", "s1", 11)), "attendance.too_many", ("v1",)),
        (table(("v9", "primary", "s1", 1)), "attendance.too_many", ("v9",)),
    ],
)
def test_contradictions_are_errors(
    given_table: pd.DataFrame, rule: str, ids: tuple[str, ...]
) -> None:
    case = town(
        NEAR,
        pupils=[10, 8],
        seats=[20, 20],
        enrollment=[10, 0],
        kind=["primary", "candidate"],
        attendance=given_table,
    )
    with pytest.raises(DataError) as fault:
        today(case)
    assert [(finding.rule, finding.ids) for finding in fault.value.findings] == [(rule, ids)]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=2),
    st.lists(st.sampled_from(["", "s1", "s2"]), min_size=2, max_size=2),
    st.lists(st.integers(0, 15), min_size=2, max_size=2),
)
def test_every_pupil_is_in_exactly_one_unit(
    pupils: list[tuple[int, int]], attends: list[str], rolls: list[int]
) -> None:
    counts = {band.name: [row[k] for row in pupils] for k, band in enumerate(BANDS)}
    case = town(NEAR, pupils=counts, seats=[50, 50], today=attends, enrollment=rolls, bands=BANDS)
    units = today(case).units
    assert list(units.columns) == list(UNITS)
    assert (units["pupils"] > 0).all()
    assert units.equals(units.sort_values(list(UNITS), ignore_index=True))
    assert not units.duplicated(["village_id", "band", "school_id"]).any()
    for band in BANDS:
        of_band = units[units["band"] == band.name].groupby("village_id")["pupils"].sum()
        living = case.villages[pupils_column(band.name)]
        assert of_band.reindex(living.index, fill_value=0).tolist() == living.tolist()
