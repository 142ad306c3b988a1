"""What was to be reached, and whether it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.tables import markdown, number


@dataclass(frozen=True)
class Goal:
    """A number that was set before anything was measured.

    Parameters
    ----------
    what : str
        In words.
    asked, measured : float
        In `unit`.
    unit : str
        Written behind both.
    is_most : bool
        Whether `asked` is the most that is allowed, else the least.
    """

    what: str
    asked: float
    measured: float
    unit: str
    is_most: bool = False

    @property
    def is_met(self) -> bool:
        """Whether what was measured is on the right side of what was asked."""
        return self.measured <= self.asked if self.is_most else self.measured >= self.asked


def goals_table(goals: Iterable[Goal]) -> str:
    """Return the goals as a table."""
    rows = [
        (
            goal.what,
            f"{'≤' if goal.is_most else '≥'} {goal.asked:,g} {goal.unit}",
            f"{number(goal.measured)} {goal.unit}",
            "met" if goal.is_met else "**missed**",
        )
        for goal in goals
    ]
    return markdown(("goal", "asked", "measured", ""), rows)
