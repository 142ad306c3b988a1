"""Minutes from villages to schools: only the pairs that matter, in whole milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.schema import MS_PER_MINUTE, TRAVEL_TIMES_CSV, Mode
from layoutplan.errors import Finding

UNREACHED_MS = np.iinfo(np.int64).max  # stands for "no path" where times must be integers


@dataclass(frozen=True)
class Pairs:
    """Village-school pairs that have a path, sorted by village position, then school position.

    Parameters
    ----------
    village_idx, school_idx : (k,) int32
        Positions in the case's villages and schools.
    milliseconds : (k,) int64
        One-way trip from the village to the school, door to door.
    """

    village_idx: NDArray[np.int32]
    school_idx: NDArray[np.int32]
    milliseconds: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.milliseconds)

    def where(self, mask: NDArray[np.bool_]) -> Pairs:
        """Return the pairs where `mask` ((k,) bool) holds, in the same order."""
        return Pairs(self.village_idx[mask], self.school_idx[mask], self.milliseconds[mask])

    def joined(self, other: Pairs) -> Pairs:
        """Return the pairs of both, each once; where both know one, the time of this."""
        village_idx = np.concatenate([self.village_idx, other.village_idx])
        school_idx = np.concatenate([self.school_idx, other.school_idx])
        milliseconds = np.concatenate([self.milliseconds, other.milliseconds])
        order = np.lexsort((school_idx, village_idx))
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = (np.diff(village_idx[order]) != 0) | (np.diff(school_idx[order]) != 0)
        kept = order[is_first]
        return Pairs(village_idx[kept], school_idx[kept], milliseconds[kept])

    def equals(self, other: Pairs) -> bool:
        """Return whether both list the same pairs with the same times."""
        return self is other or (
            np.array_equal(self.village_idx, other.village_idx)
            and np.array_equal(self.school_idx, other.school_idx)
            and np.array_equal(self.milliseconds, other.milliseconds)
        )

    def lookup(
        self, village_idx: NDArray[np.int32], school_idx: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Return the milliseconds of each asked pair, `UNREACHED_MS` where there is none.

        Parameters
        ----------
        village_idx, school_idx : (q,) int32
            Positions; -1 stands for nowhere and is never found.
        """
        n_schools = int(max(self.school_idx.max(initial=-1), school_idx.max(initial=-1))) + 1
        known = self.village_idx.astype(np.int64) * n_schools + self.school_idx
        asked = village_idx.astype(np.int64) * n_schools + school_idx
        place = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
        found = np.full(len(asked), UNREACHED_MS, dtype=np.int64)
        if len(known):
            is_found = (known[place] == asked) & (village_idx >= 0) & (school_idx >= 0)
            found[is_found] = self.milliseconds[place[is_found]]
        return found


@dataclass(frozen=True)
class TravelTimes:
    """One-way trips from villages to schools by band.

    Parameters
    ----------
    village_ids, school_ids : pandas.Index
        Ids in the order of the case; positions in `pairs` refer to them.
    pairs : Mapping from band to Pairs
        A pair that is not listed has no path, or only one longer than was asked for.
    modes : Mapping from band to mode
        How each band travels. Bands of one mode differ only where their pace on foot does.
    source : {"roads", "table"}
        Whether they were computed or given.
    findings : tuple of Finding
        What the planner should know of them: places off the roads, villages out of reach.
    reused : tuple of str
        Keys of the sentences that say what was taken from the cache rather than worked out.
    """

    village_ids: pd.Index
    school_ids: pd.Index
    pairs: Mapping[str, Pairs]
    modes: Mapping[str, Mode]
    source: str
    findings: tuple[Finding, ...] = ()
    reused: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """Return the trips of each band in short for a notebook."""
        from layoutplan.core.rendered import times_html  # which rests on this module

        return times_html(self)

    def minutes(self, village_id: str, school_id: str, band: str) -> float:
        """Return the minutes of one trip, ``inf`` where no path is known.

        Raises
        ------
        KeyError
            When the village, the school or the band is not in the table.
        """
        village_idx = np.array([self.village_ids.get_loc(village_id)], dtype=np.int32)
        school_idx = np.array([self.school_ids.get_loc(school_id)], dtype=np.int32)
        return float(to_minutes(self.pairs[band].lookup(village_idx, school_idx))[0])

    def joined(self, pairs: Mapping[str, Pairs]) -> TravelTimes:
        """Return the travel times with further `pairs` by band.

        Bands that travel alike, so that they have the same pairs so far, get each other's too.
        """
        grown = dict(self.pairs)
        for band, known in self.pairs.items():
            for other, found in pairs.items():
                if self.modes[band] == self.modes[other] and known.equals(self.pairs[other]):
                    grown[band] = grown[band].joined(found)
        return replace(self, pairs=grown)

    def to_frame(self) -> pd.DataFrame:
        """Return the table of the contract: ``village_id, school_id, mode, minutes``, sorted.

        Where bands of one mode walk at different paces, each band has rows of its own, and the
        table a column ``band`` after the mode.
        """
        first_of_mode: dict[Mode, str] = {}
        for band, mode in self.modes.items():
            first_of_mode.setdefault(mode, band)
        is_by_band = any(
            not self.pairs[band].equals(self.pairs[first_of_mode[mode]])
            for band, mode in self.modes.items()
        )
        *keys, minutes = TRAVEL_TIMES_CSV
        columns = [*keys, *(["band"] if is_by_band else []), minutes]
        parts = [
            pd.DataFrame(
                {
                    "village_id": self.village_ids[pairs.village_idx],
                    "school_id": self.school_ids[pairs.school_idx],
                    "mode": self.modes[band],
                    "band": band,
                    "minutes": to_minutes(pairs.milliseconds),
                }
            )
            for band, pairs in self.pairs.items()
            if is_by_band or band == first_of_mode[self.modes[band]]
        ]
        frame = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
        return frame.sort_values(columns[:-1], ignore_index=True)[columns]


def to_minutes(milliseconds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return minutes for whole milliseconds, ``inf`` for `UNREACHED_MS`."""
    minutes = milliseconds / MS_PER_MINUTE
    minutes[milliseconds == UNREACHED_MS] = np.inf
    return minutes
