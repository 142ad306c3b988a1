"""Findings about a scenario: what in it has no effect, and what it does to the roads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layoutplan.check.network import quoted, steep_without_heights
from layoutplan.core.case import Case
from layoutplan.core.network import MODE_BIT
from layoutplan.core.schema import Mode
from layoutplan.core.speeds import Scenario
from layoutplan.errors import Finding, Level

_EXAMPLES = 3  # ids of roads, to show what they look like


def check_scenario_keys(
    case: Case, *, is_in_closed_area: NDArray[np.bool_] | None = None
) -> tuple[Finding, ...]:
    """Return what in the scenario of a case has no effect on any road.

    A road or an area that closes nothing is an error: the roads meant to be closed would be
    traveled on. A class that no road has, and slopes without heights, are warnings.

    Parameters
    ----------
    case : Case
        With or without roads, with or without a scenario.
    is_in_closed_area : (m,) bool, optional
        Which segments the scenario's area touches; None where it has no area.
    """
    roads, scenario = case.roads, case.scenario
    if roads is None or scenario is None:
        return ()
    findings = []
    named_classes = {
        "speeds": scenario.class_kmh,
        "class_shares": scenario.class_share,
        "close_classes": scenario.closed_classes,
    }
    others = " / ".join(quoted(roads.class_names))
    for key, classes in named_classes.items():
        unused = tuple(name for name in classes if name not in roads.class_names)
        if unused:
            findings.append(
                _about(scenario, key, "scenario.classes.unused", "warning", unused, others=others)
            )
    known = roads.ways_by_id() if scenario.closed_ways else {}
    unknown = tuple(way_id for way_id in scenario.closed_ways if way_id not in known)
    if unknown:
        examples = " / ".join(roads.way_ids[:_EXAMPLES].tolist())
        findings.append(
            _about(
                scenario,
                "close_roads",
                "scenario.roads.unknown",
                "error",
                unknown,
                examples=examples,
            )
        )
    if is_in_closed_area is not None and not is_in_closed_area.any():
        findings.append(_about(scenario, "close_area", "scenario.area.nowhere", "error"))
    if scenario.steep_percent is not None and not case.relief:
        findings.append(steep_without_heights(f"scenario.{scenario.name}.steep_percent"))
    return tuple(findings)


def check_scenario(
    case: Case, mode: Mode, usual_kmh: NDArray[np.float64], kmh: NDArray[np.float64]
) -> tuple[Finding, ...]:
    """Return a note of how much of the roads the scenario of a case closes and slows for `mode`.

    Parameters
    ----------
    case : Case
        With or without roads, with or without a scenario.
    mode : {"walk", "bike", "bus", "car"}
        How one travels.
    usual_kmh, kmh : (m,) float64
        Speed on each segment in the usual state of the roads and in the scenario, 0 where closed.
    """
    roads, scenario = case.roads, case.scenario
    if roads is None or scenario is None:
        return ()
    is_used = ((roads.forward | roads.backward) & MODE_BIT[mode] > 0) & (usual_kmh > 0)
    is_closed = is_used & (kmh == 0)
    is_slowed = is_used & (kmh < usual_kmh) & ~is_closed
    used, closed, slowed = (roads.meters[mask].sum() for mask in (is_used, is_closed, is_slowed))
    if used == 0:
        return ()
    facts = {
        "scenario": scenario.title or scenario.name,
        "mode": mode,
        "kilometers": f"{used / 1000:.1f}",
        "closed_kilometers": f"{closed / 1000:.1f}",
        "closed_percent": f"{100 * closed / used:.1f}",
        "slowed_kilometers": f"{slowed / 1000:.1f}",
        "slowed_percent": f"{100 * slowed / used:.1f}",
    }
    return (Finding("scenario.effect", "note", facts=facts),)


def _about(
    scenario: Scenario,
    key: str,
    rule: str,
    level: Level,
    names: tuple[str, ...] = (),
    **facts: object,
) -> Finding:
    """Return a finding about a key of a scenario and the names in it that have no effect."""
    column = f"scenario.{scenario.name}.{key}"
    facts["scenario"] = scenario.name
    return Finding(rule, level, "case.toml", column=column, ids=quoted(names), facts=facts)
