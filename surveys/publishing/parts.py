"""Which parts of the audience get figures of their own: the partition rule (anonymity.md §4).

Under each published part its children are published, but those too small and the answers given directly at it are
merged into one pool; where the pool is still too small the smallest published sibling joins. So the published children
of a part always make it up without a rest, every part has at least k answers, and whatever is left when published sums
are taken from each other is a union of published parts: nobody, or at least k. A unit that was merged is gone with all
below it, since the sum of its children would give it back.

Too small is a unit with fewer than k answers, or with fewer than k + 2 people: "at least k of k answered" would say of
each of them that he took part, and of k + 1 the one who did not would know it of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WHOLE = "all"
SPARE = 2
"""So many people more than k a part has at least, that being published tells of nobody that he took part."""


@dataclass(frozen=True)
class Unit:
    """A reporting unit with the answers given at itself (in a leaf, as a rule)."""

    number: int
    name: str
    parent: int | None
    n: int


@dataclass(frozen=True)
class HeadUnit(Unit):
    """The same with the people asked: its own in a leaf, those of its whole subtree above."""

    heads: int


@dataclass(frozen=True)
class Part:
    """A part that is published: the whole (key "all"), one unit ("u12"), or a pool below a part ("u12+", "all+").

    `leaves` are the numbers of the units whose own answers it counts, `pooled` how many siblings a pool takes in.
    """

    key: str
    name: str
    parent: str
    leaves: frozenset[int]
    n: int
    pooled: int = 0


@dataclass(frozen=True)
class _Node:
    """A unit, or what was answered directly at it, with all below it summed up."""

    number: int
    name: str
    n: int
    heads: int | None
    leaves: frozenset[int]
    children: tuple[_Node, ...]
    direct: bool = False

    def too_small(self, k: int) -> bool:
        """True where it may not be published apart: too few answers, or too few people."""
        return self.n < k or (self.heads is not None and self.heads < k + SPARE)

    @property
    def is_empty(self) -> bool:
        """True where there is nobody: no answer, and no people as far as that is known."""
        return self.n == 0 and not self.heads and (self.heads is not None or self.direct)


def partition(units: Sequence[Unit], k: int) -> list[Part]:
    """Return the published parts, the whole first and each before those below it; none if even the whole is too small."""
    whole = _tree(units)
    if whole is None or whole.too_small(k):
        return []
    parts = [Part(WHOLE, whole.name, "", whole.leaves, whole.n)]
    _below(whole, WHOLE, k, parts)
    return parts


def own_heads(units: Iterable[Unit]) -> dict[int, int]:
    """Return the people asked at each unit itself, by number: at a unit with children what those leave of its own."""
    rows = [unit for unit in units if isinstance(unit, HeadUnit)]
    below: dict[int | None, int] = defaultdict(int)
    for unit in rows:
        below[unit.parent] += unit.heads
    return {unit.number: max(unit.heads - below[unit.number], 0) for unit in rows}


def heads_of(parts: Iterable[Part], units: Iterable[Unit]) -> dict[str, int]:
    """Return the people asked in each part, by its key; never fewer than its answers."""
    own = own_heads(units)
    return {part.key: max(sum(own.get(number, 0) for number in part.leaves), part.n) for part in parts}


def _tree(units: Sequence[Unit]) -> _Node | None:
    """The root with everything below it; None without units."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: unit.number):
        children[unit.parent].append(unit)
    heads = own_heads(units)
    return _node(children[None][0], children, heads) if children[None] else None


def _node(unit: Unit, children: dict[int | None, list[Unit]], own: dict[int, int]) -> _Node:
    """One unit summed up; what was answered directly at a unit with children is a child of it."""
    below = [_node(child, children, own) for child in children.get(unit.number, [])]
    mine = own.get(unit.number)
    if below:
        direct = _Node(unit.number, f"{unit.name}本级", unit.n, mine, frozenset({unit.number}), (), direct=True)
        below = below if direct.is_empty else [*below, direct]
        known = [child.heads for child in below if child.heads is not None]
        heads = sum(known) if len(known) == len(below) else None
        leaves = frozenset().union(*(child.leaves for child in below))
        return _Node(unit.number, unit.name, sum(child.n for child in below), heads, leaves, tuple(below))
    return _Node(unit.number, unit.name, unit.n, mine, frozenset({unit.number}), ())


def _below(node: _Node, key: str, k: int, parts: list[Part]) -> None:
    """Add the published parts below the part `key`, which is `node`."""
    published = [child for child in node.children if not child.direct and not child.too_small(k)]
    pool = [child for child in node.children if child not in published and not child.is_empty]
    while pool and published and _pool(pool).too_small(k):
        joining = min(published, key=lambda child: (child.n, child.number))
        published.remove(joining)
        pool.append(joining)
    if not published:
        return
    for child in published:
        parts.append(Part(f"u{child.number}", child.name, key, child.leaves, child.n))
        _below(child, f"u{child.number}", k, parts)
    if pool:
        merged = _pool(pool)
        parts.append(Part(f"{key}+", _pool_name(pool, node), key, merged.leaves, merged.n, len(pool)))


def _pool(pool: list[_Node]) -> _Node:
    """Several siblings as one."""
    known = [child.heads for child in pool if child.heads is not None]
    heads = sum(known) if len(known) == len(pool) else None
    return _Node(-1, "", sum(child.n for child in pool), heads, frozenset().union(*(c.leaves for c in pool)), ())


def _pool_name(pool: list[_Node], parent: _Node) -> str:
    """What the pool is called: after the units of which it was made."""
    if len(pool) == 1:
        return pool[0].name
    return "其他单位合并" if any(child.children for child in parent.children) else "其他支部合并"
