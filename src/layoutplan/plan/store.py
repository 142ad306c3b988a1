"""Write a plan into a folder, and read it again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from layoutplan.core.plan import Plan
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
from layoutplan.plan.kept_tables import kept_tables
from layoutplan.plan.plan_json import json_text, plan_json
from layoutplan.plan.stored import ASSIGNMENTS, PARTS, SCHOOLS, assembled
from layoutplan.plan.tables import assignments_csv, schools_csv

__all__ = [
    "REPAIRS",
    "edits",
    "mismatches",
    "read_plan",
    "require_writable",
    "sha256_of",
    "write_contents",
    "write_file",
    "write_files",
    "write_more",
    "write_plan",
]

REPAIRS: Final = ("repair.csv", "repair.toml", "repair.geojson", "repair.html")
"""What a run that found no plan leaves: why, and what would do."""


def write_plan(plan: Plan, folder: Path, drawings: Writers) -> None:
    """Write `plan` into `folder`: its tables, ``plan.json`` and the `drawings`, all or nothing.

    What an earlier run without a plan left there, `REPAIRS`, is removed.

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
        SCHOOLS: lambda path: _write(path, schools_csv(plan)),
        ASSIGNMENTS: lambda path: _write(path, assignments_csv(plan)),
        **writers_of(kept_tables(plan)),
        RECORD: lambda path: _write(path, plan_json(record, _files_beside(path)).encode()),
    }
    write_files(folder, {**drawings, **tables}, replaces=REPAIRS)


def write_more(folder: Path, drawings: Writers) -> None:
    """Write further drawings of the plan in `folder`, as files that belong to it, all or nothing.

    They are listed in ``plan.json``: with the next plan they are replaced or removed.

    Parameters
    ----------
    folder : Path
        Of a plan.
    drawings : Mapping
        File name -> what writes it.

    Raises
    ------
    LayoutPlanError
        As :func:`~layoutplan.plan.atomic.write_files` does.
    """

    def record(path: Path) -> None:
        """Write ``plan.json`` as it is, but for the files that are new."""
        said = json.loads((folder / RECORD).read_bytes())
        said["files"] = dict(sorted({**said["files"], **_files_beside(path)}.items()))
        _write(path, json_text(said).encode())

    write_files(folder, {**drawings, RECORD: record})


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
        missing = [name for name in PARTS if not (folder / name).is_file()]
        if missing:
            facts = {"folder": str(folder), "files": ", ".join(missing)}
            raise DataError(findings=[Finding("store.files.missing", "error", facts=facts)])
        return assembled(folder)


def edits(plan: Plan) -> tuple[Finding, ...]:
    """Return which tables of a plan that was read changed or went since it was made."""
    return tuple(each for each in plan.findings if each.rule.startswith("store."))


def mismatches(plan: Plan) -> tuple[Finding, ...]:
    """Return an error where the tables of a plan, once edited, no longer fit together.

    `verify` finds this too, but only beside the case; a map is drawn without it.
    """
    schools, rows = plan.schools.index, plan.assignments
    named = {*rows["school_id"], *rows["school_id_before"][rows["school_id_before"] != ""]}
    odd = named.difference(schools) | set(schools[schools.duplicated()])
    if not odd:
        return ()
    return (Finding("store.schools.mismatch", "error", table=SCHOOLS, ids=tuple(sorted(odd))),)


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
