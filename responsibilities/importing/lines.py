"""From the rows of a file to lines of a list: what the words say, what had to be guessed, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from programmes.models import ActivityKind
from programmes.models import Line as Strand

from ..models import Duty, DutyType, Rhythm
from .columns import type_of
from .deadlines import When, together
from .naming import SeatNames
from .proofs import Book, Proven
from .tables import FileRow, FileTable

LENGTHS = {
    name: Duty._meta.get_field(name).max_length or 0 for name in ("category", "content", "measure", "standard", "basis")
}
LABELS = {"category": "类别", "content": "工作内容", "measure": "工作措施", "standard": "工作标准", "basis": "依据"}
HAN_OR_MARK = r"[㐀-鿿，。；：、！？（）“”《》]"
BROKEN = re.compile(rf"(?<={HAN_OR_MARK})\n(?={HAN_OR_MARK})")
NUMBERING = re.compile(r"^(第?[（(]?([一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．章部]+\s*)")


@dataclass
class Line:
    """A line of the list to come. ``given``: the fields of which the file says something; ``notes``: what to look at."""

    number: str
    level: str
    post: str
    content: str
    measure: str = ""
    category: str = ""
    standard: str = ""
    basis: str = ""
    type: str = DutyType.POST
    rhythm: str = Rhythm.YEAR
    times: int = 1
    deadline: date | None = None
    proof: str = ""
    kinds: tuple[ActivityKind, ...] = ()
    requirement: str = ""
    strand: Strand | None = None
    given: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    codes: frozenset[str] = frozenset()
    type_guessed: bool = False
    when: When | None = None
    proven: Proven | None = None

    @property
    def place(self) -> str:
        """党支部，支部书记."""
        return f"{self.level}，{self.post}"


@dataclass(frozen=True)
class Refused:
    """A row, or one of those whom it names, of which nothing is taken."""

    number: str
    name: str
    why: str


class Lines:
    """All lines and refusals of a file."""

    def __init__(self, table: FileTable, names: SeatNames, book: Book, *, year: int | None, today: date) -> None:
        self.table, self.names, self.book, self.year, self.today = table, names, book, year, today
        self.lines: list[Line] = []
        self.refused: list[Refused] = []
        self.codes = {level.name: level.codes for level in names.levels}
        self.meant = {seat["text"]: (seat["level"], seat["post"]) for seat in table.record.seats}
        self.seen: dict[tuple[str, str, str, str], str] = {}
        for row in table.rows:
            self._take(row)

    def _take(self, row: FileRow) -> None:
        why = row.fault or self._fault(row)
        if why:
            self.refused.append(Refused(row.number, row.hint or _short(content_of(row)), why))
            return
        if not row.seats:
            self.refused.append(Refused(row.number, _short(content_of(row)), "没写是谁的责任。"))
        for text in dict.fromkeys(text for text, _, _ in row.ways):
            self._seat(row, text)

    def _fault(self, row: FileRow) -> str:
        """What is wrong with the words of a row, whoever it binds."""
        texts = texts_of(row)
        if not texts["content"]:
            return "没有工作内容。"
        for name, most in LENGTHS.items():
            if len(texts[name]) > most:
                return f"{LABELS[name]}有 {len(texts[name]):,} 个字，最多 {most} 个字。请在表里精简或者拆成几行。"
        return ""

    def _seat(self, row: FileRow, text: str) -> None:
        """The line for one of those whom the row binds."""
        level, post = self.meant.get(text, ("", ""))
        if not level or not post:
            name = _short(content_of(row))
            self.refused.append(Refused(row.number, name, f"“{_short(text)}”没有对应到级和岗。"))
            return
        line = self._line(row, level, post)
        key = (level, post, line.content, line.measure)
        if key in self.seen:
            why = (
                f"和第 {self.seen[key]} 行一样，都是{line.place}的。"
                if self.seen[key] != row.number
                else "同一岗写了两遍。"
            )
            self.refused.append(Refused(row.number, _short(line.content), why))
            return
        self.seen[key] = row.number
        self.lines.append(line)

    def _line(self, row: FileRow, level: str, post: str) -> Line:
        texts = texts_of(row)
        given = {name for name in (*LENGTHS, "type") if name in self.table.fields}
        line = Line(row.number, level, post, **texts, given=given, codes=self.codes.get(level, frozenset()))
        if not line.category and row.section:
            line.category, given = NUMBERING.sub("", row.section)[: LENGTHS["category"]], given | {"category"}
        line.given = given
        self._type(line, row)
        line.when = together(row.cell("rhythm"), row.cell("deadline"), year=self.year, today=self.today)
        line.proven = self.book.proof_written(row.cell("proof"), line.codes)
        return line

    def _type(self, line: Line, row: FileRow) -> None:
        """As the file says; else by words in the category and content; else post duty, to be looked at."""
        try:
            found = type_of(row.cell("type"))
        except ValueError:
            found = None
            line.notes.append("责任类型写了几种，请看一眼")
        if found:
            line.type = found
            return
        line.given.discard("type")
        named = [kind for kind in DutyType if kind.label in f"{line.category}{line.content}{row.section}"]
        line.type = str(named[0]) if len(named) == 1 else DutyType.POST
        line.type_guessed = len(named) != 1 and "type" in self.table.fields  # without a column the page says it once


def content_of(row: FileRow) -> str:
    """What the row is about."""
    return texts_of(row)["content"]


def texts_of(row: FileRow) -> dict[str, str]:
    """The words of a row, on one line each. Where there is no column for contents, measures are the contents."""
    texts = {name: one_line(row.cell(name)) for name in LENGTHS}
    if not texts["content"] and "content" not in row.cells:
        texts["content"] = texts["measure"]
    if texts["measure"] == texts["content"]:  # one cell over both columns
        texts["measure"] = ""
    return texts


def one_line(text: str) -> str:
    """The words without their line breaks."""
    return " ".join(BROKEN.sub("", text).split())


def _short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"


def complete_new(line: Line, book: Book) -> None:
    """Fill in what the file leaves open, for a line that no edition before has."""
    when = line.when or When(Rhythm.YEAR)
    line.rhythm, line.times, line.deadline = when.rhythm, when.times, when.deadline
    if when.note:
        line.notes.append(when.note)
    if line.type_guessed:
        line.notes.append(f"没写责任类型，先按{DutyType(line.type).label}")
    proven = line.proven or book.proof_guessed(f"{line.content}{line.measure}", line.codes)
    line.proof, line.kinds = proven.proof, proven.kinds
    line.notes += [f"没有“{name}”这种活动类别" for name in proven.unknown]
    bind_rule(line, book, exactly=not proven.guessed)
    line.strand = line.kinds[0].line if line.kinds else None


def bind_rule(line: Line, book: Book, *, exactly: bool) -> None:
    """Name the requirement that asks for the same, as often, of the same level; its kinds are then those that count."""
    rule = book.rule_for(line.kinds, line.rhythm, line.times, line.codes)
    if rule is None or (exactly and rule.kinds != {kind.pk for kind in line.kinds}):
        return
    line.requirement = rule.code
    line.kinds = tuple(kind for kind in book.kinds if kind.pk in rule.kinds)


def past(lines: Iterable[Line], today: date) -> None:
    """Say of which lines the day is over already."""
    for line in lines:
        if line.deadline is not None and line.deadline < today:
            line.notes.append("完成时限已经过去")
