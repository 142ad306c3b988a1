"""Write a plan into a folder, and read it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.schema import SCHOOLS_CSV, pupils_column
from layoutplan.errors import DataError, Finding
from layoutplan.plan.atomic import (
    RECORD,
    Writers,
    locked,
    plain_errors,
    recover,
    require_writable,
    sha256_of,
    write_files,
)
from layoutplan.plan.plan_json import plan_json, read_plan_json
from layoutplan.plan.tables import (
    assignments_csv,
    read_assignments_csv,
    read_schools_csv,
    schools_csv,
)

__all__ = [
    "mismatches",
    "read_plan",
    "require_writable",
    "write_contents",
    "write_file",
    "write_files",
    "write_plan",
]

_SCHOOLS: Final = "schools.csv"
_ASSIGNMENTS: Final = "assignments.csv"
_LAYERS: Final = "plan.gpkg"
_PARTS: Final = (RECORD, _SCHOOLS, _ASSIGNMENTS, _LAYERS)
_ROUTES: Final = "routes"
_ROUTE_COLUMNS: Final = ("village_id", "band", "school_id")
_VILLAGE_COLUMNS: Final = ("name", "township", "school_id")
_SCHOOL_COLUMNS: Final = (
    "name", "township", "enrollment", "seats", "beds", "kind", "decision", "is_decision_given",
    "bands", "yearly_cost", "cost_per_pupil", "opening_cost", "action", "into",
    "enrollment_before", "enrollment_after", "boarders_after", "reason",
)  # fmt: skip

Content = TypeVar("Content")


def write_plan(plan: Plan, folder: Path, drawings: Writers) -> None:
    """Write `plan` into `folder`: its tables, ``plan.json`` and the `drawings`, all or nothing.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : Path
        Made where it does not exist; an older plan in it is replaced.
    drawings : Mapping
        File name -> what writes it. ``plan.gpkg``, which holds the places and roads, is one of
        them: without it the plan cannot be read again.

    Raises
    ------
    LayoutPlanError
        As :func:`~layoutplan.plan.atomic.write_files` does.
    """
    record = replace(plan, case_folder=_as_seen_from(folder, plan.case_folder))
    tables: Writers = {
        _SCHOOLS: lambda path: _write(path, schools_csv(plan)),
        _ASSIGNMENTS: lambda path: _write(path, assignments_csv(plan)),
        RECORD: lambda path: _write(path, plan_json(record, _files_beside(path)).encode()),
    }
    write_files(folder, {**drawings, **tables})


def write_file(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all.

    Raises
    ------
    LayoutPlanError
        When it cannot be written; an older file is unharmed.
    """
    write_contents(path.parent, {path.name: content})


