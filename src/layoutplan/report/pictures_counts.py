"""Counts as they are shown: whole numbers with their thousands apart, small ones hidden."""

from __future__ import annotations

import pandas as pd

from layoutplan.report.public import HIDDEN, masked


def shown_counts(counts: pd.Series, *, is_public: bool) -> pd.Series[str]:
    """Return numbers of pupils as text, those that the public edition masks as ``<5``.

    Examples
    --------
    >>> shown_counts(pd.Series([3, 1200]), is_public=True).tolist()
    ['<5', '1,200']
    """
    whole = masked(counts) if is_public else counts.astype("Int64")
    return whole.map(lambda n: f"{n:,}", na_action="ignore").astype("str").fillna(HIDDEN)
