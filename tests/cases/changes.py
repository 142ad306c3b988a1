"""Changes to the files of the example town, as a planner's hand would make them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

TOML, VILLAGES, SCHOOLS, ROADS = "case.toml", "villages.csv", "schools.csv", "roads.geojson"

Change = Callable[[Path], None]


def edit(name: str, *changes: tuple[str, str]) -> Change:
    """Replace texts in a file."""

    def change(case: Path) -> None:
        content = (case / name).read_bytes().decode("utf-8")
        for old, new in changes:
            assert old in content, (name, old)
            content = content.replace(old, new)
        (case / name).write_bytes(content.encode("utf-8"))

    return change


def replace_all(name: str, pattern: str, new: str) -> Change:
    """Replace a pattern everywhere in a file."""

    def change(case: Path) -> None:
        content = (case / name).read_bytes().decode("utf-8")
        assert re.search(pattern, content), (name, pattern)
        (case / name).write_bytes(re.sub(pattern, new, content).encode("utf-8"))

    return change


def put(name: str, content: str | bytes) -> Change:
    """Write a file."""
    as_bytes = content.encode("utf-8") if isinstance(content, str) else content
    return lambda case: (case / name).write_bytes(as_bytes) and None


def all_of(*changes: Change) -> Change:
    """Make several changes."""

    def change(case: Path) -> None:
        for each in changes:
            each(case)

    return change


def roads_in(name: str, content: bytes) -> Change:
    """Name another file of roads, with this content."""
    return all_of(edit(TOML, (ROADS, name)), put(name, content))


def rule(line: str) -> Change:
    """Add a line to the section of the rules."""
    return edit(TOML, ("[rules]\n", f"[rules]\n{line}\n"))


def cut_roads(case: Path) -> None:
    """Leave the first half of the roads."""
    content = (case / ROADS).read_bytes()
    (case / ROADS).write_bytes(content[: len(content) // 2])


def without_roads(case: Path) -> None:
    """Take the section of the roads out of case.toml."""
    replace_all(TOML, r"(?s)\[roads\].*?(?=\[bands)", "")(case)


def link_in_a_circle(case: Path) -> None:
    """Make the villages a link to itself."""
    (case / VILLAGES).unlink()
    (case / VILLAGES).symlink_to(VILLAGES)


def with_minutes(content: str) -> Change:
    """Give a table of travel times instead of roads."""
    section = '[travel_times]\npath = "minutes.csv"\n\n[bands'
    return all_of(without_roads, edit(TOML, ("[bands", section)), put("minutes.csv", content))


FORBID = rule('over_limit_today = "forbid"')
FEW_SEATS = edit(SCHOOLS, (",100,", ",10,"), (",50,", ",10,"), (",60,", ",10,"))
CLOSED_MILL = edit(
    SCHOOLS,
    ("seats,kind", "seats,kind,decision"),
    ("100,center", "100,center,"),
    ("50,primary", "50,primary,close"),
    ("60,primary", "60,primary,"),
)
BILLION = edit(VILLAGES, (",28,", ",1000000001,"))
