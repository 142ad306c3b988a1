"""The rules in case.toml: how they are read, and each fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.case_folder import CASE, case_folder, faults, only, two_bands
from layoutplan.core.rules import BorderSwap, Costs, Rules
from layoutplan.core.schema import OBJECTIVES
from layoutplan.load.case_file import read_case_file

EVERY = """
[rules]
small_below = 60
budget = 1200000.5
closest_open = true
one_per_township = ["center", "any"]
siblings_together = true
villages_together = [["001", " 002 "], ["003", "001", "002"]]
contiguous = true
teaching_point_bands = ["g1_3"]
must_merge_into = [["s1", "s2"], ["s1", "s3"]]
never_merge_into = [["s2", "s1"]]
[[rules.border_swaps]]
townships = ["North", "South"]
[[rules.border_swaps]]
townships = ["North", "East"]
max_difference = 3
"""


def test_every_rule_is_read(tmp_path: Path) -> None:
    assert read_case_file(case_folder(tmp_path, case=two_bands() + EVERY)).rules == Rules(
        small_below=60,
        budget=1200000.5,
        closest_open=True,
        one_per_township=("center", "any"),
        siblings_together=True,
        villages_together=(("001", "002"), ("003", "001", "002")),
        contiguous=True,
        teaching_point_bands=("g1_3",),
        must_merge_into=(("s1", "s2"), ("s1", "s3")),
        never_merge_into=(("s2", "s1"),),
        border_swaps=(BorderSwap(("North", "South")), BorderSwap(("North", "East"), 3)),
    )


def test_rules_are_off_unless_written(tmp_path: Path) -> None:
    assert read_case_file(case_folder(tmp_path)).rules == Rules()
    empty = "[rules]\nteaching_point_bands = []\nmust_merge_into = []\nborder_swaps = []\n"
    assert read_case_file(case_folder(tmp_path, case=CASE + empty)).rules == Rules()


def test_every_objective_and_cost_is_read(tmp_path: Path) -> None:
    order = ", ".join(f'"{name}"' for name in OBJECTIVES)
    money = "[costs]\nper_pupil = 650\nper_pupil_minute = 0.125\n"
    case = f"{CASE}\n[objective]\norder = [{order}]\n{money}"
    read = read_case_file(case_folder(tmp_path, case=case))
    assert read.order == OBJECTIVES
    assert read.costs == Costs(per_pupil=650.0, per_pupil_minute=0.125)


@pytest.mark.parametrize(
    ("line", "rule", "shown"),
    [
        ("budget = -1", "case.value.money", "-1"),
        ("budget = inf", "case.value.money", "Infinity"),
        ("budget = 1e13", "case.value.money", "10000000000000.0"),
        ('budget = "1200"', "case.value.money", '"1200"'),
        ("closest_open = 1", "case.value.flag", "1"),
        ('siblings_together = "yes"', "case.value.flag", '"yes"'),
        ("contiguous = []", "case.value.flag", "[]"),
        ('one_per_township = "any"', "case.value.kinds", '"any"'),
        ('one_per_township = ["any", "any"]', "case.value.kinds", '["any", "any"]'),
        ('teaching_point_bands = ["primary", 3]', "case.value.bands", "3"),
        ('villages_together = ["001", "002"]', "case.value.groups", '"001"'),
        ('villages_together = [["001", "002"], ["003"]]', "case.value.groups", '["003"]'),
        ('villages_together = [["001", "001"]]', "case.value.groups", '["001", "001"]'),
        ('villages_together = [["001", ""]]', "case.value.groups", '["001", ""]'),
        ('must_merge_into = ["s1", "s2"]', "case.value.pairs", '"s1"'),
        ('must_merge_into = [["s1", "s2"], ["s3"]]', "case.value.pairs", '["s3"]'),
        ('must_merge_into = [["s1", "s2", "s3"]]', "case.value.pairs", '["s1", "s2", "s3"]'),
        ('must_merge_into = [["s1", "s1"]]', "case.value.pairs", '["s1", "s1"]'),
        ('must_merge_into = [["s1", 2]]', "case.value.pairs", '["s1", 2]'),
        ("must_merge_into = { s1 = 's2' }", "case.value.pairs", '{"s1": "s2"}'),
        ('never_merge_into = [["s1", ["s2"]]]', "case.value.pairs", '["s1", ["s2"]]'),
        ('never_merge_into = [["a", "b"], ["a", "b"]]', "case.value.pairs", '[["a", "b"], ['),
    ],
)
def test_a_value_that_will_not_do_is_shown(
    tmp_path: Path, line: str, rule: str, shown: str
) -> None:
    (finding,) = faults(tmp_path, f"{CASE}\n[rules]\n{line}\n")
    assert (finding.rule, finding.column) == (rule, f"rules.{line.split()[0]}")
    assert str(finding.facts["value"]).startswith(shown)


@pytest.mark.parametrize(
    ("line", "rule", "nearest"),
    [
        ('teaching_point_bands = ["primery"]', "case.band.unknown", "primary"),
        ('one_per_township = ["centre"]', "case.kind.unknown", "center"),
        ('one_per_township = [""]', "case.kind.unknown", "center"),
    ],
)
def test_a_word_that_names_nothing_comes_with_the_nearest(
    tmp_path: Path, line: str, rule: str, nearest: str
) -> None:
    finding = only(faults(tmp_path, f"{CASE}\n[rules]\n{line}\n"), rule)
    assert finding.column == f"rules.{line.split()[0]}"
    if line.count('""') == 0:
        assert finding.facts["nearest"] == nearest


@pytest.mark.parametrize(
    ("block", "rule", "column"),
    [
        ("max_difference = 3", "case.key.missing", "rules.border_swaps[1].townships"),
        ('townships = ["North"]', "case.value.two_names", "rules.border_swaps[1].townships"),
        ('townships = ["A", "A"]', "case.value.two_names", "rules.border_swaps[1].townships"),
        ('townships = "North"', "case.value.two_names", "rules.border_swaps[1].townships"),
        ('townships = ["A", "B"]\nmax_difference = -1', "case.value.whole",
         "rules.border_swaps[1].max_difference"),
        ('townships = ["A", "B"]\nmax_diference = 1', "case.key.unknown",
         "rules.border_swaps[1].max_diference"),
        ('township = ["A", "B"]', "case.key.unknown", "rules.border_swaps[1].township"),
    ],
)  # fmt: skip
def test_a_fault_in_a_border(tmp_path: Path, block: str, rule: str, column: str) -> None:
    findings = faults(tmp_path, f"{CASE}\n[[rules.border_swaps]]\n{block}\n")
    assert [(finding.rule, finding.column) for finding in findings] == [(rule, column)]


def test_borders_must_be_blocks(tmp_path: Path) -> None:
    flat = f'{CASE}\n[rules]\nborder_swaps = [["North", "South"]]\n'
    finding = only(faults(tmp_path, flat), "case.blocks.shape")
    assert finding.column == "rules.border_swaps"
    assert "[[rules.border_swaps]]" in finding.message


def test_all_faults_of_the_rules_come_at_once(tmp_path: Path) -> None:
    bad = "[rules]\nbudget = -1\ncontigous = true\nmust_merge_into = 1\none_per_township = ['x']\n"
    border = "[[rules.border_swaps]]\n[[rules.border_swaps]]\ntownships = 2\n"
    findings = faults(tmp_path, CASE + bad + border)
    assert {finding.column for finding in findings} == {
        "rules.budget",
        "rules.contigous",
        "rules.must_merge_into",
        "rules.one_per_township",
        "rules.border_swaps[1].townships",
        "rules.border_swaps[2].townships",
    }


def test_a_message_repeats_only_the_beginning_of_a_long_value(tmp_path: Path) -> None:
    long = f"[rules]\nmust_merge_into = [['{'s' * 5000}']]\n"
    (finding,) = faults(tmp_path, CASE + long)
    assert len(finding.message) < 600
