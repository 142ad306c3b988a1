"""Where findings are, as points for a map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import pandas as pd
import shapely

from layoutplan.core.case import Case
from layoutplan.core.schema import LONLAT
from layoutplan.errors import Finding
from layoutplan.texts import Language

_COLUMNS = ("rule", "level", "id", "message")


def finding_points(
    findings: Iterable[Finding], language: Language, case: Case | None = None
) -> gpd.GeoDataFrame:
    """Return the places that findings are about.

    Parameters
    ----------
    findings : iterable of Finding
        A finding's ``facts["points"]`` are longitudes and latitudes, such as the gaps between
        roads that were joined; its ids are those of villages or schools.
    language : {"en", "zh"}
        Of the messages.
    case : Case, optional
        Whose villages and schools the ids are of; without it only points that findings name
        themselves can be shown.

    Returns
    -------
    geopandas.GeoDataFrame
        ``rule``, ``level``, ``id`` (empty for a point that is no place of the case), ``message``
        and ``geometry`` (points, EPSG:4326), in the order of the findings.
    """
    parts = [gpd.GeoDataFrame(columns=[*_COLUMNS, "geometry"], geometry="geometry", crs=LONLAT)]
    for finding in findings:
        ids, points = _points(finding, case)
        if not len(points):
            continue
        said = {"rule": finding.rule, "level": finding.level, "id": ids}
        said["message"] = finding.message_in(language)
        parts.append(gpd.GeoDataFrame(said, geometry=points, crs=LONLAT))
    return parts[0] if len(parts) == 1 else pd.concat(parts[1:], ignore_index=True)


def _points(finding: Finding, case: Case | None) -> tuple[list[str], gpd.GeoSeries]:
    """Return the points of one finding, each with the id of its place."""
    listed = finding.facts.get("points")
    if isinstance(listed, Sequence):
        points = gpd.GeoSeries([shapely.Point(lon, lat) for lon, lat in listed], crs=LONLAT)
        return [""] * len(points), points
    if case is not None:
        for kind, places in (("villages", case.villages), ("schools", case.schools)):
            if finding.rule.startswith(f"{kind}.") or finding.table == kind:
                known = places.geometry[places.index.isin(finding.ids)]
                return list(known.index), known.reset_index(drop=True)
    return [], gpd.GeoSeries([], crs=LONLAT)
