"""Parts of a Word document that python-docx has no words for: fields, anchors, quick tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

TEXT_WIDTH: Final = 6.3  # inches: A4 with margins of 2.5 cm
_TWIPS: Final = round(TEXT_WIDTH * 1440)
_HEAD_FILL: Final = "E4ECF5"
_LINE: Final = "9AA5B1"
_UNSEEN: Final = "\ufffd"

# What XML cannot hold, and what turns the order of the letters after it around.
_ILLEGAL: Final = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


class TableColumn(Protocol):
    """What a table needs to know of a column."""

    @property
    def head(self) -> str:
        """Its heading."""

    @property
    def share(self) -> float:
        """Its share of the width."""

    @property
    def align(self) -> str:
        """``left``, ``right`` or ``center``."""


def plain_text(words: str) -> str:
    """Return any text as one line that a document can hold; what it cannot hold is seen as such.

    Examples
    --------
    >>> plain_text("one" + chr(10) + "line")
    'one line'
    """
    return re.sub(r"[\t\n\r]+", " ", _ILLEGAL.sub(_UNSEEN, words))


def add_field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field to a paragraph, with what it shows until it is worked out again."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind == "code":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
            run._r.append(element)
        elif kind != "shown":
            run._r.append(_field_mark(kind))


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Make a paragraph a place that links can lead to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    first = paragraph._p.find(qn("w:r"))
    first.addprevious(start)
    paragraph._p.append(end)


def contents(before: Any, entries: Sequence[tuple[str, str]], style_id: str) -> None:
    """Write the contents before a paragraph: links to the headings, as a field of Word.

    The entries stand there without being worked out; no pages are given, because only a
    program that sets the pages knows them.

    Parameters
    ----------
    before : docx.text.paragraph.Paragraph
        What follows the contents.
    entries : sequence of (anchor, heading)
        In their order.
    style_id : str
        Of their paragraphs.
    """
    for place, (anchor, heading) in enumerate(entries):
        paragraph = before.insert_paragraph_before()
        paragraph._p.style = style_id
        if place == 0:
            begin, code, middle = (paragraph.add_run() for _ in range(3))
            begin._r.append(_field_mark("begin"))
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = ' TOC \\o "1-1" \\n \\h \\z '
            code._r.append(element)
            middle._r.append(_field_mark("separate"))
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), anchor)
        link.set(qn("w:history"), "1")
        run = paragraph.add_run(plain_text(heading))
        paragraph._p.append(link)
        link.append(run._r)
        if place == len(entries) - 1:
            paragraph.add_run()._r.append(_field_mark("end"))


def table_element(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], description: str
) -> Any:
    """Return a table as an element: built as text, because cell by cell takes minutes.

    Parameters
    ----------
    columns : sequence
        Headings, widths and sides of the columns.
    rows : sequence of sequences of str
        Any texts, one for each column.
    description : str
        For those who cannot see it.
    """
    total = sum(column.share for column in columns)
    widths = [round(_TWIPS * column.share / total) for column in columns]
    aligns = [column.align for column in columns]
    head = _row(
        [column.head for column in columns], widths, ["center"] * len(columns), "Table Head"
    )
    body = (_row(row, widths, aligns, "Table Text") for row in rows)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        '</w:tblCellMar><w:tblLook w:val="0020" w:firstRow="1"/>'
        f"<w:tblDescription w:val={quoteattr(plain_text(description))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(body)}</w:tbl>"
    )


def _row(cells: Sequence[str], widths: Sequence[int], aligns: Sequence[str], style: str) -> str:
    """Return a row that no page break splits; that of the head comes again on every page."""
    is_head = style == "Table Head"
    mark = "<w:tblHeader/>" if is_head else ""
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{_HEAD_FILL}"/>' if is_head else ""
    side = '<w:vAlign w:val="center"/>'
    inside = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}{side}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(plain_text(cell))}</w:t></w:r></w:p></w:tc>'
        for cell, width, align in zip(cells, widths, aligns, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{inside}</w:tr>"


def _field_mark(kind: str) -> Any:
    """Return the mark that begins, divides or ends a field."""
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element
