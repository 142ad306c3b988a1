"""Write small cases as folders of files, to be read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from layoutplan.errors import ConfigError, Finding
from layoutplan.load.case_file import read_case_file

VILLAGES = """village_id,name,township,lon,lat,pupils,school_id
001,Oak,North,105.10,34.10,12,s1
002,Elm,North,105.12,34.11,0,s1
003,Ash,South,105.14,34.05,30,s2
"""
SCHOOLS = """school_id,name,township,lon,lat,enrollment,seats
s1,Oak School,North,105.10,34.10,12,40
s2,Ash School,South,105.14,34.05,80,120
"""
MINUTES = """village_id,school_id,minutes
001,s1,0
001,s2,25.5
002,s1,8
003,s2,1
"""
CASE = """
[case]
name = "Three villages"
crs = "EPSG:4326"
language = "en"
[villages]
path = "villages.csv"
[schools]
path = "schools.csv"
[travel_times]
path = "minutes.csv"
[bands.primary]
mode = "walk"
max_minutes = 30
"""
TWO_BANDS = """
[bands.g1_3]
mode = "walk"
max_minutes = 30
[bands.g4_6]
mode = "bus"
max_minutes = 40
"""


def case_folder(
    folder: Path,
    *,
    case: str = CASE,
    files: Mapping[str, str | bytes] | None = None,
) -> Path:
    """Write a case of three villages and two schools, with `files` beside or instead, return it."""
    folder.mkdir(exist_ok=True)
    contents: dict[str, str | bytes] = {
        "case.toml": case,
        "villages.csv": VILLAGES,
        "schools.csv": SCHOOLS,
        "minutes.csv": MINUTES,
    }
    for name, content in (contents | dict(files or {})).items():
        as_bytes = content.encode("utf-8") if isinstance(content, str) else content
        (folder / name).write_bytes(as_bytes)
    return folder


def two_bands() -> str:
    """Return a case.toml with two bands."""
    return CASE[: CASE.index("[bands.primary]")] + TWO_BANDS


def rules_of(findings: Iterable[Finding]) -> set[str]:
    """Return the rules of `findings`, each rendered once in both languages on the way."""
    found = set()
    for finding in findings:
        assert finding.message_in("en")
        assert finding.message_in("zh")
        found.add(finding.rule)
    return found


def only(findings: Iterable[Finding], rule: str) -> Finding:
    """Return the one finding of a rule."""
    (finding,) = [finding for finding in findings if finding.rule == rule]
    return finding


def faults(folder: Path, case: str | bytes, **files: str) -> tuple[Finding, ...]:
    """Return what is wrong with a case.toml, each said once in both languages on the way."""
    case_folder(folder, files={"case.toml": case, **files})
    with pytest.raises(ConfigError) as caught:
        read_case_file(folder)
    assert rules_of(caught.value.findings)
    return caught.value.findings
