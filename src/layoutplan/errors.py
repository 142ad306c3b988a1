"""What can be wrong: findings about data, and the exceptions that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from layoutplan import notebook
from layoutplan.texts import LANGUAGES, Language, band_label, text

Level = Literal["error", "warning", "note"]

NAMED = 5  # rows or ids named in a message: enough to find the fault, short enough to read
_LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "note")  # the worst first
_MOST_ROWS: Final = 200  # of a table in a notebook: more would be scrolled past, not read


@dataclass(frozen=True)
class Finding:
    """One thing about the data that the planner should know.

    Parameters
    ----------
    rule : str
        What was found, such as ``"villages.pupils.negative"``; also the key of its sentence.
    level : {"error", "warning", "note"}
        Errors stop the work, warnings may change the plan, notes say what was done.
    table : str
        The file (or ``"case.toml"``) as the planner knows it; empty for the case as a whole.
    rows : tuple of int
        Rows of that file as a spreadsheet numbers them: the header is row 1.
    column : str
        The column, or the key in ``case.toml``.
    ids : tuple of str
        Ids of the villages or schools concerned, all of them.
    facts : Mapping
        What fills the braces of the sentence, beside ``n`` (how many rows or ids) and ``first``
        (the first few ids). With ``band_grades`` beside ``band`` the band is told by its grades.
    """

    rule: str
    level: Level
    table: str = ""
    rows: tuple[int, ...] = ()
    column: str = ""
    ids: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The finding as an English sentence: where, what, and what to do."""
        return self.message_in("en")

    def message_in(self, language: Language, *, n_shown: int = NAMED) -> str:
        """Return the finding as a sentence in `language`: where, what, and what to do.

        Of its rows and ids the first `n_shown` are named.
        """
        first = shortlist(self.ids, language, n_shown=n_shown)
        counted = {"n": len(self.ids or self.rows), "first": first}
        facts = {**counted, **self.facts}
        grades = facts.get("band_grades")
        if isinstance(grades, Sequence):
            facts["band"] = band_label(str(facts["band"]), grades, language)
        sentence = text(self.rule, language, **facts)
        return self._where(language, n_shown) + sentence

    def _repr_html_(self) -> str:
        """Return the finding for a notebook; which language its case has it does not know."""
        return notebook.table(_cells(self, language) for language in LANGUAGES)

    def _where(self, language: Language, n_shown: int) -> str:
        """Return the place in the file, as the beginning of a sentence."""
        places = [self.table] if self.table else []
        if self.rows:
            rows = shortlist(self.rows, language, n_shown=n_shown)
            places.append(text("place.row", language, rows=rows))
        if self.column:
            kind = "place.key" if self.table.endswith(".toml") else "place.column"
            places.append(text(kind, language, column=self.column))
        end = text("place.end", language) if places else ""
        return text("list.separator", language).join(places) + end


class Findings(tuple[Finding, ...]):
    """Findings in their order, which a notebook shows as a table.

    Equal to a tuple of the same findings; joined with others it becomes a plain tuple.

    Parameters
    ----------
    findings : iterable of Finding
        All of them.
    language : {"en", "zh"}
        Of the table.
    """

    language: Language

    def __new__(cls, findings: Iterable[Finding] = (), language: Language = "en") -> Findings:
        """Return the findings as a tuple that knows its language."""
        made = super().__new__(cls, findings)
        made.language = language
        return made

    def _repr_html_(self) -> str:
        """Return the findings for a notebook, the errors first."""
        said = self.language
        parts = [notebook.paragraph(counted(self, said))]
        if self:
            ordered = sorted(self, key=lambda finding: _LEVELS.index(finding.level))
            columns = ("level", "finding", "rule")
            header = [text(f"notebook.column.{name}", said) for name in columns]
            rows = [_cells(finding, said) for finding in ordered[:_MOST_ROWS]]
            parts.append(notebook.table(rows, header))
        if len(self) > _MOST_ROWS:
            n_more = len(self) - _MOST_ROWS
            parts.append(notebook.paragraph(text("notebook.more", said, n_more=n_more)))
        return "".join(parts)


def _cells(finding: Finding, language: Language) -> tuple[str, str, str]:
    """Return one row of a table of findings."""
    level = text(f"level.{finding.level}", language)
    return level, finding.message_in(language), finding.rule


def counted(findings: Iterable[Finding], language: Language) -> str:
    """Return in words how many findings of each level there are.

    Examples
    --------
    >>> counted([], "en")
    'Errors: 0, warnings: 0, notes: 0'
    """
    levels = [finding.level for finding in findings]
    numbers = {f"n_{level}s": levels.count(level) for level in _LEVELS}
    return text("cli.check", language, **numbers)


def shortlist(items: Iterable[object], language: Language = "en", *, n_shown: int = NAMED) -> str:
    """Return the first `n_shown` of `items` as a list in words, and how many more there are.

    Examples
    --------
    >>> shortlist("abc", n_shown=2)
    'a, b and 1 more'
    """
    all_items = [str(item) for item in items]
    shown = text("list.separator", language).join(all_items[:n_shown])
    n_more = len(all_items) - n_shown
    return text("list.more", language, items=shown, n_more=n_more) if n_more > 0 else shown


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any of `findings` stops the work."""
    return any(finding.level == "error" for finding in findings)


class LayoutPlanError(Exception):
    """Whatever layoutplan itself raises.

    Parameters
    ----------
    message : str
        Said when there are no findings.
    findings : iterable of Finding
        All that was found, not only the first.
    """

    def __init__(self, message: str = "", findings: Iterable[Finding] = ()) -> None:
        self.findings: tuple[Finding, ...] = Findings(findings)
        self._message = message
        super().__init__(message or self.message_in("en"))

    def message_in(self, language: Language) -> str:
        """Return the message in `language`: the errors among the findings, a line each."""
        errors = [finding for finding in self.findings if finding.level == "error"]
        lines = [finding.message_in(language) for finding in errors or self.findings]
        return "\n".join(lines) or self._message


class DataError(LayoutPlanError, ValueError):
    """The tables or roads of a case cannot be used as they are; `findings` says why."""


class ConfigError(LayoutPlanError, ValueError):
    """The ``case.toml`` (or an argument) cannot be used as it is; `findings` says why."""


class InfeasibleError(LayoutPlanError):
    """No plan can satisfy the rules.

    Attributes
    ----------
    reasons : tuple of Finding
        Which rule cannot be met, and where.
    repair : tuple of Finding
        The smallest changes that would do.
    """

    def __init__(self, reasons: Iterable[Finding], repair: Iterable[Finding] = ()) -> None:
        self.reasons = tuple(reasons)
        self.repair = tuple(repair)
        super().__init__(findings=self.reasons + self.repair)


class NoPlanInTimeError(LayoutPlanError):
    """The solver found no plan in the time allowed; there may be one."""


class DownloadError(LayoutPlanError):
    """The roads could not be fetched from the internet; `findings` says why."""


class MissingDependencyError(LayoutPlanError, ImportError):
    """A package that this step needs is not installed."""


class VerificationError(LayoutPlanError):
    """A plan of ours breaks a rule of the case: our fault, never the planner's."""
