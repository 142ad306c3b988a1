"""The file ``case.toml`` -> what to read and which rules to plan by."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layoutplan.core.case import InputFile
from layoutplan.core.rules import DEFAULT_ORDER, Band, Costs, Rules, SolverSettings
from layoutplan.core.schema import LONLAT, OBJECTIVES, pupils_column
from layoutplan.errors import ConfigError, Finding, has_errors
from layoutplan.load.case_keys import (
    BAND,
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
from layoutplan.load.sources import RoadSource, TableSource, is_file, is_within
from layoutplan.texts import Language

_TABLES = ("villages", "schools", "attendance", "travel_times")
_FILES = (*_TABLES, "roads")
_BAND_NAME = re.compile(r"\w+")
_SHOWN = 60  # characters of a line that a message repeats
_TOML_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True)
class CaseFile:
    """What a ``case.toml`` says, checked: every file it names is there.

    Parameters
    ----------
    folder : Path
        Where it lies.
    name : str
        Shown on maps and reports; the folder's name where none is given.
    language : {"en", "zh"}
        Of maps, reports and messages.
    crs : str
        Of coordinates that carry none: ``"GCJ-02"``, ``"BD-09"`` or a name that pyproj knows.
    villages, schools : TableSource
        The two tables that every case has.
    attendance, travel_times : TableSource, optional
        Tables that a case may have.
    roads : RoadSource, optional
        Roads; there are roads or travel times or both.
    bands, rules, costs, order, solver
        As in :class:`~layoutplan.core.case.Case`.
    input : InputFile
        The file itself.
    """

    folder: Path
    name: str
    language: Language
    crs: str
    villages: TableSource
    schools: TableSource
    bands: tuple[Band, ...]
    input: InputFile
    attendance: TableSource | None = None
    roads: RoadSource | None = None
    travel_times: TableSource | None = None
    rules: Rules = field(default_factory=Rules)
    costs: Costs = field(default_factory=Costs)
    order: tuple[str, ...] = DEFAULT_ORDER
    solver: SolverSettings = field(default_factory=SolverSettings)


def read_case_file(
    path: Path, *, allow_outside: bool = False, before_roads: bool = False
) -> CaseFile:
    """Return what a case's ``case.toml`` says.

    Parameters
    ----------
    path : Path
        The folder of the case, or its ``case.toml``.
    allow_outside : bool
        Whether the files it names may lie outside of its folder. By default they may not: a case
        from somebody else must not make us read whatever it names.
    before_roads : bool
        Whether the roads may be missing, because they are about to be downloaded.

    Raises
    ------
    ConfigError
        With everything that is wrong, not only the first.
    """
    file = path / CASE_TOML if path.is_dir() else path
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise ConfigError(findings=[_error("case.file.missing", folder=str(path))]) from fault
    sections, findings = _read_sections(_parse(content))
    paths, path_findings = _find_files(file.parent, sections, allow_outside=allow_outside)
    findings += path_findings
    if before_roads:
        findings = tuple(finding for finding in findings if not _tells_of_missing_roads(finding))
    if has_errors(findings):
        raise ConfigError(findings=findings)
    bands = tuple(Band(name=name, **values) for name, values in sections["bands"].items())
    tables = {
        name: TableSource(paths[name], sections[name]["path"], _columns(name, sections))
        for name in _TABLES
        if name in sections
    }
    roads = sections.get("roads")
    case = sections.get("case", {})
    return CaseFile(
        folder=file.parent,
        name=case.get("name", file.resolve().parent.name),
        language=case.get("language", "zh"),
        crs=case.get("crs", LONLAT),
        villages=tables["villages"],
        schools=tables["schools"],
        attendance=tables.get("attendance"),
        roads=_road_source(paths["roads"], roads) if roads else None,
        travel_times=tables.get("travel_times"),
        bands=bands,
        rules=Rules(**sections.get("rules", {})),
        costs=Costs(**sections.get("costs", {})),
        order=sections.get("objective", {}).get("order", DEFAULT_ORDER),
        solver=SolverSettings(**sections.get("solver", {})),
        input=InputFile(CASE_TOML, hashlib.sha256(content).hexdigest(), len(content.splitlines())),
    )


def _parse(content: bytes) -> dict[str, Any]:
    """Return the toml in `content`."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise ConfigError(findings=[_error(f"case.file.{_other_encoding(content)}")]) from fault
    except RecursionError as fault:
        raise ConfigError(findings=[_error("case.file.nested")]) from fault
    except tomllib.TOMLDecodeError as fault:
        place = _TOML_LINE.search(str(fault))
        lines = content.splitlines()
        row = int(place[1]) if place else len(lines)
        facts = {"line": lines[row - 1].decode("utf-8-sig").strip()[:_SHOWN]}
        finding = Finding("case.file.toml", "error", CASE_TOML, rows=(row,), facts=facts)
        raise ConfigError(findings=[finding]) from fault


