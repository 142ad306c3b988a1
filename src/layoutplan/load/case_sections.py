"""The sections of a ``case.toml``, value by value, and all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from layoutplan.core.schema import OBJECTIVES, TOWNSHIP_KINDS
from layoutplan.errors import Finding
from layoutplan.load.case_keys import (
    BLOCKS,
    CASE_TOML,
    LISTS,
    REQUIRED_SECTIONS,
    SECTIONS,
    Values,
    read_blocks,
    read_section,
    unknown_key,
)
from layoutplan.load.case_values import Key
from layoutplan.load.columns import (
    ATTENDANCE_COLUMNS,
    EXPANSION_COLUMNS,
    SCHOOL_COLUMNS,
    TOWNSHIP_COLUMNS,
    TRAVEL_TIME_COLUMNS,
    village_columns,
)
from layoutplan.load.headers import fold, nearest

TABLES = ("villages", "schools", "attendance", "expansions", "travel_times", "townships")

_EXCEPTED = ("max_minutes", "max_boarding_minutes", "stay")  # of villages
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
        Section -> key -> value; for ``bands`` and ``scenario`` name -> key -> value; for a list of
        blocks ``"blocks"`` -> a tuple of key -> value.
    findings : tuple of Finding
        Errors only; with one of them the values are not to be used.
    """
    known = tuple(dict.fromkeys((*SECTIONS, *BLOCKS, *LISTS)))
    findings = [unknown_key(name, known) for name in document if name not in known]
    findings += [
        error("case.section.missing", name) for name in REQUIRED_SECTIONS if not document.get(name)
    ]
    if "roads" not in document and "travel_times" not in document:
        findings.append(error("case.roads.missing", "roads"))
    sections: dict[str, Values] = {}
    for name, keys in LISTS.items():
        if name in document and not (name in SECTIONS and _names_a_table(document[name], keys)):
            blocks, found = read_blocks(document[name], keys, name)
            sections[name] = {"blocks": blocks}
            findings += found
    for name, keys in SECTIONS.items():
        if name in document and name not in sections:
            sections[name], found = read_section(document[name], keys, name)
            findings += found
    for name in BLOCKS:
        sections[name], of_blocks = _read_subsections(name, document.get(name, {}))
        findings += of_blocks
    faulty = {finding.column for finding in findings}  # is there, but will not do
    lacking = (
        *_band_findings(sections["bands"]),
        *_scenario_findings(sections["scenario"]),
        *_exception_findings(sections),
    )
    findings += [finding for finding in lacking if not _is_spoken_of(finding.column, faulty)]
    findings += (*_word_findings(sections), *_column_findings(sections))
    return sections, tuple(findings)


def error(rule: str, column: str = "", **facts: object) -> Finding:
    """Return an error about a key of case.toml."""
    return Finding(rule, "error", CASE_TOML, column=column, facts=facts)


def _names_a_table(written: object, keys: Mapping[str, Key]) -> bool:
    """Return whether what may stand in blocks stands in a file."""
    return isinstance(written, dict) and not written.keys() & keys.keys()


def _read_subsections(section: str, written: object) -> tuple[Values, list[Finding]]:
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


def _exception_findings(sections: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every exception that does not say for whom, or from what."""
    bands = sections["bands"]
    for number, block in enumerate(sections.get("exceptions", {}).get("blocks", ()), start=1):
        place = f"exceptions[{number}]"
        band = block.get("band")
        if "villages" not in block and "schools" not in block:
            yield error("case.exception.nobody", place)
        if "villages" in block and not block.keys() & set(_EXCEPTED):
            yield error("case.exception.nothing", place, keys=", ".join(_EXCEPTED))
        if ("villages" in block) != ("band" in block):
            yield error("case.exception.both", place, one="villages", other="band")
        if ("schools" in block) != ("min_enrollment" in block):
            yield error("case.exception.both", place, one="schools", other="min_enrollment")
        may_board = band not in bands or bands[band].get("boarding")
        if "max_boarding_minutes" in block and not may_board:
            yield error("case.exception.boarding", f"{place}.max_boarding_minutes", band=band)


def _is_spoken_of(place: str, faulty: Collection[str]) -> bool:
    """Return whether a fault is known of a key or, of a block, of anything in it."""
    return place in faulty or any(each.startswith(f"{place}.") for each in faulty)


def _word_findings(sections: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every word in a list that names nothing there is to name."""
    rules = sections.get("rules", {})
    exceptions = sections.get("exceptions", {}).get("blocks", ())
    lists = (
        ("case.objective.unknown", "objective.order",
         sections.get("objective", {}).get("order", ()), OBJECTIVES),
        ("case.band.unknown", "rules.teaching_point_bands",
         rules.get("teaching_point_bands", ()), tuple(sections["bands"])),
        ("case.kind.unknown", "rules.one_per_township",
         rules.get("one_per_township", ()), TOWNSHIP_KINDS),
        *(("case.band.unknown", f"exceptions[{number}].band",
           (block["band"],) if "band" in block else (), tuple(sections["bands"]))
          for number, block in enumerate(exceptions, start=1)),
    )  # fmt: skip
    for rule, column, words, known in lists:
        for name in words:
            if name not in known:
                facts = {"name": name, "allowed": ", ".join(known), "nearest": nearest(name, known)}
                yield error(rule, column, **facts)


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
        "expansions": EXPANSION_COLUMNS,
        "travel_times": TRAVEL_TIME_COLUMNS,
        "townships": TOWNSHIP_COLUMNS,
    }
    return list(others[table])
