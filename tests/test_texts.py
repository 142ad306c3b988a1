"""Every sentence stands in both languages, is used, and gets what its braces ask for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from layoutplan.texts import LANGUAGES, catalog

SOURCE = Path(__file__).resolve().parents[1] / "src" / "layoutplan"
ASSETS = ("*.js", "*.html", "*.css")
FILLED_BY_FINDING = {"n", "first"}
# Functions whose first argument is the key of a sentence.
SPEAKERS = {"Finding", "text", "progress"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield place, key and call of every sentence that is asked for by a literal key."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            key = node.args[0]
            if name in SPEAKERS and isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", key.value, node


def braces(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def given_facts(call: ast.Call) -> set[str] | None:
    """Return the names of the facts that `call` gives, None where they are not literal."""
    is_finding = getattr(call.func, "id", "") == "Finding"
    names = set(FILLED_BY_FINDING) if is_finding else set()
    for keyword in call.keywords:
        if keyword.arg is None:
            return None
        if not is_finding:
            names.add(keyword.arg)
        elif keyword.arg == "facts":
            if not isinstance(keyword.value, ast.Dict):
                return None
            for key in keyword.value.keys:
                if not isinstance(key, ast.Constant):
                    return None
                names.add(str(key.value))
    return names


def test_every_sentence_stands_in_both_languages() -> None:
    lacking = [
        key
        for key, said in catalog().items()
        if set(said) != set(LANGUAGES) or not all(template.strip() for template in said.values())
    ]
    assert not lacking


def test_both_languages_have_the_same_braces() -> None:
    differing = {
        key: braces(said["en"]) ^ braces(said["zh"])
        for key, said in catalog().items()
        if braces(said["en"]) != braces(said["zh"])
    }
    assert not differing


def test_every_sentence_asked_for_exists() -> None:
    missing = [f"{place} asks for {key!r}" for place, key, _ in calls() if key not in catalog()]
    assert not missing, "\n".join(missing)


def test_every_sentence_gets_the_facts_its_braces_name() -> None:
    short = []
    for place, key, call in calls():
        given = given_facts(call)
        if key in catalog() and given is not None and call_names(call) != "progress":
            short += [f"{place} {key!r} lacks {name}" for name in asked(key) - given]
    assert not short, "\n".join(short)


def test_no_sentence_is_dead() -> None:
    used, patterns = set(), []
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                used.add(node.value)
            elif isinstance(node, ast.JoinedStr) and "." in literal_parts(node):
                patterns.append(pattern_of(node))
    assets = "\n".join(
        path.read_text(encoding="utf-8")
        for kind in ASSETS
        for path in (SOURCE / "report" / "assets").glob(kind)
    )
    prefixes = [said for said in used if re.fullmatch(r"([a-z_]+\.)+", said)]
    dead = [
        key
        for key in sorted(catalog())
        if key not in used
        and key not in assets
        and not any(pattern.fullmatch(key) for pattern in patterns)
        and not any(key.startswith(prefix) for prefix in prefixes)
    ]
    assert not dead, dead


def asked(key: str) -> set[str]:
    return braces(catalog()[key]["en"])


def call_names(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def literal_parts(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def pattern_of(node: ast.JoinedStr) -> re.Pattern[str]:
    """Return what an f-string such as ``f"action.{action}"`` can become."""
    return re.compile(
        "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_]+"
            for part in node.values
        )
    )
