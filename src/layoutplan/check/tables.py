"""What is wrong or doubtful about a case's tables when they are seen together."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.check.about import about_places
from layoutplan.check.boarding import check_boarding
from layoutplan.check.money import check_money
from layoutplan.check.rules import check_rules
from layoutplan.check.townships import check_townships
from layoutplan.core.case import Case, teaches
from layoutplan.core.options import options
from layoutplan.core.schema import pupils_column
from layoutplan.errors import Finding

_FAR_KM = 100.0  # no child goes to school over such a distance: one of the two is misplaced
_NEAR_KM = 20.0  # swapped coordinates that come this near to the schools were meant so
_EARTH_KM = 6371.0  # mean radius
_AT_ONCE = 1000  # points whose distances to all others are looked at together


def check_tables(case: Case) -> tuple[Finding, ...]:
    """Return every finding about villages, schools and rules taken together.

    Roads and travel times are not looked at.

    Parameters
    ----------
    case : Case
        As it was read.
    """
    return (
        *_pupils(case),
        *_schools_of_villages(case),
        *_enrollment(case),
        *_seats(case),
        *_bands(case),
        *_places(case),
        *_names(case),
        *check_rules(case),
        *check_townships(case),
        *check_boarding(case),
        *check_money(case),
    )


def _pupils(case: Case) -> tuple[Finding, ...]:
    """Return villages without pupils; none with any is an error."""
    has_none = _pupils_by_band(case).sum(axis=1) == 0
    if has_none.all():
        return (Finding("villages.pupils.none", "error", "villages"),)
    return about_places("villages.pupils.zero", "note", "villages", has_none)


def _schools_of_villages(case: Case) -> tuple[Finding, ...]:
    """Return villages whose school of today is unknown, not built yet, or not for their pupils."""
    attended = case.villages["school_id"]
    is_known = attended.isin(case.schools.index)
    is_candidate = attended.map(case.schools["kind"]).eq("candidate")
    unknown = attended[(attended != "") & ~is_known]
    findings = [
        *about_places(
            "villages.school.unknown",
            "error",
            "villages",
            (attended != "") & ~is_known,
            column="school_id",
            facts={"schools": ", ".join(unknown.drop_duplicates().head(3))},
        ),
        *about_places(
            "villages.school.candidate", "error", "villages", is_candidate, column="school_id"
        ),
    ]
    if case.attendance is not None:
        return tuple(findings)
    for band in case.bands:
        is_taught = attended.map(teaches(case.schools, band.name)).eq(True)
        has_pupils = case.villages[pupils_column(band.name)] > 0
        is_untaught = is_known & ~is_candidate & ~is_taught & has_pupils
        facts = {"band": band.name}
        findings += about_places(
            "villages.school.band", "warning", "villages", is_untaught, "school_id", facts
        )
    return tuple(findings)


def _enrollment(case: Case) -> tuple[Finding, ...]:
    """Return schools whose enrollment is not what the villages' pupils add up to."""
    n_enrolled = int(case.schools["enrollment"].sum())
    n_pupils = int(_pupils_by_band(case).to_numpy().sum())
    facts: dict[str, object] = {"enrolled": n_enrolled, "pupils": n_pupils}
    if case.attendance is not None:
        attending = case.attendance.groupby("school_id")["pupils"].sum()
    elif (case.villages["school_id"] != "").any():
        attending = _pupils_by_band(case).sum(axis=1).groupby(case.villages["school_id"]).sum()
    elif n_enrolled != n_pupils:
        return (Finding("schools.enrollment.total", "warning", "schools", facts=facts),)
    else:
        return ()
    difference = attending.reindex(case.schools.index, fill_value=0) - case.schools["enrollment"]
    widest = difference.abs().idxmax()
    facts |= {
        "school": widest,
        "roll": int(case.schools.loc[widest, "enrollment"]),
        "attending": int(attending.get(widest, 0)),
    }
    return about_places(
        "schools.enrollment.other", "warning", "schools", difference != 0, "enrollment", facts
    )


