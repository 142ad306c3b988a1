"""Where the tables and roads of a case lie, and how to read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from layoutplan.core.speeds import Scenario

FileLabel = tuple[Path, str]  # a file, and its path as written in case.toml


@dataclass(frozen=True)
class TableSource:
    """A table of the case.

    Parameters
    ----------
    path : Path
        The file, already resolved against the folder of the case.
    label : str
        Its path as written in ``case.toml``: the name in findings and provenance.
    columns : dict
        The planner's own headers: column of the contract -> header in the file.
    """

    path: Path
    label: str
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RoadSource:
    """The roads of the case.

    Parameters
    ----------
    path, label
        As for a table.
    max_snap_meters : float
        A place farther than this from any usable road is off the network.
    join_gaps_meters : float
        Line files: a line end closer than this to another line is joined to it.
    node_crossings : bool
        Line files: lines that cross are joined where they cross.
    class_column : str, optional
        Line files: the column with the road class; ``highway`` is used where it exists.
    id_column : str, optional
        Line files: the column with what the file calls its roads; row numbers where not given.
    elevation : tuple of (Path, str)
        Files of heights, each with its label; where they overlap, the first that knows has it.
    """

    path: Path
    label: str
    max_snap_meters: float = 500.0
    join_gaps_meters: float = 0.0
    node_crossings: bool = False
    class_column: str | None = None
    id_column: str | None = None
    elevation: tuple[FileLabel, ...] = ()


@dataclass(frozen=True)
class ScenarioSource:
    """A scenario of the case, the area that it closes still in its file.

    Parameters
    ----------
    scenario : Scenario
        All but the area.
    area : (Path, str), optional
        File of polygons with its label.
    """

    scenario: Scenario
    area: FileLabel | None = None


def is_within(folder: Path, path: Path) -> bool:
    """Return whether a path, its links followed, stays in the folder of the case."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (RuntimeError, ValueError):  # links in a circle, a null byte: there is no such file
        return True


def is_file(path: Path) -> bool:
    """Return whether there is a file; a name that no file can have is none."""
    try:
        return path.is_file()
    except OSError:
        return False
