"""Build small cases without files: minutes between villages and schools are given by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from layoutplan.core.case import Case
from layoutplan.core.rules import Band, Rules, SolverSettings
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
) -> Case:
    """Return a case of villages ``v1, v2, …`` and schools ``s1, s2, …`` with its travel times.

    `minutes` is villages x schools (for every mode alike, or by mode), ``inf`` for no path;
    `pupils` is by village, for every band alike or by band; `today` names each village's school.
    Where `enrollment` is not given it is what `today` adds up to.
    """
    by_mode = (
        dict(minutes) if isinstance(minutes, Mapping) else {band.mode: minutes for band in bands}
    )
    by_band = dict(pupils) if isinstance(pupils, Mapping) else {band.name: pupils for band in bands}
    n_villages, n_schools = np.shape(next(iter(by_mode.values())))
    village_ids = pd.Index([f"v{i + 1}" for i in range(n_villages)], name="village_id")
    school_ids = pd.Index([f"s{j + 1}" for j in range(n_schools)], name="school_id")
    attends = list(today) if today is not None else [""] * n_villages
    villages = gpd.GeoDataFrame(
        {
            "name": [f"Village {i + 1}" for i in range(n_villages)],
            "township": "",
            "school_id": attends,
            **{
                pupils_column(band): np.array(counts, dtype=np.int64)
                for band, counts in by_band.items()
            },
        },
        index=village_ids,
        geometry=[Point(105.0 + 0.01 * i, 34.0 + 0.003 * (i % 3)) for i in range(n_villages)],
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
            "township": "",
            "enrollment": roll,
            "seats": np.array(seats, dtype=np.int64),
            "beds": np.zeros(n_schools, dtype=np.int64),
            "kind": kinds,
            "decision": [
                given or usual
                for given, usual in zip(decision or [""] * n_schools, default, strict=True)
            ],
            "is_decision_given": [bool(given) for given in decision or [""] * n_schools],
            "bands": list(teaches) if teaches else ";".join(band.name for band in bands),
            "yearly_cost": np.nan,
            "cost_per_pupil": np.nan,
            "opening_cost": np.nan,
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
        order=order,
        solver=solver or SolverSettings(seconds=60.0),
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


def pairs_of(minutes: Sequence[Sequence[float]]) -> Pairs:
    """Return the pairs of a table of minutes (villages x schools) that have a path."""
    table = np.asarray(minutes, dtype=np.float64)
    village_idx, school_idx = np.nonzero(np.isfinite(table))
    return Pairs(
        village_idx.astype(np.int32),
        school_idx.astype(np.int32),
        np.rint(table[village_idx, school_idx] * MS_PER_MINUTE).astype(np.int64),
    )
