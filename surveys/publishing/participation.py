"""The response rate of each part, so that it tells of nobody whether he took part.

Who took part is a question like any other, asked of all the people and answered yes or no; its figures go through the
same audit. A rate near the ends is printed as "95% 以上" and the like, fewer than 12 people only as 已达到发布条件: at 10 and
11 people too, for "at least ten answers" would then say nearly everything. The number of answers is printed for the whole
only, and only beside a plain rate; of a part it would give the rate exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .figures import Precision, Share, precision_of, share
from .measures import Band, Counts
from .parts import WHOLE, Part
from .worlds import Atom, Group, Worlds

TOOK_PART = frozenset({0})
REACHED = "已达到发布条件"
NOT_REACHED = "未达到发布条件"
WIDE_END = 60
"""From so many people on a rate is in whole per cent and plain up to 95 %: three of them are the last 5 %."""


@dataclass(frozen=True)
class Rate:
    """The response of a part as it is said: `share` None means only 已达到; `n` stands for the whole alone."""

    heads: int
    share: Share | None
    n: int | None

    def payload(self) -> dict[str, Any]:
        """As JSON."""
        label = self.share.label if self.share else REACHED
        return {
            "heads": self.heads,
            "n": self.n,
            "rate": self.share.payload() if self.share else None,
            "label": label,
        }


@dataclass(frozen=True)
class _Seen:
    """All that is to be seen of who took part in a part: also that it is published, and how exactly its answers are."""

    rate: Rate
    precision: Precision
    enough: bool


def rates(parts: Sequence[Part], heads: Mapping[str, int], k: int) -> dict[str, Rate]:
    """Return the response of every part, `heads` being the people asked in each."""
    exactness = {part.key: _start(heads[part.key]) for part in parts}
    while True:
        weak = _worlds(parts, heads, exactness, k).weak([Band("yes", "", TOOK_PART)], _coded)
        if not weak or not _coarsen(weak[0], parts, exactness):
            return {part.key: _rate(part.key, part.n, heads[part.key], exactness[part.key]) for part in parts}


def _start(heads: int) -> Precision:
    """How exactly a rate of so many people may be said at most."""
    return Precision.LARGE if heads >= WIDE_END else precision_of(heads, heads)


def _rate(key: str, n: int, heads: int, precision: Precision) -> Rate:
    """The rate of `n` out of `heads`."""
    if precision == Precision.NARROW:
        return Rate(heads, None, None)
    said = _said(n, heads, precision)
    return Rate(heads, said, n if key == WHOLE and said.percent is not None else None)


def _said(n: int, heads: int, precision: Precision) -> Share:
    """As any share, but of many people plain up to 95 %."""
    said = share(n, heads, precision)
    if not said.is_end or precision < Precision.LARGE:
        return said
    if 100 * n > 95 * heads:
        return Share(None, 95, 100, "95% 以上")
    if 100 * n < 5 * heads:
        return Share(None, 0, 5, "5% 以下")
    percent = (200 * n + heads) // (2 * heads)
    return Share(percent, percent - 0.5, percent + 0.5, f"{percent}%")


def _coded(seen: Hashable) -> Collection[frozenset[int]]:
    """The rate where it is printed as an end only."""
    return [TOOK_PART] if isinstance(seen, _Seen) and seen.rate.share and seen.rate.share.is_end else []


def _worlds(parts: Sequence[Part], heads: Mapping[str, int], exactness: Mapping[str, Precision], k: int) -> Worlds:
    """The audit of the rates: atoms are the parts without parts below them."""
    parents = {part.key: part.parent for part in parts}
    atoms: list[Atom] = []
    inside: dict[str, set[int]] = defaultdict(set)
    for part in parts:
        if part.key in parents.values():
            continue
        key = part.key
        while key:
            inside[key].add(len(atoms))
            key = parents[key]
        atoms.append(Atom(part.key, (part.n, heads[part.key] - part.n)))
    groups = [Group(part.key, frozenset(inside[part.key]), exactness[part.key]) for part in parts]

    def seen(counts: Counts, group: Group) -> _Seen:
        n, asked = counts[0], sum(counts)
        return _Seen(_rate(group.key, n, asked, group.precision), precision_of(n, asked), n >= k)

    return Worlds(atoms, groups, seen, ())


def _coarsen(key: str, parts: Sequence[Part], exactness: dict[str, Precision]) -> bool:
    """Say less about the smallest sibling of `key`, else about itself, else above; False if nothing is left to take back."""
    parents = {part.key: part.parent for part in parts}
    while key:
        siblings = [part for part in parts if part.parent == parents[key] and part.key != key]
        order = [*(part.key for part in sorted(siblings, key=lambda part: part.n)), key]
        for one in order:
            if exactness[one] > Precision.NARROW:
                exactness[one] = Precision(exactness[one] - 1)
                return True
        key = parents[key]
    return False
