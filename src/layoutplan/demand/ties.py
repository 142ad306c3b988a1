"""Which of equally good ways is taken: decided by the ids alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_STEPS = 1 << 30  # of the smallest difference between unequal ways


def tie_break(
    units: pd.DataFrame, school_ids: pd.Index
) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]:
    """Return the function that says what a pair of unit and school costs beside its way.

    Every pair of village and band with a school gets a fixed share of a millisecond, at random but
    for its ids, below ``1 / (schools + 1)``. Two best ways differ by cycles that enter each school
    once at most, and "nowhere" once, so all these shares together stay below one millisecond and
    never outweigh a real difference. They do not depend on the order of rows.

    Parameters
    ----------
    units : pandas.DataFrame
        ``village_id, band``.
    school_ids : pandas.Index
        The schools that may receive pupils.

    Returns
    -------
    callable
        Takes positions of units and of schools, (k,) int64 each, and returns (k,) int64 in steps
        of ``2**-30``.
    """
    names = units[["village_id", "band"]].itertuples(index=False)
    of_unit = _numbers(f"{village}\n{band}" for village, band in names)
    of_school = _numbers(school_ids)
    below = np.uint64(max(_STEPS // (len(school_ids) + 1), 1))

    def share(unit_idx: NDArray[np.int64], school_idx: NDArray[np.int64]) -> NDArray[np.int64]:
        mixed = of_unit[unit_idx] ^ of_school[school_idx]
        # Products of 64 bits that keep their lower half scatter the bits alike on every machine.
        for factor, shift in ((0xBF58476D1CE4E5B9, 31), (0x94D049BB133111EB, 29)):
            mixed ^= mixed >> np.uint64(shift)
            mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(32)
        return (mixed % below).astype(np.int64)

    return share


def _numbers(names: Iterable[str]) -> NDArray[np.uint64]:
    """Return 64 bits of BLAKE2 for each name."""
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
