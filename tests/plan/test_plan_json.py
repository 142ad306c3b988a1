"""What is said of a ``plan.json`` that was cut off or edited."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from cases.plans import drawn_plan
from layoutplan.errors import DataError
from layoutplan.plan.store import read_plan, write_plan
from layoutplan.report.geopackage import write_geopackage


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        (b'"status"', b'"state"', "store.json.key", "status is missing in it"),
        (b'"language": "', b'"language": "x', "store.json.value", 'language is "xen", which'),
        (b'"files": {', b'"files": [{', "store.json.syntax", "from row "),
        (b'"name"', b'"n\xff"', "store.json.text", "no text any more"),
        (b'"totals": {', b'"totals": 7, "other": {', "store.json.value", "totals is 7"),
    ],
)
def test_a_broken_record_is_told_in_plain_words(
    tmp_path: Path, old: bytes, new: bytes, rule: str, said: str
) -> None:
    plan = drawn_plan("en")
    write_plan(plan, tmp_path, {"plan.gpkg": partial(write_geopackage, plan)})
    record = tmp_path / "plan.json"
    content = record.read_bytes()
    assert old in content
    record.write_bytes(content.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        read_plan(tmp_path)
    (finding,) = caught.value.findings
    assert finding.rule == rule
    assert said in finding.message
    assert "Error" not in finding.message_in("zh") + finding.message
