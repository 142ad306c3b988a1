"""What schools, villages, goals and bands are called in a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.errors import shortlist
from layoutplan.texts import Language, catalog, text


def told(key: str, fallback: str, language: Language) -> str:
    """Return the sentence `key`, or `fallback` where there is none: a word of a later version."""
    return text(key, language) if key in catalog() else fallback


def words(prefix: str, values: Iterable[object], language: Language) -> list[str]:
    """Return ``<prefix>.<value>`` of each value; one that has no word keeps its name."""
    listed = ["" if value is None or value != value else str(value) for value in values]
    known = {value: told(f"{prefix}.{value}", value, language) for value in set(listed)}
    return [known[value] for value in listed]


def band_labels(plan: Plan) -> dict[str, str]:
    """Return what each band is called, by its name; by both where two have the same grades."""
    labels = {band.name: band.label(plan.language) for band in plan.bands}
    shared = pd.Series(labels).duplicated(keep=False)
    return {
        name: text("workbook.place.named", plan.language, name=label, id=name)
        if shared[name] and label != name
        else label
        for name, label in labels.items()
    }


def names_of(places: pd.DataFrame) -> dict[str, str]:
    """Return the names of villages or schools by id, the id of those without one."""
    return {
        place: name if isinstance(name, str) and name else place
        for place, name in zip(places.index.tolist(), places["name"].tolist(), strict=True)
    }


def labels_of(places: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return what to call villages or schools where no id stands beside them, by id."""
    names = names_of(places)
    shared = pd.Series(list(names.values()), dtype="object").duplicated(keep=False)
    return {
        place: text("workbook.place.named", language, name=name, id=place) if is_shared else name
        for (place, name), is_shared in zip(names.items(), shared.tolist(), strict=True)
    }


def named(
    ids: Sequence[str], names: Mapping[str, str], language: Language, *, n_shown: int = 60
) -> str:
    """Return places as a list of names with their ids, the first `n_shown` of them."""
    each = (
        text("workbook.place.named", language, name=names.get(place, place), id=place)
        for place in ids
    )
    return shortlist(each, language, n_shown=n_shown)
