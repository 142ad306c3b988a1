"""How a Word document looks: the page, fonts by name, sizes, distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from layoutplan.report.document_parts import add_field, plain_text
from layoutplan.texts import Language, text


@dataclass(frozen=True)
class _Look:
    """Fonts for Latin and Chinese letters, size in points, distances before and after.

    `lines` is the height of a line; `chars` the indent of a first line, in hundredths of a
    letter, as Chinese documents have it.
    """

    latin: str
    chinese: str
    points: float
    before: float = 0.0
    after: float = 0.0
    lines: float = 1.0
    chars: int = 0
    is_bold: bool = False
    is_centered: bool = False


# Official documents in China set titles in a heavy Song, headings in Hei and Kai, text in
# FangSong; every one of these comes with Windows and with WPS.
_LOOKS: Final[dict[Language, dict[str, _Look]]] = {
    "zh": {
        "Normal": _Look("Times New Roman", "仿宋", 12),
        "Body Text": _Look("Times New Roman", "仿宋", 12, after=3, lines=1.4, chars=200),
        "Title": _Look("Times New Roman", "宋体", 22, 36, 6, is_bold=True, is_centered=True),
        "Subtitle": _Look("Times New Roman", "黑体", 15, 0, 12, is_centered=True),
        "Title Line": _Look("Times New Roman", "仿宋", 13, 0, 4, is_centered=True),
        "Decides": _Look("Times New Roman", "楷体", 12, 14, 6, 1.3, is_bold=True),
        "Heading 1": _Look("Times New Roman", "黑体", 15, 16, 8),
        "Heading 2": _Look("Times New Roman", "楷体", 13, 10, 5, is_bold=True),
        "List Bullet": _Look("Times New Roman", "仿宋", 12, after=2, lines=1.3),
        "Contents": _Look("Times New Roman", "仿宋", 12, after=2),
        "Contents Head": _Look("Times New Roman", "黑体", 13, 14, 6, is_centered=True),
        "Caption": _Look("Times New Roman", "黑体", 10, 6, 4, is_centered=True),
        "Picture": _Look("Times New Roman", "仿宋", 12, 4, 0, is_centered=True),
        "Table Head": _Look("Times New Roman", "黑体", 9, 1, 1),
        "Table Text": _Look("Times New Roman", "宋体", 9, 1, 1),
        "Remark": _Look("Times New Roman", "宋体", 9, 0, 6, lines=1.15),
        "After Table": _Look("Times New Roman", "宋体", 5),
        "Footer": _Look("Times New Roman", "宋体", 9, is_centered=True),
    },
    "en": {
        "Normal": _Look("Arial", "宋体", 10.5),
        "Body Text": _Look("Arial", "宋体", 10.5, after=6, lines=1.15),
        "Title": _Look("Arial", "宋体", 24, 36, 6, is_bold=True, is_centered=True),
        "Subtitle": _Look("Arial", "黑体", 14, 0, 12, is_centered=True),
        "Title Line": _Look("Arial", "宋体", 12, 0, 4, is_centered=True),
        "Decides": _Look("Arial", "宋体", 10.5, 14, 6, 1.15, is_bold=True),
        "Heading 1": _Look("Arial", "黑体", 16, 16, 8, is_bold=True),
        "Heading 2": _Look("Arial", "黑体", 13, 10, 5, is_bold=True),
        "List Bullet": _Look("Arial", "宋体", 10.5, after=3),
        "Contents": _Look("Arial", "宋体", 10.5, after=2),
        "Contents Head": _Look("Arial", "黑体", 13, 14, 6, is_bold=True, is_centered=True),
        "Caption": _Look("Arial", "黑体", 10, 6, 4, is_bold=True, is_centered=True),
        "Picture": _Look("Arial", "宋体", 10.5, 4, 0, is_centered=True),
        "Table Head": _Look("Arial", "黑体", 8.5, 1, 1, is_bold=True),
        "Table Text": _Look("Arial", "宋体", 8.5, 1, 1),
        "Remark": _Look("Arial", "宋体", 9, 0, 6),
        "After Table": _Look("Arial", "宋体", 5),
        "Footer": _Look("Arial", "宋体", 9, is_centered=True),
    },
}
_INK: Final = RGBColor(0x1A, 0x1A, 0x1A)
_LANGUAGES: Final = {"zh": "zh-CN", "en": "en-US"}
_KEPT_WITH_NEXT: Final = ("Heading 1", "Heading 2", "Contents Head")


def dressed(document: Any, language: Language) -> dict[str, str]:
    """Set page and styles of a new document; return the ids of the styles by name."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.3)
    known = {style.name: style for style in document.styles}
    used = {name: known.get(name) or _new_style(document, name) for name in _LOOKS[language]}
    for name, look in _LOOKS[language].items():
        _dress(used[name], look)
    for name in _KEPT_WITH_NEXT:
        used[name].paragraph_format.keep_with_next = True
    fonts = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    if fonts is not None:
        fonts.set(qn("w:val"), "en-US")
        fonts.set(qn("w:eastAsia"), "zh-CN")
    return {name: style.style_id for name, style in used.items()}


def page_numbers(document: Any, words: str, language: Language) -> None:
    """Write at the foot of every page what it belongs to and which page it is."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles["Footer"]
    if words:
        paragraph.add_run(f"{plain_text(words)}　　")
    before, rest = text("document.page", language, page="\0", pages="\1").split("\0")
    between, after = rest.split("\1")
    paragraph.add_run(before)
    add_field(paragraph, "PAGE", "1")
    paragraph.add_run(between)
    add_field(paragraph, "NUMPAGES", "1")
    paragraph.add_run(after)


def language_tag(language: Language) -> str:
    """Return the language as documents name it.

    Examples
    --------
    >>> language_tag("zh")
    'zh-CN'
    """
    return _LANGUAGES[language]


def _new_style(document: Any, name: str) -> Any:
    """Return a style for paragraphs that the document had not."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return style


def _dress(style: Any, look: _Look) -> None:
    """Set fonts, size and distances of a style."""
    style.font.size = Pt(look.points)
    style.font.bold = look.is_bold
    style.font.italic = False
    style.font.color.rgb = _INK
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), look.latin)
    fonts.set(qn("w:eastAsia"), look.chinese)
    properties.insert(0, fonts)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing = look.lines
    if look.is_centered:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph = style.element.get_or_add_pPr()
    for border in paragraph.findall(qn("w:pBdr")):
        paragraph.remove(border)
    if look.chars:
        form.first_line_indent = Pt(look.points * look.chars / 100)
        paragraph.find(qn("w:ind")).set(qn("w:firstLineChars"), str(look.chars))
