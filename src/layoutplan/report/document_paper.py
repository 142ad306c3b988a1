"""A Word document being written: headings, paragraphs, tables and pictures in one manner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Inches

from layoutplan.report.document_parts import (
    TEXT_WIDTH,
    add_field,
    bookmark,
    contents,
    plain_text,
    table_element,
)
from layoutplan.report.document_styles import dressed
from layoutplan.texts import Language, text

Align = Literal["left", "right", "center"]
Caption = Literal["table", "figure"]

_CHINESE: Final = "零一二三四五六七八九十"
_PICTURE_WIDTH: Final = TEXT_WIDTH - 0.04  # a hair less than the text, so that it is not moved
_LAST: Final = 10  # sections that have a Chinese number of one letter


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    head : str
        Its heading.
    share : float
        Of the width of the text; shares of a table are made to add up to it.
    align : {"left", "right", "center"}
        Of its cells; numbers stand at the right.
    """

    head: str
    share: float
    align: Align = "left"


class Paper:
    """A document to which parts are added one after the other.

    Parameters
    ----------
    language : {"en", "zh"}
        Of its headings and captions, which it numbers itself.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.document: Any = Document()
        self._style_ids = dressed(self.document, language)
        self.headings: list[tuple[str, str]] = []
        self._first: Any = None
        self._last: tuple[str, Any] = ("", None)
        self._n_parts = 0
        self._n_captions = {"table": 0, "figure": 0}

    def title(self, words: str) -> None:
        """Write the title."""
        self._add("Title", words)

    def subtitle(self, words: str) -> None:
        """Write a line under the title."""
        self._add("Subtitle", words)

    def heading(self, words: str) -> None:
        """Write the heading of a section, with its number, to which the contents lead."""
        number = len(self.headings) + 1
        self._n_parts = 0
        if self.language == "zh":
            said = f"{_CHINESE[number] if number <= _LAST else number}、{words}"
        else:
            said = f"{number}  {words}"
        paragraph = self._add("Heading 1", said)
        anchor = f"_Toc{number:04d}"
        bookmark(paragraph, anchor, number)
        self._first = self._first or paragraph
        self.headings.append((anchor, said))

    def part(self, words: str) -> None:
        """Write the heading of a part of a section, with its number."""
        self._n_parts += 1
        section = len(self.headings)
        if self.language == "zh":
            number = _CHINESE[self._n_parts] if self._n_parts <= _LAST else str(self._n_parts)
            said = f"（{number}）{words}"
        else:
            said = f"{section}.{self._n_parts}  {words}"
        self._add("Heading 2", said)

    def say(self, words: str, *, style: str = "Body Text") -> Any:
        """Write a paragraph, and return it."""
        return self._add(style, words)

    def note(self, words: str) -> None:
        """Write a small remark, as below a table."""
        self.say(words, style="Remark")

    def points(self, items: Sequence[str]) -> None:
        """Write a list of points, none for an empty text."""
        for item in items:
            if item:
                self.say(item, style="List Bullet")

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], caption: str = ""
    ) -> None:
        """Write a table with its caption above; its head stands again on every page."""
        self._keep_last()
        if caption:
            self._caption("table", caption).paragraph_format.keep_with_next = True
        body = self.document.element.body
        body.insert(len(body) - 1, table_element(columns, rows, caption))
        self.say("", style="After Table")

    def picture(self, content: bytes, caption: str, description: str) -> None:
        """Write a picture as wide as the text, with its caption below.

        Parameters
        ----------
        content : bytes
            PNG.
        caption : str
            Below it.
        description : str
            What it shows, for those who cannot see it.
        """
        self._keep_last()
        paragraph = self._add("Picture")
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(BytesIO(content), width=Inches(_PICTURE_WIDTH))
        for side in "TBLR":  # where nothing is said LibreOffice leaves a gap at the left
            shape._inline.set(f"dist{side}", "0")
        shape._inline.docPr.set("descr", plain_text(description))
        shape._inline.docPr.set("title", plain_text(caption))
        self._caption("figure", caption)

    def contents(self) -> None:
        """Write the contents before the first section; all sections are written by then."""
        contents(self._first, self.headings, self._style_ids["Contents"])

    def next_number(self, kind: Caption) -> str:
        """Return what the next table or figure will be called, such as "Table 3"."""
        return self._called(kind, self._n_captions[kind] + 1)

    def _add(self, style: str, words: str = "") -> Any:
        """Add a paragraph; python-docx looks every style up among all, which takes its time."""
        paragraph = self.document.add_paragraph(plain_text(words))
        paragraph._p.style = self._style_ids[style]
        self._last = (style, paragraph)
        return paragraph

    def _keep_last(self) -> None:
        """Keep what was said last on one page with the table or picture that it tells of."""
        style, paragraph = self._last
        if style == "Body Text":
            paragraph.paragraph_format.keep_with_next = True

    def _called(self, kind: Caption, number: int) -> str:
        """Return the name of a table or figure."""
        return text(f"document.{kind}", self.language, number=number)

    def _caption(self, kind: Caption, words: str) -> Any:
        """Write a caption whose number is a field, as Word numbers captions itself."""
        self._n_captions[kind] += 1
        number = self._n_captions[kind]
        before, after = self._called(kind, 0).split("0", 1)
        paragraph = self._add("Caption")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(before)
        add_field(paragraph, f"SEQ {before.strip()} \\* ARABIC", str(number))
        paragraph.add_run(f"{after}  {plain_text(words)}")
        return paragraph
