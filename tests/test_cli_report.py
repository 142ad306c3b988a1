"""The command that draws documents again, and what becomes of them with the next plan."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from cases.commands import contents, run
from cases.plans import drawn_plan
from layoutplan import explanations, pipeline
from layoutplan.core.plan import Plan
from layoutplan.examples.copy import write_example
from layoutplan.plan import store
from layoutplan.planned import drawings_of
from layoutplan.reports import write_reports

DOCUMENTS = ["report.docx", "report.xlsx"]
PUBLIC = ["cards.html", "map.html", "report.docx", "report.xlsx"]


@pytest.fixture(autouse=True)
def quick_text() -> Iterator[None]:
    """Write a text that takes no time in place of the document with its pictures."""

    def write(plan: Plan, path: Path, front: object = None) -> None:
        path.write_text("\n".join([plan.name, *plan.schools["reason"]]), "utf-8")

    with patch("layoutplan.report.document.write_document", write):
        yield


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plan without documents."""
    folder = tmp_path_factory.mktemp("drawn") / "plan"
    pipeline.write_plan(drawn_plan(), folder, reports=False)
    return folder


@pytest.fixture
def folder(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "plan"))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_report_writes_both_documents_and_leaves_the_plan_alone(folder: Path) -> None:
    before = contents(folder)
    result = run("report", folder, "--json", "--quiet")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["paths"] == [
        str(folder / name) for name in ("report.xlsx", "report.docx")
    ]
    after = contents(folder)
    assert sorted(set(after) - set(before)) == DOCUMENTS
    changed = [name for name in before if after[name] != before[name]]
    assert changed == ["plan.json"]  # it lists them now
    listed = json.loads(after["plan.json"])
    assert listed.pop("files") == {
        name: store.sha256_of(folder / name) for name in after if name != "plan.json"
    }
    assert listed.items() <= json.loads(before["plan.json"]).items()


def test_cards_are_written_when_asked_for(folder: Path) -> None:
    assert run("report", folder, "--cards").exit_code == 0
    assert (folder / "cards.html").read_text("utf-8").count('<article class="school"') == 3


def test_the_public_edition_lies_in_a_folder_of_its_own(folder: Path) -> None:
    before = contents(folder)
    result = run("report", folder, "--public", "--json")
    assert json.loads(result.stdout)["folder"] == str(folder / "public")
    assert names(folder / "public") == PUBLIC
    shutil.rmtree(folder / "public")
    assert contents(folder) == before


@pytest.mark.parametrize("option", ["--public", "--cards"])
def test_all_files_or_none(folder: Path, option: str) -> None:
    run("report", folder, option)
    where = folder / "public" if option == "--public" else folder
    before = contents_of(where)
    with patch("layoutplan.report.card_pages.cards_html", side_effect=OSError(28, "full")):
        result = run("report", folder, option)
    assert result.exit_code == 3
    assert "The disk is full" in result.stderr
    assert contents_of(where) == before


def test_tables_that_no_longer_fit_are_refused(folder: Path) -> None:
    table = folder / "schools.csv"
    table.write_text(table.read_text("utf-8-sig").replace("\ns3,", "\nnew,"), "utf-8-sig")
    for options in ([], ["--public"], ["--cards"]):
        result = run("report", folder, *options)
        assert result.exit_code == 3
        assert "s3" in result.stderr
    assert not (folder / "public").exists()
    assert not (folder / "report.xlsx").exists()


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    result = run("report", tmp_path)
    assert result.exit_code == 3
    assert "holds no whole plan" in result.stderr


def test_the_trade_off_beside_the_plan_goes_into_the_text(folder: Path) -> None:
    (folder / "front.csv").write_text(
        "point,schools_open,schools_open_bound,pupil_minutes,pupil_minutes_bound,status\r\n"
        "1,2,2,1500.5,1500.5,optimal\r\n2,3,3,1200,,within_gap\r\n",
        "utf-8-sig",
    )
    with patch("layoutplan.report.document.write_document") as write:
        write.side_effect = lambda plan, path, front=None: path.write_bytes(b"")
        write_reports(folder)
    front = write.call_args.kwargs["front"]
    assert front["pupil_minutes"].tolist() == [1500.5, 1200.0]
    assert front["pupil_minutes_bound"].isna().tolist() == [False, True]
    assert front["status"].tolist() == ["optimal", "within_gap"]


