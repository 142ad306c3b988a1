"""What ``case.toml`` sets: bands, rules, costs, the order of objectives, the solver."""

from __future__ import annotations

from dataclasses import dataclass

from layoutplan.core.schema import MS_PER_MINUTE, Mode, Movement, OverLimit
from layoutplan.texts import Language, text


@dataclass(frozen=True)
class Band:
    """A grade band: pupils who travel alike and under the same limit.

    Parameters
    ----------
    name : str
        As in the villages' column ``pupils_<name>``.
    mode : {"walk", "bike", "bus", "car"}
        How its pupils travel.
    max_minutes : float
        Longest trip, one way, door to door, in minutes; a pair over it is never used.
    grades : tuple of int
        School grades, for reports.
    boarding : bool
        Whether its pupils may board.
    max_boarding_minutes : float, optional
        Longest weekly trip of a boarder, one way, in minutes.
    walking_kmh : float, optional
        Pace of its pupils on level ground, in km/h; by their grades where it is not given.
    """

    name: str
    mode: Mode
    max_minutes: float
    grades: tuple[int, ...] = ()
    boarding: bool = False
    max_boarding_minutes: float | None = None
    walking_kmh: float | None = None

    @property
    def limit_ms(self) -> int:
        """The longest trip of a day pupil in whole milliseconds."""
        return round(self.max_minutes * MS_PER_MINUTE)

    def label(self, language: Language) -> str:
        """Return the band as its grades, or as its name where they are unknown or not in a row.

        Examples
        --------
        >>> Band("g1_3", "walk", 30.0, grades=(1, 2, 3)).label("en")
        'Grades 1–3'
        """
        grades = sorted(self.grades)
        if not grades or grades != list(range(grades[0], grades[-1] + 1)):
            return self.name
        key = "band.grade" if len(grades) == 1 else "band.grades"
        return text(key, language, first=grades[0], last=grades[-1])


@dataclass(frozen=True)
class Rules:
    """What a plan must keep to; defaults as in the contract.

    Parameters
    ----------
    small_below : int
        A school with fewer pupils counts as small and may be merged.
    movement : {"by_village", "whole_school", "redraw"}
        Who may change school: pupils of a closing school, each village for itself; those, but
        all of a band together; or every village.
    min_enrollment : int
        Pupils that a school staying open has at the least, unless it is a teaching point.
    max_closures : int, optional
        The most schools that may close.
    open_exactly : int, optional
        The number of schools open under the plan.
    over_limit_today : {"keep", "forbid"}
        Whether pupils over the limit at today's school, and schools over their seats, may stay so.
    """

    small_below: int = 50
    movement: Movement = "by_village"
    min_enrollment: int = 0
    max_closures: int | None = None
    open_exactly: int | None = None
    over_limit_today: OverLimit = "keep"


@dataclass(frozen=True)
class Costs:
    """Money a year, in the currency of the case, for the objective ``yearly_cost``."""

    per_pupil: float = 0.0
    small_floor: int = 0
    per_boarder: float = 0.0
    per_pupil_minute: float = 0.0


@dataclass(frozen=True)
class SolverSettings:
    """How the integer program is solved.

    Parameters
    ----------
    name : str
        ``"highs"``, or the name of a solver of PuLP such as ``"PULP_CBC_CMD"``.
    gap : float
        Relative distance from the bound at which to stop; 0 asks for a proven optimum.
    seconds : float
        Time for the whole solve. A plan stopped by time may differ between machines.
    threads : int
        Processor threads of the solver.
    seed : int
        Seed of the solver's random choices.
    """

    name: str = "highs"
    gap: float = 0.0
    seconds: float = 300.0
    threads: int = 1
    seed: int = 0


DEFAULT_ORDER = ("small_schools", "pupil_minutes")
