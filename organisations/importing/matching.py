"""Whom a row of a roster means: somebody known, nobody yet, or somebody whom only a person can tell.

By the staff number where there is one; else by name and branch, with the year of birth to tell namesakes apart. Whatever
remains in doubt is suspicious: nobody is entered twice, and nobody is taken for another, without having been asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pypinyin import lazy_pinyin

from ..models.importing import Decision, Verdict
from .roll import Known, Roll, Unit


@dataclass(slots=True, frozen=True)
class Entry:
    """What tells one row of the file apart from the others."""

    number: int
    name: str
    staff_no: str | None = None
    birth_year: int | None = None
    unit: Unit | None = None

    @property
    def family(self) -> int | None:
        """The branch, or whatever else the row names."""
        return self.unit.family if self.unit else None


@dataclass(slots=True, frozen=True)
class Match:
    """NEW (nobody known), CHANGED (``known`` is meant), SUSPICIOUS (one of ``candidates`` may be meant) or REFUSED."""

    verdict: Verdict
    known: Known | None = None
    candidates: Sequence[Known] = ()
    why: str = ""
    suggestion: str = ""


@dataclass
class Matcher:
    """Goes over the rows from the surest sign to the weakest; who is found by one is no longer looked for by the next."""

    roll: Roll
    found: dict[int, Match] = field(default_factory=dict)
    claimed: dict[int, int] = field(default_factory=dict)  # person → row
    _seen: dict[tuple[object, ...], int] = field(default_factory=dict)
    _entries: dict[int, Entry] = field(default_factory=dict)
    _new: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def match(self, entries: Iterable[Entry]) -> dict[int, Match]:
        """What each row means, by its number."""
        left = list(entries)
        self._entries = {entry.number: entry for entry in left}
        for look in (self._repeated, self._by_number, self._by_name_and_year, self._by_name):
            matches = [(entry, look(entry)) for entry in left]
            for entry, match in matches:
                if match is not None:
                    self.found[entry.number] = self._claim(entry, match)
            left = [entry for entry, match in matches if match is None]
        for entry in left:
            self.found[entry.number] = self._in_doubt(entry)
        return self.found

    def _repeated(self, entry: Entry) -> Match | None:
        key = (entry.staff_no,) if entry.staff_no else (entry.name, entry.family, entry.birth_year)
        first = self._seen.setdefault(key, entry.number)
        return None if first == entry.number else Match(Verdict.REFUSED, why=f"与第 {first} 行重复。")

    def _claim(self, entry: Entry, match: Match) -> Match:
        """One person is meant by one row; a second one that points at him is refused."""
        if match.known is None:
            return match
        first = self.claimed.setdefault(match.known.pk, entry.number)
        return match if first == entry.number else _same_as(first)

    def _by_number(self, entry: Entry) -> Match | None:
        if not entry.staff_no:
            return None
        known = self.roll.by_number.get(entry.staff_no)
        if known is not None and known.name == entry.name:
            return Match(Verdict.CHANGED, known)
        if known is not None:
            return Match(Verdict.SUSPICIOUS, candidates=[known], why="工号相同、姓名不同")
        if entry.staff_no in self.roll.numbers:
            return Match(Verdict.REFUSED, why=f"工号“{entry.staff_no}”在别的单位。")
        return None

    def _by_name_and_year(self, entry: Entry) -> Match | None:
        """The one namesake of the same branch who was born in that year."""
        near = [known for known in self._namesakes(entry) if agree(known, entry) and same_year(known, entry)]
        return Match(Verdict.CHANGED, near[0]) if len(near) == 1 else None

    def _by_name(self, entry: Entry) -> Match | None:
        """The one namesake of the same branch whom nothing speaks against."""
        near = [known for known in self._namesakes(entry) if agree(known, entry)]
        return Match(Verdict.CHANGED, near[0]) if len(near) == 1 else None

    def _namesakes(self, entry: Entry) -> list[Known]:
        """Those of the same name and branch; of the same name anywhere, if the row names no branch."""
        named = self.roll.by_name.get(entry.name, [])
        return [known for known in named if entry.unit is None or known.family == entry.family]

    def _in_doubt(self, entry: Entry) -> Match:
        named = self.roll.by_name.get(entry.name, [])
        free = [known for known in named if known.pk not in self.claimed]
        near = [known for known in free if known.family == entry.family]
        agreeing = [known for known in near if agree(known, entry)]
        elsewhere = [known for known in free if agree(known, entry)]
        moved = [known for known in elsewhere if same_year(known, entry)]
        if len(agreeing) == 1:
            return self._last_of(agreeing[0], entry)
        if agreeing:
            return _several(agreeing, entry)
        if near and moved:  # the year speaks for the one elsewhere, the branch for the one here
            return _several([*moved, *near], entry)
        if near:
            what = "出生年不同" if numbers_allow(near[0], entry) else "工号不同"
            return Match(Verdict.SUSPICIOUS, candidates=near, why=f"同名同支部，{what}")
        if elsewhere:
            return _elsewhere(elsewhere, entry)
        return self._unheard_of(entry)

    def _last_of(self, known: Known, entry: Entry) -> Match:
        """Of several namesakes one is left: the row may mean him, or once more one of those whom other rows mean."""
        rows = [self.claimed[one.pk] for one in self._namesakes(entry) if one.pk in self.claimed and agree(one, entry)]
        others = f"，第 {min(rows)} 行已是另一人" if rows else ""
        return Match(Verdict.SUSPICIOUS, candidates=[known], why=f"同名的不止一人{others}", suggestion=Decision.SKIP)

    def _unheard_of(self, entry: Entry) -> Match:
        """Nobody of that name is left: somebody whose name was misspelt, a second line for the same person, or a new one."""
        taken = [known.pk for known in self._namesakes(entry) if agree(known, entry)]
        if taken:
            return _same_as(self.claimed[taken[0]])
        alike = self._alike(entry)
        if alike:
            return Match(Verdict.SUSPICIOUS, candidates=alike, why="一字之差，出生年相同")
        others = self._new[entry.name]
        same = [other.number for other in others if other.family == entry.family and agree(other, entry)]
        twins = self._twins(entry)
        others.append(entry)
        if same:
            return _same_as(same[0])
        why = f"和第 {twins[0]} 行同名、同一年出生，支部不同" if twins else ""
        return Match(Verdict.SUSPICIOUS if twins else Verdict.NEW, why=why)

    def _twins(self, entry: Entry) -> list[int]:
        """Rows of other branches for the same name and year, where no number tells them apart: moved, and left on the old list."""
        known = [
            self.claimed[one.pk]
            for one in self.roll.by_name.get(entry.name, [])
            if one.pk in self.claimed and same_year(one, entry) and numbers_allow(one, entry)
        ]
        found = [row for row in known if numbers_allow(self._entries[row], entry)]
        new = [
            other.number for other in self._new[entry.name] if same_year(other, entry) and numbers_allow(other, entry)
        ]
        return sorted([*found, *new])

    def _alike(self, entry: Entry) -> list[Known]:
        """Those of the same branch and year whose name differs in one character, those that sound the same first."""
        if entry.family is None:
            return []
        alike = [
            known
            for known in self.roll.by_family.get(entry.family, [])
            if same_year(known, entry)
            and known.pk not in self.claimed
            and one_character_apart(known.name, entry.name)
            and numbers_allow(known, entry)
        ]
        return sorted(alike, key=lambda known: lazy_pinyin(known.name) != lazy_pinyin(entry.name))


def _same_as(row: int) -> Match:
    return Match(Verdict.REFUSED, why=f"和第 {row} 行指的是同一个人。确实是两个人的，请都填上工号。")


def _several(known: Sequence[Known], entry: Entry) -> Match:
    likeliest = sorted(known, key=lambda one: not same_year(one, entry))
    return Match(Verdict.SUSPICIOUS, candidates=likeliest, why=f"同名{_people(known)}", suggestion=Decision.SKIP)


def _elsewhere(known: Sequence[Known], entry: Entry) -> Match:
    if len(known) > 1:
        return _several(known, entry)
    why = "同名不同支部" if known[0].unit else "同名，名册上没有编入党组织"
    suggestion = Decision.THIS if same_year(known[0], entry) else ""
    return Match(Verdict.SUSPICIOUS, candidates=known, why=why, suggestion=suggestion)


def _people(known: Sequence[Known]) -> str:
    return "两人" if len(known) == 2 else f" {len(known)} 人"


def same_year(known: Known | Entry, entry: Entry) -> bool:
    """True if both years of birth are known and equal."""
    return known.birth_year is not None and known.birth_year == entry.birth_year


def numbers_allow(known: Known | Entry, entry: Entry) -> bool:
    """False if both have a staff number and these differ."""
    return not known.staff_no or not entry.staff_no or known.staff_no == entry.staff_no


def agree(known: Known | Entry, entry: Entry) -> bool:
    """True if neither year of birth nor staff number speaks against their being the same."""
    years = {known.birth_year, entry.birth_year} - {None}
    return len(years) < 2 and numbers_allow(known, entry)


def one_character_apart(one: str, other: str) -> bool:
    """True for names of the same length that differ in exactly one character."""
    return len(one) == len(other) and sum(1 for a, b in zip(one, other, strict=True) if a != b) == 1
