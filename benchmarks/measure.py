"""One contender, measured in a process of its own.

    python -m benchmarks.measure NAME FOLDER WARM_UP N_SCHOOLS

It first does the small problem in the folder WARM_UP, so that importing and compiling are not
counted, then the one in FOLDER. Seconds and memory go into ``NAME.json`` there, the times of
`N_SCHOOLS` of the schools (0 for all) into ``NAME.npy``; libraries may print what they like.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import CONTENDERS, Contender


@dataclass(frozen=True)
class Measured:
    """What one run took.

    Parameters
    ----------
    prepare_s, matrix_s : float
        Seconds on the clock.
    before_mb, peak_mb : float
        The most memory that the process held before the measured work, and in all.
    """

    prepare_s: float
    matrix_s: float
    before_mb: float
    peak_mb: float


def measure(
    contender: Contender, folder: Path, warm_up: Path, n_schools: int
) -> tuple[Measured, NDArray[np.float64]]:
    """Return what it took, and the (schools, villages) times in milliseconds."""
    small, problem = contender.load(warm_up), contender.load(folder)
    contender.matrix(contender.prepare(small), small, np.arange(small.n_schools))
    schools = asked(problem.n_schools, n_schools)
    gc.collect()
    before_mb = peak_mb()
    began = time.perf_counter()
    prepared = contender.prepare(problem)
    halfway = time.perf_counter()
    found = contender.matrix(prepared, problem, schools)
    ended = time.perf_counter()
    measured = Measured(halfway - began, ended - halfway, before_mb, peak_mb())
    return measured, contender.table(found, problem)


def asked(n_schools: int, n_asked: int) -> NDArray[np.int64]:
    """Return the positions of `n_asked` schools, evenly among all; of all where that is 0."""
    return np.unique(np.linspace(0, n_schools - 1, n_asked or n_schools).astype(np.int64))


def peak_mb() -> float:
    """Return the most memory, in MB, that this process has held since it began.

    What the operating system tells of a started process may include its parent's memory; Linux
    tells it rightly in ``/proc``.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1000
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Measure what the arguments ask for."""
    name, folder, warm_up, n_schools = sys.argv[1:]
    measured, times = measure(CONTENDERS[name], Path(folder), Path(warm_up), int(n_schools))
    np.save(Path(folder) / f"{name}.npy", times)
    (Path(folder) / f"{name}.json").write_text(json.dumps(asdict(measured)), encoding="utf-8")


if __name__ == "__main__":
    main()
