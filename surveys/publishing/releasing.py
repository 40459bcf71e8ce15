"""Which parts show a measure, and how exactly: withheld and coarsened until the auditor is content.

The partition rule holds for each question anew, since people leave questions out or will not answer: a part with fewer
than k answers to it shows nothing, and where the hidden siblings together have fewer than k the smallest of the others is
hidden with them. Hidden siblings are known only as what is left of their parent, one atom of the audit; what lies below
a hidden part is hidden too.

Then worlds.py looks for what could be certain. Where it finds a weakness, a figure is first said less exactly; if that is
not enough the smallest sibling is withheld, so that there is something to exchange with; last the part itself. Nothing is
ever made more exact on the way, so it ends, at worst with the whole alone or without the question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from .figures import Figure, Precision, figure
from .measures import Band, Counts, Measure, add, total
from .parts import WHOLE, Part
from .worlds import Atom, Group, Worlds

REST = "~rest"
"""Ends the key of the atom that is left of a part without its shown children."""


def released(
    measure: Measure, parts: Sequence[Part], counts: Mapping[str, Counts], precisions: Mapping[str, Precision], k: int
) -> dict[str, Figure]:
    """Return the figures of `measure` that may be shown, by part; empty where not even the whole may."""
    return Release(measure, parts, counts, precisions, k).settled()


def coded_options(measure: Measure, one: Hashable) -> list[frozenset[int]]:
    """Return the sets of options whose share a figure prints only as an end."""
    if not isinstance(one, Figure):
        return []
    coded = [band.options for band, shown in zip(measure.bands, one.shares, strict=False) if shown.is_end]
    if one.favourable and one.favourable.is_end:
        coded.append(measure.favourable)
    return coded


class Release:
    """One measure over the tree of parts, on its way to what may be shown."""

    def __init__(
        self,
        measure: Measure,
        parts: Sequence[Part],
        counts: Mapping[str, Counts],
        precisions: Mapping[str, Precision],
        k: int,
    ) -> None:
        """Start with everything shown as exactly as `precisions` allow."""
        self.measure, self.counts, self.k = measure, counts, k
        self.parent = {part.key: part.parent for part in parts}
        self.children: dict[str, list[str]] = defaultdict(list)
        for part in parts:
            self.children[part.parent].append(part.key)
        self.precision = dict(precisions)
        self.brief: set[str] = set()
        self._said: dict[tuple[Counts, Precision, bool], Figure | None] = {}
        self.hidden: set[str] = set()
        self.hidden = {key for key in self.parent if self._says_nothing(key)}

    def settled(self) -> dict[str, Figure]:
        """Return what may be shown once nothing weak is left."""
        while True:
            shown = self.shown()
            if not shown:
                return {}
            weak = self._weak(shown)
            if not weak:
                figures = {key: self._figure(self.counts[key], self._group(key)) for key in shown}
                return {key: one for key, one in figures.items() if one is not None}
            self._say_less(weak)

    def _weak(self, shown: Sequence[str], only: str = "") -> list[str]:
        """What the audit finds weak when `shown` is shown; of `only` one atom or group where that is asked."""
        return self._worlds(shown).weak([*self.measure.bands, *self._favourable()], self._coded, only)

    def shown(self) -> list[str]:
        """The parts that show the measure now, each before those below it; the rest of every family is nobody or at least k."""
        found: list[str] = []
        waiting = [key for key in self.children[""] if key not in self.hidden]
        while waiting:
            key = waiting.pop(0)
            found.append(key)
            waiting.extend(self._family(key))
        return found

    def _family(self, parent: str) -> list[str]:
        """The shown children of a part, after hiding as many more as the partition rule asks."""
        below = self.children[parent]
        while True:
            seen = [key for key in below if key not in self.hidden]
            rest = sum(self._base(key) for key in below if key in self.hidden)
            if not seen or len(seen) == len(below) or rest >= self.k:
                return seen
            self.hidden.add(self._smallest(seen))

    def _worlds(self, shown: Sequence[str]) -> Worlds:
        """The audit of what is shown."""
        atoms: list[Atom] = []
        inside: dict[str, set[int]] = defaultdict(set)
        for key in shown:
            below = [child for child in self.children[key] if child in set(shown)]
            taken = total((self.counts[child] for child in below), len(self.measure.options))
            rest = add(self.counts[key], taken, -1)
            if sum(rest):
                for above in self._upwards(key):
                    inside[above].add(len(atoms))
                atoms.append(Atom(f"{key}{REST}" if below else key, rest))
        groups = [self._group(key, inside[key]) for key in shown]
        return Worlds(atoms, groups, self._figure, self.measure.scores)

    def _group(self, key: str, atoms: Iterable[int] = ()) -> Group:
        """A part as it is shown now."""
        return Group(key, frozenset(atoms), self.precision[key], key in self.brief)

    def _upwards(self, key: str) -> list[str]:
        """A part and all above it."""
        found = []
        while key:
            found.append(key)
            key = self.parent[key]
        return found

    def _figure(self, counts: Counts, group: Group) -> Figure | None:
        key = (counts, group.precision, group.brief)
        if key not in self._said:
            self._said[key] = figure(self.measure, counts, group.precision, brief=group.brief)
        return self._said[key]

    def _coded(self, one: Hashable) -> Collection[frozenset[int]]:
        return coded_options(self.measure, one)

    def _favourable(self) -> list[Band]:
        """The favourable share as a band of its own, where there is one."""
        return [Band("favourable", "", self.measure.favourable)] if self.measure.favourable else []

    def _one_a_family(self, weak: Sequence[str]) -> list[str]:
        """The first weak key of each family, so that one remedy is tried where it may help several."""
        first: dict[str, str] = {}
        for key in weak:
            family = key.removesuffix(REST) if key.endswith(REST) else self.parent[key]
            first.setdefault(family, key)
        return list(first.values())

    def _say_less(self, weak: Sequence[str]) -> None:
        """Say less of the parts that give themselves away; only if there are none, of what is around the weak ones."""
        alone = [key for key in weak if not key.endswith(REST) and self._weak([key], key)]
        for key in alone:
            self._step_down(key)
        if not alone:
            for key in self._one_a_family(weak):
                self._give_way(key)

    def _give_way(self, key: str) -> None:
        """Say less around `key`, whose weakness comes of what else is published."""
        if key.endswith(REST):
            self._step_back(self._seen_below(key.removesuffix(REST)))
        elif self.parent[key] and not self._telling_below(key):
            beside = [one for one in self._seen_below(self.parent[key]) if one != key]
            self._step_back(beside or [key])
        else:
            self._step_back(self._seen_below(key) or [key])

    def _step_down(self, key: str) -> None:
        """Say less of a part that gives itself away, whatever else is published; the whole keeps its distribution longest."""
        if self.parent[key] or self.precision[key] < Precision.LARGE:
            if self._less_exact(key):
                return
        else:
            self.precision[key] = Precision.MIDDLE
            return
        if self.precision[key] > Precision.NARROW and self.measure.scores:
            self.precision[key] = Precision.NARROW
        else:
            self.hidden.add(key)

    def _telling_below(self, key: str) -> list[str]:
        """The shown children of a part, if it is they who undo its coding: without them it would not be weak."""
        below = self._seen_below(key)
        if not below:
            return []
        without = [one for one in self.shown() if one == key or key not in self._upwards(one)]
        return [] if self._weak(without, key) else below

    def _less_exact(self, key: str) -> bool:
        """Say the figure of a part less exactly; False if it cannot be."""
        if self.measure.scores and key not in self.brief and self.precision[key] > Precision.SMALL:
            self.brief.add(key)
            return True
        if self.precision[key] > Precision.SMALL:
            self.precision[key] = Precision(self.precision[key] - 1)
            return True
        return False

    def _step_back(self, keys: Sequence[str]) -> None:
        """Say the smallest of some parts less exactly, or hide it, so that there is something to exchange with."""
        if keys and not self._less_exact(self._smallest(keys)):
            self.hidden.add(self._smallest(keys))

    def _seen_below(self, parent: str) -> list[str]:
        """The children of a part that are not hidden."""
        return [key for key in self.children[parent] if key not in self.hidden]

    def _smallest(self, keys: Sequence[str]) -> str:
        """The part with the fewest answers, ties by order."""
        return min(keys, key=self._base)

    def _base(self, key: str) -> int:
        return sum(self.counts[key])

    def _says_nothing(self, key: str) -> bool:
        """True where a part has too few answers for any figure, or may not show this below the whole at all."""
        question = self.measure.question
        # A question asked only after a certain answer would tell how many gave that answer; an attribute is known of people.
        only_whole = question.attribute or question.show_if is not None
        if (only_whole and key != WHOLE) or self._base(key) < self.k:
            return True
        return self._figure(self.counts[key], self._group(key)) is None
