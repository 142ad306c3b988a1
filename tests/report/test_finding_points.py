"""Findings as points: every place of the case, and every point a finding names itself."""

from __future__ import annotations

from cases.towns import town
from layoutplan.errors import Finding
from layoutplan.report.finding_points import finding_points


def test_places_and_gaps_are_points() -> None:
    case = town([[5.0], [6.0]], pupils=[1, 2], seats=[9])
    findings = (
        Finding(
            "roads.gaps.joined",
            "note",
            "roads.gpkg",
            facts={"n_gaps": 2, "largest": "3", "points": ((105.5, 34.5), (105.6, 34.6))},
        ),
        Finding(
            "villages.access.island",
            "warning",
            ids=("v2", "v9"),
            facts={"mode": "walk", "pupils": 2},
        ),
        Finding("solve.ties_open", "warning"),
    )
    points = finding_points(findings, "en", case)
    assert points["rule"].tolist() == ["roads.gaps.joined"] * 2 + ["villages.access.island"]
    assert points["id"].tolist() == ["", "", "v2"]
    assert points.geometry.x.tolist() == [105.5, 105.6, case.villages.geometry.x["v2"]]
    assert "walk" in points["message"].iloc[2]
    assert points.crs == "EPSG:4326"


def test_without_a_case_only_points_that_findings_name() -> None:
    findings = (Finding("villages.access.island", "warning", ids=("v2",)),)
    assert finding_points(findings, "en").empty
    assert list(finding_points((), "en").columns) == ["rule", "level", "id", "message", "geometry"]
