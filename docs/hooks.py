"""Fill tables of the pages from the code, so that the documentation cannot fall behind it.

A page holds a line such as ``<!-- fill headers: villages -->``; it is replaced by the table of
that name when the site is built. A name that does not exist stops the build.
"""

from __future__ import annotations

import ast
import html
import inspect
import re
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

import click

import layoutplan
from layoutplan import cli
from layoutplan.core import schema
from layoutplan.network import speeds

MARKER = re.compile(r"^<!-- fill (?P<name>.+) -->$", re.MULTILINE)

HEADERS = {
    "villages": schema.VILLAGE_HEADERS,
    "schools": schema.SCHOOL_HEADERS,
    "points": schema.POINT_HEADERS,
    "attendance": schema.ATTENDANCE_HEADERS,
    "expansions": schema.EXPANSION_HEADERS,
    "travel times": schema.TRAVEL_TIME_HEADERS,
    "townships": schema.TOWNSHIP_HEADERS,
}
WORDS = {
    "kind": schema.KIND_WORDS,
    "decision": schema.DECISION_WORDS,
    "mode": schema.MODE_WORDS,
}

ARGUMENTS = {
    "case": "the folder of the case, or its `case.toml`",
    "folder": "the folder of the plan, or of the case to begin",
    "village": "id of a village, or its name where only one has it",
    "school": "id of a school, or its name where only one has it",
}
TEXTS = files("layoutplan.texts")
# Sentences that are not about the data: labels, reasons, progress.
NOT_FINDINGS = (
    "band.",
    "card_page.",
    "cli.",
    "document.",
    "level.",
    "list.",
    "map.",
    "notebook.",
    "picture.",
    "place.",
    "plan.reason.",
    "portfolio.sentence.",
    "progress.",
    "public.",
    "tradeoff.",
    "why.",
    "reused.",
    "workbook.",
)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Replace every marker of a page by what it names."""
    return MARKER.sub(lambda match: fill(match["name"]), markdown)


def fill(name: str) -> str:
    """Return the markdown that a marker stands for, such as ``"words: kind"``."""
    what, _, which = name.partition(": ")
    fillers: dict[str, Callable[[str], str]] = {
        "headers": lambda table: headers(HEADERS[table]),
        "words": lambda column: words(WORDS[column]),
        "command": command,
        "every command": lambda _: table(("option", "what it is for"), common_options()),
        "functions": lambda _: functions(),
        "types": lambda _: types(),
        "findings": findings,
        "speeds": lambda _: speeds_by_class(),
        "paces": lambda _: paces(),
        "sources": lambda _: sources(),
        "files": modules,
    }
    return fillers[what](which)


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a markdown table."""
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def code(text: str) -> str:
    """Return `text` as code in a table."""
    return "`" + text.replace("|", "\\|") + "`"


def headers(columns: Mapping[str, tuple[str, ...]]) -> str:
    """Return the headers that are recognized for each column."""
    rows = [(code(column), ", ".join(map(code, known))) for column, known in columns.items()]
    return table(("column", "recognized beside its own name"), rows)


def words(meanings: Mapping[str, str]) -> str:
    """Return the words that are recognized for each allowed value."""
    values = dict.fromkeys(meanings.values())
    rows = [
        (code(value), ", ".join(code(word) for word, means in meanings.items() if means == value))
        for value in values
    ]
    return table(("value", "words that mean it"), rows)


def command(name: str) -> str:
    """Return the arguments and options of a command, beside those that every command has."""
    parameters = cli.main.commands[name].params
    arguments = [
        (code(each.human_readable_name.upper()), ARGUMENTS[each.name or ""])
        for each in parameters
        if isinstance(each, click.Argument)
    ]
    common = common_options()
    return table(
        ("argument or option", "what it is for"),
        arguments + [row for row in options(parameters) if row not in common],
    )


def common_options() -> list[tuple[str, ...]]:
    """Return the options that every command has."""
    first, *others = (options(command.params) for command in cli.main.commands.values())
    return [row for row in first if all(row in other for other in others)]


