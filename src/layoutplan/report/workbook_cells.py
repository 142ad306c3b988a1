"""Texts as cells of a workbook hold them: safe, whole as far as they fit, and as wide as drawn."""

from __future__ import annotations

import re
from math import ceil
from typing import Final
from unicodedata import east_asian_width

from layoutplan.texts import Language, text

LONGEST: Final = 32_767  # characters of a cell in Excel, counted in UTF-16
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
# Not in XML, or not in UTF-8: halves of surrogate pairs and the two noncharacters.
_FORBIDDEN: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_PICTURES: Final = 0x2400  # of control characters: ␀ and those that follow
_DELETE: Final = 0x7F
_WIDE: Final = "WF"
# In digits, on average and with what is left over where a line is broken.
_LETTER: Final = 0.97
_WIDE_LETTER: Final = 2.05


def cell_text(value: str, language: Language) -> str:
    r"""Return a text as a cell can hold it, with all that had to change in sight.

    Control characters become their pictures, characters that no file can hold the replacement
    character, and a text longer than a cell ends with how much of it is missing.

    Examples
    --------
    >>> cell_text("a\x07b", "en")
    'a␇b'
    """
    if value.isprintable() and 2 * len(value) <= LONGEST and value[-1:] != ">":
        return value  # most texts: nothing below could change them
    shown = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub(_picture, value))
    # XlsxWriter writes what looks like rich text into the file as it is.
    if shown.startswith("<r>") and shown.endswith("</r>"):
        shown += " "
    return shown if _length(shown) <= LONGEST else _cut(shown, language)


def cell_width(value: str) -> int:
    """Return the width of a text in digits: letters of Chinese count double.

    Examples
    --------
    >>> cell_width("学校 1")
    6
    """
    if value.isascii():
        return len(value)
    return sum(2 if east_asian_width(letter) in _WIDE else 1 for letter in value)


def n_lines(value: str, width: float) -> int:
    """Return over how many lines a text goes that has `width` digits of room, at the least 1."""
    n_wide = cell_width(value) - len(value)
    room = (len(value) - n_wide) * _LETTER + n_wide * _WIDE_LETTER
    return max(1, ceil(room / max(width, 1.0)))


def _picture(found: re.Match[str]) -> str:
    """Return the picture of a control character."""
    code = ord(found.group())
    return "\N{SYMBOL FOR DELETE}" if code == _DELETE else chr(_PICTURES + code)


def _length(value: str) -> int:
    """Return the length of a text as Excel counts it."""
    return len(value) + sum(letter > "\uffff" for letter in value)


def _cut(value: str, language: Language) -> str:
    """Return the beginning of a text, and how many characters it lacks."""
    longest_mark = text("workbook.word.cut", language, n=len(value))
    room, kept = LONGEST - len(longest_mark), 0
    for letter in value:
        room -= 2 if letter > "\uffff" else 1
        if room < 0:
            break
        kept += 1
    return value[:kept] + text("workbook.word.cut", language, n=len(value) - kept)
