"""Read a plan from the files that it is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.schema import SCHOOLS_CSV, pupils_column
from layoutplan.errors import DataError, Finding, Findings
from layoutplan.plan.atomic import RECORD, sha256_of
from layoutplan.plan.explain_tables import SCHOOLS_FILE
from layoutplan.plan.kept_tables import (
    INDICATORS_FILE,
    MINUTES_FILE,
    read_indicators_csv,
    read_minutes_csv,
    read_opposites_csv,
    trips_of,
)
from layoutplan.plan.plan_json import read_plan_json
from layoutplan.plan.tables import read_assignments_csv, read_schools_csv

SCHOOLS: Final = "schools.csv"
ASSIGNMENTS: Final = "assignments.csv"
LAYERS: Final = "plan.gpkg"
PARTS: Final = (RECORD, SCHOOLS, ASSIGNMENTS, LAYERS)
_KEPT: Final = (MINUTES_FILE, INDICATORS_FILE, SCHOOLS_FILE)
_ROUTES: Final = "routes"
_TOWNSHIPS: Final = "townships"
_ROUTE_COLUMNS: Final = ("village_id", "band", "school_id")
_VILLAGE_COLUMNS: Final = ("name", "township", "school_id")
_SCHOOL_COLUMNS: Final = (
    "name", "township", "enrollment", "seats", "beds", "kind", "decision", "is_decision_given",
    "bands", "yearly_cost", "cost_per_pupil", "opening_cost", "action", "into",
    "enrollment_before", "enrollment_after", "boarders_after", "reason",
)  # fmt: skip

Content = TypeVar("Content")


def assembled(folder: Path) -> Plan:
    """Return the plan in `folder`, whose files are all there.

    Raises
    ------
    DataError
        With every file that is broken.
    """
    findings: list[Finding] = []

    def read(name: str, reader: Callable[[bytes], Content]) -> Content | None:
        """Return what a file says, or note what is wrong with it."""
        try:
            return reader((folder / name).read_bytes())
        except DataError as error:
            findings.extend(error.findings)
            return None

    said = read(RECORD, read_plan_json)
    schools = read(SCHOOLS, read_schools_csv)
    assignments = read(ASSIGNMENTS, read_assignments_csv)
    files: Mapping[str, str] = said.pop("files") if said is not None else {}
    kept = {
        name: read(name, reader)
        for name, reader in (
            (MINUTES_FILE, read_minutes_csv),
            (INDICATORS_FILE, read_indicators_csv),
            (SCHOOLS_FILE, read_opposites_csv),
        )
        if name in files and (folder / name).is_file()
    }
    if said is None or schools is None or assignments is None or findings:
        raise DataError(findings=findings)
    plan = _assembled(folder, said, schools, assignments)
    minutes = kept.get(MINUTES_FILE)
    plan = replace(
        plan,
        times=None
        if minutes is None
        else trips_of(minutes, plan.villages.index, plan.schools.index, plan.bands),
        indicators=kept.get(INDICATORS_FILE),
        opposites=kept.get(SCHOOLS_FILE),
    )
    edits = _edits(folder, files)
    return replace(plan, findings=Findings((*plan.findings, *edits), plan.language))


def _assembled(
    folder: Path, said: dict[str, Any], schools: pd.DataFrame, assignments: pd.DataFrame
) -> Plan:
    """Return the plan from the parts that could be read, with the layers beside them."""
    if said["case_folder"]:
        said["case_folder"] = (folder / said["case_folder"]).resolve().as_posix()
    pupils = [pupils_column(band.name) for band in said["bands"]]
    return Plan(
        villages=_layer(folder, "villages", (*_VILLAGE_COLUMNS, *pupils), "village_id"),
        schools=_with_places(
            schools.set_index("school_id"),
            _layer(folder, "schools", _SCHOOL_COLUMNS, "school_id"),
        ),
        assignments=assignments,
        roads=_layer(folder, "roads", ("road_class",)).astype({"road_class": "str"}),
        routes=_routes(folder),
        townships=_townships(folder),
        **said,
    )


def _edits(folder: Path, files: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return which tables of a plan changed since it was made, and which are gone."""
    kept = [name for name in _KEPT if name in files]
    gone = tuple(name for name in kept if not (folder / name).is_file())
    told = {
        "store.edited": _changed(folder, files, PARTS[1:]),
        "store.edited.kept": _changed(folder, files, [name for name in kept if name not in gone]),
        "store.gone": gone,
    }
    return tuple(Finding(rule, "warning", ids=names) for rule, names in told.items() if names)


def _changed(folder: Path, files: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """Return the files that are not as the record of the plan has them."""
    return tuple(name for name in names if files.get(name) != sha256_of(folder / name))


def _layer(
    folder: Path, name: str, columns: tuple[str, ...], id_column: str | None = None
) -> gpd.GeoDataFrame:
    """Return `columns` and geometry of a layer, by its ids where it has some."""
    from pyogrio.errors import DataLayerError, DataSourceError  # only for plans that are read

    wanted = [*([id_column] if id_column else []), *columns, "geometry"]
    try:
        layer = gpd.read_file(folder / LAYERS, layer=name, columns=wanted[:-1])[wanted]
    except (DataSourceError, DataLayerError, KeyError) as error:
        facts = {"layer": name, "reason": str(error)}
        finding = Finding("store.layer.broken", "error", table=LAYERS, facts=facts)
        raise DataError(findings=[finding]) from error
    if id_column is None:
        return layer
    if not layer[id_column].is_unique:
        facts = {"layer": name, "reason": id_column}
        finding = Finding("store.layer.broken", "error", table=LAYERS, facts=facts)
        raise DataError(findings=[finding])
    return layer.set_index(id_column)


def _routes(folder: Path) -> gpd.GeoDataFrame | None:
    """Return the ways to school, None of a plan that was made without them."""
    import pyogrio

    if _ROUTES not in pyogrio.list_layers(folder / LAYERS)[:, 0]:
        return None
    return _layer(folder, _ROUTES, _ROUTE_COLUMNS).astype(dict.fromkeys(_ROUTE_COLUMNS, "str"))


def _townships(folder: Path) -> gpd.GeoDataFrame | None:
    """Return the outlines of townships, None of a plan that was made without them."""
    import pyogrio

    if _TOWNSHIPS not in pyogrio.list_layers(folder / LAYERS)[:, 0]:
        return None
    return _layer(folder, _TOWNSHIPS, ("name",)).astype({"name": "str"})


def _with_places(schools: pd.DataFrame, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer's schools in its order as the table has them.

    Of a school that is in the table only, no more is known than the table says.
    """
    of_table = [column for column in SCHOOLS_CSV if column in schools]
    order = layer.index.get_indexer(schools.index)
    known_first = pd.Series(order).replace(-1, len(layer)).argsort(kind="stable")
    ordered = schools.iloc[known_first]
    places = layer.reindex(ordered.index)
    return places.assign(**{column: ordered[column].array for column in of_table})
