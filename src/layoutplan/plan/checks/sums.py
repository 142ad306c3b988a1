"""Rules about what a plan claims of itself: totals, objectives, proof, inputs and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from math import isclose, isinf, isnan
from typing import Final

import numpy as np
import pandas as pd

from layoutplan.core.limits import day_limits_of
from layoutplan.core.schema import CENTS, MS_PER_MINUTE, pupils_column
from layoutplan.errors import Finding
from layoutplan.plan.checks.evidence import OPEN_ACTIONS, Evidence
from layoutplan.plan.checks.money import one_off_cents, yearly_cents
from layoutplan.plan.plan_json import plain

_RECORD: Final = "plan.json"
_PROMISED: Final = frozenset(
    {
        "villages", "pupils", "schools_open", "schools_merged", "pupils_moved", "pupil_minutes",
        "max_minutes", "mean_minutes", "unreachable", "over_limit_today",
    }
)  # fmt: skip
_COUNTED: Final = {
    "merge": "merged", "downgrade": "downgraded", "expand": "expanded", "open": "opened",
}  # fmt: skip
_TOLERANCE: Final = 1e-6  # relative: sums of minutes differ in their last digits by the order
_PROVEN: Final = 1e-9  # a gap that is only rounding


def totals_add_up(seen: Evidence) -> Finding | None:
    """`totals` are the sums over the plan's tables, for all pupils and per band."""
    is_candidate = seen.schools["is_candidate"]
    is_small_today = seen.schools["n_today"] < seen.case.rules.small_below
    counted: dict[str, float] = {
        "villages": len(seen.case.villages),
        "schools_before": int((~is_candidate).sum()),
        **{
            f"schools_{word}": int((seen.plan.schools["action"] == action).sum())
            for action, word in _COUNTED.items()
        },
        "small_schools_before": int((~is_candidate & is_small_today).sum()),
        **_objectives(seen),
        **_sums(seen, seen.rows),
    }
    written = seen.plan.totals
    wrong = _differences(written, counted, "")
    bands = written.get("bands")
    for band in seen.case.bands:
        of_band = bands.get(band.name) if isinstance(bands, Mapping) else None
        sums = _sums(seen, seen.rows[seen.rows["band"] == band.name])
        sums["villages"] = int((seen.case.villages[pupils_column(band.name)] > 0).sum())
        said = of_band if isinstance(of_band, Mapping) else {}
        wrong += _differences(said, sums, f"{band.name}.")
    if not wrong:
        return None
    name, says, adds_up = wrong[0]
    facts = {"names": ", ".join(key for key, _, _ in wrong), "name": name}
    facts |= {"written": str(says), "counted": f"{adds_up:.10g}"}
    return Finding("verify.totals", "error", table=_RECORD, facts=facts)


def objectives_are_those_of_the_case(seen: Evidence) -> Finding | None:
    """`objective` lists the objectives of the case in their order."""
    names = tuple(result.name for result in seen.plan.objective)
    if names == seen.case.order:
        return None
    facts = {"written": ", ".join(names), "asked": ", ".join(seen.case.order)}
    return Finding("verify.objective.order", "error", table=_RECORD, facts=facts)


def objectives_are_reached(seen: Evidence) -> Finding | None:
    """Objective values are those of the plan's tables."""
    reached = _objectives(seen)
    for result in seen.plan.objective:
        counted = reached.get(result.name)
        if counted is not None and not _agree(result.name, result.value, counted):
            facts = {"name": result.name, "written": f"{result.value:.10g}"}
            facts |= {"counted": f"{counted:.10g}"}
            return Finding("verify.objective.value", "error", table=_RECORD, facts=facts)
    return None


def gaps_follow_from_bounds(seen: Evidence) -> Finding | None:
    """Each gap is the distance of value and bound, as a share of the value."""
    for result in seen.plan.objective:
        distance = max(0.0, result.value - result.bound)
        share = distance / abs(result.value) if result.value else distance
        is_right = result.gap >= share if isinf(share) else result.gap >= share - _TOLERANCE
        if not is_right:
            facts = {"name": result.name, "gap": f"{result.gap:.6g}", "share": f"{share:.6g}"}
            return Finding("verify.objective.gap", "error", table=_RECORD, facts=facts)
    return None


def status_is_proven(seen: Evidence) -> Finding | None:
    """``optimal`` has no gap at all, ``within_gap`` none over the one that was asked for."""
    allowed = {"optimal": _PROVEN, "within_gap": seen.case.solver.gap + _PROVEN}
    largest = max((result.gap for result in seen.plan.objective), default=0.0)
    if largest <= allowed.get(seen.plan.status, np.inf):
        return None
    facts = {"status": seen.plan.status, "gap": f"{largest:.6g}"}
    return Finding("verify.status", "error", table=_RECORD, facts=facts)


