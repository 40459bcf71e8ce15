"""What a file would write, and what became of it: the rows of one import as its keeper reads them, fifty of a kind at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from ..models import Level, Organisation, Person
from ..models.importing import UNDO_FOR, Decision, ImportBatch, ImportRow, ImportState, ImportSubject, Outcome, Verdict
from ..templatetags.sanli import cn_date
from . import batches
from .naming import Named, named
from .placing import place_text
from .subject import Field
from .subjects import subject_of

PAGE = 50
UNITS = {ImportSubject.PEOPLE: "人", ImportSubject.ORGANISATIONS: "个单位", ImportSubject.APPOINTMENTS: "条任职"}
NOT_KEPT = "更正，不留旧值"
CELLS_SHOWN = 3

TITLES = {
    Verdict.SUSPICIOUS: "可疑",
    Verdict.CHANGED: "变更",
    Verdict.NEW: "新增",
    Verdict.MISSING: "名册上有、表里没有",
    Verdict.REFUSED: "有错的行",
    Outcome.STALE: "没有写入",
    Outcome.KEPT: "没有撤销",
}
BEFORE = (Verdict.SUSPICIOUS, Verdict.CHANGED, Verdict.NEW, Verdict.MISSING, Verdict.REFUSED)


@dataclass
class Sent:
    """What a preview page sent back: by key of the row, what was decided, whom it means, and which rows are ticked."""

    decisions: dict[int, str] = field(default_factory=dict)
    whom: dict[int, int] = field(default_factory=dict)
    accepted: dict[int, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a suspicious row may mean, and what it would change about him."""

    named: Named
    changes: list[dict[str, str]]


@dataclass(frozen=True)
class Line:
    """One row of the file for the eye."""

    row: ImportRow
    name: str
    rest: str
    candidates: list[Candidate]
    since: str
    decision: str
    accepted: bool
    whom: int | None

    @property
    def decisions(self) -> list[tuple[str, str, bool]]:
        """The three answers about a suspicious row, and which of them stands."""
        return [(value, label, value == self.decision) for value, label in Decision.choices]


@dataclass(frozen=True)
class Section:
    """The rows of one kind: a page of them, and how many there are."""

    kind: str
    count: int
    page: Page[Any]
    lines: list[Line]

    @property
    def title(self) -> str:
        """变更."""
        return TITLES[self.kind]  # type: ignore[index]

    @property
    def further(self) -> int:
        """How many more there are than this page shows."""
        return self.count - len(self.lines)


