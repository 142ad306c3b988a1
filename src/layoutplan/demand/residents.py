"""Pupils where they live."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layoutplan.core.case import Case
from layoutplan.core.schema import pupils_column


def residents(case: Case) -> pd.DataFrame:
    """Return ``village_id, band, pupils`` (int64, > 0) of a case, sorted by id, freshly indexed."""
    everybody = pd.concat(
        [
            pd.DataFrame(
                {
                    "village_id": case.villages.index,
                    "band": band.name,
                    "pupils": case.villages[pupils_column(band.name)].to_numpy(dtype=np.int64),
                }
            )
            for band in case.bands
        ]
    )
    at_home = everybody[everybody["pupils"] > 0]
    return at_home.sort_values(["village_id", "band"], ignore_index=True)
