"""Every sentence a user reads, in English and in Chinese, from the toml files beside this one.

One file per room of the house; in it one table per sentence, with a value for each language. A
sentence is found by its key, for a finding the key is its rule. The braces are filled by
:meth:`str.format`, so a text from a user's table can be put in but can never be a template.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalog() -> dict[str, dict[str, str]]:
    """Return all sentences: key -> language -> template.

    Raises
    ------
    ValueError
        When two files hold the same key.
    """
    sentences: dict[str, dict[str, str]] = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if not entry.name.endswith(".toml"):
            continue
        for key, templates in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            if key in sentences:
                raise ValueError(f"two texts for {key!r}, the second in {entry.name}")
            sentences[key] = templates
    return sentences


def band_label(name: str, grades: Sequence[int], language: Language) -> str:
    """Return a band as its grades, or as its name where they are unknown or not in a row.

    Examples
    --------
    >>> band_label("g1_3", (1, 2, 3), "en"), band_label("small", (1, 3), "en")
    ('Grades 1–3', 'small')
    """
    ordered = sorted(grades)
    if not ordered or ordered != list(range(ordered[0], ordered[-1] + 1)):
        return name
    key = "band.grade" if len(ordered) == 1 else "band.grades"
    return text(key, language, first=ordered[0], last=ordered[-1])


def text(key: str, language: Language = "en", /, **facts: object) -> str:
    """Return the sentence `key` in `language` with its braces filled from `facts`.

    Raises
    ------
    KeyError
        When there is no such sentence, or it names a fact that is not given.

    Examples
    --------
    >>> text("list.separator", "en")
    ', '
    """
    return catalog()[key][language].format(**facts)
