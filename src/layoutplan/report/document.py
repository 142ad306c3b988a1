"""``report.docx``: the plan as a document that a bureau can circulate."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from layoutplan.core.facts import goals, status_text
from layoutplan.core.plan import Plan
from layoutplan.core.shown import shown
from layoutplan.report.document_data import data, limits
from layoutplan.report.document_file import save
from layoutplan.report.document_numbers import school_table, trip_tables
from layoutplan.report.document_paper import Column, Paper
from layoutplan.report.document_rules import rules_table
from layoutplan.report.document_safeguards import safeguards
from layoutplan.report.document_schools import (
    changed_ids,
    closed_ids,
    kept_small_ids,
    merged_ids,
)
from layoutplan.report.document_styles import language_tag, page_numbers
from layoutplan.report.document_tables import (
    MOST_ROWS,
    changed_table,
    is_cut,
    kept_table,
    merged_table,
)
from layoutplan.report.document_words import affected, joined, proposal, proven, remarks
from layoutplan.report.pictures import (
    detail_map,
    front_objectives,
    front_picture,
    minutes_picture,
    overview_map,
    picture_findings,
    png,
    seats_picture,
)
from layoutplan.report.words import labels_of
from layoutplan.texts import text


def write_document(plan: Plan, path: Path, front: pd.DataFrame | None = None) -> None:
    """Write `plan` as a Word document to `path`, in its language.

    The same plan gives the same bytes. Where no installed font has the Chinese letters that the
    pictures need, the document is written without them and says so;
    :func:`~layoutplan.report.pictures.picture_findings` tells which font to install.

    Parameters
    ----------
    plan : Plan
        The plan; of its public edition no small count is shown.
    path : Path
        Ends in ``.docx``. Not written atomically: give a place of its own, then move it.
    front : pandas.DataFrame, optional
        A trade-off to compare it with: ``points`` of a
        :class:`~layoutplan.core.tradeoffs.Front`, or ``front.csv`` as it is read. The public
        edition leaves it out.
    """
    if plan.is_public:
        front = None  # its sums are those of the true counts
    paper = Paper(plan.language)
    has_pictures = not picture_findings(plan)
    _title(paper, plan)
    _summary(paper, plan)
    _method(paper, plan)
    _map(paper, plan, has_pictures=has_pictures)
    _merged(paper, plan)
    _kept(paper, plan)
    _indicators(paper, plan, front, has_pictures=has_pictures)
    _rules(paper, plan, n_alternatives=0 if front is None else len(front))
    paper.heading(text("document.heading.data", plan.language))
    data(paper, plan)
    paper.heading(text("document.heading.limits", plan.language))
    limits(paper, plan)
    paper.say(text("document.decides", plan.language), style="Decides")
    paper.contents()
    page_numbers(paper.document, plan.name, plan.language)
    save(
        paper.document,
        path,
        title=plan.name,
        subject=text("document.subtitle", plan.language),
        author=plan.imprint.office,
        language=language_tag(plan.language),
    )


def _title(paper: Paper, plan: Plan) -> None:
    """Write the title, who made it, and what it is."""
    language = plan.language
    paper.title(plan.name)
    paper.subtitle(text("document.subtitle", language))
    scenario = plan.rules.get("scenario_title") or plan.scenario
    lines = {
        "office": plan.imprint.office or text("document.title.office.blank", language),
        "date": text("document.title.date.blank", language),
        "status": status_text(plan),
        "scenario": str(scenario),
        "edition": text("public.edition", language) if plan.is_public else "",
    }
    between = "：" if language == "zh" else ": "
    for name, said in lines.items():
        if said:
            label = text(f"document.title.{name}", language)
            paper.say(f"{label}{between}{said}", style="Title Line")
    paper.say(text("document.decides", language), style="Decides")
    paper.say(text("document.contents", language), style="Contents Head")


def _summary(paper: Paper, plan: Plan) -> None:
    """Write what is proposed, what is proven, and who is affected."""
    language = plan.language
    paper.heading(text("document.heading.summary", language))
    paper.part(text("document.part.proposal", language))
    paper.say(proposal(plan))
    paper.part(text("document.part.proof", language))
    paper.say(proven(plan))
    columns = [
        Column(text("document.column.goal", language), 0.5),
        Column(text("document.column.value", language), 0.2, "right"),
        Column(text("document.column.proof", language), 0.3),
    ]
    rows = [
        [f"{number}. {goal.label}", goal.value, goal.proof]
        for number, goal in enumerate(goals(plan), start=1)
    ]
    paper.table(columns, rows, text("document.goals.caption", language))
    paper.part(text("document.part.effect", language))
    paper.points([*affected(plan), *remarks(plan)])


def _method(paper: Paper, plan: Plan) -> None:
    """Write in plain words how the plan was made."""
    language = plan.language
    paper.heading(text("document.heading.method", language))
    small_below = plan.rules.get("small_below", "–")
    for said in (
        text("document.method.data", language),
        text(f"document.method.times.{'table' if plan.routes is None else 'roads'}", language),
        text("document.method.rules", language, small_below=small_below),
        text("document.method.solve", language),
        text("document.method.check", language),
    ):
        paper.say(said)


def _map(paper: Paper, plan: Plan, *, has_pictures: bool) -> None:
    """Write the section of the overview map."""
    language = plan.language
    paper.heading(text("document.heading.map", language))
    if not has_pictures:
        paper.say(text("document.no_pictures", language))
        return
    n_merged = len(merged_ids(plan))
    table = paper.next_number("table")
    about = "about" if n_merged and n_merged <= MOST_ROWS else "about.no_merged"
    paper.say(text(f"document.map.{about}", language, table=table))
    described = text(
        "document.map.alt",
        language,
        villages=len(plan.villages),
        schools=len(plan.schools),
        merged=n_merged,
    )
    paper.picture(png(overview_map(plan)), text("document.map.caption", language), described)
    detail = detail_map(plan)
    if detail is not None:
        paper.picture(png(detail), text("document.map.detail.caption", language), described)


def _merged(paper: Paper, plan: Plan) -> None:
    """Write which schools are merged."""
    language = plan.language
    paper.heading(text("document.heading.merged", language))
    ids = merged_ids(plan)
    if ids:
        minutes = text("document.column.minutes", language)
        paper.say(text("document.merged.about", language, n=len(ids), minutes=minutes))
        paper.table(*merged_table(plan), text("document.merged.caption", language))
        _rest(paper, plan, ids)
    else:
        paper.say(text("document.merged.none", language))
    closed = closed_ids(plan)
    if closed:
        labels = labels_of(plan.schools, plan.language)
        between = text("list.separator", language)
        listed = between.join(labels[school_id] for school_id in closed)
        paper.say(text("document.merged.closed", language, schools=listed))


def _kept(paper: Paper, plan: Plan) -> None:
    """Write which small schools stay, and what else changes."""
    language = plan.language
    small_below = plan.rules.get("small_below", "–")
    paper.heading(text("document.heading.kept", language))
    paper.part(text("document.part.kept", language))
    ids = kept_small_ids(plan)
    if ids:
        about = text("document.kept.about", language, n=len(ids), small_below=small_below)
        more = "" if plan.opposites is None else text("document.kept.opposites", language)
        paper.say(joined(plan, about, more))
        paper.table(*kept_table(plan), text("document.kept.caption", language))
        _rest(paper, plan, ids)
    else:
        paper.say(text("document.kept.none", language, small_below=small_below))
    paper.part(text("document.part.changed", language))
    changed = changed_ids(plan)
    if not changed:
        paper.say(text("document.changed.none", language))
        return
    paper.table(*changed_table(plan), text("document.changed.caption", language))
    _rest(paper, plan, changed)


def _indicators(
    paper: Paper, plan: Plan, front: pd.DataFrame | None, *, has_pictures: bool
) -> None:
    """Write today and the plan in numbers and pictures."""
    language = plan.language
    paper.heading(text("document.heading.indicators", language))
    paper.part(text("document.part.trips", language))
    if plan.indicators is None:
        paper.say(text("document.indicators.none", language))
    else:
        paper.say(text("document.indicators.about", language))
        for columns, rows in trip_tables(plan):
            paper.table(columns, rows, text("document.trips.caption", language))
    if has_pictures:
        drawn, alt = png(minutes_picture(plan)), text("document.minutes.alt", language)
        paper.picture(drawn, text("document.minutes.caption", language), alt)
        boards = plan.assignments["how"] == "board"
        if boards.any():
            pupils = plan.assignments["pupils"][boards].sum()
            told = shown(float(pupils), is_public=plan.is_public)
            paper.note(text("document.minutes.boarders", language, pupils=told))
    else:
        paper.say(text("document.no_pictures", language))
    paper.part(text("document.part.schools", language))
    if plan.indicators is not None:
        paper.table(*school_table(plan), text("document.schools.caption", language))
    if has_pictures:
        drawn, alt = png(seats_picture(plan)), text("document.seats.alt", language)
        paper.picture(drawn, text("document.seats.caption", language), alt)
    if front is not None:
        _front(paper, front, has_pictures=has_pictures)


def _front(paper: Paper, front: pd.DataFrame, *, has_pictures: bool) -> None:
    """Write a trade-off beside the plan."""
    language = paper.language
    paper.part(text("document.part.front", language))
    first, second = (text(f"tradeoff.axis.{name}", language) for name in front_objectives(front))
    paper.say(text("document.front.about", language, n=len(front)))
    if has_pictures:
        alt = text("document.front.alt", language, n=len(front), first=first, second=second)
        caption = text("document.front.caption", language)
        paper.picture(png(front_picture(front, language)), caption, alt)


def _rules(paper: Paper, plan: Plan, *, n_alternatives: int) -> None:
    """Write the rules as used, and the safeguards."""
    language = plan.language
    paper.heading(text("document.heading.rules", language))
    paper.part(text("document.part.rules", language))
    paper.table(*rules_table(plan), text("document.rules.caption", language))
    paper.part(text("document.part.safeguards", language))
    paper.say(text("document.safeguards.about", language))
    columns = [
        Column("G", 0.065, "center"),
        Column(text("document.column.safeguard", language), 0.33),
        Column(text("document.column.judgment", language), 0.12, "center"),
        Column(text("document.column.figures", language), 0.485),
    ]
    rows = [
        [each.number, each.asks, text(f"document.state.{each.state}", language), each.figures]
        for each in safeguards(plan, n_alternatives)
    ]
    paper.table(columns, rows, text("document.safeguards.caption", language))


def _rest(paper: Paper, plan: Plan, ids: list[str]) -> None:
    """Say where the rest of a long table is."""
    if is_cut(ids):
        paper.note(text("document.rest", plan.language, shown=MOST_ROWS, n=len(ids)))
