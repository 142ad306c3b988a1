"""Rules that can never hold, contradict each other or do nothing in a case."""

from __future__ import annotations

import pandas as pd
import pytest

from cases.case_folder import only, rules_of
from cases.towns import sound_town
from layoutplan.check.rules import check_rules
from layoutplan.check.tables import check_tables
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Expansion, Rules

BANDS = (Band("low", "walk", 30.0), Band("high", "bus", 40.0, (4, 5, 6), True, 120.0))
TWO_BANDS = {"bands": BANDS, "pupils": [5, 10, 15], "beds": [0, 9], "today": ["s1", "s1", "s2"]}


def check(case: Case):
    """Return the findings about the rules of a case, which are all there are."""
    findings = check_rules(case)
    rules_of(findings)
    assert findings == check_tables(case)
    return findings


@pytest.mark.parametrize(
    ("rules", "decision", "rule"),
    [
        (Rules(min_enrollment=61), ["free", "free"], "rules.min_enrollment.seats"),
        (Rules(max_closures=0), ["close", "keep"], "rules.max_closures.decisions"),
        (Rules(open_exactly=3), ["free", "free"], "rules.open_exactly.schools"),
        (Rules(open_exactly=2), ["close", "free"], "rules.open_exactly.schools"),
        (Rules(open_exactly=1), ["keep", "keep"], "rules.open_exactly.schools"),
        (Rules(open_exactly=1, max_closures=0), ["free", "free"], "rules.open_exactly.closures"),
    ],
)
def test_numbers_that_cannot_hold(rules: Rules, decision: list[str], rule: str) -> None:
    findings = check(sound_town(rules=rules, decision=decision))
    assert only(findings, rule).level == "error"
    assert only(findings, rule).column.startswith("rules.")


def test_numbers_that_can_hold() -> None:
    rules = Rules(min_enrollment=60, max_closures=1, open_exactly=1)
    assert check(sound_town(rules=rules, decision=["free", "free"])) == ()


def test_sites_count_among_the_schools_that_may_be_open() -> None:
    usual = {"kind": ["candidate", "primary"], "today": ["s2"] * 3}
    assert check(sound_town(rules=Rules(open_exactly=2, max_closures=0), **usual)) == ()
    never = sound_town(rules=Rules(open_exactly=2), decision=["close", "keep"], **usual)
    assert only(check(never), "rules.open_exactly.schools").facts["most"] == 1
    unbuilt = sound_town(rules=Rules(max_closures=0), decision=["close", "keep"], **usual)
    assert check(unbuilt) == ()


def test_a_least_size_is_met_by_growing_and_does_not_bind_teaching_points() -> None:
    rules = Rules(min_enrollment=61)
    assert check(sound_town(rules=rules, expansions=[Expansion("s1", 1)])) == ()
    points = sound_town(rules=rules, kind=["teaching_point", "primary"])
    assert only(check(points), "rules.min_enrollment.seats").level == "warning"
    assert check(sound_town(rules=rules, kind=["teaching_point"] * 2)) == ()


def test_a_budget_must_pay_for_what_is_decided() -> None:
    usual = {
        "kind": ["candidate", "primary"],
        "today": ["s2"] * 3,
        "opening_cost": [500.0, 0.0],
        "expansions": [Expansion("s1", 9, cost=1.5)],
    }
    assert check(sound_town(rules=Rules(budget=499.0), **usual)) == ()
    must = usual | {"decision": ["keep", "keep"]}
    finding = only(check(sound_town(rules=Rules(budget=499.99), **must)), "rules.budget.decisions")
    assert (finding.level, finding.ids) == ("error", ("s1",))
    assert finding.facts == {"budget": "499.99", "needed": "500"}
    assert check(sound_town(rules=Rules(budget=500.0), **must)) == ()


@pytest.mark.parametrize(
    ("low", "rule", "level"),
    [
        (("low", "high"), "rules.teaching_point_bands.all", "error"),
        (("high",), "rules.teaching_point_bands.boarding", "warning"),
    ],
)
def test_bands_of_a_teaching_point(low: tuple[str, ...], rule: str, level: str) -> None:
    case = sound_town(**TWO_BANDS, rules=Rules(teaching_point_bands=low))
    assert only(check(case), rule).level == level


def test_somebody_may_become_a_teaching_point() -> None:
    rules = Rules(teaching_point_bands=("low",))
    assert check(sound_town(**TWO_BANDS, rules=rules, decision=["free", "keep"])) == ()
    kept = sound_town(**TWO_BANDS, rules=rules, kind=["center", "center"])
    assert only(check(kept), "rules.teaching_point_bands.nobody").level == "note"


@pytest.mark.parametrize("key", ["must_merge_into", "never_merge_into"])
def test_pairs_of_unknown_schools(key: str) -> None:
    rules = Rules(**{key: (("s1", "S2"), ("s1", "x"), ("x", "s2"))})
    finding = only(check(sound_town(rules=rules)), "rules.pairs.school")
    assert (finding.level, finding.column) == ("error", f"rules.{key}")
    assert finding.ids == ("S2", "x")
    assert finding.facts["nearest"] == "s2"


def test_pairs_that_contradict() -> None:
    pair = (("s1", "s2"),)
    both = sound_town(rules=Rules(must_merge_into=pair, never_merge_into=pair))
    assert only(check(both), "rules.pairs.both").ids == ("s1 → s2",)
    back = Rules(must_merge_into=pair, never_merge_into=(("s2", "s1"),))
    assert check(sound_town(rules=back)) == ()
    closing = sound_town(rules=Rules(must_merge_into=pair), decision=["free", "close"])
    assert only(check(closing), "rules.pairs.closing").level == "error"


def test_nobody_leaves_a_site() -> None:
    rules = Rules(never_merge_into=(("s1", "s2"),))
    site = sound_town(rules=rules, kind=["candidate", "primary"], today=["s2"] * 3)
    assert only(check(site), "rules.pairs.candidate").ids == ("s1",)


def test_villages_together() -> None:
    together = Rules(villages_together=(("v1", "v2"),))
    assert check(sound_town(rules=together)) == ()
    lost = sound_town(rules=Rules(villages_together=(("v1", "V2", "v9"),)))
    finding = only(check(lost), "rules.villages_together.village")
    assert (finding.level, finding.ids) == ("error", ("V2", "v9"))
    apart = sound_town(rules=Rules(villages_together=(("v1", "v2"), ("v2", "v3"))))
    finding = only(check(apart), "rules.villages_together.apart")
    assert (finding.level, finding.ids) == ("note", ("v2", "v3"))
    units = [("v1", "primary", "s1", 10), ("v2", "primary", "s1", 20), ("v3", "primary", "s2", 30)]
    table = pd.DataFrame(units, columns=["village_id", "band", "school_id", "pupils"])
    by_table = sound_town(rules=Rules(villages_together=(("v2", "v3"),)), attendance=table)
    assert check(by_table) == ()


def test_notes_of_what_rules_mean() -> None:
    closest = Rules(closest_open=True, movement="whole_school")
    found = only(check(sound_town(rules=closest)), "rules.closest_open.whole_school")
    assert found.level == "note"
    assert check(sound_town(rules=Rules(closest_open=True))) == ()
    siblings = Rules(siblings_together=True)
    found = only(check(sound_town(rules=siblings)), "rules.siblings_together.one_band")
    assert found.level == "note"
    assert check(sound_town(**TWO_BANDS, rules=siblings)) == ()