def options(parameters: list[click.Parameter]) -> list[tuple[str, ...]]:
    """Return the options among `parameters` with what they are for."""
    return [
        (code(each.opts[0]), sentence(each.help or ""))
        for each in parameters
        if isinstance(each, click.Option)
    ]


def functions() -> str:
    """Return the public functions with their signatures, in the order of the flow."""
    rows = [
        (code(f"{name}{signature(value)}"), first_line(value.__doc__))
        for name, value in public().items()
        if inspect.isfunction(value)
    ]
    return table(("function", "what it does"), rows)


def types() -> str:
    """Return the public types."""
    rows = [
        (code(name), first_line(value.__doc__))
        for name, value in public().items()
        if inspect.isclass(value)
    ]
    return table(("type", "what it is"), rows)


def public() -> dict[str, object]:
    """Return the public names of the package in their order."""
    return {name: getattr(layoutplan, name) for name in layoutplan.__all__}


def signature(function: Callable[..., object]) -> str:
    """Return the arguments of `function`, without their types."""
    parameters = inspect.signature(function).parameters.values()
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
    return str(inspect.Signature(bare)).replace("<function silent>", "silent")


def speeds_by_class() -> str:
    """Return the built-in speeds, a row for each road class."""
    modes = speeds.speed_table()
    classes = dict.fromkeys(name for by_class in modes.values() for name in by_class)
    rows = [
        (code(name), *(f"{kmh[name]:g}" if name in kmh else "" for kmh in modes.values()))
        for name in classes
    ]
    return table(("class", *(mode.replace("_", " ") for mode in modes)), rows)


def paces() -> str:
    """Return how fast pupils walk, a row for each grade that is slower than the others."""
    rows = [(f"grade {grade}", f"{kmh:g}") for grade, kmh in speeds.pace_by_grade().items()]
    usual = speeds.speed_table()["walk"]["any"]
    return table(("youngest grade", "km/h"), [*rows, ("later, or not given", f"{usual:g}")])


def sources() -> str:
    """Return where the built-in speeds come from, as a list."""
    return "\n".join(f"- {source}" for source in speeds.speed_sources().values())


def modules(room: str) -> str:
    """Return the files of a room with the first sentence of each."""
    folder = Path(layoutplan.__file__).parent / room
    rows = [
        (code(file.relative_to(folder).as_posix()), first_line(module_docstring(file)))
        for file in sorted(folder.rglob("*.py"))
        if file.name != "__init__.py"
    ]
    return table(("file", "what it does"), rows)


def module_docstring(file: Path) -> str | None:
    """Return what a module says of itself; it is not run."""
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


def first_line(docstring: str | None) -> str:
    """Return the first line of a docstring so that a table can hold it."""
    return sentence(docstring.strip().splitlines()[0]) if docstring else ""


def findings(room: str) -> str:
    """Return what the findings of one file of ``layoutplan/texts`` say."""
    rows = [
        (code(rule), sentence(said["en"]), sentence(said["zh"]))
        for rule, said in texts(room).items()
        if not rule.startswith(NOT_FINDINGS)
    ]
    return table(("finding", "it says", "中文"), rows)


def rooms_with_findings() -> list[str]:
    """Return the files of ``layoutplan/texts`` that hold findings."""
    rooms = [
        file.name.removesuffix(".toml") for file in TEXTS.iterdir() if file.name.endswith(".toml")
    ]
    return [
        room
        for room in sorted(rooms)
        if any(not rule.startswith(NOT_FINDINGS) for rule in texts(room))
    ]


def texts(room: str) -> dict[str, dict[str, str]]:
    """Return the sentences of one file of ``layoutplan/texts``."""
    return tomllib.loads(TEXTS.joinpath(f"{room}.toml").read_text(encoding="utf-8"))


def sentence(template: str) -> str:
    """Return a sentence so that a table can hold it."""
    return html.escape(template.strip(), quote=False).replace("|", "\\|").replace("\n", " ")
