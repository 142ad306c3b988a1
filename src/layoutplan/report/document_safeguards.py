"""The safeguards of a plan, judged as far as its data allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from layoutplan.core.plan import Plan
from layoutplan.core.shown import shown
from layoutplan.errors import shortlist
from layoutplan.report.document_schools import is_open
from layoutplan.report.pictures_seats import seats_today
from layoutplan.report.words import labels_of
from layoutplan.texts import text

State = Literal["met", "not_met", "partly", "open"]

_LARGEST = 2000  # pupils of a primary school at the most (教督〔2017〕6号)
_LOW = 3  # grades up to which nobody boards (国办发〔2018〕27号)


@dataclass(frozen=True)
class Safeguard:
    """One safeguard: its number, what it asks, whether it is met, and by which figures."""

    number: str
    asks: str
    state: State
    figures: str


def safeguards(plan: Plan, n_alternatives: int = 0) -> list[Safeguard]:
    """Return the safeguards in their order.

    Judged is only what stands in the plan; whatever needs the people or the place stays open.

    Parameters
    ----------
    plan : Plan
        The plan.
    n_alternatives : int
        Plans of a trade-off that are shown beside it.
    """
    return [
        Safeguard(number, text(f"document.{number.lower()}", plan.language), state, figures)
        for number, state, figures in _judged(plan, n_alternatives)
    ]


def _judged(plan: Plan, n_alternatives: int) -> Iterator[tuple[str, State, str]]:
    """Yield number, state and figures of each safeguard."""
    language = plan.language
    low = _low_pupils(plan)
    yield "G1", *_within_limits(plan, low)
    yield "G2", *_no_young_boarder(plan, low)
    yield "G3", *_nobody_moved_over(plan, low)
    yield "G4", *_only_schools(plan)
    if n_alternatives >= 2:
        yield "G5", "met", text("document.g5.front", language, n=n_alternatives)
    else:
        yield "G5", "open", text("document.g5.open", language)
    n_built = int(plan.schools["action"].isin(["open", "expand"]).sum())
    yield "G6", "open", text("document.g6.figures", language, built=n_built)
    yield "G7", *_sizes(plan)
    yield "G8", *_beds(plan)
    yield "G10", "open", text("document.g10.open", language)
    yield "G11", "open", text("document.g11.open", language)
    yield "G13", *_together(plan)
    yield "G14", "open", text("document.g14.open", language)
    yield "G15", *_families(plan)
    yield "G16", "open", text("document.g16.open", language)
    yield "G17", *_evenness(plan)
    told = text("document.g21.figures", language)
    public = text("document.g21.public", language) if plan.is_public else ""
    yield "G21", "partly", _sentences(plan, told, public)
    yield "G22", "met", text("document.decides", language)


def _low_pupils(plan: Plan) -> pd.DataFrame | None:
    """Return the assignments of bands of grades 1 to 3, with their limit; None where unknown."""
    if not any(band.grades for band in plan.bands):
        return None
    limits = {
        band.name: band.max_minutes
        for band in plan.bands
        if band.grades and max(band.grades) <= _LOW
    }
    rows = plan.assignments[plan.assignments["band"].isin(list(limits))]
    return rows.assign(limit=rows["band"].map(limits).astype("float64"))


def _within_limits(plan: Plan, low: pd.DataFrame | None) -> tuple[State, str]:
    """Judge whether the pupils of grades 1 to 3 are within the limit."""
    if low is None or low.empty:
        return "open", text("document.g1.unknown", plan.language)
    is_over = ~(low["minutes"] <= low["limit"] + 1e-4)
    is_over_before = ~(low["minutes_before"] <= low["limit"] + 1e-4)
    is_moved = low["school_id"] != low["school_id_before"]
    facts = {
        "pupils": _count(plan, low["pupils"].sum()),
        "limit": shortlist([f"{limit:g}" for limit in sorted(set(low["limit"]))], plan.language),
    }
    title = plan.rules.get("scenario_title") or plan.scenario
    named = text("document.g1.scenario", plan.language, title=title) if title else ""
    if not is_over.any():
        return "partly", _sentences(plan, text("document.g1.met", plan.language, **facts), named)
    said = text(
        "document.g1.not_met",
        plan.language,
        over=_count(plan, low["pupils"][is_over].sum()),
        before=_count(plan, low["pupils"][is_over & is_over_before].sum()),
        moved=_count(plan, low["pupils"][is_over & is_moved].sum()),
        **facts,
    )
    return "not_met", _sentences(plan, said, named)


def _no_young_boarder(plan: Plan, low: pd.DataFrame | None) -> tuple[State, str]:
    """Judge whether nobody below grade 4 boards."""
    if low is None:
        return "open", text("document.g1.unknown", plan.language)
    young = [band.name for band in plan.bands if band.grades and min(band.grades) <= _LOW]
    rows = plan.assignments
    boards = rows["band"].isin(young) & (rows["how"] == "board")
    n_pupils = rows["pupils"][boards].sum()
    figures = text("document.g2.figures", plan.language, pupils=_count(plan, n_pupils))
    return ("not_met" if n_pupils else "met"), figures


def _nobody_moved_over(plan: Plan, low: pd.DataFrame | None) -> tuple[State, str]:
    """Judge whether no merger puts a pupil of grades 1 to 3 over the limit."""
    if low is None or low.empty:
        return "open", text("document.g1.unknown", plan.language)
    is_moved = low["school_id"] != low["school_id_before"]
    is_over = ~(low["minutes"] <= low["limit"] + 1e-4) & (low["how"] == "day")
    n_pupils = low["pupils"][is_moved & is_over].sum()
    figures = text("document.g3.figures", plan.language, pupils=_count(plan, n_pupils))
    return ("not_met" if n_pupils else "met"), figures


def _only_schools(plan: Plan) -> tuple[State, str]:
    """Judge whether a township loses its only school."""
    schools = plan.schools[plan.schools["kind"] != "candidate"]
    named = schools[schools["township"] != ""]
    if named.empty:
        return "open", text("document.g4.unknown", plan.language)
    served = set(plan.schools["township"][is_open(plan)])
    last = named[~named["township"].isin(served)]
    if last.empty:
        return "partly", text("document.g4.none", plan.language)
    labels = labels_of(plan.schools, plan.language)
    listed = shortlist([labels[school_id] for school_id in last.index], plan.language)
    return "partly", text("document.g4.some", plan.language, schools=listed)


def _sizes(plan: Plan) -> tuple[State, str]:
    """Judge the sizes of schools; classes are not known."""
    schools = plan.schools[is_open(plan)]
    rows = plan.assignments
    arrivals = set(rows["school_id"][rows["school_id"] != rows["school_id_before"]])
    is_over = schools["enrollment_after"] > schools["seats"]
    is_fed = is_over & schools.index.isin(list(arrivals))
    largest = int(schools["enrollment_after"].max()) if len(schools) else 0
    figures = text(
        "document.g7.figures",
        plan.language,
        largest=_count(plan, largest),
        over=int(is_over.sum()),
        fed=int(is_fed.sum()),
    )
    return ("not_met" if largest > _LARGEST or is_fed.any() else "partly"), figures


def _beds(plan: Plan) -> tuple[State, str]:
    """Judge whether every boarder has a bed."""
    schools = plan.schools
    n_over = int((schools["boarders_after"] > schools["beds"]).sum())
    boarders = _count(plan, schools["boarders_after"].sum())
    figures = text("document.g8.figures", plan.language, boarders=boarders, over=n_over)
    return ("not_met" if n_over else "met"), figures


def _together(plan: Plan) -> tuple[State, str]:
    """Judge whether those who were together stay together."""
    rows = plan.assignments
    merged = plan.schools.index[plan.schools["action"] == "merge"]
    leaving = rows[rows["school_id_before"].isin(merged)]
    by_band = leaving.groupby(["school_id_before", "band"])["school_id"].nunique()
    n_split = int((by_band > 1).groupby("school_id_before").any().sum())
    together = ["village_id", "school_id_before"]
    units = rows[rows["school_id_before"] != ""].drop_duplicates([*together, "school_id"])
    n_parted = units.loc[units.duplicated(together), "village_id"].nunique()
    figures = text("document.g13.figures", plan.language, split=n_split, parted=n_parted)
    return ("partly" if n_split or n_parted else "met"), figures


def _families(plan: Plan) -> tuple[State, str]:
    """Tell the time of families; their money is not known."""
    key = ("family_minutes", "all")
    if plan.indicators is None or key not in plan.indicators.index:
        return "open", text("document.g15.open", plan.language)
    row = plan.indicators.to_dict("index")[key]
    before, after = (f"{row[when]:.1f}" for when in ("before", "after"))
    return "partly", text("document.g15.figures", plan.language, before=before, after=after)


def _evenness(plan: Plan) -> tuple[State, str]:
    """Tell how much of a change of the coefficient of variation is only who is counted."""
    existing = (plan.schools["kind"] != "candidate").to_numpy()
    opened = is_open(plan).to_numpy()
    roll = plan.schools["enrollment_before"].to_numpy(np.float64)
    today = seats_today(plan).to_numpy(np.float64)
    after = plan.schools["enrollment_after"].to_numpy(np.float64)
    seats = plan.schools["seats"].to_numpy(np.float64)
    found = {
        "before": _variation(today[existing], roll[existing]),
        "staying": _variation(today[existing & opened], roll[existing & opened]),
        "after": _variation(seats[opened], after[opened]),
    }
    if not all(np.isfinite(value) for value in found.values()):
        return "open", text("document.g17.open", plan.language)
    told: dict[str, Any] = {name: f"{value:.3f}" for name, value in found.items()}
    return "met", text("document.g17.figures", plan.language, **told)


def _variation(amounts: Any, roll: Any) -> float:
    """Return the coefficient of variation per pupil, weighted by roll (教督〔2017〕6号)."""
    is_there = roll > 0
    amounts, roll = amounts[is_there], roll[is_there]
    mean = amounts.sum() / roll.sum() if roll.sum() else 0.0
    if not mean:
        return float("nan")
    spread = (roll / roll.sum() * (amounts / roll - mean) ** 2).sum()
    return float(np.sqrt(spread) / mean)


def _count(plan: Plan, pupils: float) -> str:
    """Return a number of pupils as it may be shown."""
    return shown(float(pupils), is_public=plan.is_public)


def _sentences(plan: Plan, *sentences: str) -> str:
    """Return the sentences that are not empty, one after the other."""
    return ("" if plan.language == "zh" else " ").join(said for said in sentences if said)
