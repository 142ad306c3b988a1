"""Write a plan over an older one in processes that are killed, and tell what was left.

Run as a program with a folder, ``steps`` or a number of rounds at random moments. Prints one JSON
line per killed process: ``step``, ``is_done`` (it got to its end), ``seen`` (the name of the plan
that is read afterwards) and ``torn`` (files that are neither of the older nor of the newer plan).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from functools import partial
from pathlib import Path

from cases.plans import drawn_plan
from layoutplan.core.plan import Plan
from layoutplan.plan.store import read_plan, write_plan
from layoutplan.report.geopackage import write_geopackage

MOST_STEPS = 500


class Scene:
    """An older plan in a folder, a newer one to be written over it, and how both look whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plans = {language: drawn_plan(language) for language in ("en", "zh")}
        self.layers = {}
        for language, plan in self.plans.items():
            write_geopackage(plan, folder / f"{language}.gpkg")
            self.layers[language] = (folder / f"{language}.gpkg").read_bytes()
            write_drawn(plan, self.layers[language], folder / language)

    def fresh(self) -> Path:
        """Return a folder with the older plan and a file of the user's own."""
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(self.folder / "en", out)
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        (out / "repair.csv").write_text("no plan", encoding="utf-8")
        return out

    def tell(self, out: Path, step: int, status: int) -> None:
        """Print what a killed process left in `out`."""
        torn = [
            file.name
            for file in out.iterdir()
            if file.is_file()
            and file.name not in ("notes.txt", "repair.csv")
            and all(
                file.read_bytes() != (self.folder / language / file.name).read_bytes()
                for language in self.plans
            )
        ]
        plan = read_plan(out)
        sys.stdout.write(
            json.dumps(
                {
                    "step": step,
                    "is_done": os.WIFEXITED(status),
                    "seen": plan.name,
                    "torn": torn,
                    "is_mixed": bool(plan.findings),
                    "left": sorted(path.name for path in out.iterdir()),
                }
            )
            + "\n"
        )


def write_drawn(plan: Plan, layers: bytes, folder: Path) -> None:
    write_plan(plan, folder, {"plan.gpkg": lambda path: path.write_bytes(layers)})


def killed(write: partial[None], arm: partial[None]) -> int:
    """Run `write` in a process that `arm` made sure to be killed; return its exit status."""
    child = os.fork()
    if child == 0:
        arm()
        write()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def kill_at_step(step: int) -> None:
    """Kill this process when it touches the file system for the nth time from now."""
    left = step

    def count(event: str, _: object) -> None:
        nonlocal left
        if event == "open" or event.startswith(("os.", "shutil.", "tempfile.")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def kill_after(seconds: float) -> None:
    """Kill this process after a while."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    child = os.getpid()
    if os.fork() == 0:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os._exit(0)


def main(folder: Path, rounds: str) -> None:
    scene = Scene(folder)
    new = partial(write_drawn, scene.plans["zh"], scene.layers["zh"])
    if rounds == "steps":
        for step in range(1, MOST_STEPS):
            out = scene.fresh()
            status = killed(partial(new, out), partial(kill_at_step, step))
            scene.tell(out, step, status)
            if os.WIFEXITED(status):
                return
        raise SystemExit("writing never came to its end")
    chance = random.Random(20260301)  # noqa: S311  # moments to die, not secrets
    began = time.monotonic()
    new(scene.fresh())
    usual = time.monotonic() - began
    for step in range(int(rounds)):
        out = scene.fresh()
        arm = partial(kill_after, chance.uniform(0.0, 1.2 * usual))
        scene.tell(out, step, killed(partial(new, out), arm))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
