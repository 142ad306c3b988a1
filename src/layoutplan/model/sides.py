"""The rules of a case that tie single villages, schools and townships to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.case import Case
from layoutplan.core.neighbors import neighbors
from layoutplan.core.options import options
from layoutplan.core.schema import pupils_column
from layoutplan.core.travel_times import UNREACHED_MS, TravelTimes
from layoutplan.model.problem import Options
from layoutplan.model.side_rules import Entries, SideRules

Positions = NDArray[np.int32]


@dataclass(frozen=True)
class Moves:
    """Who may go where, before units are put together in blocks.

    Parameters
    ----------
    units : pandas.DataFrame
        ``village_id, band, school_id, village, today, pupils, block``, one row per unit.
    pairs : pandas.DataFrame
        ``unit, school, ms, is_stay, is_within`` (the limits), and ``pair``, its position among the
        pairs of blocks or -1.
    """

    units: pd.DataFrame
    pairs: pd.DataFrame

    def joined(self) -> pd.DataFrame:
        """Return the pairs that blocks can take, with the columns of their units."""
        usable = self.pairs[self.pairs["pair"] >= 0]
        return usable.join(self.units, on="unit")


def side_rules(
    case: Case, schools: pd.DataFrame, times: TravelTimes, choices: Options, moves: Moves
) -> SideRules:
    """Return the rules of a case between single blocks, pairs and options.

    Of siblings only who is kin; :func:`~layoutplan.model.siblings.with_siblings` ties them.

    Parameters
    ----------
    schools : pandas.DataFrame
        Schools of the case, sorted by id, as positions in `choices` and `moves` mean them.
    """
    rules, joined = case.rules, moves.joined()
    contiguous, contiguous_pair = _contiguous(case, schools, times, joined)
    swap, swap_pupils = _swaps(case, schools, joined)
    return SideRules(
        township=_townships(case, schools, choices),
        villages=_pairs_of_blocks(_villages_together(case, moves.units)),
        kin=_pairs_of_blocks(_kin(moves) if rules.siblings_together else ()),
        siblings=_pairs_of_blocks(()),  # of kin, once the pairs of blocks are known
        contiguous=contiguous,
        contiguous_pair=contiguous_pair,
        must=_led_elsewhere(schools, joined, rules.must_merge_into),
        never=_led_there(schools, joined, rules.never_merge_into),
        swap=swap,
        swap_pupils=swap_pupils,
        swap_most=np.array([each.max_difference for each in rules.border_swaps], dtype=np.int64),
    )


def _townships(case: Case, schools: pd.DataFrame, choices: Options) -> Entries:
    """Return for each township and kind asked for the options that are of it.

    A township that has no such school today has no row.
    """
    kind = schools["kind"].to_numpy()
    is_downgrade = (options(case)["action"].iloc[choices.row] == "downgrade").to_numpy()
    becomes = np.where(is_downgrade, "teaching_point", kind[choices.school])
    becomes = np.where(becomes == "candidate", "primary", becomes)
    township = schools["township"].to_numpy()[choices.school]
    rows = []
    for asked in case.rules.one_per_township:
        is_any = asked == "any"
        is_such = (kind == asked) | (is_any & (kind != "candidate"))
        for name in sorted(set(schools.loc[is_such, "township"]) - {""}):
            rows.append(np.flatnonzero((township == name) & ((becomes == asked) | is_any)))
    return _entries(rows)


def _villages_together(case: Case, units: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Yield blocks of one band and one school today of villages that are kept together."""
    for group in case.rules.villages_together:
        members = units[units["village_id"].isin(group)]
        for _, same in members.groupby(["band", "school_id"]):
            yield from pairwise(same["block"].unique().tolist())


def _kin(moves: Moves) -> Iterator[tuple[int, int]]:
    """Yield blocks of one village and one school today that could all stay there if it stayed.

    A band that could not leaves the others in any case, and is none of them. Who attends nowhere
    today is with those of his village who do not either.
    """
    staying = moves.pairs.loc[moves.pairs["is_stay"] & moves.pairs["is_within"], "unit"]
    units = moves.units
    family = units[units.index.isin(staying) | (units["today"] < 0)]
    twos = family.merge(family, on=["village_id", "school_id"])
    yield from zip(twos["block_x"].tolist(), twos["block_y"].tolist(), strict=True)


