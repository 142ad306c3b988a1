"""Running a command, and what memory it takes together with the processes that it starts."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

EVERY_SECONDS = 0.05


def peak_mb(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Run a command in `folder`; return the most memory in MB that all its processes held at once.

    Memory that they share counts for each. Where the system does not tell it is 0.

    Raises
    ------
    subprocess.CalledProcessError
        When the command fails.
    """
    most = 0.0
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        while process.poll() is None:
            most = max(most, sum(_resident_mb(each) for each in _family(process.pid)))
            time.sleep(EVERY_SECONDS)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return most


def _family(pid: int) -> list[int]:
    """Return a process and all that it has started, as far as they still run."""
    try:
        told = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return []
    children = [int(child) for each in told for child in each.split()]
    return [pid, *(each for child in children for each in _family(child))]


def _resident_mb(pid: int) -> float:
    """Return the memory that a process holds now, 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines.get("VmRSS", "0 kB").split()[0]) / 1000
