"""Who records for an organisation in somebody's stead, and what is proposed when that is set up anew."""

from __future__ import annotations

from datetime import date, timedelta

from . import appointing, scoping
from .models import Appointment, Organisation, Person
from .models.appointment import AppointmentQuerySet

SHORTEST_PROPOSAL = timedelta(days=31)


def delegations(organisation: Organisation) -> AppointmentQuerySet:
    """The recorders of ``organisation`` past and present, the latest first."""
    rows = Appointment.objects.filter(organisation=organisation, post__code=appointing.RECORDER)
    return rows.select_related("person", "post").order_by("-since", "-pk")


def standing(organisation: Organisation, today: date) -> AppointmentQuerySet:
    """The recorders who hold on ``today``."""
    return delegations(organisation).filter(scoping.holding(today))


def usual_recorder(organisation: Organisation, today: date) -> int | None:
    """Whom to propose: the last recorder, if he still belongs here, else the deputy; None without either."""
    here = Person.objects.under(organisation, today).values("pk")
    last = delegations(organisation).filter(person__in=here).values_list("person", flat=True).first()
    deputies = Appointment.objects.holding(today).at(organisation).filter(post__is_deputy=True)
    return last or deputies.values_list("person", flat=True).first()


def usual_last_day(today: date) -> date:
    """The end of the year; within its last month the middle of the next."""
    end = date(today.year, 12, 31)
    return end if end - today >= SHORTEST_PROPOSAL else date(today.year + 1, 6, 30)
