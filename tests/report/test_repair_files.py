"""What would make a plan possible, as files: a table, blocks to paste, a page, points."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from cases.demand import as_villages_say
from cases.towns import town
from layoutplan.core.case import Case
from layoutplan.core.diagnosis import Diagnosis, NoPlanError, Remedy, Repair
from layoutplan.core.rules import Rules
from layoutplan.core.schema import REPAIR_CSV
from layoutplan.report.repair_map import repair_geojson, repair_html
from layoutplan.report.repairs import repair_csv, repair_table, repair_toml, sentence
from layoutplan.solve.solve import solve

FOUND: dict[str, Any] = {"band": "primary", "village_id": "v1", "school_id": "s1"}
EVERY_KIND = (
    Repair("limit", before=30.0, after=42, amount=12.0, pupils=7, **FOUND),
    Repair("boarding_limit", before=90.0, after=99, amount=9.0, pupils=7, **FOUND),
    Repair("stay", before=30.0, pupils=7, **FOUND),
    Repair("seats", school_id="s1", before=20, after=28, amount=8.0, pupils=28),
    Repair("beds", school_id="s1", before=0, after=3, amount=3.0, pupils=3),
    Repair("decision", school_id="s1", name="keep", before="close", after="free", pupils=9),
    Repair("decision", school_id="s1", name="downgrade", before="close", after="free", pupils=9),
    Repair("decision", school_id="s1", name="close", before="keep", after="free"),
    Repair("least_size", school_id="s1", before=20, after=12, amount=8.0, pupils=12),
    Repair("rule", name="max_closures", before=0, after=2, amount=2.0),
)


@pytest.fixture(scope="module")
def no_plan() -> tuple[Case, Diagnosis]:
    case = town([[5, 36], [6, 33]], pupils=[10, 12], seats=[15, 40], today=["", ""])
    with pytest.raises(NoPlanError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    return case, caught.value.diagnosis


def data_in(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="lp-data">(.*?)</script>', html, re.S)
    assert found is not None
    value: dict[str, Any] = json.loads(found[1])
    return value


def test_the_table_has_a_row_for_each_change(no_plan) -> None:
    case, diagnosis = no_plan
    written = repair_csv(case, diagnosis.remedies)
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert tuple(rows[0]) == REPAIR_CSV
    assert [(row["remedy"], row["number"], row["what"]) for row in rows] == [
        ("1", "1", "seats"),
        ("2", "1", "limit"),
    ]
    assert (rows[0]["school_id"], rows[0]["from"], rows[0]["to"]) == ("s1", "15", "22")
    assert (rows[1]["village_id"], rows[1]["amount"], rows[1]["unit"]) == ("v2", "3", "minutes")
    assert rows[0]["sentence"] == "School 1 (s1): 22 seats instead of 15 (+7)."


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("repair", EVERY_KIND, ids=lambda repair: f"{repair.what}-{repair.name}")
def test_every_change_is_a_sentence(no_plan, repair, language) -> None:
    case, _ = no_plan
    said = sentence(case, repair, language)
    assert "{" not in said
    assert "School 1 (s1)" in said or repair.what == "rule"


def test_the_first_way_is_pasted_as_it_is_and_the_others_are_comments(no_plan) -> None:
    case, diagnosis = no_plan
    written = repair_toml(case, diagnosis.remedies)
    assert tomllib.loads(written) == {
        "expansions": [{"school_id": "s1", "seats": 7, "cost": 0}],
    }
    assert "# max_minutes = 33" in written.splitlines()


def test_every_kind_of_change_is_in_what_is_pasted(no_plan) -> None:
    case, _ = no_plan
    written = repair_toml(case, [Remedy(EVERY_KIND)])
    assert tomllib.loads(written) == {
        "exceptions": [
            {"villages": ["v1"], "band": "primary", "max_boarding_minutes": 99},
            {"villages": ["v1"], "band": "primary", "max_minutes": 42},
            {"villages": ["v1"], "band": "primary", "stay": True},
            {"schools": ["s1"], "min_enrollment": 12},
        ],
        "expansions": [{"school_id": "s1", "seats": 8, "beds": 3, "cost": 0}],
    }
    lines = written.splitlines()
    assert "# max_closures = 2" in lines
    assert '# "s1": close -> free' in lines


def test_no_cell_of_the_table_can_become_a_formula(no_plan) -> None:
    case, _ = no_plan
    odd = "=HYPERLINK(1)"
    named = replace(case, villages=case.villages.assign(name="+1").rename(index={"v1": odd}))
    written = repair_csv(named, [Remedy((replace(EVERY_KIND[0], village_id=odd),))])
    (row,) = csv.DictReader(io.StringIO(written.decode("utf-8-sig")))
    assert row["village_id"] == "'" + odd
    assert row["sentence"].startswith("'+1")


def test_ids_cannot_break_out_of_what_is_pasted(no_plan) -> None:
    case, _ = no_plan
    odd = 'v"]\n[case]\nname = "x'
    remedy = Remedy((replace(EVERY_KIND[0], village_id=odd), replace(EVERY_KIND[6], school_id=odd)))
    assert tomllib.loads(repair_toml(case, [remedy]))["exceptions"][0]["villages"] == [odd]
    assert "case" not in tomllib.loads(repair_toml(case, [remedy]))


def test_the_page_loads_nothing_and_has_both_languages(no_plan) -> None:
    case, diagnosis = no_plan
    html = repair_html(case, diagnosis)
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=", html)
    for reason in diagnosis.reasons:
        assert reason.message_in("en") in unescape(html)
        assert reason.message_in("zh") in unescape(html)
    assert sentence(case, diagnosis.remedies[0].repairs[0], "zh") in unescape(html)


def test_the_page_draws_villages_and_schools_by_block(no_plan) -> None:
    data = data_in(repair_html(*no_plan))
    assert [(each["id"], each["block"]) for each in data["villages"]] == [("v1", 0), ("v2", 0)]
    assert [(each["id"], each["block"]) for each in data["schools"]] == [("s1", 0), ("s2", -1)]
    assert data["schools"][0]["tip"]["en"] == ("School 1 (s1): 0 pupils today, 15 seats, 0 beds")


def test_names_cannot_break_out_of_the_page(no_plan) -> None:
    case, diagnosis = no_plan
    odd = "</script><script>alert(1)</script>"
    villages = case.villages.assign(name=odd)
    schools = case.schools.assign(name=odd)
    html = repair_html(replace(case, name=odd, villages=villages, schools=schools), diagnosis)
    assert "<script>alert(1)" not in html


def test_points_have_reasons_and_changes(no_plan) -> None:
    found = json.loads(repair_geojson(*no_plan))
    by_id = {each["properties"]["id"]: each["properties"] for each in found["features"]}
    assert set(by_id) == {"v1", "v2", "s1"}
    assert by_id["s1"]["block"] == 1
    assert by_id["s1"]["repair"] == "1. School 1 (s1): 22 seats instead of 15 (+7)."
    assert by_id["v2"]["repair"].startswith("2. Village 2 (v2)")


def test_a_case_without_any_remedy_has_files_too() -> None:
    nowhere = float("inf")
    case = town([[nowhere]], pupils=[7], seats=[40], today=[""], rules=Rules())
    with pytest.raises(NoPlanError) as caught:
        solve(case, case.travel_times, as_villages_say(case))
    diagnosis = caught.value.diagnosis
    assert repair_table(case, diagnosis.remedies).empty
    assert repair_toml(case, diagnosis.remedies) == ""
    assert "No change of the rules helps" in repair_html(case, diagnosis)
