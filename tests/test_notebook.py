"""What a notebook shows: nothing in it can be markup, and it reads in the case's language."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

import layoutplan as lp
from layoutplan.errors import Findings, counted
from layoutplan.examples.copy import write_example
from layoutplan.notebook import heading, paragraph, table

NASTY = "<img src=x onerror=alert(1)>\"'&</td><script>"
SMALL = lp.Finding("schools.same_name", "note", "schools", ids=("s1", NASTY))
SWAPPED = lp.Finding("villages.swapped", "error", "villages", facts={"km": "9000"})
FAR = lp.Finding("villages.far", "warning", "villages", ids=("v1",), facts={"km": "100"})


@pytest.mark.parametrize(
    "html", [heading(NASTY, NASTY), paragraph(NASTY), table([[NASTY]], [NASTY])]
)
def test_what_is_shown_is_text(html: str) -> None:
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img" in html
    assert '"&gt;' not in html.replace("&quot;", "")


def test_a_table_without_rows_or_header_is_empty() -> None:
    assert table([]).count("<tr") == 0
    assert table([[1, 2.5]], ["a", "b"]).count("<th ") == 2


def test_findings_are_a_tuple() -> None:
    found = Findings([SMALL, FAR], "zh")
    assert found == (SMALL, FAR)
    assert Findings() == ()
    assert (*found, SWAPPED) == (SMALL, FAR, SWAPPED)
    assert hash(Findings()) == hash(())
    assert repr(Findings()) == "()"


@pytest.mark.parametrize("copied", [copy.copy, lambda each: pickle.loads(pickle.dumps(each))])  # noqa: S301 - ours
def test_findings_keep_their_language_where_they_are_copied(copied) -> None:
    again = copied(Findings([SWAPPED], "zh"))
    assert (again, again.language) == ((SWAPPED,), "zh")


def test_findings_show_the_worst_first_in_their_language() -> None:
    html = Findings([SMALL, FAR, SWAPPED], "zh")._repr_html_()
    assert html.index("错误") < html.index(SWAPPED.message_in("zh"))
    assert html.index("villages.swapped") < html.index("villages.far") < html.index("same_name")
    assert counted([SMALL, FAR, SWAPPED], "zh") in html
    assert "<img" not in html
    assert "Finding" not in html


def test_no_findings_are_told_as_none() -> None:
    assert Findings()._repr_html_() == "<div>Errors: 0, warnings: 0, notes: 0</div>"


def test_many_findings_end_with_how_many_more() -> None:
    html = Findings([FAR] * 205)._repr_html_()
    assert html.count("<tr") == 201
    assert "and 5 more" in html


def test_one_finding_reads_in_both_languages() -> None:
    html = SWAPPED._repr_html_()
    assert SWAPPED.message_in("en") in html
    assert SWAPPED.message_in("zh") in html


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("case") / "town"
    write_example(path)
    return path


def test_findings_that_leave_the_library_can_be_shown(folder: Path, tmp_path: Path) -> None:
    case = lp.read_case(folder)
    plan = lp.optimize(case)
    lp.write_plan(plan, tmp_path)
    left = (
        case.findings, lp.travel_times(case).findings, plan.findings, lp.check(folder),
        lp.verify(case, plan), lp.read_plan(tmp_path).findings,
    )  # fmt: skip
    assert {type(found) for found in left} == {Findings}
    assert {found.language for found in left} == {case.language}


def test_findings_of_a_case_that_cannot_be_read_are_in_its_language(folder: Path) -> None:
    file = folder.parent / "broken" / "case.toml"
    file.parent.mkdir()
    file.write_text('[case]\nlanguage = "zh"\n', encoding="utf-8")
    found = lp.check(file.parent)
    assert (type(found), found.language) == (Findings, "zh")
    with pytest.raises(lp.ConfigError) as caught:
        lp.read_case(file.parent)
    assert type(caught.value.findings) is Findings
