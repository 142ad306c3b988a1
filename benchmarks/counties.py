"""Planning problems of any size: villages, schools and a ready table of minutes.

A province is made of counties, each a valley of its own: nobody can reach a school of another, so
that the problem falls into parts as real ones do. Villages crowd around towns; every school stands
in a village, and most of them are small. The same size and seed give the same case.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from layoutplan.core.case import Case
from layoutplan.core.rules import DEFAULT_ORDER, Band, Rules, SolverSettings
from layoutplan.core.schema import LONLAT, MS_PER_MINUTE, Movement
from layoutplan.core.travel_times import Pairs, TravelTimes

BAND = Band("all", "car", max_minutes=40.0, grades=(1, 2, 3, 4, 5, 6))
SMALL_BELOW = 50
MIN_ENROLLMENT = 20
SEATS_PER_PUPIL = 1.7
PUPILS_PER_SCHOOL = 60.0
MINUTES_PER_KM = 3.0  # as the crow flies
WINDING = (0.8, 1.3)  # times that, by the way of each pair
MINUTES_ASIDE = 4.0  # at the most, from a village to the main road
TOWN_SHARE = 0.4  # of the villages lie around towns
TOWN_KM = 2.5
SCHOOLS_PER_TOWN = 8
DRAWN_PER_VILLAGE = 2  # places; those that no school is near are not taken
FARTHER_SHARE = 0.15  # of the villages attend the second nearest school today
GAP_KM = 30.0  # between counties, more than anybody travels
KM_PER_DEGREE = 111.2
CENTER_LONLAT = (105.5, 34.5)


@dataclass(frozen=True)
class Size:
    """How large a problem is.

    Parameters
    ----------
    n_villages, n_schools, n_counties : int
        In all.
    km2_per_school : float
        Sets how many schools a village can reach.
    unevenness : float
        The sizes of the counties are as 1, 2, 3, … to the power of minus this.
    """

    n_villages: int
    n_schools: int
    n_counties: int
    km2_per_school: float
    unevenness: float = 0.5


SIZES = {
    "S": Size(300, 60, 5, km2_per_school=8.5, unevenness=1.5),
    "M": Size(2_000, 200, 10, km2_per_school=18.5),
    "L": Size(10_000, 600, 21, km2_per_school=23.5),
    "XL": Size(50_000, 5_000, 135, km2_per_school=24.0),
}


@dataclass(frozen=True)
class _County:
    """Places ((n, 2) kilometers on a plane) and the trips between them within the limit."""

    village_km: NDArray[np.float64]
    school_km: NDArray[np.float64]
    village_idx: NDArray[np.int64]
    school_idx: NDArray[np.int64]
    milliseconds: NDArray[np.int64]


def county_case(
    size: str | Size,
    *,
    movement: Movement = "redraw",
    order: tuple[str, ...] = DEFAULT_ORDER,
    solver: SolverSettings | None = None,
    seed: int = 0,
) -> Case:
    """Return a case with today's schools and its travel times.

    Parameters
    ----------
    size : {"S", "M", "L", "XL"} or Size
        How large it is.
    movement : {"redraw", "by_village", "whole_school"}
        Who may change school.
    order : tuple of str
        The objectives.
    solver : SolverSettings, optional
        By default a gap of 0.1 % and an hour, so that time does not cut a plan short.
    seed : int
        Another one gives another case of the same size.

    Examples
    --------
    >>> case = county_case("S")
    >>> len(case.villages), len(case.schools)
    (300, 60)
    """
    size = SIZES[size] if isinstance(size, str) else size
    rng = np.random.default_rng(seed)
    counties = _beside_each_other(
        [
            _county(n_villages, n_schools, size.km2_per_school, rng)
            for n_villages, n_schools in zip(
                _shares(size.n_villages, size),
                _shares(size.n_schools, size),
                strict=True,
            )
        ]
    )
    pairs = _pairs(counties)
    pupils = _pupils(size, rng)
    today = _today(pairs, rng)
    enrollment = np.bincount(today, weights=pupils, minlength=size.n_schools).astype(np.int64)
    village_ids = pd.Index([f"v{i:05}" for i in range(size.n_villages)], name="village_id")
    school_ids = pd.Index([f"s{j:04}" for j in range(size.n_schools)], name="school_id")
    villages = places_table(village_ids, np.concatenate([each.village_km for each in counties]))
    schools = places_table(school_ids, np.concatenate([each.school_km for each in counties]))
    return Case(
        name=f"{size.n_villages:,} villages, {size.n_schools:,} schools",
        language="en",
        folder=Path(),
        villages=villages.assign(school_id=school_ids[today], pupils_all=pupils),
        schools=schools.assign(
            enrollment=enrollment,
            seats=_seats(enrollment, rng),
            beds=0,
            kind="primary",
            decision=np.where(enrollment < SMALL_BELOW, "free", "keep"),
            is_decision_given=False,
            bands=BAND.name,
            yearly_cost=np.nan,
            cost_per_pupil=np.nan,
            opening_cost=np.nan,
        ),
        bands=(BAND,),
        rules=Rules(small_below=SMALL_BELOW, movement=movement, min_enrollment=MIN_ENROLLMENT),
        order=order,
        solver=solver or SolverSettings(gap=0.001, seconds=3_600.0),
        travel_times=TravelTimes(
            village_ids=village_ids,
            school_ids=school_ids,
            pairs={BAND.name: pairs},
            modes={BAND.name: BAND.mode},
            source="table",
        ),
    )


def places_table(ids: pd.Index, km: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Return a table of places, (n, 2) kilometers on a plane, around the middle of China."""
    north = CENTER_LONLAT[1] + (km[:, 1] - km[:, 1].mean()) / KM_PER_DEGREE
    east = CENTER_LONLAT[0] + (km[:, 0] - km[:, 0].mean()) / (
        KM_PER_DEGREE * np.cos(np.radians(CENTER_LONLAT[1]))
    )
    columns = {"name": ids.to_numpy(), "township": ""}
    points = gpd.points_from_xy(east, north)
    return gpd.GeoDataFrame(columns, index=ids, geometry=points, crs=LONLAT)


