"""How long work tells whoever is waiting for it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the key of a sentence (such as ``"progress.search"``), steps done, steps in all.

A total of 0 means that the number of steps is not known.
"""


def silent(key: str, done: int, total: int) -> None:
    """Tell nobody: the default where nobody waits."""
