"""What the cards say of the opposite of each decision."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cases.plans import drawn_plan
from layoutplan.report.opposites import opposites, signed


def test_a_plan_that_nobody_asked_about_says_nothing() -> None:
    assert opposites(drawn_plan()) is None


def test_rows_are_those_of_the_table_with_their_numbers_in_words() -> None:
    asked = pd.DataFrame(
        {
            "action": ["merge", "keep"],
            "opposite": ["keep", "close"],
            "status": ["proven", "impossible"],
            "pupils_alone": [0, 7],
            "delta_pupil_minutes": [-120.26, np.nan],
            "delta_small_schools": [1.0, np.nan],
            "delta_yearly_cost": [12345.678, np.nan],
            "least_delta_pupil_minutes": [-120.26, np.nan],
            "sentence": ["Keeping it costs.", "It cannot close."],
        },
        index=pd.Index(["s2", "s1"], name="school_id"),
    )
    told = opposites(replace(drawn_plan(), opposites=asked))
    assert told is not None
    assert told["school"] == [1, 0]
    assert told["opposite"] == ["keep", "close"]
    assert told["status_text"] == ["proven", "proven impossible"]
    assert told["pupils_alone"] == [0, 7]
    assert told["sentence"] == ["Keeping it costs.", "It cannot close."]
    assert [[name, delta] for name, _, delta in told["deltas"][0]] == [
        ["small_schools", "+1"],
        ["pupil_minutes", "−120.3"],
        ["yearly_cost", "+12,345.68"],
    ]
    assert told["deltas"][1] == []


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert signed("pupil_minutes", -0.04) == "0"
    assert signed("small_schools", 0.0) == "0"
