"""The auditor: what published figures leave open.

**What the attacker knows.** All head-counts (units and attributes), which parts are published and what was pooled, every
published figure with the rule by which it was coded, and his own answer. He is even granted the exact number of answers
to every question in every part, which is not published.

**When a figure is safe.** A world is one way in which people may have answered. The published figures are the same in
many worlds, and the attacker can be certain only of what holds in all of them. So nothing here is computed by solving for
what he could derive: we change one or two answers in the true world, and others in exchange elsewhere, and ask whether
*every published figure stays the same to the letter*. If it does, that world exists for him as well. Found: certainly
safe. Not found: taken for unsafe, and something is withheld (releasing.py). An error of the search can only cost figures.

**What must be open.**

1. Unanimity. Where all people of a group that answered chose alike, or all but one, a world must exist in which one more
   of *them* did not: the one who chose otherwise, who knows his own answer, then cannot be certain of the others either.
   It is enough to ask this of the smallest groups between which figures distinguish ("atoms": published parts without
   published parts in them, and what is left of a part without its published children). For every group that can be had
   by adding and taking away published ones is a union of atoms, and it is unanimous only if each of them is; and of the
   people within an atom no figure tells one from another.
2. Coding. Where a share is printed as "90% 以上" or "10% 以下", a world must exist with another count. So a plain number
   at one level cannot undo the coding at another, nor can the other choices of the same question.

Exchanges tried: one answer moved, or two at once so that the mean stays; the reverse in another atom, so that the sums
above both stay; in a table of two ways the four corners of a rectangle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement

from .figures import Precision
from .measures import Band, Counts, add, total

Weights = tuple[tuple[int, int], ...]
"""Atoms and the sign with which a move is made in each."""


@dataclass(frozen=True)
class Atom:
    """A smallest group between which published figures distinguish; in a table of two ways with its row and column."""

    key: str
    counts: Counts
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Group:
    """Atoms about which a figure is published together, with how exactly: precision, and whether without distribution."""

    key: str
    atoms: frozenset[int]
    precision: Precision
    brief: bool = False


@dataclass(frozen=True)
class Move:
    """Some answers changed: what that does to the counts, and from which options."""

    change: Counts
    sources: frozenset[int]

    def effect(self, options: frozenset[int]) -> int:
        """By how much the number of those who chose one of `options` changes."""
        return sum(self.change[place] for place in options)


@lru_cache(maxsize=64)
def moves(width: int, scores: tuple[int, ...]) -> tuple[Move, ...]:
    """Return the changes tried: every single answer, and with scores every pair that leaves the mean as it is."""
    steps = [(old, new) for old in range(width) for new in range(width) if old != new]
    found = [_move(width, [step]) for step in steps]
    if scores:
        for one, two in combinations_with_replacement(steps, 2):
            if scores[one[1]] - scores[one[0]] + scores[two[1]] - scores[two[0]] == 0 and one[0] != two[1]:
                found.append(_move(width, [one, two]))
    return tuple(dict.fromkeys(found))


def _move(width: int, steps: Sequence[tuple[int, int]]) -> Move:
    change = [0] * width
    for old, new in steps:
        change[old] -= 1
        change[new] += 1
    return Move(tuple(change), frozenset(old for old, _ in steps))


class Worlds:
    """The true counts of all atoms, the groups published, and how a figure is made of a group's counts."""

    def __init__(
        self,
        atoms: Sequence[Atom],
        groups: Sequence[Group],
        figure: Callable[[Counts, Group], Hashable],
        scores: tuple[int, ...],
    ) -> None:
        """Prepare the audit of one measure; `scores` as of `Measure`."""
        self.atoms = atoms
        self.groups = groups
        self.width = len(atoms[0].counts) if atoms else 0
        self.moves = moves(self.width, scores)
        self._figure = figure
        self._counts = [total((atoms[place].counts for place in group.atoms), self.width) for group in groups]
        self.figures = [figure(counts, group) for counts, group in zip(self._counts, groups, strict=True)]
        self._of = [[g for g, group in enumerate(groups) if place in group.atoms] for place in range(len(atoms))]
        self._places = {(atom.row, atom.column): place for place, atom in enumerate(atoms)}
        self._known: dict[tuple[int, int, Counts], bool] = {}

    def weak(
        self, bands: Sequence[Band], coded: Callable[[Hashable], Collection[frozenset[int]]], only: str = ""
    ) -> list[str]:
        """Return the keys of atoms that are seen to be unanimous, and of groups whose coding is undone.

        `bands` are the shares published; `coded` tells of a figure which sets of options are printed only as an end.
        With `only` just that key is looked at.
        """
        single = [frozenset({place}) for place in range(self.width)]
        watched = dict.fromkeys([*single, *(band.options for band in bands)])
        found = [
            atom.key
            for place, atom in enumerate(self.atoms)
            if only in ("", atom.key) and not all(self._open_atom(place, options) for options in watched)
        ]
        found += [
            group.key
            for place, group in enumerate(self.groups)
            if only in ("", group.key)
            and not all(self._open_group(place, options) for options in coded(self.figures[place]))
        ]
        return list(dict.fromkeys(found))

    def _open_atom(self, place: int, options: frozenset[int]) -> bool:
        """True unless (nearly) all of an atom chose one of `options` and no other world says otherwise."""
        counts = self.atoms[place].counts
        base, count = sum(counts), sum(counts[option] for option in options)
        if len(options) == self.width or count < max(base - 1, 1):
            return True
        fitting = [move for move in self.moves if move.sources <= options and move.effect(options) < 0]
        return any(self._stays(place, move, None) for move in fitting)

    def _open_group(self, group: int, options: frozenset[int]) -> bool:
        """True if a world exists in which another number of the group chose one of `options`."""
        fitting = [move for move in self.moves if move.effect(options)]
        return any(self._stays(place, move, group) for move in fitting for place in self.groups[group].atoms)

    def _stays(self, place: int, move: Move, target: int | None) -> bool:
        """True if `move` in an atom, with an exchange or without, leaves every figure as it is and changes `target`."""
        if not self._possible(place, move.change, 1):
            return False
        upset = [group for group in self._of[place] if not self._same(group, 1, move.change)]
        if target is not None and target in upset:
            return False
        if not upset:
            return True
        partners = frozenset.intersection(*(self.groups[group].atoms for group in upset))
        return any(self._fits(weights, move.change, target) for weights in self._exchanges(place, partners))

    def _exchanges(self, place: int, partners: frozenset[int]) -> Iterator[Weights]:
        """Ways to make up for a move in an atom: in another of the same groups, or in three corners of a rectangle."""
        for other in partners - {place}:
            yield ((place, 1), (other, -1))
        here = self.atoms[place]
        for far, atom in enumerate(self.atoms):
            if atom.row != here.row and atom.column != here.column:
                beside, above = self._places.get((here.row, atom.column)), self._places.get((atom.row, here.column))
                if beside is not None and above is not None:
                    yield ((place, 1), (beside, -1), (above, -1), (far, 1))

    def _fits(self, weights: Weights, change: Counts, target: int | None) -> bool:
        """True if the move, made in each atom with its sign, is possible, upsets no figure and does not cancel in `target`."""
        if not all(self._possible(place, change, sign) for place, sign in weights):
            return False
        nets: dict[int, int] = {}
        for place, sign in weights:
            for group in self._of[place]:
                nets[group] = nets.get(group, 0) + sign
        if target is not None and not nets.get(target):
            return False
        return all(self._same(group, net, change) for group, net in nets.items() if net)

    def _possible(self, place: int, change: Counts, sign: int) -> bool:
        """True if an atom has the answers that would be changed."""
        return min(add(self.atoms[place].counts, change, sign)) >= 0

    def _same(self, group: int, net: int, change: Counts) -> bool:
        """True if the figure of a group is the same after `net` times `change`."""
        key = (group, net, change)
        if key not in self._known:
            counts = add(self._counts[group], change, net)
            same = min(counts) >= 0 and self._figure(counts, self.groups[group]) == self.figures[group]
            self._known[key] = same
        return self._known[key]
