"""Fonts of pictures: installed families that have the letters of a text, Chinese ones included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from layoutplan.errors import ConfigError, Finding

# Known for good letters of simplified Chinese, the best first: free ones, then those of Windows
# and macOS.
CHINESE_FAMILIES: Final = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "SimHei", "DengXian", "Heiti SC",
    "STHeiti", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Noto Serif CJK SC",
    "Noto Serif SC", "SimSun", "Songti SC", "FangSong", "AR PL UMing CN", "AR PL UKai CN",
    "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
LATIN_FAMILY: Final = "DejaVu Sans"  # comes with matplotlib
NO_LETTER: Final = "□"  # stands for what no font of the picture can draw

_IDEOGRAPHS: Final = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def families_for(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the font families to draw `texts` with, to be tried letter by letter in this order.

    Parameters
    ----------
    texts : iterable of str
        All that a picture says.

    Raises
    ------
    ConfigError
        When they hold Chinese letters and no installed font has these: which font to install.

    Examples
    --------
    >>> families_for(["Minutes to school"])
    ('DejaVu Sans',)
    """
    letters = {ord(letter) for said in texts for letter in said}
    chinese = frozenset(letter for letter in letters if is_ideograph(letter))
    if not chinese:
        return (LATIN_FAMILY,)
    family = _chinese_family(installed_fonts(), chinese)
    if not family:
        raise ConfigError(findings=[Finding("fonts.chinese.missing", "error")])
    return (family, LATIN_FAMILY)


def drawable(said: str, families: Sequence[str]) -> str:
    r"""Return a text with `NO_LETTER` for whatever none of the `families` can draw.

    Names from tables may hold anything; a letter that is missing is to be seen, not left out.

    Examples
    --------
    >>> drawable("a\x07b", (LATIN_FAMILY,))
    'a□b'
    """
    fonts = installed_fonts()
    known = [letters_of(fonts[family]) for family in families if family in fonts]
    return "".join(
        letter
        if letter == "\n" or (letter.isprintable() and any(ord(letter) in each for each in known))
        else NO_LETTER
        for letter in said
    )


def is_ideograph(letter: int) -> bool:
    """Return whether a code point is a Chinese letter.

    Examples
    --------
    >>> is_ideograph(ord("村")), is_ideograph(ord("V"))
    (True, False)
    """
    return any(first <= letter <= last for first, last in _IDEOGRAPHS)


def installed_fonts() -> Mapping[str, Any]:
    """Return the installed font families: name -> the file (and the face in it) of the upright."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    if not any(entry.name in CHINESE_FAMILIES for entry in fontManager.ttflist):
        # matplotlib remembers the fonts of its first run: one installed since is not among them.
        known = {str(entry.fname) for entry in fontManager.ttflist}
        for path in sorted(set(findSystemFonts()) - known):
            try:
                fontManager.addfont(path)
            except (OSError, RuntimeError):
                continue  # not a font that matplotlib can read, so none to draw with
    return {
        entry.name: _face(entry)
        for entry in reversed(fontManager.ttflist)
        if entry.style == "normal" and entry.weight in (400, "normal", "regular")
    }


@cache
def letters_of(face: Any) -> frozenset[int]:
    """Return the code points that a face of a font has letters for; none where it is unreadable."""
    from matplotlib.font_manager import get_font

    try:
        return frozenset(get_font(face).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


def _face(entry: Any) -> Any:
    """Return what names the face of an entry of matplotlib's list to matplotlib."""
    from matplotlib import font_manager

    path = getattr(font_manager, "FontPath", None)  # since matplotlib 3.11; before: first faces
    return path(entry.fname, entry.index) if path else entry.fname


def _chinese_family(fonts: Mapping[str, Any], letters: frozenset[int]) -> str:
    """Return the first family that has all the letters, else the known one that has the most.

    Empty where no known family has half of them, and none at all has every one.
    """
    known = [family for family in CHINESE_FAMILIES if family in fonts]
    having = {family: len(letters & letters_of(fonts[family])) for family in known}
    best = max(known, key=having.__getitem__, default="")
    if best and having[best] > len(letters) / 2:
        return next((family for family in known if having[family] == len(letters)), best)
    others = sorted(set(fonts) - set(known))
    return next((family for family in others if letters <= letters_of(fonts[family])), "")
