"""The last stage: among equally good plans with the same schools, the one that the ids choose."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from layoutplan.core.rules import SolverSettings
from layoutplan.model.arrays import Model, Objective, matrix, row_bounds
from layoutplan.model.limits import SLACK
from layoutplan.solve.program import Gateway, Program, Values

_NODES = 1  # where the root does not settle it, the choice would cost more than the plan
_MOST_COLUMNS = 300  # of a piece; the root alone of a larger one costs more than the plan
_ROUNDING = 1e-6
_FAR = 1e7  # for infinite: more minutes than any trip has, more pupils than any school


@dataclass(frozen=True)
class Chosen:
    """Values near the plan chosen, and whether time stopped no part of the choice."""

    values: Values
    is_settled: bool


def chosen(
    model: Model,
    kept: Sequence[Objective],
    values: Values,
    settings: SolverSettings,
    gateway: Gateway,
    deadline: float,
) -> Chosen:
    """Return the plan that the tie-break prefers among those as good as `values`.

    With the schools as they are, the pupils of most of them have nothing to do with each other:
    each piece is chosen by itself, and none may lose anything of an objective in `kept`.

    Parameters
    ----------
    model : Model
        Its last objective is the tie-break.
    kept : sequence of Objective
        The objectives before.
    values : (c,) float64
        A plan that is proven the best in all of them.
    settings, gateway, deadline
        As for the stages before.
    """
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[model.of_schools] = upper[model.of_schools] = values[model.of_schools]
    program = Program(
        cost=model.objectives[-1].cost / model.objectives[-1].per_unit,
        lower=lower,
        upper=upper,
        is_integer=model.is_integer,
        matrix=matrix(model.rows, model.n_columns),
        row_lower=row_bounds(model.rows)[0],
        row_upper=row_bounds(model.rows)[1],
        start=values,
        column_names=model.column_names,
        max_nodes=_NODES,
        looks=False,
    )
    best, is_settled = values.copy(), True
    for column, row in _pieces(program):
        piece = _piece(program, column, row, values, kept)
        outcome = gateway(piece, replace(settings, gap=0.0), deadline - time.monotonic())
        is_settled &= outcome.status in ("optimal", "node_limit")
        if outcome.values is not None:
            best[column] = outcome.values
    return Chosen(best, is_settled)


def _pieces(program: Program) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the columns and rows of each part of `program` that can vary by itself."""
    lower, upper, is_row = _narrowed(program)
    column = np.flatnonzero(upper > lower + _ROUNDING)
    row = np.flatnonzero(is_row)
    entries = sparse.coo_matrix(program.matrix[row][:, column])
    n_nodes = len(row) + len(column)
    links = sparse.coo_matrix(
        (np.ones(len(entries.row)), (entries.row, entries.col + len(row))), shape=(n_nodes, n_nodes)
    )
    label = connected_components(links, directed=False)[1]
    of_row, of_column = label[: len(row)], label[len(row) :]
    names, count = np.unique(of_column, return_counts=True)
    return [
        (column[of_column == name], row[of_row == name])
        for name in names[(count > 1) & (count <= _MOST_COLUMNS)].tolist()
    ]


def _narrowed(program: Program) -> tuple[Values, Values, NDArray[np.bool_]]:
    """Return bounds of the columns as the rows imply them, and which rows still say anything."""
    lower, upper = program.lower.copy(), np.minimum(program.upper, _FAR)
    entries = sparse.coo_matrix(program.matrix)
    entries.eliminate_zeros()  # such as those of a school without seats
    row, column, entry = entries.row, entries.col, entries.data
    n_rows = program.matrix.shape[0]
    while True:
        one, other = entry * lower[column], entry * upper[column]
        least = np.bincount(row, weights=np.minimum(one, other), minlength=n_rows)
        most = np.bincount(row, weights=np.maximum(one, other), minlength=n_rows)
        is_row = (least < program.row_lower - _ROUNDING) | (most > program.row_upper + _ROUNDING)
        # The others at their least leave the column room up to here, and at their most from there.
        room = program.row_upper[row] - (least[row] - np.minimum(one, other))
        need = program.row_lower[row] - (most[row] - np.maximum(one, other))
        ceiling = np.where(entry > 0, room, need) / entry
        floor = np.where(entry > 0, need, room) / entry
        before = lower.sum(), upper.sum()
        whole = program.is_integer[column] & is_row[row]
        np.minimum.at(upper, column[whole], np.floor(ceiling[whole] + _ROUNDING))
        np.maximum.at(lower, column[whole], np.ceil(floor[whole] - _ROUNDING))
        if (lower.sum(), upper.sum()) == before:
            return lower, upper, is_row


def _piece(
    program: Program,
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    values: Values,
    kept: Sequence[Objective],
) -> Program:
    """Return the part of `program` with these columns and rows, all else being as in `values`."""
    rows = sparse.csr_matrix(program.matrix[row])
    mine = rows[:, column]
    fixed = rows @ values - mine @ values[column]
    keeping = [each.cost[column] / each.per_unit for each in kept]
    most = [
        row_of @ values[column] + SLACK / each.per_unit
        for row_of, each in zip(keeping, kept, strict=True)
    ]
    names = program.column_names
    return replace(
        program,
        cost=program.cost[column],
        lower=program.lower[column],
        upper=program.upper[column],
        is_integer=program.is_integer[column],
        matrix=sparse.vstack([mine, *map(sparse.csr_matrix, keeping)], format="csr"),
        row_lower=np.concatenate([program.row_lower[row] - fixed, np.full(len(kept), -np.inf)]),
        row_upper=np.concatenate([program.row_upper[row] - fixed, most]),
        start=values[column],
        column_names=lambda: [names()[place] for place in column],
    )
