"""Findings about the speeds on the roads."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from layoutplan.core.case import Case
from layoutplan.core.schema import Mode
from layoutplan.errors import Finding


def check_speeds(
    case: Case,
    mode: Mode,
    *,
    unknown_classes: Iterable[str] = (),
    capped_classes: Iterable[str] = (),
) -> tuple[Finding, ...]:
    """Return what the planner should know of the speeds of `mode` on the classes of the roads.

    Parameters
    ----------
    case : Case
        With or without roads.
    mode : {"walk", "bike", "bus", "car"}
        Speeds by class are the planner's for bus and car only.
    unknown_classes : iterable of str
        Classes for which there is no speed.
    capped_classes : iterable of str
        Classes whose speed, as the planner gave it, the law does not allow a school bus.
    """
    roads = case.roads
    if roads is None or mode not in ("bus", "car"):
        return ()
    findings = []
    unknown, capped = tuple(unknown_classes), tuple(capped_classes)
    if unknown:
        is_unknown = np.isin(np.array(roads.class_names), unknown)[roads.road_class]
        meters = roads.meters[is_unknown].sum()
        facts = {
            "mode": mode,
            "kilometers": f"{meters / 1000:.1f}",
            "percent": f"{100 * meters / roads.meters.sum():.1f}",
        }
        ids = quoted(unknown)
        findings.append(Finding("network.speed.unknown", "warning", ids=ids, facts=facts))
    if capped and mode == "bus":
        findings.append(Finding("network.speed.capped", "note", ids=quoted(capped)))
    return tuple(findings)


def check_speed_keys(case: Case) -> tuple[Finding, ...]:
    """Return which keys of ``[roads]`` about speeds have no effect, whatever the mode.

    Speeds of classes that no road has, where anybody drives; and a slope from which on buses are
    slow, where no heights are known.
    """
    roads, speeds = case.roads, case.speeds
    if roads is None:
        return ()
    findings = []
    unused = tuple(name for name in speeds.class_kmh if name not in roads.class_names)
    if unused and {"bus", "car"} & set(case.modes):
        others = [name for name in roads.class_names if name not in speeds.class_kmh]
        findings.append(
            Finding(
                "network.speed.unused",
                "warning",
                table="case.toml",
                column="roads.speeds",
                ids=quoted(unused),
                facts={"others": " / ".join(quoted(others)) or "–"},
            )
        )
    if speeds.steep_percent is not None and not case.relief:
        findings.append(steep_without_heights("roads.steep_percent"))
    return tuple(findings)


def steep_without_heights(key: str) -> Finding:
    """Return the warning that a key of ``case.toml`` about slopes has no effect without heights."""
    return Finding("network.steep.no_heights", "warning", table="case.toml", column=key)


def quoted(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of road classes so that an empty one can be seen."""
    return tuple(name or '""' for name in names)
