"""The transportation problem in whole numbers: the most pupils placed, at the least cost.

Successive shortest paths on the schools alone. What it costs to move one pupil out of one school
and into another is the least over the units that have pupils there, so a chain of such moves is a
path over schools, however many villages there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from layoutplan.errors import VerificationError

NO_PAIR = 1 << 62
LARGEST_COST = 1 << 58  # of one pair, so that sums along a path stay whole numbers of 64 bits

_TOO_LONG = 1 << 61  # no sum of true costs reaches it, every sum with NO_PAIR exceeds it
_LARGEST_PRICE = 1 << 60

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class _Moves:
    """The state of the search; its arrays change in place.

    `cost` and `flow` are units x places, where the last place is "nowhere"; `free` is the room
    left by place, negative where too many are; `step[a, b]` is the least cost of moving a pupil
    from a to b and `mover[a, b]` the unit it belongs to.
    """

    cost: IntArray
    flow: IntArray
    free: IntArray
    step: IntArray
    mover: IntArray

    def renew(self, place: int) -> None:
        """Work out the moves out of `place` from the units that have pupils there."""
        units = np.flatnonzero(self.flow[:, place])
        self.step[place] = NO_PAIR
        if len(units):
            extra = self.cost[units] - self.cost[units, place][:, None]
            cheapest = extra.argmin(axis=0)
            least = np.take_along_axis(extra, cheapest[None, :], axis=0)[0]
            self.step[place] = np.where(least < _TOO_LONG, least, NO_PAIR)
            self.mover[place] = units[cheapest]

    def gain(self, place: int, unit: int) -> None:
        """Take note of the moves that `unit`, new at `place`, makes cheaper."""
        extra = self.cost[unit] - self.cost[unit, place]
        is_cheaper = extra < self.step[place]
        self.step[place, is_cheaper] = extra[is_cheaper]
        self.mover[place, is_cheaper] = unit


def cheapest_transport(
    cost: IntArray,
    supply: IntArray,
    room: IntArray,
    tell: Callable[[int], None] = lambda n_waiting: None,
) -> IntArray:
    """Return how many pupils of each unit go to each school.

    As many pupils are placed as can be; among those ways the total cost is least. The result is
    proven by its prices: with them no move is worth making.

    Parameters
    ----------
    cost : (n_units, n_schools) int64
        Per pupil, from 0 to `LARGEST_COST`; `NO_PAIR` where a unit cannot go.
    supply : (n_units,) int64
        Pupils of each unit.
    room : (n_schools,) int64
        The most pupils that each school takes.
    tell : callable
        Called with the number of pupils who are still too many where they are.

    Returns
    -------
    (n_units, n_schools) int64
        Whole pupils.

    Raises
    ------
    VerificationError
        When the result is not proven; a fault of ours.

    References
    ----------
    R. K. Ahuja, T. L. Magnanti and J. B. Orlin, *Network Flows* (Prentice Hall, 1993), section
    9.7: the successive shortest path algorithm with reduced costs.

    Examples
    --------
    >>> cheapest_transport(np.array([[1, 5], [1, 2]]), np.array([3, 3]), np.array([4, 2])).tolist()
    [[3, 0], [1, 2]]
    """
    n_schools = len(room)
    moves = _at_the_cheapest(cost, supply, room)
    price = np.zeros(n_schools + 1, dtype=np.int64)
    # Filling the seats one after the other is quick where they are scarce, and exact where it
    # fills them all. Where some cannot be filled, who is too many must look for a seat instead.
    is_filled = False
    if supply.sum() >= room.sum():
        is_filled = _fill_seats(moves, price, tell)
        if not is_filled:
            moves = _at_the_cheapest(cost, supply, room)
            price[:] = 0
    if not is_filled:
        _seat_pupils(moves, price, tell)
    if (moves.free < 0).any():
        _send_nowhere(moves, price)
    _prove(moves, price, supply, room)
    return moves.flow[:, :n_schools]


def _at_the_cheapest(cost: IntArray, supply: IntArray, room: IntArray) -> _Moves:
    """Return the start: everybody at the cheapest school, full or not; without any, nowhere."""
    n_units, n_schools = cost.shape
    with_nowhere = np.column_stack([cost, np.full(n_units, NO_PAIR, dtype=np.int64)])
    has_pair = (cost < NO_PAIR).any(axis=1) if n_schools else np.zeros(n_units, dtype=bool)
    start = np.where(has_pair, with_nowhere.argmin(axis=1), n_schools)
    flow = np.zeros((n_units, n_schools + 1), dtype=np.int64)
    flow[np.arange(n_units), start] = supply
    free = np.append(room, 0) - flow.sum(axis=0)
    free[n_schools] = 0
    shape = (n_schools + 1, n_schools + 1)
    # By columns, because most searches go against the moves.
    step = np.full(shape, NO_PAIR, dtype=np.int64, order="F")
    mover = np.zeros(shape, dtype=np.int64)
    moves = _Moves(with_nowhere, flow, free, step, mover)
    for school in range(n_schools):
        moves.renew(school)
    return moves


def _fill_seats(moves: _Moves, price: IntArray, tell: Callable[[int], None]) -> bool:
    """Fill free seats with pupils who are too many elsewhere; return whether all are filled."""
    against = -price
    for school in np.flatnonzero(moves.free > 0):
        while moves.free[school] > 0:
            path = _shortest_path(moves.step.T, against, int(school), moves.free < 0)
            if path is None:
                return False
            _push(moves, path)
            tell(_n_waiting(moves))
    price[:] = -against
    return True


def _seat_pupils(moves: _Moves, price: IntArray, tell: Callable[[int], None]) -> None:
    """Find seats for pupils who are too many at their school, as far as there are any."""
    for school in np.flatnonzero(moves.free < 0):
        while moves.free[school] < 0:
            path = _shortest_path(moves.step, price, int(school), moves.free > 0)
            if path is None:
                break
            _push(moves, path[::-1])
            tell(_n_waiting(moves))


def _send_nowhere(moves: _Moves, price: IntArray) -> None:
    """Let those stay away whose absence saves most, until no school has too many."""
    nowhere = len(moves.free) - 1
    moves.cost[:, nowhere] = 0
    for school in range(nowhere):
        moves.renew(school)
    moves.free[nowhere] = -moves.free[moves.free < 0].sum()
    price[nowhere] = min(0, int((moves.step[:, nowhere] + price).min()))
    against = -price
    while moves.free[nowhere] > 0:
        path = _shortest_path(moves.step.T, against, nowhere, moves.free < 0)
        if path is None:
            raise VerificationError("a pupil who is too many cannot stay away")
        _push(moves, path)
    price[:] = -against


def _shortest_path(
    step: IntArray, price: IntArray, start: int, is_goal: NDArray[np.bool_]
) -> list[int] | None:
    """Return the places of the cheapest path from the nearest goal back to `start`.

    Dijkstra on costs reduced by `price`, which is renewed so that they stay at least 0.
    """
    n_places = len(price)
    total = np.full(n_places, _TOO_LONG, dtype=np.int64)
    waiting = total.copy()
    before = np.full(n_places, -1, dtype=np.intp)
    total[start] = waiting[start] = 0
    settled = []
    while True:
        place = int(waiting.argmin())
        reached = waiting[place]
        if reached >= _TOO_LONG:
            return None
        if is_goal[place]:
            break
        waiting[place] = _TOO_LONG
        settled.append(place)
        onward = step[place] - price
        onward += price[place] + reached
        nearer = np.flatnonzero(onward < total)
        total[nearer] = waiting[nearer] = onward[nearer]
        before[nearer] = place
    price[settled] += total[settled] - reached
    if np.abs(price[settled]).max(initial=0) > _LARGEST_PRICE:
        raise VerificationError("the times of this case are too long to add up")
    path = [place]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return path


def _push(moves: _Moves, path: list[int]) -> None:
    """Move as many pupils along `path`, from its first place to its last, as will go."""
    first, last = path[0], path[-1]
    hops = [(a, b, int(moves.mover[a, b])) for a, b in pairwise(path)]
    moved = min(moves.flow[unit, a] for a, _, unit in hops)
    moved = min(moved, -moves.free[first], moves.free[last])
    for a, b, unit in hops:
        moves.flow[unit, a] -= moved
        moves.flow[unit, b] += moved
    nowhere = len(moves.free) - 1
    for a, b, unit in hops:
        if moves.flow[unit, a] == 0:
            moves.renew(a)
        if b != nowhere:
            moves.gain(b, unit)
    moves.free[first] += moved
    moves.free[last] -= moved


def _n_waiting(moves: _Moves) -> int:
    """Return the pupils who are too many where they are."""
    return -int(np.minimum(moves.free, 0).sum())


def _prove(moves: _Moves, price: IntArray, supply: IntArray, room: IntArray) -> None:
    """Raise unless every pupil counts once, no school is over its room and no move pays."""
    n_schools = len(room)
    load = moves.flow[:, :n_schools].sum(axis=0)
    is_whole = (moves.flow >= 0).all() and np.array_equal(moves.flow.sum(axis=1), supply)
    if not is_whole or (load > room).any():
        raise VerificationError("pupils were lost or seated twice in the transportation problem")
    for school in range(n_schools):
        moves.renew(school)
    is_move = moves.step < _TOO_LONG
    if (moves.step + price[:, None] - price)[is_move].min(initial=0) < 0:
        raise VerificationError("the transportation problem was not solved to its optimum")
