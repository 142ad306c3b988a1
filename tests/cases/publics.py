"""Plans with many small groups of pupils, and the same with other small numbers in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from cases.plans import drawn_plan
from layoutplan.core.plan import Plan
from layoutplan.core.schema import LONLAT, pupils_column
from layoutplan.errors import Finding
from layoutplan.texts import Language

LEAST = 5
Pupils = NDArray[np.int64]


def plan_with(units: pd.DataFrame, language: Language = "en") -> Plan:
    """Return a plan of groups: ``village_id, band, school_id_before, school_id, pupils``.

    Villages and schools lie along a road; minutes go by the ids. All that counts pupils is
    worked out from the groups: reasons and findings tell the numbers.
    """
    drawn = drawn_plan(language)
    units = units.sort_values(["village_id", "band", "school_id_before"], ignore_index=True)
    place = units["village_id"].str[1:].astype(int)
    units = units.assign(
        how="day",
        minutes=5.0 + place % 17 + 0.25 * units["school_id"].str[1:].astype(int),
        minutes_before=3.0 + place % 13,
    )
    village_ids = pd.Index(sorted(units["village_id"].unique()), name="village_id")
    school_ids = pd.Index(
        sorted({*units["school_id"], *units["school_id_before"]} - {""}), name="school_id"
    )
    pupils = {
        pupils_column(band.name): units[units["band"] == band.name]
        .groupby("village_id")["pupils"]
        .sum()
        .reindex(village_ids, fill_value=0)
        .astype("int64")
        for band in drawn.bands
    }
    villages = gpd.GeoDataFrame(
        {
            "name": [f"Village {each}" for each in village_ids],
            "township": "",
            "school_id": "",
            **pupils,
        },
        index=village_ids,
        geometry=shapely.points(
            [[105 + 0.004 * step, 34 + 0.001 * (step % 7)] for step in range(len(village_ids))]
        ),
        crs=LONLAT,
    )
    return replace(
        drawn,
        villages=villages,
        schools=_schools(units, school_ids, drawn),
        assignments=units[drawn.assignments.columns.tolist()],
        findings=(
            Finding(
                "plan.over_limit",
                "warning",
                ids=tuple(village_ids[:2]),
                facts={"pupils": int(units["pupils"].iloc[0])},
            ),
        ),
        totals={"pupils": int(units["pupils"].sum()), "yearly_cost": float(units["pupils"].sum())},
    )


def altered(plan: Plan, change: Callable[[Pupils], Pupils]) -> Plan:
    """Return `plan` with other pupils in its small groups, and all that tells of them."""
    pupils = plan.assignments["pupils"].to_numpy(dtype=np.int64).copy()
    is_small = pupils < LEAST
    pupils[is_small] = change(pupils[is_small])
    assert ((pupils[is_small] > 0) & (pupils[is_small] < LEAST)).all()
    return plan_with(plan.assignments.assign(pupils=pupils), plan.language)


def crowded(n_villages: int = 24, seed: int = 0) -> Plan:
    """Return a plan of villages with two bands at four schools, most groups small."""
    chance = np.random.default_rng(seed)
    villages = np.repeat([f"v{place:02d}" for place in range(n_villages)], 2)
    before = np.repeat(chance.integers(1, 5, n_villages), 2)
    after = np.where(before == 2, chance.choice([1, 3], 2 * n_villages), before)
    return plan_with(
        pd.DataFrame(
            {
                "village_id": villages,
                "band": np.tile(["g1_3", "g4_6"], n_villages),
                "school_id_before": [f"s{school}" for school in before],
                "school_id": [f"s{school}" for school in after],
                "pupils": np.where(
                    chance.random(2 * n_villages) < 0.7,
                    chance.integers(1, 5, 2 * n_villages),
                    chance.integers(5, 40, 2 * n_villages),
                ),
            }
        )
    )


def _schools(units: pd.DataFrame, school_ids: pd.Index, drawn: Plan) -> gpd.GeoDataFrame:
    """Return schools with their pupils, and reasons that name them."""
    before, after = (
        units.groupby(column)["pupils"].sum().reindex(school_ids, fill_value=0).astype("int64")
        for column in ("school_id_before", "school_id")
    )
    leaving = units[units["school_id"] != units["school_id_before"]]
    shares = leaving.groupby(["school_id_before", "school_id"])["pupils"].sum().reset_index()
    shares = shares.sort_values(["pupils", "school_id"], ascending=[False, True])
    into = shares.groupby("school_id_before")["school_id"].agg(";".join).reindex(school_ids)
    is_closed = (after == 0).to_numpy()
    columns = drawn.schools.iloc[[0] * len(school_ids)].set_axis(school_ids)
    return columns.assign(
        name=[f"School {each}" for each in school_ids],
        enrollment=before,
        action=np.where(is_closed, "merge", "keep"),
        into=into.where(is_closed, "").fillna(""),
        enrollment_before=before,
        enrollment_after=after,
        seats=200,
        reason=[
            f"It has {old} pupils today and {new} under the plan."
            for old, new in zip(before, after, strict=True)
        ],
    ).set_geometry(
        shapely.points([[105.01 + 0.02 * step, 34.002] for step in range(len(school_ids))]),
        crs=LONLAT,
    )
