"""What people are reminded of about problems: who is waited for now. By number alone: neither the matter nor a name is said.

The step of a line is the state of its problem, so that it is settled the moment the problem goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Exists, Max, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from programmes.reminding import LATE, Owners, reached_step
from reminders.models import Key, Wanted
from reminders.sources import wanted_among
from reminders.workdays import WorkCalendar

from .models import Problem, ProblemAct, ProblemState
from .models.problem import ProblemQuerySet

LADDER = (7, 0)  # days before the due day
UNCLAIMED_AFTER = 2  # working days that a problem may wait for somebody to take it
# Of a reminder's row: its problem still waits for the same. Put together once, because every page asks it for the bell.
STILL_WAITING = Exists(Problem.objects.filter(pk=Cast(OuterRef("subject"), BigIntegerField()), state=OuterRef("step")))
FIELDS = (
    "pk",
    "state",
    "year",
    "number",
    "due_on",
    "registered_at",
    "sent_up_on",
    "verified_on",
    "owner_id",
    "checker_id",
    "raised_by_id",
    "solved_at__path",
    "organisation__name",
    "reported_on",
)


@dataclass(frozen=True)
class Waiting:
    """What a line needs to know of one problem."""

    pk: int
    state: str
    year: int
    number: int
    due_on: date
    registered_at: object
    sent_up_on: date | None
    verified_on: date | None
    owner_id: int | None
    checker_id: int | None
    raised_by_id: int | None
    path: str
    organisation: str
    reported_on: date | None

    @property
    def name(self) -> str:
        """第一党支部第 21 号问题."""
        return f"{self.organisation}第 {self.number} 号问题"

    def line(self, person_id: int, due_on: date, title: str, detail: str, *, is_late: bool = False) -> Wanted:
        """For one person."""
        url = reverse("problem", args=[self.pk])
        about = self.due_on if self.state in (ProblemState.CLAIMED, ProblemState.WORKING) else None
        return Wanted(str(self.pk), self.state, person_id, due_on, title, detail, url, about, is_late)


class ProblemSource:
    """Problems that wait for somebody: to take them, to solve them in time, to check them, to say whether they are solved."""

    name = "problem"

    def missing(self, today: date) -> list[Wanted]:
        """One line a problem and person that it waits for, in three queries."""
        return self._lines(Problem.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose problem still waits for the same person."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Problem.objects.filter(pk__in={int(key[0]) for key in keys}), today))

    def still_open(self) -> Exists:
        """The problem has not gone on since."""
        return STILL_WAITING

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "去办"

    def _lines(self, problems: ProblemQuerySet, today: date) -> list[Wanted]:
        reported = Max("steps__on", filter=Q(steps__act=ProblemAct.REPORTED))
        open_ones = problems.open().annotate(reported_on=reported).order_by("pk")
        rows = [Waiting(*fields) for fields in open_ones.values_list(*FIELDS)]
        owners = Owners(today, {row.path for row in rows})
        calendar = WorkCalendar.around(today)
        lines: list[Wanted] = []
        for row in rows:
            lines += _of(row, owners, calendar, today)
        return [line for line in lines if line.due_on <= today]


def _of(row: Waiting, owners: Owners, calendar: WorkCalendar, today: date) -> list[Wanted]:
    """The lines of one problem, by what it waits for."""
    if row.state == ProblemState.FOUND:
        return _to_be_taken(row, owners, calendar)
    if row.state in (ProblemState.CLAIMED, ProblemState.WORKING):
        return _to_be_solved(row, today)
    if row.state == ProblemState.REPORTED:
        return _to_be_checked(row, owners, today)
    if row.raised_by_id is None or row.verified_on is None:
        return []
    # He is asked about what he said himself: without the number, which means nothing to him.
    detail = "点一个就行：已解决、部分解决、没有解决"
    return [row.line(row.raised_by_id, row.verified_on, "你提的问题办完了，请看看解决了没有", detail)]


def _to_be_taken(row: Waiting, owners: Owners, calendar: WorkCalendar) -> list[Wanted]:
    since = row.sent_up_on or timezone.localdate(row.registered_at)  # type: ignore[arg-type]
    if row.owner_id is not None:
        return [row.line(row.owner_id, since, f"{row.name}派给了你，请认领", _by(row))]
    if row.sent_up_on is not None:
        title, due_on = f"{row.name}报到你这里", since
    else:
        title, due_on = f"{row.name}还没有人认领", calendar.add_workdays(since, UNCLAIMED_AFTER)
    return [row.line(owner.person_id, due_on, title, _by(row)) for owner in owners.of(row.path)]


def _to_be_solved(row: Waiting, today: date) -> list[Wanted]:
    step = reached_step(row.due_on, LADDER, today)
    if step is None or row.owner_id is None:
        return []
    late = step[0] == LATE
    title = f"{row.name}超过期限了" if late else f"{row.name}快到期限了"
    return [row.line(row.owner_id, step[1], title, _by(row), is_late=late)]


def _to_be_checked(row: Waiting, owners: Owners, today: date) -> list[Wanted]:
    """To the checker named; without one, to those who keep problems there and did not solve it."""
    named = [row.checker_id] if row.checker_id else [owner.person_id for owner in owners.of(row.path)]
    return [
        row.line(person, row.reported_on or today, f"{row.name}报了办结，请复核", "到场看一眼就行，不用照片")
        for person in named
        if person not in (row.owner_id, row.raised_by_id)
    ]


def _by(row: Waiting) -> str:
    return f"期限 {row.due_on.month}月{row.due_on.day}日"
