"""What ``case.toml`` sets: bands, rules, costs, the order of objectives, the solver."""

from __future__ import annotations

from dataclasses import dataclass

from layoutplan.core.schema import MS_PER_MINUTE, Boarding, Mode, Movement, OverLimit
from layoutplan.texts import Language, band_label


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

    @property
    def boarding_limit_ms(self) -> int:
        """The longest weekly trip of a boarder in whole milliseconds; 0 where nobody boards."""
        if not self.boarding or self.max_boarding_minutes is None:
            return 0
        return round(self.max_boarding_minutes * MS_PER_MINUTE)

    def label(self, language: Language) -> str:
        """Return the band as its grades, or as its name where they are unknown or not in a row.

        Examples
        --------
        >>> Band("g1_3", "walk", 30.0, grades=(1, 2, 3)).label("en")
        'Grades 1–3'
        """
        return band_label(self.name, self.grades, language)

    @property
    def facts(self) -> dict[str, object]:
        """What a finding has to know to name the band by its label, in any language."""
        return {"band": self.name, "band_grades": list(self.grades)}


@dataclass(frozen=True)
class BorderSwap:
    """Two townships that lend each other as many seats as they borrow.

    Parameters
    ----------
    townships : tuple of two str
        Names as in the tables; villages of one, schools of the other.
    max_difference : int
        By how many pupils those who move across the border one way may outnumber those who move
        the other way.
    """

    townships: tuple[str, str]
    max_difference: int = 0


@dataclass(frozen=True)
class Expansion:
    """A step by which a school may grow; of several steps of a school one is taken at the most.

    Parameters
    ----------
    school_id : str
        An existing school or a candidate.
    seats, beds : int
        What the step adds.
    cost : float
        Money once.
    yearly_cost : float
        Money a year beside the school's own.
    """

    school_id: str
    seats: int
    beds: int = 0
    cost: float = 0.0
    yearly_cost: float = 0.0


@dataclass(frozen=True)
class Exemption:
    """An exception from the rules for some villages or schools: a block of ``[[exceptions]]``.

    Parameters
    ----------
    villages : tuple of str
        Ids of the villages whose pupils of `band` may travel longer, or stay where they are.
    band : str
        Whose limit it is.
    max_minutes, max_boarding_minutes : float, optional
        The limits of these pupils instead of those of the band.
    stay : bool
        Whether they may stay at today's school however long the way, even without a known one.
    schools : tuple of str
        Ids of the schools that `min_enrollment` is for.
    min_enrollment : int, optional
        The least size of these schools instead of that of the rules.
    authority : str
        Who allows it: number and date of the document.
    """

    villages: tuple[str, ...] = ()
    band: str = ""
    max_minutes: float | None = None
    max_boarding_minutes: float | None = None
    stay: bool = False
    schools: tuple[str, ...] = ()
    min_enrollment: int | None = None
    authority: str = ""


@dataclass(frozen=True)
class Rules:
    """What a plan must keep to; defaults as in the contract.

    Every rule is described with its formula in docs/rules.md.

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
    boarding : {"beyond_reach", "anywhere"}
        Whether pupils board only where no other open school lies within a day's trip, since older
        pupils are day pupils in the main (国办发〔2018〕27号); or wherever that serves the plan.
    teaching_point_bands : tuple of str
        Bands of a teaching point. Where any are named, a small school may stay as one.
    closest_open : bool
        Whether those who move go to the nearest open school that may receive them.
    one_per_township : tuple of str
        Kinds of school (``center``, ``primary``, ``teaching_point``, ``any``) of which every
        township that has one today keeps at least one.
    siblings_together : bool
        Whether all bands of a village that attend the same school today stay together.
    villages_together : tuple of tuple of str
        Groups of villages whose pupils of one band and one school today stay together.
    contiguous : bool
        Whether catchments hang together: pupils move only to where neighbors nearer to it go.
    must_merge_into, never_merge_into : tuple of (str, str)
        Pairs of schools: whoever leaves the first goes to the second; or never goes there.
    border_swaps : tuple of BorderSwap
        Townships that lend each other seats in equal number.
    budget : float, optional
        The most money that opening and expanding schools may cost once.
    """

    small_below: int = 50
    movement: Movement = "by_village"
    min_enrollment: int = 0
    max_closures: int | None = None
    open_exactly: int | None = None
    over_limit_today: OverLimit = "keep"
    boarding: Boarding = "beyond_reach"
    teaching_point_bands: tuple[str, ...] = ()
    closest_open: bool = False
    one_per_township: tuple[str, ...] = ()
    siblings_together: bool = False
    villages_together: tuple[tuple[str, ...], ...] = ()
    contiguous: bool = False
    must_merge_into: tuple[tuple[str, str], ...] = ()
    never_merge_into: tuple[tuple[str, str], ...] = ()
    border_swaps: tuple[BorderSwap, ...] = ()
    budget: float | None = None


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
