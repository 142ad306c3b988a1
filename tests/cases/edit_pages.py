"""What the page reckons of hand edits, without drawing anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from layoutplan.core.plan import Plan
from layoutplan.report.choices import choices

ASSETS = files("layoutplan.report") / "assets"
SCRIPTS = ("edit_reckon.js", "edit_tally.js")
ASK = """edits => edits.map((edit) => {
  const changed = new Set(edit);
  const state = layoutplan.reckoning.reckon(problem, changed);
  const { school, boards, time, roll } = state;
  return {
    school, boards, time, roll,
    totals: layoutplan.tally.compare(problem, proven, state),
    breaks: layoutplan.tally.breaks(problem, state, changed),
    action: layoutplan.tally.actions(problem, state, changed),
  };
})"""


@dataclass(frozen=True)
class Reckoned:
    """What the page says of one edit, by ids."""

    school: list[str]
    how: list[str]
    steps: list[int | None]
    roll: dict[str, int]
    totals: dict[str, dict[str, float]]
    breaks: dict[str, int]
    action: list[str]


def read_model(page: Any, plan: Plan) -> None:
    """Let an empty page read the part of a plan that hand edits depend on."""
    page.set_content("<!doctype html>")
    page.add_script_tag(content="var layoutplan = {};")
    for name in SCRIPTS:
        page.add_script_tag(content=ASSETS.joinpath(name).read_text(encoding="utf-8"))
    page.evaluate(
        """text => {
          window.problem = layoutplan.reckoning.read(JSON.parse(text));
          window.proven = layoutplan.reckoning.reckon(problem, new Set());
        }""",
        json.dumps(_model(plan)),
    )


def reckoned(page: Any, plan: Plan, edits: Sequence[Iterable[str]]) -> list[Reckoned]:
    """Return what a page that holds `plan` says of edits, each the ids of the schools switched."""
    ids = plan.schools.index
    asked = [[int(ids.get_loc(school)) for school in edit] for edit in edits]
    return [
        Reckoned(
            school=[ids[place] if place >= 0 else "" for place in said["school"]],
            how=["board" if boards else "day" for boards in said["boards"]],
            steps=said["time"],
            roll=dict(zip(ids, said["roll"], strict=True)),
            totals=said["totals"],
            breaks={each["rule"]: each["n"] for each in said["breaks"]},
            action=said["action"],
        )
        for said in page.evaluate(ASK, asked)
    ]


def _model(plan: Plan) -> dict[str, Any]:
    """Return the parts of the page's model that reckoning reads."""
    units, schools, villages = plan.assignments, plan.schools, plan.villages
    bands = [asdict(band)["name"] for band in plan.bands]
    return {
        "choices": choices(plan),
        "villages": {"id": villages.index.tolist()},
        "schools": {
            "id": schools.index.tolist(),
            "kind": schools["kind"].tolist(),
            "township": schools["township"].fillna("").tolist(),
            "action": schools["action"].tolist(),
        },
        "units": {
            "village": villages.index.get_indexer(units["village_id"]).tolist(),
            "band": [bands.index(band) for band in units["band"]],
            "before": schools.index.get_indexer(units["school_id_before"]).tolist(),
            "after": schools.index.get_indexer(units["school_id"]).tolist(),
            "pupils": units["pupils"].tolist(),
            "boards": (units["how"] == "board").astype(int).tolist(),
        },
    }
