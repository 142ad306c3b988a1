"""What a case without a plan is told, and whether a plan exists."""

from __future__ import annotations

import pytest

from cases.demand import as_villages_say
from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Diagnosis, NoPlanError, Remedy
from layoutplan.core.repairs import apply_repairs
from layoutplan.errors import InfeasibleError
from layoutplan.solve.solve import solve


def diagnosis_of(case: Case) -> Diagnosis:
    with pytest.raises(NoPlanError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    assert all(finding.message_in("zh") for finding in caught.value.findings)
    return caught.value.diagnosis


def remedies_of(case: Case) -> tuple[Remedy, ...]:
    """Return the remedies, each of which must do."""
    remedies = diagnosis_of(case).remedies
    for remedy in remedies:
        assert solvable(apply_repairs(case, remedy.repairs)), remedy
    return remedies


def solvable(case: Case) -> bool:
    try:
        solve(case, case.travel_times, as_villages_say(case))
    except InfeasibleError:
        return False
    return True