def write_contents(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files of the given contents by name into `folder`, all or nothing.

    Raises
    ------
    LayoutPlanError
        When they cannot be written; older files are unharmed.
    """
    write_files(folder, writers_of(contents))


def writers_of(contents: Mapping[str, bytes]) -> Writers:
    """Return what writes files of the given contents, by name."""
    return {name: partial(_write, content=content) for name, content in contents.items()}


def read_plan(folder: Path) -> Plan:
    """Return the plan in `folder`.

    The tables count as they are, also where somebody edited them since: that is a warning in the
    plan's findings, and `verify` says whether they still keep the rules.

    Raises
    ------
    DataError
        When there is no whole plan in `folder`, with all that is missing or broken.
    LayoutPlanError
        When `folder` may not be read, or another process is writing there.
    """
    if not folder.is_dir():
        facts = {"folder": str(folder)}
        raise DataError(findings=[Finding("store.no_folder", "error", facts=facts)])
    with plain_errors(folder), locked(folder):
        recover(folder)
        missing = [name for name in _PARTS if not (folder / name).is_file()]
        if missing:
            facts = {"folder": str(folder), "files": ", ".join(missing)}
            raise DataError(findings=[Finding("store.files.missing", "error", facts=facts)])
        return _read(folder)


def mismatches(plan: Plan) -> tuple[Finding, ...]:
    """Return an error where the tables of a plan, once edited, no longer fit together.

    `verify` finds this too, but only beside the case; a map is drawn without it.
    """
    schools, rows = plan.schools.index, plan.assignments
    named = {*rows["school_id"], *rows["school_id_before"][rows["school_id_before"] != ""]}
    odd = named.difference(schools) | set(schools[schools.duplicated()])
    if not odd:
        return ()
    return (Finding("store.schools.mismatch", "error", table=_SCHOOLS, ids=tuple(sorted(odd))),)


def _read(folder: Path) -> Plan:
    """Return the plan whose files are all there, or raise with every file that is broken."""
    findings: list[Finding] = []

    def read(name: str, reader: Callable[[bytes], Content]) -> Content | None:
        """Return what a file says, or note what is wrong with it."""
        try:
            return reader((folder / name).read_bytes())
        except DataError as error:
            findings.extend(error.findings)
            return None

    said = read(RECORD, read_plan_json)
    schools = read(_SCHOOLS, read_schools_csv)
    assignments = read(_ASSIGNMENTS, read_assignments_csv)
    if said is None or schools is None or assignments is None:
        raise DataError(findings=findings)
    return _assembled(folder, said, schools, assignments)


def _assembled(
    folder: Path, said: dict[str, Any], schools: pd.DataFrame, assignments: pd.DataFrame
) -> Plan:
    """Return the plan from the parts that could be read, with the layers beside them."""
    files = said.pop("files")
    if said["case_folder"]:
        said["case_folder"] = (folder / said["case_folder"]).resolve().as_posix()
    pupils = [pupils_column(band.name) for band in said["bands"]]
    plan = Plan(
        villages=_layer(folder, "villages", (*_VILLAGE_COLUMNS, *pupils), "village_id"),
        schools=_with_places(
            schools.set_index("school_id"),
            _layer(folder, "schools", _SCHOOL_COLUMNS, "school_id"),
        ),
        assignments=assignments,
        roads=_layer(folder, "roads", ("road_class",)).astype({"road_class": "str"}),
        routes=_routes(folder),
        **said,
    )
    edited = tuple(name for name in _PARTS[1:] if files.get(name) != sha256_of(folder / name))
    if not edited:
        return plan
    return replace(plan, findings=(*plan.findings, Finding("store.edited", "warning", ids=edited)))


def _layer(
    folder: Path, name: str, columns: tuple[str, ...], id_column: str | None = None
) -> gpd.GeoDataFrame:
    """Return `columns` and geometry of a layer, by its ids where it has some."""
    from pyogrio.errors import DataLayerError, DataSourceError  # only for plans that are read

    wanted = [*([id_column] if id_column else []), *columns, "geometry"]
    try:
        layer = gpd.read_file(folder / _LAYERS, layer=name, columns=wanted[:-1])[wanted]
    except (DataSourceError, DataLayerError, KeyError) as error:
        facts = {"layer": name, "reason": str(error)}
        finding = Finding("store.layer.broken", "error", table=_LAYERS, facts=facts)
        raise DataError(findings=[finding]) from error
    if id_column is None:
        return layer
    if not layer[id_column].is_unique:
        facts = {"layer": name, "reason": id_column}
        finding = Finding("store.layer.broken", "error", table=_LAYERS, facts=facts)
        raise DataError(findings=[finding])
    return layer.set_index(id_column)


def _routes(folder: Path) -> gpd.GeoDataFrame | None:
    """Return the ways to school, None of a plan that was made without them."""
    import pyogrio

    if _ROUTES not in pyogrio.list_layers(folder / _LAYERS)[:, 0]:
        return None
    return _layer(folder, _ROUTES, _ROUTE_COLUMNS).astype(dict.fromkeys(_ROUTE_COLUMNS, "str"))


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


def _files_beside(path: Path) -> dict[str, str]:
    """Return name and SHA-256 of the files that lie beside `path`."""
    files = sorted(file for file in path.parent.iterdir() if file != path)
    return {file.name: sha256_of(file) for file in files}


def _as_seen_from(folder: Path, place: str) -> str:
    """Return the way from `folder` to `place`; where there is none (another drive), `place`."""
    try:
        return Path(os.path.relpath(place, folder.resolve())).as_posix() if place else ""
    except ValueError:
        return place


def _write(path: Path, content: bytes) -> None:
    """Write `content`, for a mapping of writers."""
    path.write_bytes(content)
