"""Who attends which school today: as given, or worked out, and what is odd about it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layoutplan.core.attendance import Attendance, AttendanceSource
from layoutplan.core.case import Case, teaches
from layoutplan.core.progress import Progress, silent
from layoutplan.core.schema import MS_PER_MINUTE, UNITS
from layoutplan.core.travel_times import UNREACHED_MS, Pairs, TravelTimes
from layoutplan.demand.farther import Farther, trips_beyond
from layoutplan.demand.reconstruct import reconstruct
from layoutplan.demand.residents import residents
from layoutplan.errors import DataError, Finding, VerificationError, has_errors, shortlist


def attendance_today(
    case: Case,
    times: TravelTimes,
    farther: Farther | None = None,
    *,
    progress: Progress = silent,
) -> Attendance:
    """Return the demand units of a case: whole pupils by village, band and today's school.

    From the attendance table where there is one, else from the villages' ``school_id``, else
    reconstructed from the schools' enrollment (see :func:`.reconstruct`). Pupils for whom these
    name no school attend nowhere.

    Parameters
    ----------
    case : Case
        The case.
    times : TravelTimes
        With the pairs of today's attendance that have a path; for a reconstruction with every pair
        that has one, or with `farther` those within the largest limit of the mode's bands.
    farther : callable, optional
        Finds longer trips where a reconstruction cannot be proven without them; what is used of
        them is in `Attendance.beyond`.
    progress : Progress
        Told of pupils placed by a reconstruction.

    Raises
    ------
    DataError
        When today's attendance contradicts the tables of villages and schools.

    Examples
    --------
    >>> import layoutplan as lp
    >>> from layoutplan.examples.copy import EXAMPLE
    >>> case = lp.read_case(EXAMPLE)
    >>> attendance_today(case, lp.travel_times(case)).source
    'villages'
    """
    source: AttendanceSource
    beyond: dict[str, Pairs] = {}
    if is_reconstructed(case):
        source, given = "reconstructed", reconstruct(case, times, farther, progress=progress)
        beyond = {} if farther is None else trips_beyond(times, given, farther)
    elif case.attendance is not None:
        source, given = "table", _of_table(case.attendance)
    else:
        source, given = "villages", _of_villages(case)
    wrong = _contradictions(case, given)
    if has_errors(wrong):
        raise DataError(findings=wrong)
    units = _with_the_rest(case, given)
    milliseconds = _trips_ms(case, times.joined(beyond), units)
    findings = (
        *(_reconstruction(case, units, milliseconds) if source == "reconstructed" else ()),
        *(_nameless_villages(case, units) if source == "villages" else ()),
        *(_untaught(case, units) if source == "table" else ()),
        *_over_seats(case, units),
        *_over_limit(case, units, milliseconds),
        *_without_path(units, milliseconds),
    )
    return Attendance(units=units, source=source, findings=findings, beyond=beyond)


def is_reconstructed(case: Case) -> bool:
    """Return whether nobody says who attends which school, so that it must be worked out."""
    return case.attendance is None and not (case.villages["school_id"] != "").any()


def today_idx(case: Case) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the positions of villages and their schools of today, as far as the tables say.

    Returns
    -------
    village_idx, school_idx : (q,) int32
        In ``case.villages`` and ``case.schools``; -1 where no school is named.
    """
    given = case.attendance
    if given is None:
        given = case.villages["school_id"].reset_index()
    return (
        case.villages.index.get_indexer(pd.Index(given["village_id"])).astype(np.int32),
        case.schools.index.get_indexer(pd.Index(given["school_id"])).astype(np.int32),
    )


def _of_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the units that an attendance table names, each once."""
    named = table[(table["school_id"] != "") & (table["pupils"] > 0)]
    return named.groupby(["village_id", "band", "school_id"])["pupils"].sum().reset_index()


def _of_villages(case: Case) -> pd.DataFrame:
    """Return all pupils of each village at the school it names."""
    units = residents(case)
    units["school_id"] = units["village_id"].map(case.villages["school_id"])
    return units[units["school_id"] != ""]


def _contradictions(case: Case, given: pd.DataFrame) -> tuple[Finding, ...]:
    """Return schools that nobody can attend today, and villages with more pupils than live there.

    Files have been checked for both when they were read; a case made in Python has not.
    """
    existing = case.schools.index[case.schools["kind"] != "candidate"]
    named = given["school_id"].drop_duplicates()
    findings = []
    unknown = tuple(sorted(named[~named.isin(existing)]))
    if unknown:
        findings.append(Finding("attendance.school_unknown", "error", ids=unknown))
    rest = _rest(case, given)
    crowded = tuple(rest.index[rest < 0].get_level_values("village_id").unique())
    if crowded:
        facts = {"pupils": -int(rest[rest < 0].sum())}
        findings.append(Finding("attendance.too_many", "error", ids=crowded, facts=facts))
    return tuple(findings)


def _rest(case: Case, given: pd.DataFrame) -> pd.Series[int]:
    """Return by village and band the residents without those who are given a school."""
    keys = ["village_id", "band"]
    living = residents(case).set_index(keys)["pupils"]
    attending = given.groupby(keys)["pupils"].sum()
    return living.sub(attending, fill_value=0).astype(np.int64)


def _with_the_rest(case: Case, given: pd.DataFrame) -> pd.DataFrame:
    """Return the units `given` and those who attend nowhere, sorted; nobody is lost."""
    rest = _rest(case, given)
    nowhere = rest[rest > 0].rename("pupils").reset_index().assign(school_id="")
    units = pd.concat([given[list(UNITS)], nowhere[list(UNITS)]])
    units = units.sort_values(list(UNITS), ignore_index=True).astype({"pupils": np.int64})
    if (_rest(case, units) != 0).any():
        raise VerificationError("today's attendance does not add up to the table of villages")
    return units


def _trips_ms(case: Case, times: TravelTimes, units: pd.DataFrame) -> NDArray[np.int64]:
    """Return the milliseconds of each unit to today's school, `UNREACHED_MS` where none."""
    village_idx = times.village_ids.get_indexer(pd.Index(units["village_id"])).astype(np.int32)
    school_idx = times.school_ids.get_indexer(pd.Index(units["school_id"])).astype(np.int32)
    trips = np.full(len(units), UNREACHED_MS, dtype=np.int64)
    for band in case.bands:
        is_of_band = (units["band"] == band.name).to_numpy()
        pairs = times.pairs[band.name]
        trips[is_of_band] = pairs.lookup(village_idx[is_of_band], school_idx[is_of_band])
    return trips


