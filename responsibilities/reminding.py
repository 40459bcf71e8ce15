"""What people are reminded of about duties: measures that nothing else reminds of, and posts that nobody holds.

A measure that follows an obligation is said by ``programmes.reminding.ObligationSource``; here it would be said twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BigIntegerField, Count, Exists, Max, OuterRef
from django.db.models.functions import Cast
from django.urls import reverse

from organisations import paths
from organisations.models import Appointment, Level
from organisations.permissions import ROLE_MAY, Act
from programmes.periods import parse
from programmes.reminding import LATE, LONGEST_MAKING_UP, Owners, reached_step
from reminders.models import Key, Wanted
from reminders.sources import wanted_among

from .models import Assignment, Measure, Origin, Rhythm
from .models.measure import AssignmentQuerySet, MeasureQuerySet
from .seats import ORGAN, Seats

# Days before the due day on which a measure is said, by the rhythm of its duty.
LADDERS: dict[str, Sequence[int]] = {Rhythm.MONTH: (7, 0), Rhythm.QUARTER: (21, 7, 0)}
LONG_LADDER = (30, 7, 0)
AHEAD = timedelta(days=max(LONG_LADDER))
# An own measure has no rhythm: it is said as what has about as much time is said.
LADDERS_BY_SPAN: Sequence[tuple[int, Sequence[int]]] = ((31, LADDERS[Rhythm.MONTH]), (92, LADDERS[Rhythm.QUARTER]))
VACANT = "vacant"
VACANCY = timedelta(days=30)
TEXT_SHOWN = 40
# Of a reminder's row: its measure is still unmet, and follows no obligation. Put together once, since every page asks it for the bell.
STILL_UNMET = Exists(Measure.objects.unmet().filter(obligation=None, pk=Cast(OuterRef("subject"), BigIntegerField())))


@dataclass(frozen=True)
class Owing:
    """What a line says about one unmet measure."""

    pk: int
    text: str
    origin: str
    rhythm: str
    period: str
    starts_on: date
    due_on: date
    needed: int
    done: int
    owner_id: int | None
    assignment_id: int
    post_id: int
    everybody: bool
    list_title: str
    organisation_id: int
    organisation: str
    path: str

    @property
    def ladder(self) -> Sequence[int]:
        """Days before the due day on which it is said."""
        if self.origin == Origin.LIST:
            return LADDERS.get(self.rhythm, LONG_LADDER)
        days = (self.due_on - self.starts_on).days
        return next((ladder for most, ladder in LADDERS_BY_SPAN if days <= most), LONG_LADDER)

    def is_said(self, today: date) -> bool:
        """Whether there is still something to be done about it: as with obligations, until the next period is over."""
        return not self.period or parse(self.period).next().ends_on > today

    def line(self, person_id: int, at: str, step: tuple[str, date]) -> Wanted:
        """For somebody whose post is ``at`` that path: with the organisation's name where that is another one."""
        text = self.text if len(self.text) <= TEXT_SHOWN else f"{self.text[: TEXT_SHOWN - 1]}…"
        where = "" if at == self.path else f"（{self.organisation}）"
        lack = f"，还差 {self.needed - self.done} 次" if self.done else ""
        return Wanted(
            subject=str(self.pk),
            step=step[0],
            recipient_id=person_id,
            due_on=step[1],
            title=f"{text}{where}{lack}",
            detail=f"{self.list_title}，{self.due_on.month}月{self.due_on.day}日到期",
            url=reverse("duty", args=[self.assignment_id]),
            about_on=self.due_on,
            is_late=step[0] == LATE,
        )


OWING_FIELDS = (
    "pk",
    "text",
    "origin",
    "assignment__duty__rhythm",
    "period",
    "starts_on",
    "due_on",
    "needed",
    "done",
    "owner_id",
    "assignment_id",
    "assignment__duty__post_id",
    "assignment__duty__post__everybody",
    "assignment__duty__duty_list__title",
    "assignment__organisation_id",
    "assignment__organisation__name",
    "assignment__organisation__path",
)


