"""With what a report begins: its author's own facts of those days, as text that he goes on from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from activities.models import ActivityState, Attendance
from activities.study_hours import hours_in_words
from organisations.models import Person

from .models import BriefingKind, Measure
from .seats import held_by

LISTED = 12  # lines of each sort; the rest is a number
THOUGHT = ("思想上的收获", "存在的不足", "今后的打算")
WORK = ("主要做法", "存在的不足", "下一步打算")


@dataclass(frozen=True)
class Facts:
    """What is recorded of one person from ``since`` to the day before ``until``; for himself alone."""

    person: Person
    since: date
    until: date
    today: date

    @cached_property
    def attended(self) -> list[tuple[date, str, Decimal]]:
        """Day, title and study hours of the activities that he came to or made up for."""
        rows = Attendance.objects.filter(Q(present=True) | Q(made_up_on__isnull=False), person=self.person)
        rows = rows.filter(
            activity__state=ActivityState.HELD,
            activity__held_on__gte=self.since,
            activity__held_on__lt=self.until,
        )
        named = rows.order_by("activity__held_on", "activity_id")
        return list(named.values_list("activity__held_on", "activity__title", "activity__study_hours"))

    @property
    def hours(self) -> Decimal:
        """Their study hours."""
        return sum((hours for _, _, hours in self.attended), Decimal(0))

    @cached_property
    def measures(self) -> list[Measure]:
        """The measures due in those days that are his, by name or by the post that he holds."""
        own = Q(owner=self.person) | Q(owner=None, assignment__in=held_by(self.person, self.today).values("pk"))
        rows = Measure.objects.counted().filter(own, due_on__gte=self.since, due_on__lt=self.until)
        return list(rows.distinct().order_by("due_on", "pk"))

    def text(self, kind: str) -> str:
        """The text to go on from."""
        if kind == BriefingKind.WORK:
            parts = [self._measures_in_words(), self._attended_in_words(), *_headings(WORK)]
        else:
            parts = [self._attended_in_words(), *_headings(THOUGHT)]
        return "\n".join(parts)

    def _span(self) -> str:
        return f"{_written(self.since)}至{_written(self.until - timedelta(days=1))}"

    def _attended_in_words(self) -> str:
        if not self.attended:
            return f"{self._span()}，没有我参加活动的记录。"
        hours = f"，{hours_in_words(self.hours)} 学时" if self.hours else ""
        lines = [f"{day.month}月{day.day}日，{title}" for day, title, _ in self.attended]
        return f"{self._span()}，我参加活动 {len(lines)} 次{hours}：\n{_listed(lines)}"

    def _measures_in_words(self) -> str:
        if not self.measures:
            return f"{self._span()}，责任清单上没有到期的措施由我负责。"
        done = [row.text for row in self.measures if row.is_done]
        left = [f"{row.text}（{row.due_on.month}月{row.due_on.day}日到期）" for row in self.measures if not row.is_done]
        parts = [f"{self._span()}，责任清单上由我负责、已经到期的措施，已办 {len(done)}／应办 {len(self.measures)}。"]
        parts += [f"已办：\n{_listed(done)}"] if done else []
        parts += [f"未办：\n{_listed(left)}"] if left else []
        return "\n".join(parts)


def _headings(names: Iterable[str]) -> list[str]:
    return [f"\n{name}：" for name in names]


def _listed(lines: list[str]) -> str:
    more = [f"另有 {len(lines) - LISTED} 项"] if len(lines) > LISTED else []
    return "；\n".join([*lines[:LISTED], *more]) + "。"


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
