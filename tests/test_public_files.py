"""The files of a public edition, searched and subtracted by somebody who knows the true numbers."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import docx
import numpy as np
import openpyxl
import pytest

from cases.publics import LEAST, Pupils, altered, crowded
from layoutplan.core.plan import Plan
from layoutplan.planned import documents_of
from layoutplan.report.card_pages import write_cards
from layoutplan.report.map import write_map
from layoutplan.reports import public_edition


def written(plan: Plan, folder: Path) -> dict[str, bytes]:
    """Return the files of the public edition of `plan`."""
    folder.mkdir()
    public = public_edition(plan)
    writers: Mapping[str, Callable[[Path], None]] = {
        "map.html": partial(write_map, public),
        **documents_of(public),
        "cards.html": partial(write_cards, public),
    }
    for name, write in writers.items():
        write(folder / name)
    return {name: (folder / name).read_bytes() for name in writers}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return crowded()


@pytest.fixture(scope="module")
def files(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(plan, tmp_path_factory.mktemp("public") / "true")


def test_files_are_the_same_whatever_the_small_groups_have(
    plan: Plan, files: dict[str, bytes], tmp_path: Path
) -> None:
    other = altered(plan, partial(turned_in_pools, plan))
    assert (other.assignments["pupils"] != plan.assignments["pupils"]).sum() >= 6
    for name, content in written(other, tmp_path / "other").items():
        assert parts_of(name, content) == parts_of(name, files[name]), name


def test_the_map_holds_no_count_under_five(files: dict[str, bytes]) -> None:
    data = data_in(files["map.html"].decode())
    counts = list(pupils_in(data))
    assert len(counts) > 100
    assert all(count is None or count == 0 or count >= LEAST for count in counts)
    assert None in counts


def test_the_map_offers_no_choices_and_no_opposites(files: dict[str, bytes]) -> None:
    data = data_in(files["map.html"].decode())
    assert not data.get("choices")
    assert not data.get("opposites")


def test_no_cell_of_the_workbook_counts_pupils_under_five(
    plan: Plan, files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "report.xlsx").write_bytes(files["report.xlsx"])
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    n_hidden = 0
    for sheet in book:
        for column in sheet.iter_cols(values_only=True):
            for _, block in groupby(column, key=lambda cell: cell in (None, "")):
                cells = list(block)
                n_hidden += cells.count("<5")
                numbers = [cell for cell in cells if isinstance(cell, int) and "<5" in cells]
                assert all(number == 0 or number >= LEAST for number in numbers), sheet.title
    assert n_hidden > 20


def test_no_cell_of_the_documents_tables_counts_pupils_under_five(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "report.docx").write_bytes(files["report.docx"])
    document = docx.Document(str(tmp_path / "report.docx"))
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    told += "\n".join(cell.text for table in document.tables for cell in table._cells)
    assert not re.search(r"(?<![\d.,<–-])[1-4] (pupils|boarders)", told)
    assert "pupils of 2 villages" not in told


def test_cards_hold_no_count_under_five(plan: Plan, files: dict[str, bytes]) -> None:
    cards = files["cards.html"].decode()
    villages = cards[cards.index('class="villages"') :]
    groups = [
        html.unescape(cell) for cell in re.findall(r'<td class="n">([^<]*)</td><td>', villages)
    ]
    counts = [cell for cell in groups if not cell.endswith("min")]
    assert len(counts) == len(plan.assignments)
    assert all(cell == "<5" or int(cell) >= LEAST for cell in counts)
    for table in re.findall(r'<table class="(?:pupils|flows)">.*?</table>', cards):
        for cell in map(html.unescape, re.findall(r'<td class="n">([^<]*)</td>', table)):
            number = cell.replace(",", "")
            assert not number.isdigit() or int(number) == 0 or int(number) >= LEAST


@pytest.mark.parametrize("name", ["map.html", "report.xlsx", "report.docx", "cards.html"])
def test_no_file_repeats_what_findings_and_reasons_told(
    plan: Plan, files: dict[str, bytes], name: str
) -> None:
    told = b"\n".join(parts_of(name, files[name]).values()).decode("utf-8", errors="replace")
    for reason in plan.schools["reason"]:
        assert reason not in html.unescape(told)
    assert "are over the limit today and stay" not in told
    assert plan.inputs[0].sha256 not in told


def turned_in_pools(plan: Plan, pupils: Pupils) -> Pupils:
    """Return the pupils of small groups, those of one pool in the opposite order."""
    small = plan.assignments[plan.assignments["pupils"] < LEAST].reset_index(drop=True)
    turned = pupils.copy()
    for members in small.groupby(["school_id_before", "school_id", "band"]).groups.values():
        places = np.asarray(members)
        if len(places) > 2:
            turned[places] = turned[places][::-1]
    return turned


def data_in(page: str) -> dict[str, Any]:
    """Return the data of the page of a map."""
    found = re.search(r'id="lp-data"( data-packed="gzip")?>(.*?)</script>', page, re.S)
    assert found is not None
    text = gzip.decompress(base64.b64decode(found[2])).decode() if found[1] else found[2]
    data: dict[str, Any] = json.loads(text)
    return data


def pupils_in(value: object, *, counts: bool = False) -> Iterator[float | None]:
    """Yield every number of the data that counts pupils, by the names of its columns."""
    if isinstance(value, dict):
        for key, each in value.items():
            named = any(word in key for word in ("pupils", "enrollment", "boarders", "unreached"))
            yield from pupils_in(each, counts=named and key not in ("unreached", "texts"))
    elif isinstance(value, list):
        for each in value:
            yield from pupils_in(each, counts=counts)
    elif counts and not isinstance(value, str):
        yield value  # type: ignore[misc]  # numbers or null of JSON


def parts_of(name: str, content: bytes) -> dict[str, bytes]:
    """Return what a file holds, unpacked, but for when its parts were packed."""
    if name.endswith(".html"):
        text = content.decode()
        data = data_in(text) if "lp-data" in text else {}
        page = re.sub(r'(id="lp-data"[^>]*>).*?</script>', r"\1</script>", text, flags=re.S)
        # folium names the map anew each time.
        page = re.sub(r"[0-9a-f]{32}", "", page)
        return {"page": page.encode(), "data": json.dumps(data).encode()}
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return {each: packed.read(each) for each in sorted(packed.namelist())}
