"""What careless and hostile planners write into the rules, the costs and the steps of schools."""

from __future__ import annotations

from cases.bad_input import BadInput
from cases.changes import CLOSED_MILL, SCHOOLS, TOML, VILLAGES, Change, all_of, edit, put, rule

STEPS = "expansions.csv"
HEADER = "school_id,seats,beds,cost,yearly_cost\n"
SITE = edit(
    SCHOOLS,
    ("seats,kind", "seats,kind,decision,opening_cost"),
    ("100,center", "100,center,,"),
    ("50,primary", "50,primary,,"),
    ("60,primary", "60,primary,,\nS9,New School,105.6,33.9,0,90,candidate,keep,500"),
)
TOWNSHIPS = edit(
    SCHOOLS,
    ("seats,kind", "seats,kind,township"),
    ("100,center", "100,center,North"),
    ("50,primary", "50,primary,North"),
    ("60,primary", "60,primary,South"),
)


def steps(rows: str, name: str = STEPS) -> Change:
    """Give a table of steps by which schools may grow."""
    section = f'[expansions]\npath = "{name}"\n\n[objective]'
    return all_of(edit(TOML, ("[objective]", section)), put(STEPS, HEADER + rows))


def section(lines: str) -> Change:
    """Add a section to case.toml."""
    return edit(TOML, ("[objective]", f"{lines}\n\n[objective]"))


def block(lines: str) -> Change:
    """Give a step in case.toml itself."""
    return section(f"[[expansions]]\n{lines}")