def _seats(case: Case) -> tuple[Finding, ...]:
    """Return schools over their seats, and whether there is room for all pupils."""
    schools = case.schools
    most = options(case).groupby("school_idx")["seats"].max()
    facts = {"seats": int(most.sum()), "pupils": int(_pupils_by_band(case).to_numpy().sum())}
    is_over = schools["seats"] < schools["enrollment"]
    over = about_places("schools.seats.over", "warning", "schools", is_over, "seats")
    if facts["seats"] >= facts["pupils"]:
        return over
    short = Finding("schools.seats.total", "warning", "schools", column="seats", facts=facts)
    return (*over, short)


def _bands(case: Case) -> tuple[Finding, ...]:
    """Return an error for a band with pupils that no school may teach."""
    is_lasting = case.schools["decision"] != "close"
    findings = []
    for band in case.bands:
        n_pupils = int(case.villages[pupils_column(band.name)].sum())
        if n_pupils and not (is_lasting & teaches(case.schools, band.name)).any():
            facts = {"band": band.name, "pupils": n_pupils}
            findings.append(
                Finding("schools.bands.nobody", "error", "schools", column="bands", facts=facts)
            )
    return tuple(findings)


def _places(case: Case) -> tuple[Finding, ...]:
    """Return places that cannot be where they are said to be, or that lie on each other."""
    villages, schools = case.villages, case.schools
    if villages.empty or schools.empty:
        return ()
    to = _on_sphere(schools.geometry.x, schools.geometry.y)
    km = _km_to(to, villages.geometry.x, villages.geometry.y)
    # Where all villages are far, as they lie and not with longitude and latitude swapped, no
    # single village is to blame.
    if np.median(km) > _FAR_KM:
        turned = _km_to(to, villages.geometry.y, villages.geometry.x)
        rule = "villages.swapped" if np.median(turned) < _NEAR_KM else "villages.elsewhere"
        facts = {"km": f"{np.median(km):.0f}"}
        return (Finding(rule, "error", "villages", facts=facts),)
    is_far = pd.Series(km > _FAR_KM, index=villages.index)
    points = pd.DataFrame({"x": schools.geometry.x, "y": schools.geometry.y})
    return (
        *about_places(
            "villages.far", "warning", "villages", is_far, facts={"km": f"{_FAR_KM:.0f}"}
        ),
        *about_places("schools.same_place", "note", "schools", points.duplicated(keep=False)),
    )


def _names(case: Case) -> tuple[Finding, ...]:
    """Return schools of one township that have the same name."""
    named = pd.DataFrame(
        {
            "name": case.schools["name"].str.casefold().str.replace(r"\s+", "", regex=True),
            "township": case.schools["township"],
        }
    )
    is_alike = named.duplicated(keep=False) & (named["name"] != "")
    return about_places("schools.same_name", "note", "schools", is_alike, "name")


def _pupils_by_band(case: Case) -> pd.DataFrame:
    """Return the villages' pupils, a column per band."""
    return pd.DataFrame(case.villages[[pupils_column(band.name) for band in case.bands]])


def _on_sphere(lon: gpd.GeoSeries, lat: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return (n, 3) points on a sphere of radius 1."""
    east, north = np.radians(np.asarray(lon)), np.radians(np.asarray(lat))
    return np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )


def _km_to(to: NDArray[np.float64], lon: gpd.GeoSeries, lat: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return how far each point is from the nearest of those at `to`, on a sphere, in km."""
    points = _on_sphere(lon, lat)
    cosine = [
        (points[start : start + _AT_ONCE] @ to.T).max(axis=1)
        for start in range(0, len(points), _AT_ONCE)
    ]
    return np.asarray(np.arccos(np.clip(np.concatenate(cosine), -1.0, 1.0)) * _EARTH_KM)
