"""Ready tables of minutes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.case_folder import CASE, MINUTES, VILLAGES, case_folder, only, rules_of, two_bands
from layoutplan.errors import has_errors
from layoutplan.load.case_file import read_case_file
from layoutplan.load.places import read_schools, read_villages
from layoutplan.load.travel_table import read_travel_times

TWO_BAND_VILLAGES = VILLAGES.replace("pupils,", "pupils_g1_3,pupils_g4_6,")
TWO_BAND_VILLAGES = TWO_BAND_VILLAGES.replace(",s1\n", ",1,s1\n").replace(",s2\n", ",1,s2\n")

# A folder is made once for all examples, and files are slow.
AT_EASE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def travel_times(folder: Path, minutes: str = MINUTES, case: str = CASE, villages: str = VILLAGES):
    """Return the travel times of a case, and what was found."""
    case_folder(folder, case=case, files={"minutes.csv": minutes, "villages.csv": villages})
    case_file = read_case_file(folder)
    places = read_villages(case_file)[0], read_schools(case_file)[0]
    times, file, findings = read_travel_times(case_file, *places)
    assert file.path == "minutes.csv"
    rules_of(findings)
    return times, findings


def test_minutes(tmp_path: Path) -> None:
    times, findings = travel_times(tmp_path)
    assert not findings
    assert times.source == "table"
    assert times.minutes("001", "s2", "primary") == 25.5
    assert times.minutes("002", "s2", "primary") == np.inf
    pairs = times.pairs["primary"]
    assert pairs.milliseconds.tolist() == [0, 1_530_000, 480_000, 60_000]
    assert (pairs.village_idx.dtype, pairs.milliseconds.dtype) == ("int32", "int64")


def test_pairs_are_sorted_whatever_the_order_of_rows(tmp_path: Path) -> None:
    header, *rows = MINUTES.splitlines()
    backward = "\n".join([header, *reversed(rows)])
    pairs = travel_times(tmp_path, backward)[0].pairs["primary"]
    assert pairs.village_idx.tolist() == [0, 0, 1, 2]
    assert pairs.school_idx.tolist() == [0, 1, 0, 1]


def test_empty_minutes_are_no_path(tmp_path: Path) -> None:
    times, findings = travel_times(tmp_path, MINUTES + "002,s2,\n")
    assert times.minutes("002", "s2", "primary") == np.inf
    assert not findings


def test_a_time_for_every_mode(tmp_path: Path) -> None:
    minutes = "village_id,school_id,mode,minutes\n001,s1,步行,20\n001,s1,bus,5\n001,s1,car,3\n"
    times, findings = travel_times(tmp_path, minutes, two_bands(), TWO_BAND_VILLAGES)
    assert dict(times.modes) == {"g1_3": "walk", "g4_6": "bus"}
    assert times.minutes("001", "s1", "g1_3") == 20.0
    assert times.minutes("001", "s1", "g4_6") == 5.0
    unused = only(findings, "travel_table.mode")
    assert (unused.level, unused.rows) == ("note", (4,))


def test_a_time_for_every_band(tmp_path: Path) -> None:
    minutes = "village_id,school_id,mode,band,minutes\n"
    minutes += "001,s1,walk,g1_3,20\n001,s1,walk,g4_6,18\n001,s2,walk,,9\n002,s1,walk,g9,1\n"
    both_walk = two_bands().replace('mode = "bus"', 'mode = "walk"')
    times, findings = travel_times(tmp_path, minutes, both_walk, TWO_BAND_VILLAGES)
    assert times.minutes("001", "s1", "g1_3") == 20.0
    assert times.minutes("001", "s1", "g4_6") == 18.0
    assert times.minutes("001", "s2", "g1_3") == times.minutes("001", "s2", "g4_6") == 9.0
    unused = only(findings, "travel_table.band")
    assert (unused.level, unused.rows) == ("warning", (5,))
    # What is written where bands differ is such a table.
    assert list(times.to_frame().columns) == ["village_id", "school_id", "mode", "band", "minutes"]


def test_a_row_for_all_bands_and_one_of_a_band_are_double(tmp_path: Path) -> None:
    minutes = "village_id,school_id,mode,band,minutes\n001,s1,walk,g1_3,20\n001,s1,walk,,18\n"
    both_walk = two_bands().replace('mode = "bus"', 'mode = "walk"')
    _, findings = travel_times(tmp_path, minutes, both_walk, TWO_BAND_VILLAGES)
    assert only(findings, "travel_table.double").rows == (2, 3)


def test_several_modes_need_the_column(tmp_path: Path) -> None:
    _, findings = travel_times(tmp_path, case=two_bands(), villages=TWO_BAND_VILLAGES)
    assert only(findings, "header.missing").column == "mode"


def test_rows_of_other_places_are_said_not_to_be_used(tmp_path: Path) -> None:
    times, findings = travel_times(tmp_path, MINUTES + "999,s1,3\n999,s9,4\n")
    assert len(times.pairs["primary"]) == 4
    assert only(findings, "travel_table.village").rows == (6, 7)
    assert only(findings, "travel_table.school").rows == (7,)
    assert not has_errors(findings)


@pytest.mark.parametrize(
    ("row", "rule", "rows"),
    [
        ("002,s2,-1", "cell.negative", (6,)),
        ("002,s2,soon", "cell.text", (6,)),
        ("003,s2,2", "travel_table.double", (5, 6)),
        ("002,s2,99999", "travel_table.long", (6,)),
        ("002,s2,1e300", "travel_table.long", (6,)),
    ],
)
def test_a_bad_row_is_an_error(tmp_path: Path, row: str, rule: str, rows: tuple[int, ...]) -> None:
    _, findings = travel_times(tmp_path, f"{MINUTES}{row}\n")
    finding = only(findings, rule)
    assert (finding.level, finding.rows) == ("error", rows)


def test_an_unknown_mode_is_an_error(tmp_path: Path) -> None:
    minutes = "village_id,school_id,mode,minutes\n001,s1,rocket,20\n"
    _, findings = travel_times(tmp_path, minutes)
    assert only(findings, "cell.word").level == "error"


PAIRS = st.dictionaries(
    st.tuples(st.sampled_from(["001", "002", "003"]), st.sampled_from(["s1", "s2"])),
    st.integers(min_value=0, max_value=6_000_000),
    min_size=1,
)


@settings(AT_EASE, max_examples=25)
@given(pairs=PAIRS)
def test_what_is_written_is_read(tmp_path: Path, pairs: dict[tuple[str, str], int]) -> None:
    lines = [f"{village},{school},{ms / 60_000!r}" for (village, school), ms in pairs.items()]
    times, findings = travel_times(tmp_path, "\n".join(["village_id,school_id,minutes", *lines]))
    assert not findings
    walk = times.pairs["primary"]
    read = zip(
        times.village_ids[walk.village_idx],
        times.school_ids[walk.school_idx],
        walk.milliseconds.tolist(),
        strict=True,
    )
    assert {(village, school): ms for village, school, ms in read} == pairs
