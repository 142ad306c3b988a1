"""How the commands speak: progress and messages on stderr, the result on stdout, exit statuses."""

from __future__ import annotations

import functools
import io
import json
import math
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from layoutplan.core.case import Case
from layoutplan.core.facts import facts, goals, status_text
from layoutplan.core.plan import Plan
from layoutplan.errors import (
    NAMED,
    ConfigError,
    Finding,
    InfeasibleError,
    LayoutPlanError,
    Level,
    NoPlanInTimeError,
    VerificationError,
)
from layoutplan.load.language import language_of
from layoutplan.progress_bars import TerminalBar
from layoutplan.texts import LANGUAGES, Language, text

DONE, FOUND_ERROR, WRONG_USAGE, BAD_DATA, NO_PLAN, NO_PLAN_IN_TIME, OUR_FAULT = 0, 1, 2, 3, 4, 5, 70
_INTERRUPTED = 130  # as shells say of a program stopped by Ctrl-C

# Control characters and marks that turn the direction of writing: names may hold them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BARS_AFTER_SECONDS = 1.0  # whoever waits for less needs no bar
_LEVEL_STYLE: dict[Level, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "note": {"fg": "cyan"},
}


@dataclass(frozen=True)
class Answer:
    """What a command has to say.

    Parameters
    ----------
    data : Mapping
        For ``--json``.
    lines : tuple of str
        For people, on stdout.
    findings : tuple of Finding
        Said on stderr before the lines, and part of the JSON.
    status : int
        Exit status.
    """

    data: Mapping[str, object]
    lines: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    status: int = DONE


@dataclass
class Speaker:
    """Tells progress while a command runs, in the language of its case."""

    language: Language
    is_quiet: bool
    names_all: bool = False
    began: float = field(default_factory=time.monotonic)
    bar: TerminalBar = field(default_factory=TerminalBar)

    def progress(self, key: str, done: int, total: int) -> None:
        """Show how far the stage `key` is, once the command has run for a second."""
        if not self.is_quiet and time.monotonic() - self.began >= _BARS_AFTER_SECONDS:
            self.bar.show(text(key, self.language), done, total)

    def stop(self) -> None:
        """Take the bar away."""
        self.bar.stop()

    def say(self, findings: Iterable[Finding]) -> None:
        """Print findings, the errors first, a line each."""
        order = list(_LEVEL_STYLE)
        for finding in sorted(findings, key=lambda each: order.index(each.level)):
            level = text(f"level.{finding.level}", self.language)
            n_shown = len(finding.ids) + len(finding.rows) if self.names_all else NAMED
            # What a table holds must not steer a terminal.
            message = _CONTROL.sub(" ", finding.message_in(self.language, n_shown=n_shown))
            click.echo(f"{click.style(level, **_LEVEL_STYLE[finding.level])} {message}", err=True)


def speaking(function: Callable[..., Answer]) -> Callable[..., None]:
    """Make a command of a function that takes a `Speaker` first and returns an `Answer`.

    Adds the options that every command has, turns exceptions into messages and exit statuses, and
    prints the answer.
    """

    @click.option("--json", "as_json", is_flag=True, help="Put the result on stdout as JSON.")
    @click.option("--quiet", is_flag=True, help="Show no progress.")
    @click.option("--debug", is_flag=True, help="Show where in the program an error arose.")
    @click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        help="Language of messages; that of the case by default.",
    )
    @functools.wraps(function)
    def run(
        *, as_json: bool, quiet: bool, debug: bool, language: Language | None, **given: Any
    ) -> None:
        _escape_what_cannot_be_shown()
        place = given.get("case") or given.get("folder")
        speaker = Speaker(language or language_of(place), is_quiet=quiet)
        try:
            answer = function(speaker, **given)
        except LayoutPlanError as fault:
            answer = _answer_to(fault, speaker.language)
            if debug:
                traceback.print_exc()
        except KeyboardInterrupt:
            said = text("cli.interrupted", speaker.language)
            answer = Answer({"error": said}, lines=(said,), status=_INTERRUPTED)
        except Exception as fault:  # noqa: BLE001 # the last door: whatever it is, it is our fault
            answer = _our_fault(f"{type(fault).__name__}: {fault}", speaker.language)
            if debug:
                traceback.print_exc()
        speaker.stop()
        _print(answer, speaker, as_json=as_json)
        sys.exit(answer.status)

    return run


def finding_data(finding: Finding, language: Language) -> dict[str, object]:
    """Return a finding for ``--json``."""
    return {
        "rule": finding.rule,
        "level": finding.level,
        "table": finding.table,
        "rows": list(finding.rows),
        "column": finding.column,
        "ids": list(finding.ids),
        "message": finding.message_in(language),
    }


def in_words(plan: Plan) -> tuple[str, ...]:
    """Return a plan in a few lines: what is proven, its objectives, its sizes."""
    return (
        f"{plan.name}: {status_text(plan)}",
        *(f"  {goal.label}: {goal.value} ({goal.proof})" for goal in goals(plan)),
        *(f"  {label}: {value}" for label, value in facts(plan)),
    )


def spare_inputs(case: Case, paths: list[Path]) -> None:
    """See that none of `paths`, about to be written, is a file that the case was read from.

    Raises
    ------
    ConfigError
        With every file that would be lost.
    """
    inputs = [file for each in case.inputs if (file := case.folder / each.path).exists()]
    lost = [path for path in paths if path.exists() and any(path.samefile(file) for file in inputs)]
    if lost:
        findings = [Finding("cli.overwrites_input", "error", facts={"path": path}) for path in lost]
        raise ConfigError(findings=findings)


def _answer_to(fault: LayoutPlanError, language: Language) -> Answer:
    """Return what is said of an exception of ours, and its exit status."""
    if isinstance(fault, VerificationError) or not fault.findings:
        return replace(_our_fault(str(fault), language), findings=fault.findings)
    status = BAD_DATA
    if isinstance(fault, InfeasibleError):
        status = NO_PLAN
    elif isinstance(fault, NoPlanInTimeError):
        status = NO_PLAN_IN_TIME
    return Answer({"error": fault.message_in(language)}, findings=fault.findings, status=status)


def _our_fault(fault: str, language: Language) -> Answer:
    """Return what is said where the planner can do nothing about it."""
    said = text("cli.our_fault", language, fault=fault)
    return Answer({"error": said}, lines=(said,), status=OUR_FAULT)


def _print(answer: Answer, speaker: Speaker, *, as_json: bool) -> None:
    """Print an answer: the findings on stderr, the result on stdout."""
    speaker.say(answer.findings)
    if as_json:
        found = [finding_data(finding, speaker.language) for finding in answer.findings]
        data = {**answer.data, "findings": found, "exit_status": answer.status}
        is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        click.echo(json.dumps(_plain(data), ensure_ascii=not is_utf8, indent=2))
    is_wrong = answer.status > FOUND_ERROR
    for line in answer.lines if is_wrong or not as_json else ():
        click.echo("\n".join(_CONTROL.sub(" ", part) for part in line.split("\n")), err=is_wrong)


def _escape_what_cannot_be_shown() -> None:
    """Let a terminal or file that takes no Chinese get escapes rather than nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _plain(value: object) -> object:
    """Return `value` as JSON can hold it: what is not finite is null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
