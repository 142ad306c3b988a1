"""The command that says why: what the opposite of every decision of a plan would mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click
import pandas as pd

from layoutplan import explanations, pipeline
from layoutplan.commands.arguments import ALLOW_OUTSIDE, PLAN_FOLDER, SECONDS
from layoutplan.console import Answer, Speaker, speaking
from layoutplan.core.case import Case
from layoutplan.core.facts import objective_name
from layoutplan.core.opposite import Explanation, Opposite
from layoutplan.core.plan import Plan
from layoutplan.errors import ConfigError, Finding
from layoutplan.plan import store
from layoutplan.plan.explain_schools import told_number
from layoutplan.texts import Language, text

_SETTLED = ("proven", "within_gap")


@click.command()
@PLAN_FOLDER
@click.argument("school", required=False)
@click.option(
    "--case",
    "case_folder",
    type=click.Path(exists=True, path_type=Path),
    help="The case of the plan, where it is not at its old place any more.",
)
@click.option(
    "--seconds",
    type=SECONDS,
    default=explanations.SECONDS,
    show_default=True,
    help="Time for each school; what takes longer is said to be not proven.",
)
@ALLOW_OUTSIDE
@speaking
def explain(
    speaker: Speaker,
    folder: Path,
    school: str | None,
    case_folder: Path | None,
    seconds: float,
    allow_outside: bool,
) -> Answer:
    """Tell why each small school of the plan in FOLDER stays or merges.

    Every school that is small today, or freely decided, is made to do the opposite: what that
    would cost, or which pupils, places or rules make it impossible, is proven with the model. The
    sentences become the reasons in schools.csv, the numbers go into explain_schools.csv and
    explain_villages.csv. With SCHOOL, by id or by a name that only one has, only this one is told
    in full and nothing is written.
    """
    plan = pipeline.read_plan(folder)
    read = pipeline.read_case(
        _case_of(plan, case_folder),
        scenario=plan.scenario or None,
        decisions=plan.decisions,
        allow_outside=allow_outside,
        progress=speaker.progress,
    )
    if school is not None:
        read = replace(read, language=speaker.language)
    else:
        store.require_writable(folder)
    found = explanations.explain(read, plan, school, seconds=seconds, progress=speaker.progress)
    if school is not None:
        opposite = found.opposites[0]
        return Answer(_data(plan, found, opposite), _lines(read, plan, found, opposite))
    speaker.progress("progress.write", 0, 0)
    explanations.write_explained(plan, found, folder)
    return _answer(plan, found, folder, speaker.language)


def _case_of(plan: Plan, given: Path | None) -> Path:
    """Return where the case of a plan lies."""
    if given is not None:
        return given
    if not plan.case_folder:
        raise ConfigError(findings=[Finding("explain.no_case", "error")])
    folder = Path(plan.case_folder)
    if not folder.exists():
        facts = {"folder": str(folder)}
        raise ConfigError(findings=[Finding("explain.case_missing", "error", facts=facts)])
    return folder


def _answer(plan: Plan, found: Explanation, folder: Path, language: Language) -> Answer:
    """Return what is said of a whole plan."""
    names = dict(_named(plan.schools))
    status = found.schools["status"]
    n_proven = int(status.isin(_SETTLED).sum())
    n_impossible = int((status == "impossible").sum())
    lines = (
        *(
            f"{names[str(school_id)]}: {told}"
            for school_id, told in found.schools["sentence"].items()
        ),
        text(
            "why.counted",
            language,
            n_proven=n_proven,
            n_impossible=n_impossible,
            n_open=len(status) - n_proven - n_impossible,
        ),
        text(
            "why.written",
            language,
            n_schools=len(found.schools),
            n_villages=len(found.villages),
            folder=folder,
        ),
    )
    data = {
        "folder": str(folder),
        "schools": _records(found.schools.reset_index()),
        "villages": _records(found.villages),
    }
    return Answer(data, lines)


def _data(plan: Plan, found: Explanation, opposite: Opposite) -> dict[str, object]:
    """Return what is said of one school, for ``--json``."""
    return {
        **_records(found.schools.reset_index())[0],
        "changes": [
            {
                "name": change.name,
                "delta": change.delta,
                "least_delta": change.least_delta,
                "plan": _value(plan, change.name),
            }
            for change in opposite.changes
        ],
        "alone": _records(opposite.alone),
        "moves": _records(opposite.moves),
        "villages": _records(_villages_of(found, opposite)),
        "reason": found.reasons[opposite.school_id],
    }


def _lines(case: Case, plan: Plan, found: Explanation, opposite: Opposite) -> tuple[str, ...]:
    """Return what is said of one school, for people."""
    language = case.language
    schools, villages = dict(_named(plan.schools)), dict(_named(plan.villages))
    values = []
    for change in opposite.changes:
        before = _value(plan, change.name)
        if before is not None:
            values.append(
                text(
                    "why.value",
                    language,
                    name=objective_name(change.name, language),
                    before=told_number(before, change.name),
                    after=told_number(before + change.delta, change.name),
                )
            )
    moves = [
        text(
            "why.move",
            language,
            pupils=move["pupils"],
            band=case.band(str(move["band"])).label(language),
            village=villages[str(move["village_id"])],
            school=schools[str(move["school_id"])],
            school_plan=schools[str(move["school_id_plan"])],
        )
        for move in _records(opposite.moves)
    ]
    return (
        schools[opposite.school_id],
        found.reasons[opposite.school_id],
        *values,
        *moves,
        *_villages_of(found, opposite)["sentence"],
    )


def _named(places: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield the id of each place, and its name with the id."""
    for place_id, name in places["name"].items():
        yield str(place_id), f"{name} ({place_id})" if name else str(place_id)


def _villages_of(found: Explanation, opposite: Opposite) -> pd.DataFrame:
    """Return the pupils who come to a school or leave it under the plan."""
    villages = found.villages
    is_theirs = (villages["school_id"] == opposite.school_id) | (
        villages["school_id_before"] == opposite.school_id
    )
    return villages[is_theirs]


def _value(plan: Plan, name: str) -> float | None:
    """Return an objective of a plan, None where it is none of them."""
    return next((each.value for each in plan.objective if each.name == name), None)


def _records(frame: pd.DataFrame) -> list[Mapping[str, object]]:
    """Return the rows of a table."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
