"""What is written comes back; the bytes are fixed; no cell becomes a formula."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cases.plans import drawn_plan
from cases.towns import pairs_of
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.schema import ASSIGNMENTS_CSV, MS_PER_MINUTE, SCHOOLS_CSV
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import DataError, Finding
from layoutplan.plan.plan_json import plain, plan_json, read_plan_json
from layoutplan.plan.tables import (
    assignments_csv,
    read_assignments_csv,
    read_schools_csv,
    schools_csv,
    travel_times_csv,
)

PLAN = drawn_plan()
BOM = b"\xef\xbb\xbf"
# Beginnings that spreadsheets take for formulas, quotes, separators, and what hides them.
NASTY = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.text(st.sampled_from("=+-@\t\r\n'\"；;,＝＋－＠ a1张"), max_size=6),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cells_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def with_names(names: list[str], ids: list[str]) -> Plan:
    schools = PLAN.schools.rename(index=dict(zip(PLAN.schools.index, ids, strict=True)))
    return replace(PLAN, schools=schools.assign(name=names, into=ids[::-1], reason=names[::-1]))


def test_schools_csv_is_the_table_of_the_contract() -> None:
    content = schools_csv(drawn_plan())
    assert content.startswith(BOM)
    assert content.count(b"\r\n") == 4
    header, *rows = cells_of(content)
    assert tuple(header) == SCHOOLS_CSV
    assert rows[1][:10] == [
        "s2", "School 2", "merge", "s1;s3", "25", "0", "60", "0", "0",
        "All its pupils reach another school within the limit.",
    ]  # fmt: skip


def test_assignments_csv_is_the_table_of_the_contract() -> None:
    header, *rows = cells_of(assignments_csv(drawn_plan()))
    assert tuple(header) == ASSIGNMENTS_CSV
    assert rows[0] == ["v1", "g1_3", "s1", "day", "20", "4", "s1", "4"]
    assert rows[4] == ["v3", "g1_3", "s1", "day", "6", "22.5", "s2", "7"]
    assert rows[-1] == ["v8", "g4_6", "s3", "day", "3", "", "s3", ""]


def test_rows_are_sorted_by_id_whatever_their_order() -> None:
    plan = drawn_plan()
    turned = replace(plan, schools=plan.schools[::-1], assignments=plan.assignments[::-1])
    assert schools_csv(turned) == schools_csv(plan)
    assert assignments_csv(turned) == assignments_csv(plan)


def test_tables_come_back() -> None:
    plan = drawn_plan()
    assert_frame_equal(read_assignments_csv(assignments_csv(plan)), plan.assignments)
    schools = pd.DataFrame(plan.schools).reset_index()[list(SCHOOLS_CSV)]
    assert_frame_equal(read_schools_csv(schools_csv(plan)), schools)


@settings(deadline=None)
@given(st.lists(st.tuples(NASTY, NASTY), min_size=3, max_size=3, unique_by=lambda pair: pair[1]))
def test_any_text_comes_back_and_is_no_formula(texts: list[tuple[str, str]]) -> None:
    plan = with_names([name for name, _ in texts], [school_id for _, school_id in texts])
    content = schools_csv(plan)
    schools = pd.DataFrame(plan.schools).reset_index()[list(SCHOOLS_CSV)]
    expected = schools.sort_values("school_id", ignore_index=True)
    assert_frame_equal(read_schools_csv(content), expected, check_dtype=False)
    for row in cells_of(content):
        assert not any(cell.startswith(FORMULA_STARTS) for cell in row)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=50))
def test_every_millisecond_comes_back(milliseconds: list[int]) -> None:
    minutes = np.array(milliseconds) / MS_PER_MINUTE
    rows = PLAN.assignments.iloc[[0] * len(minutes)].assign(minutes=minutes)
    plan = replace(PLAN, assignments=rows)
    assert sorted(read_assignments_csv(assignments_csv(plan))["minutes"]) == sorted(minutes)


def test_travel_times_csv() -> None:
    times = TravelTimes(
        village_ids=pd.Index(["-1", "v2"]),
        school_ids=pd.Index(["s1", "s2"]),
        pairs={"low": pairs_of([[1.5, inf], [30, 1 / 3]]), "high": pairs_of([[inf, inf], [2, 4]])},
        modes={"low": "walk", "high": "bus"},
        source="roads",
    )
    assert cells_of(travel_times_csv(times)) == [
        ["village_id", "school_id", "mode", "minutes"],
        ["'-1", "s1", "walk", "1.5"],
        ["v2", "s1", "bus", "2"],
        ["v2", "s1", "walk", "30"],
        ["v2", "s2", "bus", "4"],
        ["v2", "s2", "walk", "0.33333"],
    ]


def test_travel_times_of_bands_that_walk_at_different_paces() -> None:
    times = TravelTimes(
        village_ids=pd.Index(["v1", "v2"]),
        school_ids=pd.Index(["s1", "s2"]),
        pairs={"low": pairs_of([[2, inf], [30, 3]]), "high": pairs_of([[1.5, inf], [20, 2]])},
        modes={"low": "walk", "high": "walk"},
        source="roads",
    )
    assert cells_of(travel_times_csv(times)) == [
        ["village_id", "school_id", "mode", "band", "minutes"],
        ["v1", "s1", "walk", "high", "1.5"],
        ["v1", "s1", "walk", "low", "2"],
        ["v2", "s1", "walk", "high", "20"],
        ["v2", "s1", "walk", "low", "30"],
        ["v2", "s2", "walk", "high", "2"],
        ["v2", "s2", "walk", "low", "3"],
    ]
    alike = replace(times, pairs=dict.fromkeys(times.pairs, times.pairs["low"]))
    assert list(alike.to_frame().columns) == ["village_id", "school_id", "mode", "minutes"]
    assert len(alike.to_frame()) == 3


def test_edited_numbers_are_read_as_they_are() -> None:
    content = assignments_csv(drawn_plan()).replace(b",20,4,", b",20.5,4.25,")
    rows = read_assignments_csv(content + b"\r\n\r\n")
    assert rows.loc[0, ["pupils", "minutes"]].tolist() == [20.5, 4.25]


@pytest.mark.parametrize(
    ("change", "rule", "rows", "column"),
    [
        (lambda text: text.replace("pupils", "children", 1), "store.csv.columns", (), ""),
        (lambda text: "", "store.csv.columns", (), ""),
        (lambda text: text.replace("how", "band", 1), "store.csv.columns", (), ""),
        (lambda text: text.replace(",20,4,", ",many,4,"), "store.csv.number", (2,), "pupils"),
        (lambda text: text.replace(",20,4,", ",,4,"), "store.csv.number", (2,), "pupils"),
        (lambda text: text.replace(",20,4,", ",inf,4,"), "store.csv.number", (2,), "pupils"),
        (lambda text: text.replace(",20,4,", ",20,nan,"), "store.csv.number", (2,), "minutes"),
        (lambda text: text.replace(",20,4,", ",20,4,5,"), "store.csv.cells", (2,), ""),
        (lambda text: text + '"open', "store.csv.unreadable", (), ""),
    ],
)
def test_broken_table_is_a_finding(change, rule, rows, column) -> None:  # type: ignore[no-untyped-def]  # a table of lambdas
    text = assignments_csv(drawn_plan()).decode("utf-8-sig")
    with pytest.raises(DataError) as caught:
        read_assignments_csv(change(text).encode())
    (finding,) = caught.value.findings
    assert (finding.rule, finding.rows, finding.column) == (rule, rows, column)
    assert finding.message.startswith("assignments.csv")


def test_table_in_another_encoding_is_a_finding() -> None:
    with pytest.raises(DataError, match="CSV UTF-8"):
        read_schools_csv("school_id,name\r\ns1,梁沟村小\r\n".encode("gbk"))


def test_all_broken_columns_are_found_at_once() -> None:
    text = assignments_csv(drawn_plan()).decode("utf-8-sig").replace(",20,4,", ",a,b,")
    with pytest.raises(DataError) as caught:
        read_assignments_csv(text.encode())
    assert [finding.column for finding in caught.value.findings] == ["pupils", "minutes"]


def test_plan_json_comes_back() -> None:
    finding = Finding(
        "plan.unreachable", "warning", table="assignments.csv", ids=("v8",), facts={"pupils": 5}
    )
    plan = replace(
        drawn_plan("zh"),
        findings=(finding,),
        objective=(ObjectiveResult("small_schools", 3.0, -inf, inf),),
    )
    said = read_plan_json(plan_json(plan, {"schools.csv": "0" * 64}).encode())
    assert said.pop("files") == {"schools.csv": "0" * 64}
    for name, value in said.items():
        assert getattr(plan, name) == value, name


def test_plan_json_is_the_contract_s() -> None:
    document = json.loads(plan_json(drawn_plan(), {}), parse_constant=pytest.fail)
    assert document["schema"] == "layoutplan-plan/1"
    assert {"status", "objective", "inputs", "rules", "versions", "seconds", "totals"} <= set(
        document
    )
    assert document["objective"][1] == {
        "name": "pupil_minutes", "value": 1500.0, "bound": 1495.5, "gap": 0.003,
    }  # fmt: skip
    assert document["inputs"][0] == {"path": "villages.csv", "sha256": "0" * 64, "rows": 8}


def test_finding_is_written_with_its_sentence() -> None:
    edited = Finding("store.edited", "warning", ids=("schools.csv",))
    plan = replace(drawn_plan("zh"), findings=(edited,))
    (finding,) = json.loads(plan_json(plan, {}))["findings"]
    assert finding["message"].startswith("schools.csv在方案生成后被改动过")


def test_plain_knows_numpy_and_leaves_no_infinity() -> None:
    value = {"a": np.int64(3), "b": np.float64(inf), "c": (nan, np.bool_(True)), 4: None}
    assert plain(value) == {"a": 3, "b": None, "c": [None, True], "4": None}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b"{" * 100_000,
        b'{"schema": "layoutplan-plan/2"}',
    ],
)
def test_broken_json_is_a_finding(content: bytes) -> None:
    with pytest.raises(DataError, match=r"plan\.json"):
        read_plan_json(content)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "done"),
        ("language", "fr"),
        ("totals", 3),
        ("objective", [{"name": "x"}]),
        ("bands", [{"name": "low"}]),
        ("findings", [{"rule": "no.such"}]),
        ("seconds", None),
        ("inputs", None),
    ],
)
def test_broken_key_is_a_finding(key: str, value: object) -> None:
    document = json.loads(plan_json(drawn_plan(), {})) | {key: value}
    with pytest.raises(DataError, match=r"plan\.json"):
        read_plan_json(json.dumps(document).encode())
