"""The tree of the demo city and what the rest of the demo needs to know about it, held in memory.

The shape follows from the number of branches and the seed alone: 12 branches in 5 organs, 1,600 in 110.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from organisations.models import Level, Organisation, Person
from organisations.models.organisation import System
from organisations.tree import plant

from .names import OFFICES, organs_in_order

# The root carries this code: it marks a database that the demo made.
MARK = "DEMO"
FOUNDED = date(2005, 3, 1)
FULL_SIZE = 1600
DIGITS = "零一二三四五六七八九十"


@dataclass
class Group:
    """A party group within a branch."""

    organisation: Organisation
    people: list[Person] = field(default_factory=list)

    @property
    def leader(self) -> Person:
        """One who has no other post leads it: the fifth of the list (江予安 in the first)."""
        return self.people[4 % len(self.people)]


@dataclass
class Branch:
    """A branch with its people; ``officers`` are post code → holder at the end of the story."""

    organisation: Organisation
    organ: Organ
    size: int
    retired: bool = False
    groups: list[Group] = field(default_factory=list)
    members: list[Person] = field(default_factory=list)
    others: list[Person] = field(default_factory=list)
    officers: dict[str, Person] = field(default_factory=dict)
    recorder: Person | None = None
    recorder_since: date | None = None
    vacant_since: date | None = None

    @property
    def committee(self) -> list[Person]:
        """Those expected at 支委会, while every post is held."""
        return list(self.officers.values())

    @property
    def secretary(self) -> Person:
        """The secretary (or whoever was, until the post fell vacant)."""
        return self.officers["branch-secretary"]

    def chair_on(self, day: date) -> Person:
        """Who leads on ``day``: the secretary, or where the post is vacant the next of the committee."""
        vacant = self.vacant_since is not None and day >= self.vacant_since
        return next(
            (person for code, person in self.officers.items() if not vacant or code != "branch-secretary"),
            self.organ.office,
        )


@dataclass
class Organ:
    """A government body; ``root`` is its party group or its organ committee."""

    name: str
    system: str
    root: Organisation
    committee: Organisation | None = None
    branches: list[Branch] = field(default_factory=list)
    general_branch: Organisation | None = None
    leaders: list[Person] = field(default_factory=list)
    committee_people: list[Person] = field(default_factory=list)
    # Set with the rosters: whoever keeps the records of the organ's root.
    office: Person = field(default=None)  # type: ignore[assignment]

    @property
    def party_group(self) -> Organisation | None:
        """The root, where it is a party group."""
        return self.root if self.root.level == Level.PARTY_GROUP else None


@dataclass
class City:
    """The whole city. ``officer`` keeps the work committee's own records."""

    seed: int
    as_of: date
    root: Organisation
    organs: list[Organ] = field(default_factory=list)
    officer: Person = field(default=None)  # type: ignore[assignment]
    log_ins: dict[str, Person] = field(default_factory=dict)

    @property
    def branches(self) -> list[Branch]:
        """All branches in tree order."""
        return [branch for organ in self.organs for branch in organ.branches]

    def random(self, *parts: object) -> Random:
        """A source of chance that depends on the seed and ``parts`` alone, not on what was drawn before."""
        return Random("/".join(str(part) for part in (self.seed, *parts)))  # noqa: S311 - nothing secret hangs on it


def chinese_number(number: int) -> str:
    """一 … 九十九."""
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{DIGITS[tens]}十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


