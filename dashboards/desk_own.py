"""工作台 of a plain member: 我的活动, for himself alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse

from activities.listing import ActivityList
from activities.models import Activity, Attendance
from organisations.models import Organisation, Person
from programmes.birthdays import belonging
from programmes.periods import Cadence, period_of

from .feed import COLUMNS, Record, kinds_of

SHOWN = 8


@dataclass(frozen=True)
class OwnRow:
    """One activity as somebody took part in it."""

    day: date
    css: str
    title: str
    meta: str
    url: str
    state: str
    word: str


class OwnDesk:
    """The desk of whoever records for nobody: what he took part in, and his 学时."""

    template = "dashboards/desk_own.html"

    def __init__(self, person: Person, today: date) -> None:
        self.person = person
        self.today = today

    @cached_property
    def organisation(self) -> Organisation | None:
        """Where he belongs."""
        held = belonging(self.today).filter(person=self.person).select_related("organisation__parent").first()
        return held.organisation if held else None

    @cached_property
    def hours(self) -> str:
        """His 学时 of this year."""
        return ActivityList(self.person, QueryDict(), self.today).hours

    @cached_property
    def attended(self) -> int:
        """At how many activities of this year he was."""
        held = Activity.objects.counted().held_in(period_of(self.today, Cadence.YEAR))
        return held.filter(attendances__person=self.person, attendances__present=True).count()

    @cached_property
    def rows(self) -> list[OwnRow]:
        """The latest activities at which he was expected. Three queries."""
        held = Activity.objects.counted().filter(attendances__person=self.person).latest_first()
        records = [Record(*row) for row in held.values_list(*COLUMNS)[:SHOWN]]
        pks = [record.pk for record in records]
        parts = {row.activity_id: row for row in Attendance.objects.filter(person=self.person, activity__in=pks)}
        kinds = kinds_of(pks)
        return [_row(record, kinds[record.pk].css, kinds[record.pk].names, parts[record.pk]) for record in records]


def _row(record: Record, css: str, names: str, part: Attendance) -> OwnRow:
    meta = "，".join(text for text in (names, record.organisation, record.turnout) if text)
    url = reverse("activity", args=[record.pk])
    return OwnRow(record.held_on, css, record.title, meta, url, *_part(part))


def _part(part: Attendance) -> tuple[str, str]:
    """(state as it is drawn, word): how he took part."""
    if part.present:
        return "done", "到会"
    if part.made_up_on:
        return "done", f"{part.made_up_on.month}月{part.made_up_on.day}日补学"
    return "off", f"未到，{part.why}" if part.why else "未到"
