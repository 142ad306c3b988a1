"""What a plan knows of the case it was made for, where the case itself is not at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from layoutplan.core.case import Case
from layoutplan.core.plan import Plan
from layoutplan.core.rules import Exemption, Expansion, Rules


def case_of(plan: Plan) -> Case:
    """Return the part of the case of `plan` that limits, least sizes and indicators depend on.

    Seats and beds of its schools are those under the plan, steps of growth included; it has
    neither roads nor money.
    """
    said = plan.rules
    known = {each.name for each in fields(Rules)} - {"border_swaps"}
    values = {name: _tuples(value) for name, value in said.items() if name in known}
    return Case(
        name=plan.name,
        language=plan.language,
        folder=Path(),
        villages=plan.villages,
        schools=plan.schools,
        bands=plan.bands,
        rules=replace(Rules(**values), border_swaps=_tuples(said.get("border_swaps", ()))),
        expansions=tuple(Expansion(**each) for each in _blocks(said, "expansions")),
        exceptions=tuple(
            Exemption(**{name: _tuples(value) for name, value in each.items()})
            for each in _blocks(said, "exceptions")
        ),
    )


def _blocks(said: Mapping[str, object], name: str) -> Sequence[Mapping[str, Any]]:
    """Return the blocks of ``plan.rules`` under `name`."""
    found = said.get(name, ())
    return found if isinstance(found, Sequence) else ()


def _tuples(value: Any) -> Any:
    """Return `value` with tuples instead of lists, as the rules have them."""
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
