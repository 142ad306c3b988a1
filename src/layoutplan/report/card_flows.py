"""Between which schools pupils move, as the cards of both tell it."""

from __future__ import annotations

from html import escape
from typing import Final

import pandas as pd

from layoutplan.core.schema import pupils_column
from layoutplan.report.card_words import Words, table

_MOST_SCHOOLS: Final = 5  # that a card names; of the others it tells the sum
_ENDS: Final = (("sends", "from_id", "to_id"), ("receives", "to_id", "from_id"))


class Flows:
    """The flows of a plan, by the school that sends and by the one that receives.

    Parameters
    ----------
    words : Words
        Of the plan.
    flows : pandas.DataFrame
        As in :class:`~layoutplan.report.layers.Layers`.
    """

    def __init__(self, words: Words, flows: pd.DataFrame) -> None:
        self._words = words
        self._columns = [pupils_column(band.name) for band in words.plan.bands]
        plain = pd.DataFrame(flows[["from_id", "to_id", *self._columns, "pupils"]])
        self._found = {
            name: (other, {str(key): rows for key, rows in plain.groupby(own)})
            for name, own, other in _ENDS
        }

    def tables(self, school_id: str) -> str:
        """Return the schools that receive from this one, and those that send to it."""
        tables = [
            self._table(name, other, by_school[school_id])
            for name, (other, by_school) in self._found.items()
            if school_id in by_school
        ]
        return f'<div class="moves">{"".join(tables)}</div>' if tables else ""

    def _table(self, name: str, other: str, flows: pd.DataFrame) -> str:
        """Return the schools at the other end, those of most pupils first."""
        words = self._words
        labels = [escape(band.label(words.plan.language)) for band in words.plan.bands]
        named, unnamed = flows[:_MOST_SCHOOLS], flows[_MOST_SCHOOLS:]
        columns = [named[column].tolist() for column in (*self._columns, "pupils")]
        lines = [
            ("", words.school(school_id), *(words.count(each) if each else "" for each in counts))
            for school_id, *counts in zip(named[other], *columns, strict=True)
        ]
        if len(unnamed):
            blank = [""] * len(labels)
            more = words.say("more_schools", n=len(unnamed))
            lines.append(("", more, *blank, words.count(int(unnamed["pupils"].sum()))))
        header = (words.say(name), *labels, words.say("total"))
        return table(header, lines, kind="flows", numbers=range(1, len(header)))