def _reconstruction(
    case: Case, units: pd.DataFrame, milliseconds: NDArray[np.int64]
) -> tuple[Finding, ...]:
    """Return that attendance was worked out, and the schools whose enrollment it misses."""
    is_placed = (units["school_id"] != "").to_numpy()
    pupils = units["pupils"].to_numpy()
    is_on_way = milliseconds < UNREACHED_MS
    n_placed, n_on_way = (int(pupils[each].sum()) for each in (is_placed, is_on_way))
    pupil_ms = int((pupils[is_on_way] * milliseconds[is_on_way]).sum())
    enrollment = case.schools["enrollment"].where(case.schools["kind"] != "candidate", 0)
    attending = units.groupby("school_id")["pupils"].sum()
    misfit = enrollment - attending.reindex(case.schools.index, fill_value=0)
    missed = misfit[misfit != 0].sort_values(ascending=False, kind="stable")
    note = Finding(
        "attendance.reconstructed",
        "note",
        facts={
            "placed": n_placed,
            "nowhere": int(pupils[~is_placed].sum()),
            "minutes": f"{pupil_ms / MS_PER_MINUTE / max(n_on_way, 1):.1f}",
            "schools": len(missed),
            "misfit": int(missed.sum()),
        },
    )
    if missed.empty:
        return (note,)
    examples = [
        f"{school} ({enrollment[school] - n_missing}/{enrollment[school]})"
        for school, n_missing in missed.items()
    ]
    return (
        note,
        Finding(
            "attendance.misfit",
            "warning",
            ids=tuple(missed.index),
            facts={
                "misfit": int(missed.sum()),
                "enrolled": int(enrollment.sum()),
                "living": int(pupils.sum()),
                "misfit_by_id": {str(school): int(n) for school, n in missed.items()},
                "examples": shortlist(examples, case.language),
            },
        ),
    )


def _nameless_villages(case: Case, units: pd.DataFrame) -> tuple[Finding, ...]:
    """Return villages that name no school although others do."""
    nameless = units[units["school_id"] == ""]
    return _of_units("attendance.village_blank", nameless)


def _untaught(case: Case, units: pd.DataFrame) -> tuple[Finding, ...]:
    """Return pupils whose school of today does not teach their band, so that they must move."""
    findings: list[Finding] = []
    for band in case.bands:
        is_taught = units["school_id"].map(teaches(case.schools, band.name)).eq(True)
        is_untaught = (units["band"] == band.name) & (units["school_id"] != "") & ~is_taught
        findings += _of_units("attendance.band_not_taught", units[is_untaught], band=band.name)
    return tuple(findings)


def _over_seats(case: Case, units: pd.DataFrame) -> tuple[Finding, ...]:
    """Return schools over their seats by attendance where their enrollment does not show it."""
    seats = case.schools["seats"]
    attending = units.groupby("school_id")["pupils"].sum().reindex(seats.index, fill_value=0)
    is_over = (attending > seats) & (case.schools["enrollment"] <= seats)
    if not is_over.any():
        return ()
    facts = {"pupils": int((attending - seats)[is_over].sum())}
    ids = tuple(seats.index[is_over])
    return (Finding("attendance.over_seats", "warning", table="schools", ids=ids, facts=facts),)


def _over_limit(
    case: Case, units: pd.DataFrame, milliseconds: NDArray[np.int64]
) -> tuple[Finding, ...]:
    """Return by band the villages whose pupils are over the limit at today's school."""
    findings: list[Finding] = []
    for band in case.bands:
        is_over = (milliseconds > band.limit_ms) & (milliseconds < UNREACHED_MS)
        over = units[(units["band"] == band.name) & is_over]
        facts = {**band.facts, "limit": f"{band.max_minutes:g}"}
        findings += _of_units("attendance.over_limit", over, **facts)
    return tuple(findings)


def _without_path(units: pd.DataFrame, milliseconds: NDArray[np.int64]) -> tuple[Finding, ...]:
    """Return the villages without a known path to today's school."""
    is_cut_off = (units["school_id"] != "") & (milliseconds == UNREACHED_MS)
    return _of_units("attendance.no_path", units[is_cut_off])


def _of_units(rule: str, units: pd.DataFrame, **facts: object) -> tuple[Finding, ...]:
    """Return a warning about the villages of `units` with their pupils, or none."""
    if units.empty:
        return ()
    by_village = units.groupby("village_id")["pupils"].sum()
    counted = {"pupils": int(by_village.sum()), **facts}
    ids = tuple(by_village.index)
    return (Finding(rule, "warning", table="villages", ids=ids, facts=counted),)
