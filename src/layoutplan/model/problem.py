"""The sets and data of the planning problem: schools, their options, blocks of pupils, pairs.

Pupils move in *blocks*: one demand unit each, or, where a whole school moves, all units of one
band of one school. A block is *bound* when it stays at today's school as long as that teaches it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.side_rules import SideRules

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Positions = NDArray[np.int32]


@dataclass(frozen=True)
class Options:
    """What each school may become when it is open, sorted by school; closed is none of them.

    Parameters
    ----------
    row : (o,) int32
        Row of each in the table of :func:`layoutplan.core.options.options`.
    school : (o,) int32
        Position of its school.
    seats, beds : (o,) int64
        Places for pupils and boarders; seats of a school that may stay over them, its pupils of
        today.
    least : (o,) int64
        Pupils it must have.
    teaches : (o, n_bands) bool
        Bands taught.
    admits : (o,) bool
        Whether pupils may come who do not attend today.
    yearly_cents, one_off_cents : (o,) int64
        Money in hundredths.
    """

    row: Positions
    school: Positions
    seats: Numbers
    beds: Numbers
    least: Numbers
    teaches: Mask
    admits: Mask
    yearly_cents: Numbers
    one_off_cents: Numbers

    def __len__(self) -> int:
        """Return the number of options."""
        return len(self.school)


@dataclass(frozen=True)
class Problem:
    """The data of one planning problem; schools and blocks are sorted by id.

    Parameters
    ----------
    school_ids : (s,) object
        Ids, sorted.
    may_close : (s,) bool
        Whether it may take no option.
    is_candidate : (s,) bool
        Not built yet.
    floor_cents : (s,) int64
        Money a year for each pupil that an open school lacks to the funding floor.
    options : Options
        What the schools may become.
    block_ids : (b,) object
        Village, band and today's school of each block, ``|`` between them; of a block that is
        moved as a whole the village is empty. Blocks are sorted by these three.
    band : (b,) int32
        Position of each block's band, as in the columns of ``options.teaches``.
    pupils : (b,) int64
        Pupils of each block, the `w` of the model.
    today : (b,) int32
        Position of today's school, -1 where they attend nowhere.
    is_bound : (b,) bool
        Whether the block stays at today's school while that teaches its band.
    pair_block, pair_school : (p,) int32
        The pairs that a plan may use, sorted by block, then school.
    boarders : (p,) int64
        Pupils of the block who would board there: those over the limit of a day pupil.
    pupil_ms : (p,) int64
        Pupils times milliseconds of each pair; a stay without a path counts 0.
    longest_ms : (p,) int64
        The longest trip in each pair.
    pair_cents : (p,) int64
        Money a year in hundredths: teaching, boarding and transport of the block there.
    small_below : int
        A school with fewer pupils counts as small.
    floor : int
        A school is funded as if it had so many pupils at least.
    max_closures, open_exactly : int, optional
        As in the rules.
    budget_cents : int, optional
        Money once, in hundredths.
    is_closest_open : bool
        Whether who moves goes to the nearest open school.
    boards_anywhere : bool
        Whether blocks may board with an open school within a day's trip.
    side : SideRules
        Rules between single blocks, pairs and options.
    unit_block : (u,) int32
        Block of each demand unit of the attendance.
    """

    school_ids: NDArray[np.object_]
    may_close: Mask
    is_candidate: Mask
    floor_cents: Numbers
    options: Options
    block_ids: NDArray[np.object_]
    band: Positions
    pupils: Numbers
    today: Positions
    is_bound: Mask
    pair_block: Positions
    pair_school: Positions
    boarders: Numbers
    pupil_ms: Numbers
    longest_ms: Numbers
    pair_cents: Numbers
    small_below: int
    floor: int
    max_closures: int | None
    open_exactly: int | None
    budget_cents: int | None
    is_closest_open: bool
    boards_anywhere: bool
    side: SideRules
    unit_block: Positions

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return len(self.school_ids)

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return len(self.pupils)

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.pair_block)

    @property
    def is_stay(self) -> Mask:
        """(p,) Whether a pair keeps its block at today's school."""
        return np.equal(self.today[self.pair_block], self.pair_school)

    @property
    def is_bound_stay(self) -> Mask:
        """(p,) Whether a pair is one that its block takes as long as the school teaches it."""
        return self.is_stay & self.is_bound[self.pair_block]

    @property
    def n_options(self) -> Numbers:
        """(s,) Number of options of each school."""
        return np.bincount(self.options.school, minlength=self.n_schools)

    @property
    def may_open(self) -> Mask:
        """(s,) Whether each school has any option."""
        return self.n_options > 0

    @property
    def seats(self) -> Numbers:
        """(s,) The most seats that each school may have."""
        return self.most(self.options.seats)

    @property
    def beds(self) -> Numbers:
        """(s,) The most beds that each school may have."""
        return self.most(self.options.beds)

    def most(self, values: Numbers) -> Numbers:
        """Return (s,) the largest of `values` (by option, none negative) for each school."""
        largest = np.zeros(self.n_schools, dtype=np.int64)
        np.maximum.at(largest, self.options.school, values)
        return largest

    def allowing(self) -> tuple[Numbers, Numbers]:
        """Return which options allow which pairs, as positions of pairs and of options.

        An option allows a pair when it teaches the band and, unless the block stays, admits
        pupils. Sorted by pair, then option.
        """
        first = np.searchsorted(self.options.school, np.arange(self.n_schools))
        count = self.n_options[self.pair_school]
        pair = np.repeat(np.arange(self.n_pairs), count)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        option = first[self.pair_school[pair]] + offset
        is_taught = self.options.teaches[option, self.band[self.pair_block[pair]]]
        is_allowed = is_taught & (self.options.admits[option] | self.is_stay[pair])
        return pair[is_allowed], option[is_allowed]

    @property
    def is_usable(self) -> Mask:
        """(p,) Whether any option allows each pair."""
        usable = np.zeros(self.n_pairs, dtype=bool)
        usable[self.allowing()[0]] = True
        return usable

    @property
    def bound_pupils(self) -> Numbers:
        """(s,) Pupils who stay at each school as long as it is open, whatever it becomes."""
        is_always = self.is_always_bound
        return np.bincount(
            self.today[is_always], weights=self.pupils[is_always], minlength=self.n_schools
        ).astype(np.int64)

    @property
    def is_always_bound(self) -> Mask:
        """(b,) Whether a block is bound and every option of its school teaches its band."""
        n_teaching = np.zeros((self.n_schools, self.options.teaches.shape[1]), dtype=np.int64)
        np.add.at(n_teaching, self.options.school, self.options.teaches)
        bound = np.flatnonzero(self.is_bound)  # who is bound attends a school
        today = self.today[bound]
        is_always = self.is_bound.copy()
        is_always[bound] = n_teaching[today, self.band[bound]] == self.n_options[today]
        return is_always
