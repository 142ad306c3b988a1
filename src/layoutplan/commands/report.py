"""The command that draws the documents of the review meeting from a written plan."""

from __future__ import annotations

from pathlib import Path

import click

from layoutplan import reports
from layoutplan.commands.arguments import PLAN_FOLDER
from layoutplan.console import Answer, Speaker, speaking
from layoutplan.plan import store
from layoutplan.texts import text


@click.command()
@PLAN_FOLDER
@click.option(
    "--cards",
    "with_cards",
    is_flag=True,
    help="Also write cards.html: a page to print for each school, and all villages.",
)
@click.option(
    "--public",
    "is_public",
    is_flag=True,
    help="Write the public edition into FOLDER/public instead: map, documents and cards that tell "
    "of no group under five pupils.",
)
@speaking
def report(speaker: Speaker, folder: Path, with_cards: bool, is_public: bool) -> Answer:
    """Draw the documents of the plan in FOLDER again.

    report.xlsx, the tables, and report.docx, the text with its pictures; the trade-off in
    front.csv goes into the text where it lies in FOLDER too. The case is not needed.
    """
    store.require_writable(folder)
    paths, findings = reports.write_reports(
        folder, is_public=is_public, with_cards=with_cards, progress=speaker.progress
    )
    lines = tuple(text("cli.report", speaker.language, path=path) for path in paths)
    data = {"folder": str(paths[0].parent), "paths": [str(path) for path in paths]}
    return Answer(data, lines, findings)
