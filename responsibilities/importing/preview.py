"""What the pages of an import show: its columns and ways of writing, and what would become of its rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.forms import BaseForm, BoundField

from organisations.importing.columns import USELESS

from ..drafting import MOST_LINES
from ..list_changes import FieldChange
from ..models import Duty, DutyImport, DutyType, Proof
from ..wording import rhythm_words
from .checking import Check
from .columns import LABELS
from .comparing import proof_text
from .lines import Line, Refused
from .receiving import names_for
from .tables import FileTable

SHOWN = 50


@dataclass(frozen=True)
class ColumnLine:
    """One column of the file: ``look`` is a state or empty, ``word`` what stands beside it."""

    letter: str
    title: str
    samples: str
    field: BoundField | None
    look: str
    word: str


@dataclass(frozen=True)
class SeatLine:
    """One way of writing, with the two selects that say what it means."""

    text: str
    rows: int
    level: BoundField
    post: BoundField
    look: str
    word: str

    @property
    def fields(self) -> tuple[BoundField, BoundField]:
        """Both selects."""
        return self.level, self.post


class Mapping:
    """What the columns are and who is meant, with the form that changes it."""

    step = 2

    def __init__(self, record: DutyImport, form: BaseForm) -> None:
        self.record, self.form = record, form
        self.table = FileTable(record)

    @property
    def known(self) -> int:
        """How many columns are something."""
        return sum(bool(column["field"]) for column in self.record.columns)

    @cached_property
    def columns(self) -> list[ColumnLine]:
        """All columns, those that are something first."""
        return [self._column(column) for column in sorted(self.record.columns, key=lambda one: not one["field"])]

    def _column(self, column: dict[str, Any]) -> ColumnLine:
        name = f"column_{column['index']}"
        samples = "；".join(text.rstrip("。；") for text in column["samples"] if text)
        look, word = ("", "已认出") if column["field"] in LABELS else ("off", column["note"] or USELESS)
        return ColumnLine(
            letter=column["letter"],
            title=column["title"] or "（没有标题）",
            samples="（不读取）" if column["forbidden"] else samples or "（空）",
            field=self.form[name] if name in self.form.fields else None,
            look=look,
            word=word,
        )

    @cached_property
    def seats(self) -> list[SeatLine]:
        """The ways of writing that the page asks about, those that nobody knows first."""
        asked = self.form.asked  # type: ignore[attr-defined]
        return [self._seat(place, seat) for place, seat in sorted(asked, key=lambda one: (_known(one[1]), one[0]))]

    def _seat(self, place: int, seat: dict[str, Any]) -> SeatLine:
        look, word = [("late", "没认出，不选就不导"), ("soon", "猜的，请看一眼"), ("", "已认出")][_known(seat)]
        level, post = self.form[f"level_{place}"], self.form[f"post_{place}"]
        return SeatLine(seat["text"], seat["rows"], level, post, look, word)

    @property
    def later(self) -> int:
        """How many more ways of writing there are than the page asks about."""
        return len(self.record.seats) - len(self.seats)

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self.table.rows)


def _known(seat: dict[str, Any]) -> int:
    """0 for nobody, 1 for a guess, 2 for what the words say."""
    return 2 if seat["sure"] else 1 if seat["level"] and seat["post"] else 0


@dataclass(frozen=True)
class Shown:
    """One line for the eye."""

    line: Line
    key: str
    ticked: bool
    changes: tuple[FieldChange, ...] = ()
    rule: str = ""

    @property
    def type(self) -> str:
        """岗位责任."""
        return str(DutyType(self.line.type).label)

    @property
    def rhythm(self) -> str:
        """每季度."""
        return rhythm_words(self.line)  # type: ignore[arg-type]

    @property
    def proof(self) -> str:
        """活动记录：党课."""
        return proof_text(self.line.proof or Proof.TEXT, self.line.kinds)


@dataclass(frozen=True)
class Missing:
    """A line of the edition before that the file does not have."""

    duty: Duty
    ticked: bool


class Preview:
    """One import before the writing. ``taken`` and ``kept``: what a refused page had ticked; None for a page just opened."""

    step = 3

    def __init__(
        self, record: DutyImport, today: date, *, taken: Collection[str] | None = None, kept: Collection[int] = ()
    ) -> None:
        self.record, self.taken, self.kept = record, taken, kept
        self.check = Check(record, names_for(record), today)
        self.table = self.check.table

    @property
    def seen(self) -> str:
        """What the page sends back so that nothing else is written than what it shows."""
        return self.check.fingerprint

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self.table.rows)

    @cached_property
    def new(self) -> list[Shown]:
        """Lines that no edition before has."""
        return [self._shown(line) for line in self.check.compared.new][: self._most]

    @cached_property
    def changed(self) -> list[Shown]:
        """Lines that were otherwise before."""
        return [self._shown(pair.line, pair.changes) for pair in self.check.compared.changed][: self._most]

    @cached_property
    def same(self) -> list[Shown]:
        """Lines that stay."""
        return [self._shown(pair.line) for pair in self.check.compared.same][: self._most]

    @cached_property
    def missing(self) -> list[Missing]:
        """Lines of the edition before that the file does not have."""
        return [Missing(duty, duty.pk in self.kept) for duty in self.check.compared.missing]

    @cached_property
    def refused(self) -> list[Refused]:
        """Rows of which nothing is taken."""
        return self.check.refused[:SHOWN]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each sort."""
        found = self.check.compared
        return {
            "new": len(found.new),
            "changed": len(found.changed),
            "same": len(found.same),
            "missing": len(found.missing),
            "refused": len(self.check.refused),
        }

    @property
    def total(self) -> int:
        """How many lines the list would have with everything ticked."""
        return self.counts["new"] + self.counts["changed"] + self.counts["same"]

    @property
    def too_many(self) -> str:
        """Why the list cannot be made at all; empty if it can."""
        return (
            f"一份清单最多 {MOST_LINES} 项，表里有 {self.total:,} 项。请分成几份再导。"
            if self.total > MOST_LINES
            else ""
        )

    @property
    def untyped(self) -> bool:
        """Whether the file says nothing about the type of any duty, so that new lines have to be looked at."""
        return bool(self.new) and "type" not in self.table.fields

    @property
    def further(self) -> int:
        """How many more rows are refused than the page lists."""
        return self.counts["refused"] - len(self.refused)

    @property
    def _most(self) -> int | None:
        """All of a list that can be made, so that each can be ticked; the beginning of one that cannot."""
        return SHOWN if self.total > MOST_LINES else None

    def _shown(self, line: Line, changes: tuple[FieldChange, ...] = ()) -> Shown:
        key = self.check.key(line)
        rule = self.check.book.rule(line.requirement) if line.requirement else None
        return Shown(line, key, self.taken is None or key in self.taken, changes, rule.name if rule else "")

    @property
    def sentence(self) -> str:
        """新增 4 项，变更 9 项，没有变化 20 项，错 2 行不导."""
        counts = self.counts
        parts = [f"新增 {counts['new']:,} 项"]
        if self.record.revises_id:
            parts += [f"变更 {counts['changed']:,} 项", f"没有变化 {counts['same']:,} 项"]
        if counts["missing"]:
            parts.append(f"旧版有、表里没有 {counts['missing']:,} 项")
        if counts["refused"]:
            parts.append(f"错 {counts['refused']:,} 行不导")
        return "，".join(parts)
