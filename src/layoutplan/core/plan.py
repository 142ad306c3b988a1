"""A plan: what becomes of every school, and where every pupil goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from layoutplan.core.case import Decisions, Imprint, InputFile
from layoutplan.core.rules import Band
from layoutplan.core.schema import Status
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.texts import Language


@dataclass(frozen=True)
class ObjectiveResult:
    """What the solver said of one objective.

    Parameters
    ----------
    name : str
        Such as ``"pupil_minutes"``.
    value : float
        Of the plan, in the unit that the name says.
    bound : float
        No plan can be below it, given the objectives before; ``-inf`` where none is known.
    gap : float
        ``(value - bound) / |value|``; 0 is proven optimal, ``inf`` where no bound is known.
    """

    name: str
    value: float
    bound: float
    gap: float


@dataclass(frozen=True)
class Plan:
    """A whole plan, with all that is needed to draw it, store it and check it.

    Parameters
    ----------
    name, language
        Of the case.
    status : {"optimal", "within_gap", "time_limit"}
        What is proven: every objective optimal; within the gap asked for; or neither.
    objective : tuple of ObjectiveResult
        In lexicographic order.
    villages : geopandas.GeoDataFrame
        As in the case.
    schools : geopandas.GeoDataFrame
        As in the case, and the columns of ``schools.csv``: ``action``, ``into``,
        ``enrollment_before``, ``enrollment_after``, ``boarders_after``, ``reason``. ``seats`` and
        ``beds`` are those under the plan, steps of growth included.
    assignments : pandas.DataFrame
        The columns of ``assignments.csv`` with a fresh index, sorted by them. ``minutes`` and
        ``minutes_before`` are ``inf`` where there is no path and where nobody attended before.
    bands : tuple of Band
        Of the case.
    roads : geopandas.GeoDataFrame
        Lines to draw: ``road_class`` and ``geometry`` (EPSG:4326); may be empty.
    rules : Mapping
        Rules, bands, solver settings and scenario as used, by their names in ``case.toml``.
    totals : Mapping
        Sums over the plan, as in ``plan.json``.
    inputs : tuple of InputFile
        Files that the plan rests on.
    attendance_source : str
        Where today's attendance came from; ``"reconstructed"`` is said in every output.
    findings : tuple of Finding
        What the planner should know of data and plan.
    versions : Mapping
        Package -> version.
    seconds : float
        Time that making the plan took.
    routes : geopandas.GeoDataFrame, optional
        Ways on the roads to planned and today's schools: ``village_id``, ``band``, ``school_id``
        and ``geometry`` (lines, EPSG:4326), each once, sorted by the three; None where the travel
        times came from a table.
    case_folder : str
        Where the case lies, with ``/`` between folders; ``plan.json`` holds it as seen from the
        plan's own folder. Empty where it is not known.
    times : TravelTimes, optional
        The trips that the plan chose among; None where they were not kept.
    indicators : pandas.DataFrame, optional
        Today and the plan in numbers, as :func:`~layoutplan.evaluate` returns them.
    opposites : pandas.DataFrame, optional
        What the opposite of each decision would mean, the table ``schools`` of an
        :class:`~layoutplan.core.opposite.Explanation`; None where nobody asked.
    townships : geopandas.GeoDataFrame, optional
        Outlines of townships as in the case: ``name`` and ``geometry``.
    imprint : Imprint
        Who publishes it, and under which numbers.
    is_public : bool
        Whether its counts were changed so that none tells of fewer than five pupils; see
        :mod:`layoutplan.report.public`.
    """

    name: str
    language: Language
    status: Status
    objective: tuple[ObjectiveResult, ...]
    villages: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    assignments: pd.DataFrame
    bands: tuple[Band, ...]
    roads: gpd.GeoDataFrame
    rules: Mapping[str, object]
    totals: Mapping[str, object]
    inputs: tuple[InputFile, ...]
    attendance_source: str
    findings: tuple[Finding, ...]
    versions: Mapping[str, str]
    seconds: float
    routes: gpd.GeoDataFrame | None = None
    case_folder: str = ""
    times: TravelTimes | None = None
    indicators: pd.DataFrame | None = None
    opposites: pd.DataFrame | None = None
    townships: gpd.GeoDataFrame | None = None
    imprint: Imprint = field(default_factory=Imprint)
    is_public: bool = False

    def _repr_html_(self) -> str:
        """Return the plan for a notebook: what is proven, what it reaches, its sizes."""
        from layoutplan.core.rendered import plan_html  # which rests on this module

        return plan_html(self)

    @property
    def scenario(self) -> str:
        """Name of the scenario that it was made under; empty for the usual state of the roads."""
        return str(self.rules.get("scenario", ""))

    @property
    def decisions(self) -> Decisions | None:
        """Decisions beside the table of schools that it was made with; None where there were none.

        What ``plan.json`` says of them is enough to make, check or explain the plan again.
        """
        said = self.rules.get("decisions")
        if not isinstance(said, Mapping):
            return None
        words = {str(school): str(word) for school, word in said["schools"].items()}
        return Decisions(words, InputFile(**said["file"]))