def shares(branches: int, random: Random) -> list[int]:
    """How many branches each organ has: at least one, the first four where the city allows it; they add up to ``branches``."""
    organs = min(110, branches, 5 + max(0, branches - 12) * 105 // (FULL_SIZE - 12))
    counts = [1] * organs
    counts[0] = min(4, branches - organs + 1)
    weights = [random.choice((1, 2, 2, 3, 4, 6)) for _ in counts]
    weights[2 % organs] = 0.2 if organs < 10 else weights[2]  # a small city keeps one organ with a single branch
    while sum(counts) < branches:
        counts[random.choices(range(organs), weights)[0]] += 1
    return counts


def branch_size(random: Random) -> int:
    """Party members of a branch: a few small ones, many middling ones, some large ones with groups."""
    low, high = random.choices(((4, 6), (9, 20), (22, 38)), (15, 55, 30))[0]
    return random.randint(low, high)


def build_tree(seed: int, branches: int, as_of: date) -> City:
    """Plant the work committee and everything below it, without people. Returns the city as it stands."""
    root = plant(
        name="市直机关工委",
        level=Level.WORK_COMMITTEE,
        parent=None,
        founded_on=FOUNDED,
        today=as_of,
        tell=False,
        code=MARK,
    )
    city = City(seed=seed, as_of=as_of, root=root)
    counts = shares(branches, city.random("shares"))
    for (name, system), count in zip(organs_in_order(), counts, strict=False):
        city.organs.append(_organ(city, name, system, count))
    return city


def _organ(city: City, name: str, system: str, count: int) -> Organ:
    """One organ by the habits of its system: 党组 → 机关党委 → 支部, or a shorter chain."""
    if system in (System.GOVERNMENT, System.PEOPLE):
        root = _plant(city, f"{name}党组", Level.PARTY_GROUP, city.root, system=system)
        committee = _plant(city, f"{name}机关党委", Level.ORGAN_COMMITTEE, root) if count > 1 else None
    else:
        root = committee = _plant(city, f"{name}机关党委", Level.ORGAN_COMMITTEE, city.root, system=system)
    organ = Organ(name=name, system=system, root=root, committee=committee)
    for number in range(1, count + 1):
        organ.branches.append(_branch(city, organ, number, count))
    return organ


def _plant(city: City, name: str, level: str, parent: Organisation, **fields: object) -> Organisation:
    """An organisation founded some years ago."""
    years = city.random("founded", parent.path, name).randint(1, 3)
    founded_on = date(parent.founded_on.year + years, 4, 1) if level != Level.GROUP else parent.founded_on
    return plant(name=name, level=level, parent=parent, founded_on=founded_on, today=city.as_of, tell=False, **fields)


def _branch(city: City, organ: Organ, number: int, count: int) -> Branch:
    """The n-th branch of an organ; the last of a larger organ is that of the retired."""
    random = city.random("branch", organ.name, number)
    first_of_all = not city.organs and number == 1
    name = f"第{chinese_number(number)}党支部" if count > 1 else "机关党支部"
    retired = count >= 4 and number == count
    if retired:
        name = "离退休党支部"
    ordinal = "" if count == 1 else f"第{chinese_number(number)}"
    organisation = _plant(
        city,
        name,
        Level.BRANCH,
        _above(city, organ, number, count),
        full_name=f"中共{organ.name}离退休支部委员会" if retired else f"中共{organ.name}机关{ordinal}支部委员会",
        remark="离退休党员" if retired else "、".join(_offices(number, first_of_all, random)),
        term_years=3,
        term_began_on=city.as_of - timedelta(days=920 if first_of_all else random.randint(60, 1075)),
    )
    branch = Branch(organisation, organ, 24 if first_of_all else branch_size(random), retired)
    if branch.size > 20:
        groups = 3 if branch.size < 32 else 4
        branch.groups = [
            Group(_plant(city, f"第{chinese_number(place)}党小组", Level.GROUP, organisation))
            for place in range(1, groups + 1)
        ]
    return branch


def _offices(number: int, first_of_all: bool, random: Random) -> list[str]:
    """The offices whose people a branch is made of."""
    return ["预算处", "国库处"] if first_of_all else random.sample(OFFICES, 1 + number % 2)


def _above(city: City, organ: Organ, number: int, count: int) -> Organisation:
    """Under what a branch stands: institutions gather the later half of their branches in a general branch."""
    parent = organ.committee or organ.root
    if organ.system != System.INSTITUTION or count < 2 or number <= count // 2:
        return parent
    if organ.general_branch is None:
        organ.general_branch = _plant(city, "业务党总支", Level.GENERAL_BRANCH, parent)
    return organ.general_branch
