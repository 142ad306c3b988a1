"""A plan drawn by hand: eight villages, three schools, the middle one merged into the others."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from cases.towns import town
from layoutplan.core.case import InputFile
from layoutplan.core.plan import ObjectiveResult, Plan
from layoutplan.core.rules import Band
from layoutplan.core.schema import LONLAT
from layoutplan.texts import Language

BANDS = (
    Band(name="g1_3", mode="walk", max_minutes=30.0, grades=(1, 2, 3)),
    Band(name="g4_6", mode="bus", max_minutes=40.0, grades=(4, 5, 6)),
)

# Village by village: longitude, latitude, pupils of both bands, school before and after, minutes
# before and after. The pupils of v3 to v5 leave s2; v8 has no path to its school.
VILLAGES = (
    (105.000, 34.000, 20, 24, "s1", "s1", 4.0, 4.0),
    (105.012, 34.006, 12, 10, "s1", "s1", 11.5, 11.5),
    (105.030, 34.001, 6, 5, "s2", "s1", 7.0, 22.5),
    (105.042, 34.010, 4, 0, "s2", "s3", 3.5, 19.0),
    (105.038, 33.990, 3, 7, "s2", "s1", 12.0, 28.0),
    (105.065, 34.004, 15, 18, "s3", "s3", 6.0, 6.0),
    (105.078, 33.994, 9, 11, "s3", "s3", 14.0, 14.0),
    (105.090, 34.014, 2, 3, "s3", "s3", np.inf, np.inf),
)
SCHOOLS = ((105.003, 34.002), (105.036, 34.003), (105.068, 34.000))
ROADS = {
    "primary": [(104.995, 33.997), (105.003, 34.001), (105.036, 34.002), (105.070, 33.999)],
    "tertiary": [(105.036, 34.002), (105.042, 34.011)],
    "track": [(105.036, 34.002), (105.038, 33.990)],
}


def drawn_plan(language: Language = "en") -> Plan:
    """Return the plan of these villages and schools, with both bands going to the same school."""
    table = pd.DataFrame(
        VILLAGES,
        columns=["lon", "lat", "g1_3", "g4_6", "before", "after", "minutes_before", "minutes"],
    )
    case = town(
        np.full((8, 3), 10.0).tolist(),
        pupils={band.name: table[band.name].tolist() for band in BANDS},
        seats=[120, 60, 90],
        today=table["before"].tolist(),
        bands=BANDS,
    )
    villages = case.villages.set_geometry(
        gpd.points_from_xy(table["lon"], table["lat"]), crs=LONLAT
    )
    assignments = _assignments(table, villages.index)
    pupils = assignments["pupils"]
    minutes = assignments["minutes"].replace(np.inf, 0.0)
    return Plan(
        name="测试县小学布局 2026" if language == "zh" else "Test town 2026",
        language=language,
        status="within_gap",
        objective=(
            ObjectiveResult("small_schools", 0.0, 0.0, 0.0),
            ObjectiveResult("pupil_minutes", 1500.0, 1495.5, 0.003),
        ),
        villages=villages,
        schools=_schools(case.schools, assignments, language),
        assignments=assignments,
        bands=BANDS,
        roads=gpd.GeoDataFrame(
            {"road_class": list(ROADS)},
            geometry=[LineString(line) for line in ROADS.values()],
            crs=LONLAT,
        ),
        rules={"small_below": 50, "movement": "by_village"},
        totals={
            "villages": 8,
            "pupils": int(pupils.sum()),
            "schools_open": 2,
            "schools_merged": 1,
            "pupils_moved": 25,
            "pupil_minutes": float((pupils * minutes).sum()),
            "max_minutes": 28.0,
        },
        inputs=(InputFile("villages.csv", "0" * 64, 8), InputFile("schools.csv", "1" * 64, 3)),
        attendance_source="reconstructed",
        findings=(),
        versions={"layoutplan": "0.1.0"},
        seconds=0.1,
    )


def renamed(plan: Plan, *, village: str | None = None, school: str | None = None) -> Plan:
    """Return `plan` with another name for its first village, its first school."""
    villages, schools = plan.villages.copy(), plan.schools.copy()
    if village is not None:
        villages.loc["v1", "name"] = village
    if school is not None:
        schools.loc["s1", "name"] = school
    return replace(plan, villages=villages, schools=schools)


def _assignments(table: pd.DataFrame, village_ids: pd.Index) -> pd.DataFrame:
    """Return the rows of ``assignments.csv``, none without pupils."""
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "village_id": village_ids,
                    "band": band.name,
                    "school_id": table["after"],
                    "how": "day",
                    "pupils": table[band.name].astype("int64"),
                    "minutes": table["minutes"],
                    "school_id_before": table["before"],
                    "minutes_before": table["minutes_before"],
                }
            )
            for band in BANDS
        ]
    )
    return rows[rows["pupils"] > 0].sort_values(["village_id", "band"], ignore_index=True)


def _schools(
    schools: gpd.GeoDataFrame, assignments: pd.DataFrame, language: Language
) -> gpd.GeoDataFrame:
    """Return the schools with the columns of ``schools.csv``."""
    pupils = {
        column: assignments.groupby(column)["pupils"].sum().reindex(schools.index, fill_value=0)
        for column in ("school_id_before", "school_id")
    }
    reasons = {
        "en": ["Not small.", "All its pupils reach another school within the limit.", "Not small."],
        "zh": ["不是小规模学校。", "全部学生都能在时限内到达其他学校。", "不是小规模学校。"],
    }
    return schools.assign(
        action=["keep", "merge", "keep"],
        into=["", "s1;s3", ""],
        enrollment_before=pupils["school_id_before"],
        enrollment_after=pupils["school_id"],
        boarders_after=np.int64(0),
        reason=reasons[language],
    ).set_geometry([Point(place) for place in SCHOOLS], crs=LONLAT)
