"""The public edition of the document tells no small count, however it is asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
from docx import Document
from docx.oxml.ns import qn

from cases.plans import drawn_plan
from cases.publics import crowded
from layoutplan.report.document import write_document
from layoutplan.report.public import HIDDEN, public_plan
from layoutplan.texts import text

RECEIVERS = "Received by (pupils)"


def said(path: Path) -> str:
    body: Any = Document(str(path)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def test_it_says_what_it_is_and_hides_small_counts(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    write_document(public_plan(crowded()), path)
    told = said(path)
    assert text("public.edition", "en") in told
    assert text("public.note", "en") in told
    assert text("public.left_out", "en") in told
    assert HIDDEN in told
    assert "SHA-256" not in told


def test_no_column_of_pupils_shows_one_to_four(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    write_document(public_plan(drawn_plan()), path)
    hidden = 0
    for table in Document(str(path)).tables:
        head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        for place in (place for place, each in enumerate(head) if each.startswith("Pupils")):
            assert not {row[place] for row in rows} & {"1", "2", "3", "4"}
        receivers = [row[head.index(RECEIVERS)] for row in rows if RECEIVERS in head]
        assert not any(re.search(r"\([1-4]\)", each) for each in receivers)
        hidden += sum(HIDDEN in cell for row in rows for cell in row)
    assert hidden


def test_a_trade_off_is_left_out(tmp_path: Path) -> None:
    front = pd.DataFrame(
        {
            "small_schools": [0.0, 1.0],
            "small_schools_bound": [0.0, 1.0],
            "pupil_minutes": [901.25, 700.0],
            "pupil_minutes_bound": [901.25, 700.0],
        }
    )
    one, other_path = tmp_path / "one.docx", tmp_path / "other.docx"
    public = public_plan(crowded())
    write_document(public, one, front)
    write_document(public, other_path)
    assert one.read_bytes() == other_path.read_bytes()
