"""Trips beyond what is known: the same answer as with all pairs, from few of them."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cases.towns import pairs_of, town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band
from layoutplan.core.travel_times import Pairs, TravelTimes
from layoutplan.demand.reconstruct import reconstruct
from layoutplan.demand.residents import residents
from layoutplan.demand.ties import tie_break
from layoutplan.demand.today import attendance_today

BANDS = (
    Band(name="g1_3", mode="walk", max_minutes=3.0),
    Band(name="g4_6", mode="bus", max_minutes=2.0),
)
Asked = list[tuple[str, list[int], list[int], int | None]]


class Roads:
    """All pairs of a case, which are found when asked for."""

    def __init__(self, times: TravelTimes) -> None:
        self.times = times
        self.asked: Asked = []

    def __call__(
        self,
        band: str,
        is_village: NDArray[np.bool_],
        is_school: NDArray[np.bool_],
        reach_ms: int | None,
    ) -> Pairs:
        villages, schools = (np.flatnonzero(mask).tolist() for mask in (is_village, is_school))
        self.asked.append((band, villages, schools, reach_ms))
        pairs = self.times.pairs[band]
        is_found = is_village[pairs.village_idx] & is_school[pairs.school_idx]
        if reach_ms is not None:
            is_found &= pairs.milliseconds <= reach_ms
        return pairs.where(is_found)


def known(case: Case) -> TravelTimes:
    """Return the travel times of a case within the limits of its modes."""
    times = case.travel_times
    assert times is not None
    pairs = {}
    for band in case.bands:
        every = times.pairs[band.name]
        pairs[band.name] = every.where(every.milliseconds <= case.limit_ms(band.mode))
    return replace(times, pairs=pairs)


def everything(case: Case) -> TravelTimes:
    assert case.travel_times is not None
    return case.travel_times


@st.composite
def towns_with_far_ways(draw: st.DrawFn) -> Case:
    """Draw towns where many trips are over the limit, and many equally long."""
    n_villages, n_schools = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    lengths = [1.0, 2.0, 3.0, 4.0, 7.0, 20.0, 900.0, 5000.0, np.inf]
    minutes = st.lists(
        st.lists(st.sampled_from(lengths), min_size=n_schools, max_size=n_schools),
        min_size=n_villages,
        max_size=n_villages,
    )
    counts = st.lists(st.integers(0, 9), min_size=n_villages, max_size=n_villages)
    rolls = st.lists(st.integers(0, 25), min_size=n_schools, max_size=n_schools)
    teaching = st.sampled_from(["g1_3", "g4_6", "g1_3;g4_6", "g1_3;g4_6"])
    return town(
        {"walk": draw(minutes), "bus": draw(minutes)},
        pupils={"g1_3": draw(counts), "g4_6": draw(counts)},
        seats=[30] * n_schools,
        enrollment=draw(rolls),
        bands=BANDS,
        teaches=draw(st.lists(teaching, min_size=n_schools, max_size=n_schools)),
    )


def milliseconds(case: Case) -> dict[tuple[str, str, str], int]:
    """Return the milliseconds of every pair by village, band and school."""
    times = everything(case)
    return {
        (times.village_ids[village], band, times.school_ids[school]): int(ms)
        for band, pairs in times.pairs.items()
        for village, school, ms in zip(
            pairs.village_idx, pairs.school_idx, pairs.milliseconds, strict=True
        )
    }


def by_network(case: Case) -> dict[tuple[str, str, str], int]:
    """Return what networkx makes of the pairs of a case, ties in steps of 2**-30 milliseconds."""
    times = milliseconds(case)
    units, enrollment = residents(case), case.schools["enrollment"]
    school_ids = enrollment.index[enrollment > 0].sort_values()
    share = tie_break(units, school_ids)
    graph = nx.DiGraph()
    graph.add_nodes_from(("home", "end"))
    for school in school_ids:
        graph.add_edge(("school", school), "end", capacity=int(enrollment[school]), weight=0)
    for unit, (village, band, pupils) in enumerate(units.itertuples(index=False)):
        graph.add_edge("home", (village, band), capacity=int(pupils), weight=0)
        for place, school in enumerate(school_ids):
            ms = times.get((village, band, school))
            if ms is not None and band in case.schools.loc[school, "bands"].split(";"):
                cost = min(ms, 2**28 - 1) << 30
                tie = int(share(np.array([unit]), np.array([place]))[0])
                graph.add_edge((village, band), ("school", school), weight=cost + tie)
    flow = nx.max_flow_min_cost(graph, "home", "end")
    return {
        (village, band, school): flow[village, band]["school", school]
        for village, band, _ in units.itertuples(index=False)
        for school in school_ids
        if flow[village, band].get(("school", school), 0)
    }


def on_roads(case: Case, units: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """Return the units whose school can be reached from their village."""
    times = milliseconds(case)
    seated = {(*names, school): pupils for *names, school, pupils in units.itertuples(index=False)}
    return {unit: pupils for unit, pupils in seated.items() if unit in times}


@settings(deadline=None, max_examples=60)
@given(towns_with_far_ways())
def test_the_answer_is_that_of_all_pairs_and_of_networkx(case: Case) -> None:
    all_at_once = reconstruct(case, everything(case))
    step_by_step = reconstruct(case, known(case), Roads(everything(case)))
    assert step_by_step.equals(all_at_once)
    assert on_roads(case, all_at_once) == by_network(case)


@settings(deadline=None, max_examples=25)
@given(towns_with_far_ways())
def test_trips_beyond_what_was_known_are_handed_over(case: Case) -> None:
    times = known(case)
    before = attendance_today(case, everything(case))
    after = attendance_today(case, times, Roads(everything(case)))
    assert after.units.equals(before.units)
    assert after.findings == before.findings
    again = attendance_today(case, times.joined(after.beyond))
    assert again.units.equals(before.units)
    assert again.findings == before.findings
    for band in case.bands:
        n_used = (after.units["band"] == band.name).sum()
        assert len(after.beyond.get(band.name, [])) <= n_used


def test_nothing_is_asked_where_the_limit_is_enough() -> None:
    case = town([[5.0, 900.0], [900.0, 5.0]], pupils=[10, 8], seats=[20, 20], enrollment=[10, 8])
    roads = Roads(everything(case))
    reconstruct(case, known(case), roads)
    assert roads.asked == []


def test_a_school_over_the_limit_is_asked_for_as_far_as_its_seats_are_worth() -> None:
    # The second school has no room for all of v2; the rest may go to s1 or s3, both too far.
    minutes = [[5.0, 900.0, 900.0], [50.0, 5.0, 40.0], [900.0, 900.0, 5.0]]
    case = town(minutes, pupils=[10, 10, 10], seats=[20, 20, 20], enrollment=[14, 6, 14])
    roads = Roads(everything(case))
    attendance = attendance_today(case, known(case), roads)
    assert ("v2", "primary", "s3", 4) in attendance.units.itertuples(index=False, name=None)
    first = roads.asked[0]
    assert first == ("primary", [1], [0, 2], 4 * 30 * 60_000)  # v2 only, where seats are free
    assert all(villages == [1] for _, villages, _, _ in roads.asked)
    assert attendance.beyond["primary"].milliseconds.tolist() == [40 * 60_000]


def test_only_who_is_cut_off_is_searched_to_the_end() -> None:
    minutes = np.where(np.eye(40) > 0, 5.0, 25.0)
    minutes[7] = np.inf
    case = town(minutes.tolist(), pupils=[10] * 40, seats=[20] * 40, enrollment=[12] * 40)
    roads = Roads(everything(case))
    units = reconstruct(case, known(case), roads)
    assert units["pupils"].sum() == 400  # v8 in the end by straight distance
    assert {tuple(villages) for _, villages, _, _ in roads.asked} == {(7,)}
    assert roads.asked[-1][3] is None


def test_pairs_of_both_are_joined_once() -> None:
    some, more = pairs_of([[1.0, np.inf], [np.inf, 4.0]]), pairs_of([[9.0, 2.0], [np.inf, 8.0]])
    assert some.joined(more).equals(pairs_of([[1.0, 2.0], [np.inf, 4.0]]))


def test_bands_that_travel_alike_share_what_is_found() -> None:
    bands = (
        Band(name="g1_3", mode="walk", max_minutes=30.0),
        Band(name="g4_6", mode="walk", max_minutes=30.0),
        Band(name="g7_9", mode="bus", max_minutes=30.0),
    )
    case = town([[5.0, np.inf]], pupils=[3], seats=[9, 9], bands=bands)
    more = everything(case).joined({"g1_3": pairs_of([[np.inf, 40.0]])})
    assert {band: len(pairs) for band, pairs in more.pairs.items()} == {
        "g1_3": 2, "g4_6": 2, "g7_9": 1
    }  # fmt: skip
    assert "band" not in more.to_frame()


@pytest.mark.parametrize("share", [0.9, 1.2])
def test_memory_grows_with_the_pairs(share: float) -> None:
    n_villages, n_schools, n_each = 3000, 800, 10
    random = np.random.default_rng(5)
    points, sites = random.random((n_villages, 2)), random.random((n_schools, 2))
    village_idx = np.repeat(np.arange(n_villages), n_each)
    apart = np.hypot(*(points[:, None] - sites[None, :]).transpose(2, 0, 1))
    school_idx = np.sort(np.argpartition(apart, n_each, axis=1)[:, :n_each], axis=1).ravel()
    milliseconds = np.rint(apart[village_idx, school_idx] * 36_000_000.0).astype(np.int64)
    del apart
    pupils = random.integers(1, 40, n_villages)
    roll = random.lognormal(0.0, 0.4, n_schools)
    enrollment = np.floor(roll / roll.sum() * pupils.sum() * share).astype(int)
    case = town(
        np.full((n_villages, n_schools), np.inf).tolist(),
        pupils=pupils.tolist(),
        seats=enrollment.tolist(),
        enrollment=enrollment.tolist(),
    )
    pairs = Pairs(village_idx.astype(np.int32), school_idx.astype(np.int32), milliseconds)
    times = replace(everything(case), pairs={"primary": pairs})
    tracemalloc.start()
    units = reconstruct(case, times)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert units["pupils"].sum() > 0
    assert (
        peak < n_villages * n_schools * 8 / 3
    )  # a table of whole numbers alone has three times that
