"""What people are reminded of on this floor: what they owe, 政治生日 and 换届 (see ``reminders.sources.Source``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse

from organisations import paths
from organisations.models import Appointment, Level, Organisation
from organisations.models.organisation import OrganisationQuerySet
from organisations.permissions import ROLE_MAY, Act, Reach, Role
from reminders.models import Key, Wanted
from reminders.sources import wanted_among

from .birthdays import PoliticalBirthday, belonging, birthdays_between
from .fitting import fittings, log_query
from .models import Obligation
from .models.obligation import ObligationQuerySet
from .periods import Cadence, parse

LATE = "late"
# So many organisations are asked for by name; for more the posts of the whole tree are read.
FEW = 100
# What is overdue can be made up for within the following period, at the longest a year.
LONGEST_MAKING_UP = timedelta(days=366)
# Of a reminder's row: its obligation is still unmet. Put together once, because every page asks it for the bell.
STILL_UNMET = Exists(Obligation.objects.unmet().filter(pk=Cast(OuterRef("subject"), BigIntegerField())))
BIRTHDAY_KIND = "political-birthday"
BIRTHDAY_AHEAD = 7  # days; the talk is to be held within a week of it (domain.md §1.2 no. 20)
TERM_LADDER = (180, 30)  # days before the term ends (domain.md §1.4: warn six months before)


def reached_step(day: date, ladder: Iterable[int], today: date) -> tuple[str, date] | None:
    """The latest step of ``ladder`` (days before ``day``) that has come, with its day; "late" after ``day``; None before."""
    if today > day:
        return LATE, day + timedelta(days=1)
    reached = [before for before in ladder if day - timedelta(days=before) <= today]
    return (str(min(reached)), day - timedelta(days=min(reached))) if reached else None


@dataclass(frozen=True)
class Owner:
    """Somebody who is reminded, and whether he may record what is missing."""

    person_id: int
    path: str
    may_log: bool


class Owners:
    """Who is reminded of what an organisation owes: read once for the whole tree or for some paths, then asked in memory."""

    def __init__(self, today: date, of: Collection[str] | None = None) -> None:
        seeing = [role for role, acts in ROLE_MAY.items() if acts.get(Act.SEE)]
        asked = Q(post__is_head=True) | Q(post__is_deputy=True) | Q(post__role=Role.ORGAN_OFFICE)
        rows = Appointment.objects.holding(today).filter(asked, post__role__in=seeing)
        if of is not None and len(of) <= FEW:
            rows = rows.filter(organisation__path__in={prefix for path in of for prefix in paths.prefixes(path)})
        self.by_path: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for path, person_id, role, is_head, is_deputy in rows.values_list(
            "organisation__path", "person_id", "post__role", "post__is_head", "post__is_deputy"
        ):
            rank = 0 if is_head else 1 if is_deputy else 2
            self.by_path[path].append((rank, person_id, role))

    def of(self, path: str) -> list[Owner]:
        """The head of the organisation, else its deputies, else its office; where nobody is, the same one node higher."""
        for prefix in reversed(paths.prefixes(path)):
            holders = self.by_path.get(prefix)
            if holders:
                first = min(rank for rank, _, _ in holders)
                return sorted(
                    {
                        Owner(person_id, prefix, _may_log(role, prefix, path))
                        for rank, person_id, role in holders
                        if rank == first
                    },
                    key=lambda owner: owner.person_id,
                )
        return []


def _may_log(role: str, at: str, path: str) -> bool:
    reach = ROLE_MAY[role].get(Act.LOG)
    return reach == Reach.SUBTREE or (reach == Reach.NODE and at == path)


@dataclass(frozen=True)
class Owed:
    """What a line says about one unmet obligation."""

    pk: int
    requirement_id: int
    requirement: str
    cadence: str
    minimum: int
    ladder: Sequence[int]
    period: str
    due_on: date
    needed: int
    done: int
    organisation_id: int
    organisation: str
    path: str

    def title(self, owner: Owner, today: date) -> str:
        """11月主题党日还没有记录; with the organisation's name where it is not the reader's own."""
        span = parse(self.period)
        label = span.label if span.year == today.year else span.full_label
        where = "" if owner.path == self.path else f"（{self.organisation}）"
        lack = f"还差 {self.needed - self.done} 次" if self.done else "还没有记录"
        return f"{label}{self.requirement}{where}{lack}"

    @property
    def detail(self) -> str:
        """规则：主题党日每月 1 次，11月30日到期."""
        return f"规则：{self.requirement}每{Cadence(self.cadence).label} {self.minimum} 次，{self.due_on.month}月{self.due_on.day}日到期"


OWED_FIELDS = (
    "pk",
    "requirement_id",
    "requirement__name",
    "requirement__cadence",
    "requirement__minimum",
    "requirement__remind_before",
    "period",
    "due_on",
    "needed",
    "done",
    "organisation_id",
    "organisation__name",
    "organisation__path",
)


class ObligationSource:
    """Requirements due soon or overdue: each step of the requirement's ladder, then late while it can be made up for."""

    name = "obligation"

    def missing(self, today: date) -> list[Wanted]:
        """One line an unmet obligation and owner, in three queries."""
        return self._lines(Obligation.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose obligation is still unmet, with the same owner."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Obligation.objects.filter(pk__in={int(key[0]) for key in keys}), today))

    def still_open(self) -> Exists:
        """The obligation is still unmet; it counts from the moment of the save, the grant, the withdrawal."""
        return STILL_UNMET

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "补记" if is_late else "记录"

    def _lines(self, obligations: ObligationQuerySet, today: date) -> list[Wanted]:
        begun = obligations.unmet().begun(today).filter(due_on__gte=today - LONGEST_MAKING_UP)
        rows = [Owed(*row) for row in begun.values_list(*OWED_FIELDS)]
        rows = [row for row in rows if parse(row.period).next().ends_on > today]
        owners = Owners(today, {row.path for row in rows})
        rules = fittings(row.requirement_id for row in rows)
        log = reverse("activity-log")
        lines = []
        for row in rows:
            step = reached_step(row.due_on, row.ladder, today)
            if step is not None:
                past = row.period if row.due_on < today else ""
                url = f"{log}?{urlencode(log_query(rules[row.requirement_id].codes, row.organisation_id, past))}"
                lines += [_line(row, step, owner, url, today) for owner in owners.of(row.path)]
        return lines


def _line(row: Owed, step: tuple[str, date], owner: Owner, log_url: str, today: date) -> Wanted:
    url = log_url if owner.may_log else reverse("organisation", args=[row.organisation_id])
    return Wanted(
        str(row.pk),
        step[0],
        owner.person_id,
        step[1],
        row.title(owner, today),
        row.detail,
        url,
        row.due_on,
        step[0] == LATE,
    )


class BirthdaySource:
    """政治生日, a week before the day, to the secretary of the branch."""

    name = "birthday"

    def missing(self, today: date) -> list[Wanted]:
        """One line a birthday of today and the coming week and owner of the branch, in two queries."""
        birthdays = birthdays_between(today, today + timedelta(days=BIRTHDAY_AHEAD), belonging(today))
        owners = Owners(today, {birthday.branch_path for birthday in birthdays})
        log = reverse("activity-log")
        lines = []
        for birthday in birthdays:
            url = f"{log}?{urlencode(log_query([BIRTHDAY_KIND], birthday.branch_id))}"
            lines += [_birthday_line(birthday, owner, url) for owner in owners.of(birthday.branch_path)]
        return lines

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose day is not over, whose person still belongs there and whose owner is the same."""
        return wanted_among(keys, self.missing(today))

    def still_open(self) -> None:
        """No record settles it."""

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "安排"


def _birthday_line(birthday: PoliticalBirthday, owner: Owner, log_url: str) -> Wanted:
    url = log_url if owner.may_log else reverse("organisation", args=[birthday.branch_id])
    return Wanted(
        subject=str(birthday.person_id),
        step=str(BIRTHDAY_AHEAD),
        recipient_id=owner.person_id,
        due_on=birthday.day - timedelta(days=BIRTHDAY_AHEAD),
        title=f"{birthday.name}同志政治生日",
        detail=f"{birthday.day.month}月{birthday.day.day}日，入党 {birthday.years} 年，可以谈一次心、送一句祝福",
        url=url,
        about_on=birthday.day,
    )


class TermSource:
    """换届: the term of an organisation ends within six months, or has ended and no new one was noted."""

    name = "term"

    def missing(self, today: date) -> list[Wanted]:
        """One line an organisation and owner, in two queries."""
        return self._lines(Organisation.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose term is still the same."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Organisation.objects.filter(pk__in={int(key[0]) for key in keys}), today))

    def still_open(self) -> None:
        """No record settles it."""

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "查看"

    def _lines(self, organisations: OrganisationQuerySet, today: date) -> list[Wanted]:
        nodes = (
            organisations.open_on(today)
            .exclude(level=Level.GROUP)
            .filter(term_began_on__isnull=False, term_years__isnull=False)
        )
        owners = Owners(today, {node.path for node in nodes})
        lines = []
        for node in nodes:
            ends_on = node.term_ends_on()
            step = reached_step(ends_on, TERM_LADDER, today)
            if step is not None:
                lines += [_term_line(node, ends_on, step, owner) for owner in owners.of(node.path)]
        return lines


def _term_line(node: Organisation, ends_on: date, step: tuple[str, date], owner: Owner) -> Wanted:
    return Wanted(
        subject=str(node.pk),
        step=step[0],
        recipient_id=owner.person_id,
        due_on=step[1],
        title=f"{node.name}换届",
        detail=f"本届任期 {ends_on.year}年{ends_on.month}月{ends_on.day}日届满，届满前要准备好选举",
        url=reverse("organisation", args=[node.pk]),
        about_on=ends_on,
        is_late=step[0] == LATE,
    )
