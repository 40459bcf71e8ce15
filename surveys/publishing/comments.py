"""Where comments are shown: away from figures and from each other, in pools large enough that nobody stands out.

A comment is shown at the lowest part with enough comments to its question and at least 20 people (anonymity.md §4). What is
too little goes up and is pooled there with others; the people of such a pool are those of the parts it came from, since
everybody can see which parts have pools of their own. What is too little even at the whole takes in the smallest pool
below; if there is none it is not shown.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .parts import WHOLE, Part
from .rules import Rules

LEAST_HEADS = 20
Pool = tuple[str, str, list[str]]
"""The key of a part, the key of the question, and the texts in no order."""


@dataclass
class _Heap:
    """Comments to one question that are together, and the people among whom their authors are."""

    part: str
    texts: list[str]
    heads: int

    def is_enough(self, rules: Rules) -> bool:
        """True where it may be shown."""
        return len(self.texts) >= rules.k_comments and self.heads >= LEAST_HEADS

    def take_in(self, other: _Heap) -> None:
        """Add another heap to it."""
        self.texts += other.texts
        self.heads += other.heads


def comment_pools(
    comments: Iterable[tuple[int, str, str]],
    parts: Sequence[Part],
    heads: Mapping[str, int],
    rules: Rules,
    rng: random.Random,
) -> list[Pool]:
    """Return the pools of `comments` (unit number, question key, text); `heads` as of `parts.heads_of`.

    Texts come as they are (mask them first) and shuffled by `rng`, which must not be predictable.
    """
    children: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        children[part.parent].append(part.key)
    by_question: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for unit, question, text in comments:
        place = _lowest(unit, parts)
        if place and text.strip():
            by_question[question][place].append(text.strip())
    pools = []
    for question in sorted(by_question):
        for heap in _pooled(by_question[question], children, heads, rules):
            rng.shuffle(heap.texts)
            pools.append((heap.part, question, heap.texts))
    return pools


def _lowest(unit: int, parts: Sequence[Part]) -> str:
    """The smallest part that a unit is in; empty for a unit in none."""
    inside = [part for part in parts if unit in part.leaves]
    return inside[-1].key if inside else ""


def _pooled(
    texts: Mapping[str, list[str]], children: Mapping[str, list[str]], heads: Mapping[str, int], rules: Rules
) -> list[_Heap]:
    """The pools of one question."""
    pools: list[_Heap] = []
    left = _gather(WHOLE, texts, children, heads, rules, pools)
    while left.texts and pools and not left.is_enough(rules):
        smallest = min(pools, key=lambda heap: len(heap.texts))
        pools.remove(smallest)
        left.take_in(smallest)
    return [left, *pools] if left.is_enough(rules) else pools


def _gather(
    key: str,
    texts: Mapping[str, list[str]],
    children: Mapping[str, list[str]],
    heads: Mapping[str, int],
    rules: Rules,
    pools: list[_Heap],
) -> _Heap:
    """Put what is enough at a part or below into `pools`; return what is left over for the part above."""
    below = children.get(key, [])
    left = _Heap(key, list(texts.get(key, [])), 0 if below else heads[key])
    for child in below:
        left.take_in(_gather(child, texts, children, heads, rules, pools))
    if key != WHOLE and left.is_enough(rules):
        pools.append(left)
        return _Heap(key, [], 0)
    return left
