"""The inbox: what is open now, what went away by itself, and the digests of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from organisations.models import Person

from .models import Digest, Key, Reminder
from .nearness import nearness
from .sources import Source, all_sources

MOST_LINES = 5  # a digest shows so many lines and the number of the others
DAYS_SHOWN = 10
RESOLVED_SHOWN = 8
RESOLVED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Line:
    """One open reminder as it stands in the inbox and in a letter."""

    title: str
    detail: str
    state: str
    word: str
    verb: str
    is_late: bool
    url: str


@dataclass(frozen=True)
class Day:
    """One digest of the past: how many lines it brought and how many of them are still open."""

    day: date
    brought: int
    still_open: int


class Inbox:
    """What one person is reminded of, as of ``today``. A constant number of queries."""

    def __init__(self, person: Person, today: date) -> None:
        self.person = person
        self.today = today
        self._own = Reminder.objects.visible_to(person)

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.name: source for source in all_sources()}

    @cached_property
    def _open(self) -> list[Reminder]:
        """Open reminders: what is late first, then by the day that they are about.

        The ledger is brought up to date by the hour; whoever has just recorded something looks here the next minute, so
        the sources are asked once more.
        """
        rows = list(self._own.still_open())
        wanted = {name: self._still_wanted(name, rows) for name in {row.source for row in rows}}
        found = [row for row in rows if row.key in wanted[row.source]]
        return sorted(found, key=lambda row: (not row.is_late, row.about_on or date.max, row.pk))

    def _still_wanted(self, name: str, rows: list[Reminder]) -> set[Key]:
        source = self._sources.get(name)
        return source.still_wanted([row.key for row in rows if row.source == name], self.today) if source else set()

    @cached_property
    def lines(self) -> list[Line]:
        """Everything that is open."""
        return [self._line(row) for row in self._open]

    @property
    def first_lines(self) -> list[Line]:
        """Those shown at once."""
        return self.lines[:MOST_LINES]

    @property
    def other_lines(self) -> list[Line]:
        """Those behind 另有 n 件."""
        return self.lines[MOST_LINES:]

    def _line(self, row: Reminder) -> Line:
        state, word = ("todo", "待办") if row.about_on is None else nearness(row.about_on, self.today)
        source = self._sources.get(row.source)
        verb = source.verb(row.is_late) if source else "查看"
        return Line(row.title, row.detail, state, word, verb, row.is_late, row.url)

    @cached_property
    def digests(self) -> list[Digest]:
        """The last digests, newest first."""
        return list(Digest.objects.visible_to(self.person)[:DAYS_SHOWN])

    @property
    def latest(self) -> Digest | None:
        """The last digest that arrived."""
        return self.digests[0] if self.digests else None

    @cached_property
    def days(self) -> list[Day]:
        """The digests in figures."""
        brought: dict[int | None, list[bool]] = {digest.pk: [] for digest in self.digests}
        for digest_id, closed_at in self._own.filter(digest__in=self.digests).values_list("digest_id", "closed_at"):
            brought[digest_id].append(closed_at is None)
        return [Day(digest.day, len(brought[digest.pk]), sum(brought[digest.pk])) for digest in self.digests]

    @cached_property
    def resolved(self) -> list[Reminder]:
        """What went away by itself lately, each thing once; not what only went on to its next step."""
        since = self.today - RESOLVED_WITHIN
        closed = self._own.filter(sent_at__isnull=False, closed_at__date__gte=since).order_by("-closed_at", "-pk")
        seen = {(row.source, row.subject) for row in self._own.filter(closed_at=None)}
        shown = []
        for row in closed[: 4 * RESOLVED_SHOWN]:
            if (row.source, row.subject) not in seen:
                seen.add((row.source, row.subject))
                shown.append(row)
        return shown[:RESOLVED_SHOWN]
