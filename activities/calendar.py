"""The list of activities as a month on the wall: what was held, what is planned, and what falls due.

The month takes the place of the list's period; every other condition is the list's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.http import QueryDict

from organisations.models import Level, Person
from organisations.permissions import Act
from programmes.models import Pillar
from programmes.periods import Cadence, Period, parse, period_of
from reminders.workdays import WorkCalendar, overrides_for

from .calendar_days import EventsByDay, Shown
from .calendar_dues import UNITS, Due, dues_by_day
from .calendar_print import setting_of
from .filtering import ALL
from .listing import ActivityList
from .short_names import ShortNames

MOST_DUES = 4  # requirements named on one day
SATURDAY = 5
FORTNIGHT = 14


@dataclass(frozen=True)
class Day:
    """One cell. Days of the neighbouring months are empty."""

    date: date
    in_month: bool
    is_today: bool = False
    rest: str = ""
    events: tuple[Shown, ...] = ()
    count: int = 0
    due: str = ""
    is_overdue: bool = False
    url: str = ""

    @property
    def more(self) -> int:
        """How many activities the cell has no room for."""
        return self.count - len(self.events)

    @property
    def opens(self) -> bool:
        """Whether there is anything to open on the phone."""
        return bool(self.count or self.due)

    @property
    def dots(self) -> list[str]:
        """The pillars of what is shown, each once."""
        return sorted({shown.event.css for shown in self.events if shown.event.css})

    @property
    def texts(self) -> list[str]:
        """Every entry of the cell as it is read."""
        rest = [f"另 {self.more} 项" if self.more else "", f"到期：{self.due}" if self.due else ""]
        return [*map(str, self.events), *filter(None, rest)]

    @property
    def contents(self) -> str:
        """What a screen reader is told with the number: 11月18日，今天，2 次活动，有到期."""
        parts = [f"{self.date.month}月{self.date.day}日", "今天" if self.is_today else ""]
        parts += [f"{self.count} 次活动" if self.count else "", "有到期" if self.due else ""]
        return "，".join(part for part in parts if part)


class ActivityCalendar(ActivityList):
    """The month that ``query`` asks for, as ``reader`` may see it."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.month, refusal = chosen_month(query, today)
        narrowed = query.copy()
        for name in ("month", "day", "page"):
            narrowed.pop(name, None)
        narrowed["period"] = self.month.key
        super().__init__(reader, narrowed, today)
        self.filter.ignored += [refusal] if refusal else []

    # --- around the month

    @property
    def pillars(self) -> list[Pillar]:
        """The three, for the legend."""
        return list(Pillar)

    @property
    def neighbours(self) -> list[tuple[str, str, bool]]:
        """(label, address, whether it is the one shown) of the month before, this one and the next."""
        return [(self._named(month), self._at(month), month == self.month) for month in _neighbours(self.month)]

    def _named(self, month: Period) -> str:
        return month.label if month.year == self.month.year else month.full_label

    def _at(self, month: Period) -> str:
        query = self.query.copy()
        query.pop("period", None)
        query["view"], query["month"] = "calendar", month.key
        return f"?{query.urlencode()}"

    @cached_property
    def list_url(self) -> str:
        """The same conditions as a list."""
        return f"?{self._as_list(self.query).urlencode()}"

    def _as_list(self, query: QueryDict) -> QueryDict:
        query = query.copy()
        query.pop("view", None)
        return query

    @property
    def clear_url(self) -> str:
        """This month without any condition."""
        return f"?view=calendar&month={self.month.key}"

    @cached_property
    def board_url(self) -> str:
        """What to ask the board for, where the reader may open it: what falls due this month there."""
        if not self.reader.may(Act.VIEW_BOARD, self.filter.organisation, self.today):
            return ""
        organisation = f"organisation={self.filter.organisation.pk}&" if self.filter.organisation else ""
        return f"?{organisation}period={self.month.key}"

    # --- the days

    @cached_property
    def weeks(self) -> list[list[Day]]:
        """Monday to Sunday, from the week of the first to that of the last day."""
        first = self.month.starts_on - timedelta(days=self.month.starts_on.weekday())
        days = [first + timedelta(days=number) for number in range((self.month.last_day - first).days + 1)]
        days += [days[-1] + timedelta(days=number) for number in range(1, 7 - days[-1].weekday())]
        return [[self._day(day) for day in days[at : at + 7]] for at in range(0, len(days), 7)]

    @cached_property
    def open_days(self) -> list[Day]:
        """The days that hold something, for the phone."""
        return [day for week in self.weeks for day in week if day.opens]

    @cached_property
    def first_open(self) -> date | None:
        """The day that the phone shows before one is chosen: today's, else the next one, else the last."""
        days = [day.date for day in self.open_days]
        return next((day for day in days if day >= self.today), days[-1] if days else None)

    @property
    def total(self) -> int:
        """How many activities the month has."""
        return sum(self._held.counts.values())

    @property
    def note(self) -> str:
        """15 次; nothing in an empty month."""
        return f"{self.total} 次，按日期排列" if self.total else ""

    @property
    def is_empty(self) -> bool:
        """Nothing held, planned or due."""
        return not self.open_days

    @property
    def setting(self) -> str:
        """How it is set on paper, to stay on one sheet."""
        return setting_of([[day.texts for day in week if day.opens] for week in self.weeks])

    @cached_property
    def _held(self) -> EventsByDay:
        return EventsByDay(self.found, self.filter.kinds)

    @cached_property
    def _dues(self) -> dict[date, list[Due]]:
        return {} if self.own else dues_by_day(self.filter, self.reader, self.month)

    @cached_property
    def _names(self) -> ShortNames:
        hosts = [event.host for events in self._held.events.values() for event in events]
        return ShortNames(hosts + [due.host for dues in self._dues.values() for due in dues])

    @cached_property
    def _working(self) -> WorkCalendar:
        return WorkCalendar(overrides_for([self.month.year]))

    def _day(self, day: date) -> Day:
        if not self.month.contains(day):
            return Day(day, in_month=False)
        due = self._due_words(self._dues.get(day, []))
        return Day(
            day,
            in_month=True,
            is_today=day == self.today,
            rest=self._rest(day),
            events=tuple(Shown(event, self._names.of(event.host)) for event in self._held.events.get(day, ())),
            count=self._held.counts.get(day, 0),
            due=due,
            is_overdue=bool(due) and day < self.today,
            url=self._list_of(day),
        )

    def _rest(self, day: date) -> str:
        """班 for a weekend that is worked, 休 for a holiday with its weekends; a plain weekend says so itself."""
        if self._working.is_workday(day):
            return "班" if day.weekday() >= SATURDAY else ""
        return "休" if any(one.weekday() < SATURDAY for one in self._break(day)) else ""

    def _break(self, day: date) -> list[date]:
        """The days without work in a row with ``day``, as far as a fortnight goes."""
        found = [day]
        for step in (timedelta(days=-1), timedelta(days=1)):
            one = day + step
            while abs((one - day).days) <= FORTNIGHT and not self._working.is_workday(one):
                found.append(one)
                one += step
        return found

    def _list_of(self, day: date) -> str:
        return f"{self.list_url}&day={day.isoformat()}"

    def _due_words(self, dues: list[Due]) -> str:
        """主题党日 12 个支部、支委会（一）; what has no room is counted."""
        if not dues:
            return ""
        words = "、".join(self._due(due) for due in dues[:MOST_DUES])
        return f"{words}等 {len(dues)} 项" if len(dues) > MOST_DUES else words

    def _due(self, due: Due) -> str:
        if due.owing > 1:
            return f"{due.name} {due.owing} {UNITS[Level(due.level)]}"
        if due.host.name in self._whose:
            return due.name
        return f"{due.name}（{self._names.of(due.host)}）"

    @cached_property
    def _whose(self) -> list[str]:
        """The one organisation whose calendar this is: its own duties need no name."""
        if self.filter.organisation:
            return [self.filter.organisation.name]
        tops = self.filter.organisations.tops
        return tops if len(tops) == 1 else []


def chosen_month(query: QueryDict, today: date) -> tuple[Period, str]:
    """The month asked for, and a sentence if that means nothing.

    By ``month``; else in the list's ``period`` the present month, or what is nearest to it; else the present one.
    """
    present = period_of(today, Cadence.MONTH)
    raw = query.get("month", "").strip() or query.get("period", "").strip()
    if not raw or raw == ALL:
        return present, ""
    try:
        asked = parse(raw)
    except ValueError as refusal:
        return present, f"{refusal}现在看的是{present.full_label}。"
    if asked.contains(today):
        return present, ""
    nearest = asked.last_day if asked.ends_on <= today else asked.starts_on
    return period_of(nearest, Cadence.MONTH), ""


def _neighbours(month: Period) -> list[Period]:
    """The month before, this one, the next, as far as addresses can name them."""
    found = []
    for one in (month.previous(), month, month.next()):
        try:
            found.append(parse(one.key))
        except ValueError:
            continue
    return found
