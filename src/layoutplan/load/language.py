"""The language that a case or a written plan asks for, known before either is read."""

from __future__ import annotations

import json
import locale
import tomllib
from pathlib import Path

from layoutplan.texts import LANGUAGES, Language


def language_of(place: Path | None) -> Language:
    """Return the language that a case or plan asks for, else that of the machine."""
    try:
        asked = "" if place is None else _language_asked(place)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        asked = ""  # whatever is wrong with the file is told when it is read for its sake
    usual = (locale.getlocale()[0] or "").lower()
    if asked in LANGUAGES:
        return "zh" if asked == "zh" else "en"
    return "zh" if usual.startswith(("zh", "chinese")) else "en"


def _language_asked(place: Path) -> object:
    """Return the language that a case or a plan names."""
    file = place / "case.toml" if place.is_dir() else place
    if file.is_file():
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))["case"]["language"]
    return json.loads((place / "plan.json").read_bytes())["language"]
