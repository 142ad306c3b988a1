"""Who may board, and where there are beds."""

from __future__ import annotations

from dataclasses import replace

from cases.case_folder import only, rules_of
from cases.towns import sound_town
from layoutplan.check.boarding import check_boarding
from layoutplan.check.tables import check_tables
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Expansion

HIGH = Band("high", "bus", 40.0, grades=(4, 5, 6), boarding=True, max_boarding_minutes=120.0)
DAY = (Band("low", "walk", 30.0, grades=(1, 2, 3)),)


def check(case: Case):
    """Return the findings about boarding, which are all there are."""
    findings = check_boarding(case)
    rules_of(findings)
    assert findings == check_tables(case)
    return findings


def test_boarding_from_grade_four_with_beds_is_sound() -> None:
    assert check(sound_town(bands=(HIGH,), beds=[0, 9])) == ()
    assert check(sound_town(bands=(HIGH,), expansions=[Expansion("s1", 0, 9)])) == ()


def test_young_pupils_do_not_board() -> None:
    young = replace(HIGH, grades=(2, 3, 4))
    finding = only(check(sound_town(bands=(young,), beds=[0, 9])), "bands.boarding.young")
    assert (finding.level, finding.column) == ("warning", "bands.high.boarding")
    assert finding.facts == {"grades": "2, 3", "least": 4}
    assert "国办发〔2018〕27号" in finding.message


def test_a_weekly_trip_no_longer_than_the_daily_one() -> None:
    short = replace(HIGH, max_boarding_minutes=40.0)
    finding = only(check(sound_town(bands=(short,), beds=[0, 9])), "bands.boarding.short")
    assert finding.column == "bands.high.max_boarding_minutes"


def test_boarders_without_beds_and_beds_without_boarders() -> None:
    assert only(check(sound_town(bands=(HIGH,))), "schools.beds.none").level == "note"
    case = sound_town(bands=DAY, beds=[0, 9], expansions=[Expansion("s1", 0, 5)])
    assert only(check(case), "schools.beds.nobody").ids == ("s2", "s1")
    assert check(sound_town(bands=DAY)) == ()
