"""The sample county in the page: every card, and twenty edits at random against a recount."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from cases.hand_edits import Recount
from layoutplan.core.plan import Plan

pytestmark = pytest.mark.browser

N_SWITCHES = 20
FIELDS = """kind => layoutplan.model[kind].id.map((id, idx) => {
  const { cards, model } = layoutplan;
  const fill = kind === "schools" ? cards.schoolCard : cards.villageCard;
  const card = fill(model, idx, () => {}, () => {});
  const rows = [...card.querySelectorAll("tr[data-band]")];
  const read = (root) => Object.fromEntries([...root.querySelectorAll("[data-field]")]
    .map((element) => [element.dataset.field, element.textContent]));
  return { id, fields: read(card), rows: rows.map((row) => [row.dataset.band, read(row)]) };
})"""
EDIT = """() => {
  const { edit, model } = layoutplan;
  const { school, isOpen } = model.plans.after;
  const cell = (name, place) => document.querySelector(
    `#lp-edit [data-total=${name}] td:nth-of-type(${place})`).textContent;
  return {
    school: school.map((each) => (each < 0 ? "" : model.schools.id[each])),
    steps: edit.state.time,
    roll: edit.state.roll,
    edited: edit.totals.edited,
    shown: Object.fromEntries(["schools_open", "small_schools", "pupils_moved"].map((name) =>
      [name, Number(cell(name, 3).replace(/,/g, ""))])),
    breaks: Object.fromEntries([...document.querySelectorAll("#lp-edit [data-break]")]
      .map((item) => [item.dataset.break, Number(item.dataset.n)])),
    marks: isOpen.filter(Boolean).length,
  };
}"""


@pytest.fixture(scope="module")
def opened(open_once: Callable[..., Any], sample_plan: Plan) -> Any:
    return open_once(sample_plan)


def number(minutes: float) -> str:
    return "–" if math.isinf(minutes) else f"{minutes:.1f}"


def test_every_card_of_a_school_has_the_numbers_of_the_tables(
    opened: Any, sample_plan: Plan
) -> None:
    units, bands = sample_plan.assignments, [band.name for band in sample_plan.bands]
    cards = {each["id"]: each["fields"] for each in opened.page.evaluate(FIELDS, "schools")}
    assert list(cards) == list(sample_plan.schools.index)
    by_band = {
        when: units.groupby([column, "band"])["pupils"].sum()
        for when, column in (("before", "school_id_before"), ("after", "school_id"))
    }
    for school_id, school in sample_plan.schools.iterrows():
        card = cards[school_id]
        assert card["name"] == school["name"]
        assert card["reason"] == school["reason"]
        for column in ("enrollment_before", "enrollment_after", "seats"):
            assert card[column] == str(school[column]), (school_id, column)
        for when, sums in by_band.items():
            for band in bands:
                assert card[f"pupils_{band}_{when}"] == str(sums.get((school_id, band), 0))


def test_every_card_of_a_village_has_the_numbers_of_the_tables(
    opened: Any, sample_plan: Plan
) -> None:
    names = sample_plan.schools["name"]
    rows = dict(tuple(sample_plan.assignments.groupby("village_id")))
    cards = {each["id"]: each["rows"] for each in opened.page.evaluate(FIELDS, "villages")}
    assert set(rows) <= set(cards)
    for village_id, units in rows.items():
        shown = cards[village_id]
        assert [band for band, _ in shown] == units["band"].tolist()
        for (_, fields), unit in zip(shown, units.to_dict("records"), strict=True):
            assert fields["unit_pupils"] == f"{unit['pupils']}人"
            for when, school, minutes in (
                ("before", "school_id_before", "minutes_before"),
                ("after", "school_id", "minutes"),
            ):
                assert fields[f"school_{when}"].startswith(names[unit[school]])
                said = fields[f"minutes_{when}"].removesuffix("分钟")
                assert float(said) == pytest.approx(unit[minutes], abs=0.0501)


def switches(plan: Plan) -> list[str]:
    """Return schools to switch one after another: mostly those that are small or merge."""
    drawn = random.Random(20)  # noqa: S311  # no secret
    schools = plan.schools
    is_likely = (schools["enrollment"] < 50) | (schools["action"] == "merge")
    likely = drawn.sample(list(schools.index[is_likely]), N_SWITCHES * 3 // 4)
    others = drawn.sample(list(schools.index[~is_likely]), N_SWITCHES - len(likely))
    return drawn.sample(likely + others, N_SWITCHES)


def test_twenty_switches_in_a_row_are_what_a_recount_says(opened: Any, sample_plan: Plan) -> None:
    recount, switched = Recount(sample_plan), set()
    exact = _exact_minutes(sample_plan)
    opened.page.evaluate("layoutplan.edit.start()")
    for school in switches(sample_plan):
        switched ^= {school}
        idx = int(sample_plan.schools.index.get_loc(school))
        opened.page.evaluate("idx => layoutplan.edit.toggle(idx)", idx)
        said, expected = opened.page.evaluate(EDIT), recount.edited(switched)
        assert said["school"] == expected.school, school
        assert said["steps"] == expected.steps, school
        assert said["roll"] == list(expected.roll.values()), school
        assert said["breaks"] == expected.breaks, school
        assert said["marks"] == expected.schools_open
        for name in said["shown"]:
            assert said["shown"][name] == getattr(expected, name), (school, name)
        minutes = sum(
            unit.pupils * exact[unit.village, unit.band, name]
            for unit, name in zip(recount.units, expected.school, strict=True)
            if name
        )
        n_pupils = sum(unit.pupils for unit in recount.units)
        assert said["edited"]["pupil_minutes"] == pytest.approx(minutes, abs=0.01 * n_pupils)
        assert abs(expected.pupil_steps / 100 - minutes) <= 0.01 * n_pupils
    assert len(switched) == N_SWITCHES
    opened.page.evaluate("layoutplan.edit.end()")
    assert opened.page.evaluate("layoutplan.model.plans.after === layoutplan.model.proven")
    assert (opened.messages, opened.errors) == ([], [])


def _exact_minutes(plan: Plan) -> dict[tuple[str, str, str], float]:
    """Return minutes by village, band and school."""
    assert plan.times is not None
    parts = []
    for band, pairs in plan.times.pairs.items():
        frame = pd.DataFrame(
            {
                "village": plan.times.village_ids[pairs.village_idx],
                "band": band,
                "school": plan.times.school_ids[pairs.school_idx],
                "minutes": pairs.milliseconds / 60_000,
            }
        )
        parts.append(frame.set_index(["village", "band", "school"])["minutes"])
    return pd.concat(parts).to_dict()
