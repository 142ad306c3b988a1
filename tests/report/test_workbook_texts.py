"""Whatever the tables hold, the workbook holds it as text; its public edition hides few pupils."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from cases.plans import renamed
from cases.workbooks import HOSTILE, TABLES, cells, sheet_rows, table, told_plan, written
from layoutplan.core.plan import Plan
from layoutplan.report.public import HIDDEN, public_plan
from layoutplan.report.workbook_cells import LONGEST, cell_text, cell_width
from layoutplan.texts import LANGUAGES


def hostile_plan(name: str) -> Plan:
    """Return a plan with a bad name wherever somebody can write one."""
    plan = renamed(told_plan(), village=name, school=name)
    schools = plan.schools.assign(reason=name, township=name)
    villages = plan.villages.assign(township=name)
    return replace(
        plan,
        name=name,
        schools=schools,
        villages=villages,
        imprint=replace(plan.imprint, office=name, footer=name, review_no=name),
        rules={**plan.rules, "movement": name, "scenario": name},
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_the_texts_they_are(tmp_path: Path, name: str) -> None:
    book = written(hostile_plan(name), tmp_path)
    kinds = {cell.data_type for cell in cells(book)}
    assert "f" not in kinds
    found = table(book, "schools").set_index("school_id")
    assert str(found.loc["s1", "name"]).rstrip() == name
    assert str(found.loc["s1", "reason"]).rstrip() == name
    links = [cell.hyperlink for cell in cells(book) if cell.hyperlink]
    assert all(link.location and link.target is None for link in links)


def test_no_cell_is_a_formula_and_every_part_is_sound(tmp_path: Path) -> None:
    written(hostile_plan(HOSTILE[0]), tmp_path)
    with zipfile.ZipFile(tmp_path / "report.xlsx") as package:
        assert package.testzip() is None
        for name in package.namelist():
            root = ElementTree.fromstring(package.read(name))  # noqa: S314 our own file
            if name.startswith("xl/worksheets/sheet"):
                assert not [each for each in root.iter() if each.tag.endswith("}f")]


def test_ids_keep_their_zeros(tmp_path: Path) -> None:
    plan = told_plan()
    schools = plan.schools.rename(index={"s1": "0012"})
    units = plan.assignments.replace({"school_id": {"s1": "0012"}})
    units = units.replace({"school_id_before": {"s1": "0012"}})
    book = written(replace(plan, schools=schools, assignments=units), tmp_path)
    ids = [row[0] for row in sheet_rows(book, "schools")[2:]]
    assert "0012" in [cell.value for cell in ids]
    assert {cell.data_type for cell in ids} == {"s"}
    assert {cell.number_format for cell in ids} == {"@"}


def test_control_characters_are_seen() -> None:
    assert cell_text("a\x00b\x1fc\x7fd\ne", "en") == "a␀b␟c␡d␊e"
    assert cell_text("\ud800\ufffe", "en") == "��"


def test_what_a_file_cannot_hold_is_written_all_the_same(tmp_path: Path) -> None:
    name = "bell \x07, none \uffff, escape _x0041_"
    found = table(written(hostile_plan(name), tmp_path), "schools").set_index("school_id")
    assert found.loc["s1", "name"] == "bell ␇, none �, escape _x0041_"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", ["x", "学", "🏫"])
def test_a_text_too_long_says_what_it_lacks(tmp_path: Path, language: str, letter: str) -> None:
    shown = cell_text(letter * 40_000, "zh" if language == "zh" else "en")
    length = len(shown.encode("utf-16-le")) // 2
    assert LONGEST - 30 < length <= LONGEST
    lacking = 40_000 - shown.count(letter)
    assert str(lacking) in shown[-60:]
    book = written(hostile_plan(letter * 40_000), tmp_path)
    assert len(table(book, "schools")["reason"].iloc[0].encode("utf-16-le")) // 2 <= LONGEST


def test_letters_of_chinese_are_twice_as_wide() -> None:
    assert cell_width("学校") == 4
    assert cell_width("school") == 6
    assert cell_width("（1）") == 5


def test_the_public_edition_shows_no_small_count(tmp_path: Path) -> None:
    plan = told_plan()
    book = written(public_plan(plan), tmp_path)
    counted = {
        "schools": ["enrollment_before", "enrollment_after", "pupils_before_g1_3",
                    "pupils_after_g4_6", "boarders_after", "over_limit_after", "change"],
        "villages": ["pupils"],
        "flows": ["pupils", "pupils_g1_3", "pupils_g4_6"],
        "townships": ["pupils", "pupils_moved", "over_limit_before", "over_limit_after"],
    }  # fmt: skip
    for name, columns in counted.items():
        found = table(book, name)
        for column in columns:
            small = [each for each in found[column] if isinstance(each, int) and 0 < abs(each) < 5]
            assert not small or column == "change", (name, column)
    units = public_plan(plan).assignments
    shown = table(book, "villages")["pupils"].tolist()
    assert shown == [HIDDEN if n < 5 else n for n in units["pupils"]]
    assert HIDDEN in shown


def test_the_public_edition_leaves_out_what_tells_more(tmp_path: Path) -> None:
    book = written(public_plan(told_plan()), tmp_path)
    assert "opposite" not in table(book, "schools")
    assert table(book, "findings")["level"].isna().all()
    said = {str(cell.value) for cell in cells(book)}
    assert not said & {each.sha256 for each in told_plan().inputs}
    assert not any("25" in each for each in table(book, "schools")["reason"])


def test_charts_of_the_public_edition_leave_small_classes_out(tmp_path: Path) -> None:
    book = written(public_plan(told_plan()), tmp_path)
    sheet = book["Charts"]
    of_bands = [
        cell.value
        for first in (3, 23)
        for row in sheet.iter_rows(min_row=first, max_row=first + 8, min_col=2, max_col=3)
        for cell in row
    ]
    assert HIDDEN in of_bands
    assert not [each for each in of_bands if isinstance(each, int) and 0 < each < 5]


def test_masks_of_indicators_follow_their_numbers(tmp_path: Path) -> None:
    plan = public_plan(told_plan())
    plan = replace(plan, indicators=told_plan().indicators)
    found = table(written(plan, tmp_path), "indicators").set_index("indicator_name")
    assert found.loc["pupils_over_limit", "before"] == 12
    assert found.loc["pupils_over_limit", "after"] == HIDDEN
    assert found.loc["mean_minutes", "after"] == 9.5


def test_every_cell_of_a_table_has_a_style(tmp_path: Path) -> None:
    book = written(told_plan("zh"), tmp_path)
    for name in TABLES:
        numbers = [
            cell.number_format
            for row in sheet_rows(book, name, "zh")[2:]
            for cell in row
            if isinstance(cell.value, float) and np.isfinite(cell.value)
        ]
        if name in ("schools", "villages", "indicators", "townships"):
            assert "General" not in set(numbers) or name == "villages", name
