"""Exceptions from the rules in case.toml: how they are read, and each fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.case_folder import case_folder, faults, only, rules_of, two_bands
from layoutplan.check.tables import check_tables
from layoutplan.core.rules import Exemption
from layoutplan.load.case import load_case
from layoutplan.load.case_file import read_case_file

EVERY = """
[[exceptions]]
villages = ["001", " 003 "]
band = "g1_3"
max_minutes = 41
authority = "县教〔2026〕5号"
[[exceptions]]
villages = ["002"]
band = "g4_6"
max_boarding_minutes = 150.5
stay = true
schools = ["s1"]
min_enrollment = 0
"""
BOARDING = two_bands() + "boarding = true\nmax_boarding_minutes = 120\n"
BY_BAND = "village_id,lon,lat,pupils_g1_3,pupils_g4_6\n001,105.1,34.1,4,8\n"


def test_every_exception_is_read(tmp_path: Path) -> None:
    read = read_case_file(case_folder(tmp_path, case=BOARDING + EVERY)).exceptions
    assert read == (
        Exemption(("001", "003"), "g1_3", 41.0, authority="县教〔2026〕5号"),
        Exemption(("002",), "g4_6", None, 150.5, True, ("s1",), 0),
    )
    assert read_case_file(case_folder(tmp_path, case=BOARDING)).exceptions == ()


@pytest.mark.parametrize(
    ("lines", "rule", "column"),
    [
        ("", "case.exception.nobody", "exceptions[1]"),
        ("max_minutes = 40", "case.exception.nobody", "exceptions[1]"),
        ('villages = ["001"]\nband = "g1_3"', "case.exception.nothing", "exceptions[1]"),
        ('villages = ["001"]\nmax_minutes = 40', "case.exception.both", "exceptions[1]"),
        ('schools = ["s1"]', "case.exception.both", "exceptions[1]"),
        ('villages = ["001"]\nband = "g1_3"\nmax_boarding_minutes = 90',
         "case.exception.boarding", "exceptions[1].max_boarding_minutes"),
        ('villages = ["001"]\nband = "g13"\nmax_minutes = 40',
         "case.band.unknown", "exceptions[1].band"),
        ('villages = "001"\nband = "g1_3"\nmax_minutes = 40',
         "case.value.ids", "exceptions[1].villages"),
        ('villages = []\nband = "g1_3"\nmax_minutes = 40',
         "case.value.ids", "exceptions[1].villages"),
        ('villages = [1]\nband = "g1_3"\nmax_minutes = 40',
         "case.value.ids", "exceptions[1].villages"),
        ('vilages = ["001"]\nband = "g1_3"\nmax_minutes = 40',
         "case.key.unknown", "exceptions[1].vilages"),
        ('villages = ["001"]\nband = "g1_3"\nmax_minutes = 0',
         "case.value.positive", "exceptions[1].max_minutes"),
        ('schools = ["s1"]\nmin_enrollment = -1',
         "case.value.whole", "exceptions[1].min_enrollment"),
    ],
)  # fmt: skip
def test_a_fault_in_an_exception(tmp_path: Path, lines: str, rule: str, column: str) -> None:
    findings = faults(tmp_path, f"{BOARDING}\n[[exceptions]]\n{lines}\n")
    assert (rule, column) in [(finding.rule, finding.column) for finding in findings]
    assert len({finding.column for finding in findings}) == 1


def test_exceptions_must_be_blocks(tmp_path: Path) -> None:
    finding = only(faults(tmp_path, f"exceptions = 3\n{BOARDING}"), "case.blocks.shape")
    assert "[[exceptions]]" in finding.message


def test_exceptions_of_places_that_do_not_exist(tmp_path: Path) -> None:
    wrong = EVERY.replace('["002"]', '["01", "v9"]').replace('["s1"]', '["s9"]')
    case_folder(tmp_path, case=BOARDING + wrong, files={"villages.csv": BY_BAND})
    case, findings = load_case(tmp_path)
    assert len(case.exceptions) == 2
    findings = check_tables(case)
    assert rules_of(findings) >= {"exceptions.village", "exceptions.school"}
    village = only(findings, "exceptions.village")
    assert (village.level, village.ids) == ("error", ("003", "01", "v9"))
    assert only(findings, "exceptions.school").ids == ("s9",)
    assert only(findings, "exceptions.authority").ids == ("01", "v9", "s9")
