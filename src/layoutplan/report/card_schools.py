"""The card of a school: what becomes of it and why, before and after, on a page of its own."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from layoutplan.core.plan import Plan
from layoutplan.core.schema import CLOSED_ACTIONS
from layoutplan.core.shown import HIDDEN, LEAST_SHOWN
from layoutplan.report.card_flows import Flows
from layoutplan.report.card_map import Dot, Locator, symbol
from layoutplan.report.card_opposites import opposite
from layoutplan.report.card_rows import CardRow
from layoutplan.report.card_words import Words, table
from layoutplan.report.layers import Layers
from layoutplan.texts import text

_MOST_ROWS: Final = 19  # groups of pupils that the page of a card has room for
_LONGEST_REASON: Final = 620
_TIMES: Final = ("before", "after")

Row = Mapping[Hashable, Any]


@dataclass
class SchoolCards:
    """Makes the cards of the schools of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    layers : Layers
        Of it.
    rows : sequence of CardRow
        Its groups of pupils.
    """

    plan: Plan
    layers: Layers
    rows: Sequence[CardRow]
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        """Sort what cards show by school."""
        self.words = Words(self.plan)
        self._locator = Locator(self.plan, self.layers.roads)
        self._groups: dict[str, list[CardRow]] = {}
        for row in self.rows:
            for school_id in {row.school_id, row.school_id_before} - {""}:
                self._groups.setdefault(school_id, []).append(row)
        self._flows = Flows(self.words, self.layers.flows)
        names = self.plan.villages["name"]
        self._village = {key: name or str(key) for key, name in names.items()}
        self._township = self.plan.villages["township"].to_dict()

    def card(self, number: int, school: Row) -> str:
        """Return the card of a school, a row of ``layers.schools`` with its id."""
        say, school_id = self.words.say, school["school_id"]
        groups = self._listed(school_id)
        shown_rows = groups[:_MOST_ROWS]
        labels = self._numbers(shown_rows)
        parts = (
            f'<article class="school" id="s{number}">',
            self._head(number, school),
            f'<p class="reason">{escape(_short(school["reason"]))}</p>',
            f'<div class="sides"><div>{self._pupils(school)}{self._facts(school)}</div>',
            f"<figure>{self._map(school, groups, labels)}{self._key()}</figure></div>",
            self._flows.tables(school_id),
            f"<h3>{say('groups')}</h3>{self._table(school_id, shown_rows, labels)}",
            self._more(groups[_MOST_ROWS:]),
            opposite(self.words, school),
            "</article>",
        )
        return "".join(parts)

    def _head(self, number: int, school: Row) -> str:
        """Return name, action and place of a school."""
        action = escape(text(f"map.action.{school['action']}", self.plan.language))
        if school["kind"] == "candidate" and school["action"] != "open":
            action = self.words.say("unbuilt")
        into = [each for each in str(school["into"]).split(";") if each]
        where = f" → {self.words.schools(into)}" if into else ""
        mark = f'<svg viewBox="-14 -14 28 28">{symbol(school["action"], 0, 0, 11)}</svg>'
        kind = escape(text(f"map.kind.{school['kind']}", self.plan.language))
        about = " · ".join(
            part
            for part in (kind, escape(school["township"] or ""), escape(school["school_id"]))
            if part
        )
        return (
            f'<header><p class="number">{self.words.say("school.number", number=number)}</p>'
            f"<h2>{escape(school['name'] or school['school_id'])}</h2>"
            f'<p class="about">{about}</p>'
            f'<p class="action {school["action"]}">{mark}<span>{action}{where}</span></p></header>'
        )

    def _pupils(self, school: Row) -> str:
        """Return the pupils by band, before and after."""
        say, lines = self.words.say, []
        for band in self.plan.bands:
            counts = [school[f"pupils_{when}_{band.name}"] for when in _TIMES]
            lines.append(("", escape(band.label(self.plan.language)), *self._counts(*counts)))
        total = self._counts(school["enrollment_before"], school["enrollment_after"])
        lines.append(("total", say("total"), *total))
        header = (say("pupils"), say("before"), say("after"), say("change"))
        return table(header, lines, kind="pupils", numbers=(1, 2, 3))

    def _counts(self, before: int, after: int) -> tuple[str, str, str]:
        """Return two counts of pupils and their change."""
        said = [self.words.count(count) for count in (before, after)]
        is_hidden = escape(HIDDEN) in said
        change = "" if is_hidden else f"{after - before:+,d}".replace("-", "−").replace("+0", "0")
        return said[0], said[1], change

    def _facts(self, school: Row) -> str:
        """Return seats, beds, villages and minutes."""
        say = self.words.say
        rows: list[tuple[str, ...]] = [
            ("", say("seats"), f"{school['seats']:,d}", self._use(school)),
            ("", say("beds"), f"{school['beds']:,d}", self._boarders(school)),
        ]
        header = ("", say("before"), say("after"))
        trips = [
            (
                "",
                say("villages"),
                f"{school['villages_before']:,d}",
                f"{school['villages_after']:,d}",
            ),
            *(
                ("", say(name), *(self.words.minutes(school[f"{column}_{w}"]) for w in _TIMES))
                for name, column in (("mean_minutes", "minutes"), ("max_minutes", "max_minutes"))
            ),
        ]
        if school["unreached_before"] or school["unreached_after"]:
            counts = (school["unreached_before"], school["unreached_after"])
            trips.append(("", say("unreached"), *(self.words.count(each) for each in counts)))
        return table(header, trips, kind="trips", numbers=(1, 2)) + table(
            (say("places"), "", say("used")), rows, kind="places", numbers=(1, 2)
        )

    def _use(self, school: Row) -> str:
        """Return how many of the seats are taken under the plan."""
        pupils = int(school["enrollment_after"])
        if school["action"] in CLOSED_ACTIONS:
            return "–"
        is_hidden = self.plan.is_public and 0 < pupils < LEAST_SHOWN
        if not school["seats"] or is_hidden:
            return self.words.count(pupils)
        share = f"{100 * pupils / school['seats']:.0f} %"
        return (
            f"{pupils:,d} ({f'<b class=over>{share}</b>' if pupils > school['seats'] else share})"
        )

    def _boarders(self, school: Row) -> str:
        """Return how many board under the plan."""
        return self.words.count(school["boarders_after"])

    def _map(self, school: Row, groups: Sequence[CardRow], labels: Mapping[str, str]) -> str:
        """Return the small map of a school."""
        school_id = school["school_id"]
        kinds: dict[str, str] = {}
        lines: dict[tuple[str, str, bool], None] = {}
        for row in groups:
            kind = "stays"
            if row.is_moved:
                kind = "comes" if row.school_id == school_id else "leaves"
                if row.school_id_before:
                    lines[row.village_id, row.school_id_before, False] = None
            lines[row.village_id, row.school_id, True] = None
            if kinds.get(row.village_id) in (None, "stays"):
                kinds[row.village_id] = kind
        dots = [Dot(key, labels.get(key, ""), kind) for key, kind in kinds.items()]
        dots.sort(key=lambda dot: bool(dot.label))
        title = text("card_page.map", self.plan.language, school=school["name"] or school_id)
        return self._locator.svg(school_id, dots, list(lines), title)

    def _key(self) -> str:
        """Return what the marks of the map mean."""
        marks = "".join(
            f'<span><i class="dot {kind}"></i>{self.words.say(f"key.{kind}")}</span>'
            for kind in ("stays", "comes", "leaves")
        )
        ways = "".join(
            f'<span><i class="way {kind}"></i>{self.words.say(f"key.{kind}")}</span>'
            for kind in ("planned", "given_up")
        )
        return f"<figcaption>{marks}{ways}</figcaption>"

    def _listed(self, school_id: str) -> list[CardRow]:
        """Return the groups of a school: villages from which some move first, then large ones."""
        groups = self._groups.get(school_id, [])
        is_moved: dict[str, bool] = {}
        pupils: dict[str, int] = {}
        for row in groups:
            is_moved[row.village_id] = is_moved.get(row.village_id, False) or row.is_moved
            pupils[row.village_id] = pupils.get(row.village_id, 0) + row.pupils

        def place(row: CardRow) -> tuple[bool, int, str]:
            return not is_moved[row.village_id], -pupils[row.village_id], row.village_id

        return sorted(groups, key=place)

    def _numbers(self, rows: Sequence[CardRow]) -> dict[str, str]:
        """Return the number of each listed village, on the map and in the table."""
        villages = dict.fromkeys(row.village_id for row in rows)
        return {village: str(place) for place, village in enumerate(villages, start=1)}

    def _table(self, school_id: str, rows: Sequence[CardRow], labels: Mapping[str, str]) -> str:
        """Return the groups of pupils that come, leave and stay."""
        say = self.words.say
        if not rows:
            return f'<p class="more">{say("nobody")}</p>'
        lines = []
        for row in rows:
            before = self._place(school_id, row.school_id_before, row.minutes_before, math.inf)
            after = self._place(school_id, row.school_id, row.minutes, row.limit)
            boards = f' <i class="none">{say("boards")}</i>' if row.boards else ""
            lines.append(
                (
                    self._kind(school_id, row),
                    labels[row.village_id],
                    escape(self._village[row.village_id]),
                    escape(row.band),
                    escape(row.told),
                    before,
                    after + boards,
                    self.words.limit(row),
                )
            )
        header = tuple(
            say(each) for each in ("no", "village", "band", "pupils", "before", "after", "of_limit")
        )
        return table(header, lines, kind="groups", numbers=(0, 3, 6))

    def _kind(self, school_id: str, row: CardRow) -> str:
        """Return whether a group comes, leaves or stays."""
        if not row.is_moved:
            return "stays"
        return "comes" if row.school_id == school_id else "leaves"

    def _place(self, here: str, school_id: str, minutes: float, limit: float) -> str:
        """Return a school and the minutes to it; this one is called so."""
        if school_id != here:
            return self.words.trip(school_id, minutes, limit)
        return self.words.trip(school_id, minutes, limit, called=self.words.say("here"))

    def _more(self, rows: Sequence[CardRow]) -> str:
        """Return how many groups the card has no room for."""
        if not rows:
            return ""
        pupils = self.words.count(sum(row.pupils for row in rows))
        return f'<p class="more">{self.words.say("more", n=len(rows), pupils=pupils)}</p>'


def _short(reason: str) -> str:
    """Return a reason that the page has room for."""
    return reason if len(reason) <= _LONGEST_REASON else reason[:_LONGEST_REASON].rstrip() + " …"
