"""Rules that ask for townships, what the tables know of them, and their outlines."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from cases.case_folder import only, rules_of
from cases.towns import sound_town
from layoutplan.check.tables import check_tables
from layoutplan.check.townships import check_townships
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, BorderSwap, Rules
from layoutplan.core.schema import LONLAT

BANDS = (Band("low", "walk", 30.0), Band("high", "bus", 40.0))
NORTH_SOUTH = (["North", "North", "South"], ["North", "South"])


def check(case: Case):
    """Return the findings about townships, which are all there are."""
    findings = check_townships(case)
    rules_of(findings)
    assert findings == check_tables(case)
    return findings


def kept(*kinds: str, **changes: object) -> Case:
    """Return a town of two townships that keep schools of some kinds."""
    rules = Rules(one_per_township=kinds, teaching_point_bands=("low",))
    usual: dict[str, object] = {
        "rules": rules, "bands": BANDS, "pupils": [5, 10, 15], "townships": NORTH_SOUTH,
        "decision": ["free", "free"],
    }  # fmt: skip
    return sound_town(**(usual | changes))


@pytest.mark.parametrize(
    "rules",
    [Rules(one_per_township=("any",)), Rules(border_swaps=(BorderSwap(("North", "South")),))],
)
def test_no_townships_at_all(rules: Rules) -> None:
    finding = only(check(sound_town(rules=rules)), "township.none")
    assert (finding.level, finding.column) == ("error", "township")


def test_border_swaps_ask_for_both_tables() -> None:
    rules = Rules(border_swaps=(BorderSwap(("North", "South")),))
    assert check(sound_town(rules=rules, townships=NORTH_SOUTH)) == ()
    lacking = sound_town(rules=rules, townships=(NORTH_SOUTH[0], ["", ""]))
    finding = only(check(lacking), "township.none")
    assert (finding.table, finding.facts) == ("schools", {"key": "rules.border_swaps"})


def test_unknown_townships() -> None:
    rules = Rules(border_swaps=(BorderSwap(("Nort", "South")), BorderSwap(("East", "North"))))
    finding = only(
        check(sound_town(rules=rules, townships=NORTH_SOUTH)), "rules.border_swaps.township"
    )
    assert (finding.level, finding.ids) == ("error", ("Nort", "East"))
    assert finding.facts["nearest"] == "North"


def test_schools_without_a_township_count_for_none() -> None:
    case = kept("any", townships=(NORTH_SOUTH[0], ["North", ""]))
    assert only(check(case), "schools.township.empty").ids == ("s2",)
    closing = replace(case, schools=case.schools.assign(decision=["keep", "close"]))
    assert rules_of(check(closing)) == {"schools.township.empty"}


@pytest.mark.parametrize("kind", ["any", "primary"])
def test_a_township_whose_only_school_is_decided_to_close(kind: str) -> None:
    assert check(kept(kind)) == ()
    finding = only(check(kept(kind, decision=["free", "close"])), "rules.one_per_township.closing")
    assert (finding.level, finding.ids) == ("error", ("s2",))
    assert finding.facts == {"kind": kind, "township": "South"}


def test_another_school_of_the_township_will_do() -> None:
    together = (NORTH_SOUTH[0], ["North", "North"])
    assert check(kept("primary", decision=["free", "close"], townships=together)) == ()
    site = {"kind": ["candidate", "primary"], "today": ["s2"] * 3, "townships": together}
    plain = {"rules": Rules(one_per_township=("primary", "any"))}
    assert check(kept(decision=["free", "close"], **site, **plain)) == ()


def test_a_primary_school_may_become_the_teaching_point() -> None:
    together = (NORTH_SOUTH[0], ["North", "North"])
    closing = {"kind": ["primary", "teaching_point"], "decision": ["free", "close"]}
    assert check(kept("teaching_point", **closing, townships=together)) == ()
    finding = only(check(kept("teaching_point", **closing)), "rules.one_per_township.closing")
    assert finding.ids == ("s2",)


def test_a_kind_that_a_township_never_had_is_not_missed() -> None:
    assert check(kept("center", decision=["close", "free"])) == ()
    unbuilt = {"kind": ["candidate", "primary"], "today": ["s2"] * 3}
    plain = {"rules": Rules(one_per_township=("primary", "any"))}
    assert check(kept(decision=["close", "free"], **unbuilt, **plain)) == ()


def outlined(*names: str, west: float | None = None, **changes: object) -> Case:
    """Return a town with an outline around all of it for each name."""
    case = sound_town(**changes)
    left, south, right, north = case.villages.total_bounds
    shift = 0.0 if west is None else west - left
    around = shapely.box(left - 0.1 + shift, south - 0.1, right + 0.1 + shift, north + 0.1)
    frame = {"name": list(names)}
    return replace(
        case, townships=gpd.GeoDataFrame(frame, geometry=[around] * len(names), crs=LONLAT)
    )


def test_outlines_of_all_townships() -> None:
    assert check(outlined("North", "South", townships=NORTH_SOUTH)) == ()


def test_names_on_one_side_only_are_notes() -> None:
    findings = check(outlined("North", "", "East", "West", townships=NORTH_SOUTH))
    assert [(each.rule, each.level, each.ids) for each in findings] == [
        ("townships.not_drawn", "note", ("South",)),
        ("townships.not_in_tables", "note", ("East", "West")),
    ]


@pytest.mark.parametrize(
    ("names", "townships"), [(("North",), (["", "", ""], ["", ""])), (("",), NORTH_SOUTH)]
)
def test_without_names_nothing_is_compared(names, townships) -> None:
    assert check(outlined(*names, townships=townships)) == ()


def test_outlines_around_no_village_are_of_elsewhere() -> None:
    finding = only(check(outlined("North", west=90.0)), "townships.elsewhere")
    assert (finding.level, finding.column) == ("warning", "townships.path")
