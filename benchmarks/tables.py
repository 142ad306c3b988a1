"""Tables for people: numbers with three digits, markdown, and the page that shows them."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; all columns but the first are numbers, flush right.

    Examples
    --------
    >>> print(markdown(["way", "s"], [["by car", "3"]]))
    | way | s |
    | :-- | --: |
    | by car | 3 |
    """
    rule = [":--", *["--:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))


def number(value: float) -> str:
    """Return a number with three digits that count.

    Examples
    --------
    >>> number(0.012345), number(1.5), number(123456.0)
    ('0.0123', '1.50', '123,000')
    """
    if value == 0:
        return "0"
    digits = 3 - len(str(int(abs(value)))) if abs(value) >= 1 else 3 - _magnitude(value)
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def _magnitude(value: float) -> int:
    """Return the power of ten of the first digit of a number below 1, plus one."""
    return int(f"{value:e}".rpartition("e")[2]) + 1


def machine() -> str:
    """Return the processor, the memory and the Python of this machine in a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    facts = [f"{cores} cores ({_processor()})"]
    if "SC_PHYS_PAGES" in os.sysconf_names:
        gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        facts.append(f"{gib:.0f} GB of memory")
    return ", ".join([*facts, f"{platform.system()}, Python {platform.python_version()}"])


def _processor() -> str:
    """Return what the processor calls itself."""
    file = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", file.read_text(), re.M) if file.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()


def version_of(package: str) -> str:
    """Return the installed version of a distribution, empty where there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def put_between(page: Path, name: str, text: str) -> None:
    """Replace what stands on `page` between the markers of `name` by `text`.

    Raises
    ------
    ValueError
        When the page does not have both markers, once each.
    """
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end or begin in after or end in after:
        raise ValueError(f"{page.name} needs the markers of {name!r} once each")
    page.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
