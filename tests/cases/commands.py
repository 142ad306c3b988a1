"""Run commands, in this process or in one of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from layoutplan.cli import main


def run(*words: object) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(word) for word in words])


def run_alone(folder: Path, *words: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command in `folder` in a process of its own."""
    return subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", "from layoutplan.cli import main; main()", *map(str, words)],
        cwd=folder,
        capture_output=True,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}
