"""One thing that careless or hostile planners do to a case."""

from __future__ import annotations

from dataclasses import dataclass

from cases.changes import Change


@dataclass(frozen=True)
class BadInput:
    """One change to the example town.

    Parameters
    ----------
    name : str
        Of the test.
    change : Change
        What is done to the folder of the case.
    says : tuple of str
        Parts of the English message: the table, the row where there is one, the cure.
    status : int
        Exit status of ``optimize``.
    """

    name: str
    change: Change
    says: tuple[str, ...]
    status: int = 3
