"""What stands at the foot of a map: who made it, for whom, and under which review number."""

from __future__ import annotations

from layoutplan.core.plan import Plan
from layoutplan.errors import Finding
from layoutplan.report.tiles import Tiles
from layoutplan.texts import text


def footer(plan: Plan, tiles: Tiles | None = None) -> list[str]:
    """Return the parts of the line at the foot of a map of `plan`, in their order."""
    imprint, language = plan.imprint, plan.language
    usual = "public.edition" if plan.is_public else "map.footer.internal"
    parts = [imprint.footer or text(usual, language), imprint.office]
    if imprint.review_no:
        parts.append(text("map.footer.review", language, review_no=imprint.review_no))
    if tiles is None:
        parts.append(text("map.footer.no_base_map", language))
    else:
        parts.append(tiles.attribution(language))
    return [part for part in (*parts, text("map.footer.leaflet", language)) if part]


def imprint_findings(plan: Plan, *, is_public: bool) -> tuple[Finding, ...]:
    """Return a warning where boundaries are drawn for the public without a review number."""
    has_boundaries = plan.townships is not None and not plan.townships.empty
    if not is_public or not has_boundaries or plan.imprint.review_no:
        return ()
    return (Finding("map.review.missing", "warning"),)
