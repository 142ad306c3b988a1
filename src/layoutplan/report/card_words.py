"""How cards say things: names of schools, minutes, counts, small tables. Every text is escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from layoutplan.core.plan import Plan
from layoutplan.core.shown import shown
from layoutplan.report.card_rows import CardRow
from layoutplan.texts import text

_ROUNDING: Final = 1e-4  # minutes that a trip may be over its limit by writing it down


class Words:
    """Says things of the schools and villages of a plan, as HTML.

    Parameters
    ----------
    plan : Plan
        Its language is spoken.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        names = plan.schools["name"].fillna("")
        is_shared = names.duplicated(keep=False) & (names != "")
        self._schools = {
            str(school_id): f"{name} ({school_id})" if shared else name or str(school_id)
            for school_id, name, shared in zip(plan.schools.index, names, is_shared, strict=True)
        }

    def say(self, what: str, **facts: object) -> str:
        """Return the sentence ``card_page.<what>``, escaped."""
        return escape(text(f"card_page.{what}", self.plan.language, **facts))

    def school(self, school_id: str) -> str:
        """Return a school by name, with its id where others are called so; words for none."""
        if not school_id:
            return self.say("no_school")
        return escape(self._schools.get(school_id, school_id))

    def schools(self, school_ids: Iterable[str]) -> str:
        """Return schools by name, one after the other."""
        between = escape(text("list.separator", self.plan.language))
        return between.join(self.school(each) for each in school_ids)

    def count(self, pupils: float) -> str:
        """Return a number of pupils as it may be shown."""
        return escape(shown(pupils, is_public=self.plan.is_public))

    def minutes(self, minutes: float) -> str:
        """Return minutes with one decimal, a dash where there are none."""
        return f"{minutes:.1f}" if math.isfinite(minutes) else "–"

    def trip(
        self, school_id: str, minutes: float, limit: float = math.inf, *, called: str = ""
    ) -> str:
        """Return a school, or what it is `called`, and the minutes to it where a way is known."""
        if not school_id:
            return f'<i class="none">{self.say("no_school")}</i>'
        name = called or self.school(school_id)
        if not math.isfinite(minutes):
            return f'{name} <i class="none">{self.say("no_path")}</i>'
        said = self.say("minutes", minutes=f"{minutes:.1f}")
        kind = "over" if minutes > limit + _ROUNDING else "time"
        return f'{name} <span class="{kind}">{said}</span>'

    def limit(self, row: CardRow) -> str:
        """Return the limit of a group of pupils."""
        if not row.limit:
            return "–"
        what = "limit.boards" if row.boards else "limit"
        return self.say(what, minutes=f"{row.limit:g}")


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str, numbers: Sequence[int]
) -> str:
    """Return a table of cells that are HTML already; the columns at `numbers` are of numbers."""

    def line(tag: str, cells: Sequence[str], start: str) -> str:
        said = "".join(
            f'<{tag} class="n">{cell}</{tag}>' if place in numbers else f"<{tag}>{cell}</{tag}>"
            for place, cell in enumerate(cells)
        )
        return f"{start}{said}</tr>"

    body = "".join(
        line("td", cells[1:], f'<tr class="{cells[0]}">' if cells[0] else "<tr>") for cells in rows
    )
    return f'<table class="{kind}"><thead>{line("th", header, "<tr>")}</thead>{body}</table>'
