"""A plan in a folder: it comes back, nothing else is touched, and what goes wrong is said."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

from cases.broken import merged
from cases.plans import drawn_plan, renamed
from cases.told import attendance_of
from layoutplan.core.plan import Plan
from layoutplan.errors import DataError, LayoutPlanError
from layoutplan.plan import atomic
from layoutplan.plan.store import read_plan, write_files, write_plan
from layoutplan.plan.verify import verify
from layoutplan.report.geopackage import write_geopackage

FRAMES = ("villages", "schools", "assignments", "roads", "routes")


def write(plan: Plan, folder: Path) -> None:
    write_plan(plan, folder, {"plan.gpkg": partial(write_geopackage, plan)})


def assert_same(plan: Plan, other: Plan) -> None:
    for field in fields(Plan):
        if field.name not in FRAMES:
            assert getattr(plan, field.name) == getattr(other, field.name), field.name
    assert_frame_equal(plan.assignments, other.assignments)
    for name in ("villages", "schools", "roads"):
        assert_geodataframe_equal(places_last(getattr(plan, name)), getattr(other, name))


def places_last(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with its geometry as the last column, as layers are read."""
    return frame[[*frame.columns.drop("geometry"), "geometry"]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a plan in it."""
    write(drawn_plan(), tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_plan_comes_back(tmp_path: Path, language: str) -> None:
    plan = drawn_plan(language)
    write(plan, tmp_path / "a" / "b")
    assert_same(plan, read_plan(tmp_path / "a" / "b"))


def test_plan_with_nasty_names_comes_back(tmp_path: Path) -> None:
    plan = renamed(drawn_plan(), village="'=1+1\r\n", school='-"；村,')
    write(plan, tmp_path)
    assert_same(plan, read_plan(tmp_path))


def test_plan_told_from_a_solution_comes_back_and_verifies(tmp_path: Path) -> None:
    case, plan = merged()
    write(plan, tmp_path)
    again = read_plan(tmp_path)
    assert_same(plan, again)
    assert verify(case, case.travel_times, attendance_of(case), again) == ()


def test_record_lists_what_belongs_to_the_plan(folder: Path) -> None:
    files = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["files"]
    assert sorted(files) == ["assignments.csv", "plan.gpkg", "schools.csv"]
    assert all(atomic.sha256_of(folder / name) == sha256 for name, sha256 in files.items())
    assert sorted(path.name for path in folder.iterdir()) == sorted([*files, "plan.json"])


def test_edited_table_is_read_with_a_warning_and_rejected_by_verify(tmp_path: Path) -> None:
    case, plan = merged()
    write(plan, tmp_path)
    table = tmp_path / "assignments.csv"
    table.write_bytes(table.read_bytes().replace(b"v3,high,s2,day,20", b"v3,high,s3,day,20"))
    again = read_plan(tmp_path)
    assert [(finding.rule, finding.ids) for finding in again.findings[-1:]] == [
        ("store.edited", ("assignments.csv",))
    ]
    rules = {
        finding.rule for finding in verify(case, case.travel_times, attendance_of(case), again)
    }
    assert {"verify.movement.left", "verify.assignments.minutes"} <= rules


def test_school_written_in_by_hand_is_read_and_rejected_by_verify(tmp_path: Path) -> None:
    case, plan = merged()
    write(plan, tmp_path)
    table = tmp_path / "schools.csv"
    table.write_bytes(table.read_bytes() + b"a0,New,keep,,0,5,9,0,0,because\r\n")
    again = read_plan(tmp_path)
    assert again.schools.index.tolist() == [*case.schools.index, "a0"]
    rules = [
        finding.rule for finding in verify(case, case.travel_times, attendance_of(case), again)
    ]
    assert "verify.schools.unknown" in rules


def test_schools_keep_the_order_of_the_case(tmp_path: Path) -> None:
    plan = drawn_plan()
    turned = replace(plan, schools=plan.schools.loc[["s3", "s1", "s2"]])
    write(turned, tmp_path)
    assert read_plan(tmp_path).schools.index.tolist() == ["s3", "s1", "s2"]


@pytest.mark.parametrize("name", ["plan.json", "schools.csv", "assignments.csv", "plan.gpkg"])
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DataError, match=name):
        read_plan(folder)


@pytest.mark.parametrize("name", ["plan.json", "schools.csv", "assignments.csv", "plan.gpkg"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 99])
def test_corrupt_file_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=name):
        read_plan(folder)


def test_all_corrupt_files_are_named_at_once(folder: Path) -> None:
    for name in ("plan.json", "schools.csv", "assignments.csv"):
        (folder / name).write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_plan(folder)
    assert len(caught.value.findings) == 3


def test_missing_layer_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "plan.gpkg")) as database, database:
        database.execute("DELETE FROM gpkg_contents WHERE table_name = 'roads'")
        database.execute("DELETE FROM gpkg_geometry_columns WHERE table_name = 'roads'")
        database.execute("DROP TABLE roads")
    with pytest.raises(DataError, match="roads"):
        read_plan(folder)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        read_plan(tmp_path / "nowhere")


def write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8")


def test_users_own_files_stay_and_stale_ones_go(folder: Path) -> None:
    plan = drawn_plan()
    drawings = {"plan.gpkg": partial(write_geopackage, plan)}
    more = {"map.html": partial(write_text, "map"), "report.docx": partial(write_text, "report")}
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    write_plan(plan, folder, {**drawings, **more})
    (folder / "report.docx").write_text("edited by hand", encoding="utf-8")
    write_plan(plan, folder, drawings)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "report.docx").exists()  # no longer what the plan wrote
    assert not (folder / "map.html").exists()
    assert "map.html" not in json.loads((folder / "plan.json").read_bytes())["files"]


def test_one_file_can_be_written_alone(folder: Path) -> None:
    write_files(folder, {"map.html": partial(write_text, "map")})
    assert (folder / "map.html").read_text(encoding="utf-8") == "map"
    assert_same(drawn_plan(), read_plan(folder))


def test_record_cannot_reach_outside_its_folder(folder: Path) -> None:
    outside = folder.parent / "precious.txt"
    outside.write_text("precious", encoding="utf-8")
    record = json.loads((folder / "plan.json").read_bytes())
    record["files"] = {"../precious.txt": atomic.sha256_of(outside), "": "", "..": ""}
    (folder / "plan.json").write_text(json.dumps(record), encoding="utf-8")
    write(drawn_plan(), folder)
    assert outside.exists()


def test_writer_that_fails_leaves_the_older_plan(folder: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("a bug")

    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RuntimeError):
        write_plan(renamed(drawn_plan(), school="other"), folder, {"plan.gpkg": fail})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "may not be written"),
        (errno.EIO, "failed: Input/output error"),
    ],
)
def test_trouble_of_the_system_is_said_plainly(folder: Path, code: int, words: str) -> None:
    def fail(path: Path) -> None:
        raise OSError(code, os.strerror(code))

    with pytest.raises(LayoutPlanError, match=words):
        write_plan(renamed(drawn_plan(), school="other"), folder, {"plan.gpkg": fail})
    assert_same(drawn_plan(), read_plan(folder))


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    for folder in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(LayoutPlanError, match="is a file"):
            write_files(folder, {})


def test_folder_in_the_way_of_a_file(folder: Path) -> None:
    (folder / "map.html").mkdir()
    with pytest.raises(LayoutPlanError, match=r"map\.html"):
        write_files(folder, {"map.html": partial(write_text, "map")})
    assert_same(drawn_plan(), read_plan(folder))


def test_second_writer_is_refused_while_the_first_one_writes(folder: Path) -> None:
    hold = (
        "import fcntl, os, sys, time; handle = os.open(sys.argv[1], os.O_RDONLY);"
        "fcntl.flock(handle, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", hold, str(folder)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with patch.object(atomic, "_WAIT_SECONDS", 0.2):
            with pytest.raises(LayoutPlanError, match="Another run"):
                write(drawn_plan(), folder)
            with pytest.raises(LayoutPlanError, match="Another run"):
                read_plan(folder)
        holder.kill()
    assert_same(drawn_plan(), read_plan(folder))


def test_interrupted_writing_is_finished_by_the_reader(folder: Path) -> None:
    new = renamed(drawn_plan(), school="other")
    with patch.object(atomic, "recover", lambda folder: None):
        write(new, folder)
    (folder / ".layoutplan-staging-dead").mkdir()
    (folder / ".layoutplan-staging-dead" / "plan.json").write_bytes(b"half")
    assert_same(new, read_plan(folder))
    assert len(list(folder.iterdir())) == 4


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_made(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"mine")
    with pytest.raises(LayoutPlanError, match="file"):
        atomic.require_writable(file / "below" / "plan")
    atomic.require_writable(tmp_path / "not" / "yet")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_where_the_case_lies_is_stored_as_seen_from_the_plan(tmp_path: Path) -> None:
    plan = replace(drawn_plan(), case_folder=(tmp_path / "county").as_posix())
    write(plan, tmp_path / "plans" / "first")
    record = tmp_path / "plans" / "first" / "plan.json"
    assert json.loads(record.read_text(encoding="utf-8"))["case_folder"] == "../../county"
    (tmp_path / "plans").rename(tmp_path / "moved")
    assert read_plan(tmp_path / "moved" / "first").case_folder == plan.case_folder


def test_a_plan_that_does_not_say_where_its_case_lies_is_read(folder: Path) -> None:
    record = folder / "plan.json"
    document = json.loads(record.read_text(encoding="utf-8"))
    del document["case_folder"]
    record.write_text(json.dumps(document), encoding="utf-8")
    assert read_plan(folder).case_folder == ""
