"""Which requirements a record of given kinds credits by the rules: what the list says beside each row.

By the rules alone, from one query for a whole page: whether this organisation owes the requirement in that period
(its size, an exemption) is said on the record itself and on the board.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from organisations import paths
from programmes.models import Requirement
from programmes.periods import Cadence, period_of


@dataclass
class Rule:
    """What the list needs to know of one requirement row."""

    name: str
    level: str
    cadence: Cadence
    path: str  # of the organisation that set it; empty for a common rule
    since: date
    until: date | None
    is_active: bool
    kinds: set[int] = field(default_factory=set)

    def speaks_to(self, path: str, day: date) -> bool:
        """Whether it is in force for the organisation at ``path`` on the first day of the period that contains ``day``."""
        if self.path and not paths.contains(self.path, path):
            return False
        first = period_of(day, self.cadence).starts_on
        return self.since <= first and (self.until is None or first < self.until)


class Credits:
    """The rules that may concern activities held at these paths, by code: one query."""

    FIELDS = ("pk", "code", "name", "level", "cadence", "organisation__path", "since", "until", "is_active", "kinds")

    def __init__(self, held_at: Iterable[str]) -> None:
        above = {prefix for path in held_at for prefix in paths.prefixes(path)}
        rows = Requirement.objects.filter(Q(organisation=None) | Q(organisation__path__in=above)).values_list(
            *self.FIELDS
        )
        rules: dict[int, Rule] = {}
        self._by_code: dict[str, list[Rule]] = defaultdict(list)
        self._kinds: dict[str, set[int]] = defaultdict(set)  # that any rule of the code credits
        for pk, code, name, level, cadence, path, since, until, is_active, kind in rows:
            if pk not in rules:
                rules[pk] = Rule(name, level, Cadence(cadence), path or "", since, until, is_active)
                self._by_code[code].append(rules[pk])
            rules[pk].kinds.add(kind)
            self._kinds[code].add(kind)

    def names(self, path: str, level: str, kinds: set[int], day: date) -> dict[str, str]:
        """Code → name of what an activity of these kinds, held at ``path`` on that day, is counted for."""
        found = {}
        for code, rules in self._by_code.items():
            if self._kinds[code].isdisjoint(kinds):
                continue
            speaking = [rule for rule in rules if rule.speaks_to(path, day)]
            nearest = max(speaking, key=lambda rule: len(rule.path), default=None)
            if nearest and nearest.is_active and nearest.level == level and nearest.kinds & kinds:
                found[code] = nearest.name
        return found