class Preview:
    """One batch: its figures, and its rows section by section. A fixed number of statements at any size.

    ``show`` picks one section, to be leafed through; otherwise the first fifty of each stand below each other. ``sent`` is
    what a refused page had chosen, so that nobody chooses twice.
    """

    def __init__(
        self,
        batch: ImportBatch,
        reader: Person,
        now: datetime,
        *,
        today: date,
        show: str = "",
        page: str = "",
        sent: Sent | None = None,
    ) -> None:
        self.batch, self.reader, self.now, self.today = batch, reader, now, today
        self.show = show if show in TITLES else ""
        self.number = page
        self.sent = sent or Sent()

    # --- the batch in words

    @property
    def title(self) -> str:
        """导入花名册."""
        return f"导入{self.batch.get_subject_display()}"

    @property
    def unit(self) -> str:
        """人, 个单位, 条任职."""
        return UNITS[ImportSubject(self.batch.subject)]

    @property
    def step(self) -> int:
        """Which of the four steps the batch is at."""
        if self.batch.state in (ImportState.RECEIVED, ImportState.FAILED):
            return 2
        return 3 if self.batch.state in (ImportState.CHECKING, ImportState.READY) else 4

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has it."""
        return self.batch.state in batches.AT_WORK

    @property
    def is_stuck(self) -> bool:
        """Whether the worker must have died."""
        return batches.is_stuck(self.batch, self.now)

    @property
    def is_about_people(self) -> bool:
        """Whether its rows are lines of the roster."""
        return self.batch.subject == ImportSubject.PEOPLE

    @property
    def knows_numbers(self) -> bool:
        """Whether the file tells people apart by their staff number."""
        return any(column["field"] == "staff_no" for column in self.batch.columns)

    @property
    def may_be_undone(self) -> bool:
        """Whether it can still be taken back."""
        return self.batch.may_be_undone(self.now)

    @property
    def undo_until(self) -> datetime | None:
        """Until when."""
        return self.batch.written_at + UNDO_FOR if self.batch.written_at else None

    # --- figures

    @cached_property
    def _tallies(self) -> list[tuple[str, bool, str, str, int]]:
        groups = self.batch.rows.order_by().values_list("verdict", "accepted", "decision", "outcome")
        return list(groups.annotate(number=Count("pk")))

    def _tally(self, **wanted: Any) -> int:
        names = ("verdict", "accepted", "decision", "outcome")
        rows = [(dict(zip(names, row[:4], strict=True)), row[4]) for row in self._tallies]
        return sum(number for group, number in rows if all(group[name] == value for name, value in wanted.items()))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows of each verdict."""
        return {verdict: self._tally(verdict=verdict) for verdict in Verdict.values}

    @property
    def to_add(self) -> int:
        """New ones that would be written."""
        sure = self._tally(verdict=Verdict.NEW, accepted=True)
        return sure + self._tally(verdict=Verdict.SUSPICIOUS, decision=Decision.NEW)

    @property
    def to_change(self) -> int:
        """Known ones that would be written."""
        sure = self._tally(verdict=Verdict.CHANGED, accepted=True)
        return sure + self._tally(verdict=Verdict.SUSPICIOUS, decision=Decision.THIS)

    @property
    def to_write(self) -> int:
        """What the button promises."""
        return self.to_add + self.to_change

    @property
    def undecided(self) -> int:
        """Suspicious ones that nobody has decided about."""
        return self._tally(verdict=Verdict.SUSPICIOUS, decision="")

    @property
    def sentence(self) -> str:
        """新增 4 人，变更 9 人，可疑未定 1 人，错 2 行不导，删除 0 人."""
        unit, refused = self.unit, self.counts[Verdict.REFUSED]
        parts = [f"新增 {self.to_add:,} {unit}", f"变更 {self.to_change:,} {unit}"]
        if self.undecided:
            parts.append(f"可疑未定 {self.undecided:,} 行")
        if refused:
            parts.append(f"错 {refused:,} 行不导")
        return "，".join([*parts, f"删除 0 {unit}"])

    @property
    def written_new(self) -> int:
        """New ones that were written. Kept with the batch: its rows are forgotten after half a year."""
        return int(self.batch.counts.get("written_new", 0))

    @property
    def written_changed(self) -> int:
        """Known ones that were written."""
        return int(self.batch.counts.get("written", 0)) - self.written_new

    @property
    def put_aside(self) -> int:
        """Rows that somebody decided to leave out: unticked ones, and suspicious ones that were put off."""
        unticked = sum(self._tally(verdict=verdict, accepted=False) for verdict in (Verdict.NEW, Verdict.CHANGED))
        return unticked + self._tally(verdict=Verdict.SUSPICIOUS, decision=Decision.SKIP)

    # --- rows

    @cached_property
    def sections(self) -> list[Section]:
        """The kinds of rows that there are, each with one page."""
        kinds = [kind for kind in self._kinds if self._count(kind) and self.show in ("", kind)]
        pages = {kind: self._page(kind) for kind in kinds}
        rows = [row for page in pages.values() for row in page.object_list]
        keys = {key for row in rows for key in row.candidates}
        known = named(ImportSubject(self.batch.subject), keys, self.reader, self.today)
        places = self._places(rows)
        return [
            Section(kind, self._count(kind), page, [self._line(row, known, places) for row in page.object_list])
            for kind, page in pages.items()
        ]

    def _places(self, rows: list[ImportRow]) -> dict[str, str]:
        """The units that these rows write, by what they write, as they are called here."""
        meant = {place["text"]: place["organisation"] for place in self.batch.places if place["organisation"]}
        texts = {self._place_text(row) for row in rows} & set(meant)
        found = Organisation.objects.select_related("parent").in_bulk({meant[text] for text in texts})
        return {text: found[meant[text]].near_name for text in texts if meant[text] in found}

    def _place_text(self, row: ImportRow) -> str:
        return place_text(row.values, self._fields)

    @property
    def _kinds(self) -> tuple[str, ...]:
        if self.batch.state == ImportState.DONE:
            return (Outcome.STALE, Verdict.REFUSED)
        return (Outcome.KEPT,) if self.batch.state == ImportState.UNDONE else BEFORE

    def _count(self, kind: str) -> int:
        return self._tally(outcome=kind) if kind in Outcome.values else self.counts[kind]

    def _page(self, kind: str) -> Page[Any]:
        rows = self.batch.rows.order_by("number", "pk")
        rows = rows.filter(outcome=kind) if kind in Outcome.values else rows.judged(Verdict(kind))
        page: Page[Any] = Counted(rows, PAGE, self._count(kind)).get_page(self.number if self.show else 1)
        page.object_list = list(page.object_list)
        return page

    def _line(self, row: ImportRow, known: Mapping[int, Named], places: Mapping[str, str]) -> Line:
        name, rest = self._written(row, places)
        return Line(
            row=row,
            name=name,
            rest=rest,
            candidates=[Candidate(known[key], _changes_of(row, key)) for key in row.candidates],
            since=_since(row),
            decision=self.sent.decisions.get(row.pk, row.decision),
            accepted=self.sent.accepted.get(row.pk, row.accepted),
            whom=self.sent.whom.get(row.pk, row.target),
        )

    def _written(self, row: ImportRow, places: Mapping[str, str]) -> tuple[str, str]:
        """What the file says: the name, and where it belongs with the next few cells."""
        name, *others = self._fields
        where = [row.cells[one.code] for one in others if one.is_place and row.cells.get(one.code)]
        rest = [row.cells[one.code] for one in others if not one.is_place and row.cells.get(one.code)]
        known = places.get(self._place_text(row))
        shown = [*([known] if known else where), *rest][:CELLS_SHOWN]
        return row.cells.get(name.code, ""), "，".join([*shown, *_guessed(row)])

    @cached_property
    def _fields(self) -> Sequence[Field]:
        return subject_of(self.batch.subject).fields


def _guessed(row: ImportRow) -> list[str]:
    """The level of a new organisation where its name gave it away and no cell says it: whoever confirms has to see that."""
    level = row.values.get("level")
    return [] if not level or row.cells.get("level") else [f"{Level(level).label}（层级没填，按名称认的）"]


def _since(row: ImportRow) -> str:
    """From which day a change holds: where somebody belongs has a history, the rest is corrected."""
    days = [date.fromisoformat(change["since"]) for change in row.changes if change.get("since")]
    return f"{cn_date(days[0])}起" if days else NOT_KEPT


def _changes_of(row: ImportRow, key: int) -> list[dict[str, str]]:
    """What a suspicious row would change about one of those whom it may mean."""
    return [change for change in row.changes if change.get("whom") == str(key)]


class Counted(Paginator):
    """A paginator that has been told how many there are."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count
