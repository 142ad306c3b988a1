"""Pictures find a font that has their letters, or say which one to install."""

from __future__ import annotations

import pytest
from matplotlib import rcParams

from layoutplan.errors import ConfigError
from layoutplan.report import fonts


def only_latin() -> dict[str, object]:
    """Return the fonts of a computer that has none with Chinese letters."""
    return {fonts.LATIN_FAMILY: fonts.installed_fonts()[fonts.LATIN_FAMILY]}


def test_latin_letters_need_no_other_font() -> None:
    assert fonts.families_for(["Pupils – 10 %", "Ìjẹ̀bú-Òde"]) == (fonts.LATIN_FAMILY,)


def test_the_font_for_chinese_letters_has_them_all() -> None:
    said = "云岭县小学布局规划"
    family, latin = fonts.families_for([said])
    assert latin == fonts.LATIN_FAMILY
    assert {ord(letter) for letter in said} <= fonts.letters_of(fonts.installed_fonts()[family])


def test_a_font_of_another_name_will_do_where_it_has_the_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "installed_fonts", lambda: {"Latin": "a", "Unheard Of": "b"})
    monkeypatch.setattr(
        fonts, "letters_of", lambda face: frozenset({ord("村")} if face == "b" else {ord("V")})
    )
    assert fonts.families_for(["村"]) == ("Unheard Of", fonts.LATIN_FAMILY)


def test_of_known_fonts_the_first_that_has_all_letters_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = fonts.CHINESE_FAMILIES[:2]
    has = {"a": frozenset(map(ord, "村学")), "b": frozenset(map(ord, "村学校"))}
    monkeypatch.setattr(fonts, "installed_fonts", lambda: {second: "b", first: "a"})
    monkeypatch.setattr(fonts, "letters_of", has.__getitem__)
    assert fonts.families_for(["村学"])[0] == first
    assert fonts.families_for(["村学校"])[0] == second


def test_without_a_chinese_font_one_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = only_latin()
    monkeypatch.setattr(fonts, "installed_fonts", lambda: latin)
    with pytest.raises(ConfigError) as caught:
        fonts.families_for(["村庄"])
    (finding,) = caught.value.findings
    assert finding.rule == "fonts.chinese.missing"
    for language in ("en", "zh"):
        said = finding.message_in(language)
        assert "apt install fonts-noto-cjk" in said
        assert "Windows" in said


def test_what_no_font_can_draw_is_seen_as_such() -> None:
    families = (fonts.LATIN_FAMILY,)
    assert fonts.drawable("a\x00\u202eb\U000e0001", families) == "a□□b□"
    assert fonts.drawable("$x^2$ <b>", families) == "$x^2$ <b>"


def test_looking_for_fonts_leaves_the_settings_alone() -> None:
    before = dict(rcParams)
    fonts.families_for(["村庄", "village"])
    assert dict(rcParams) == before
