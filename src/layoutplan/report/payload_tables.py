"""Tables of the map's page as columns: villages, schools, who goes where, who sends to whom."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.plan import Plan
from layoutplan.core.schema import pupils_column
from layoutplan.report.layers import Layers
from layoutplan.report.payload_lines import places, positions
from layoutplan.report.pinyin import readings
from layoutplan.report.public import masked
from layoutplan.report.routes import route_idx

_SCHOOL_TEXTS: Final = ("name", "township", "action", "kind", "reason")
_SCHOOL_PUPILS: Final = (
    "enrollment_before", "enrollment_after", "boarders_after",
    "unreached_before", "unreached_after",
)  # fmt: skip
_SCHOOL_COUNTS: Final = ("seats", "beds", "villages_before", "villages_after")
_SCHOOL_MINUTES: Final = (
    "minutes_before", "minutes_after", "max_minutes_before", "max_minutes_after",
)  # fmt: skip

Columns = dict[str, Any]


def villages(plan: Plan, layers: Layers, origin: NDArray[np.int64]) -> Columns:
    """Return the villages."""
    frame = layers.villages
    names = _texts(frame["name"])
    return {
        "id": frame.index.tolist(),
        "name": names,
        "pinyin": readings(names),
        "township": _texts(frame["township"]),
        **places(frame.geometry, origin),
        "pupils": [pupils(plan, frame[pupils_column(band.name)]) for band in plan.bands],
    }


def schools(plan: Plan, layers: Layers, origin: NDArray[np.int64]) -> Columns:
    """Return the schools with all that their cards show."""
    frame = layers.schools
    texts = {name: _texts(frame[name]) for name in _SCHOOL_TEXTS}
    return {
        "id": frame.index.tolist(),
        **places(frame.geometry, origin),
        **texts,
        "pinyin": readings(texts["name"]),
        **{name: pupils(plan, frame[name]) for name in _SCHOOL_PUPILS},
        **{name: frame[name].astype("int64").tolist() for name in _SCHOOL_COUNTS},
        **{name: minutes(frame[name]) for name in _SCHOOL_MINUTES},
        **{
            f"pupils_{when}": [
                pupils(plan, frame[f"pupils_{when}_{band.name}"]) for band in plan.bands
            ]
            for when in ("before", "after")
        },
    }


def units(plan: Plan, layers: Layers, route_of_row: NDArray[np.int64]) -> Columns:
    """Return the assignments by position: -1 for no school or route, null for no path."""
    assignments = plan.assignments
    of_row = np.append(route_of_row, -1)
    return {
        "village": positions(layers.villages.index, assignments["village_id"]),
        "band": positions(pd.Index([band.name for band in plan.bands]), assignments["band"]),
        "before": positions(layers.schools.index, assignments["school_id_before"]),
        "after": positions(layers.schools.index, assignments["school_id"]),
        "pupils": pupils(plan, assignments["pupils"]),
        "minutes_before": minutes(assignments["minutes_before"]),
        "minutes_after": minutes(assignments["minutes"]),
        "boards": assignments["how"].eq("board").astype("int64").tolist(),
        **{
            f"route_{when}": of_row[route_idx(layers.routes, assignments, school)].tolist()
            for when, school in (("before", "school_id_before"), ("after", "school_id"))
        },
    }


def flows(plan: Plan, layers: Layers) -> Columns:
    """Return who sends pupils to whom."""
    frame = layers.flows
    return {
        "from": positions(layers.schools.index, frame["from_id"]),
        "to": positions(layers.schools.index, frame["to_id"]),
        "pupils": [pupils(plan, frame[pupils_column(band.name)]) for band in plan.bands],
        "total": pupils(plan, frame["pupils"]),
    }


def pupils(plan: Plan, column: pd.Series) -> list[int | None]:
    """Return numbers of pupils, None where a public plan hides one."""
    shown = masked(column) if plan.is_public else column
    return [None if pd.isna(value) else int(value) for value in shown]


def minutes(column: pd.Series) -> list[float | None]:
    """Return minutes with one decimal, None where there is no path."""
    return [round(value, 1) if np.isfinite(value) else None for value in column.astype("float64")]


def _texts(column: pd.Series) -> list[str]:
    """Return texts, empty where there is none."""
    return [str(value) for value in column.fillna("")]
