"""Findings about who can reach a school at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.case import Case, teaches
from layoutplan.core.limits import day_limits_ms
from layoutplan.core.rules import Band
from layoutplan.core.schema import MS_PER_MINUTE, pupils_column
from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes, to_minutes
from layoutplan.errors import Finding

_DAY_MS = 24 * 60 * MS_PER_MINUTE


def check_reach(
    case: Case, times: TravelTimes, nearest_ms: Mapping[str, NDArray[np.int64]] | None = None
) -> tuple[Finding, ...]:
    """Return the villages whose pupils reach no school that teaches them, or none within the limit.

    Band by band, villages with pupils only, the worst first; ``facts["pupils_by_id"]`` and
    ``facts["minutes_by_id"]`` have the pupils of each and the minutes to its nearest school.

    Parameters
    ----------
    case : Case
        With or without roads.
    times : TravelTimes
        Computed or given.
    nearest_ms : Mapping from band to (v,) int64, optional
        Milliseconds from each village to the nearest school that teaches the band, also over the
        limit, where `times` leaves out what is over it.
    """
    return tuple(
        finding
        for band in case.bands
        for finding in _check_band(case, band, times.pairs.get(band.name), nearest_ms or {})
    )


def _check_band(
    case: Case, band: Band, pairs: Pairs | None, nearest_ms: Mapping[str, NDArray[np.int64]]
) -> list[Finding]:
    """Return the findings of :func:`check_reach` for one band."""
    pupils = case.villages[pupils_column(band.name)].to_numpy()
    is_teaching = teaches(case.schools, band.name).to_numpy()
    best_ms = np.full(len(pupils), UNREACHED_MS, dtype=np.int64)
    if pairs is not None:
        taught = pairs.where(is_teaching[pairs.school_idx])
        np.minimum.at(best_ms, taught.village_idx, taught.milliseconds)
    best_ms = np.minimum(best_ms, nearest_ms.get(band.name, UNREACHED_MS))

    findings = []
    facts = {**band.facts, "mode": band.mode, "limit": f"{band.max_minutes:g}"}
    unreached = np.flatnonzero((pupils > 0) & (best_ms == UNREACHED_MS))
    if len(unreached):
        worst_first = unreached[np.argsort(-pupils[unreached], kind="stable")]
        ids, by_id = _counted(case, worst_first, pupils)
        findings.append(Finding("villages.reach.none", "warning", ids=ids, facts=facts | by_id))
    is_late = (best_ms > day_limits_ms(case, band)) & (best_ms < UNREACHED_MS)
    late = np.flatnonzero((pupils > 0) & is_late)
    if len(late):
        worst_first = late[np.argsort(-best_ms[late], kind="stable")]
        ids, by_id = _counted(case, worst_first, pupils)
        minutes = to_minutes(best_ms[worst_first]).tolist()
        by_id |= {
            "minutes_by_id": dict(zip(ids, minutes, strict=True)),
            "farthest": ids[0],
            "farthest_minutes": f"{minutes[0]:.1f}",
        }
        findings.append(
            Finding("villages.reach.beyond_limit", "warning", ids=ids, facts=facts | by_id)
        )
    lost = late[best_ms[late] > _DAY_MS]
    if len(lost):
        ids, by_id = _counted(case, lost, pupils)
        findings.append(Finding("villages.reach.over_day", "warning", ids=ids, facts=facts | by_id))
    return findings


def _counted(
    case: Case, village_idx: NDArray[np.int64], pupils: NDArray[np.int64]
) -> tuple[tuple[str, ...], dict[str, object]]:
    """Return the ids of some villages, and the facts about how many pupils they have."""
    ids = tuple(case.villages.index[village_idx])
    counts = pupils[village_idx].tolist()
    return ids, {"pupils": sum(counts), "pupils_by_id": dict(zip(ids, counts, strict=True))}
