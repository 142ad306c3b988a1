"""Nodes of a search: parts of the plans, with their bounds and what those leave to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from layoutplan.model.columns import columns_of
from layoutplan.model.problem import Problem
from layoutplan.solve.bins import Bins, Packed
from layoutplan.solve.dual import raised
from layoutplan.solve.master import Master
from layoutplan.solve.program import Program, Values
from layoutplan.solve.split import Split

_ROUNDS = 40  # of prices for a node
_ROUNDS_TRIED = 4  # of prices for a side that is only tried
_SMALLER = 0.8  # of the pairs: then what is decided is left out
_STEADY = 0.9  # of the pairs: where no fewer are left, the bound has settled
_TOLERANCE = 1e-6  # of a row


@dataclass(frozen=True)
class Ground:
    """What nodes near each other share.

    Parameters
    ----------
    bins : Bins
        The knapsacks of what was open where it was laid.
    master : Master
        The packings of it that were found.
    n_pairs : int
        How many pairs were open there.
    """

    bins: Bins
    master: Master
    n_pairs: int


@dataclass(frozen=True)
class Node:
    """A part of the plans.

    Parameters
    ----------
    split : Split
        Its program, with the columns that are decided in or out, and the ties of its ground.
    ground : Ground
        Its knapsacks and its master.
    price : (t,) float64
        The best prices of the ties that are known.
    value : float
        No plan of the node costs less.
    """

    split: Split
    ground: Ground
    price: Values
    value: float


def root_of(split: Split, bins: Bins, price: Values) -> Node | None:
    """Return the node of all plans; None where somebody has no school left."""
    program = _followed(split.problem, split.program)
    if program is None:
        return None
    ground = Ground(bins, Master(split.ties, price), split.problem.n_pairs)
    return Node(replace(split, program=program), ground, price, -np.inf)


def settled(node: Node, enough: float) -> Node | None:
    """Return the node with its bound and without what that drops; None where it holds nothing."""
    n_before = np.inf
    while node.value < enough:
        grounded = _grounded(node)
        if grounded is None:
            return None
        value, price, packing = _raised(grounded, enough)
        if value >= enough:
            return None
        split = grounded.split
        if _n_open(split) > _STEADY * n_before:
            return replace(grounded, price=price, value=value)
        n_before = _n_open(split)
        is_over = split.penalty_of(packing) > enough - value
        upper = np.where(is_over, 0.0, split.program.upper)
        program = _followed(split.problem, replace(split.program, upper=upper))
        if program is None:
            return None
        node = Node(replace(split, program=program), grounded.ground, price, value)
    return None


def _grounded(node: Node) -> Node | None:
    """Return the node on a ground of its own if it is small; None where a rule is broken."""
    split, ground = node.split, node.ground
    if _n_open(split) > _SMALLER * ground.n_pairs:
        return node
    program, ties, columns = split.program, split.ties, split.columns
    is_fixed = program.lower == program.upper
    is_fixed[columns.q] = is_fixed[columns.longest] = False
    is_open = abs(ties.matrix) @ ~is_fixed > 0
    decided = ties.matrix @ np.where(is_fixed, program.lower, 0.0)
    slack = _TOLERANCE * np.maximum(1.0, abs(decided))
    is_kept = (decided >= ties.lower - slack) & (decided <= ties.upper + slack)
    if not is_kept[~is_open].all():
        return None
    problem = split.problem
    bins = Bins(
        problem,
        program.upper[columns.x] > 0,
        problem.is_bound_stay | (program.lower[columns.x] == 1),
    )
    ties = replace(
        ties,
        matrix=ties.matrix[is_open],
        lower=ties.lower[is_open],
        upper=ties.upper[is_open],
        must_pack=split.must_open(),
    )
    price = node.price[is_open]
    master = Master(ties, price)
    _restrict(ground.master, split, np.concatenate([columns.z, columns.x, columns.u]))
    master.adopt(ground.master.allowed)
    small = Ground(bins, master, _n_open(split))
    return replace(node, split=replace(split, ties=ties), ground=small, price=price)


def _raised(node: Node, enough: float, n_rounds: int = _ROUNDS) -> tuple[float, Values, Packed]:
    """Return the bound of a node, its prices and packing."""
    split, master = node.split, node.ground.master
    # Knapsacks of the ground do not know who goes to one school for sure: the ties see to it.
    _restrict(master, split, np.concatenate([split.columns.z, split.columns.u]))
    packed = partial(split.packed, node.ground.bins)
    return raised(split, packed, master, node.price, enough=enough, n_rounds=n_rounds)


def _restrict(master: Master, split: Split, held: NDArray[np.int64]) -> None:
    """Let the master mix only packings without what is out, and with what of `held` is in."""
    program, columns = split.program, split.columns
    is_out = np.zeros(columns.n, dtype=bool)
    decisions = np.concatenate([columns.z, columns.x, columns.u])
    is_out[decisions] = program.upper[decisions] == 0
    is_in = np.zeros(columns.n, dtype=bool)
    is_in[held] = program.lower[held] == 1
    master.restrict(is_out, is_in, split.must_open())


def _n_open(split: Split) -> int:
    """Return how many pairs are not out."""
    return int(np.count_nonzero(split.program.upper[split.columns.x]))


def side_of(node: Node, column: int, *, is_in: bool, enough: float) -> Node | None:
    """Return the part of a node with a column in or out, its bound raised; None if it is empty."""
    split = node.split
    program = _decided(split, column, is_in=is_in)
    followed = _followed(split.problem, program)
    if followed is None:
        return None
    side = replace(node, split=replace(split, program=followed))
    value, price, _ = _raised(side, enough, _ROUNDS_TRIED)
    return None if value >= enough else replace(side, price=price, value=max(value, node.value))


def _decided(split: Split, column: int, *, is_in: bool) -> Program:
    """Return the program of a split with a column in or out."""
    problem, columns, program = split.problem, split.columns, split.program
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[column] = upper[column] = float(is_in)
    if is_in and column in columns.z:
        option = column - columns.z[0]
        is_other = problem.options.school == problem.options.school[option]
        is_other[option] = False
        upper[columns.z[is_other]] = 0.0
    if is_in and column in columns.x:
        pair = column - columns.x[0]
        is_other = problem.pair_block == problem.pair_block[pair]
        is_other[pair] = False
        upper[columns.x[is_other]] = 0.0
    return replace(program, lower=lower, upper=upper)


def _followed(problem: Problem, program: Program) -> Program | None:
    """Return the program with what follows from it; None where a block has no school left.

    Who has one school left goes there; options of it that do not let them in are out.
    """
    columns = columns_of(problem)
    lower, upper = program.lower.copy(), program.upper.copy()
    is_left = upper[columns.x] > 0
    n_left = np.bincount(problem.pair_block[is_left], minlength=problem.n_blocks)
    is_sure = is_left & (n_left[problem.pair_block] == 1)
    lower[columns.x[is_sure]] = 1.0
    pair, option = problem.allowing()
    n_let_in = np.bincount(option[is_sure[pair]], minlength=len(problem.options))
    n_sure = np.bincount(problem.pair_school[is_sure], minlength=problem.n_schools)
    upper[columns.z[n_let_in < n_sure[problem.options.school]]] = 0.0
    if (n_left == 0).any() or (lower > upper).any():
        return None
    return replace(program, lower=lower, upper=upper)


def is_solution(program: Program, values: Values) -> bool:
    """Return whether values keep to all rows and bounds of a program."""
    amounts = program.matrix @ values
    slack = _TOLERANCE * np.maximum(1.0, abs(amounts))
    return bool(
        (amounts >= program.row_lower - slack).all()
        and (amounts <= program.row_upper + slack).all()
        and (values >= program.lower - _TOLERANCE).all()
        and (values <= program.upper + _TOLERANCE).all()
    )
