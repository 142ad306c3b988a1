"""Rules that tie single blocks, pairs and options to each other, as positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int32]


@dataclass(frozen=True)
class Entries:
    """Members of some rows, in no particular order: member `member[e]` stands in row `row[e]`.

    Parameters
    ----------
    row, member : (e,) int32
        Rows count from 0; a row may have no member.
    n_rows : int
        Number of rows.
    """

    row: Positions
    member: Positions
    n_rows: int

    @classmethod
    def none(cls) -> Entries:
        """Return no rows."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), 0)

    def within(self, place: Positions) -> Entries:
        """Return the rows whose members have a `place`, with these and counted anew; else -1."""
        member = place[self.member]
        is_here = member >= 0
        rows, row = np.unique(self.row[is_here], return_inverse=True)
        return Entries(row.astype(np.int32), member[is_here].astype(np.int32), len(rows))


@dataclass(frozen=True)
class SideRules:
    """What beyond seats and limits ties decisions together.

    Parameters
    ----------
    township : Entries of options
        Each row: options of a township that are of a kind; one must be taken.
    villages, siblings : (g, 2) int32
        Pairs of blocks that must go to the same school: of villages kept together, and of bands
        of one village.
    kin : (g', 2) int32
        Pairs of blocks of one village and school today, of which those who could share a school
        are ``siblings``.
    contiguous : Entries of pairs
        Each row: pairs of neighbors nearer to a school, one of which must be used ...
    contiguous_pair : (r,) int32
        ... for this pair to be used.
    must, never : (p',) int32
        Pairs that lead from a school elsewhere than it must, or where it never may.
    swap : Entries of pairs
        Each row: pairs that cross a border ...
    swap_pupils : (e,) int64
        ... with their pupils, negative the other way ...
    swap_most : (k,) int64
        ... whose sum may differ from 0 by so many.
    """

    township: Entries
    villages: Positions
    siblings: Positions
    kin: Positions
    contiguous: Entries
    contiguous_pair: Positions
    must: Positions
    never: Positions
    swap: Entries
    swap_pupils: NDArray[np.int64]
    swap_most: NDArray[np.int64]

    @classmethod
    def none(cls) -> SideRules:
        """Return no rules."""
        no_pairs, nobody = np.empty((0, 2), np.int32), np.empty(0, np.int32)
        no_pupils = np.empty(0, np.int64)
        return cls(
            township=Entries.none(),
            villages=no_pairs,
            siblings=no_pairs,
            kin=no_pairs,
            contiguous=Entries.none(),
            contiguous_pair=nobody,
            must=nobody,
            never=nobody,
            swap=Entries.none(),
            swap_pupils=no_pupils,
            swap_most=no_pupils,
        )

    def within(self, option: Positions, block: Positions, pair: Positions) -> SideRules:
        """Return the rules among some options, blocks and pairs, at their new places.

        Parameters
        ----------
        option, block, pair : int32 arrays
            The new place of each, -1 for those left out. Whatever shares a row must be in or out
            together, but for the nearer neighbors of `contiguous`: those left out go nowhere.
        """
        is_here = pair[self.contiguous_pair] >= 0
        new_row = np.where(is_here, np.cumsum(is_here) - 1, -1).astype(np.int32)
        row, member = new_row[self.contiguous.row], pair[self.contiguous.member]
        is_left = (row >= 0) & (member >= 0)
        ahead = Entries(row[is_left], member[is_left], int(np.count_nonzero(is_here)))
        is_crossing = pair[self.swap.member] >= 0
        swaps = np.unique(self.swap.row[is_crossing])
        return SideRules(
            township=self.township.within(option),
            villages=_both(block[self.villages]),
            siblings=_both(block[self.siblings]),
            kin=_both(block[self.kin]),
            contiguous=ahead,
            contiguous_pair=pair[self.contiguous_pair[is_here]],
            must=_kept(pair[self.must]),
            never=_kept(pair[self.never]),
            swap=self.swap.within(pair),
            swap_pupils=self.swap_pupils[is_crossing],
            swap_most=self.swap_most[swaps],
        )


def _both(places: Positions) -> Positions:
    """Return the pairs both of whose members have a place."""
    kept: Positions = places[(places >= 0).all(axis=1)]
    return kept


def _kept(places: Positions) -> Positions:
    """Return the places that are not left out."""
    kept: Positions = places[places >= 0]
    return kept
