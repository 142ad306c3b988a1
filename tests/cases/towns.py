"""Build small cases without files: minutes between villages and schools are given by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Costs, Expansion, Rules, SolverSettings
from layoutplan.core.schema import LONLAT, MS_PER_MINUTE, Mode, pupils_column
from layoutplan.core.travel_times import Pairs, TravelTimes

ONE_BAND = (Band(name="primary", mode="walk", max_minutes=30.0),)


def town(
    minutes: Sequence[Sequence[float]] | Mapping[Mode, Sequence[Sequence[float]]],
    *,
    pupils: Sequence[int] | Mapping[str, Sequence[int]],
    seats: Sequence[int],
    today: Sequence[str] | None = None,
    enrollment: Sequence[int] | None = None,
    bands: tuple[Band, ...] = ONE_BAND,
    rules: Rules | None = None,
    order: tuple[str, ...] = ("small_schools", "pupil_minutes"),
    solver: SolverSettings | None = None,
    decision: Sequence[str] | None = None,
    kind: Sequence[str] | None = None,
    teaches: Sequence[str] | None = None,
    attendance: pd.DataFrame | None = None,
    beds: Sequence[int] | None = None,
    townships: tuple[Sequence[str], Sequence[str]] | None = None,
    yearly_cost: Sequence[float] | None = None,
    cost_per_pupil: Sequence[float] | None = None,
    opening_cost: Sequence[float] | None = None,
    costs: Costs | None = None,
    expansions: Sequence[Expansion] = (),
    points: Sequence[tuple[float, float]] | None = None,
) -> Case:
    """Return a case of villages ``v1, v2, …`` and schools ``s1, s2, …`` with its travel times.

    `minutes` is villages x schools (for every mode alike, or by mode), ``inf`` for no path;
    `pupils` is by village, for every band alike or by band; `today` names each village's school.
    Where `enrollment` is not given it is what `today` adds up to. `townships` are those of the
    villages and those of the schools; money is by school, NaN where none is given; `points` are
    the villages' lon and lat, where it matters which of them are neighbors.
    """
    by_mode = (
        dict(minutes) if isinstance(minutes, Mapping) else {band.mode: minutes for band in bands}
    )
    by_band = dict(pupils) if isinstance(pupils, Mapping) else {band.name: pupils for band in bands}
    n_villages, n_schools = np.shape(next(iter(by_mode.values())))
    village_ids = pd.Index([f"v{i + 1}" for i in range(n_villages)], name="village_id")
    school_ids = pd.Index([f"s{j + 1}" for j in range(n_schools)], name="school_id")
    attends = list(today) if today is not None else [""] * n_villages
    of_villages, of_schools = townships or ([""] * n_villages, [""] * n_schools)
    if points is None:
        points = [(105.0 + 0.01 * i, 34.0 + 0.003 * (i % 3)) for i in range(n_villages)]
    villages = gpd.GeoDataFrame(
        {
            "name": [f"Village {i + 1}" for i in range(n_villages)],
            "township": list(of_villages),
            "school_id": attends,
            **{
                pupils_column(band): np.array(counts, dtype=np.int64)
                for band, counts in by_band.items()
            },
        },
        index=village_ids,
        geometry=[Point(point) for point in points],
        crs=LONLAT,
    )
    if enrollment is None:
        attending = villages.filter(like="pupils_").sum(axis=1).groupby(attends).sum()
        enrollment = [int(attending.get(school, 0)) for school in school_ids]
    roll = np.array(enrollment, dtype=np.int64)
    rules = rules or Rules()
    kinds = list(kind) if kind else ["primary"] * n_schools
    default = [
        "free"
        if kinds[j] == "candidate" or (roll[j] < rules.small_below and kinds[j] != "center")
        else "keep"
        for j in range(n_schools)
    ]
    schools = gpd.GeoDataFrame(
        {
            "name": [f"School {j + 1}" for j in range(n_schools)],
            "township": list(of_schools),
            "enrollment": roll,
            "seats": np.array(seats, dtype=np.int64),
            "beds": np.array(beds or [0] * n_schools, dtype=np.int64),
            "kind": kinds,
            "decision": [
                given or usual
                for given, usual in zip(decision or [""] * n_schools, default, strict=True)
            ],
            "is_decision_given": [bool(given) for given in decision or [""] * n_schools],
            "bands": list(teaches) if teaches else ";".join(band.name for band in bands),
            "yearly_cost": np.array(yearly_cost or [np.nan] * n_schools, dtype=np.float64),
            "cost_per_pupil": np.array(cost_per_pupil or [np.nan] * n_schools, dtype=np.float64),
            "opening_cost": np.array(opening_cost or [np.nan] * n_schools, dtype=np.float64),
        },
        index=school_ids,
        geometry=[Point(105.005 + 0.02 * j, 34.001 + 0.002 * j) for j in range(n_schools)],
        crs=LONLAT,
    )
    return Case(
        name="Test town",
        language="en",
        folder=Path(),
        villages=villages,
        schools=schools,
        bands=bands,
        rules=rules,
        costs=costs or Costs(),
        order=order,
        solver=solver or SolverSettings(seconds=60.0),
        expansions=tuple(expansions),
        attendance=attendance,
        travel_times=TravelTimes(
            village_ids=village_ids,
            school_ids=school_ids,
            pairs={
                band.name: pairs_of(by_mode[band.mode]) for band in bands if band.mode in by_mode
            },
            modes={band.name: band.mode for band in bands if band.mode in by_mode},
            source="table",
        ),
    )


def sound_town(**changes: object) -> Case:
    """Return a town of three villages and two schools without any fault, but for `changes`."""
    usual: dict[str, object] = {
        "minutes": [[5.0, 20.0], [8.0, 15.0], [20.0, 4.0]],
        "pupils": [10, 20, 30],
        "seats": [60, 60],
        "today": ["s1", "s1", "s2"],
    }
    return town(**(usual | changes))  # type: ignore[arg-type]  # changes vary by test


def pairs_of(minutes: Sequence[Sequence[float]]) -> Pairs:
    """Return the pairs of a table of minutes (villages x schools) that have a path."""
    table = np.asarray(minutes, dtype=np.float64)
    village_idx, school_idx = np.nonzero(np.isfinite(table))
    return Pairs(
        village_idx.astype(np.int32),
        school_idx.astype(np.int32),
        np.rint(table[village_idx, school_idx] * MS_PER_MINUTE).astype(np.int64),
    )
