"""The sections of a ``case.toml``, value by value, and all that is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from layoutplan.core.schema import OBJECTIVES
from layoutplan.errors import Finding
from layoutplan.load.case_keys import (
    BLOCKS,
    CASE_TOML,
    LATER_OBJECTIVES,
    REQUIRED_SECTIONS,
    SECTIONS,
    Values,
    read_section,
    unknown_key,
)
from layoutplan.load.columns import (
    ATTENDANCE_COLUMNS,
    SCHOOL_COLUMNS,
    TRAVEL_TIME_COLUMNS,
    village_columns,
)
from layoutplan.load.headers import fold

TABLES = ("villages", "schools", "attendance", "travel_times")

_BLOCK_NAME = re.compile(r"\w+")
_EXAMPLES = {"bands": "bands.g1_3", "scenario": "scenario.winter"}
_NAME_RULES = {"bands": "case.band.name", "scenario": "case.scenario.name"}


def read_sections(document: Mapping[str, Any]) -> tuple[dict[str, Values], tuple[Finding, ...]]:
    """Return the values of every section, and all that is wrong with them.

    Parameters
    ----------
    document : Mapping
        The file as toml read it.

    Returns
    -------
    sections : dict
        Section -> key -> value; for ``bands`` and ``scenario`` name -> key -> value.
    findings : tuple of Finding
        Errors only; with one of them the values are not to be used.
    """
    known = (*SECTIONS, *BLOCKS)
    findings = [unknown_key(name, known) for name in document if name not in known]
    findings += [
        error("case.section.missing", name) for name in REQUIRED_SECTIONS if not document.get(name)
    ]
    if "roads" not in document and "travel_times" not in document:
        findings.append(error("case.roads.missing", "roads"))
    sections: dict[str, Values] = {}
    for name, keys in SECTIONS.items():
        if name in document:
            sections[name], found = read_section(document[name], keys, name)
            findings += found
    for name in BLOCKS:
        sections[name], of_blocks = _read_blocks(name, document.get(name, {}))
        findings += of_blocks
    faulty = {finding.column for finding in findings}  # is there, but will not do
    lacking = (*_band_findings(sections["bands"]), *_scenario_findings(sections["scenario"]))
    findings += [finding for finding in lacking if finding.column not in faulty]
    findings += (*_order_findings(sections), *_column_findings(sections))
    return sections, tuple(findings)


def error(rule: str, column: str = "", **facts: object) -> Finding:
    """Return an error about a key of case.toml."""
    return Finding(rule, "error", CASE_TOML, column=column, facts=facts)


def _read_blocks(section: str, written: object) -> tuple[Values, list[Finding]]:
    """Return the values of every section within a section, by name."""
    if not isinstance(written, dict):
        return {}, [error("case.section.shape", section, place=_EXAMPLES[section])]
    blocks: Values = {}
    findings: list[Finding] = []
    for name, keys in written.items():
        place = f"{section}.{name}"
        blocks[name], found = read_section(keys, BLOCKS[section], place)
        findings += found
        if not _BLOCK_NAME.fullmatch(name):
            findings.append(error(_NAME_RULES[section], place, name=name))
    return blocks, findings


def _band_findings(bands: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for what bands lack, and for those that cannot be told apart."""
    for name, band in bands.items():
        if band.get("boarding") and "max_boarding_minutes" not in band:
            yield error("case.band.boarding", f"bands.{name}.max_boarding_minutes")
    seen: dict[str, str] = {}
    for name in bands:
        other = seen.setdefault(fold(name), name)
        if other != name:
            yield error("case.band.alike", f"bands.{name}", name=name, other=other)


def _scenario_findings(scenarios: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every scenario that says how slow steep roads are, or where, not both."""
    for name, scenario in scenarios.items():
        missing = {"steep_percent", "steep_share"} - scenario.keys()
        if len(missing) == 1:
            yield error("case.scenario.steep", f"scenario.{name}.{missing.pop()}")


def _order_findings(sections: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every objective that cannot be planned with."""
    allowed = ", ".join(OBJECTIVES)
    for name in sections.get("objective", {}).get("order", ()):
        if name in LATER_OBJECTIVES:
            yield error("case.objective.later", "objective.order", name=name, allowed=allowed)
        elif name not in OBJECTIVES:
            closest = difflib.get_close_matches(name, OBJECTIVES, n=1, cutoff=0.0)[0]
            facts = {"name": name, "allowed": allowed, "nearest": closest}
            yield error("case.objective.unknown", "objective.order", **facts)


def _column_findings(sections: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every column of a table that the contract does not know."""
    for name in TABLES:
        known = tuple(_known_columns(name, sections))
        for column in sections.get(name, {}).get("columns", {}):
            if column not in known:
                yield unknown_key(column, known, f"{name}.columns")


def _known_columns(table: str, sections: Mapping[str, Values]) -> list[str]:
    """Return the columns that the planner may name a header for."""
    if table == "villages":
        bands = list(sections["bands"])
        alone = ["pupils"] if len(bands) == 1 else []
        return [*village_columns(bands), *alone]
    others = {
        "schools": SCHOOL_COLUMNS,
        "attendance": ATTENDANCE_COLUMNS,
        "travel_times": TRAVEL_TIME_COLUMNS,
    }
    return list(others[table])
