"""Which column of a file is which column of the contract."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches

from layoutplan.errors import Finding

# Units that planners write behind a header. Units that change the number (such as 万元) are not
# here: a header with one of those is another column.
_UNITS = "人|名|个|张|座|元|分钟|分|min|minutes|pupils|persons|yuan|度|°|degrees"
_UNIT_IN_BRACKETS = re.compile(rf"[(\[【](?:单位[:：]?)?(?:{_UNITS})[)\]】]")
_ALIKE = 0.7  # likeness from which a header may be a slip of the name asked for
_SHOWN = 20  # headers in a message: enough to recognize the file by
_SEPARATORS = re.compile(r"[\W_]+")


def fold(header: str) -> str:
    """Return `header` without what planners write in many ways: case, width, spaces, units.

    Examples
    --------
    >>> fold("School-ID") == fold("school_id"), fold("学生数（人）")
    (True, '学生数')
    """
    plain = unicodedata.normalize("NFKC", header).casefold().replace(" ", "")
    return _SEPARATORS.sub("", _UNIT_IN_BRACKETS.sub("", plain))


def nearest(word: str, valid: Sequence[str]) -> str:
    """Return which of `valid` is most like `word`; empty when there is none to choose from."""
    folded = {fold(candidate): candidate for candidate in reversed(valid)}
    close = get_close_matches(fold(word), folded, n=1, cutoff=0.0)
    return folded[close[0]] if close else ""


def match_headers(
    headers: Sequence[str],
    wanted: Mapping[str, Sequence[str]],
    columns: Mapping[str, str],
    table: str,
) -> tuple[dict[str, int], tuple[Finding, ...]]:
    """Return the position in the file of every wanted column that is there.

    A header named in `columns` goes first, then one spelled like the contract, then one that
    folds to the contract's name, then one that folds to another usual name.

    Parameters
    ----------
    headers : sequence of str
        As in the file.
    wanted : mapping
        Column of the contract -> other headers that mean it.
    columns : mapping
        The planner's own headers, from ``case.toml``: column of the contract -> header.
    table : str
        The file, for findings.
    """
    given, findings = _given(headers, columns, table)
    positions, unclear = _recognized(headers, wanted, given, set(columns), table)
    return given | positions, findings + unclear


def missing(
    headers: Sequence[str],
    wanted: Mapping[str, Sequence[str]],
    required: Sequence[str],
    found: Mapping[str, int],
    findings: Sequence[Finding],
    table: str,
) -> tuple[Finding, ...]:
    """Return a finding for every required column that was not found, naming the nearest header.

    Columns that `findings` already speak of are left out: one message per fault is enough.
    """
    spoken_of = {finding.facts.get("name") for finding in findings}
    free = [header for position, header in enumerate(headers) if position not in found.values()]
    findings_of_missing = []
    for name in required:
        if name not in found and name not in spoken_of:
            closest = _most_alike((name, *wanted[name]), free)
            facts = {"name": name, "headers": _listed(headers), "nearest": closest}
            rule = "header.missing.alike" if closest else "header.missing"
            findings_of_missing.append(_fault(rule, table, name, facts))
    return tuple(findings_of_missing)


def _given(
    headers: Sequence[str], columns: Mapping[str, str], table: str
) -> tuple[dict[str, int], tuple[Finding, ...]]:
    """Return the positions of the headers that the planner names."""
    positions: dict[str, int] = {}
    findings = []
    for name, header in columns.items():
        exact = [place for place, there in enumerate(headers) if there == header.strip()]
        alike = [place for place, there in enumerate(headers) if fold(there) == fold(header)]
        places = exact or alike
        facts = {"name": name, "header": header, "headers": _listed(headers)}
        if len(places) == 1:
            positions[name] = places[0]
        elif places:
            findings.append(_fault("header.double", table, header, facts))
        else:
            facts["nearest"] = nearest(header, headers)
            findings.append(_fault("header.not_there", table, header, facts))
    return positions, tuple(findings)


def _recognized(
    headers: Sequence[str],
    wanted: Mapping[str, Sequence[str]],
    given: Mapping[str, int],
    named: set[str],
    table: str,
) -> tuple[dict[str, int], tuple[Finding, ...]]:
    """Return the positions of the headers that speak for themselves."""
    folded = [fold(header) for header in headers]
    free = [place for place in range(len(headers)) if place not in given.values()]
    candidates: dict[str, list[int]] = {}
    for name, aliases in wanted.items():
        usual = {fold(alias) for alias in aliases}
        exact = [place for place in free if headers[place] == name]
        same = [place for place in free if folded[place] == fold(name)]
        alias = [place for place in free if folded[place] in usual]
        if name not in named:
            candidates[name] = exact or same or alias
    n_claims = Counter(places[0] for places in candidates.values() if len(places) == 1)
    positions: dict[str, int] = {}
    findings = []
    for name, places in candidates.items():
        facts = {"name": name, "headers": ", ".join(headers[place] for place in places)}
        if len(places) > 1 and len({headers[place] for place in places}) == 1:
            findings.append(_fault("header.double", table, headers[places[0]], facts))
        elif len(places) > 1:
            findings.append(_fault("header.ambiguous", table, facts["headers"], facts))
        elif places and n_claims[places[0]] > 1:
            findings.append(_fault("header.shared", table, facts["headers"], facts))
        elif places:
            positions[name] = places[0]
    return positions, tuple(findings)


def _fault(rule: str, table: str, column: str, facts: Mapping[str, object]) -> Finding:
    """Return the error that a column cannot be told."""
    return Finding(rule=rule, level="error", table=table, column=column, facts=facts)


def _most_alike(names: Sequence[str], headers: Sequence[str]) -> str:
    """Return the header that is most like any of `names`; empty where none is like it."""
    folded = {fold(header): header for header in reversed(headers)}
    matches = [
        (SequenceMatcher(None, fold(name), close).ratio(), close)
        for name in names
        for close in get_close_matches(fold(name), folded, n=1, cutoff=_ALIKE)
    ]
    return folded[max(matches)[1]] if matches else ""


def _listed(headers: Sequence[str]) -> str:
    """Return the headers of a file for a message, the first of them where there are many."""
    return ", ".join([*headers[:_SHOWN], *(["…"] if len(headers) > _SHOWN else [])])
