"""What only shows when the tables are seen together."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from cases.case_folder import only, rules_of
from cases.towns import sound_town as sound
from layoutplan.check.tables import check_tables
from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Expansion

BANDS = (Band("low", "walk", 30.0), Band("high", "bus", 40.0))


def with_schools(case: Case, **columns: object) -> Case:
    """Return the case with other columns of schools."""
    return replace(case, schools=case.schools.assign(**columns))


def with_villages(case: Case, **columns: object) -> Case:
    """Return the case with other columns of villages."""
    return replace(case, villages=case.villages.assign(**columns))


def check(case: Case):
    """Return the findings of a case, each rendered once."""
    findings = check_tables(case)
    rules_of(findings)
    return findings


def test_a_sound_town_has_no_findings() -> None:
    assert check(sound()) == ()


def test_no_pupils() -> None:
    assert only(check(sound(pupils=[10, 0, 30])), "villages.pupils.zero").ids == ("v2",)
    assert only(check(sound(pupils=[0, 0, 0])), "villages.pupils.none").level == "error"


def test_school_of_a_village() -> None:
    finding = only(check(sound(today=["s1", "s8", "s2"])), "villages.school.unknown")
    assert (finding.level, finding.ids, finding.column) == ("error", ("v2",), "school_id")
    assert "s8" in finding.message
    candidate = sound(kind=["candidate", "primary"])
    assert only(check(candidate), "villages.school.candidate").ids == ("v1", "v2")
    assert "villages.school.unknown" not in rules_of(check(sound(today=["", "s1", "s2"])))


def test_school_that_does_not_teach_the_band() -> None:
    case = sound(
        bands=BANDS,
        pupils={"low": [1, 1, 1], "high": [1, 0, 1]},
        teaches=["low", "low;high"],
    )
    assert only(check(case), "villages.school.band").ids == ("v1",)


def test_enrollment_that_villages_do_not_add_up_to() -> None:
    finding = only(check(sound(enrollment=[30, 33])), "schools.enrollment.other")
    assert (finding.level, finding.ids) == ("warning", ("s2",))
    assert finding.facts == {
        "enrolled": 63,
        "pupils": 60,
        "school": "s2",
        "roll": 33,
        "attending": 30,
    }


def test_enrollment_by_the_attendance_table() -> None:
    units = [("v1", "primary", "s1", 10), ("v2", "primary", "s2", 20), ("v3", "primary", "s2", 30)]
    table = pd.DataFrame(units, columns=["village_id", "band", "school_id", "pupils"])
    case = sound(attendance=table, enrollment=[30, 30])
    assert only(check(case), "schools.enrollment.other").ids == ("s1", "s2")
    assert check(sound(attendance=table, enrollment=[10, 50])) == ()


def test_enrollment_without_attendance_is_compared_in_total() -> None:
    case = sound(today=["", "", ""], enrollment=[30, 31])
    assert only(check(case), "schools.enrollment.total").facts == {"enrolled": 61, "pupils": 60}
    assert check(sound(today=["", "", ""], enrollment=[29, 31])) == ()


def test_seats() -> None:
    findings = check(sound(seats=[29, 60]))
    assert only(findings, "schools.seats.over").ids == ("s1",)
    assert "schools.seats.total" not in rules_of(findings)
    assert only(check(sound(seats=[30, 29])), "schools.seats.total").facts == {
        "seats": 59,
        "pupils": 60,
    }
    closing = sound(decision=["close", "keep"], seats=[60, 59])
    assert only(check(closing), "schools.seats.total").facts["seats"] == 59


@pytest.mark.parametrize(
    "changes",
    [{"teaches": ["low", "low"]}, {"teaches": ["high", "low"], "decision": ["close", "keep"]}],
)
def test_a_band_that_nobody_teaches(changes: dict[str, object]) -> None:
    case = sound(bands=BANDS, pupils=[1, 1, 1], today=["", "", ""], enrollment=[3, 3], **changes)
    finding = only(check(case), "schools.bands.nobody")
    assert (finding.level, finding.facts) == ("error", {"band": "high", "pupils": 3})


def test_a_band_without_pupils_needs_no_school() -> None:
    pupils = {"low": [1, 1, 1], "high": [0, 0, 0]}
    assert check(sound(bands=BANDS, pupils=pupils, teaches=["low", "low"])) == ()


def test_places() -> None:
    case = sound()
    points = gpd.points_from_xy([105.0, 105.01, 107.0], [34.0, 34.0, 34.0], crs=4326)
    far = replace(case, villages=case.villages.set_geometry(points))
    assert only(check(far), "villages.far").ids == ("v3",)
    same = gpd.points_from_xy([105.0, 105.0], [34.0, 34.0], crs=4326)
    twice = replace(case, schools=case.schools.set_geometry(same))
    assert only(check(twice), "schools.same_place").ids == ("s1", "s2")


@pytest.mark.parametrize(
    ("lon", "lat", "rule"), [(34.0, 75.0, "villages.swapped"), (34.0, 3.0, "villages.elsewhere")]
)
def test_villages_that_are_nowhere_near(lon: float, lat: float, rule: str) -> None:
    case = sound()
    villages = gpd.points_from_xy([lon] * 3, [lat] * 3, crs=4326)
    schools = gpd.points_from_xy([75.0] * 2, [34.0, 34.01], crs=4326)
    case = replace(case, villages=case.villages.set_geometry(villages))
    case = replace(case, schools=case.schools.set_geometry(schools))
    assert only(check(case), rule).level == "error"


def test_names() -> None:
    case = with_schools(sound(), name=["Oak  School", "oak school"])
    assert only(check(case), "schools.same_name").ids == ("s1", "s2")
    assert check(with_schools(case, township=["north", "south"])) == ()
    assert check(with_schools(case, name=["", ""])) == ()


def test_sites_and_steps_give_seats_and_teach() -> None:
    sites = sound(kind=["candidate", "primary"], today=["s2"] * 3, seats=[30, 29])
    assert only(check(sites), "schools.seats.total").facts["seats"] == 59
    grown = replace(sites, expansions=(Expansion("s2", 5), Expansion("s2", 1)))
    assert "schools.seats.total" not in rules_of(check(grown))
    only_site = sound(
        bands=BANDS, pupils=[1, 1, 1], today=[""] * 3, enrollment=[0, 3],
        kind=["candidate", "primary"], teaches=["high", "low"],
    )  # fmt: skip
    assert "schools.bands.nobody" not in rules_of(check(only_site))
