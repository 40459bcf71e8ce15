"""Somebody who wants to know what colleagues answered, and has everything that is published.

He knows the tree of units with all head-counts, every published table and the rules by which figures are rounded, and his
own answer; he is even given the exact number of answers behind every figure, which is not published. He knows nothing of
how it was decided what to publish, and shares no code with it.

He enumerates. A world of a group is how many of its people chose what; the set of all worlds of a group that agree with
its figure is kept as the bits of one long integer, the worlds of two groups together are the bits of one shifted by those
of the other. So he looks through every possible world of a whole tree, and what is the same in all of them he knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

World = tuple[int, ...]
ENDS_OF_PLAIN_SHARES = (5, 10, 20)
COARSE = {
    "一半以上": lambda part: part >= 50,
    "不到一半": lambda part: part < 50,
    "四分之三以上": lambda part: part >= 75,
    "一半到四分之三": lambda part: 50 <= part < 75,
    "四分之一到一半": lambda part: 25 < part < 50,
    "四分之一以下": lambda part: part <= 25,
}


@dataclass(frozen=True)
class Known:
    """A unit as everybody knows it; `heads` are those of its whole subtree."""

    number: int
    parent: int | None
    heads: int


@dataclass
class Place:
    """A published part: the leaves in it, its parts, and what is left of it without them."""

    key: str
    leaves: frozenset[int]
    children: list[Place]

    @property
    def rest(self) -> frozenset[int]:
        return self.leaves - frozenset().union(*(child.leaves for child in self.children))

    def walk(self) -> Iterator[Place]:
        yield self
        for child in self.children:
            yield from child.walk()


def agrees(shown: dict, count: int, base: int) -> bool:
    """Say whether `count` of `base` would be printed as `shown`."""
    part = Fraction(100 * count, base)
    if shown["label"] in COARSE:
        return COARSE[shown["label"]](part)
    low, high = Fraction(shown["low"]), Fraction(shown["high"])
    if shown["percent"] is None:
        return (low <= part or low == 0) and (part <= high or high == 100)
    return (low < part if shown["low"] in ENDS_OF_PLAIN_SHARES else low <= part) and part < high


def agrees_mean(shown: dict, scored: int, base: int) -> bool:
    """Say whether scores summing up to `scored` over `base` answers would be printed as the mean `shown`."""
    mean, value, half = Fraction(scored, base), Fraction(str(shown["value"])), Fraction(str(shown["step"])) / 2
    if shown["end"]:
        return mean >= value if shown["end"] == "high" else mean <= value
    return value - half <= mean < value + half


def places(units: list[Known], keys: list[str]) -> Place:
    """Put the published parts together from their keys and the tree that everybody knows."""
    below: dict[int | None, list[Known]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)

    def leaves(number: int) -> frozenset[int]:
        inside = below.get(number, [])
        return frozenset().union(*(leaves(unit.number) for unit in inside)) if inside else frozenset({number})

    def place(key: str, number: int) -> Place:
        inside = [place(f"u{unit.number}", unit.number) for unit in below.get(number, []) if f"u{unit.number}" in keys]
        whole = Place(key, leaves(number), inside)
        if f"{key}+" in keys:
            inside.append(Place(f"{key}+", whole.rest, []))
        return whole

    return place("all", below[None][0].number)


class Subject:
    """What is asked, as worlds that can be added: the numbers of those who chose one of each set `watched`.

    With scores a world also has their sum, by which the mean is known.
    """

    def __init__(self, width: int, watched: list[frozenset[int]], scores: tuple[int, ...] = ()) -> None:
        self.width, self.watched, self.scores = width, watched, scores

    def world(self, raw: World) -> World:
        """Return the world of so many answers to each option."""
        counts = tuple(sum(raw[option] for option in options) for options in self.watched)
        scored = sum(score * count for score, count in zip(self.scores, raw, strict=False))
        return (*counts, scored) if self.scores else counts

    def answer(self, option: int) -> World:
        """Return the world of one person."""
        return self.world(tuple(int(place == option) for place in range(self.width)))

    def of(self, base: int) -> list[World]:
        """List every world of `base` people."""
        if not self.scores:
            return list(_compositions(base, self.width))
        (options,) = self.watched
        inside = [score for place, score in enumerate(self.scores) if place in options]
        outside = [score for place, score in enumerate(self.scores) if place not in options]
        return [
            (count, scored)
            for count in range(base + 1)
            for scored in range(
                count * min(inside) + (base - count) * min(outside),
                count * max(inside) + (base - count) * max(outside) + 1,
            )
        ]

    def fits(self, row: dict, base: int) -> Callable[[World], bool]:
        """Return what says of a world of `base` people whether the published row would be printed of it."""
        shares = {place: share for place, options in enumerate(self.watched) if (share := self._share(row, options))}
        allowed = {
            place: {count for count in range(base + 1) if agrees(share, count, base)} for place, share in shares.items()
        }

        def fitting(world: World) -> bool:
            if any(world[place] not in counts for place, counts in allowed.items()):
                return False
            return not self.scores or agrees_mean(row["mean"], world[-1], base)

        return fitting

    def _share(self, row: dict, options: frozenset[int]) -> dict | None:
        """The share printed of a set of options; None where there is none."""
        if len(options) > 1:
            return row["favourable"]
        (option,) = options
        return row["choices"][option]["share"] if option < len(row["choices"]) else None


def _compositions(base: int, width: int) -> Iterator[World]:
    """Yield the ways in which `base` people can choose one of `width` options."""
    if width == 1:
        yield (base,)
        return
    for first in range(base + 1):
        for rest in _compositions(base - first, width - 1):
            yield (first, *rest)


class Attack:
    """Everything known of one question: the published rows by part, and the number of answers behind each."""

    def __init__(self, root: Place, bases: dict[str, int], rows: dict[str, dict], subject: Subject) -> None:
        self.root, self.bases, self.rows, self.subject = root, bases, rows, subject
        self.radix = bases[root.key] * max(subject.scores or (1,)) + 1
        self.kept: dict[object, int] = {}

    def shown(self, place: Place) -> list[Place]:
        """The parts below a place that show a figure themselves."""
        return [child for child in place.children if child.key in self.rows]

    def atoms(self) -> Iterator[Place]:
        """Yield the smallest groups that figures tell apart: a part, less those below it that show a figure."""
        waiting = [self.root] if self.root.key in self.rows else []
        while waiting:
            place = waiting.pop()
            waiting += self.shown(place)
            if self.left(place):
                yield place

    def left(self, place: Place) -> int:
        """The answers of a place that are in none of the figures below it."""
        return self.bases[place.key] - sum(self.bases[child.key] for child in self.shown(place))

    def possible(self, atom: Place, worlds: list[World]) -> bool:
        """Say whether anything that was published is still true if `atom` is in one of `worlds`."""
        return bool(self._worlds(self.root, atom, atom=self._bits(worlds)))

    def possible_whole(self, place: Place, worlds: list[World]) -> bool:
        """Say the same of a published place with all that is in it."""
        return bool(self._worlds(self.root, place, whole=self._bits(worlds)))

    def _worlds(self, place: Place, target: Place, atom: int = 0, whole: int = 0) -> int:
        """All worlds of a place that agree with its figures and those below, as bits; of `target` only some."""
        touched = any(inside is target for inside in place.walk())
        if not touched and place.key in self.kept:
            return self.kept[place.key]
        found = atom if atom and place is target else self._bits(self.subject.of(self.left(place)))
        for child in self.shown(place):
            found = _sums(found, self._worlds(child, target, atom, whole))
        found &= self._agreeing(place)
        if whole and place is target:
            found &= whole
        if not touched:
            self.kept[place.key] = found
        return found

    def _agreeing(self, place: Place) -> int:
        """All worlds of so many people of which the row of this place would be printed."""
        key = ("agreeing", place.key)
        if key not in self.kept:
            fits = self.subject.fits(self.rows[place.key], self.bases[place.key])
            self.kept[key] = self._bits([world for world in self.subject.of(self.bases[place.key]) if fits(world)])
        return self.kept[key]

    def _bits(self, worlds: list[World]) -> int:
        """Worlds as the bits of one number."""
        found = 0
        for world in worlds:
            place = 0
            for number in world if self.subject.scores else world[:-1]:
                place = place * self.radix + number
            found |= 1 << place
        return found


def _sums(one: int, two: int) -> int:
    """All sums of a world of one set and a world of the other."""
    few, many = sorted((one, two), key=int.bit_count)
    found = 0
    while few:
        lowest = few & -few
        found |= many << (lowest.bit_length() - 1)
        few ^= lowest
    return found


def known_of_all(attack: Attack, truth: dict[str, World], least: int) -> list[str]:
    """Return what is certain of one question and should not be; `truth` gives how many of an atom chose each option.

    That everybody of a group chose the same; that everybody but the one who asks did; that a group, or what is left of one
    when others are taken from it, is smaller than `least`.
    """
    subject, found = attack.subject, []
    for atom in attack.atoms():
        raw, base = truth[atom.key], attack.left(atom)
        world = subject.world(raw)
        if base < least:
            found.append(f"{atom.key}: exactly {base} answered")
        for place, options in enumerate(subject.watched):
            count, name = world[place], sorted(options)
            others = subject.of(base)
            if count == base and not attack.possible(atom, [one for one in others if one[place] < count]):
                found.append(f"{atom.key}: all {base} chose {name}")
            if count == base - 1 > 0:
                own = next(option for option, number in enumerate(raw) if number and option not in options)
                mine = subject.answer(own)
                with_mine = [tuple(map(sum, zip(one, mine, strict=True))) for one in subject.of(base - 1)]
                if not attack.possible(atom, [one for one in with_mine if one[place] < count]):
                    found.append(f"{atom.key}: all {count} others but who chose {own} chose {name}")
    return found


def undone(attack: Attack, truth: dict[str, World]) -> list[str]:
    """Return where a share is printed as an end ("90% 以上") and yet the count behind it is certain.

    `truth` gives how many of a published place chose each option.
    """
    found = []
    for place in attack.root.walk():
        choices = attack.rows[place.key]["choices"] if place.key in attack.rows else []
        for option, choice in enumerate(choices):
            if choice["share"]["percent"] is None:
                count = truth[place.key][option]
                others = [one for one in attack.subject.of(attack.bases[place.key]) if one[option] != count]
                if not attack.possible_whole(place, others):
                    found.append(f"{place.key}: {count} chose {option} behind {choice['share']['label']}")
    return found


def taking_part(
    root: Place, units: list[Known], tables: dict[str, dict], least: int, truth: dict[int, int]
) -> list[str]:
    """Return the groups all of which are certain to have taken part, and small units of which it is certain how many did.

    `tables` are the response tables by part; of who did not take part it is also asked what he knows of all others. How
    many of a part did lies between two bounds, which on a tree are exact when brought up from below and down again.
    """
    heads = {unit.number: unit.heads for unit in units}
    bounds: dict[str, tuple[int, int]] = {}
    _upwards(root, heads, tables, least, bounds)
    _downwards(root, heads, bounds)
    found = []
    for place in root.walk():
        asked, true = _sum(heads, place), _sum(truth, place)
        low = bounds[place.key][0]
        if low >= asked or low == true == asked - 1:
            found.append(f"{place.key}: all {asked} took part")
        for leaf in place.leaves if not place.children else ():
            if truth[leaf] < least and _certain(leaf, place, heads, bounds):
                found.append(f"{place.key}: {truth[leaf]} of {leaf} took part")
    return found


def _sum(numbers: dict[int, int], place: Place) -> int:
    """What a place has of something that is known by leaf."""
    return sum(numbers[leaf] for leaf in place.leaves)


def _rest(heads: dict[int, int], place: Place) -> int:
    """The people of a place that are in none of its parts; none where it has no parts."""
    return sum(heads[leaf] for leaf in place.rest) if place.children else 0


def _upwards(
    place: Place, heads: dict[int, int], tables: dict[str, dict], least: int, bounds: dict[str, tuple[int, int]]
) -> None:
    """Bounds from a table itself and from the sum of those below."""
    asked = _sum(heads, place)
    said = [n for n in range(least, asked + 1) if _says(tables[place.key], n, asked)]
    low, high = min(said), max(said)
    for child in place.children:
        _upwards(child, heads, tables, least, bounds)
    if place.children:
        low = max(low, sum(bounds[child.key][0] for child in place.children))
        high = min(high, _rest(heads, place) + sum(bounds[child.key][1] for child in place.children))
    bounds[place.key] = (low, high)


def _downwards(place: Place, heads: dict[int, int], bounds: dict[str, tuple[int, int]]) -> None:
    """Bounds from what is left of the part above, once its other parts are taken away."""
    low, high = bounds[place.key]
    inside = {child.key: bounds[child.key] for child in place.children}
    for child in place.children:
        others = [two for key, two in inside.items() if key != child.key]
        least_left = low - _rest(heads, place) - sum(most for _, most in others)
        most_left = high - sum(fewest for fewest, _ in others)
        mine = inside[child.key]
        bounds[child.key] = (max(mine[0], least_left), min(mine[1], most_left))
        _downwards(child, heads, bounds)


def _says(payload: dict, n: int, asked: int) -> bool:
    """Say whether so many of those asked would be printed as this response table is."""
    if payload["n"] is not None:
        return n == payload["n"]
    return payload["rate"] is None or agrees(payload["rate"], n, asked)


def _certain(leaf: int, place: Place, heads: dict[int, int], bounds: dict[str, tuple[int, int]]) -> bool:
    """Say whether it is certain how many of one unit inside a part took part."""
    low, high = bounds[place.key]
    others = sum(heads[one] for one in place.leaves) - heads[leaf]
    return max(0, low - others) == min(heads[leaf], high)