def _contiguous(
    case: Case, schools: pd.DataFrame, times: TravelTimes, joined: pd.DataFrame
) -> tuple[Entries, Positions]:
    """Return for pairs of those who move the pairs of neighbors nearer to the school.

    A village with no nearer neighbor lies at the school, and whoever moves with a nearer neighbor
    in one block has it beside him: neither has a row.
    """
    if not case.rules.contiguous:
        return Entries.none(), np.empty(0, np.int32)
    place = case.schools.index.get_indexer(schools.index)
    rows: list[NDArray[np.int64]] = []
    heads: list[int] = []
    for band in case.bands:
        peopled = np.flatnonzero(case.villages[pupils_column(band.name)] > 0)
        near = peopled[neighbors(case.villages.geometry.iloc[peopled])]
        beside = pd.DataFrame({"village": near[:, 0], "neighbor": near[:, 1]})
        of_band = joined[joined["band"] == band.name]
        moving = of_band[~of_band["is_stay"]][["pair", "block", "village", "school", "ms"]]
        ways = moving.merge(beside, on="village")
        ways["neighbor_ms"] = times.pairs[band.name].lookup(
            ways["neighbor"].to_numpy(dtype=np.int32),
            place[ways["school"]].astype(np.int32),
        )
        ways = ways[(ways["neighbor_ms"] < ways["ms"]) & (ways["neighbor_ms"] < UNREACHED_MS)]
        theirs = of_band[["pair", "block", "village", "school"]].rename(
            columns={"pair": "ahead", "block": "ahead_block", "village": "neighbor"}
        )
        ways = ways.merge(theirs, on=["neighbor", "school"], how="left")
        for _, asked in ways.groupby(["village", "pair"], sort=True):
            if not (asked["ahead_block"] == asked["block"]).any():
                heads.append(int(asked["pair"].iloc[0]))
                rows.append(asked["ahead"].dropna().unique().astype(np.int64))
    return _entries(rows), np.array(heads, dtype=np.int32)


def _led_elsewhere(
    schools: pd.DataFrame, joined: pd.DataFrame, must: Iterable[tuple[str, str]]
) -> Positions:
    """Return the pairs that leave a school for another than those it must merge into."""
    receivers: dict[str, set[str]] = {}
    for leaving, into in must:
        receivers.setdefault(leaving, set()).add(into)
    ids = schools.index.to_numpy()[joined["school"]]
    is_led_elsewhere = [
        today in receivers and not is_stay and school not in receivers[today]
        for today, school, is_stay in zip(joined["school_id"], ids, joined["is_stay"], strict=True)
    ]
    return _unique(joined.loc[is_led_elsewhere, "pair"])


def _led_there(
    schools: pd.DataFrame, joined: pd.DataFrame, never: Iterable[tuple[str, str]]
) -> Positions:
    """Return the pairs that lead from a school to one it must never merge into."""
    ids = schools.index.to_numpy()[joined["school"]]
    barred = set(never)
    is_barred = [pair in barred for pair in zip(joined["school_id"], ids, strict=True)]
    return _unique(joined.loc[is_barred, "pair"])


def _swaps(
    case: Case, schools: pd.DataFrame, joined: pd.DataFrame
) -> tuple[Entries, NDArray[np.int64]]:
    """Return for each border the pairs that move across it, with their pupils; back is negative."""
    moving = joined[~joined["is_stay"] & (joined["today"] >= 0)]
    home = case.villages["township"].to_numpy()[moving["village"]]
    there = schools["township"].to_numpy()[moving["school"]]
    rows, pupils = [], []
    for swap in case.rules.border_swaps:
        one, other = swap.townships
        sign = 1 * ((home == one) & (there == other)) - 1 * ((home == other) & (there == one))
        crossing = (moving["pupils"] * sign).groupby(moving["pair"]).sum()
        crossing = crossing[crossing != 0]
        rows.append(crossing.index.to_numpy(dtype=np.int64))
        pupils.append(crossing.to_numpy(dtype=np.int64))
    return _entries(rows), np.concatenate([np.empty(0, np.int64), *pupils])


def _entries(rows: Iterable[NDArray[np.int64]]) -> Entries:
    """Return rows from the members of each."""
    members = list(rows)
    return Entries(
        row=np.repeat(np.arange(len(members)), [len(each) for each in members]).astype(np.int32),
        member=np.concatenate([np.empty(0), *members]).astype(np.int32),
        n_rows=len(members),
    )


def _pairs_of_blocks(pairs: Iterable[tuple[int, int]]) -> Positions:
    """Return pairs of different blocks, each once."""
    each_once = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    return np.array(each_once, dtype=np.int32).reshape(-1, 2)


def _unique(positions: pd.Series[int]) -> Positions:
    """Return positions, each once, in ascending order."""
    return np.unique(positions.to_numpy()).astype(np.int32)