def _other_encoding(content: bytes) -> str:
    """Return how text that is not UTF-8 seems to be written."""
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return "not_text"
    return "gbk"


def _read_sections(document: Mapping[str, Any]) -> tuple[dict[str, Values], tuple[Finding, ...]]:
    """Return the values of every section, and all that is wrong with them."""
    findings = [unknown_key(name, tuple(SECTIONS)) for name in document if name not in SECTIONS]
    findings += [
        _error("case.section.missing", name) for name in REQUIRED_SECTIONS if not document.get(name)
    ]
    if "roads" not in document and "travel_times" not in document:
        findings.append(_error("case.roads.missing", "roads"))
    sections: dict[str, Values] = {}
    for name, keys in SECTIONS.items():
        if name in document and name != "bands":
            sections[name], found = read_section(document[name], keys, name)
            findings += found
    sections["bands"], band_findings = _read_bands(document.get("bands", {}))
    findings += (*band_findings, *_order_findings(sections), *_column_findings(sections))
    return sections, tuple(findings)


def _read_bands(written: object) -> tuple[dict[str, Values], list[Finding]]:
    """Return the values of every band."""
    if not isinstance(written, dict):
        return {}, [_error("case.section.shape", "bands", place="bands.g1_3")]
    bands: dict[str, Values] = {}
    findings: list[Finding] = []
    for name, keys in written.items():
        place = f"bands.{name}"
        bands[name], found = read_section(keys, BAND, place)
        findings += found
        if not _BAND_NAME.fullmatch(name):
            findings.append(_error("case.band.name", place, band=name))
        if bands[name].get("boarding") and "max_boarding_minutes" not in keys:
            findings.append(_error("case.band.boarding", f"{place}.max_boarding_minutes"))
    seen: dict[str, str] = {}
    for name in bands:
        other = seen.setdefault(fold(name), name)
        if other != name:
            findings.append(_error("case.band.alike", f"bands.{name}", band=name, other=other))
    return bands, findings


def _order_findings(sections: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every objective that cannot be planned with."""
    allowed = ", ".join(OBJECTIVES)
    for name in sections.get("objective", {}).get("order", ()):
        if name in LATER_OBJECTIVES:
            yield _error("case.objective.later", "objective.order", name=name, allowed=allowed)
        elif name not in OBJECTIVES:
            closest = difflib.get_close_matches(name, OBJECTIVES, n=1, cutoff=0.0)[0]
            facts = {"name": name, "allowed": allowed, "nearest": closest}
            yield _error("case.objective.unknown", "objective.order", **facts)


def _column_findings(sections: Mapping[str, Values]) -> Iterable[Finding]:
    """Return an error for every column of a table that the contract does not know."""
    for name in _TABLES:
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


def _columns(table: str, sections: Mapping[str, Values]) -> dict[str, str]:
    """Return the planner's headers by column; `pupils` alone is the column of the only band."""
    columns: dict[str, str] = dict(sections[table].get("columns", {}))
    if table == "villages" and "pupils" in columns:
        (band,) = sections["bands"]
        columns[pupils_column(band)] = columns.pop("pupils")
    return columns


def _find_files(
    folder: Path, sections: Mapping[str, Values], *, allow_outside: bool
) -> tuple[dict[str, Path], tuple[Finding, ...]]:
    """Return the files that a case names, and what keeps them from being read."""
    paths: dict[str, Path] = {}
    findings = []
    for section in _FILES:
        written = sections.get(section, {}).get("path")
        if written is None:
            continue
        place = f"{section}.path"
        paths[section] = folder / written
        if written.startswith(("postgresql://", "postgres://")):
            findings.append(_error("case.path.database", place))
        elif not (allow_outside or is_within(folder, paths[section])):
            findings.append(_error("case.path.outside", place, path=written))
        elif not is_file(paths[section]):
            there = {entry.name for entry in folder.iterdir() if entry.is_file()}
            named = {values.get("path") for values in sections.values()} | {CASE_TOML}
            likely = sorted(there - named) or sorted(there)
            closest = difflib.get_close_matches(written, likely, n=1, cutoff=0.0)[0]
            findings.append(_error("case.path.missing", place, path=written, nearest=closest))
        if "table" in sections[section]:
            findings.append(_error("case.table.database", f"{section}.table"))
    return paths, tuple(findings)


def _tells_of_missing_roads(finding: Finding) -> bool:
    """Return whether a finding says that the case has no roads, or not yet."""
    is_file = finding.rule == "case.path.missing" and finding.column == "roads.path"
    return is_file or finding.rule == "case.roads.missing"


def _road_source(path: Path, values: Values) -> RoadSource:
    """Return where the roads lie and how to read them."""
    return RoadSource(**{**values, "path": path, "label": values["path"]})


def _error(rule: str, column: str = "", **facts: object) -> Finding:
    """Return an error about a key of case.toml."""
    return Finding(rule, "error", CASE_TOML, column=column, facts=facts)
