"""Every sentence a user reads, in English and in Chinese, from the toml files beside this one.

One file per room of the house; in it one table per sentence, with a value for each language. A
sentence is found by its key, for a finding the key is its rule. The braces are filled by
:meth:`str.format`, so a text from a user's table can be put in but can never be a template.
"""

from __future__ import annotations

import tomllib
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