class MeasureSource:
    """Measures due soon or overdue that follow no obligation: to their owner, else to whoever holds the post.

    What is everybody's is said to whoever leads the organisation; what is nobody's is the matter of ``DutySource``.
    """

    name = "measure"

    def missing(self, today: date) -> list[Wanted]:
        """One line an unmet measure and person, in at most four queries."""
        return self._lines(Measure.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose measure is still unmet, with the same person answering for it."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Measure.objects.filter(pk__in={int(key[0]) for key in keys}), today))

    def still_open(self) -> Exists:
        """The measure is still unmet: it counts from the moment of the record, the line of text, the end."""
        return STILL_UNMET

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "查看"

    def _lines(self, measures: MeasureQuerySet, today: date) -> list[Wanted]:
        # No condition on a table that has nothing to do with the due day: the index of what is unmet leads.
        unmet = measures.unmet().filter(obligation=None, starts_on__lte=today)
        near = unmet.filter(due_on__gte=today - LONGEST_MAKING_UP, due_on__lte=today + AHEAD)
        rows = [row for row in (Owing(*fields) for fields in near.values_list(*OWING_FIELDS)) if row.is_said(today)]
        steps = {row.pk: step for row in rows if (step := reached_step(row.due_on, row.ladder, today))}
        rows = [row for row in rows if row.pk in steps]
        people = _Answering(rows, today)
        return [row.line(person, at, steps[row.pk]) for row in rows for person, at in people.of(row).items()]


class _Answering:
    """Who is reminded of measures, read once for all of them."""

    def __init__(self, rows: list[Owing], today: date) -> None:
        seated = [row for row in rows if row.owner_id is None and not row.everybody]
        places = {(row.organisation_id, row.path) for row in seated}
        self.seats = Seats({row.post_id for row in seated}, places, today)
        self.leading = Owners(today, {row.path for row in rows if row.owner_id is None and row.everybody})

    def of(self, row: Owing) -> dict[int, str]:
        """Person → path of the organisation where he holds the post by which he answers."""
        if row.owner_id is not None:
            return {row.owner_id: row.path}
        if row.everybody:
            return {owner.person_id: owner.path for owner in self.leading.of(row.path)}
        return {seat.person_id: seat.organisation.path for seat in self.seats.of(row.post_id, row.path)}


@dataclass(frozen=True)
class Answered:
    """A post of a list at one organisation, with so many duties that wait for something."""

    post_id: int
    post: str
    since: date
    organisation_id: int
    organisation: str
    path: str
    founded_on: date
    duties: int


class DutySource:
    """岗位空缺: nobody has held a post for a month though its duties wait; to the office that it falls to.

    One line an organisation and person, whatever the number of its vacant posts.
    """

    name = "duty"

    def missing(self, today: date) -> list[Wanted]:
        """In at most five queries."""
        return self._lines(Assignment.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose organisation still has such a post, for the same office."""
        keys = set(keys)
        narrowed = Assignment.objects.filter(organisation__in={int(key[0]) for key in keys})
        return wanted_among(keys, self._lines(narrowed, today))

    def still_open(self) -> None:
        """An appointment somewhere above may fill the post: only asking everything anew can tell."""

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "查看"

    def _lines(self, assignments: AssignmentQuerySet, today: date) -> list[Wanted]:
        vacant = _long_vacant(_answered(assignments), today)
        offices = _Offices(today) if vacant else None
        lines = []
        for posts in vacant.values():
            row = posts[0][0]
            for person in offices.above(row.path) if offices else ():
                lines.append(_vacancy_line(posts, person))
        return lines


def _answered(assignments: AssignmentQuerySet) -> list[Answered]:
    """The posts that have duties with an open measure, by organisation."""
    waiting = assignments.standing().filter(first_due_on__isnull=False, duty__post__everybody=False)
    rows = waiting.order_by("organisation__path", "duty__post__order", "duty__post").values_list(
        "duty__post",
        "duty__post__name",
        "duty__duty_list__since",
        "organisation",
        "organisation__name",
        "organisation__path",
        "organisation__founded_on",
    )
    return [Answered(*row) for row in rows.annotate(duties=Count("pk"))]


def _long_vacant(rows: list[Answered], today: date) -> dict[int, list[tuple[Answered, date]]]:
    """Organisation → its posts that were vacant for a month, each with the day since when."""
    seats = Seats({row.post_id for row in rows}, {(row.organisation_id, row.path) for row in rows}, today)
    empty = [row for row in rows if not seats.of(row.post_id, row.path)]
    ended = _Ended(seats, today) if empty else None
    found: dict[int, list[tuple[Answered, date]]] = defaultdict(list)
    for row in empty:
        since = max(row.since, row.founded_on, ended.last(row.post_id, row.path) if ended else date.min)
        if since + VACANCY <= today:
            found[row.organisation_id].append((row, since))
    return found


class _Ended:
    """When posts were last held, as ``Seats`` says who holds them now."""

    def __init__(self, seats: Seats, today: date) -> None:
        self.roster = seats.roster
        wanted = set().union(*seats.roster.values()) if seats.roster else set()
        rows = Appointment.objects.filter(post__in=wanted, until__lte=today).order_by()
        self.at: dict[tuple[str, int], date] = {}
        self.below: dict[tuple[str, int], date] = {}
        fields = ("organisation__path", "organisation__level", "post_id")
        for path, level, post, until in rows.values_list(*fields).annotate(last=Max("until")):
            self.at[path, post] = until
            if level == Level.ORGAN_COMMITTEE:
                self.below[path[: -paths.STEP], post] = until

    def last(self, post: int, path: str) -> date:
        """The first day on which nobody held it any more; long ago if nobody ever did."""
        within = [prefix for prefix in paths.prefixes(path) if paths.depth(prefix) >= min(ORGAN, paths.depth(path))]
        days = [self.at.get((prefix, held), date.min) for prefix in within for held in self.roster[post]]
        return max([*days, *(self.below.get((path, held), date.min) for held in self.roster[post])], default=date.min)


class _Offices:
    """The offices that keep posts filled, by path; one query."""

    def __init__(self, today: date) -> None:
        keeping = [role for role, acts in ROLE_MAY.items() if Act.MANAGE_PEOPLE in acts and Act.SEE in acts]
        rows = Appointment.objects.holding(today).filter(post__role__in=keeping)
        self.at: dict[str, set[int]] = defaultdict(set)
        for path, person in rows.values_list("organisation__path", "person_id"):
            self.at[path].add(person)

    def above(self, path: str) -> list[int]:
        """The people of the nearest office, at the organisation itself or above it."""
        return next((sorted(self.at[prefix]) for prefix in reversed(paths.prefixes(path)) if prefix in self.at), [])


def _vacancy_line(posts: list[tuple[Answered, date]], person: int) -> Wanted:
    row = posts[0][0]
    names = "、".join(post.post for post, _ in posts)
    day = min(since for _, since in posts) + VACANCY
    return Wanted(
        subject=str(row.organisation_id),
        step=VACANT,
        recipient_id=person,
        due_on=day,
        title=f"{row.organisation}：{names}岗位空缺满一个月",
        detail=f"名下 {sum(post.duties for post, _ in posts)} 项责任还有措施要办，没有在岗的人",
        url=reverse("organisation", args=[row.organisation_id]),
    )
