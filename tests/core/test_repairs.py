"""A case with repairs applied to it."""

from __future__ import annotations

from cases.towns import town
from layoutplan.core.diagnosis import Repair
from layoutplan.core.repairs import apply_repairs, exemptions, place_name, rule_in_words
from layoutplan.core.rules import BorderSwap, Exemption, Expansion, Rules


def a_case():
    return town([[5, 6]], pupils=[4], seats=[20, 20], decision=["close", ""], rules=Rules())


def test_villages_with_the_same_longer_limit_share_an_exception():
    repairs = [
        Repair("limit", village_id=village, band="primary", before=30.0, after=after)
        for village, after in (("v2", 46), ("v1", 46), ("v3", 120), ("v4", 51))
    ]
    assert exemptions(repairs) == (
        Exemption(villages=("v1", "v2"), band="primary", max_minutes=46.0),
        Exemption(villages=("v4",), band="primary", max_minutes=51.0),
        Exemption(villages=("v3",), band="primary", max_minutes=120.0),
    )


def test_every_kind_of_change_is_made():
    case = apply_repairs(
        a_case(),
        [
            Repair("boarding_limit", village_id="v1", band="primary", before=90.0, after=100),
            Repair("stay", village_id="v1", band="primary"),
            Repair("seats", school_id="s2", before=20, after=28),
            Repair("beds", school_id="s2", before=0, after=3),
            Repair("least_size", school_id="s1", before=20, after=12),
            Repair("decision", school_id="s1", before="close", after="free"),
            Repair("rule", name="max_closures", before=0, after=2),
        ],
    )
    assert case.exceptions == (
        Exemption(villages=("v1",), band="primary", max_boarding_minutes=100.0),
        Exemption(villages=("v1",), band="primary", stay=True),
        Exemption(schools=("s1",), min_enrollment=12),
    )
    assert case.expansions == (Expansion("s2", seats=8, beds=3),)
    assert case.schools["decision"].tolist() == ["free", "free"]
    assert case.rules == Rules(max_closures=2)


def test_the_case_itself_is_left_as_it_is():
    case = a_case()
    apply_repairs(case, [Repair("decision", school_id="s1", before="close", after="free")])
    assert case.schools["decision"].tolist() == ["close", "free"]


def test_rules_are_written_as_toml_has_them():
    assert rule_in_words(True) == "true"
    assert rule_in_words(700.0) == "700"
    assert rule_in_words("keep") == '"keep"'
    assert rule_in_words((("a", "b"),)) == '[["a", "b"]]'
    swap = rule_in_words((BorderSwap(("甲", "乙"), 3),))
    assert swap == '[{ townships = ["甲", "乙"], max_difference = 3 }]'


def test_places_are_named_with_their_ids():
    case = a_case()
    assert place_name(case, "v1") == "Village 1 (v1)"
    assert place_name(case, "s2") == "School 2 (s2)"
    assert place_name(case, "") == ""
