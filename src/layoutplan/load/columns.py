"""Which columns each table of a case may have, and which it must."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from layoutplan.core.schema import (
    ATTENDANCE_HEADERS,
    EXPANSION_HEADERS,
    POINT_HEADERS,
    SCHOOL_HEADERS,
    TOWNSHIP_HEADERS,
    TRAVEL_TIME_HEADERS,
    VILLAGE_HEADERS,
    pupils_column,
)

Headers = dict[str, tuple[str, ...]]  # column of the contract -> other headers that mean it

SCHOOL_COLUMNS: Final[Headers] = SCHOOL_HEADERS | POINT_HEADERS
SCHOOL_REQUIRED: Final = ("school_id", "enrollment", "seats")
ATTENDANCE_COLUMNS: Final[Headers] = ATTENDANCE_HEADERS
EXPANSION_COLUMNS: Final[Headers] = EXPANSION_HEADERS
EXPANSION_REQUIRED: Final = ("school_id", "seats")
TRAVEL_TIME_COLUMNS: Final[Headers] = TRAVEL_TIME_HEADERS
TOWNSHIP_COLUMNS: Final[Headers] = TOWNSHIP_HEADERS
TOWNSHIP_REQUIRED: Final = ("name",)


def village_columns(bands: Sequence[str]) -> Headers:
    """Return the columns of a table of villages, with the pupils of each of `bands`.

    A band's pupils stand under ``pupils_<band>``, or under a usual word for pupils with the band
    behind it; with a single band the word alone will do.

    Examples
    --------
    >>> "学生数" in village_columns(["primary"])["pupils_primary"]
    True
    """
    usual = ("pupils", *VILLAGE_HEADERS["pupils"])
    alone = usual if len(bands) == 1 else ()
    pupils = {
        pupils_column(band): (*(f"{word}_{band}" for word in usual), *alone) for band in bands
    }
    others = {name: headers for name, headers in VILLAGE_HEADERS.items() if name != "pupils"}
    return others | pupils | POINT_HEADERS


def village_required(bands: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a table of villages must have."""
    return ("village_id", *map(pupils_column, bands))
