"""Which obligations of a month are met by one record: a lecture on the party day, two branches together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from .city import City
from .hosts import Host
from .rhythm import Owed

PARTY_DAY = "theme-party-day"
# (kind, kind that may join it, how often)
JOINING = (
    (PARTY_DAY, "party-lecture", 0.55),
    ("branch-meeting", "party-lecture", 0.35),
    ("organisational-life-meeting", "democratic-appraisal", 0.7),
)
JOINT = 0.12


@dataclass
class Bundle:
    """One record to be: who holds it, of what kinds, for what, when, with whom."""

    host: Host
    owed: Owed
    day: date
    kinds: list[str]
    partners: list[Host] = field(default_factory=list)

    @property
    def is_plain_party_day(self) -> bool:
        """A party day and nothing else, by one branch."""
        return self.kinds == [PARTY_DAY] and not self.partners


def bundle(bundles: Iterable[Bundle], city: City) -> list[Bundle]:
    """Join what belongs together: first the kinds of one host, then branches of one organ."""
    by_host: dict[str, list[Bundle]] = defaultdict(list)
    for one in bundles:
        by_host[one.host.organisation.path].append(one)
    for own in by_host.values():
        _join_kinds(own, city)
    return _join_branches(by_host, city)


def _join_kinds(own: list[Bundle], city: City) -> None:
    """Let some of ``own`` become part of others, in place."""
    for first, second, share in JOINING:
        leading = next((one for one in own if one.kinds == [first]), None)
        joining = next((one for one in own if one.kinds == [second]), None)
        if leading and joining and city.random("join", *joining.owed.key).random() < share:
            leading.kinds.append(second)
            own.remove(joining)


def _join_branches(by_host: dict[str, list[Bundle]], city: City) -> list[Bundle]:
    """Now and then a branch holds its party day with the next of its organ: one record for both."""
    for path, own in sorted(by_host.items()):
        for one in own:
            if one.is_plain_party_day and city.random("joint", *one.owed.key).random() < JOINT:
                sibling = _sibling(one.host)
                other = next((its for its in by_host.get(sibling, []) if its.is_plain_party_day), None)
                if other is not None and sibling > path:
                    one.partners.append(other.host)
                    by_host[sibling].remove(other)
    return [one for own in by_host.values() for one in own]


def _sibling(host: Host) -> str:
    """The path of the next branch of the same organ; empty for the last."""
    branches = host.organ.branches if host.organ else []
    place = next((number for number, branch in enumerate(branches) if branch is host.branch), len(branches))
    return branches[place + 1].organisation.path if place + 1 < len(branches) else ""
