"""The benchmarks measure what they say: the same case for everybody, the same answer from all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.cases import write_case
from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.goals import Goal, goals_table
from benchmarks.measure import asked
from benchmarks.networks import drawn_places, generated_network
from benchmarks.reading import write_problem
from benchmarks.tables import PAGE, markdown, number, put_between, version_of

SIZE = 20_000
INSTALLED = [name for name, each in CONTENDERS.items() if version_of(each.package)]
TABLES = ["machine", "heidelberg", "county", "province", "travel goals"]
TABLES += ["whole heidelberg", "whole province", "whole goals"]
TABLES += ["instances", "medians"]
TABLES += ["planning", "planning beside", "planning goals", "planning machine"]


def test_the_same_seed_gives_the_same_roads_and_places() -> None:
    one, same, other = (generated_network(3_000, seed) for seed in (1, 1, 2))
    for name, values in vars(one).items():
        np.testing.assert_array_equal(values, vars(same)[name], err_msg=name)
    assert not np.array_equal(one.lon, other.lon)
    places = [drawn_places(one, 20, 5, seed=3) for _ in range(2)]
    assert places[0][0].equals(places[1][0])
    assert places[0][1].equals(places[1][1])


def test_generated_roads_look_like_surveyed_ones() -> None:
    roads = generated_network(SIZE)
    n_neighbors = np.bincount(np.concatenate([roads.tail, roads.head]), minlength=SIZE)
    assert roads.n_points == SIZE
    assert n_neighbors.min() == 1
    assert (n_neighbors == 2).mean() == pytest.approx(0.89, abs=0.02)
    assert 0 < (roads.forward != roads.backward).mean() < 0.1
    assert set(roads.road_class.tolist()) == set(range(len(roads.class_names)))
    assert roads.meters.min() > 0


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("problem")
    write_case(folder, 3_000, n_villages=30, n_schools=8, minutes=10)
    write_problem(folder, folder)
    return folder


def times_of(name: str, folder: Path) -> np.ndarray:
    contender = CONTENDERS[name]
    problem = contender.load(folder)
    found = contender.matrix(contender.prepare(problem), problem, asked(problem.n_schools, 0))
    return contender.table(found, problem)


@pytest.mark.parametrize("name", INSTALLED)
def test_contenders_agree_in_every_cell(name: str, problem: Path) -> None:
    ours = times_of(OURS.name, problem)
    assert ours.shape == (8, 30)
    assert 0.1 < np.isfinite(ours).mean() < 0.9
    assert np.array_equal(times_of(name, problem), ours)


def test_some_schools_are_spread_over_all() -> None:
    assert asked(100, 0).tolist() == list(range(100))
    assert asked(100, 4).tolist() == [0, 33, 66, 99]


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (0.012345, "0.0123"), (9.996, "10.00"), (1.5, "1.50"), (123456.0, "123,000")],
)
def test_numbers_have_three_digits(value: float, written: str) -> None:
    assert number(value) == written


def test_goals_say_whether_they_are_met() -> None:
    table = goals_table([Goal("speed", 40, 41.0, "×"), Goal("memory", 2_000, 2_001.0, "MB", True)])
    speed, memory = table.splitlines()[2:]
    assert speed == "| speed | ≥ 40 × | 41.0 × | met |"
    assert "**missed**" in memory


def test_tables_come_between_their_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n\n<!-- begin a -->\nold\n<!-- end a -->\n\nafter\n", encoding="utf-8")
    table = markdown(("way", "s"), [("ours", "1")])
    put_between(page, "a", table)
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n\n<!-- begin a -->\n\n{table}\n\n<!-- end a -->\n\nafter\n"
    put_between(page, "a", table)
    assert page.read_text(encoding="utf-8") == written
    with pytest.raises(ValueError, match="markers of 'b'"):
        put_between(page, "b", table)


@pytest.mark.parametrize("name", TABLES)
def test_the_page_has_a_place_for_every_table(name: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    put_between(page, name, "| a table |")
    assert "| a table |" in page.read_text(encoding="utf-8")
