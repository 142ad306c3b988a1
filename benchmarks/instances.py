"""Published single-source location instances as cases, to find the published optima.

    python -m benchmarks.instances           # all 24, writes their table of docs/benchmarks.md
    python -m benchmarks.instances cap61     # some of them, writes nothing

The instances are those of J. E. Beasley's OR-Library whose customers are each served by one
warehouse. A warehouse becomes a candidate site with seats and a yearly cost, a customer a village,
what serving a customer costs a trip in minutes. Then they are solved as any case: the folder is
read, `optimize` plans for the least ``yearly_cost``.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import layoutplan as lp
from benchmarks.tables import PAGE, markdown, number, put_between
from layoutplan.examples.copy import EXAMPLE

ROOT = Path(__file__).resolve().parents[1]
INSTANCES = ROOT.parent / "shared" / "data" / "instances" / "orlib_sscflp"
PUBLISHED_FILE = "capopt_SSCFLP.txt"
PUBLISHED = re.compile(r"^(cap\d+)\s+([\d.]+)$", re.MULTILINE)
PUBLISHED_DIGITS = 7
ROUNDING = 1e-6  # of sums in floating point; the costs are multiples of 1/80
# All costs are multiples of 1/80, those of serving one pupil of 1/400: with four units of money to
# the instance's one, they are whole hundredths of money and whole milliseconds.
PRICE = 4
CASE_TOML = """\
[case]
name = "{name}"
[villages]
path = "villages.csv"
[schools]
path = "schools.csv"
[travel_times]
path = "minutes.csv"
[bands.all]
mode = "car"
max_minutes = 1000
[costs]
per_pupil_minute = {price}
[objective]
order = ["yearly_cost"]
"""


@dataclass(frozen=True)
class Instance:
    """Warehouses that may be opened, and customers each of whom one of them serves.

    Parameters
    ----------
    name : str
        Of the file.
    capacity, fixed_cost : (m,) float64
        Of each warehouse.
    demand : (n,) float64
        Of each customer.
    cost : (m, n) float64
        Of serving all of a customer's demand from a warehouse.
    """

    name: str
    capacity: NDArray[np.float64]
    fixed_cost: NDArray[np.float64]
    demand: NDArray[np.float64]
    cost: NDArray[np.float64]


@dataclass(frozen=True)
class Result:
    """What became of an instance; money in the instance's own unit."""

    instance: Instance
    published: float
    plan: lp.Plan
    seconds: float

    @property
    def told(self) -> float:
        """The cost that the plan tells."""
        return self.plan.objective[0].value / PRICE

    @property
    def counted(self) -> float:
        """The cost of the plan's assignments, counted in the instance itself."""
        sites = self.plan.assignments["school_id"].str.removeprefix("s").astype(int).to_numpy()
        customers = self.plan.assignments["village_id"].str.removeprefix("v").astype(int).to_numpy()
        fixed = self.instance.fixed_cost[np.unique(sites)].sum()
        return float(fixed + self.instance.cost[sites, customers].sum())

    @property
    def is_reproduced(self) -> bool:
        """Whether the plan is proven, and both costs are the published one to its last digit."""
        last_digit = 10.0 ** (np.floor(np.log10(self.published)) + 1 - PUBLISHED_DIGITS)
        is_published = abs(self.counted - self.published) <= last_digit / 2 + ROUNDING
        is_told = abs(self.counted - self.told) <= ROUNDING
        return bool(is_published and is_told) and self.plan.status == "optimal"


def read_instance(file: Path) -> Instance:
    """Return the instance in a file of the OR-Library."""
    values = np.array(file.read_text().split(), dtype=np.float64)
    m, n = values[:2].astype(int)
    sites, demand, cost = np.split(values[2:], [2 * m, 2 * m + n])
    capacity, fixed_cost = sites.reshape(m, 2).T
    return Instance(file.name, capacity, fixed_cost, demand, cost.reshape(m, n))


def published_optima(folder: Path) -> dict[str, float]:
    """Return the published optimum of each instance that lies in `folder`, by its name."""
    text = (folder / PUBLISHED_FILE).read_text()
    found = {name: float(optimum) for name, optimum in PUBLISHED.findall(text)}
    return {name: optimum for name, optimum in found.items() if (folder / name).exists()}


def write_case(instance: Instance, folder: Path) -> None:
    """Write an instance as a case.

    Raises
    ------
    ValueError
        When its costs cannot be told exactly in whole hundredths and whole milliseconds.
    """
    minutes = instance.cost / instance.demand
    for exact in (80 * instance.cost, 80 * instance.fixed_cost, 400 * minutes):
        if not np.allclose(exact, np.rint(exact), rtol=0, atol=1e-6):
            raise ValueError(f"the costs of {instance.name} are too fine")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(CASE_TOML.format(name=instance.name, price=PRICE))
    n_sites, n_customers = instance.cost.shape
    sites = pd.DataFrame(
        {
            "school_id": [f"s{j}" for j in range(n_sites)],
            "lon": 105.0 + 0.01 * np.arange(n_sites),
            "lat": 34.0,
            "enrollment": 0,
            "seats": instance.capacity.astype(int),
            "kind": "candidate",
            "yearly_cost": PRICE * instance.fixed_cost,
        }
    )
    customers = pd.DataFrame(
        {
            "village_id": [f"v{i}" for i in range(n_customers)],
            "lon": 105.0 + 0.01 * np.arange(n_customers),
            "lat": 34.1,
            "pupils": instance.demand.astype(int),
        }
    )
    trips = pd.DataFrame(
        {
            "village_id": np.tile(customers["village_id"], n_sites),
            "school_id": np.repeat(sites["school_id"], n_customers),
            "minutes": minutes.ravel().round(4),
        }
    )
    for name, table in (("schools", sites), ("villages", customers), ("minutes", trips)):
        table.to_csv(folder / f"{name}.csv", index=False)


def solved(instance: Instance, published: float, folder: Path) -> Result:
    """Return what `optimize` makes of an instance, written as a case into `folder`."""
    write_case(instance, folder)
    began = time.perf_counter()
    plan = lp.optimize(lp.read_case(folder))
    return Result(instance, published, plan, time.perf_counter() - began)


def results_table(results: Iterable[Result]) -> str:
    """Return the results as a table."""
    header = ("instance", "sites", "customers", "published", "found", "status", "s", "")
    rows = [
        (
            each.instance.name,
            *(str(n) for n in each.instance.cost.shape),
            f"{each.published:,.7g}",
            f"{each.counted:,.4f}",
            each.plan.status,
            number(each.seconds),
            "same" if each.is_reproduced else "**other**",
        )
        for each in results
    ]
    return markdown(header, rows)


def main() -> None:
    """Solve, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="instances; all where none is named")
    parser.add_argument("--folder", type=Path, default=INSTANCES, help="where they lie")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"skipped, there is no {options.folder}")
        return
    optima = published_optima(options.folder)
    lp.optimize(lp.read_case(EXAMPLE))  # so that importing is not counted
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or optima:
            instance = read_instance(options.folder / name)
            results.append(solved(instance, optima[name], Path(folder) / name))
    n_same = sum(each.is_reproduced for each in results)
    seconds = sum(each.seconds for each in results)
    table = results_table(results)
    table += f"\n\n{n_same} of {len(results)} reproduced, {number(seconds)} s together."
    print(table)
    if not options.names:
        put_between(PAGE, "instances", table)


if __name__ == "__main__":
    main()
