"""What the pages of 不适用 show: what waits for the reader's answer, what was asked, and who will answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone

from organisations import scoping
from organisations.models import Appointment, Level, Organisation, Person
from organisations.permissions import Act, Role
from reminders.workdays import WorkCalendar

from .exempting import answer_workdays, who_answers
from .models import Exemption
from .models.exemption import ExemptionQuerySet, ExemptionState
from .periods import Cadence, period_of

PAGE = 50
EARLIER = 10
ONE_DAY = timedelta(days=1)


def place_of(node: Organisation, *, with_organ: bool = False) -> str:
    """第一党支部第二党小组: a group by its branch too; ``with_organ`` also what the branch stands under."""
    names = [node.name]
    if node.level == Level.GROUP and node.parent:
        node = node.parent
        names.insert(0, node.name)
    if with_organ and node.level == Level.BRANCH and node.parent:
        names.insert(0, node.parent.name)
    return "".join(names)


@dataclass(frozen=True)
class Listed:
    """A request in a list: where it stands, and whether the reader may take it back, or end what was granted."""

    exemption: Exemption
    place: str
    may_take_back: bool = False
    may_end: bool = False


@dataclass(frozen=True)
class Waiting:
    """A request that waits, and for how many working days."""

    exemption: Exemption
    place: str
    workdays: int
    is_own: bool

    @classmethod
    def of(cls, exemption: Exemption, reader: Person, today: date) -> Waiting:
        """One request, on a page of its own."""
        workdays = waited(exemption, today, WorkCalendar.around(today))
        place = place_of(exemption.organisation, with_organ=scoping.everywhere(reader, Act.SEE, today))
        return cls(exemption, place, workdays, exemption.asked_by_id == reader.pk)

    @property
    def days(self) -> str:
        """4 个工作日."""
        return f"{self.workdays} 个工作日"

    @property
    def is_long(self) -> bool:
        """Whether it has waited longer than an answer should take."""
        return self.workdays > answer_workdays()


def in_tree_order(exemptions: ExemptionQuerySet) -> ExemptionQuerySet:
    """With all that a line names, by organisation and then by time."""
    named = exemptions.select_related("organisation__parent__parent", "asked_by", "decided_by")
    return named.order_by("organisation__path", "since", "pk")


class ExemptionLists:
    """The list page for one reader."""

    def __init__(self, reader: Person, today: date, page: str = "1") -> None:
        self.reader = reader
        self.today = today
        self.page_number = page
        self.year = today.year

    @property
    def may_ask(self) -> bool:
        """Whether the reader may ask anywhere."""
        return self.reader.may(Act.ASK_EXEMPTION, today=self.today)

    @property
    def may_decide(self) -> bool:
        """Whether the reader may answer anywhere."""
        return self.reader.may(Act.DECIDE_EXEMPTION, today=self.today)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """What waits for an answer at the organisations for which the reader may answer."""
        rows = Exemption.objects.manageable_by(self.reader, Act.DECIDE_EXEMPTION, self.today)
        calendar = WorkCalendar.around(self.today)
        asked = in_tree_order(rows.filter(state=ExemptionState.ASKED))
        return [
            Waiting(row, self._place(row), waited(row, self.today, calendar), row.asked_by_id == self.reader.pk)
            for row in asked
        ]

    @cached_property
    def _sees_all(self) -> bool:
        return scoping.everywhere(self.reader, Act.SEE, self.today)

    def _place(self, row: Exemption) -> str:
        # Every organ has its 第一党支部: who sees several is told whose.
        return place_of(row.organisation, with_organ=self._sees_all)

    @cached_property
    def page(self) -> Page:
        """What was asked this year, or concerns it, as far as the reader may see."""
        year = period_of(self.today, Cadence.YEAR)
        asked = Q(asked_at__gte=_midnight(year.starts_on), asked_at__lt=_midnight(year.ends_on))
        concerns = Q(since__lt=year.ends_on) & (Q(until__isnull=True) | Q(until__gt=year.starts_on))
        rows = Exemption.objects.visible_to(self.reader, self.today).filter(asked | concerns)
        return Paginator(in_tree_order(rows), PAGE).get_page(self.page_number)

    @cached_property
    def listed(self) -> list[Listed]:
        """The lines of the page."""
        return [self._line(row) for row in self.page]

    def _line(self, row: Exemption) -> Listed:
        asks = self.reader.may(Act.ASK_EXEMPTION, row.organisation, self.today)
        decides = self.reader.may(Act.DECIDE_EXEMPTION, row.organisation, self.today)
        return Listed(row, self._place(row), row.is_open and asks, row.may_end(self.today) and (asks or decides))


def earlier_requests(exemption: Exemption, reader: Person) -> list[Listed]:
    """The latest other requests of the same organisation."""
    rows = Exemption.objects.visible_to(reader).filter(organisation=exemption.organisation).exclude(pk=exemption.pk)
    return [Listed(row, place_of(exemption.organisation)) for row in rows.select_related("decided_by")[:EARLIER]]


def waited(exemption: Exemption, today: date, calendar: WorkCalendar) -> int:
    """How many working days have begun since the day of asking."""
    asked_on = timezone.localdate(exemption.asked_at)
    return calendar.workdays_between(asked_on + ONE_DAY, today + ONE_DAY)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class Answerers:
    """Who will answer a request of one organisation, and by when."""

    def __init__(self, organisation: Organisation, asker: Person, today: date) -> None:
        self.today = today
        self.posts: list[Appointment] = who_answers(organisation, asker, today)

    @property
    def label(self) -> str:
        """机关党委 or 机关工委; empty where nobody may answer."""
        return Role(self.posts[0].post.role).label if self.posts else ""

    @property
    def names(self) -> str:
        """许文澜、梁允中."""
        return "、".join(dict.fromkeys(post.person.name for post in self.posts[:3]))

    @cached_property
    def answer_by(self) -> date:
        """The last day of the working days that an answer may take."""
        return WorkCalendar.around(self.today).add_workdays(self.today, answer_workdays())
