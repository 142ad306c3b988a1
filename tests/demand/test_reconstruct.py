"""Attendance worked out from enrollment: exact, one answer only, at the size of a county."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band
from layoutplan.core.travel_times import TravelTimes
from layoutplan.demand.reconstruct import reconstruct

BANDS = (
    Band(name="g1_3", mode="walk", max_minutes=30.0),
    Band(name="g4_6", mode="bus", max_minutes=40.0),
)


def reconstructed(case: Case, times: TravelTimes | None = None) -> pd.DataFrame:
    times = times or case.travel_times
    assert times is not None
    return reconstruct(case, times)


def rows(units: pd.DataFrame) -> list[tuple[str, str, str, int]]:
    return [tuple(row) for row in units.itertuples(index=False)]


@st.composite
def towns_with_ties(draw: st.DrawFn) -> Case:
    """Draw towns of whole minutes, where many ways are equally good."""
    n_villages, n_schools = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    minutes = st.one_of(st.integers(1, 4).map(float), st.just(np.inf))
    table = st.lists(
        st.lists(minutes, min_size=n_schools, max_size=n_schools),
        min_size=n_villages,
        max_size=n_villages,
    )
    counts = st.lists(st.integers(0, 9), min_size=n_villages, max_size=n_villages)
    rolls = draw(st.lists(st.integers(0, 20), min_size=n_schools, max_size=n_schools))
    return town(
        {"walk": draw(table), "bus": draw(table)},
        pupils={"g1_3": draw(counts), "g4_6": draw(counts)},
        seats=[30] * n_schools,
        enrollment=rolls,
        bands=BANDS,
    )


def shuffled(case: Case, seed: int) -> Case:
    """Return `case` with villages and schools in another order, ids unchanged."""
    times = case.travel_times
    assert times is not None
    random = np.random.default_rng(seed)
    village_at, school_at = (random.permutation(len(f)) for f in (case.villages, case.schools))
    pairs = {}
    for band, old in times.pairs.items():
        village_idx = np.argsort(village_at)[old.village_idx].astype(np.int32)
        school_idx = np.argsort(school_at)[old.school_idx].astype(np.int32)
        order = np.lexsort((school_idx, village_idx))
        pairs[band] = replace(
            old,
            village_idx=village_idx[order],
            school_idx=school_idx[order],
            milliseconds=old.milliseconds[order],
        )
    villages, schools = case.villages.iloc[village_at], case.schools.iloc[school_at]
    return replace(
        case,
        villages=villages,
        schools=schools,
        travel_times=TravelTimes(villages.index, schools.index, pairs, times.modes, "table"),
    )


def test_two_villages_two_schools_by_hand() -> None:
    case = town([[2.0, 10.0], [3.0, 4.0]], pupils=[6, 6], seats=[20, 20], enrollment=[7, 4])
    # s1 takes all of v1 and one of v2; s2 takes four of v2; one of v2 has no place.
    assert rows(reconstructed(case)) == [
        ("v1", "primary", "s1", 6),
        ("v2", "primary", "s1", 1),
        ("v2", "primary", "s2", 4),
    ]


def test_candidates_and_schools_of_other_bands_receive_nobody() -> None:
    case = town(
        {"walk": [[1.0, 1.0, 5.0]], "bus": [[1.0, 1.0, 5.0]]},
        pupils={"g1_3": [4], "g4_6": [3]},
        seats=[9, 9, 9],
        enrollment=[9, 9, 9],
        bands=BANDS,
        kind=["candidate", "teaching_point", "primary"],
        teaches=["g1_3;g4_6", "g1_3", "g1_3;g4_6"],
    )
    assert rows(reconstructed(case)) == [("v1", "g1_3", "s2", 4), ("v1", "g4_6", "s3", 3)]


@settings(deadline=None, max_examples=50)
@given(towns_with_ties())
def test_stays_within_residents_and_enrollment(case: Case) -> None:
    units = reconstructed(case)
    assert (units["pupils"] > 0).all()
    assert not units.duplicated(["village_id", "band", "school_id"]).any()
    attending = units.groupby("school_id")["pupils"].sum()
    assert (attending <= case.schools["enrollment"].reindex(attending.index)).all()
    for band in BANDS:
        living = case.villages[f"pupils_{band.name}"]
        placed = units[units["band"] == band.name].groupby("village_id")["pupils"].sum()
        assert (placed.reindex(living.index, fill_value=0) <= living).all()


@settings(deadline=None, max_examples=50)
@given(towns_with_ties(), st.integers(0, 99))
def test_answer_does_not_depend_on_the_order_of_rows(case: Case, seed: int) -> None:
    assert rows(reconstructed(shuffled(case, seed))) == rows(reconstructed(case))


@settings(deadline=None, max_examples=50)
@given(towns_with_ties(), st.data())
def test_answer_is_the_same_from_fewer_pairs(case: Case, data: st.DataObject) -> None:
    times = case.travel_times
    assert times is not None
    units = reconstructed(case)
    trimmed = {}
    for band in BANDS:
        pairs = times.pairs[band.name]
        used = units[units["band"] == band.name]
        is_used = {
            (case.villages.index.get_loc(village), case.schools.index.get_loc(school))
            for village, school in zip(used["village_id"], used["school_id"], strict=True)
        }
        keep = data.draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
        is_kept: NDArray[np.bool_] = np.array(
            [
                kept or (village, school) in is_used
                for kept, village, school in zip(
                    keep, pairs.village_idx, pairs.school_idx, strict=True
                )
            ],
            dtype=bool,
        )
        trimmed[band.name] = pairs.where(is_kept)
    assert rows(reconstructed(case, replace(times, pairs=trimmed))) == rows(units)


def test_ties_are_broken_by_ids_alone() -> None:
    # Everything is equal, so only the ids decide; the same on every machine.
    case = town(np.full((5, 5), 5.0).tolist(), pupils=[4] * 5, seats=[9] * 5, enrollment=[4] * 5)
    schools = [school for _, _, school, _ in rows(reconstructed(case))]
    assert schools == ["s2", "s1", "s5", "s3", "s4"]


def test_hours_that_stand_for_never_do_not_overflow() -> None:
    never = 9_999_999.0
    case = town([[never, never], [never, 1.0]], pupils=[5, 5], seats=[9, 9], enrollment=[5, 5])
    assert rows(reconstructed(case)) == [("v1", "primary", "s1", 5), ("v2", "primary", "s2", 5)]


@pytest.mark.parametrize("share", [0.9, 1.1])
def test_a_county_is_filled_as_far_as_it_can_be(share: float) -> None:
    random = np.random.default_rng(7)
    villages, schools = random.random((400, 2)) * 30.0, random.random((80, 2)) * 30.0
    minutes = np.hypot(*(villages[:, None, :] - schools[None, :, :]).transpose(2, 0, 1)) * 12.0
    pupils = {band.name: random.integers(0, 60, 400).tolist() for band in BANDS}
    n_pupils = sum(map(sum, pupils.values()))
    attraction = random.lognormal(0.0, 0.7, 80)
    rolls = np.floor(attraction / attraction.sum() * n_pupils * share).astype(int).tolist()
    told: list[tuple[int, int]] = []
    case = town(
        {"walk": minutes.tolist(), "bus": (minutes / 4.0).tolist()},
        pupils=pupils,
        seats=rolls,
        enrollment=rolls,
        bands=BANDS,
    )
    assert case.travel_times is not None
    units = reconstruct(
        case, case.travel_times, progress=lambda _, done, total: told.append((done, total))
    )
    assert units["pupils"].sum() == min(n_pupils, sum(rolls))
    assert told
    assert all(0 <= done <= total == n_pupils for done, total in told)
