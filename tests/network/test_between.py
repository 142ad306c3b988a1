"""Ways of some places only: positions stay, the others are as if they were off the roads."""

from __future__ import annotations

import numpy as np

from cases.towns import pairs_of
from layoutplan.core.network import Approaches


def test_ways_of_other_places_are_left_out() -> None:
    every = Approaches(
        n_villages=3,
        n_schools=2,
        village_idx=np.array([0, 0, 1, 2], dtype=np.int32),
        village_node=np.array([5, 6, 7, 8], dtype=np.int32),
        village_ms=np.array([1, 2, 3, 4]),
        school_idx=np.array([0, 1, 1], dtype=np.int32),
        school_node=np.array([9, 10, 11], dtype=np.int32),
        school_ms=np.array([5, 6, 7]),
        direct=pairs_of([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
    )
    some = every.between(np.array([True, False, True]), np.array([False, True]))
    assert (some.n_villages, some.n_schools) == (3, 2)
    assert some.village_idx.tolist() == [0, 0, 2]
    assert some.village_node.tolist() == [5, 6, 8]
    assert some.village_ms.tolist() == [1, 2, 4]
    assert some.school_idx.tolist() == [1, 1]
    assert some.school_node.tolist() == [10, 11]
    assert some.school_ms.tolist() == [6, 7]
    assert some.direct.equals(pairs_of([[np.inf, 2.0], [np.inf, np.inf], [np.inf, 6.0]]))