def _shares(n: int, size: Size) -> NDArray[np.int64]:
    """Return `n` shared out among the counties, the largest first."""
    weight = np.cumsum((1.0 + np.arange(size.n_counties)) ** -size.unevenness)
    return np.diff(np.rint(n * weight / weight[-1]), prepend=0.0).astype(np.int64)


def _county(
    n_villages: int, n_schools: int, km2_per_school: float, rng: np.random.Generator
) -> _County:
    """Return a county whose villages all have a school within the limit."""
    side = np.sqrt(n_schools * km2_per_school)
    towns = rng.uniform(0.0, side, (1 + n_schools // SCHOOLS_PER_TOWN, 2))
    drawn = rng.uniform(0.0, side, (DRAWN_PER_VILLAGE * n_villages, 2))
    is_at_town = rng.random(len(drawn)) < TOWN_SHARE
    near = towns[rng.integers(len(towns), size=len(drawn))] + rng.normal(0, TOWN_KM, drawn.shape)
    drawn[is_at_town] = near[is_at_town]
    schools = drawn[:n_schools]
    distances = cKDTree(drawn).sparse_distance_matrix(
        cKDTree(schools), BAND.max_minutes / MINUTES_PER_KM / WINDING[0], output_type="ndarray"
    )
    distances = np.sort(distances, order=["i", "j"])
    aside = rng.uniform(0.0, MINUTES_ASIDE, len(drawn))
    village, school = distances["i"], distances["j"]
    minutes = distances["v"] * MINUTES_PER_KM * rng.uniform(*WINDING, len(distances))
    minutes += 1.0 + aside[village] + aside[school] * (village != school)
    is_trip = minutes <= BAND.max_minutes
    taken = np.unique(village[is_trip])[:n_villages]
    is_trip &= np.isin(village, taken)
    return _County(
        village_km=drawn[taken],
        school_km=schools,
        village_idx=np.searchsorted(taken, village[is_trip]),
        school_idx=school[is_trip],
        milliseconds=np.rint(minutes[is_trip] * MS_PER_MINUTE).astype(np.int64),
    )


def _beside_each_other(counties: list[_County]) -> list[_County]:
    """Return the counties on one plane, in rows, with room between them."""
    most = max(np.ptp(each.village_km, axis=0).max() for each in counties) + GAP_KM
    n_across = int(np.ceil(np.sqrt(len(counties))))
    placed = []
    for place, each in enumerate(counties):
        corner = most * np.array(divmod(place, n_across)[::-1])
        placed.append(
            _County(
                each.village_km + corner,
                each.school_km + corner,
                each.village_idx,
                each.school_idx,
                each.milliseconds,
            )
        )
    return placed


def _pairs(counties: list[_County]) -> Pairs:
    """Return the trips of all counties, their villages and schools one after the other."""
    n_villages = np.cumsum([0, *(len(each.village_km) for each in counties)])
    n_schools = np.cumsum([0, *(len(each.school_km) for each in counties)])
    shifted = [
        (each.village_idx + village, each.school_idx + school)
        for each, village, school in zip(counties, n_villages, n_schools, strict=False)
    ]
    return Pairs(
        np.concatenate([village for village, _ in shifted]).astype(np.int32),
        np.concatenate([school for _, school in shifted]).astype(np.int32),
        np.concatenate([each.milliseconds for each in counties]),
    )


def _pupils(size: Size, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the pupils of each village: at least one, many in few."""
    mean = PUPILS_PER_SCHOOL * size.n_schools / size.n_villages
    drawn = rng.lognormal(0.0, 0.8, size.n_villages)
    return np.maximum(np.rint(mean * drawn / drawn.mean()), 1).astype(np.int64)


def _today(pairs: Pairs, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the school of each village: the nearest, of some the second nearest."""
    order = np.lexsort((pairs.milliseconds, pairs.village_idx))
    first, count = np.unique(pairs.village_idx[order], return_index=True, return_counts=True)[1:]
    is_farther = (rng.random(len(first)) < FARTHER_SHARE) & (count > 1)
    return pairs.school_idx[order][first + is_farther].astype(np.int64)


def _seats(enrollment: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return seats for all of today and, spread unevenly, for as many more as asked."""
    spread = rng.gamma(1.5, size=len(enrollment))
    spare = (SEATS_PER_PUPIL - 1.0) * enrollment.sum() * spread / spread.sum()
    return enrollment + np.rint(spare).astype(np.int64)
