"""The files that a ``case.toml`` names: where they must lie, and whether they are there."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path

from layoutplan.errors import Finding
from layoutplan.load.case_keys import CASE_TOML, Values
from layoutplan.load.case_sections import TABLES, error
from layoutplan.load.sources import is_file, is_within


def path_findings(
    folder: Path, sections: Mapping[str, Values], *, allow_outside: bool
) -> tuple[Finding, ...]:
    """Return what keeps the files that a case names from being read.

    Parameters
    ----------
    folder : Path
        Of the case.
    sections : Mapping
        What its ``case.toml`` says.
    allow_outside : bool
        Whether files may lie outside of the folder.
    """
    named = dict.fromkeys(written for _, written in _named(sections))
    findings = []
    for place, written in _named(sections):
        if written.startswith(("postgresql://", "postgres://")):
            findings.append(error("case.path.database", place))
        elif not (allow_outside or is_within(folder, folder / written)):
            findings.append(error("case.path.outside", place, path=written))
        elif not is_file(folder / written):
            there = {entry.name for entry in folder.iterdir() if entry.is_file()}
            likely = sorted(there - named.keys() - {CASE_TOML}) or sorted(there)
            closest = difflib.get_close_matches(written, likely, n=1) or sorted(there)
            names = ", ".join(closest)
            findings.append(error("case.path.missing", place, path=written, nearest=names))
    findings += [
        error("case.table.database", f"{section}.table")
        for section in TABLES
        if "table" in sections.get(section, {})
    ]
    return tuple(findings)


def tells_of_missing_roads(finding: Finding) -> bool:
    """Return whether a finding says that the case has no roads, or not yet."""
    is_roads = finding.rule == "case.path.missing" and finding.column == "roads.path"
    return is_roads or finding.rule == "case.roads.missing"


def _named(sections: Mapping[str, Values]) -> Iterator[tuple[str, str]]:
    """Yield every key that names a file, and the path it names."""
    roads = sections.get("roads", {})
    for section in (*TABLES, "roads"):
        if "path" in sections.get(section, {}):
            yield f"{section}.path", sections[section]["path"]
    for written in roads.get("elevation", ()):
        yield "roads.elevation", written
    for name, scenario in sections["scenario"].items():
        if "close_area" in scenario:
            yield f"scenario.{name}.close_area", scenario["close_area"]
