"""The workbook tells the plan: the same numbers, in both languages, and nothing it should not."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from cases.plans import drawn_plan
from cases.workbooks import TABLES, cells, sheet_rows, table, told_plan, written
from layoutplan.core.plan import Plan
from layoutplan.report.workbook import write_workbook
from layoutplan.texts import LANGUAGES, Language, catalog, text

SHEETS = ("overview", "schools", "villages", "flows", "indicators", "townships", "charts",
          "findings", "rules", "provenance")  # fmt: skip


def test_sheets_come_in_the_order_of_the_questions(tmp_path: Path) -> None:
    for language in LANGUAGES:
        book = written(told_plan(language), tmp_path)
        assert book.sheetnames == [text(f"workbook.sheet.{name}", language) for name in SHEETS]


def test_columns_have_the_same_names_in_every_language(tmp_path: Path) -> None:
    books = {language: written(told_plan(language), tmp_path) for language in LANGUAGES}
    for name in TABLES:
        found = [list(table(books[each], name, each).columns) for each in LANGUAGES]
        assert found[0] == found[1]
        assert len(set(found[0])) == len(found[0])


def test_headings_are_in_the_language_of_the_plan(tmp_path: Path) -> None:
    book = written(told_plan("zh"), tmp_path)
    for name in TABLES:
        for heading in sheet_rows(book, name, "zh")[0]:
            assert any(letter > "\u3000" for letter in str(heading.value)), heading.value


def test_schools_are_those_of_the_plan(tmp_path: Path) -> None:
    plan = told_plan()
    found = table(written(plan, tmp_path), "schools").set_index("school_id")
    wanted = plan.schools
    assert list(found.index) == sorted(wanted.index)
    for column in ("name", "enrollment_before", "enrollment_after", "seats", "beds", "reason"):
        assert found[column].tolist() == wanted[column].loc[found.index].tolist(), column
    assert found["action"].tolist() == ["stays", "merged", "stays"]
    assert found.loc["s2", "into"] == "s1;s3"
    assert found.loc["s2", "into_names"] == ", ".join(wanted["name"].loc[["s1", "s3"]])
    assert found.loc["s1", "pupils_before_g1_3"] == 32
    assert found.loc["s1", "pupils_after_g1_3"] == 41
    assert found.loc["s1", "change"] == 21
    assert found.loc["s3", "seats_use"] == pytest.approx(62 / 90)
    assert found.loc["s1", "max_minutes_after"] == pytest.approx(28.0)
    assert found.loc["s3", "unreached_after"] == 5
    assert found.loc["s2", "max_minutes_after"] == text("workbook.word.no_trips")


def test_the_cost_of_the_opposite_stands_beside_the_school(tmp_path: Path) -> None:
    found = table(written(told_plan(), tmp_path), "schools").set_index("school_id")
    assert found.loc["s2", "opposite"].startswith("In the best plan that keeps it")
    assert found.loc["s2", "delta_pupil_minutes"] == -320.5
    assert found.loc["s2", "opposite_status"] == "proven"
    assert found.loc["s1", "opposite"] in (None, "")
    assert found.loc["s1", "delta_pupil_minutes"] is None or np.isnan(
        found.loc["s1", "delta_pupil_minutes"]
    )


def test_villages_are_the_assignments(tmp_path: Path) -> None:
    plan = told_plan()
    found = table(written(plan, tmp_path), "villages")
    units = plan.assignments
    for column in ("village_id", "school_id", "school_id_before", "pupils"):
        assert found[column].tolist() == units[column].tolist(), column
    for column in ("minutes", "minutes_before"):
        minutes = pd.to_numeric(found[column], errors="coerce").fillna(np.inf)
        assert np.allclose(minutes, units[column]), column
    is_stuck = np.isinf(units["minutes"]).to_numpy()
    assert set(found.loc[is_stuck, "minutes"]) == {text("workbook.word.no_path")}
    assert set(found.loc[is_stuck, "state"]) == {text("workbook.word.no_path")}
    assert set(found["band"]) == {"Grades 1–3", "Grades 4–6"}
    assert found["limit"].tolist() == [30 if b == "g1_3" else 40 for b in units["band"]]
    moved = units["school_id"] != units["school_id_before"]
    assert (found["is_moved"] == "yes").tolist() == moved.tolist()


def test_the_next_best_school_is_open_and_another(tmp_path: Path) -> None:
    found = table(written(told_plan(), tmp_path), "villages")
    first = found[found["village_id"] == "v1"]
    # The nearest, s2, merges; s1 is where they go.
    assert set(first["next_school_id"]) == {"s3"}
    assert set(first["next_minutes"]) == {10.0}
    others = found[found["village_id"] != "v1"]
    assert set(others["next_school"]) == {text("workbook.word.none_near")}


def test_flows_add_up_to_who_moves(tmp_path: Path) -> None:
    plan = told_plan()
    found = table(written(plan, tmp_path), "flows")
    assert found["pupils"].sum() == 25
    assert (found["pupils_g1_3"] + found["pupils_g4_6"]).tolist() == found["pupils"].tolist()
    assert found[["from_id", "to_id"]].values.tolist() == [["s2", "s1"], ["s2", "s3"]]
    assert found["mean_minutes_after"].iloc[1] == 19.0


def test_a_plan_without_moves_says_so(tmp_path: Path) -> None:
    plan = told_plan()
    units = plan.assignments.assign(
        school_id=plan.assignments["school_id_before"],
        minutes=plan.assignments["minutes_before"],
    )
    found = table(written(replace(plan, assignments=units), tmp_path), "flows")
    assert found.iloc[0, 0] == text("workbook.note.no_flows")


def test_indicators_are_those_of_the_plan(tmp_path: Path) -> None:
    plan = told_plan()
    assert plan.indicators is not None
    found = table(written(plan, tmp_path), "indicators")
    wanted = plan.indicators.reset_index()
    assert found["indicator_name"].tolist() == wanted["indicator"].tolist()
    for column in ("before", "after", "change"):
        numbers = pd.to_numeric(found[column], errors="coerce").astype("float64")
        assert np.allclose(numbers, wanted[column], equal_nan=True), column
    marks = [text(f"workbook.word.{mark}") for mark in ("better", "worse", "worse", "same")]
    assert found["mark"].tolist()[:4] == marks
    assert found["mark"].iloc[4] in (None, "")
    assert found["village_after"].iloc[2] == plan.villages.loc["v5", "name"]


def test_every_indicator_and_unit_has_words() -> None:
    from layoutplan.evaluate.summary import _MEASURES
    from layoutplan.report.workbook_indicators import _UNITS

    for name, (unit, _) in _MEASURES.items():
        assert f"workbook.indicator.{name}" in catalog()
        assert f"workbook.unit.{_UNITS[unit][0]}" in catalog()


def test_every_rule_has_words() -> None:
    from dataclasses import fields

    from layoutplan.core.rules import Band, Costs, Rules, SolverSettings

    sections = {"rule": Rules, "limit": Band, "cost": Costs, "solver": SolverSettings}
    for section, kind in sections.items():
        names = {each.name for each in fields(kind)} - ({"name"} if kind is Band else set())
        missing = {name for name in names if f"workbook.{section}.{name}" not in catalog()}
        assert not missing, section


def test_townships_add_up(tmp_path: Path) -> None:
    plan = told_plan()
    found = table(written(plan, tmp_path), "townships")
    assert found["pupils"].sum() == plan.assignments["pupils"].sum()
    assert found["pupils_moved"].sum() == 25
    assert found["schools_before"].sum() == 3
    assert found["schools_after"].sum() == 2


def test_findings_say_where_and_what_to_do(tmp_path: Path) -> None:
    found = table(written(told_plan(), tmp_path), "findings")
    assert found["level"].tolist() == ["warning", "note"]
    assert found["where"].iloc[0] == "schools.csv"
    assert found["rule"].tolist() == ["plan.over_seats", "solve.ties_open"]
    assert found["sentence"].iloc[0].startswith("1 schools have more pupils than seats")
    assert found["ids"].iloc[0] == "s1"
    assert found["what_to_do"].tolist() == [
        text("workbook.todo.warning"),
        text("workbook.todo.note"),
    ]


def test_provenance_names_every_file(tmp_path: Path) -> None:
    plan = told_plan()
    found = table(written(plan, tmp_path), "provenance")
    files = found.iloc[: len(plan.inputs)]
    assert files["value"].tolist() == [each.path for each in plan.inputs]
    assert files["sha256"].tolist() == [each.sha256 for each in plan.inputs]
    assert files["rows"].tolist() == [each.rows for each in plan.inputs]
    assert text("workbook.attendance.reconstructed") in set(found["value"])


def test_older_plans_are_told_as_far_as_they_go(tmp_path: Path) -> None:
    plan = drawn_plan("en")
    book = written(plan, tmp_path)
    said = {cell.value for cell in cells(book)}
    for note in ("no_times", "no_indicators", "no_opposites"):
        assert text(f"workbook.note.{note}") in said, note
    assert "next_school" not in table(book, "villages")
    assert "opposite" not in table(book, "schools")


def test_a_meeting_sees_proof_and_purpose_first(tmp_path: Path) -> None:
    for language in LANGUAGES:
        plan = told_plan(language)
        first = written(plan, tmp_path).worksheets[0]
        said = [cell.value for row in first.iter_rows() for cell in row if cell.value is not None]
        assert said[0] == plan.name
        assert text("workbook.planning_evidence", language) in said[:5]
        assert {"Bureau", "For the meeting"} <= set(said)
        assert text("map.proof.optimal", language) in said


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("one.xlsx", "two.xlsx")]
    for path in paths:
        write_workbook(told_plan("zh"), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_are_ready_to_read_and_to_print(tmp_path: Path, language: Language) -> None:
    book = written(told_plan(language), tmp_path)
    for name in TABLES:
        sheet = book[text(f"workbook.sheet.{name}", language)]
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A2:")
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.right.text == "&P / &N"
    names = set(book.defined_names)
    assert {f"plan_{name}" for name in TABLES} <= names


def test_charts_draw_the_numbers_beside_them(tmp_path: Path) -> None:
    plan = told_plan()
    book = written(plan, tmp_path)
    sheet = book[text("workbook.sheet.charts")]
    assert len(openpyxl_charts(tmp_path / "report.xlsx")) == len(plan.bands) + 2
    numbers = [[row[at].value for row in sheet.iter_rows(min_row=3, max_row=11)] for at in (1, 2)]
    of_band = plan.assignments[plan.assignments["band"] == "g1_3"]
    for drawn in numbers:
        assert sum(drawn) == of_band["pupils"].sum()
    # The last class is that of pupils without a path.
    assert numbers[1][8] == 2


def openpyxl_charts(path: Path) -> list[str]:
    """Return the names of the charts in a workbook."""
    with zipfile.ZipFile(path) as package:
        return [name for name in package.namelist() if name.startswith("xl/charts/chart")]


def test_the_sample_is_told_as_it_is_written(sample_plan: Plan, tmp_path: Path) -> None:
    found = table(written(sample_plan, tmp_path), "schools", "zh").set_index("school_id")
    ordered = sample_plan.schools.loc[found.index]
    for column in ("enrollment_before", "enrollment_after", "seats", "beds", "reason", "into"):
        said = found[column].map(lambda value: "" if value is None else value)
        assert said.tolist() == ordered[column].tolist(), column
    frame = pd.read_excel(
        tmp_path / "report.xlsx", sheet_name="村庄", header=1, dtype={"village_id": "str"}
    )
    assert frame["village_id"].tolist() == sample_plan.assignments["village_id"].tolist()
    assert np.allclose(frame["minutes"], sample_plan.assignments["minutes"])
    assert openpyxl.load_workbook(tmp_path / "report.xlsx").properties.title == sample_plan.name
