"""What people are reminded of about problems: who is waited for now. By number alone: neither the matter nor a name is said.

The step of a line is the state of its problem, so that it is settled the moment the problem goes on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Exists, Max, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse

from organisations.models import Appointment
from programmes.reminding import LATE, Owners, reached_step
from reminders.models import Key, Wanted
from reminders.sources import wanted_among
from reminders.workdays import WorkCalendar

from .models import Problem, ProblemAct, ProblemState
from .models.problem import ProblemQuerySet

LADDER = (7, 0)  # days before the due day
UNCLAIMED_AFTER = 2  # working days that a problem may wait for somebody to take it
UNTOUCHED_AFTER = 5  # working days after which the post that it was sent up to is reminded again
# What begins the waiting for somebody to take it.
PUT_DOWN = (
    ProblemAct.REGISTERED,
    ProblemAct.ASSIGNED,
    ProblemAct.HANDED_ON,
    ProblemAct.SENT_UP,
    ProblemAct.REOPENED,
)
# Of a reminder's row: its problem still waits for the same. Put together once, because every page asks it for the bell.
STILL_WAITING = Exists(Problem.objects.filter(pk=Cast(OuterRef("subject"), BigIntegerField()), state=OuterRef("step")))
FIELDS = (
    "pk",
    "state",
    "year",
    "number",
    "due_on",
    "sent_up_to_id",
    "sent_up_on",
    "verified_on",
    "owner_id",
    "checker_id",
    "raised_by_id",
    "solved_at__path",
    "organisation__name",
    "put_down_on",
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
    sent_up_to_id: int | None
    sent_up_on: date | None
    verified_on: date | None
    owner_id: int | None
    checker_id: int | None
    raised_by_id: int | None
    path: str
    organisation: str
    put_down_on: date
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
        """One line a problem and person that it waits for, in at most four queries."""
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
        put_down = Max("steps__on", filter=Q(steps__act__in=PUT_DOWN))
        reported = Max("steps__on", filter=Q(steps__act=ProblemAct.REPORTED))
        open_ones = problems.open().annotate(put_down_on=put_down, reported_on=reported).order_by("pk")
        rows = [Waiting(*fields) for fields in open_ones.values_list(*FIELDS)]
        keepers = _Keepers(rows, today)
        calendar = WorkCalendar.around(today)
        lines: list[Wanted] = []
        for row in rows:
            lines += _of(row, keepers, calendar, today)
        return [line for line in lines if line.due_on <= today]


class _Keepers:
    """Who keeps the problems of an organisation, read once: the post that one was sent up to, else whoever leads there."""

    def __init__(self, rows: list[Waiting], today: date) -> None:
        self.leading = Owners(today, {row.path for row in rows})
        self.holding: dict[tuple[str, int], list[int]] = defaultdict(list)
        asked = [row for row in rows if row.sent_up_to_id]
        if asked:
            posts, places = {row.sent_up_to_id for row in asked}, {row.path for row in asked}
            held = Appointment.objects.holding(today).filter(post__in=posts, organisation__path__in=places)
            for path, post, person in held.order_by("pk").values_list("organisation__path", "post", "person"):
                self.holding[path, post].append(person)

    def of(self, row: Waiting) -> list[int]:
        """The people."""
        named = self.holding.get((row.path, row.sent_up_to_id)) if row.sent_up_to_id else None
        return named or [owner.person_id for owner in self.leading.of(row.path)]


def _of(row: Waiting, keepers: _Keepers, calendar: WorkCalendar, today: date) -> list[Wanted]:
    """The lines of one problem, by what it waits for."""
    if row.state == ProblemState.FOUND:
        return _to_be_taken(row, keepers.of(row), calendar, today)
    if row.state in (ProblemState.CLAIMED, ProblemState.WORKING):
        return _to_be_solved(row, today)
    if row.state == ProblemState.REPORTED:
        return _to_be_checked(row, keepers.of(row), today)
    if row.raised_by_id is None or row.verified_on is None:
        return []
    # He is asked about what he said himself: without the number, which means nothing to him.
    detail = "点一个就行：已解决、部分解决、没有解决"
    return [row.line(row.raised_by_id, row.verified_on, "你提的问题办完了，请看看解决了没有", detail)]


def _to_be_taken(row: Waiting, keepers: list[int], calendar: WorkCalendar, today: date) -> list[Wanted]:
    """To whom it was given, at once; to those who keep it, when nobody has taken it for so long."""
    if row.sent_up_on is not None and row.owner_id is None:
        again = calendar.add_workdays(row.put_down_on, UNTOUCHED_AFTER)
        day, waits = (again, f"，{UNTOUCHED_AFTER} 个工作日没有动") if again <= today else (row.put_down_on, "")
        return [row.line(person, day, f"{row.name}报到你这里{waits}", _by(row)) for person in keepers]
    day = calendar.add_workdays(row.put_down_on, UNCLAIMED_AFTER)
    lines = [row.line(person, day, f"{row.name}还没有人认领", _by(row)) for person in keepers if person != row.owner_id]
    if row.owner_id is not None:
        lines.append(row.line(row.owner_id, row.put_down_on, f"{row.name}派给了你，请认领", _by(row)))
    return lines


def _to_be_solved(row: Waiting, today: date) -> list[Wanted]:
    step = reached_step(row.due_on, LADDER, today)
    if step is None or row.owner_id is None:
        return []
    late = step[0] == LATE
    title = f"{row.name}超过期限了" if late else f"{row.name}快到期限了"
    return [row.line(row.owner_id, step[1], title, _by(row), is_late=late)]


def _to_be_checked(row: Waiting, keepers: list[int], today: date) -> list[Wanted]:
    """To the checker named; where nobody is or he raised it himself, to those who keep it and did not solve it."""
    barred = (row.owner_id, row.raised_by_id)
    named = [row.checker_id] if row.checker_id and row.checker_id not in barred else keepers
    return [
        row.line(person, row.reported_on or today, f"{row.name}报了办结，请复核", "到场看一眼就行，不用照片")
        for person in named
        if person not in barred
    ]


def _by(row: Waiting) -> str:
    return f"期限 {row.due_on.month}月{row.due_on.day}日"
