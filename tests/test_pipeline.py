"""The Python verbs, in the order of the flow, on the example town."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import layoutplan as lp
from cases.changes import TOML, VILLAGES, edit, replace_all
from cases.towns import town
from layoutplan.core.rules import Band
from layoutplan.core.schema import ASSIGNMENTS_CSV, SCHOOLS_CSV, TRAVEL_TIMES_CSV
from layoutplan.demand.today import attendance_today
from layoutplan.examples.copy import EXAMPLE, write_example

VILLAGE_IDS = [f"V{k}" for k in range(1, 9)]
SCHOOL_IDS = ["S1", "S2", "S3"]
HALF_A_MS = 1e-5  # minutes


@pytest.fixture(scope="module")
def case() -> lp.Case:
    return lp.read_case(EXAMPLE)


@pytest.fixture(scope="module")
def times(case: lp.Case) -> lp.TravelTimes:
    return lp.travel_times(case)


@pytest.fixture(scope="module")
def plan(case: lp.Case, times: lp.TravelTimes) -> lp.Plan:
    return lp.optimize(case, times)


def test_the_case_is_frames_by_id(case: lp.Case) -> None:
    assert isinstance(case.villages, gpd.GeoDataFrame)
    assert isinstance(case.schools, gpd.GeoDataFrame)
    assert (case.villages.index.name, case.schools.index.name) == ("village_id", "school_id")
    assert case.villages.index.tolist() == VILLAGE_IDS
    assert case.schools.index.tolist() == SCHOOL_IDS
    assert case.villages.crs == case.schools.crs == "EPSG:4326"
    assert case.villages["pupils_primary"].dtype == np.int64
    assert case.findings == ()
    assert [file.path for file in case.inputs] == [
        "case.toml", "villages.csv", "schools.csv", "roads.geojson",
    ]  # fmt: skip


def test_a_case_is_read_from_its_folder_or_its_file(case: lp.Case) -> None:
    for path in (str(EXAMPLE), EXAMPLE / "case.toml"):
        assert_frame_equal(lp.read_case(path).villages, case.villages)


def test_travel_times_are_minutes_by_id(case: lp.Case, times: lp.TravelTimes) -> None:
    frame = times.to_frame()
    assert tuple(frame.columns) == TRAVEL_TIMES_CSV
    assert frame[["village_id", "school_id"]].duplicated().sum() == 0
    assert times.minutes("V4", "S3", "primary") == pytest.approx(19.0, abs=0.01)
    is_known = frame["minutes"] <= 30.0 + HALF_A_MS
    assert is_known.all()
    # PROOF.md: only from Far Ridge to River School it is more than 30 minutes.
    assert len(frame) == 23
    assert np.isinf(times.minutes("V8", "S1", "primary"))
    with pytest.raises(KeyError):
        times.minutes("V9", "S1", "primary")


@pytest.mark.parametrize("limit", [3.5, 10.0, 20.0])
def test_travel_times_hold_what_is_within_the_limit_and_todays_trips(
    tmp_path: Path, limit: float
) -> None:
    write_example(tmp_path / "case")
    edit(TOML, ("max_minutes = 30", "max_minutes = 1000"))(tmp_path / "case")
    everything = lp.travel_times(lp.read_case(tmp_path / "case")).to_frame()
    assert len(everything) == 24
    edit(TOML, ("max_minutes = 1000", f"max_minutes = {limit}"))(tmp_path / "case")
    case = lp.read_case(tmp_path / "case")
    today = case.villages["school_id"].reindex(everything["village_id"]).to_numpy()
    is_wanted = (everything["minutes"] <= limit) | (everything["school_id"] == today)
    found = lp.travel_times(case).to_frame()
    assert_frame_equal(found, everything[is_wanted].reset_index(drop=True))


def test_the_largest_limit_of_the_bands_of_a_mode_counts() -> None:
    bands = (Band("low", "walk", 10.0), Band("high", "walk", 20.0), Band("top", "bus", 5.0))
    minutes = [[4.0, 12.0], [18.0, 25.0]]
    pupils = {band.name: [3, 3] for band in bands}
    case = town(minutes, pupils=pupils, seats=[50, 50], today=["s1", "s2"], bands=bands)
    found = lp.travel_times(case).to_frame().set_index(["mode", "village_id", "school_id"])
    assert found["minutes"].to_dict() == {
        ("walk", "v1", "s1"): 4.0,
        ("walk", "v1", "s2"): 12.0,
        ("walk", "v2", "s1"): 18.0,
        ("walk", "v2", "s2"): 25.0,  # today's
        ("bus", "v1", "s1"): 4.0,
        ("bus", "v2", "s2"): 25.0,  # today's
    }


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_todays_attendance_worked_out_is_the_same_from_what_is_kept(data: st.DataObject) -> None:
    n_villages, n_schools = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 4))
    minute = st.sampled_from([2.0, 5.0, 5.0, 9.0, 31.0, 45.0, float("inf")])
    minutes = [[data.draw(minute) for _ in range(n_schools)] for _ in range(n_villages)]
    pupils = [data.draw(st.integers(1, 9)) for _ in range(n_villages)]
    roll = [data.draw(st.integers(0, 15)) for _ in range(n_schools)]
    case = town(minutes, pupils=pupils, seats=[99] * n_schools, enrollment=roll)
    assert case.travel_times is not None
    before = attendance_today(case, case.travel_times)
    after = attendance_today(case, lp.travel_times(case))
    assert before.source == after.source == "reconstructed"
    assert_frame_equal(before.units, after.units)
    assert before.findings == after.findings


def test_the_plan_is_frames_by_id(case: lp.Case, plan: lp.Plan) -> None:
    assert plan.status == "optimal"
    assert [(goal.name, goal.gap) for goal in plan.objective] == [
        ("small_schools", 0.0), ("pupil_minutes", 0.0),
    ]  # fmt: skip
    assert plan.objective[1].value == pytest.approx(957.0, abs=0.1)
    assert plan.schools.index.tolist() == SCHOOL_IDS
    assert set(SCHOOLS_CSV) - {"school_id"} <= set(plan.schools.columns)
    assert plan.schools["action"].to_dict() == {"S1": "keep", "S2": "merge", "S3": "keep"}
    assert tuple(plan.assignments.columns) == ASSIGNMENTS_CSV
    assert plan.assignments["pupils"].sum() == case.villages["pupils_primary"].sum()
    assert plan.assignments["minutes"].max() == pytest.approx(plan.totals["max_minutes"])


def test_times_are_worked_out_where_they_are_not_given(case: lp.Case, plan: lp.Plan) -> None:
    assert_frame_equal(lp.optimize(case).assignments, plan.assignments)
    assert lp.verify(case, plan) == ()


def test_verify_is_silent_until_something_breaks(
    case: lp.Case, times: lp.TravelTimes, plan: lp.Plan
) -> None:
    assert lp.verify(case, plan, times) == ()
    rows = plan.assignments.copy()
    rows.loc[rows["village_id"] == "V8", "school_id"] = "S1"  # 31 minutes
    found = lp.verify(case, replace(plan, assignments=rows), times)
    assert "verify.limit.moved" in {finding.rule for finding in found}
    assert {finding.level for finding in found} == {"error"}


def test_verify_tells_of_a_case_that_has_changed(tmp_path: Path, plan: lp.Plan) -> None:
    write_example(tmp_path / "case")
    edit(VILLAGES, (",28,", ",29,"))(tmp_path / "case")
    found = lp.verify(lp.read_case(tmp_path / "case"), plan)
    assert {"verify.inputs", "verify.assignments.pupils"} <= {finding.rule for finding in found}


def test_evaluate_is_a_frame_with_units(case: lp.Case, plan: lp.Plan) -> None:
    frame = lp.evaluate(case, plan)
    assert isinstance(frame, pd.DataFrame)
    assert {"unit", "before", "after"} <= set(frame.columns)
    assert frame.index.names == ["indicator", "band"]
    assert frame["unit"].ne("").all()
    assert frame.loc[("schools_open", "all"), ["before", "after"]].tolist() == [3, 2]
    assert frame.loc[("mean_minutes", "all"), "after"] == pytest.approx(plan.totals["mean_minutes"])


def test_show_renders(plan: lp.Plan) -> None:
    shown = lp.show(plan)
    assert isinstance(shown, folium.Map)
    assert plan.name in shown.get_root().render()


def test_a_plan_that_was_written_is_read_as_it_was(
    tmp_path: Path, case: lp.Case, plan: lp.Plan
) -> None:
    lp.write_plan(plan, tmp_path / "plan")
    again = lp.read_plan(str(tmp_path / "plan"))
    tables = {"villages", "schools", "assignments", "indicators"}
    for table in tables:
        assert_frame_equal(getattr(again, table), getattr(plan, table), check_dtype=False)
    assert_frame_equal(again.times.to_frame(), plan.times.to_frame())
    for name in set(vars(plan)) - tables - {"roads", "routes", "times"}:
        assert getattr(again, name) == getattr(plan, name), name
    assert lp.verify(case, again) == ()


def test_check_raises_nothing_and_tells_all(tmp_path: Path) -> None:
    assert lp.check(EXAMPLE) == ()
    write_example(tmp_path / "case")
    replace_all(VILLAGES, ",28,", ",x,")(tmp_path / "case")
    (finding,) = lp.check(tmp_path / "case")
    assert (finding.level, finding.table, finding.rows) == ("error", "villages.csv", (3,))
    with pytest.raises(lp.DataError) as caught:
        lp.read_case(tmp_path / "case")
    assert caught.value.findings == (finding,)
    assert isinstance(caught.value, ValueError)


def test_another_number_of_threads_in_the_same_process_is_no_fault(
    case: lp.Case, times: lp.TravelTimes, plan: lp.Plan
) -> None:
    for threads in (2, 1, 10_000):
        solver = replace(case.solver, threads=threads)
        other = lp.optimize(replace(case, solver=solver), times)
        assert_frame_equal(other.assignments, plan.assignments)


def test_an_unknown_solver_is_told_before_the_long_work(case: lp.Case) -> None:
    told: list[str] = []
    unknown = replace(case, solver=replace(case.solver, name="gurobbi"))
    with pytest.raises(lp.ConfigError, match="no solver called gurobbi"):
        lp.optimize(unknown, progress=lambda key, done, total: told.append(key))
    assert told == []
