"""What holds for all tests."""

from __future__ import annotations

import math
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from layoutplan import cache, console, pipeline
from layoutplan.core.plan import Plan

SAMPLE = Path(__file__).parents[1] / "data" / "sample"

# No test measures time, and a machine that is busy is no fault; where all must run, every run
# tries the same examples.
settings.register_profile(
    "layoutplan",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("LAYOUTPLAN_NO_SKIPS") == "1",
)
settings.load_profile("layoutplan")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skipped test fail where all must run, but those of the real cases."""
    report = yield
    must_run = os.environ.get("LAYOUTPLAN_NO_SKIPS") == "1" and not item.get_closest_marker(
        "shared"
    )
    if must_run and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def _no_progress() -> Iterator[None]:
    """Let no command tell its progress, however slow the machine; a test may ask for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "_BARS_AFTER_SECONDS", math.inf)
        yield


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests, and the commands that they start, away from the user's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def sample_plan(_own_cache: None) -> Plan:
    """Return the plan of the sample county, which takes ten seconds to solve."""
    return pipeline.optimize(pipeline.read_case(SAMPLE))
