"""What the documentation says is so: commands, options, keys, columns, and the Python in it."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
from pathlib import Path
from types import ModuleType

import click
import pytest

import layoutplan
from layoutplan import cli
from layoutplan.core import schema
from layoutplan.examples.copy import write_example
from layoutplan.load.case_keys import BLOCKS, SECTIONS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
MOST_PICTURE_BYTES = 400_000


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of `page` in `language`."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def shell_lines(page: Path) -> list[list[str]]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    """Return the small worked case in the sample's place: the same names, done in a second."""
    folder = tmp_path / "data" / "sample"
    write_example(folder)
    return folder


@pytest.fixture
def plan_folder(case_folder: Path, tmp_path: Path) -> Path:
    layoutplan.write_plan(layoutplan.optimize(layoutplan.read_case(case_folder)), tmp_path / "plan")
    return tmp_path / "plan"


def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shell_lines_can_be_typed(page: Path) -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for program, *arguments in shell_lines(page):
        if program == "make":
            assert set(arguments) <= set(targets)
        elif Path(program).name == "layoutplan":
            command = cli.main.commands[arguments[0]]
            options = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in arguments[1:] if word.startswith("--")} <= options


def test_readme_begins_with_the_two_commands() -> None:
    for page in READMES:
        assert shell_lines(page)[:2] == [["make", "run"], ["make", "test"]]


def test_the_chinese_readme_shows_the_same_commands() -> None:
    english, chinese = READMES
    assert shell_lines(english) == shell_lines(chinese)


@pytest.mark.parametrize("page", [*READMES, DOCS / "python.md"], ids=lambda page: page.name)
def test_python_runs(page: Path, case_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case_folder.parents[1])
    namespace: dict[str, object] = {}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), namespace)  # noqa: S102 - our own documentation
    assert Path("out/sample/map.html").is_file()


def test_every_command_is_described_with_its_options() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    described = re.findall(r"^## `layoutplan (\w+)", page, re.MULTILINE)
    filled = re.findall(r"^<!-- fill command: (\w+) -->", page, re.MULTILINE)
    assert sorted(described) == sorted(filled) == sorted(cli.main.commands)


def test_every_option_says_what_it_does() -> None:
    silent = [
        f"{name} {parameter.opts[0]}"
        for name, command in [("", cli.main), *cli.main.commands.items()]
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert not silent


def test_every_exit_status_is_described() -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == ["0", "1", "2", "3", "4", "5", "70"]


@pytest.mark.parametrize("section", [*SECTIONS, *(f"{name}.…" for name in BLOCKS)])
def test_every_key_stands_in_the_docs(section: str) -> None:
    page = (DOCS / "data.md").read_text(encoding="utf-8")
    keys = SECTIONS.get(section) or BLOCKS[section.removesuffix(".…")]
    parts = re.split(r"^#+ ", page, flags=re.MULTILINE)[1:]
    about = "".join(part for part in parts if f"`[{section}]`" in part.splitlines()[0])
    assert about
    assert not [key for key in keys if f"`{key}`" not in about]


def test_every_column_stands_in_the_docs() -> None:
    page = (DOCS / "data.md").read_text(encoding="utf-8")
    tables = [
        schema.VILLAGE_HEADERS,
        schema.SCHOOL_HEADERS,
        schema.ATTENDANCE_HEADERS,
        schema.TRAVEL_TIME_HEADERS,
        schema.POINT_HEADERS,
    ]
    columns = {column for table in tables for column in table}
    assert not [column for column in sorted(columns) if f"`{column}`" not in page]
    outputs = (DOCS / "outputs.md").read_text(encoding="utf-8")
    written = {*schema.SCHOOLS_CSV, *schema.ASSIGNMENTS_CSV}
    assert not [column for column in sorted(written) if f"`{column}`" not in outputs]


def test_every_key_of_a_written_plan_stands_in_the_docs(plan_folder: Path) -> None:
    outputs = (DOCS / "outputs.md").read_text(encoding="utf-8")
    written = json.loads((plan_folder / "plan.json").read_bytes())
    keys = {*written, *written["totals"]}
    assert not [key for key in sorted(keys) if f"`{key}`" not in outputs]
    files = {file.name for file in plan_folder.iterdir() if not file.name.startswith(".")}
    assert not [name for name in sorted(files) if f"`{name}`" not in outputs]


def test_every_indicator_is_described(case_folder: Path) -> None:
    page = (DOCS / "indicators.md").read_text(encoding="utf-8")
    case = layoutplan.read_case(case_folder)
    indicators = layoutplan.evaluate(case, layoutplan.optimize(case))
    names = indicators.index.get_level_values("indicator").unique()
    assert not [name for name in names if f"`{name}`" not in page]


def test_every_objective_movement_and_action_is_described() -> None:
    model = (DOCS / "model.md").read_text(encoding="utf-8")
    outputs = (DOCS / "outputs.md").read_text(encoding="utf-8")
    assert not [name for name in (*schema.OBJECTIVES, *schema.MOVEMENTS) if name not in model]
    assert not [action for action in schema.ACTIONS if f"`{action}`" not in outputs]


def test_every_room_s_findings_are_listed() -> None:
    page = (DOCS / "findings.md").read_text(encoding="utf-8")
    listed = re.findall(r"^<!-- fill findings: (\w+) -->", page, re.MULTILINE)
    assert sorted(listed) == sorted(hooks().rooms_with_findings())


def test_every_marker_can_be_filled() -> None:
    site = hooks()
    for page in DOCS.glob("*.md"):
        filled = site.on_page_markdown(page.read_text(encoding="utf-8"))
        assert "<!-- fill" not in filled


def test_pictures_are_small() -> None:
    large = [path for path in DOCS.rglob("*.png") if path.stat().st_size > MOST_PICTURE_BYTES]
    assert not large


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_every_make_target_of_the_contributing_page_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert {"run", "test", "lint", "types", "contracts", "docs"} <= set(phony[1].split())
