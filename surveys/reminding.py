"""What people are reminded of about surveys: that one asks them. To all whom it asks, in the same words, at most twice.

Nothing here looks at a mark or a used ballot, so nobody can tell from a reminder, or from its absence, who answered
(anonymity.md §5 row 18); the address leads to the desk and is the same for everybody (row 17).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast, ExtractYear
from django.urls import reverse
from django.utils import timezone

from organisations.models import PARTY_MEMBERS, Membership
from reminders.models import Key, Wanted
from reminders.sources import wanted_among
from reminders.workdays import WorkCalendar

from .audience import YOUTH_LIMIT
from .models import Survey, Who
from .models.survey import SurveyQuerySet
from .paths import minutes

OPEN, CLOSING = "open", "closing"
WORKDAYS_BEFORE = 2  # that long before the end it is said a second time
LONGEST_TITLE = 60


class SurveySource:
    """Surveys that are open: to everybody whom they ask, on the first day and two working days before the last."""

    name = "survey"

    def missing(self, today: date) -> list[Wanted]:
        """One line a survey and person asked, in three queries."""
        return self._lines(Survey.objects.all(), today)

    def still_wanted(self, keys: Iterable[Key], today: date) -> set[Key]:
        """Those whose survey is still open."""
        keys = set(keys)
        return wanted_among(keys, self._lines(Survey.objects.filter(pk__in={int(key[0]) for key in keys}), today))

    def still_open(self) -> Exists:
        """The survey still takes answers. Whether this person has given any is known nowhere."""
        subject = Cast(OuterRef("subject"), BigIntegerField())
        return Exists(Survey.objects.filter(pk=subject, closes_at__gt=timezone.now(), closed_at=None))

    def verb(self, is_late: bool) -> str:
        """What the button says."""
        return "领票"

    def _lines(self, surveys: SurveyQuerySet, today: date) -> list[Wanted]:
        begin = timezone.make_aware(datetime.combine(today, time.min))
        launched = surveys.filter(launched_at__isnull=False, closed_at=None, closes_at__gte=begin).order_by("pk")
        calendar = WorkCalendar.around(today)
        lines = {row.pk: line for row in launched if (line := _Line.of(row, calendar, today))}
        return [lines[pk].to(person) for pk, person in _asked_by(list(lines))] if lines else []


def _asked_by(surveys: list[int]) -> Iterable[tuple[int, int]]:
    """Survey and person, for all whom they ask: what ``audience.asked_people`` says of one survey, in one query."""
    survey = "organisation__reporting_units__survey"
    on = F(f"{survey}__frozen_on")
    whom = (
        Q(**{f"{survey}__who": Who.EVERYONE})
        | Q(**{f"{survey}__who": Who.MEMBERS}, person__category__in=PARTY_MEMBERS)
        | Q(**{f"{survey}__who": Who.YOUTH}, person__birth_year__gte=ExtractYear(on) - YOUTH_LIMIT)
    )
    holding = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    rows = Membership.objects.filter(whom & holding, **{f"{survey}__in": surveys}).order_by(survey, "person")
    return rows.values_list(survey, "person").distinct()


@dataclass(frozen=True)
class _Line:
    """What is said about one survey at one step: nothing in it depends on who reads it."""

    pk: int
    step: str
    day: date
    title: str
    detail: str
    ends_on: date

    @classmethod
    def of(cls, survey: Survey, calendar: WorkCalendar, today: date) -> _Line | None:
        """The step that has come by ``today``, with its text; None before the first."""
        if survey.opens_at is None or survey.closes_at is None:
            return None
        first, ends = timezone.localdate(survey.opens_at), timezone.localtime(survey.closes_at)
        first = max(first, survey.frozen_on or first)
        if first > today:
            return None
        again = calendar.add_workdays(ends.date(), -WORKDAYS_BEFORE)
        closing = first < again <= today
        title = survey.title if len(survey.title) <= LONGEST_TITLE else f"{survey.title[: LONGEST_TITLE - 1]}…"
        return cls(
            pk=survey.pk,
            step=CLOSING if closing else OPEN,
            day=again if closing else first,
            title=f"快截止了：{title}" if closing else f"请你填：{title}",
            detail=f"{ends.month}月{ends.day}日 {ends:%H:%M} 截止，约 {minutes(survey.asked)} 分钟。填不填由你，若已填写请忽略。",
            ends_on=ends.date(),
        )

    def to(self, person_id: int) -> Wanted:
        """The line for one person."""
        url = reverse("survey-desk", args=[self.pk])
        return Wanted(str(self.pk), self.step, person_id, self.day, self.title, self.detail, url, self.ends_on)
