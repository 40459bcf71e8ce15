"""What the source article names, read from `article.toml`: pillars, lines, kinds, programmes.

Pure: dataclasses only. `loading.py` turns them into rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .entries import Entry, EntryError, read_document, unique
from .titles import unknown_placeholders

ARTICLE = Path(__file__).with_name("article.toml")

# The same codes as the choices of the models; a test compares them.
LEVELS = ("work_committee", "party_group", "organ_committee", "general_branch", "branch", "group")
EXPECTED = ("members", "full_members", "committee", "group", "study_centre", "youth", "open")
HOURS_RULES = ("none", "duration", "half_day")
MEASURES = ("activities", "organisations", "attendances", "hours")
TARGETS_PER = ("total", "organ", "branch")


@dataclass(frozen=True)
class PillarEntry:
    """One of the three: its number, name and what it is to bring forth."""

    order: int
    name: str
    force: str


@dataclass(frozen=True)
class LineEntry:
    """One of the nine lines; `pillar` is the pillar's number."""

    code: str
    pillar: int
    name: str
    order: int


@dataclass(frozen=True)
class AgendaEntry:
    """One line of an agenda template."""

    title: str
    first_topic: bool


@dataclass(frozen=True)
class KindEntry:
    """A kind of activity; `minutes` is its usual length."""

    code: str
    name: str
    line: str
    expected: str
    levels: tuple[str, ...]
    title: str
    agenda: tuple[AgendaEntry, ...]
    minutes: int
    hours_rule: str
    has_vote: bool
    headcount: bool
    common: bool
    order: int


@dataclass(frozen=True)
class IndicatorEntry:
    """A planned figure; no kinds means all activities of the programme, no target means none is planned."""

    name: str
    measure: str
    kinds: tuple[str, ...]
    per: str
    target: int | None
    order: int


@dataclass(frozen=True)
class ProgrammeEntry:
    """A project of a line; activities of its kinds are put down to it unless the recorder says otherwise."""

    code: str
    line: str
    name: str
    goal: str
    led_by: str
    kinds: tuple[str, ...]
    indicators: tuple[IndicatorEntry, ...]
    order: int


@dataclass(frozen=True)
class Article:
    """The whole file, checked."""

    pillars: tuple[PillarEntry, ...]
    lines: tuple[LineEntry, ...]
    kinds: tuple[KindEntry, ...]
    programmes: tuple[ProgrammeEntry, ...]

    @property
    def line_codes(self) -> set[str]:
        """Codes of the lines."""
        return {line.code for line in self.lines}

    @property
    def kind_codes(self) -> set[str]:
        """Codes of the kinds."""
        return {kind.code for kind in self.kinds}


def read_article(path: Path = ARTICLE) -> Article:
    """The file as dataclasses. Raises EntryError with a sentence that names the entry at fault."""
    whole = read_document(path)
    pillars = tuple(_pillar(entry) for entry in whole.tables("pillar"))
    numbers = {pillar.order for pillar in pillars}
    lines = tuple(_line(entry, numbers, n) for n, entry in _numbered(whole, "line"))
    line_codes = {line.code for line in lines}
    kinds = tuple(_kind(entry, line_codes, n) for n, entry in _numbered(whole, "kind"))
    kind_codes = {kind.code for kind in kinds}
    programmes = tuple(_programme(entry, line_codes, kind_codes, n) for n, entry in _numbered(whole, "programme"))
    whole.finish()
    for section, entries in (("line", lines), ("kind", kinds), ("programme", programmes)):
        unique((entry.code for entry in entries), f"{path.name}，{section}")
    _one_programme_a_kind(programmes, path.name)
    return Article(pillars, lines, kinds, programmes)


@cache
def shipped_article() -> Article:
    """The article that the product ships, read once in a process."""
    return read_article()


def _numbered(whole: Entry, section: str) -> list[tuple[int, Entry]]:
    """Entries with their order: tens, so that a person can put one of her own in between."""
    return [(n * 10, entry) for n, entry in enumerate(whole.tables(section), start=1)]


def _pillar(entry: Entry) -> PillarEntry:
    pillar = PillarEntry(entry.number("order", least=1), entry.text("name"), entry.text("force"))
    entry.finish()
    return pillar


def _line(entry: Entry, pillars: set[int], order: int) -> LineEntry:
    line = LineEntry(entry.text("code"), entry.number("pillar"), entry.text("name"), order)
    if line.pillar not in pillars:
        raise entry.refuse(f"没有第 {line.pillar} 个支柱")
    entry.finish()
    return line


def _kind(entry: Entry, lines: set[str], order: int) -> KindEntry:
    name = entry.text("name")
    kind = KindEntry(
        code=entry.text("code"),
        name=name,
        line=entry.choice("line", lines),
        expected=entry.choice("expected", EXPECTED),
        levels=entry.texts("levels", LEVELS),
        title=entry.text("title", default=name),
        agenda=_agenda(entry),
        minutes=entry.number("minutes", least=1),
        hours_rule=entry.choice("hours_rule", HOURS_RULES, default="none"),
        has_vote=entry.flag("has_vote"),
        headcount=entry.flag("headcount"),
        common=entry.flag("common"),
        order=order,
    )
    entry.finish()
    if not kind.levels:
        raise entry.refuse("levels 不能为空")
    if unknown_placeholders(kind.title):
        raise entry.refuse(f"标题模板“{kind.title}”里有不认识的占位")
    return kind


def _agenda(entry: Entry) -> tuple[AgendaEntry, ...]:
    """The agenda template; with `first_topic` its first item is the 第一议题."""
    titles = entry.texts("agenda")
    first_topic = entry.flag("first_topic")
    if first_topic and not titles:
        raise entry.refuse("写了 first_topic，却没有议程")
    return tuple(AgendaEntry(title, first_topic and n == 0) for n, title in enumerate(titles))


def _programme(entry: Entry, lines: set[str], kinds: set[str], order: int) -> ProgrammeEntry:
    own_kinds = entry.texts("kinds", kinds)
    programme = ProgrammeEntry(
        code=entry.text("code"),
        line=entry.choice("line", lines),
        name=entry.text("name"),
        goal=entry.text("goal"),
        led_by=entry.text("led_by"),
        kinds=own_kinds,
        indicators=tuple(
            _indicator(item, own_kinds, n * 10) for n, item in enumerate(entry.tables("indicators"), start=1)
        ),
        order=order,
    )
    entry.finish()
    return programme


def _indicator(entry: Entry, kinds: tuple[str, ...], order: int) -> IndicatorEntry:
    """An indicator counts among the activities of its programme, so its kinds are the programme's."""
    indicator = IndicatorEntry(
        name=entry.text("name"),
        measure=entry.choice("measure", MEASURES),
        kinds=entry.texts("kinds", kinds),
        per=entry.choice("per", TARGETS_PER, default="total"),
        target=entry.number_or_none("target", least=1),
        order=order,
    )
    entry.finish()
    return indicator


def _one_programme_a_kind(programmes: tuple[ProgrammeEntry, ...], file: str) -> None:
    """A kind fills in one programme by itself: with two, the form could not know which."""
    owners: dict[str, str] = {}
    for programme in programmes:
        for kind in programme.kinds:
            if kind in owners:
                raise EntryError(f"{file}：类别“{kind}”同时归入 {owners[kind]} 和 {programme.code}。")
            owners[kind] = programme.code