def test_a_broken_trade_off_is_told_with_its_rows(folder: Path) -> None:
    (folder / "front.csv").write_text("point,pupil_minutes,status\r\n1,many,optimal\r\n", "utf-8")
    result = run("report", folder)
    assert result.exit_code == 3
    assert "front.csv, row 2, column pupil_minutes" in result.stderr


def test_boundaries_for_the_public_need_a_review_number(folder: Path) -> None:
    plan = drawn_plan()
    outline = plan.villages.dissolve().convex_hull
    townships = plan.villages.iloc[:1][["name", "geometry"]].set_geometry(list(outline))
    pipeline.write_plan(replace(plan, townships=townships), folder, reports=False)
    result = run("report", folder, "--public", "--json")
    assert [each["rule"] for each in json.loads(result.stdout)["findings"]] == [
        "map.review.missing"
    ]
    assert result.exit_code == 0


def write(plan: Plan, folder: Path, *, reports: bool = False) -> None:
    store.write_plan(plan, folder, drawings_of(plan, reports=reports))


def test_the_next_plan_replaces_documents_and_removes_cards(folder: Path) -> None:
    run("report", folder, "--cards")
    older = contents(folder)
    write(drawn_plan("zh"), folder, reports=True)
    newer = contents(folder)
    assert "cards.html" not in newer
    assert all(newer[name] != older[name] for name in DOCUMENTS)


def test_documents_of_an_older_plan_do_not_stay_beside_a_newer_one(folder: Path) -> None:
    run("report", folder)
    write(drawn_plan("zh"), folder)
    assert not set(DOCUMENTS) & set(names(folder))


def test_optimize_leaves_documents_out_when_told_so(tmp_path: Path) -> None:
    write_example(tmp_path / "case")
    out = tmp_path / "out"
    assert run("optimize", tmp_path / "case", "--out", out, "--no-reports").exit_code == 0
    assert not set(DOCUMENTS) & set(names(out))
    assert run("optimize", tmp_path / "case", "--out", out, "--explain").exit_code == 0
    assert set(DOCUMENTS) <= set(names(out))


def test_explain_draws_the_documents_anew(tmp_path: Path) -> None:
    write_example(tmp_path / "case")
    out = tmp_path / "out"
    run("optimize", tmp_path / "case", "--out", out)
    before = contents(out)
    assert run("explain", out).exit_code == 0
    after = contents(out)
    assert all(after[name] != before[name] for name in DOCUMENTS)


def test_a_plan_removes_what_said_that_there_was_none(tmp_path: Path) -> None:
    write_example(tmp_path / "case")
    out = tmp_path / "out"
    toml = tmp_path / "case" / "case.toml"
    whole = toml.read_text("utf-8")
    short = whole.replace("max_minutes = 30 ", "max_minutes = 9 ")
    toml.write_text(short.replace("small_below", 'over_limit_today = "forbid"\nsmall_below'))
    assert run("optimize", tmp_path / "case", "--out", out, "--no-reports").exit_code == 4
    assert names(out) == sorted(store.REPAIRS)
    (out / "notes.txt").write_text("mine")
    toml.write_text(whole, "utf-8")
    assert run("optimize", tmp_path / "case", "--out", out, "--no-reports").exit_code == 0
    assert not set(store.REPAIRS) & set(names(out))
    assert (out / "notes.txt").read_text() == "mine"


def test_what_said_that_there_was_no_plan_stays_when_writing_fails(folder: Path) -> None:
    for name in store.REPAIRS:
        (folder / name).write_text("why")
    before = contents(folder)
    fails = partial(_fail, OSError(28, "full"))
    with pytest.raises(Exception, match="disk is full"):
        store.write_plan(drawn_plan("zh"), folder, {"plan.gpkg": fails})
    assert contents(folder) == before
    write_reports(folder)
    assert set(store.REPAIRS) <= set(names(folder))  # documents are no new plan


def test_write_explained_may_leave_documents_out(tmp_path: Path) -> None:
    write_example(tmp_path / "case")
    case = pipeline.read_case(tmp_path / "case")
    plan = pipeline.optimize(case)
    explanations.write_explained(
        plan, explanations.explain(case, plan), tmp_path / "out", reports=False
    )
    assert not set(DOCUMENTS) & set(names(tmp_path / "out"))


def contents_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def _fail(error: OSError, _: Path) -> None:
    raise error
