"""What would make a plan possible, as a table, and as text to paste into ``case.toml``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.csv_cells import csv_bytes, safe_cell
from layoutplan.core.diagnosis import Remedy, Repair
from layoutplan.core.repairs import exemptions, expansions, place_name, rule_in_words
from layoutplan.core.rules import Exemption, Expansion
from layoutplan.core.schema import REPAIR_CSV
from layoutplan.texts import Language, text

_UNIT: Final = {
    "limit": "minutes", "boarding_limit": "minutes", "seats": "seats", "beds": "beds",
    "least_size": "pupils",
}  # fmt: skip
_BECOMES: Final = {"close": "close", "downgrade": "teaching_point"}


def repair_table(case: Case, remedies: Sequence[Remedy]) -> pd.DataFrame:
    """Return the rows of ``repair.csv``: every change of every remedy.

    Returns
    -------
    pandas.DataFrame
        ``remedy`` (each is complete in itself) and ``number`` (from 1), ``what``, the village,
        band or school concerned, ``name`` of the rule, ``from`` and ``to``, ``amount`` and its
        ``unit``, ``pupils``, and the change as a ``sentence`` in the language of the case.
    """
    rows = [
        (
            place,
            number,
            repair.what,
            repair.village_id,
            repair.band,
            repair.school_id,
            repair.name,
            _in_words(repair.before),
            _in_words(repair.after),
            f"{repair.amount:g}",
            _UNIT.get(repair.what, ""),
            repair.pupils,
            sentence(case, repair, case.language),
        )
        for place, remedy in enumerate(remedies, start=1)
        for number, repair in enumerate(remedy.repairs, start=1)
    ]
    return pd.DataFrame(rows, columns=list(REPAIR_CSV))


def repair_csv(case: Case, remedies: Sequence[Remedy]) -> bytes:
    """Return ``repair.csv``, safe to open in a spreadsheet."""
    rows = repair_table(case, remedies).itertuples(index=False)
    return csv_bytes(REPAIR_CSV, (map(safe_cell, map(str, row)) for row in rows))


def sentence(case: Case, repair: Repair, language: Language) -> str:
    """Return one change in words."""
    key = f"repair.row.{repair.what}"
    if repair.what == "decision":
        key += f".{_BECOMES.get(repair.name, 'open')}"
    return text(
        key,
        language,
        village=place_name(case, repair.village_id),
        school=place_name(case, repair.school_id),
        band=case.band(repair.band).label(language) if repair.band else "",
        pupils=repair.pupils,
        name=repair.name,
        before=_in_words(repair.before),
        after=_in_words(repair.after),
        amount=f"{repair.amount:g}",
    )


def repair_toml(case: Case, remedies: Sequence[Remedy]) -> str:
    """Return the remedies as blocks that can be pasted at the end of ``case.toml``.

    The first as it is, the others as comments. What cannot stand there, because it belongs into a
    table or into ``[rules]``, is always said in comments.
    """
    lines: list[str] = []
    for number, remedy in enumerate(remedies, start=1):
        said = [
            f"# {text('repair.toml.head', case.language, number=number)}",
            *_blocks(case, remedy),
        ]
        lines += said if number == 1 else ["", *(line and f"# {line}" for line in said)]
    return "\n".join([*lines, ""])


def _blocks(case: Case, remedy: Remedy) -> Iterator[str]:
    """Yield the lines of one remedy."""
    for repair in remedy.repairs:
        if repair.what == "rule":
            yield f"# {text('repair.toml.rule', case.language)}"
            yield f"# {repair.name} = {rule_in_words(repair.after)}"
        elif repair.what == "decision":
            yield f"# {text('repair.toml.decision', case.language)}"
            yield f"# {_toml(repair.school_id)}: {repair.before} -> {repair.after}"
    for exemption in exemptions(remedy.repairs):
        yield from ("", "[[exceptions]]", *_exemption(exemption))
    steps = expansions(remedy.repairs)
    if steps:
        yield from ("", f"# {text('repair.toml.expansions', case.language)}")
    for step in steps:
        yield from ("", "[[expansions]]", *_step(step))


def _exemption(exemption: Exemption) -> Iterator[str]:
    """Yield the keys of an exception; its authority is for the planner to fill in."""
    for key, value in vars(exemption).items():
        if value not in ((), "", None, False):
            yield f"{key} = {_toml(value)}"
    yield '# authority = "…"'


def _step(step: Expansion) -> Iterator[str]:
    """Yield the keys of a step of growth."""
    yield f"school_id = {_toml(step.school_id)}"
    yield f"seats = {step.seats}"
    if step.beds:
        yield f"beds = {step.beds}"
    yield "cost = 0"


def _toml(value: object) -> str:
    """Return a value as toml writes it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # Texts and lists of texts are written alike in JSON and toml.
    return json.dumps(value, ensure_ascii=False)


def _in_words(value: object) -> str:
    """Return a value as a sentence shows it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return value if isinstance(value, str) else rule_in_words(value)
