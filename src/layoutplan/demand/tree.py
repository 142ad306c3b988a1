"""The spanning tree of the network simplex: where pupils are, and what a seat costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """The choices in use, as a tree of units and schools; its lists change in place.

    Nodes are the schools by position, then the root, which is a school as well, then the units.
    Every node but the root hangs by one choice on its parent: a unit on a school, a school on a
    unit. The tree is kept *strongly feasible*: a school that can move hangs by pupils, never by a
    choice that nobody makes, so that the simplex cannot run in circles.

    Parameters
    ----------
    root : int
        Position of the root among the schools, the last one.
    parent, cost, pupils, depth : list of int
        By node: what it hangs on, cost and pupils of that choice, steps to the root.
    below : list of set
        By node: the schools that hang on a unit, or the units on a school that carry schools.
        Units that carry none are left out, because prices do not change at them.
    price : list of int
        By school: what a seat costs, beside the way to it; 0 at the root.

    References
    ----------
    R. K. Ahuja, T. L. Magnanti and J. B. Orlin, *Network Flows* (Prentice Hall, 1993), chapter 11:
    the network simplex algorithm, strongly feasible spanning trees.
    """

    root: int
    parent: list[int]
    cost: list[int]
    pupils: list[int]
    depth: list[int]
    below: list[set[int]]
    price: list[int]

    def worth(self, first: int, last: int) -> IntArray:
        """Return what a pupil of units `first` to `last` (without it) pays now, seat and way."""
        nodes = slice(self.root + 1 + first, self.root + 1 + last)
        seat = np.array(self.price, dtype=np.int64)[np.array(self.parent[nodes], dtype=np.int64)]
        worth: IntArray = np.array(self.cost[nodes], dtype=np.int64) + seat
        return worth

    def saving(self, unit: int, school: int, cost: int) -> int:
        """Return by how much a pupil of `unit` (a node) would pay less at `school`."""
        return self.cost[unit] + self.price[self.parent[unit]] - cost - self.price[school]

    def enter(self, unit: int, school: int, cost: int) -> None:
        """Move as many pupils of `unit` (a node) to `school` as will go, others making room.

        The choice comes into the tree, the one that it empties goes, and prices follow.
        """
        root, pupils = self.root, self.pupils
        saving = self.saving(unit, school, cost)
        from_unit, from_school = self._ways_up(unit, school)
        # Along the circle, units lose pupils on the first way and schools on the second. Of
        # several that run empty at once, the last one after the circle's top goes: so those that
        # stay empty hang the harmless way round.
        losing = [node for node in reversed(from_school) if node < root]
        losing += [node for node in from_unit if node > root]
        leaving = min(losing, key=pupils.__getitem__)
        moved = pupils[leaving]
        if moved:
            for node in from_unit:
                pupils[node] += -moved if node > root else moved
            for node in from_school:
                pupils[node] += moved if node > root else -moved
        if leaving > root:
            self._hang(from_unit[: from_unit.index(leaving) + 1], school, cost, moved)
            self._shift(unit, -saving)
        else:
            self._hang(from_school[: from_school.index(leaving) + 1], unit, cost, moved)
            self._shift(school, saving)

    def with_costs(self, cost: list[int]) -> Tree:
        """Return the tree with other costs, by node, and the prices that go with them.

        It takes this one's place: both share what does not depend on costs.
        """
        price = [0] * (self.root + 1)
        waiting = list(self.below[self.root])
        while waiting:
            node = waiting.pop()
            if node < self.root:
                unit = self.parent[node]
                price[node] = cost[unit] + price[self.parent[unit]] - cost[node]
            waiting.extend(self.below[node])
        return replace(self, cost=cost, price=price)

    def _ways_up(self, unit: int, school: int) -> tuple[list[int], list[int]]:
        """Return the nodes from `unit` and from `school` to where their ways to the root meet."""
        parent, depth = self.parent, self.depth
        depth[unit] = depth[parent[unit]] + 1  # not kept up where a unit carries no school
        from_unit, from_school = [], []
        while unit != school:
            if depth[unit] >= depth[school]:
                from_unit.append(unit)
                unit = parent[unit]
            else:
                from_school.append(school)
                school = parent[school]
        return from_unit, from_school

    def _hang(self, path: list[int], onto: int, cost: int, pupils: int) -> None:
        """Hang the first node of `path` on `onto`, and each other on the one before it."""
        root, parent, below = self.root, self.parent, self.below
        for node in path:
            above = parent[node]
            below[above].discard(node)
            if above > root and not below[above]:
                below[parent[above]].discard(above)
            before = self.cost[node], self.pupils[node]
            parent[node], self.cost[node], self.pupils[node] = onto, cost, pupils
            if onto > root:
                below[onto].add(node)
                below[parent[onto]].add(onto)
            elif below[node]:
                below[onto].add(node)
            onto, (cost, pupils) = node, before

    def _shift(self, top: int, change: int) -> None:
        """Change the prices of all schools at and below `top`, and renew their depths."""
        root, price, depth, parent, below = (
            self.root, self.price, self.depth, self.parent, self.below
        )  # fmt: skip
        waiting = [top]
        while waiting:
            node = waiting.pop()
            depth[node] = depth[parent[node]] + 1
            if node < root:
                price[node] += change
            waiting.extend(below[node])


def planted(supply: IntArray, room: IntArray, away: int) -> Tree:
    """Return the tree at the start: every pupil at the root, every seat empty.

    Parameters
    ----------
    supply : (n_units,) int64
        Pupils by unit.
    room : (n_schools,) int64
        Seats by school.
    away : int
        The cost of staying away, at the root.

    Returns
    -------
    Tree
        After the units stands one more, the empty seats; it hangs on the root by 0 pupils.
    """
    root, n_units = len(room), len(supply)
    empty = root + 1 + n_units
    below: list[set[int]] = [set() for _ in range(empty + 1)]
    below[root], below[empty] = {empty}, set(range(root))
    return Tree(
        root=root,
        parent=[empty] * root + [root] * (n_units + 2),
        cost=[0] * (root + 1) + [away] * n_units + [0],
        pupils=[*room.tolist(), 0, *supply.tolist(), 0],
        depth=[2] * root + [0] + [1] * (n_units + 1),
        below=below,
        price=[0] * (root + 1),
    )
