"""The document says what the plan says, in its language, and holds nothing but itself."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Twips

from cases.plans import drawn_plan, renamed
from layoutplan.core.case import Imprint
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.errors import Finding
from layoutplan.report import fonts
from layoutplan.report.document import write_document
from layoutplan.report.document_tables import MOST_ROWS
from layoutplan.texts import text

DECIDES = {
    "en": "the county government decides, after hearing those concerned",
    "zh": "由县级人民政府经听证等法定程序后决定",
}
FRONT = pd.DataFrame(
    {
        "point": [1, 2],
        "small_schools": [0.0, 1.0],
        "small_schools_bound": [0.0, 1.0],
        "pupil_minutes": [900.0, 700.0],
        "pupil_minutes_bound": [900.0, 700.0],
    }
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report.docx"


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the document of the plan drawn by hand, read back."""
    return written(drawn_plan(), tmp_path_factory.mktemp("document") / "report.docx")


def written(plan: Plan, path: Path, front: pd.DataFrame | None = None) -> Any:
    write_document(plan, path, front)
    return Document(str(path))


def said(document: Any) -> str:
    """Return all that stands in paragraphs and tables."""
    body = document.element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def cells(document: Any, head: str) -> list[list[str]]:
    """Return the rows of the table whose head holds `head`, with the head."""
    for table in document.tables:
        rows = [
            ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))]
            for row in table._tbl.iter(qn("w:tr"))
        ]
        if head in rows[0]:
            return rows
    raise AssertionError(f"no table with {head}")


def headings(document: Any, level: int) -> list[str]:
    style = f"Heading {level}"
    return [each.text for each in document.paragraphs if each.style.name == style]


def test_the_sections_are_numbered_in_the_manner_of_the_language(english: Any, path: Path) -> None:
    assert headings(english, 1)[3:5] == [
        "4  Schools to be merged",
        "5  Small schools that stay, and other changes",
    ]
    chinese = written(drawn_plan("zh"), path)
    assert headings(chinese, 1)[0] == "一、概述"
    assert headings(chinese, 1)[-1] == "九、未证明事项与局限"
    assert headings(chinese, 2)[0] == "（一）方案内容"


def test_the_contents_stand_there_and_lead_to_the_sections(english: Any) -> None:
    links = list(english.element.body.iter(qn("w:hyperlink")))
    shown = ["".join(t.text for t in link.iter(qn("w:t"))) for link in links]
    assert shown == headings(english, 1)
    places = {each.get(qn("w:name")) for each in english.element.iter(qn("w:bookmarkStart"))}
    assert {link.get(qn("w:anchor")) for link in links} == places
    codes = "".join(each.text for each in english.element.iter(qn("w:instrText")))
    assert "TOC" in codes


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_what_it_is_at_the_beginning_and_at_the_end(language: str, path: Path) -> None:
    document = written(drawn_plan("zh" if language == "zh" else "en"), path)
    told = [each.text for each in document.paragraphs if DECIDES[language] in each.text]
    assert len(told) == 2
    assert document.paragraphs[-1].text == told[-1]


def test_the_merged_schools_stand_with_their_numbers(english: Any) -> None:
    _, *rows = cells(english, "Received by (pupils)")
    (row,) = rows
    # v3 (11 pupils) and v5 (10) go to s1, v4 (4) to s3; the longest trips are 12 and 28 minutes.
    assert row == [
        "1",
        "School 2",
        "School 1 (21), School 3 (4)",
        "25",
        "12.0 → 28.0",
        "All its pupils reach another school within the limit.",
    ]


def test_a_small_school_that_stays_has_its_reason(path: Path) -> None:
    plan = drawn_plan()
    schools = plan.schools.assign(enrollment=[66, 25, 40])
    _, *rows = cells(written(replace(plan, schools=schools), path), "Pupils today")
    assert [row[1] for row in rows] == ["School 3"]
    assert rows[0][-1] == "Not small."


def test_other_changes_stand_with_seats(path: Path) -> None:
    plan = drawn_plan()
    schools = plan.schools.assign(action=["expand", "merge", "downgrade"])
    _, *rows = cells(written(replace(plan, schools=schools), path), "Change")
    assert [row[1:4] for row in rows] == [
        ["School 1", "expanded", "120"],
        ["School 3", "becomes a teaching point", "90"],
    ]


def test_who_is_affected_is_counted(english: Any) -> None:
    told = said(english)
    pupils = drawn_plan().assignments["pupils"]
    assert f"25 of {pupils.sum()} pupils change school" in told
    assert "They live in 3 villages." in told
    assert "Nobody is moved over a limit." in told
    assert "at most 0.3 % from the best" in told
    assert "the largest increase" not in told


def test_the_share_reconstructed_is_said(english: Any, path: Path) -> None:
    assert "share reconstructed: 100 %" in said(english)
    given = replace(drawn_plan(), attendance_source="table")
    assert "share reconstructed: 0 %" in said(written(given, path))


def test_files_stand_with_their_hashes(english: Any) -> None:
    _, *rows = cells(english, "SHA-256 (begins)")
    assert rows == [["villages.csv", "8", "0" * 12], ["schools.csv", "3", "1" * 12]]


def test_captions_are_numbered_by_fields(english: Any) -> None:
    captions = [each for each in english.paragraphs if each.style.name == "Caption"]
    for kind in ("Table", "Figure"):
        of_kind = [each.text for each in captions if each.text.startswith(kind)]
        assert [int(re.findall(r"\d+", each)[0]) for each in of_kind] == list(
            range(1, len(of_kind) + 1)
        )
    codes = [each.text for each in english.element.iter(qn("w:instrText"))]
    assert sum("SEQ Table" in code for code in codes) == len(english.tables)
    assert sum("SEQ Figure" in code for code in codes) == len(english.inline_shapes) == 3


