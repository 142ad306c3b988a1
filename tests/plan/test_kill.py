"""A process killed while it writes leaves the older plan or the newer one, never a mix."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cases.plans import drawn_plan

HERE = Path(__file__).resolve().parent
OLD, NEW = drawn_plan("en").name, drawn_plan("zh").name
WHOLE = ["assignments.csv", "notes.txt", "plan.gpkg", "plan.json", "schools.csv"]
REPAIR = "repair.csv"  # why there was no plan: it goes when there is one, not before

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")


def under_fire(folder: Path, rounds: str) -> list[dict[str, Any]]:
    """Return what was left by each of the writers killed."""
    done = subprocess.run(  # noqa: S603  # our own interpreter and script
        [sys.executable, str(HERE / "killed_writer.py"), str(folder), rounds],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_whole(left: list[dict[str, Any]]) -> None:
    for each in left:
        assert each["seen"] in (OLD, NEW), each
        assert not each["is_mixed"], each
        assert each["torn"] == [], each
        assert each["left"] == (WHOLE if each["seen"] == NEW else sorted([*WHOLE, REPAIR])), each
        assert each["seen"] == NEW or not each["is_done"], each


def test_killed_at_every_step(tmp_path: Path) -> None:
    left = under_fire(tmp_path, "steps")
    assert_whole(left)
    seen = [each["seen"] for each in left]
    n_old = seen.count(OLD)
    assert seen == [OLD] * n_old + [NEW] * (len(seen) - n_old)  # one moment decides
    assert n_old > 10
    assert len(seen) - n_old > 5


def test_killed_at_random_moments(tmp_path: Path) -> None:
    left = under_fire(tmp_path, "25")
    assert_whole(left)
    assert len(left) == 25
