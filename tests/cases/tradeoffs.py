"""A trade-off and a portfolio drawn by hand, for their pages and tables."""

from __future__ import annotations

import pandas as pd

from cases.towns import town
from layoutplan.core.tradeoffs import Front, Portfolio
from layoutplan.evaluate.differences import closing_shares
from layoutplan.texts import Language


def drawn_front(language: Language = "en") -> Front:
    """Return three points, the second of them not proven."""
    points = pd.DataFrame(
        {
            "small_schools": [0, 1, 3],
            "small_schools_bound": [0.0, 1.0, 3.0],
            "small_schools_gap": [0.0, 0.0, 0.0],
            "pupil_minutes": [1234.5, 1000.0, 800.0],
            "pupil_minutes_bound": [1234.5, 900.0, 800.0],
            "pupil_minutes_gap": [0.0, 0.1, 0.0],
            "status": ["optimal", "time_limit", "optimal"],
            "schools_open": [4, 5, 6],
            "schools_merged": [2, 1, 0],
            "pupils_moved": [40, 25, 0],
            "mean_minutes": [12.25, 10.0, 8.0],
            "max_minutes": [29.5, 28.0, 28.0],
        },
        index=pd.RangeIndex(1, 4, name="point"),
    )
    name = "测试县" if language == "zh" else "Test town"
    return Front(name, language, ("small_schools", "pupil_minutes"), points, (), is_whole=True)


def drawn_portfolio(language: Language = "en") -> Portfolio:
    """Return three plans for a town of three schools and a candidate."""
    case = town(
        [[5, 10, 15, 20]],
        pupils=[30],
        seats=[60] * 4,
        today=["s1"],
        kind=["primary", "primary", "center", "candidate"],
    )
    fates = pd.DataFrame(
        {
            "name": [f"{'学校' if language == 'zh' else 'School'} {j + 1}" for j in range(4)],
            1: ["keep", "close", "keep", "close"],
            2: ["close", "close", "keep", "close"],
            3: ["downgrade", "close", "keep", "open"],
        },
        index=case.schools.index,
    )
    plans = pd.DataFrame(
        {
            "small_schools": [2, 2, 2],
            "small_schools_over_best": [0.0, 0.0, 0.0],
            "pupil_minutes": [1000.0, 1004.5, 1010.0],
            "pupil_minutes_over_best": [0.0, 0.0045, 0.01],
            "n_differing": [0, 1, 2],
            "least_differing": [0, 1, 2],
            "most_differing_bound": [0, 1, 3],
            "status": ["optimal", "optimal", "time_limit"],
        },
        index=pd.RangeIndex(1, 4, name="plan"),
    )
    return Portfolio(
        name="测试县" if language == "zh" else "Test town",
        language=language,
        within=0.01,
        order=("small_schools", "pupil_minutes"),
        plans=plans,
        schools=closing_shares(case, fates),
        fates=fates,
        solutions=(),
        is_exhausted=False,
    )