def inputs_are_the_same(seen: Evidence) -> Finding | None:
    """Files that the plan was made from are those that the case has now."""
    then = {entry.path: entry.sha256 for entry in seen.plan.inputs}
    now = {entry.path: entry.sha256 for entry in seen.case.inputs}
    if then == now:
        return None
    changed = sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))
    return Finding("verify.inputs", "error", table=_RECORD, ids=tuple(changed))


def rules_are_the_same(seen: Evidence) -> Finding | None:
    """Rules, costs, steps, bands and scenario of the plan are those that the case has now."""
    now = {
        **asdict(seen.case.rules),
        "costs": asdict(seen.case.costs),
        "expansions": [asdict(step) for step in seen.case.expansions],
        "exceptions": [asdict(exception) for exception in seen.case.exceptions],
    }
    changed = [
        name
        for name in now
        if name in seen.plan.rules and plain(seen.plan.rules[name]) != plain(now[name])
    ]
    if seen.plan.bands != seen.case.bands:
        changed.append("bands")
    scenario = seen.case.scenario.name if seen.case.scenario else ""
    if seen.plan.scenario != scenario:
        changed.append("scenario")
    return Finding("verify.rules", "error", table=_RECORD, ids=tuple(changed)) if changed else None


def _sums(seen: Evidence, rows: pd.DataFrame) -> dict[str, float]:
    """Return the totals over some of the assignments, as they are written."""
    has_path = np.isfinite(rows["minutes"])
    reached = rows[has_path]
    n_reached = reached["pupils"].sum()
    pupil_minutes = _pupil_minutes(reached)
    is_stay = rows["school_id"] == rows["school_id_before"]
    is_longer = (rows["minutes"] * MS_PER_MINUTE).round() > day_limits_of(seen.case, rows)
    is_over = has_path & is_stay & is_longer & (rows["how"] != "board")
    return {
        "pupils": float(rows["pupils"].sum()),
        "pupils_moved": float(rows.loc[rows["is_moved"], "pupils"].sum()),
        "boarders": float(rows.loc[rows["how"] == "board", "pupils"].sum()),
        "pupils_placed": float(rows.loc[~rows["is_attending"], "pupils"].sum()),
        "pupil_minutes": pupil_minutes,
        "max_minutes": float(reached["minutes"].max()) if n_reached else 0.0,
        "mean_minutes": pupil_minutes / n_reached if n_reached else 0.0,
        "unreachable": float(rows.loc[~has_path, "pupils"].sum()),
        "over_limit_today": float(rows.loc[is_over, "pupils"].sum()),
    }


def _objectives(seen: Evidence) -> dict[str, float]:
    """Return the value of every objective from the plan's tables."""
    schools = seen.plan.schools
    is_open = schools["action"].isin(OPEN_ACTIONS)
    is_small = schools["enrollment_after"] < seen.case.rules.small_below
    sums = _sums(seen, seen.rows)
    names = ("pupil_minutes", "max_minutes", "pupils_moved")
    return {
        "small_schools": float((is_open & is_small).sum()),
        "schools_open": float(is_open.sum()),
        **{name: sums[name] for name in names},
        "yearly_cost": yearly_cents(seen) / CENTS,
        "one_off_cost": one_off_cents(seen) / CENTS,
    }


def _pupil_minutes(rows: pd.DataFrame) -> float:
    """Return pupils times minutes, added up in whole milliseconds."""
    milliseconds = np.rint(rows["minutes"].to_numpy() * MS_PER_MINUTE)
    return float((milliseconds * rows["pupils"].to_numpy()).sum()) / MS_PER_MINUTE


def _differences(
    written: Mapping[str, object], counted: Mapping[str, float], prefix: str
) -> list[tuple[str, object, float]]:
    """Return name, value and true value of the totals that are wrong, or missing but promised."""
    return [
        (prefix + name, written.get(name), value)
        for name, value in counted.items()
        if (name in written or name in _PROMISED) and not _agree(name, written.get(name), value)
    ]


def _agree(name: str, written: object, counted: float) -> bool:
    """Return whether a number in the plan is the one that was counted; money to the hundredth."""
    if not isinstance(written, int | float | np.number) or isnan(written):
        return False
    if name.endswith("_cost"):
        return round(float(written) * CENTS) == round(counted * CENTS)
    return isclose(float(written), counted, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
