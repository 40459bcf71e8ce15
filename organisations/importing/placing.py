"""Which organisation the text of a unit means: sure only where a name fits exactly one, otherwise at most a suggestion."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from .. import paths
from ..models import Level, Organisation
from . import dates
from .fields import plain
from .subject import Field, Reading

# A city has a few thousand names, and each is compared with each other of its kind.
MANY = 20_000
NUMBER = r"[一二三四五六七八九十]{1,3}"
ENDINGS = {
    Level.GROUP: r"(党)?小组$",
    Level.BRANCH: r"(党)?支部(委员会)?$",
    Level.GENERAL_BRANCH: r"(党)?总支(部)?(委员会)?$",
    Level.ORGAN_COMMITTEE: r"(直属)?(机关)?(党委|党的委员会|委员会)$",
    Level.PARTY_GROUP: r"(党组|党委)(（党委）|（党组）)?$",
    Level.WORK_COMMITTEE: r"(工委|工作委员会)$",
}


@dataclass(frozen=True)
class Place:
    """What a text means: an organisation and whether there is no doubt, or none with what it may be."""

    organisation: int | None = None
    sure: bool = False


@dataclass
class Unit:
    """An organisation as placing sees it: no more than is compared."""

    pk: int
    path: str
    level: str
    name: str
    full_name: str
    code: str
    above: list[Unit] = field(default_factory=list)  # from the nearest up

    @property
    def near_name(self) -> str:
        """As ``Organisation.near_name``."""
        return self.above[0].name + self.name if self.level == Level.GROUP and self.above else self.name


def place_text(values: Mapping[str, Any], fields: Sequence[Field]) -> str:
    """The text that says where a row belongs, from the unit down: 市财政局 第一党支部."""
    texts = [str(values[item.code]) for item in fields if item.is_place and values.get(item.code)]
    return " ".join(texts)


@lru_cache(MANY)
def bare(text: str) -> str:
    """A name without what offices write or leave out at will: 中共…, spaces, 第, the writing of numbers."""
    found = re.sub(r"^(中国共产党|中共)", "", plain(text))
    return re.sub(rf"第?(\d{{1,2}}|{NUMBER})(?=号?(党|支|总|小|$))", _number, found)


def _number(match: re.Match[str]) -> str:
    """第一, 第1, 一 and 1 all as 1; what is no number stays."""
    found = match[1]
    try:
        return str(int(found) if found.isdecimal() else dates.chinese_number(found))
    except ValueError:
        return match[0]


@lru_cache(MANY)
def core(text: str) -> str:
    """The bare name without the word for its kind: 第一党支部, 一支部 and 第1支部委员会 are all 1, with the kind kept apart."""
    found = bare(text)
    for level, ending in ENDINGS.items():
        cut = re.sub(ending, "", found)
        if cut != found:
            return f"{cut.removesuffix('机关')}|{'branch' if level == Level.BRANCH else level}"
    return found.removesuffix("机关") + "|"


class Placer:
    """All organisations below ``top`` (it included), read in one statement, and the writings that were settled before."""

    def __init__(self, top: Organisation, remembered: Mapping[str, int], today: date) -> None:
        rows = Organisation.objects.under(top).open_on(today).in_tree_order()
        self.units: dict[int, Unit] = {}
        self._exact: dict[str, list[Unit]] = defaultdict(list)
        self._bare: dict[str, list[Unit]] = defaultdict(list)
        self._core: dict[str, list[Unit]] = defaultdict(list)
        self._degrees: list[tuple[bool, dict[str, list[Unit]], Callable[[str], str]]] = [
            (True, self._exact, plain),
            (False, self._bare, bare),
            (False, self._core, core),
        ]
        self._named: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._coded: dict[str, set[int]] = defaultdict(set)
        self._by_text: dict[str, set[int]] = {}
        self._load(rows.values_list("pk", "path", "level", "name", "full_name", "code"))
        self._remembered = {text: pk for text, pk in remembered.items() if pk in self.units}
        self._known: dict[str, Place] = {}

    def _load(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Index all units by their names in three degrees of likeness."""
        by_path: dict[str, Unit] = {}
        for pk, path, level, name, full_name, code in rows:
            unit = Unit(pk, path, level, name, full_name, code or "")
            unit.above = [by_path[above] for above in reversed(paths.prefixes(path)[:-1]) if above in by_path]
            by_path[path] = self.units[pk] = unit
            for _, index, key in self._degrees:
                for text in {key(written) for written in (name, full_name, unit.near_name) if written}:
                    index[text].append(unit)
            if level not in (Level.BRANCH, Level.GROUP):  # an organ is often named without the word for its committee
                self._core[core(name).partition("|")[0] + "|"].append(unit)
            for written in filter(None, (name, full_name)):
                own, _, kind = core(written).partition("|")
                self._named[own, kind].add(pk)
                self._named[own, ""].add(pk)
            if code:
                self._exact[plain(code)].append(unit)
                self._coded[plain(code)].add(pk)

    def place(self, text: str) -> Place:
        """What a text of one or more parts (unit, branch, group, divided by spaces) means."""
        if text in self._remembered:
            return Place(self._remembered[text], True)
        if text not in self._known:
            self._known[text] = self._found(text)
        return self._known[text]

    def _found(self, text: str) -> Place:
        *above, last = text.split(" ")
        for exact, index, key in self._degrees:
            whole = index.get(key(text), [])
            units = whole or [unit for unit in index.get(key(last), []) if self._stands_under(unit, above)]
            if units:  # where several fit, whoever reads the file has to say which
                return Place(units[0].pk, exact) if len(units) == 1 else Place()
        return self._nearest(above, last)

    def _nearest(self, above: Sequence[str], last: str) -> Place:
        """A suggestion: a name with that of its organ grown together, or with another form of the organ's name."""
        for cut in range(1, len(last) - 1):
            head, tail = [*above, last[:cut]], last[cut:]
            units = [unit for unit in self._likely(tail) if self._stands_under(unit, head)]
            if len(units) == 1:
                return Place(units[0].pk)
        units = [unit for unit in self._likely(last) if above and _may_stand_under(unit, above)]
        return Place(units[0].pk) if len(units) == 1 else Place()

    def _stands_under(self, unit: Unit, above: Sequence[str]) -> bool:
        """True if each text names one of the units above ``unit``."""
        return all(not self._meant(text).isdisjoint(one.pk for one in unit.above) for text in above)

    def _meant(self, text: str) -> set[int]:
        """The units that ``text`` names, with or without the word for their kind: 市财政局 is 市财政局机关党委, too."""
        if text not in self._by_text:
            name, _, kind = core(text).partition("|")
            self._by_text[text] = self._named[name, kind] | self._coded[plain(text)]
        return self._by_text[text]

    def _likely(self, text: str) -> list[Unit]:
        """The units whose name is like ``text`` in the strictest degree that any fits."""
        return next((found for _, index, key in self._degrees if (found := index.get(key(text), []))), [])


def _may_stand_under(unit: Unit, above: Sequence[str]) -> bool:
    """True if each text is part of the name of one of the units above, or has it as a part: 财政局 for 市财政局机关党委."""
    names = [core(ancestor.name).partition("|")[0] for ancestor in unit.above]
    wanted = [core(text).partition("|")[0] for text in above]
    return all(any(text in name or name in text for name in names if name and text) for text in wanted)


def settle(
    readings: Iterable[Reading],
    fields: Sequence[Field],
    top: Organisation,
    remembered: Mapping[str, int],
    today: date,
) -> list[dict[str, Any]]:
    """The ways in which a file writes units, in the order of the file, as ``ImportBatch.places`` keeps them."""
    placer = Placer(top, remembered, today)
    texts = Counter(text for reading in readings if (text := place_text(reading.values, fields)))
    return [
        {"text": text, "rows": rows, "organisation": found.organisation, "sure": found.sure}
        for text, rows in texts.items()
        for found in [placer.place(text)]
    ]
