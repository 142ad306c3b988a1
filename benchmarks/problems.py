"""What this engine gets: roads and approaches, in a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from layoutplan.core.network import Approaches, TravelGraph
from layoutplan.core.travel_times import Pairs

PROBLEM_FILE = "problem.npz"


@dataclass(frozen=True)
class Problem:
    """What this engine gets: the roads alone, and how places hang on them."""

    graph: TravelGraph
    approaches: Approaches
    limit_ms: int

    @property
    def n_villages(self) -> int:
        """Number of villages."""
        return self.approaches.n_villages

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return self.approaches.n_schools

    def save(self, folder: Path) -> None:
        """Write the problem into a folder."""
        approaches = {key: value for key, value in vars(self.approaches).items() if key != "direct"}
        np.savez(
            folder / PROBLEM_FILE,
            limit_ms=self.limit_ms,
            **_prefixed("graph.", vars(self.graph)),
            **_prefixed("approaches.", approaches),
            **_prefixed("direct.", vars(self.approaches.direct)),
        )

    @classmethod
    def load(cls, folder: Path) -> Problem:
        """Return the problem in a folder."""
        with np.load(folder / PROBLEM_FILE) as kept:
            arrays = {key: kept[key] if kept[key].ndim else int(kept[key]) for key in kept.files}
        direct = Pairs(**_under("direct.", arrays))
        return cls(
            graph=TravelGraph(**_under("graph.", arrays)),
            approaches=Approaches(**_under("approaches.", arrays), direct=direct),
            limit_ms=arrays["limit_ms"],
        )


def _prefixed(prefix: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays with `prefix` before their names."""
    return {prefix + key: value for key, value in arrays.items()}


def _under(prefix: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return the arrays whose names begin with `prefix`, named by what follows it."""
    return {
        key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)
    }
