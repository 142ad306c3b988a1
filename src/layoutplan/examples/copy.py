"""Copy the town of eight villages to where a planner wants to start from it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from layoutplan.errors import ConfigError, Finding
from layoutplan.texts import Language

EXAMPLE = Path(__file__).parent / "town"
"""The town itself, in English: a folder to read a case from, not to write to."""

_CHINESE = EXAMPLE / "zh"  # the files that differ
_NAMES = ("case.toml", "villages.csv", "schools.csv", "roads.geojson", "README.md", "PROOF.md")


def write_example(folder: Path, language: Language = "en") -> tuple[Path, ...]:
    """Write a small worked case to `folder`, which is made where it does not exist.

    Parameters
    ----------
    folder : Path
        Where to; files of other names that lie there are left alone.
    language : {"en", "zh"}
        Of names, headers, and the maps and reports of the case.

    Returns
    -------
    tuple of Path
        The files, ``case.toml`` first.

    Raises
    ------
    ConfigError
        When a file of the case is already there, all of them named, or when `folder` cannot be
        written to. Then nothing has been written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [file.name for file in write_example(Path(folder))]
    ['case.toml', 'villages.csv', 'schools.csv', 'roads.geojson', 'README.md', 'PROOF.md']
    """
    targets = tuple(folder / name for name in _NAMES)
    there = tuple(target.name for target in targets if os.path.lexists(target))
    if there:
        finding = Finding("examples.exists", "error", ids=there, facts={"folder": str(folder)})
        raise ConfigError(findings=[finding])
    try:
        _write_all(targets, language)
    except OSError as fault:
        facts = {"folder": str(folder), "detail": fault.strerror or str(fault)}
        raise ConfigError(findings=[Finding("examples.folder", "error", facts=facts)]) from fault
    return targets


def _write_all(targets: tuple[Path, ...], language: Language) -> None:
    """Write every file whole, ``case.toml`` last: without it the folder is no case yet."""
    folder = targets[0].parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".layoutplan-") as draft:
        for target in targets:
            (Path(draft) / target.name).write_bytes(_content(target.name, language))
        for target in reversed(targets):
            (Path(draft) / target.name).replace(target)


def _content(name: str, language: Language) -> bytes:
    """Return the bytes of one file of the town."""
    chinese = _CHINESE / name
    return (chinese if language == "zh" and chinese.exists() else EXAMPLE / name).read_bytes()
