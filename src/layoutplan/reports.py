"""The documents of the review meeting, drawn from a written plan; and its public edition.

Composes the rooms plan, evaluate and report for the command.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pandas as pd

from layoutplan.core.case_of_plan import case_of
from layoutplan.core.plan import Plan
from layoutplan.core.progress import Progress, silent
from layoutplan.core.rules import Costs
from layoutplan.errors import DataError, Findings
from layoutplan.plan.atomic import Writers
from layoutplan.planned import document_findings, documents_of

PUBLIC_FOLDER: Final = "public"
FRONT: Final = "front.csv"
# They compare with the seats of today, which a plan with expanded schools does not have any more.
_OF_SEATS_TODAY: Final = ("utilization", "seats_per_pupil_cv", "yearly_cost", "site_cost")


def write_reports(
    folder: str | Path,
    *,
    is_public: bool = False,
    with_cards: bool = False,
    progress: Progress = silent,
) -> tuple[tuple[Path, ...], Findings]:
    """Draw the documents of the plan in a folder again, all or nothing.

    ``report.xlsx`` and ``report.docx``; the trade-off in ``front.csv`` goes into the second where
    it lies in the folder too.

    Parameters
    ----------
    folder : str or Path
        Of the plan.
    is_public : bool
        Write the public edition into the folder ``public`` in it instead: map, both documents
        and cards, in which no count under five can be found or worked out.
    with_cards : bool
        Also write ``cards.html``, a page to print for each school, and all villages.
    progress : Progress
        Told of long steps.

    Returns
    -------
    tuple of Path, Findings
        What was written, and what to know of it before it is handed out.

    Raises
    ------
    DataError
        When there is no whole plan in the folder, or its tables no longer fit together.
    LayoutPlanError
        When the folder cannot be written; older files in it are unharmed.
    """
    from layoutplan.plan import store
    from layoutplan.report.card_pages import write_cards
    from layoutplan.report.imprint import imprint_findings
    from layoutplan.report.map import write_map

    folder = Path(folder)
    plan = store.read_plan(folder)
    findings = store.mismatches(plan)
    if findings:
        raise DataError(findings=findings)
    progress("progress.write", 0, 0)
    if is_public:
        public = public_edition(plan)
        drawings: Writers = {
            "map.html": partial(write_map, public),
            **documents_of(public),
            "cards.html": partial(write_cards, public),
        }
        folder = folder / PUBLIC_FOLDER
        store.write_files(folder, drawings)
    else:
        drawings = documents_of(plan, _front_in(folder))
        if with_cards:
            drawings = {**drawings, "cards.html": partial(write_cards, plan)}
        store.write_more(folder, drawings)
    found = (
        *store.edits(plan),
        *imprint_findings(plan, is_public=is_public),
        *document_findings(plan),
    )
    return tuple(folder / name for name in drawings), Findings(found, plan.language)


def public_edition(plan: Plan) -> Plan:
    """Return the public edition of a plan, with totals and indicators of its public tables.

    Numbers of schools are the true ones. See :mod:`layoutplan.report.public`.
    """
    from layoutplan.evaluate.summary import evaluate
    from layoutplan.evaluate.totals import totals
    from layoutplan.report.public import public_plan

    public = public_plan(plan)
    costs = public.rules.get("costs")
    case = replace(case_of(public), costs=Costs(**costs) if isinstance(costs, dict) else Costs())
    sums = totals(case, public.schools, public.assignments)
    sums |= {key: value for key, value in plan.totals.items() if "schools" in key}
    sums |= {key: plan.totals[key] for key in ("one_off_cost",) if key in plan.totals}
    indicators = evaluate(case, public)
    if (public.schools["action"] == "expand").any():
        sums.pop("yearly_cost", None)
        names = indicators.index.get_level_values("indicator")
        indicators = indicators[~names.str.endswith("_cost") & ~names.isin(_OF_SEATS_TODAY)]
    return replace(
        public,
        totals=sums,
        indicators=_with_counts_of_schools(indicators, plan),
    )


def _with_counts_of_schools(indicators: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the indicators with the numbers of schools that those of the plan have."""
    if plan.indicators is None:
        return indicators
    told = indicators.copy()
    of_schools = told.index[(told["unit"] == "schools") & told.index.isin(plan.indicators.index)]
    columns = ["before", "after", "change"]
    told.loc[of_schools, columns] = plan.indicators.loc[of_schools, columns]
    return told


def _front_in(folder: Path) -> pd.DataFrame | None:
    """Return the trade-off in a folder, None where there is none."""
    from layoutplan.plan.tradeoff_tables import read_front_csv

    file = folder / FRONT
    return read_front_csv(file.read_bytes()) if file.is_file() else None
