"""Why no plan can satisfy the rules of a case, and what would do: as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layoutplan.errors import Finding, InfeasibleError

What = Literal["limit", "boarding_limit", "stay", "seats", "beds", "decision", "least_size", "rule"]


@dataclass(frozen=True)
class Repair:
    """One change of a case.

    Parameters
    ----------
    what : str
        ``limit`` and ``boarding_limit``: pupils of `band` in a village may travel longer;
        ``stay``: they may stay at today's school, to which no way is known; ``seats`` and
        ``beds``: a school gets more; ``decision``: what the table of schools decides is left open;
        ``least_size``: a school may have fewer pupils; ``rule``: a rule of ``case.toml`` changes.
    village_id, band : str
        Whose trip it is.
    school_id : str
        The school that changes, or that these pupils go to.
    name : str
        The rule that changes, as in ``case.toml``; of a decision, what becomes of the school.
    before, after : object
        What it is, and what it should be, in the unit of the case: minutes, places, pupils.
    amount : float
        By how much it changes; 1 where that is no number.
    pupils : int
        Pupils whose trip it is.
    """

    what: What
    village_id: str = ""
    band: str = ""
    school_id: str = ""
    name: str = ""
    before: object = ""
    after: object = ""
    amount: float = 1.0
    pupils: int = 0


@dataclass(frozen=True)
class Remedy:
    """Repairs that together make a plan possible: complete in itself, one choice of several.

    Parameters
    ----------
    repairs : tuple of Repair
        All are needed.
    is_smallest : bool
        Whether it is proven that no smaller changes would do, in the order in which this remedy
        spares things and among the trips that were looked at.
    """

    repairs: tuple[Repair, ...]
    is_smallest: bool = True


@dataclass(frozen=True)
class Block:
    """Pupils and schools whose rules exclude each other by themselves.

    Parameters
    ----------
    finding : Finding
        What is wrong, as a sentence.
    village_ids, school_ids : tuple of str
        Who and what it is about.
    pupils, places : int
        Their number, and the places within their reach.
    """

    finding: Finding
    village_ids: tuple[str, ...]
    school_ids: tuple[str, ...]
    pupils: int
    places: int


@dataclass(frozen=True)
class Diagnosis:
    """Why there is no plan, and what would do.

    Parameters
    ----------
    blocks : tuple of Block
        Where the rules exclude each other; empty where they do so only together.
    remedies : tuple of Remedy
        Each makes a plan possible; proven by finding one.
    reasons, repair : tuple of Finding
        The same as sentences.
    """

    blocks: tuple[Block, ...]
    remedies: tuple[Remedy, ...]
    reasons: tuple[Finding, ...]
    repair: tuple[Finding, ...]


class NoPlanError(InfeasibleError):
    """No plan can satisfy the rules.

    Attributes
    ----------
    diagnosis : Diagnosis
        Why, and what would do, as data.
    """

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__(diagnosis.reasons, diagnosis.repair)
        self.diagnosis = diagnosis
