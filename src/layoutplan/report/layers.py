"""The layers of a plan: plain frames from which the map and the GeoPackage are made."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT, pupils_column
from layoutplan.report.catchments import catchments, outline_of
from layoutplan.report.roads import road_lines, road_rank
from layoutplan.report.routes import drawn_routes

__all__ = ["Layers", "flows_of", "layers", "road_lines", "schools_of", "villages_of"]

_TIMES = ("before", "after")
_SCHOOL = {"before": "school_id_before", "after": "school_id"}
_MINUTES = {"before": "minutes_before", "after": "minutes"}


@dataclass(frozen=True)
class Layers:
    """What there is to draw of a plan, all in EPSG:4326.

    Parameters
    ----------
    villages : geopandas.GeoDataFrame
        Points, indexed by ``village_id``: the columns of ``plan.villages``, ``pupils`` of all
        bands, ``pupils_moved``; and for ``before`` and ``after``: ``minutes_…`` (mean of the
        pupils) and ``max_minutes_…``, NaN where nobody has a way to school; ``unreached_…``,
        the pupils who have none; ``school_…_<band>``, where most of a band go.
    schools : geopandas.GeoDataFrame
        Points, indexed by ``school_id``: the columns of ``plan.schools``; and for ``before`` and
        ``after``: ``pupils_…_<band>``, ``villages_…``, ``minutes_…``, ``max_minutes_…`` and
        ``unreached_…``.
    flows : geopandas.GeoDataFrame
        Lines from one school to another: ``from_id``, ``to_id``, ``action`` of the first,
        ``pupils`` and ``pupils_<band>``.
    catchments : geopandas.GeoDataFrame
        See :func:`layoutplan.report.catchments.catchments`.
    roads : geopandas.GeoDataFrame
        Lines: ``road_class`` and ``rank`` (0 matters most).
    routes : geopandas.GeoDataFrame
        Ways to school: the columns of ``plan.routes`` and ``when`` they are used (``before``,
        ``after`` or ``both``); without rows where the plan has none.
    outline : geopandas.GeoDataFrame
        One polygon, drawn around villages and schools: ``name`` of the plan.
    """

    villages: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    flows: gpd.GeoDataFrame
    catchments: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    outline: gpd.GeoDataFrame


def layers(plan: Plan) -> Layers:
    """Return the layers of `plan`."""
    outline = outline_of(pd.concat([plan.villages.geometry, plan.schools.geometry]))
    return Layers(
        villages=villages_of(plan),
        schools=schools_of(plan),
        flows=flows_of(plan),
        catchments=catchments(plan.villages, plan.assignments, outline),
        roads=plan.roads.assign(rank=plan.roads["road_class"].map(road_rank).astype("int64")),
        routes=drawn_routes(plan),
        outline=gpd.GeoDataFrame({"name": [plan.name]}, geometry=[outline], crs=LONLAT),
    )


def villages_of(plan: Plan) -> gpd.GeoDataFrame:
    """Return the villages with their trips and schools, before and after, as in `Layers`."""
    units = plan.assignments
    is_moved = units["school_id"] != units["school_id_before"]
    columns: dict[str, pd.Series] = {
        "pupils": plan.villages[_pupils_columns(plan)].sum(axis=1),
        "pupils_moved": units[is_moved].groupby("village_id")["pupils"].sum(),
    }
    for when in _TIMES:
        columns |= _trips(units, "village_id", when)
        for band in plan.bands:
            of_band = units[units["band"] == band.name]
            columns[f"school_{when}_{band.name}"] = _main_school(of_band, _SCHOOL[when])
    return _joined(plan.villages, columns)


def schools_of(plan: Plan) -> gpd.GeoDataFrame:
    """Return the schools with their pupils by band and their trips, as in `Layers`."""
    columns: dict[str, pd.Series] = {}
    for when in _TIMES:
        units = plan.assignments[plan.assignments[_SCHOOL[when]] != ""]
        for band in plan.bands:
            of_band = units[units["band"] == band.name]
            columns[f"pupils_{when}_{band.name}"] = of_band.groupby(_SCHOOL[when])["pupils"].sum()
        columns[f"villages_{when}"] = units.groupby(_SCHOOL[when])["village_id"].nunique()
        columns |= _trips(units, _SCHOOL[when], when)
    return _joined(plan.schools, columns)


def flows_of(plan: Plan) -> gpd.GeoDataFrame:
    """Return who sends pupils to whom, the most pupils first, as in `Layers`."""
    units = plan.assignments
    is_moved = (units["school_id_before"] != "") & (units["school_id_before"] != units["school_id"])
    moves = units[is_moved].pivot_table(
        index=["school_id_before", "school_id"],
        columns="band",
        values="pupils",
        aggfunc="sum",
        fill_value=0,
    )
    moves = moves.reindex(columns=[band.name for band in plan.bands], fill_value=0)
    flows = moves.set_axis(_pupils_columns(plan), axis=1).astype("int64")
    flows.insert(0, "pupils", flows.sum(axis=1))
    flows = flows.rename_axis(["from_id", "to_id"]).reset_index()
    flows.insert(2, "action", flows["from_id"].map(plan.schools["action"]))
    flows = flows.sort_values(["pupils", "from_id", "to_id"], ascending=[False, True, True])
    ends = [
        shapely.get_coordinates(plan.schools.geometry.loc[flows[end]].to_numpy())
        for end in ("from_id", "to_id")
    ]
    lines = shapely.linestrings(np.stack(ends, axis=1).reshape(-1, 2, 2))
    return gpd.GeoDataFrame(flows.reset_index(drop=True), geometry=lines, crs=LONLAT)


def _trips(units: pd.DataFrame, key: str, when: str) -> dict[str, pd.Series]:
    """Return mean and longest minutes by `key`, and the pupils without any way."""
    minutes = units[_MINUTES[when]]
    is_reached = np.isfinite(minutes)
    reached = units[is_reached]
    pupil_minutes = (reached["pupils"] * reached[_MINUTES[when]]).groupby(reached[key]).sum()
    return {
        f"minutes_{when}": pupil_minutes / reached.groupby(key)["pupils"].sum(),
        f"max_minutes_{when}": reached.groupby(key)[_MINUTES[when]].max(),
        f"unreached_{when}": units[~is_reached].groupby(key)["pupils"].sum(),
    }


def _main_school(units: pd.DataFrame, column: str) -> pd.Series:
    """Return by village the school of most pupils, the smaller id where two are equal."""
    shares = units.groupby(["village_id", column])["pupils"].sum().reset_index()
    largest = shares.sort_values(
        ["village_id", "pupils", column], ascending=[True, False, True]
    ).drop_duplicates("village_id")
    main: pd.Series = largest.set_index("village_id")[column]
    return main


def _joined(places: gpd.GeoDataFrame, columns: dict[str, pd.Series]) -> gpd.GeoDataFrame:
    """Return `places` with `columns` by id: counts are 0 and ids are empty where missing."""
    found: dict[str, pd.Series] = {}
    for name, column in columns.items():
        series = column.reindex(places.index)
        if name.startswith("school_"):
            series = series.fillna("")
        elif not name.startswith(("minutes_", "max_minutes_")):
            series = series.fillna(0).astype("int64")
        found[name] = series
    return places.assign(**found)


def _pupils_columns(plan: Plan) -> list[str]:
    """Return the villages' columns of pupils, in the order of the bands."""
    return [pupils_column(band.name) for band in plan.bands]
