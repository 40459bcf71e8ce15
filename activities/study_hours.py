"""学时 of one person: his own figure, shown to himself alone, never summed over people or units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from organisations.models import Person
from programmes.periods import Cadence, period_of

from .models import ActivityState, Attendance


def study_hours(person: Person, today: date) -> Decimal:
    """Σ 学时 of the held activities of the year of ``today`` to which he came, or for which he made the study up."""
    year = period_of(today, Cadence.YEAR)
    there = Attendance.objects.filter(Q(present=True) | Q(made_up_on__isnull=False), person=person)
    held = there.filter(
        activity__state=ActivityState.HELD, activity__held_on__gte=year.starts_on, activity__held_on__lt=year.ends_on
    )
    return held.aggregate(total=Sum("activity__study_hours"))["total"] or Decimal(0)


def hours_in_words(hours: Decimal) -> str:
    """1.5, 10, 0: no zeros behind the point."""
    return f"{hours.normalize():f}"
