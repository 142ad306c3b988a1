"""What a command loads before it knows what it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "branca",
    "folium",
    "highspy",
    "networkx",
    "numba",
    "openpyxl",
    "osmium",
    "osmnx",
    "pulp",
    "pyogrio",
    "rasterio",
    "rich",
    "scipy",
)
PRINT_LOADED = (
    "import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
)


def loaded_with(module: str) -> set[str]:
    command = [sys.executable, "-c", PRINT_LOADED.format(module=module)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603  # ours
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["layoutplan.cli", "layoutplan.pipeline"])
def test_packages_that_few_commands_use_are_loaded_by_these(module: str) -> None:
    assert sorted(loaded_with(module) & set(HEAVY)) == []
