"""The sentences of the document that are made of numbers: what is proposed, and whom it affects."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.facts import status_text
from layoutplan.core.plan import Plan
from layoutplan.core.schema import MS_PER_MINUTE
from layoutplan.core.shown import shown
from layoutplan.report.document_schools import closed_ids, is_open, kept_small_ids
from layoutplan.texts import text


def joined(plan: Plan, *sentences: str) -> str:
    """Return the sentences that are not empty as one paragraph."""
    return ("" if plan.language == "zh" else " ").join(said for said in sentences if said)


def proposal(plan: Plan) -> str:
    """Return what is proposed, in numbers."""
    schools = plan.schools
    rows = plan.assignments
    size = text(
        "document.summary.size",
        plan.language,
        villages=f"{rows['village_id'].nunique():,}",
        pupils=_count(plan, rows["pupils"].sum()),
        before=f"{(schools['kind'] != 'candidate').sum():,}",
        after=f"{is_open(plan).sum():,}",
    )
    counts = {
        "merged": int((schools["action"] == "merge").sum()),
        "closed": len(closed_ids(plan)),
        **{name: int((schools["action"] == name).sum()) for name in _CHANGES},
    }
    said = [text(f"document.summary.{name}", plan.language, n=n) for name, n in counts.items() if n]
    if not counts["merged"]:
        said.insert(0, text("document.summary.none", plan.language))
    n_kept = len(kept_small_ids(plan))
    kept = text(
        "document.summary.kept",
        plan.language,
        n=n_kept,
        small_below=plan.rules.get("small_below", ""),
    )
    return joined(plan, size, *said, kept if n_kept else "")


def proven(plan: Plan) -> str:
    """Return what is proven of the plan, in words."""
    return text("document.summary.proof", plan.language, status=status_text(plan))


def affected(plan: Plan) -> list[str]:
    """Return who is affected, as points."""
    language = plan.language
    rows = plan.assignments
    is_attending = rows["school_id_before"] != ""
    is_moved = is_attending & (rows["school_id"] != rows["school_id_before"])
    n_moved, n_pupils = rows["pupils"][is_moved].sum(), rows["pupils"].sum()
    share = percent(plan, n_moved / n_pupils) if n_pupils else "–"
    moved = text(
        "document.summary.moved",
        language,
        moved=_count(plan, n_moved),
        pupils=_count(plan, n_pupils),
        share=share,
    )
    points = [joined(plan, moved, _where_from(plan, is_moved))]
    if n_moved:
        points.append(joined(plan, *_how_far(plan, is_moved)))
    limits = _limits(plan)
    minutes = rows["minutes"].to_numpy(np.float64)
    is_over = (minutes > limits + 0.5 / MS_PER_MINUTE) & np.isfinite(minutes)
    if n_moved and not (is_over & is_moved).any():
        points.append(text("document.summary.moved.within", language))
    stays = rows["pupils"][is_over & ~is_moved & is_attending].sum()
    if stays:
        points.append(text("document.summary.over", language, pupils=_count(plan, stays)))
    placed = rows["pupils"][~is_attending].sum()
    if placed:
        points.append(text("document.summary.placed", language, pupils=_count(plan, placed)))
    boarders = rows["pupils"][rows["how"] == "board"].sum()
    if boarders:
        points.append(text("document.summary.boarders", language, pupils=_count(plan, boarders)))
    return points


def remarks(plan: Plan) -> list[str]:
    """Return what a reader of the summary must know of the plan and its data."""
    language = plan.language
    n_warnings = sum(finding.level != "note" for finding in plan.findings)
    title = plan.rules.get("scenario_title") or plan.scenario
    is_guessed = plan.attendance_source == "reconstructed"
    return [
        text("public.note", language) if plan.is_public else "",
        text("map.note.scenario", language, title=title) if plan.scenario else "",
        text("map.note.reconstructed", language) if is_guessed else "",
        text("document.summary.findings", language, n=n_warnings) if n_warnings else "",
    ]


def percent(plan: Plan, share: float) -> str:
    """Return a share in percent, in the language of the plan."""
    return text("document.percent", plan.language, percent=f"{100 * share:.1f}")


_CHANGES = ("downgrade", "expand", "open")
_FAR = 15.0  # minutes more


def _where_from(plan: Plan, is_moved: pd.Series[bool]) -> str:
    """Return in how many villages those who change school live."""
    n_villages = plan.assignments["village_id"][is_moved].nunique()
    if not n_villages:
        return ""
    return text("document.summary.moved.villages", plan.language, villages=f"{n_villages:,}")


def _how_far(plan: Plan, is_moved: pd.Series[bool]) -> list[str]:
    """Return how much longer the trips of those become who change school."""
    rows = plan.assignments[is_moved]
    is_known = np.isfinite(rows["minutes"]) & np.isfinite(rows["minutes_before"])
    known = rows[is_known & (rows["how"] == "day")]
    if known.empty:
        return []
    added = (known["minutes"] - known["minutes_before"]).to_numpy(np.float64)
    pupils = known["pupils"].to_numpy(np.float64)
    mean = float(np.average(added, weights=pupils))
    key = "minutes" if mean >= 0 else "shorter"
    said = text(
        f"document.summary.moved.{key}",
        plan.language,
        mean=f"{abs(mean):.1f}",
        most=f"{max(float(added.max()), 0.0):.1f}",
    )
    far = float(pupils[added > _FAR].sum() / pupils.sum())
    if not far:
        return [said]
    return [said, text("document.summary.moved.far", plan.language, share=percent(plan, far))]


def _limits(plan: Plan) -> NDArray[np.float64]:
    """Return the limit of each row of assignments: of boarders that of their weekly trip."""
    rows = plan.assignments
    day = rows["band"].map({band.name: band.max_minutes for band in plan.bands})
    week = rows["band"].map(
        {band.name: band.max_boarding_minutes or band.max_minutes for band in plan.bands}
    )
    limits: NDArray[np.float64] = np.where(rows["how"] == "day", day, week).astype(np.float64)
    return limits


def _count(plan: Plan, pupils: float) -> str:
    """Return a number of pupils as it may be shown."""
    return shown(float(pupils), is_public=plan.is_public)
