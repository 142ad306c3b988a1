"""Trips that nobody has looked up yet: searched only where prices show that they could matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes
from layoutplan.demand.market import Market, Mask
from layoutplan.demand.transport import LARGEST_COST, NO_CHOICES, Choices, Prices

Farther = Callable[[str, Mask, Mask, int | None], Pairs]
"""Called with a band, the villages and the schools asked for ((v,) and (s,) bool, by their
positions in the travel times) and a reach; returns all trips between them that are no longer, or
with None as reach all that there are. Longer ones may be among them."""

_FIRST_REACH = 1000  # a second, or a kilometer
_GROWTH = 4  # of the reach for pupils without any seat
_BLOCK = 20_000_000  # pairs that may at most be found at once, before they are sifted


def looking_farther(
    market: Market, known: Mapping[str, int], farther: Farther
) -> Callable[[Prices], Choices]:
    """Return the function that finds the choices which matter with given prices.

    A trip that is not known yet is worth making only where it is shorter than what the pupil pays
    now less the price of the seat there. But where pupils stay away who could displace others
    until a seat is free elsewhere, any trip between these two groups matters: it seats one more.
    This is settled first; the reach grows step by step, because most find a seat before
    everything is searched.

    Parameters
    ----------
    market : Market
        Who seeks a seat, and who has one.
    known : Mapping from band to int
        All trips no longer than this are known.
    farther : callable
        Finds the others.

    Returns
    -------
    callable
        As `further` of :func:`.cheapest_transport` must be.
    """
    reach: dict[str, int | None] = dict(known)
    settled: dict[str, tuple[Mask, Mask]] = {}

    def found_by(band: str, units: Mask, schools: Mask, within: int | None, at: Prices) -> Choices:
        blocks = _searched(market, farther, band, units, schools, within)
        return NO_CHOICES.joined(*_that_matter(market, band, known[band], at, blocks))

    def further(prices: Prices) -> Choices:
        found = NO_CHOICES
        short = {band: _short_of_seats(market, band, prices) for band in known}
        waiting = [band for band in known if not _is_within(short[band], settled.get(band))]
        while waiting and not len(found):
            for band in waiting:
                reach[band] = _next(reach[band])
                found = found.joined(found_by(band, *short[band], reach[band], prices))
                if reach[band] is None:
                    settled[band] = short[band]
            waiting = [band for band in waiting if reach[band] is not None]
        if len(found):
            return found
        for band in known:
            for units, schools, within in _at_their_price(market, band, known[band], prices):
                found = found.joined(found_by(band, units, schools, within, prices))
        return found

    return further


def trips_beyond(times: TravelTimes, units: pd.DataFrame, farther: Farther) -> dict[str, Pairs]:
    """Return by band the trips of today's `units` that the travel times do not list."""
    found: dict[str, Pairs] = {}
    for band, of_band in units[units["school_id"] != ""].groupby("band"):
        village_idx = times.village_ids.get_indexer(pd.Index(of_band["village_id"]))
        school_idx = times.school_ids.get_indexer(pd.Index(of_band["school_id"]))
        listed = times.pairs[str(band)].lookup(
            village_idx.astype(np.int32), school_idx.astype(np.int32)
        )
        is_missing = listed == UNREACHED_MS
        if is_missing.any():
            is_village = np.zeros(len(times.village_ids), dtype=bool)
            is_school = np.zeros(len(times.school_ids), dtype=bool)
            is_village[village_idx[is_missing]] = is_school[school_idx[is_missing]] = True
            pairs = farther(str(band), is_village, is_school, None)
            key = pairs.village_idx.astype(np.int64) * len(is_school) + pairs.school_idx
            asked = village_idx[is_missing] * len(is_school) + school_idx[is_missing]
            found[str(band)] = pairs.where(np.isin(key, asked))
    return found


def _at_their_price(
    market: Market, band: str, known: int, prices: Prices
) -> Iterator[tuple[Mask, Mask, int]]:
    """Yield units, schools and reach to be searched because of what is paid now.

    Those who have seats and those who are short of them are asked for apart, as the prices of
    both have nothing to do with each other; and units together that look about equally far.
    """
    for group in (False, True):
        units = market.is_of(band) & (prices.is_short == group)
        schools = market.is_taught[band] & (prices.is_sought == group)
        if not units.any() or not schools.any():
            continue
        farthest = np.where(units, prices.worth - prices.seat[schools].min(), known)
        n_steps = np.frexp(farthest / max(known, _FIRST_REACH))[1] // 2
        for step in np.unique(n_steps[farthest > known]):
            asking = (farthest > known) & (n_steps == step)
            asked = schools & (prices.worth[asking].max() - prices.seat > known)
            yield asking, asked, int(farthest[asking].max())


def _short_of_seats(market: Market, band: str, prices: Prices) -> tuple[Mask, Mask]:
    """Return the units that would go any way to a free seat, and the schools that can free one."""
    return market.is_of(band) & prices.is_short, market.is_taught[band] & ~prices.is_sought


def _is_within(asked: tuple[Mask, Mask], settled: tuple[Mask, Mask] | None) -> bool:
    """Return whether there is nothing to ask, or all of it has been searched to the end."""
    if not all(mask.any() for mask in asked):
        return True
    return settled is not None and all(
        bool((mask <= done).all()) for mask, done in zip(asked, settled, strict=True)
    )


def _searched(
    market: Market, farther: Farther, band: str, units: Mask, schools: Mask, reach: int | None
) -> Iterator[Pairs]:
    """Yield the trips within reach between units and schools, block after block."""
    is_school = np.zeros(market.n_schools, dtype=bool)
    is_school[market.school_idx[schools]] = True
    within = reach if reach is None or reach < LARGEST_COST else None
    villages = np.unique(market.village_idx[units])
    step = max(_BLOCK // int(schools.sum()), 1)
    for start in range(0, len(villages), step):
        is_village = np.zeros(market.n_villages, dtype=bool)
        is_village[villages[start : start + step]] = True
        yield farther(band, is_village, is_school, within)


def _that_matter(
    market: Market, band: str, known: int, prices: Prices, blocks: Iterator[Pairs]
) -> Iterator[Choices]:
    """Yield the choices that were not known and cost no more than what is paid."""
    for pairs in blocks:
        choices = market.choices(band, pairs.where(pairs.milliseconds > known))
        yield choices.where(prices.saving(choices) >= 0)


def _next(reach: int | None) -> int | None:
    """Return the next larger reach; None for whatever length."""
    if reach is None or reach * _GROWTH >= LARGEST_COST:
        return None
    return max(reach * _GROWTH, _FIRST_REACH)
