"""The file ``case.toml`` -> what to read and which rules to plan by."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layoutplan.core.case import Imprint, InputFile
from layoutplan.core.rules import (
    DEFAULT_ORDER,
    Band,
    BorderSwap,
    Costs,
    Exemption,
    Expansion,
    Rules,
    SolverSettings,
)
from layoutplan.core.schema import LONLAT, pupils_column
from layoutplan.core.speeds import RoadSpeeds, Scenario
from layoutplan.errors import ConfigError, Finding, has_errors
from layoutplan.load.case_keys import CASE_TOML, Values
from layoutplan.load.case_paths import path_findings, tells_of_missing_roads
from layoutplan.load.case_sections import TABLES, error, read_sections
from layoutplan.load.sources import RoadSource, ScenarioSource, TableSource
from layoutplan.texts import Language

_SHOWN = 60  # characters of a line that a message repeats
_TOML_LINE = re.compile(r"at line (\d+)")
_SPEED_FIELDS = {  # keys of [roads] that say how fast they are, and the fields of RoadSpeeds
    "speeds": "class_kmh",
    "steep_percent": "steep_percent",
    "bend_meters": "bend_meters",
}
# Keys of a scenario whose field is called otherwise.
_SCENARIO_FIELDS = {
    "speeds": "class_kmh",
    "class_shares": "class_share",
    "close_classes": "closed_classes",
    "close_roads": "closed_ways",
}


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
    expansions : TableSource or tuple of Expansion
        Steps by which schools may grow: where their table lies, or as the file itself gives them.
    roads : RoadSource, optional
        Roads; there are roads or travel times or both.
    speeds : RoadSpeeds
        What the planner says of speeds on the roads.
    scenarios : dict
        Name -> scenario, in the order of the file.
    townships : TableSource, optional
        Outlines to draw.
    townships_crs : str
        Of those outlines, whatever their file says; empty where the file is believed.
    imprint : Imprint
        What stands at the foot of maps and reports.
    bands, exceptions, rules, costs, order, solver
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
    expansions: TableSource | tuple[Expansion, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    roads: RoadSource | None = None
    speeds: RoadSpeeds = field(default_factory=RoadSpeeds)
    scenarios: dict[str, ScenarioSource] = field(default_factory=dict)
    travel_times: TableSource | None = None
    townships: TableSource | None = None
    townships_crs: str = ""
    imprint: Imprint = field(default_factory=Imprint)
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
        raise ConfigError(findings=[error("case.file.missing", folder=str(path))]) from fault
    folder = file.parent
    sections, findings = read_sections(_parse(content))
    findings += path_findings(folder, sections, allow_outside=allow_outside)
    if before_roads:
        findings = tuple(finding for finding in findings if not tells_of_missing_roads(finding))
    if has_errors(findings):
        raise ConfigError(findings=findings)
    bands = tuple(Band(name=name, **values) for name, values in sections["bands"].items())
    tables = {
        name: TableSource(
            folder / sections[name]["path"], sections[name]["path"], _columns(name, sections)
        )
        for name in TABLES
        if "path" in sections.get(name, {})
    }
    steps, exceptions = (
        sections.get(name, {}).get("blocks", ()) for name in ("expansions", "exceptions")
    )
    roads = sections.get("roads")
    case = sections.get("case", {})
    return CaseFile(
        folder=folder,
        name=case.get("name", file.resolve().parent.name),
        language=case.get("language", "zh"),
        crs=case.get("crs", LONLAT),
        villages=tables["villages"],
        schools=tables["schools"],
        attendance=tables.get("attendance"),
        expansions=tables.get("expansions") or tuple(Expansion(**step) for step in steps),
        exceptions=tuple(Exemption(**exception) for exception in exceptions),
        roads=_road_source(folder, roads) if roads else None,
        speeds=_road_speeds(roads or {}),
        scenarios={
            name: _scenario_source(folder, name, values)
            for name, values in sections["scenario"].items()
        },
        travel_times=tables.get("travel_times"),
        townships=tables.get("townships"),
        townships_crs=sections.get("townships", {}).get("crs", ""),
        imprint=Imprint(**sections.get("report", {})),
        bands=bands,
        rules=_rules(sections.get("rules", {})),
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
        raise ConfigError(findings=[error(f"case.file.{_other_encoding(content)}")]) from fault
    except RecursionError as fault:
        raise ConfigError(findings=[error("case.file.nested")]) from fault
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


def _columns(table: str, sections: Mapping[str, Values]) -> dict[str, str]:
    """Return the planner's headers by column; `pupils` alone is the column of the only band."""
    columns: dict[str, str] = dict(sections[table].get("columns", {}))
    if table == "villages" and "pupils" in columns:
        (band,) = sections["bands"]
        columns[pupils_column(band)] = columns.pop("pupils")
    return columns


def _rules(values: Values) -> Rules:
    """Return the rules of a plan."""
    swaps = tuple(BorderSwap(**swap) for swap in values.get("border_swaps", ()))
    return Rules(**values | {"border_swaps": swaps})


def _road_source(folder: Path, values: Values) -> RoadSource:
    """Return where the roads lie and how to read them."""
    label, heights = values["path"], values.get("elevation", ())
    files = {
        "path": folder / label,
        "label": label,
        "elevation": tuple((folder / each, each) for each in heights),
    }
    return RoadSource(**{k: v for k, v in values.items() if k not in _SPEED_FIELDS} | files)


def _road_speeds(values: Values) -> RoadSpeeds:
    """Return what is said of speeds on the roads."""
    said = {name: values[key] for key, name in _SPEED_FIELDS.items() if key in values}
    return RoadSpeeds(**said)


def _scenario_source(folder: Path, name: str, values: Values) -> ScenarioSource:
    """Return a scenario under the names that the house has for what it says."""
    said = {_SCENARIO_FIELDS.get(key, key): value for key, value in values.items()}
    label = said.pop("close_area", None)
    scenario = Scenario(**{"name": name, "title": name, **said})
    return ScenarioSource(scenario, (folder / label, label) if label else None)