BAD_RULES = (
    # Rules by themselves.
    BadInput(
        "band_of_a_teaching_point_unknown",
        rule('teaching_point_bands = ["primry"]'),
        ("case.toml, key rules.teaching_point_bands", "the nearest is primary"),
    ),
    BadInput(
        "every_band_at_a_teaching_point",
        rule('teaching_point_bands = ["primary"]'),
        ("case.toml, key rules.teaching_point_bands", "a full school", "leave out the bands"),
    ),
    BadInput(
        "kind_unknown",
        rule('one_per_township = ["centre"]'),
        ("case.toml, key rules.one_per_township", "the nearest is center", "Possible here"),
    ),
    BadInput(
        "pairs_that_are_none",
        rule('must_merge_into = [["S2", "S1"], ["S3"]]'),
        ("case.toml, key rules.must_merge_into", "two different school ids", '["S3"]'),
    ),
    BadInput(
        "pairs_of_anything",
        rule("never_merge_into = [[[[]]], {}, 1e300, 'S1', [['S1', 'S2']]]"),
        ("case.toml, key rules.never_merge_into", "must be a list of pairs"),
    ),
    BadInput(
        "groups_of_one",
        rule('villages_together = [["V1"]]'),
        ("case.toml, key rules.villages_together", "two or more different village ids"),
    ),
    BadInput(
        "borders_in_a_list",
        rule('border_swaps = [["North", "South"]]'),
        ("case.toml, key rules.border_swaps", "a line [[rules.border_swaps]]"),
    ),
    BadInput(
        "border_with_itself",
        section('[[rules.border_swaps]]\ntownships = ["North", "North"]'),
        ("case.toml, key rules.border_swaps[1].townships", "two different townships"),
    ),
    BadInput(
        "budget_without_end",
        rule("budget = inf"),
        ("case.toml, key rules.budget", "at most a trillion"),
    ),
    BadInput(
        "costs_beyond_counting",
        section("[costs]\nper_pupil = 1e300"),
        ("case.toml, key costs.per_pupil", "at most a trillion"),
    ),
    BadInput(
        "rule_misspelled",
        rule("contigous = true"),
        ("case.toml, key rules.contigous", "the nearest is contiguous"),
    ),
    # Rules against the tables.
    BadInput(
        "pairs_of_unknown_schools",
        rule('never_merge_into = [["S1", "S33"]]'),
        ("case.toml, key rules.never_merge_into", "no such school", "S33", "nearest to the first"),
    ),
    BadInput(
        "pairs_against_each_other",
        all_of(rule('must_merge_into = [["S2", "S1"]]'), rule('never_merge_into = [["S2", "S1"]]')),
        ("case.toml, key rules.must_merge_into", "S2 → S1", "out of one of the two"),
    ),
    BadInput(
        "pairs_into_a_school_that_closes",
        all_of(CLOSED_MILL, rule('must_merge_into = [["S3", "S2"]]')),
        ("case.toml, key rules.must_merge_into", "S3 → S2", "change its decision"),
    ),
    BadInput(
        "villages_unknown",
        rule('villages_together = [["V1", "<img src=x>"]]'),
        ("case.toml, key rules.villages_together", "no such village", "<img src=x>"),
    ),
    BadInput(
        "no_townships",
        rule('one_per_township = ["any"]'),
        ("schools.csv, column township", "rules.one_per_township asks for it", "fill it in"),
    ),
    BadInput(
        "township_without_its_only_school",
        all_of(
            TOWNSHIPS,
            edit(
                SCHOOLS,
                (",township", ",township,decision"),
                ("South", "South,close"),
                ("North", "North,"),
            ),
            rule('one_per_township = ["primary"]'),
        ),
        ("case.toml, key rules.one_per_township", "township South", "S3", "change a decision"),
    ),
    BadInput(
        "township_unknown",
        all_of(
            TOWNSHIPS,
            edit(
                VILLAGES,
                ("village_id,", "township,village_id,"),
                ("V1,", "North,V1,"),
                *((f"V{n},", f",V{n},") for n in range(2, 9)),
            ),
            section('[[rules.border_swaps]]\ntownships = ["North", "Sout"]'),
        ),
        ("case.toml, key rules.border_swaps", "no such township", "Sout", "is South"),
    ),
    BadInput(
        "sites_dearer_than_the_budget",
        all_of(SITE, rule("budget = 499")),
        ("case.toml, key rules.budget", "cost 500 at the least", "raise the budget"),
    ),
    # Steps by which schools grow.
    BadInput(
        "steps_of_an_unknown_school",
        steps("S1,10,0,0,0\nS8,10,0,0,0\n"),
        ("expansions.csv, row 3, column school_id", "no such school", "S8", "Correct the id"),
    ),
    BadInput(
        "steps_that_add_nothing",
        steps("S1,0,,9000,0\n"),
        ("expansions.csv, row 2", "neither: S1", "write how many"),
    ),
    BadInput(
        "steps_that_add_the_same",
        steps("S1,10,0,9000,0\nS1,10,0,8000,0\n"),
        ("expansions.csv, row 2, 3", "the same seats", "keep the cheaper"),
    ),
    BadInput(
        "steps_with_hostile_cells",
        steps("S1,=1+1,1e999,-5,NaN\n"),
        ("column seats", "=1+1", "column beds", "1e999", "column cost", "-5", "NaN"),
    ),
    BadInput(
        "steps_by_another_header",
        all_of(steps("S1,10,0,0,0\n"), edit(STEPS, ("seats", "chairs"))),
        ("expansions.csv, column seats", "there is no such column", "say which header means it"),
    ),
    BadInput(
        "steps_outside",
        steps("S1,10,0,0,0\n", "../expansions.csv"),
        ("case.toml, key expansions.path", "outside the folder", "copy the file"),
    ),
    BadInput(
        "steps_from_a_device",
        steps("S1,10,0,0,0\n", "/dev/zero"),
        ("case.toml, key expansions.path", "outside the folder"),
    ),
    BadInput(
        "steps_misspelled",
        steps("S1,10,0,0,0\n", "expansion.csv"),
        ("case.toml, key expansions.path", "no file expansion.csv", "expansions.csv"),
    ),
    BadInput(
        "steps_as_a_text",
        edit(TOML, ("[case]", 'expansions = "S1"\n[case]')),
        ("case.toml, key expansions", "a line [[expansions]]"),
    ),
    BadInput(
        "step_of_an_unknown_school",
        block('school_id = "S1\\u0000"\nseats = 10'),
        ("case.toml, key expansions", "no such school", "the nearest to the first is S1"),
    ),
    BadInput(
        "step_without_seats",
        block('school_id = "S1"\nseat = 10'),
        ("case.toml, key expansions[1].seat", "the nearest is seats"),
    ),
    BadInput(
        "step_beyond_counting",
        block('school_id = "S1"\nseats = 1' + "0" * 400),
        ("case.toml, key expansions[1].seats", "at most a billion"),
    ),
    # Exceptions from the rules.
    BadInput(
        "exception_for_nobody",
        section("[[exceptions]]\nmax_minutes = 41"),
        ("case.toml, key exceptions[1]", "does not say for whom", "name villages"),
    ),
    BadInput(
        "exception_of_an_unknown_village",
        section('[[exceptions]]\nvillages = ["V77"]\nband = "primary"\nmax_minutes = 41'),
        ("case.toml, key exceptions", "no such village", "V77", "nearest to the first is V7"),
    ),
    BadInput(
        "exception_without_end",
        section('[[exceptions]]\nvillages = ["V7"]\nband = "primary"\nmax_minutes = inf'),
        ("case.toml, key exceptions[1].max_minutes", "greater than 0"),
    ),
)
