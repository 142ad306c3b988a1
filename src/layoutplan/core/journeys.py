"""The roads as one kind of traveler uses them, with the villages and schools of a case on them."""

from __future__ import annotations

from dataclasses import dataclass

from layoutplan.core.network import Access, Approaches, SegmentTimes, TravelGraph
from layoutplan.core.rules import Band
from layoutplan.core.speeds import Traveler
from layoutplan.core.travel_times import Pairs


@dataclass(frozen=True)
class Journeys:
    """All that trips of one kind of traveler are worked out from.

    Parameters
    ----------
    traveler : Traveler
        Mode and pace.
    bands : tuple of Band
        The bands whose pupils travel so.
    times : SegmentTimes
        How long they take along each segment of the road network.
    graph : TravelGraph
        The roads alone.
    approaches : Approaches
        How villages and schools hang on them, by their positions in the case.
    village_access, school_access : Access
        Where these meet the roads.
    walks : Pairs
        Ways straight across on foot, without any road; they are among ``approaches.direct``.
    """

    traveler: Traveler
    bands: tuple[Band, ...]
    times: SegmentTimes
    graph: TravelGraph
    approaches: Approaches
    village_access: Access
    school_access: Access
    walks: Pairs
