"""Which siblings have to go to one school: the model, the check and the rule's words agree."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cases.demand import as_villages_say
from cases.plain_siblings import siblings
from cases.plain_town import Town
from cases.told import tell, told_as_plan
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Expansion, Rules
from layoutplan.core.schema import BOARDING, MOVEMENTS, OVER_LIMIT
from layoutplan.model.assemble import build_problem
from layoutplan.plan.verify import verify

INF = float("inf")
LOW = Band("low", "walk", 20)
HIGH = Band("high", "bus", 30, boarding=True, max_boarding_minutes=40)
MID = Band("mid", "bus", 25)
# s1 closes; low may walk to s2, where high would board, and high has s3 by day.
WALK, BUS = [[5, 15, INF]], [[5, 33, 5]]
BOTH = {frozenset({"low", "high"})}
ALL = {frozenset(two) for two in combinations(("low", "mid", "high"), 2)}
PARTED = {"low": "s2", "high": "s3"}


def family(walk: Any = WALK, bus: Any = BUS, **changes: Any) -> Case:
    """Return a case with one family at s1, which a decision closes, but for `changes`."""
    rules = {"siblings_together": True, **changes.pop("rules", {})}
    bands = changes.pop("bands", (LOW, HIGH))
    given = {
        "pupils": {band.name: [8] * len(walk) for band in bands},
        "seats": [90] * 3,
        "beds": [0, 40, 0],
        "today": ["s1"] * len(walk),
        "decision": ["close", "free", "free"],
        **changes,
    }
    return town({"walk": walk, "bus": bus}, bands=bands, rules=Rules(**rules), **given)


def tied(case: Case) -> set[frozenset[str]]:
    """Return the pairs of bands of s1, or of those who attend nowhere, that the model ties."""
    problem = build_problem(case, case.travel_times, as_villages_say(case))
    return {
        frozenset(problem.block_ids[block].split("|")[1] for block in pair)
        for pair in problem.side.siblings
        if not problem.block_ids[pair[0]].endswith("|s2")
    }


def is_rejected(case: Case, by_band: dict[str, str]) -> bool:
    """Return whether the check finds siblings parted in the plan that sends them so."""
    leaving = case.villages.index[case.villages["school_id"] != "s2"]
    to = {(village, band): school for village in leaving for band, school in by_band.items()}
    plan = tell(case, ["s2", "s3"], to)
    found = verify(case, case.travel_times, as_villages_say(case), plan)
    return "verify.together.siblings" in [each.rule for each in found]


SHARING = {
    "boarding anywhere": family(rules={"boarding": "anywhere"}),
    "boarding where no day school is": family(bus=[[5, 33, 36]], beds=[0, 40, 40]),
    "boarding where the day school must close": family(
        bus=[[5, 33, 5]], decision=["close", "free", "close"]
    ),
    "beds of a step": family(
        bus=[[5, 33, 36]], beds=[0, 0, 0], expansions=[Expansion("s2", 0, 20)]
    ),
    "no path to the school that closes": family([[INF, 15, INF]], [[INF, 9, 5]]),
    "boarding today at the school that closes": family(
        [[5, 15, INF]], [[33, 9, 5]], beds=[40, 0, 0], rules={"over_limit_today": "forbid"}
    ),
    "nothing in common but today's school": family(decision=["free"] * 3),
    "a candidate": family(bus=[[5, 9, 5]], kind=["primary", "candidate", "primary"]),
    "seats of a step": family(
        [[5, 15, INF], [15, 5, INF]],
        [[5, 9, 5], [5, 9, 5]],
        today=["s1", "s2"],
        seats=[90, 12, 90],
        expansions=[Expansion("s2", 4)],
    ),
    "no school today": family([[5, 15, INF]], [[INF, 9, 5]], today=[""]),
    "a merger that must not be": family(
        bus=[[5, 9, 5]], rules={"never_merge_into": (("s1", "s2"),)}
    ),
}
APART = {
    "a day school of his own": family(),
    "a day school of his own beside a merger": family(rules={"never_merge_into": (("s1", "s3"),)}),
    "no path to the other school": family(bus=[[5, INF, 5]]),
    "no beds": family(bus=[[5, 33, 36]], beds=[0, 0, 40]),
    "no school in common that stays": family(bus=[[5, 9, 5]], decision=["close", "close", "free"]),
    "a band that the other does not teach": family(
        bus=[[5, 9, 5]], teaches=["low;high", "low", "low;high"]
    ),
    "a band that today's school does not teach": family(
        bus=[[5, 9, 5]], teaches=["low", "low;high", "low;high"]
    ),
    "no path, which may not stay so": family(
        [[INF, 15, INF]], [[INF, 9, 5]], rules={"over_limit_today": "forbid"}
    ),
    "a school over its seats": family(
        [[5, 15, INF], [15, 5, INF]],
        [[5, 9, 5], [5, 9, 5]],
        today=["s1", "s2"],
        seats=[90, 12, 90],
    ),
    "a class that moves as one": family(
        [[5, 15, INF], [5, INF, 9]],
        [[5, 9, 5], [5, 9, 5]],
        today=["s1", "s1"],
        rules={"movement": "whole_school"},
    ),
}


@pytest.mark.parametrize("case", SHARING.values(), ids=SHARING)
def test_who_could_share_a_school_must(case: Case) -> None:
    assert tied(case) == BOTH
    assert is_rejected(case, PARTED)
    assert not is_rejected(case, dict.fromkeys(PARTED, "s2"))


@pytest.mark.parametrize("case", APART.values(), ids=APART)
def test_who_could_share_none_need_not(case: Case) -> None:
    assert tied(case) == set()
    assert not is_rejected(case, PARTED)


@pytest.mark.parametrize(
    ("taught", "expected"),
    [
        (("low;mid", "mid;high"), set()),
        (("low;mid;high", "mid;high"), ALL),
        (("low;mid", "high"), {frozenset({"low", "mid"})}),
    ],
)
def test_three_bands_share_one_school_or_are_left_out(
    taught: tuple[str, str], expected: set[frozenset[str]]
) -> None:
    case = family(
        [[5, 9, 9]], [[5, 9, 9]], bands=(LOW, MID, HIGH), teaches=["low;mid;high", *taught]
    )
    assert tied(case) == expected
    to = {"low": "s2", "mid": "s3", "high": "s3"}
    assert is_rejected(case, to) == bool(expected)
    assert not is_rejected(case, {**to, "mid": "s2"}) or expected == ALL


@st.composite
def families(draw: Any) -> Case:
    """One to three villages with three bands, and any decisions."""
    n_villages, n_schools = draw(st.integers(1, 3)), draw(st.integers(2, 4))

    def several(of: list[Any], number: int) -> list[Any]:
        return draw(st.lists(st.sampled_from(of), min_size=number, max_size=number))

    def minutes() -> list[list[float]]:
        return [several([5, 15, 22, 27, 35, INF], n_schools) for _ in range(n_villages)]

    rules = {
        "movement": draw(st.sampled_from(MOVEMENTS)),
        "over_limit_today": draw(st.sampled_from(OVER_LIMIT)),
        "boarding": draw(st.sampled_from(BOARDING)),
        "teaching_point_bands": draw(st.sampled_from([(), ("low",)])),
    }
    return family(
        minutes(),
        minutes(),
        bands=(LOW, MID, HIGH),
        rules=rules,
        seats=several([20, 60, 90], n_schools),
        beds=several([0, 0, 20], n_schools),
        today=several([*(f"s{j + 1}" for j in range(n_schools)), ""], n_villages),
        decision=several(["", "free", "keep", "close", "close"], n_schools),
        teaches=several(["low;mid;high", "low;mid;high", "low;mid", "mid;high"], n_schools),
        expansions=draw(st.sampled_from([(), (Expansion("s1", 30, 10),)])),
    )


@settings(deadline=None, max_examples=40)
@given(case=families(), data=st.data())
def test_all_three_agree_in_any_town(case: Case, data: st.DataObject) -> None:
    attendance = as_villages_say(case)
    here = Town(case, attendance)
    reach = [[name for name in here.schools if here.may_go(unit, name)] for unit in here.units]
    assume(all(reach))
    placed = tuple(data.draw(st.sampled_from(schools)) for schools in reach)
    ways = {name: each[0] if each else None for name, each in here.ways.items()}
    by_rule = {
        (one.village, one.today, frozenset({one.band, other.band}))
        for together in siblings(here)
        for one, other in combinations(together, 2)
        if (one.village, one.today) == (other.village, other.today)
    }
    problem = build_problem(case, case.travel_times, attendance)
    ties = {frozenset(pair.tolist()) for pair in problem.side.siblings}
    by_model = {
        (one.village, one.today, frozenset({one.band, other.band}))
        for (one, i), (other, j) in combinations(
            zip(here.units, problem.unit_block.tolist(), strict=True), 2
        )
        if (one.village, one.today) == (other.village, other.today) and frozenset({i, j}) in ties
    }
    assert by_model == by_rule
    goes = dict(zip(here.units, placed, strict=True))
    is_parted = any(
        goes[one] != goes[other]
        for together in siblings(here)
        for one, other in combinations(together, 2)
        if (one.village, one.today) == (other.village, other.today)
    )
    plan = told_as_plan(case, attendance, here.solution(ways, placed))
    found = verify(case, case.travel_times, attendance, plan)
    assert ("verify.together.siblings" in [each.rule for each in found]) == is_parted
