"""Chinese names in Latin letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutplan.report.pinyin import readings


@pytest.mark.parametrize(
    ("name", "syllables"),
    [
        ("李家坪小学", "li jia ping xiao xue"),
        ("重庆路第3小学", "chong qing lu di 3 xiao xue"),
        ("乐平村（东）", "le ping cun dong"),
        ("Ladakh", ""),
        ("", ""),
    ],
)
def test_first_reading(name: str, syllables: str) -> None:
    assert readings([name])[0].split("|")[0] == syllables


def test_initials_of_other_readings_follow() -> None:
    assert readings(["乐平村3组"])[0].split("|")[1:] == ["lbc3z", "ypc3z", "ybc3z"]


@given(st.text(max_size=30))
def test_any_name_gives_letters_that_can_be_typed(name: str) -> None:
    reading = readings([name])[0]
    assert reading == reading.strip()
    assert set(reading) <= set("abcdefghijklmnopqrstuvwxyz0123456789 |")
    assert reading.count("|") <= 8
