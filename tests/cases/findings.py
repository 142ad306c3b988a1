"""A town of three villages and two schools, and what every finding about it must be."""

from __future__ import annotations

from cases.towns import pairs_of, town
from layoutplan.core.rules import Band
from layoutplan.texts import LANGUAGES

INF = float("inf")
NOBODY = pairs_of([[INF, INF], [INF, INF], [INF, INF]])
BANDS = (
    Band(name="low", mode="walk", max_minutes=30.0),
    Band(name="high", mode="bus", max_minutes=40.0),
)


def case_of_three(**options):
    return town(
        [[10, 20], [40, INF], [INF, 50]],
        **{"pupils": [5, 6, 7], "seats": [50, 50], "today": ["s1", "s1", "s2"]} | options,
    )


def rules_of(findings):
    return [finding.rule for finding in findings]


def assert_readable(findings):
    for finding in findings:
        for language in LANGUAGES:
            assert "{" not in finding.message_in(language)
