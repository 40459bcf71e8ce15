"""半年自查: keeping what a post-holder writes about his half-year, and the facts beside it when he is done.

Nobody but himself reads it, and nothing counts it: it is his own paper, which he may take away as a Word file.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from organisations.models import Organisation, Person
from programmes.periods import Cadence, Period, period_of

from . import seats
from .models import Assignment, SelfCheck
from .self_check_facts import Facts, facts_of

# The month before a half-year ends, and as long after it as a late one is still of use.
EARLY_MONTHS, AFTER = (6, 12), timedelta(days=15)


def due_half(today: date) -> Period | None:
    """The half-year of which a self-check is written about now: from the first of June or December, and two weeks longer."""
    half = period_of(today, Cadence.HALF)
    if today.month in EARLY_MONTHS:
        return half
    return half.previous() if today < half.starts_on + AFTER else None


def usual_half(today: date) -> Period:
    """The half-year that is opened where the address names none."""
    return due_half(today) or period_of(today, Cadence.HALF)


def may_be_checked(half: Period, today: date) -> bool:
    """Whether it has begun, and is not from before last year."""
    return half.cadence == Cadence.HALF and half.starts_on <= today and half.year >= today.year - 1


def places_of(person: Person, today: date) -> dict[Organisation, tuple[date, list[Assignment]]]:
    """Where ``person`` holds posts of duty lists: since when, and what he answers for from there. In tree order."""
    found: dict[Organisation, tuple[date, list[Assignment]]] = {}
    for row, seat in seats.seated(person, today):
        since, rows = found.get(seat.organisation, (seat.since, []))
        found[seat.organisation] = (min(since, seat.since), [*rows, row])
    return dict(sorted(found.items(), key=lambda item: item[0].path))


@transaction.atomic
def save(
    person: Person, place: Organisation, half: Period, *, shortfalls: str, plans: str, by: Person, now: datetime
) -> SelfCheck:
    """Keep what was typed. What is finished is opened again first."""
    row = _claim(person, place, half, by, now)
    if row.is_finished:
        raise ValidationError("这份自查已经完成了，要改先重新打开。")
    row.shortfalls, row.plans, row.saved_at = shortfalls.strip(), plans.strip(), now
    row.full_clean(exclude=["person", "organisation"], validate_unique=False)
    row.save(update_fields=["shortfalls", "plans", "saved_at"])
    return row


@transaction.atomic
def finish(
    person: Person,
    place: Organisation,
    half: Period,
    *,
    shortfalls: str,
    plans: str,
    by: Person,
    now: datetime,
    today: date,
) -> SelfCheck:
    """Keep what was typed, and the facts as they stand now."""
    row = save(person, place, half, shortfalls=shortfalls, plans=plans, by=by, now=now)
    if not (row.shortfalls or row.plans):
        raise ValidationError({"shortfalls": "写一句不足或者打算，再完成。"})
    row.facts, row.finished_at = current_facts(person, place, half, today).as_json(), now
    row.save(update_fields=["facts", "finished_at"])
    return row


@transaction.atomic
def reopen(person: Person, place: Organisation, half: Period, *, by: Person) -> None:
    """Go on writing: the facts follow the records again. Open already, or never begun, it stays as it is."""
    if by.pk != person.pk:
        raise PermissionDenied("自查只由本人来写。")
    rows = SelfCheck.objects.filter(person=person, organisation=place, period=half.key)
    rows.update(finished_at=None, facts={})


def _claim(person: Person, place: Organisation, half: Period, by: Person, now: datetime) -> SelfCheck:
    """The one row of that half-year, under lock; made where there is none."""
    if by.pk != person.pk:
        raise PermissionDenied("自查只由本人来写。")
    rows = SelfCheck.objects.select_for_update(no_key=True, of=("self",))
    key = {"person": person, "organisation": place, "period": half.key}
    row, _ = rows.get_or_create(**key, defaults={"saved_at": now})
    return row


def current_facts(person: Person, place: Organisation, half: Period, today: date) -> Facts:
    """The facts as they stand now."""
    since, rows = places_of(person, today).get(place, (today, []))
    return facts_of(person, rows, half, since, today)
