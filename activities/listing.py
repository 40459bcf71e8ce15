"""The list of activities: what the reader asked for, by month, 50 a page.

Whoever sees records of an organisation reads its list. A plain member reads 「我的活动」: what he was expected at, with
his own 学时 of the present year — a figure for himself alone.

Speed. What matches is read once as keys, newest first and no more than ``MOST`` of them: pages, counts and months come
from that, so the list costs the same over a thousand records and over a million.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from organisations.models import Person
from organisations.permissions import Act

from .filtering import ActivityFilter
from .listed import Listed, Row
from .models import Activity, ActivityState, Attendance
from .models.activity import ActivityQuerySet
from .study_hours import hours_in_words, study_hours

PER_PAGE = 50
MOST = 2_000  # matches that are counted and paged through; beyond it the reader is asked to narrow

Match = tuple[int, date, str]  # pk, held_on, state


@dataclass(frozen=True)
class Month:
    """The rows of one month on this page; the note counts the whole month."""

    label: str
    note: str
    rows: tuple[Row, ...]


class ActivityList:
    """The list that ``query`` asks for, as ``reader`` may see it."""

    def __init__(self, reader: Person, query: QueryDict, today: date) -> None:
        self.reader = reader
        self.query = query
        self.today = today
        self.filter = ActivityFilter(query, reader, today)

    # --- whose

    @cached_property
    def sees_others(self) -> bool:
        """Whether the reader sees the records of some organisation."""
        return self.reader.may(Act.SEE, today=self.today)

    @cached_property
    def own(self) -> bool:
        """Whether this is 「我的活动」."""
        return self.filter.own or not self.sees_others

    @property
    def logs(self) -> bool:
        """Whether 记一次活动 is offered."""
        return self.reader.may(Act.LOG, today=self.today)

    @cached_property
    def heading(self) -> str:
        """第一党支部的活动."""
        return "我的活动" if self.own else f"{self.whose}的活动"

    @property
    def whose(self) -> str:
        """The organisation asked for, or the highest ones that the reader sees; of 「我的活动」 the reader."""
        if self.own:
            return self.reader.name
        if self.filter.organisation:
            return self.filter.organisation.name
        tops = self.filter.organisations.tops
        return f"{tops[0]}等 {len(tops)} 个单位" if len(tops) > 1 else tops[0]

    @cached_property
    def hours(self) -> str:
        """The reader's own 学时 of the present year."""
        return hours_in_words(study_hours(self.reader, self.today))

    # --- which

    @property
    def found(self) -> ActivityQuerySet:
        """What was asked for, as the reader may see it."""
        return self._narrowed(Activity.objects.visible_to(self.reader, self.today))

    def _narrowed(self, activities: ActivityQuerySet) -> ActivityQuerySet:
        narrowed = self.filter.apply(activities)
        if self.own:
            narrowed = narrowed.filter(pk__in=Attendance.objects.filter(person=self.reader).values("activity"))
        return narrowed

    @cached_property
    def matches(self) -> list[Match]:
        """The first of them, latest first: each way of seeing narrowed by itself, so that no more is read than is asked for."""
        ways = [self._narrowed(way) for way in Activity.objects.ways_to(self.reader, self.today)]
        first, *others = (way.order_by().values_list("pk", "held_on", "state") for way in ways)
        found = first.union(*others) if others else first
        return list(found.order_by("-held_on", "-pk")[:MOST])

    @cached_property
    def page(self) -> Page:
        """The page asked for; the nearest one if there is none such."""
        return Paginator(self.matches, PER_PAGE).get_page(self.query.get("page"))

    @property
    def note(self) -> str:
        """47 次，按日期从近到远，一次活动可以有几个类别."""
        if len(self.matches) == MOST:
            return f"只列出最近的 {MOST} 次，要看更早的请缩小范围"
        return f"{len(self.matches)} 次，按日期从近到远，一次活动可以有几个类别" if self.matches else ""

    @cached_property
    def months(self) -> list[Month]:
        """The rows of the page under their months."""
        listed = Listed([pk for pk, _, _ in self.page], self.reader if self.own else None, self.filter.kinds)
        groups = groupby(listed.rows, key=lambda row: (row.held_on.year, row.held_on.month))
        return [Month(self._label(*month), self._counted(*month), tuple(rows)) for month, rows in groups]

    def _label(self, year: int, month: int) -> str:
        return f"{month}月" if year == self.today.year else f"{year}年{month}月"

    def _counted(self, year: int, month: int) -> str:
        """15 次，其中 2 次已安排未开展; nothing for a month that the list does not reach to its beginning."""
        if len(self.matches) == MOST and (year, month) == (self.matches[-1][1].year, self.matches[-1][1].month):
            return ""
        total, planned = self._month_counts[year, month, False], self._month_counts[year, month, True]
        return f"{total + planned} 次，其中 {planned} 次已安排未开展" if planned else f"{total} 次"

    @cached_property
    def _month_counts(self) -> Counter[tuple[int, int, bool]]:
        return Counter((day.year, day.month, state == ActivityState.PLANNED) for _, day, state in self.matches)
