"""Which code does the steps of the search: numpy, or numba where it is installed and pays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from layoutplan.core.network import TravelGraph
from layoutplan.errors import Finding, MissingDependencyError
from layoutplan.travel import chains, edges, rounds, tables
from layoutplan.travel.edges import Arcs, Edges
from layoutplan.travel.hierarchy import Hierarchy
from layoutplan.travel.sweep import Reckoning, Times
from layoutplan.travel.tables import Ways

Engine = Literal["numpy", "numba"]

# Loading numba and what it compiled takes 0.8 s, which it saves with a million nodes. As compiling
# takes 15 s the first time, it should save more.
COMPILED_NODES: Final = 2_000_000


class Descent(Protocol):
    """Where the search for times from some places begins; see `layoutplan.travel.tables`."""

    @property
    def n_rows(self) -> int:
        """Number of rows of a table that is held for all columns at once."""

    def times_to(self, ends: Ways) -> Times:
        """Return the least times from these places (rows) to other places (columns)."""


@dataclass(frozen=True)
class Steps:
    """The steps of the search, by their names in the files for numpy."""

    edges_of: Callable[[TravelGraph], Edges]
    pruned: Callable[[Edges], Edges]
    without_chains: Callable[[Edges], tuple[Edges, list[Arcs]]]
    without_independent: Callable[[Edges], tuple[Edges, Arcs]]
    all_times: Callable[[Edges], NDArray[np.int64]]
    plan_descent: Callable[[Hierarchy, Ways, Reckoning], Descent]


def steps_of(engine: Engine | None, n_nodes: int) -> Steps:
    """Return the steps in one of two codes, which give the same to the last integer.

    Parameters
    ----------
    engine : {"numpy", "numba"} or None
        The code. None stands for numba where it is installed and the network has at least
        `COMPILED_NODES`, else for numpy. The first time on a machine numba compiles for some 15 s,
        and keeps the outcome beside this package or, where it must not write there, in the user's
        cache folder.
    n_nodes : int
        Size of the network.

    Raises
    ------
    MissingDependencyError
        Where numba is asked for and not installed.
    """
    is_installed = find_spec("numba") is not None
    if engine == "numba" and not is_installed:
        raise MissingDependencyError(findings=[Finding("travel.numba", "error")])
    if engine == "numba" or (engine is None and is_installed and n_nodes >= COMPILED_NODES):
        # Loaded here: it takes long, and may not be installed.
        from layoutplan.travel import compiled

        return Steps(
            compiled.edges_of,
            compiled.pruned,
            compiled.without_chains,
            compiled.without_independent,
            compiled.all_times,
            compiled.plan_descent,
        )
    return Steps(
        edges.edges_of,
        edges.pruned,
        chains.without_chains,
        rounds.without_independent,
        rounds.all_times,
        tables.plan_descent,
    )
