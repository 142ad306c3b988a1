"""What became of a planning problem, and what it took."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

NO_PLAN = "no plan"


@dataclass(frozen=True)
class Stage:
    """What is known of one objective: its value in the plan, and that none can be below `bound`."""

    name: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """The relative distance of value and bound, ``inf`` where there is no bound."""
        distance = self.value - self.bound
        if distance <= 0:
            return 0.0
        return distance / abs(self.value) if self.value and math.isfinite(distance) else math.inf


@dataclass(frozen=True)
class Tried:
    """What came out.

    Parameters
    ----------
    seconds : float
        On the clock.
    status : str
        As a plan has it, or that there is no plan.
    stages : tuple of Stage
        The objectives in their order, as far as they were reached.
    """

    seconds: float
    status: str
    stages: tuple[Stage, ...]

    @property
    def gap(self) -> float:
        """The largest gap of any objective, ``inf`` where there is no plan."""
        return math.inf if self.status == NO_PLAN else max(stage.gap for stage in self.stages)

    def save(self, file: Path) -> None:
        """Write it."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Tried:
        """Return what was written."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        stages = tuple(Stage(**stage) for stage in kept.pop("stages"))
        return cls(**kept, stages=stages)
