"""Schools: which villages have one, who attends it, and how many it was built for."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from making.names import COUNTY, TOWN_SCHOOLS
from making.places import Walks

N_SCHOOLS = 182
_WITHOUT = ((0, 10, 11), (10, 50, 48), (50, 120, 2))  # pupils from, to: villages without a school
_NEAR_METERS = 1_950.0  # their pupils walk no farther ...
_FAR_METERS = (2_450.0, 3_800.0)  # ... but those of a few hamlets do
_N_FAR = 7


def place_schools(
    rng: np.random.Generator, villages: pd.DataFrame, walks: Walks
) -> tuple[pd.DataFrame, pd.Series]:
    """Return the schools, and the school_id that each village attends."""
    xy = villages[["east", "north"]].to_numpy()
    pupils = villages[["pupils_g1_3", "pupils_g4_6"]].sum(axis=1).to_numpy()
    meters = walks.meters(xy, xy)
    has_school, attends = _todays_schools(rng, villages, pupils, meters)
    own = np.flatnonzero(has_school)
    enrollment = np.bincount(attends, weights=pupils, minlength=len(pupils))[own].astype(np.int64)
    host = villages.iloc[own]
    site = walks.beside(rng, xy[own], (60.0, 260.0))
    kind = np.select(
        [host["is_seat"], enrollment < 20], ["center", "teaching_point"], default="primary"
    )
    seats = _seats(rng, enrollment, host["is_seat"].to_numpy(), host["is_quarter"].to_numpy())
    school = np.searchsorted(own, attends)
    elsewhere = walks.meters(xy, site)
    elsewhere[np.arange(len(xy)), school] = np.inf
    farthest = np.zeros(len(own))
    np.maximum.at(farthest, school, elsewhere.min(axis=1))
    # Two schools also teach pupils from beyond the county.
    written = enrollment.copy()
    written[rng.choice(np.flatnonzero((kind == "primary") & (enrollment > 100)), 2, False)] += (
        3,
        5,
    )
    schools = pd.DataFrame(
        {
            "school_id": [f"02{90_000_001 + 7 * nth:08}" for nth in range(len(own))],
            "name": _names(host, kind),
            "township": host["township"].to_numpy(),
            "east": site[:, 0],
            "north": site[:, 1],
            "enrollment": written,
            "seats": np.maximum(seats, written),
            "kind": kind,
            "decision": _decisions(rng, enrollment, kind, farthest),
        }
    )
    return schools, schools["school_id"].iloc[school].reset_index(drop=True)


def _todays_schools(
    rng: np.random.Generator,
    villages: pd.DataFrame,
    pupils: NDArray[np.int64],
    meters: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which villages have a school, and the village whose school each one attends."""
    n = len(villages)
    apart = meters + np.where(np.eye(n, dtype=bool), np.inf, 0.0)
    is_town = (villages["is_seat"] | villages["is_quarter"]).to_numpy()
    has_school, is_needed = np.ones(n, dtype=bool), is_town.copy()
    nearest = apart.min(axis=1)
    far = np.flatnonzero((nearest > _FAR_METERS[0]) & (nearest < _FAR_METERS[1]) & (pupils < 25))
    for village in rng.permutation(far[~is_town[far]])[:_N_FAR]:
        if not is_needed[village] and has_school[np.argmin(apart[village])]:
            has_school[village] = False
            is_needed[np.argmin(apart[village])] = True
    for fewest, most, n_wanted in _WITHOUT:
        tier = np.flatnonzero((pupils >= fewest) & (pupils < most) & has_school)
        order = tier[np.argsort(nearest[tier] + rng.uniform(0, 1_500, len(tier)))]
        n_left = n_wanted
        for village in order:
            other = int(np.argmin(np.where(has_school, apart[village], np.inf)))
            if n_left and not is_needed[village] and apart[village, other] <= _NEAR_METERS:
                has_school[village], is_needed[other] = False, True
                n_left -= 1
    attends = np.argmin(np.where(has_school, meters, np.inf), axis=1)
    attends[has_school] = np.flatnonzero(has_school)
    # One school stands empty: its few pupils already walk to the next.
    deserted = np.where(has_school & ~is_needed & (pupils < 10), apart.min(axis=1), np.inf)
    village = int(np.argmin(deserted))
    attends[village] = np.argmin(np.where(has_school, apart[village], np.inf))
    return has_school, attends


def _seats(
    rng: np.random.Generator,
    enrollment: NDArray[np.int64],
    is_center: NDArray[np.bool_],
    is_quarter: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return seats: villages were larger once, the towns are filling up."""
    small, large = rng.uniform(1.2, 2.6, len(enrollment)), rng.uniform(1.01, 1.2, len(enrollment))
    room = np.where(enrollment < 60, small, large)
    room = np.where(is_center, rng.uniform(1.08, 1.35, len(enrollment)), room)
    room = np.where(is_quarter, rng.uniform(1.03, 1.15, len(enrollment)), room)
    return np.maximum(np.ceil(enrollment * room / 5) * 5, 15).astype(np.int64)


def _decisions(
    rng: np.random.Generator,
    enrollment: NDArray[np.int64],
    kind: NDArray[np.str_],
    farthest: NDArray[np.float64],
) -> NDArray[np.str_]:
    """Return what the county has settled beforehand: two small schools stay, one closes.

    `farthest` is how far each school's pupils would walk to the next, the worst-off of them.
    """
    could_merge = (enrollment >= 12) & (enrollment < 45) & (kind != "center")
    could_merge &= farthest < _NEAR_METERS
    keep_one, keep_two, close = rng.choice(np.flatnonzero(could_merge), 3, replace=False)
    decision = np.full(len(enrollment), "", dtype="<U5")
    decision[[keep_one, keep_two]] = "keep"
    decision[close] = "close"
    return decision


def _names(host: pd.DataFrame, kind: NDArray[np.str_]) -> list[str]:
    """Return the schools' names, after village, township or town."""
    ending = np.where(kind == "teaching_point", "教学点", "小学")
    names = [
        village.removesuffix("村") + end for village, end in zip(host["name"], ending, strict=True)
    ]
    is_center = kind == "center"
    for nth in np.flatnonzero(is_center):
        names[nth] = host["township"].iloc[nth] + "中心小学"
    for nth, name in zip(np.flatnonzero(host["is_quarter"]), TOWN_SCHOOLS, strict=True):
        names[nth] = COUNTY + name
    return names
