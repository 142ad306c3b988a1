"""A case as ``layoutplan times`` sees it on the roads, in the forms that contenders get."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np

from benchmarks.plain import PlainGraph
from benchmarks.problems import Problem
from layoutplan.core.case import Case
from layoutplan.core.network import RoadNetwork
from layoutplan.journeys import journeys
from layoutplan.pipeline import read_case


def write_problem(case_folder: Path, folder: Path) -> None:
    """Write what this engine gets, and the plain graph of the others, for the case in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    problem, plain = problem_of(read_case(case_folder))
    problem.save(folder)
    plain.save(folder)


def problem_of(case: Case) -> tuple[Problem, PlainGraph]:
    """Return both forms of a case with one band on roads."""
    (journey,) = journeys(case)
    problem = Problem(journey.graph, journey.approaches, case.bands[0].limit_ms)
    if case.roads is None:
        raise ValueError("the case has no roads")
    return problem, expanded(problem, case.roads, case.villages, case.schools)


def expanded(
    problem: Problem, roads: RoadNetwork, villages: gpd.GeoDataFrame, schools: gpd.GeoDataFrame
) -> PlainGraph:
    """Return the plain graph: villages, then schools, numbered on from the nodes of the roads.

    Ways from villages to nodes, from nodes to schools and straight from villages to schools become
    arcs. Of parallel arcs the fastest is kept: libraries differ in what they make of them.
    """
    graph, hung = problem.graph, problem.approaches
    village_node = graph.n_nodes + np.arange(hung.n_villages)
    school_node = graph.n_nodes + hung.n_villages + np.arange(hung.n_schools)
    direct = hung.direct
    tail = np.concatenate(
        [
            graph.tail,
            village_node[hung.village_idx],
            hung.school_node,
            village_node[direct.village_idx],
        ]
    )
    head = np.concatenate(
        [
            graph.head,
            hung.village_node,
            school_node[hung.school_idx],
            school_node[direct.school_idx],
        ]
    )
    milliseconds = np.concatenate(
        [graph.milliseconds, hung.village_ms, hung.school_ms, direct.milliseconds]
    )
    order = np.lexsort((milliseconds, head, tail))
    tail, head, milliseconds = tail[order], head[order], milliseconds[order]
    is_fastest = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0))
    return PlainGraph(
        tail=tail[is_fastest].astype(np.int32),
        head=head[is_fastest].astype(np.int32),
        milliseconds=milliseconds[is_fastest],
        lon=np.concatenate([roads.lon, villages.geometry.x, schools.geometry.x]),
        lat=np.concatenate([roads.lat, villages.geometry.y, schools.geometry.y]),
        village_node=village_node.astype(np.int32),
        school_node=school_node.astype(np.int32),
        limit_ms=problem.limit_ms,
    )
