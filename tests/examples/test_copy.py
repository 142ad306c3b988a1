"""The example is copied whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import layoutplan as lp
from layoutplan.errors import ConfigError
from layoutplan.examples.copy import EXAMPLE, write_example
from layoutplan.texts import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_copy_is_a_case_in_the_language_asked_for(tmp_path: Path, language: Language) -> None:
    written = write_example(tmp_path / "new" / "town", language)
    assert sorted(written) == sorted((tmp_path / "new" / "town").iterdir())
    case = lp.read_case(written[0])
    assert case.language == language
    assert case.findings == ()


def test_both_languages_hold_the_same_town(tmp_path: Path) -> None:
    english, chinese = (lp.read_case(write_example(tmp_path / lang, lang)[0]) for lang in LANGUAGES)
    for ours, theirs in ((english.villages, chinese.villages), (english.schools, chinese.schools)):
        pd.testing.assert_frame_equal(ours.drop(columns="name"), theirs.drop(columns="name"))
        assert not set(ours["name"]) & set(theirs["name"])
    assert (english.bands, english.rules) == (chinese.bands, chinese.rules)
    assert (english.order, english.solver) == (chinese.order, chinese.solver)


def test_files_that_are_there_are_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "villages.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "PROOF.md").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"villages\.csv, PROOF\.md") as caught:
        write_example(tmp_path)
    assert caught.value.findings[0].ids == ("villages.csv", "PROOF.md")
    assert (tmp_path / "villages.csv").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 2


def test_files_of_other_names_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_example(tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="Cannot write"):
        write_example(tmp_path / "file" / "town")


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(ConfigError, match="No space left"):
        write_example(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_minutes_on_the_roads_are_those_of_the_proof() -> None:
    proof = (EXAMPLE / "PROOF.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip(" *") for cell in line.split("|")[1:-1]]
        for line in proof.splitlines()
        if line.startswith("| V") and line.count("|") == 7
    ]
    case = lp.read_case(EXAMPLE)
    times = lp.travel_times(case)
    for village, _, _, *minutes in rows:
        for school_id, expected in zip(case.schools.index, minutes, strict=True):
            found = times.minutes(village.split()[0], school_id, "primary")
            is_kept = float(expected) <= case.bands[0].max_minutes
            assert found == pytest.approx(float(expected) if is_kept else float("inf"), abs=1e-3)
    assert len(rows) == 8
