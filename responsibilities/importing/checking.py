"""What a file would become, worked out anew each time it is looked at; and what is written once somebody has confirmed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property

from programmes.models import ActivityKind

from ..list_pages import lines_of
from ..models import Duty, DutyImport, DutyList
from .comparing import Compared, compare
from .deadlines import year_of
from .lines import Line, Lines, Refused, past
from .naming import SeatNames
from .proofs import Book
from .tables import FileTable

WRITTEN = (
    "category",
    "type",
    "content",
    "measure",
    "standard",
    "basis",
    "rhythm",
    "times",
    "deadline",
    "proof",
)


class Check:
    """The lines of an import by what becomes of them. A constant number of statements, whatever the size of the file."""

    def __init__(self, record: DutyImport, names: SeatNames, today: date) -> None:
        self.record, self.names, self.today = record, names, today

    @cached_property
    def table(self) -> FileTable:
        """The table in use."""
        return FileTable(self.record)

    @cached_property
    def book(self) -> Book:
        """Kinds and rules of today."""
        return Book.read(self.today)

    @cached_property
    def old(self) -> list[Duty]:
        """The lines of the edition that is revised."""
        return lines_of(self.record.revises) if self.record.revises is not None else []

    @cached_property
    def read(self) -> Lines:
        """Lines and refusals of the file."""
        year = year_of(self.record.title, self.table.words, self.record.file_name)
        return Lines(self.table, self.names, self.book, year=year, today=self.today)

    @cached_property
    def compared(self) -> Compared:
        """New, changed, the same, no longer there."""
        found = compare(self.read.lines, self.old, self.book)
        past([*found.new, *(pair.line for pair in found.changed)], self.today)
        return found

    @property
    def refused(self) -> list[Refused]:
        """Rows of which nothing is taken."""
        return self.read.refused

    def key(self, line: Line) -> str:
        """What a tick says of which line it speaks: its place in the file."""
        return self._keys[id(line)]

    @cached_property
    def _keys(self) -> dict[int, str]:
        return {id(line): str(place) for place, line in enumerate(self.read.lines)}

    @cached_property
    def fingerprint(self) -> str:
        """A fingerprint of all that the page shows, so that nothing else is written than what was seen."""
        found = self.compared
        shown = [
            [_words(line) for line in found.new],
            [[pair.old.pk, _words(pair.line)] for pair in (*found.changed, *found.same)],
            [duty.pk for duty in found.missing],
            [self.record.title, self.record.preset],
        ]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False, default=str).encode()).hexdigest()[:32]

    def lines(self, taken: Collection[str], kept: Collection[int]) -> list[Line | Duty]:
        """What the draft gets: of a change that is not taken the line before, of a new line that is not taken nothing."""
        found: list[Line | Duty] = []
        pairs = {id(pair.line): pair for pair in (*self.compared.changed, *self.compared.same)}
        changed = {id(pair.line) for pair in self.compared.changed}
        for line in self.read.lines:
            is_taken = self.key(line) in taken
            pair = pairs.get(id(line))
            if pair is None and is_taken:
                found.append(line)
            elif pair is not None:
                found.append(pair.old if id(line) in changed and not is_taken else line)
        return [*found, *(duty for duty in self.compared.missing if duty.pk in kept)]

    def duties(self, draft: DutyList, lines: Sequence[Line | Duty]) -> list[tuple[Duty, list[ActivityKind]]]:
        """The rows of a draft, unsaved, each with its kinds."""
        levels = {level.name: level for level in draft.levels.all()}
        posts = {post.name: post for post in draft.posts.all()}
        found = []
        for line in lines:
            seat = {"level": levels[str(line.level)], "post": posts[str(line.post)]}
            written = {name: getattr(line, name) for name in WRITTEN}
            if isinstance(line, Duty):
                more, kinds = {"line": line.line, "requirement_code": self._in_force(line)}, list(line.kinds.all())
            else:
                more, kinds = {"line": line.strand, "requirement_code": line.requirement}, list(line.kinds)
            found.append((Duty(duty_list=draft, **seat, **written, **more), kinds))
        return found

    def _in_force(self, duty: Duty) -> str:
        """The requirement of a line before, if it still is one."""
        rule = self.book.rule(duty.requirement_code)
        return duty.requirement_code if rule and rule.level in duty.level.levels else ""


def _words(line: Line) -> list[object]:
    """All that a line would write."""
    return [
        line.level,
        line.post,
        *(getattr(line, name) for name in WRITTEN),
        [kind.pk for kind in line.kinds],
        line.requirement,
    ]
