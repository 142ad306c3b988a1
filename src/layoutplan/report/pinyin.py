"""Chinese names in Latin letters, so that they can be looked for with any keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, product
from typing import Final

_CHINESE: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_NOT_ASKED: Final = re.compile("[^0-9a-z]+")
_MOST_READINGS: Final = 8  # of the initials of one name


def readings(names: Iterable[str]) -> list[str]:
    """Return how names are read, empty for a name without Chinese letters.

    Returns
    -------
    list of str
        The syllables of the first reading without tones, with spaces between; then, each after a
        ``|``, the initials of further readings where a letter has several. Numbers stay whole.

    Examples
    --------
    >>> readings(["\u674e\u96e8", "\u4e50\u5e73\u67513\u7ec4", "School 3"])
    ['li yu', 'le ping cun 3 zu|lpc3z|ypc3z', '']
    """
    return [_reading(name) if _CHINESE.search(name) else "" for name in names]


def _reading(name: str) -> str:
    """Return the readings of one name that has Chinese letters."""
    from pypinyin import Style, lazy_pinyin, pinyin

    syllables: list[str] = []
    initials: list[list[str]] = []
    several = pinyin(name, style=Style.FIRST_LETTER, heteronym=True)
    for part, letters in zip(lazy_pinyin(name), several, strict=True):
        syllable = _NOT_ASKED.sub("", part.lower())
        if not syllable:
            continue
        is_number = syllable[0].isdigit()
        heard = "" if is_number else _NOT_ASKED.sub("", "".join(each[:1] for each in letters))
        first = syllable if is_number else syllable[0]
        syllables.append(syllable)
        initials.append(list(dict.fromkeys([first, *heard])))
    further = islice(map("".join, product(*initials)), 1, 1 + _MOST_READINGS)
    return "|".join([" ".join(syllables), *further])
