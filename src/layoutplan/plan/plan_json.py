"""``plan.json``: what a plan rests on and amounts to, as text that any program can read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import inf, isfinite, nan
from typing import Any, get_args

import numpy as np

from layoutplan.core.case import Imprint, InputFile
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import PLAN_SCHEMA, Status
from layoutplan.errors import DataError, Finding, Level
from layoutplan.texts import LANGUAGES

_SHOWN = 60  # characters of a wrong value: enough to find it


def plan_json(plan: Plan, files: Mapping[str, str]) -> str:
    """Return ``plan.json`` of `plan`.

    Numbers that JSON does not know (``inf``, NaN) are null.

    Parameters
    ----------
    files : Mapping
        The other files that belong to the plan: name -> SHA-256.
    """
    document = {
        "schema": PLAN_SCHEMA,
        "name": plan.name,
        "language": plan.language,
        "status": plan.status,
        "objective": [asdict(result) for result in plan.objective],
        "totals": plan.totals,
        "inputs": [asdict(entry) for entry in plan.inputs],
        "rules": plan.rules,
        "bands": [asdict(band) for band in plan.bands],
        "attendance_source": plan.attendance_source,
        "case_folder": plan.case_folder,
        "report": asdict(plan.imprint),
        "findings": [_finding(finding, plan) for finding in plan.findings],
        "versions": plan.versions,
        "seconds": plan.seconds,
        "files": files,
    }
    return json_text(plain(document))


def json_text(document: object) -> str:
    """Return a document as ``plan.json`` is written."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read_plan_json(content: bytes) -> dict[str, Any]:
    """Return ``plan.json`` as arguments of :class:`~layoutplan.core.plan.Plan`, and ``files``.

    Raises
    ------
    DataError
        When it is not such a file, or not whole.
    """
    try:
        document = json.loads(content)
        return _arguments(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(findings=[_broken(error)]) from error


class _OtherValueError(ValueError):
    """A key of ``plan.json`` has a value that is not written there."""

    def __init__(self, key: str, value: object) -> None:
        self.key = key
        self.value = json.dumps(value, ensure_ascii=False)[:_SHOWN]
        super().__init__(key)


def _broken(error: Exception) -> Finding:
    """Return what is wrong with ``plan.json``, in the words of who opens it."""
    rule = "store.json.broken"
    facts: dict[str, object] = {}
    if isinstance(error, json.JSONDecodeError):
        rule, facts = "store.json.syntax", {"row": error.lineno, "place": error.colno}
    elif isinstance(error, UnicodeDecodeError):
        rule = "store.json.text"
    elif isinstance(error, _OtherValueError):
        rule, facts = "store.json.value", {"key": error.key, "value": error.value}
    elif isinstance(error, KeyError):
        rule, facts = "store.json.key", {"key": error.args[0]}
    return Finding(rule, "error", table="plan.json", facts=facts)


def plain(value: object) -> object:
    """Return `value` in the types of JSON; ``inf`` and NaN become None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(entry) for entry in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value if value is None or isinstance(value, int | str) else str(value)


def _finding(finding: Finding, plan: Plan) -> dict[str, object]:
    """Return a finding with its sentence in the language of the plan."""
    return {**asdict(finding), "message": finding.message_in(plan.language)}


def _arguments(document: Any) -> dict[str, Any]:
    """Return what `document` says; a key that is missing or of another kind raises."""
    _expect("schema", document["schema"], (PLAN_SCHEMA,))
    _expect("language", document["language"], LANGUAGES)
    _expect("status", document["status"], get_args(Status))
    if not document["bands"]:
        raise _OtherValueError("bands", document["bands"])
    for name in ("totals", "rules", "versions", "files"):
        if not isinstance(document[name], dict):
            raise _OtherValueError(name, document[name])
    return {
        "name": str(document["name"]),
        "language": document["language"],
        "status": document["status"],
        "objective": tuple(_objective(**entry) for entry in document["objective"]),
        "totals": document["totals"],
        "inputs": tuple(InputFile(**entry) for entry in document["inputs"]),
        "rules": document["rules"],
        "bands": tuple(
            Band(**{**entry, "grades": tuple(entry["grades"])}) for entry in document["bands"]
        ),
        "attendance_source": str(document["attendance_source"]),
        "findings": tuple(_read_finding(**entry) for entry in document["findings"]),
        "versions": document["versions"],
        "seconds": float(document["seconds"]),
        "case_folder": str(document.get("case_folder", "")),
        "imprint": Imprint(**document.get("report", {})),
        "files": document["files"],
    }


def _expect(key: str, value: object, allowed: Sequence[str]) -> None:
    """Raise where the `value` of `key` is none of the `allowed`."""
    if value not in allowed:
        raise _OtherValueError(key, value)


def _objective(
    name: str, value: float | None, bound: float | None, gap: float | None
) -> ObjectiveResult:
    """Return an objective as it was before its infinities became null."""
    return ObjectiveResult(
        name=name,
        value=nan if value is None else float(value),
        bound=-inf if bound is None else float(bound),
        gap=inf if gap is None else float(gap),
    )


def _read_finding(
    *, rows: Sequence[int], ids: Sequence[str], message: str, **fields: Any
) -> Finding:
    """Return a finding; its sentence is made anew from its facts, and raises where it cannot be."""
    finding = Finding(rows=tuple(rows), ids=tuple(ids), **fields)
    _expect("level", finding.level, get_args(Level))
    for language in LANGUAGES:
        finding.message_in(language)
    return finding
