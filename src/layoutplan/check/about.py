"""Findings about places by id, and about keys of ``case.toml``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import pandas as pd

from layoutplan.errors import Finding, Level

CASE_TOML = "case.toml"


def about_places(
    rule: str,
    level: Level,
    table: str,
    is_found: pd.Series[bool],
    column: str = "",
    facts: Mapping[str, object] | None = None,
) -> tuple[Finding, ...]:
    """Return a finding that names the rows of `is_found` by id, or none.

    Parameters
    ----------
    rule, level, table, column, facts
        As in :class:`~layoutplan.errors.Finding`.
    is_found : (n,) bool Series, indexed by id
        Which places it is about.
    """
    ids = tuple(is_found.index[is_found])
    return (Finding(rule, level, table, column=column, ids=ids, facts=facts or {}),) if ids else ()


def about_key(
    rule: str,
    level: Level,
    key: str,
    ids: Iterable[str] = (),
    facts: Mapping[str, object] | None = None,
) -> Finding:
    """Return a finding about a key of ``case.toml``, such as ``"rules.budget"``."""
    return Finding(rule, level, CASE_TOML, column=key, ids=tuple(ids), facts=facts or {})


def unknown(rule: str, key: str, names: Iterable[str], known: Iterable[str]) -> tuple[Finding, ...]:
    """Return an error for names under a key that no table has; the nearest to the first is told.

    Parameters
    ----------
    rule : str
        Of the finding.
    key : str
        Such as ``"rules.must_merge_into"``.
    names : iterable of str
        As the planner wrote them.
    known : iterable of str
        What the table has, at least one.
    """
    there = dict.fromkeys(known)
    lost = tuple(dict.fromkeys(name for name in names if name not in there))
    if not lost:
        return ()
    nearest = difflib.get_close_matches(lost[0], list(there), n=1, cutoff=0.0)[0]
    return (about_key(rule, "error", key, lost, {"nearest": nearest}),)