def test_pages_are_numbered(english: Any) -> None:
    footer = english.sections[0].footer
    codes = [each.text.strip() for each in footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_tables_keep_their_head_and_fit_the_page(path: Path) -> None:
    document = written(drawn_plan("zh"), path, FRONT)
    section = document.sections[0]
    most = (section.page_width - section.left_margin - section.right_margin) // Twips(1)
    for table in document.tables:
        rows = list(table._tbl.iter(qn("w:tr")))
        assert rows[0].find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        widths = [int(each.get(qn("w:w"))) for each in table._tbl.iter(qn("w:gridCol"))]
        assert min(widths) > 300
        assert sum(widths) <= most + len(widths)


def test_pictures_are_described(path: Path) -> None:
    document = written(drawn_plan(), path, FRONT)
    shapes = document.inline_shapes
    described = [shape._inline.docPr.get("descr") for shape in shapes]
    assert len(described) == 4
    assert all(described)
    assert "8 villages and 3 schools: 1 merged" in described[0]


def test_alternatives_are_counted_as_a_safeguard(path: Path) -> None:
    rows = cells(written(drawn_plan(), path, FRONT), "Safeguard")
    assert ["met", "2 alternatives are compared in section 6."] in [row[2:] for row in rows]


def test_findings_stand_with_their_kind(path: Path) -> None:
    warning = Finding("store.edited", "warning", ids=("schools.csv",))
    document = written(replace(drawn_plan(), findings=(warning,)), path)
    assert cells(document, "Finding")[1] == ["warning", warning.message]
    assert "The check of the data gave 1 warning(s): see section 8." in said(document)


def test_a_long_table_ends_and_says_where_the_rest_is(path: Path) -> None:
    plan = drawn_plan()
    many = pd.concat([plan.schools.loc[["s3"]]] * (MOST_ROWS + 5))
    many.index = pd.Index([f"t{n:04d}" for n in range(len(many))], name="school_id")
    schools = pd.concat([plan.schools, many.assign(enrollment=3)])
    document = written(replace(plan, schools=schools), path)
    assert len(cells(document, "Pupils today")) == 1 + MOST_ROWS
    assert f"the first {MOST_ROWS} of {MOST_ROWS + 5}" in said(document)


HOSTILE = "<w:p>&amp;</script> =1+1 \x00\x1b\ufffe\u202e \U0001f600 ]]>" + "x" * 200


def test_names_are_text_whatever_they_hold(path: Path) -> None:
    plan = renamed(drawn_plan(), school=HOSTILE, village=HOSTILE)
    schools = plan.schools.assign(reason=HOSTILE, township=HOSTILE)
    imprint = Imprint(office=HOSTILE)
    document = written(replace(plan, name=HOSTILE, schools=schools, imprint=imprint), path)
    seen = HOSTILE
    for hidden in "\x00\x1b\ufffe\u202e":
        seen = seen.replace(hidden, "\ufffd")
    assert document.paragraphs[0].text == seen
    assert cells(document, "Received by (pupils)")[1][-1] == seen


def test_it_leads_nowhere_outside(path: Path) -> None:
    written(drawn_plan("zh"), path, FRONT)
    with zipfile.ZipFile(path) as packed:
        relations = [name for name in packed.namelist() if name.endswith(".rels")]
        assert all(b'TargetMode="External"' not in packed.read(name) for name in relations)
        assert not any("thumbnail" in name for name in packed.namelist())


def test_the_same_plan_gives_the_same_bytes(path: Path) -> None:
    plan = replace(drawn_plan("zh"), imprint=Imprint(office="云岭县教育局"))
    contents = []
    for _ in range(2):
        write_document(plan, path)
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]
    properties = Document(str(path)).core_properties
    assert (properties.title, properties.author) == (plan.name, "云岭县教育局")
    with zipfile.ZipFile(path) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
        assert b"dcterms:" not in packed.read("docProps/core.xml")


def test_chinese_letters_have_their_font_by_name(path: Path) -> None:
    document = written(drawn_plan("zh"), path)
    styles = {style.name: style.element for style in document.styles}
    for name, font in {"Body Text": "仿宋", "Heading 1": "黑体", "Table Text": "宋体"}.items():
        fonts_of = styles[name].find(f".//{qn('w:rFonts')}")
        assert fonts_of.get(qn("w:eastAsia")) == font
        assert fonts_of.get(qn("w:asciiTheme")) is None


def test_without_a_font_it_is_written_without_pictures_and_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    latin = {fonts.LATIN_FAMILY: fonts.installed_fonts()[fonts.LATIN_FAMILY]}
    monkeypatch.setattr(fonts, "installed_fonts", lambda: latin)
    document = written(drawn_plan("zh"), path, FRONT)
    assert not len(document.inline_shapes)
    assert text("document.no_pictures", "zh") in said(document)
    assert len(written(drawn_plan("en"), path).inline_shapes) == 3


def test_what_is_not_proven_is_said(english: Any, path: Path) -> None:
    assert "Not every goal is proven best" in said(english)
    proven = tuple(ObjectiveResult(r.name, r.value, r.value, 0.0) for r in drawn_plan().objective)
    best = replace(drawn_plan(), status="optimal", objective=proven)
    assert "Not every goal is proven best" not in said(written(best, path))
