"""The house keeps its shape: rooms, floors, the length of a file, the public verbs, the version."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import layoutplan

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "layoutplan"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MOST_LINES = 300
FLOW = ["read_case", "travel_times", "optimize", "verify", "evaluate", "write_plan", "show"]
FILES = sorted([*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def rooms() -> set[str]:
    """Return the modules that the contract of the floors knows."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {
        room.strip().removeprefix("layoutplan.") for floor in floors for room in floor.split("|")
    }


def test_files_are_short_enough_to_read() -> None:
    n_lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in FILES
    }
    assert not {file: n for file, n in n_lines.items() if n > MOST_LINES}, "split them by noun"


def test_every_module_lies_in_a_room_with_a_floor() -> None:
    modules = {path.stem for path in SOURCE.glob("*.py")} - {"__init__", "__main__"}
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert modules | packages == rooms()


def test_architecture_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    missing = [room for room in sorted(rooms()) if not re.search(rf"\b{room}\b", page)]
    assert not missing


def test_architecture_lists_the_files_of_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = re.findall(r"^<!-- fill files: (\w+) -->", page, re.MULTILINE)
    with_files = {path.parent.name for path in SOURCE.glob("*/*.py") if path.stem != "__init__"}
    assert sorted(listed) == sorted(with_files)


def test_public_functions_come_in_the_order_of_the_flow() -> None:
    functions = [
        name for name in layoutplan.__all__ if inspect.isfunction(getattr(layoutplan, name))
    ]
    assert [name for name in functions if name in FLOW] == FLOW


def test_public_names_have_docstrings() -> None:
    bare = [
        name
        for name in layoutplan.__all__
        if callable(getattr(layoutplan, name)) and not getattr(layoutplan, name).__doc__
    ]
    assert not bare


def test_version_is_the_changelog_s() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changelog, flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == layoutplan.__version__ == PROJECT["project"]["version"]
