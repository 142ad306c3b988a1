"""A case: everything a planner hands in, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from layoutplan.core.network import RoadNetwork
from layoutplan.core.relief import HeightGrid
from layoutplan.core.rules import (
    DEFAULT_ORDER,
    Band,
    Costs,
    Exemption,
    Expansion,
    Rules,
    SolverSettings,
)
from layoutplan.core.schema import BAND_SEPARATOR, Mode
from layoutplan.core.speeds import RoadSpeeds, Scenario
from layoutplan.core.travel_times import TravelTimes
from layoutplan.errors import Finding
from layoutplan.texts import Language


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its path as written in the case, its SHA-256, its number of rows."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Decisions:
    """Decisions on schools that were handed in beside the table of schools, and go before it.

    Parameters
    ----------
    words : Mapping from school id to {"free", "keep", "close"}
        In the order of the file.
    source : InputFile
        The file.
    """

    words: Mapping[str, str]
    source: InputFile


@dataclass(frozen=True)
class Imprint:
    """What stands at the foot of maps and reports: the section ``[report]`` of ``case.toml``.

    Parameters
    ----------
    office : str
        Who publishes them.
    review_no : str
        Number of the review that a map for publication needs in China (审图号).
    footer : str
        Words instead of "internal working map".
    """

    office: str = ""
    review_no: str = ""
    footer: str = ""


@dataclass(frozen=True)
class Case:
    """A planner's case.

    Parameters
    ----------
    name : str
        Shown on maps and reports.
    language : {"en", "zh"}
        Of maps, reports and messages.
    folder : Path
        Where ``case.toml`` lies.
    villages : geopandas.GeoDataFrame
        Indexed by ``village_id`` (text, unique, in the order of the file): ``name``, ``township``,
        ``school_id`` (text, empty where not given), ``pupils_<band>`` (int64) for every band,
        and ``geometry`` (points, EPSG:4326).
    schools : geopandas.GeoDataFrame
        Indexed by ``school_id`` (text, unique): ``name``, ``township``, ``enrollment``, ``seats``,
        ``beds`` (int64), ``kind``, ``decision`` (text, always filled), ``is_decision_given``
        (bool: written in the table rather than by default), ``bands`` (text, ``;`` between band
        names, always filled), ``yearly_cost``, ``cost_per_pupil``, ``opening_cost`` (float64, NaN
        where not given) and ``geometry`` (points, EPSG:4326).
    bands : tuple of Band
        In the order of ``case.toml``.
    expansions : tuple of Expansion
        Steps by which schools may grow, in the order they are given.
    exceptions : tuple of Exemption
        Villages and schools for which a limit or the least size is another; of two exceptions
        for the same village and band or school the later counts. See :mod:`layoutplan.core.limits`.
    attendance : pandas.DataFrame, optional
        ``village_id, band, school_id, pupils`` as given by table, with a fresh index.
    roads : RoadNetwork, optional
        Roads, where the case has any.
    max_snap_meters : float
        A place farther than this from every usable road is off the network.
    speeds : RoadSpeeds
        What the planner says of speeds on the roads.
    relief : tuple of HeightGrid
        Heights of the ground; where grids overlap, the first that knows a height has it.
    scenario : Scenario, optional
        The season or event under which the roads are looked at; none is the usual state.
    travel_times : TravelTimes, optional
        A ready table, used instead of the roads.
    townships : geopandas.GeoDataFrame, optional
        Outlines of townships to draw: ``name`` and ``geometry`` (polygons, EPSG:4326).
    imprint : Imprint
        What stands at the foot of maps and reports.
    decisions : Decisions, optional
        Decisions handed in beside the table; `schools` has them already.
    inputs : tuple of InputFile
        Every file that was read, ``case.toml`` first.
    findings : tuple of Finding
        Warnings and notes about the data; errors have already been raised.
    reused : tuple of str
        Keys of the sentences that say what was taken from the cache rather than read.
    """

    name: str
    language: Language
    folder: Path
    villages: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    bands: tuple[Band, ...]
    rules: Rules = field(default_factory=Rules)
    costs: Costs = field(default_factory=Costs)
    order: tuple[str, ...] = DEFAULT_ORDER
    solver: SolverSettings = field(default_factory=SolverSettings)
    expansions: tuple[Expansion, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    attendance: pd.DataFrame | None = None
    roads: RoadNetwork | None = None
    max_snap_meters: float = 500.0
    speeds: RoadSpeeds = field(default_factory=RoadSpeeds)
    relief: tuple[HeightGrid, ...] = ()
    scenario: Scenario | None = None
    travel_times: TravelTimes | None = None
    townships: gpd.GeoDataFrame | None = None
    imprint: Imprint = field(default_factory=Imprint)
    decisions: Decisions | None = None
    inputs: tuple[InputFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    reused: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """Return the case for a notebook: its sizes and its rules in short."""
        from layoutplan.core.rendered import case_html  # which rests on this module

        return case_html(self)

    def band(self, name: str) -> Band:
        """Return the band called `name`.

        Raises
        ------
        KeyError
            When the case has no such band.
        """
        return {band.name: band for band in self.bands}[name]

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that the bands use, each once, in the order of the bands."""
        return tuple(dict.fromkeys(band.mode for band in self.bands))

    @property
    def has_beds(self) -> bool:
        """Whether any school has beds, or may get some."""
        return bool((self.schools["beds"] > 0).any()) or any(
            step.beds > 0 for step in self.expansions
        )

    def limit_ms(self, mode: Mode) -> int:
        """Return the largest limit of the bands that travel by `mode`, in milliseconds.

        The weekly trip of boarders counts where there are beds.
        """
        bands = [band for band in self.bands if band.mode == mode]
        limits = [band.limit_ms for band in bands]
        if self.has_beds:
            limits += [band.boarding_limit_ms for band in bands]
        return max(limits)


def teaches(schools: pd.DataFrame, band: str) -> pd.Series[bool]:
    """Return for each of `schools` (with a column ``bands``) whether it may teach `band`."""
    return schools["bands"].map(lambda bands: band in bands.split(BAND_SEPARATOR)).astype(bool)
