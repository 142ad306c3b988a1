"""Into how many pieces a network falls, and which gap would hold it together."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.pieces import pieces
from layoutplan.errors import Finding
from layoutplan.load.joining import JoinedLines, Lines, nearby_lines
from layoutplan.load.sources import RoadSource

ENOUGH_SHARE: Final = 0.99
"""Share of points in one piece from which on the rest is a matter of a few remote roads."""

GAPS_TO_TRY: Final = (5, 10, 15, 30, 50, 100)
"""Meters, from the error of a drawing by hand to that of two surveys; more joins what is apart."""


def piece_findings(joined: JoinedLines, lines: Lines, source: RoadSource) -> tuple[Finding, ...]:
    """Return a warning where less than `ENOUGH_SHARE` of the points hang together.

    It names the smallest of `GAPS_TO_TRY` that would do, with crossings joined where that needs
    a smaller one.

    Parameters
    ----------
    joined : JoinedLines
        The network made of `lines`.
    lines : (n,) LineString
        In meters, on a plane.
    source : RoadSource
        How they have been joined.
    """
    piece, n_points = _pieces(joined)
    share = float(n_points.max() / n_points.sum())
    if share >= ENOUGH_SHARE:
        return ()
    facts = {"n_pieces": len(n_points), "percent": f"{100 * share:.1f}"}
    piece_of_line = np.empty(len(lines), dtype=np.int64)
    piece_of_line[joined.line] = piece[joined.tail]
    end, other, gap = nearby_lines(lines, max(GAPS_TO_TRY))
    near = piece_of_line[np.column_stack([end // 2, other])]
    crossing = piece_of_line[joined.crossing_lines]

    def holds(links: NDArray[np.int64]) -> bool:
        group = pieces(links[:, 0], links[:, 1], len(n_points))
        return bool(np.bincount(group, n_points).max() >= ENOUGH_SHARE * n_points.sum())

    larger = {meters for meters in GAPS_TO_TRY if meters > source.join_gaps_meters}
    for gap_meters in sorted(larger | {source.join_gaps_meters}):
        found = {**facts, "gap": f"{gap_meters:g}"}
        if holds(near[gap <= gap_meters]):
            return (Finding("roads.pieces.gap", "warning", source.label, facts=found),)
        if holds(np.concatenate([near[gap <= gap_meters], crossing])):
            return (Finding("roads.pieces.crossings", "warning", source.label, facts=found),)
    found = {**facts, "gap": f"{max(GAPS_TO_TRY):g}"}
    return (Finding("roads.pieces", "warning", source.label, facts=found),)


def _pieces(joined: JoinedLines) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the piece of every point (-1 for points without a segment), and points by piece."""
    points, ends = np.unique(np.concatenate([joined.tail, joined.head]), return_inverse=True)
    tail, head = ends.reshape(2, -1)
    _, group = np.unique(pieces(tail, head, len(points)), return_inverse=True)
    piece = np.full(points[-1] + 1, -1, dtype=np.int64)
    piece[points] = group
    return piece, np.bincount(group)
