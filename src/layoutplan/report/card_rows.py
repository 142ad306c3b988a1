"""The rows that cards show: groups of pupils with their trips, limit and next best school."""

from __future__ import annotations

from dataclasses import dataclass

from layoutplan.core.plan import Plan
from layoutplan.core.shown import shown
from layoutplan.report.units import units_of


@dataclass(frozen=True)
class CardRow:
    """A group of pupils as a card tells it: texts, but for minutes (``inf``: no path or no limit).

    Parameters
    ----------
    village_id, school_id, school_id_before, next_school_id : str
        Where from and where to; empty for none.
    band : str
        In words.
    pupils : int
        To sort by; `told` is what may be shown.
    limit, minutes, minutes_before, next_minutes : float
        One way, door to door; of boarders the weekly trip.
    boards : bool
        Whether they board under the plan.
    """

    village_id: str
    band: str
    pupils: int
    told: str
    school_id_before: str
    minutes_before: float
    school_id: str
    minutes: float
    boards: bool
    limit: float
    next_school_id: str
    next_minutes: float

    @property
    def is_moved(self) -> bool:
        """Whether they go elsewhere than today."""
        return self.school_id != self.school_id_before


def card_rows(plan: Plan) -> list[CardRow]:
    """Return the groups of pupils of `plan`, in the order of its assignments."""
    units = units_of(plan)
    labels = {band.name: band.label(plan.language) for band in plan.bands}
    columns = (
        units["village_id"],
        units["band"].map(labels),
        units["pupils"],
        [shown(pupils, is_public=plan.is_public) for pupils in units["pupils"]],
        units["school_id_before"],
        units["minutes_before"],
        units["school_id"],
        units["minutes"],
        units["how"] == "board",
        units["limit"],
        units["next_school_id"],
        units["next_minutes"],
    )
    lists = (list(column) for column in columns)
    return [CardRow(*values) for values in zip(*lists, strict=True)]
