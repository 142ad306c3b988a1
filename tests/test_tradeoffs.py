"""Trade-offs and portfolios through the verbs and the commands."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import layoutplan as lp
from cases.towns import town
from layoutplan.commands import tradeoffs as commands
from layoutplan.core.rules import Rules
from layoutplan.examples.copy import EXAMPLE, write_example
from layoutplan.tradeoff_files import FRONT_FILES, PORTFOLIO_FILES, point_plan
from layoutplan.tradeoffs import front, portfolio

SHARED = Path(__file__).resolve().parents[2] / "shared" / "cases"


def run(command: click.Command, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def case() -> lp.Case:
    return lp.read_case(EXAMPLE)


@pytest.fixture(scope="module")
def trade_off(case: lp.Case):
    return front(case)


# The verbs.


def test_the_first_point_is_the_best_plan(case: lp.Case, trade_off) -> None:
    plan = lp.optimize(case)
    first = trade_off.points.iloc[0]
    assert [first[name] for name in case.order] == [result.value for result in plan.objective]
    for name in ("schools_open", "schools_merged", "pupils_moved", "mean_minutes", "max_minutes"):
        assert first[name] == plan.totals[name]


def test_every_point_is_a_plan_that_holds(case: lp.Case, trade_off) -> None:
    assert trade_off.is_whole
    assert (trade_off.points["status"] == "optimal").all()
    for point, row in trade_off.points.iterrows():
        plan = point_plan(case, trade_off, point)
        assert lp.verify(case, plan) == ()
        assert plan.totals["small_schools"] == row["small_schools"]
        assert plan.totals["pupil_minutes"] == pytest.approx(row["pupil_minutes"])
        (told,) = [each for each in plan.findings if each.rule == "front.is_point"]
        assert f"{point} of {len(trade_off.points)}" in told.message


def test_a_point_that_is_not_the_best_is_not_said_to_be(case: lp.Case, trade_off) -> None:
    last = point_plan(case, trade_off, len(trade_off.points))
    assert last.status != "optimal"
    assert last.objective[0].gap > 0


def test_other_objectives_at_bounds(case: lp.Case) -> None:
    found = front(case, objectives=("pupils_moved", "pupil_minutes"), n_points=5)
    assert not found.is_whole
    assert found.objectives == ("pupils_moved", "pupil_minutes")
    assert found.points["pupils_moved"].is_monotonic_increasing
    assert found.points["pupil_minutes"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("objectives", "rule"),
    [
        (("small_schools",), "front.objectives.two"),
        (("small_schools", "small_schools"), "front.objectives.two"),
        (("small_schools", "happiness"), "front.objectives.unknown"),
        (("a", "b", "c"), "front.objectives.unknown"),
    ],
)
def test_objectives_that_are_none_are_named(case: lp.Case, objectives, rule: str) -> None:
    with pytest.raises(lp.ConfigError) as caught:
        front(case, objectives=objectives)
    assert rule in {finding.rule for finding in caught.value.findings}


def test_wrong_numbers_are_refused(case: lp.Case, trade_off) -> None:
    for call in (
        lambda: front(case, n_points=1),
        lambda: portfolio(case, within=-0.01),
        lambda: portfolio(case, within=float("nan")),
        lambda: portfolio(case, n_plans=1),
        lambda: point_plan(case, trade_off, 99),
    ):
        with pytest.raises(lp.ConfigError) as caught:
            call()
        assert all(finding.message_in("zh") for finding in caught.value.findings)


def test_no_plan_says_why(case: lp.Case) -> None:
    impossible = replace(case, rules=Rules(min_enrollment=10_000, movement="redraw"))
    for ask in (front, portfolio):
        with pytest.raises(lp.InfeasibleError) as caught:
            ask(impossible)
        assert caught.value.findings


def test_a_portfolio_begins_with_the_best_and_keeps_to_the_share(case: lp.Case) -> None:
    within = 0.3
    found = portfolio(case, within=within, n_plans=4)
    best = lp.optimize(case)
    assert [found.plans[name].iloc[0] for name in case.order] == [
        result.value for result in best.objective
    ]
    for name in case.order:
        assert (found.plans[f"{name}_over_best"] <= within + 1e-9).all()
    closed = found.fates.drop(columns="name").eq("close").sum(axis=1)
    assert (found.schools["n_closed"] == closed[found.schools.index]).all()
    assert found.is_exhausted == (len(found.plans) < 4)


def test_decisions_lead_to_a_plan_as_good() -> None:
    case = town(
        [[5, 6, 7, 9], [6, 5, 7, 8], [7, 6, 5, 9], [9, 8, 7, 5]],
        pupils=[10, 11, 12, 13],
        seats=[60] * 4,
        today=["s1", "s2", "s3", "s4"],
        rules=Rules(small_below=20),
    )
    found = portfolio(case, within=0.5, n_plans=4)
    assert len(found.plans) == 4
    assert found.plans["least_differing"].iloc[1:].min() > 0
    for number in found.plans.index:
        decided = found.fates[number].map({"keep": "keep", "close": "close"})
        schools = case.schools.assign(decision=decided.reindex(case.schools.index))
        plan = lp.optimize(replace(case, schools=schools))
        values = [found.plans.loc[number, name] for name in case.order]
        assert [result.value for result in plan.objective] == pytest.approx(values)


# The commands.


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    write_example(tmp_path / "case")
    return tmp_path / "case"


def test_front_writes_table_and_page(case_folder: Path, tmp_path: Path, trade_off) -> None:
    out = tmp_path / "out"
    result = run(commands.front, case_folder, "--out", out, "--plan", 1, "--json")
    assert result.exit_code == 0, result.output
    assert {file.name for file in out.iterdir() if not file.name.startswith(".")} == {
        *FRONT_FILES,
        "point-1",
    }
    rows = rows_of(out / "front.csv")
    assert [float(row["pupil_minutes"]) for row in rows] == pytest.approx(
        trade_off.points["pupil_minutes"].tolist()
    )
    data = json.loads(result.stdout)
    assert data["is_whole"] is True
    assert len(data["points"]) == len(rows)
    assert lp.read_plan(out / "point-1").totals["small_schools"] == int(rows[0]["small_schools"])


def test_front_writes_the_plans_of_all_points(case_folder: Path, tmp_path: Path) -> None:
    result = run(commands.front, case_folder, "--out", tmp_path / "out", "--plans")
    assert result.exit_code == 0, result.output
    n_points = len(rows_of(tmp_path / "out" / "front.csv"))
    for point in range(1, n_points + 1):
        assert (tmp_path / "out" / f"point-{point}" / "map.html").is_file()


def test_portfolio_writes_its_files(case_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = (case_folder, "--within", "30%", "--plans", 3, "--out", out)
    result = run(commands.portfolio, *words, "--json")
    assert result.exit_code == 0, result.output
    assert {file.name for file in out.iterdir() if not file.name.startswith(".")} == {
        *PORTFOLIO_FILES
    }
    data = json.loads(result.stdout)
    assert data["within"] == pytest.approx(0.3)
    assert len(data["plans"]) == len(rows_of(out / "plans.csv"))
    before = {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()}
    assert run(commands.portfolio, *words).exit_code == 0
    assert before == {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()}


@pytest.mark.parametrize("share", ["1 %", "0.01", "1%"])
def test_a_share_may_be_written_either_way(case_folder: Path, tmp_path: Path, share: str) -> None:
    result = run(
        commands.portfolio,
        case_folder,
        "--within",
        share,
        "--out",
        tmp_path,
        "--json",
        "--plans",
        2,
    )
    assert json.loads(result.stdout)["within"] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("command", "words", "status"),
    [
        (commands.front, ("--objectives", "small_schools"), 3),
        (commands.front, ("--points", "1"), 2),
        (commands.front, ("--plan", "99"), 3),
        (commands.portfolio, ("--within", "much"), 2),
        (commands.portfolio, ("--within", "-1%"), 3),
        (commands.portfolio, ("--plans", "1"), 2),
    ],
)
def test_wrong_use_is_told(command, words, status: int, case_folder: Path, tmp_path: Path) -> None:
    result = run(command, case_folder, "--out", tmp_path / "out", *words)
    assert result.exit_code == status
    assert not (tmp_path / "out" / "front.csv").exists()


# A real case.


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real cases are not beside the project")
def test_the_whole_trade_off_of_a_real_case_is_proven() -> None:
    case = lp.read_case(SHARED / "ijebu_ode")
    times = lp.travel_times(case)
    found = front(case, times)
    assert found.is_whole
    assert (found.points["status"] == "optimal").all()
    assert found.points["small_schools"].tolist() == list(range(1, 19))
    assert found.points["pupil_minutes"].is_monotonic_decreasing
