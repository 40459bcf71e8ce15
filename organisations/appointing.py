"""Appointing, ending a post, delegating the record, moving a person: the acts that change who belongs where."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from . import scoping
from .models import Appointment, Membership, Organisation, Person, Post
from .permissions import Act, Role
from .tree import tell_upper_floors

RECORDER = "recorder"
LONGEST_DELEGATION = timedelta(days=366)


def _holds_already(person: Person, post: Post, organisation: Organisation, since: date, until: date | None) -> bool:
    """True if the same person holds the same post there on some day of the span."""
    overlapping = Appointment.objects.filter(person=person, post=post, organisation=organisation)
    if until is not None:
        overlapping = overlapping.filter(since__lt=until)
    return any(row.until is None or row.until > since for row in overlapping)


@transaction.atomic
def appoint(
    person: Person,
    post: Post,
    organisation: Organisation,
    *,
    since: date,
    today: date,
    until: date | None = None,
    tell: bool = True,
) -> Appointment:
    """Give ``person`` a post from ``since`` (to the day before ``until``). ValidationError if level or dates do not fit.

    Many acts at once pass ``tell=False`` and tell the upper floors once at the end.
    """
    if post.level != organisation.level and post.role not in (Role.RECORDER, Role.ADMINISTRATOR, Role.ORGAN_OFFICE):
        raise ValidationError({"post": f"{organisation.get_level_display()}没有“{post}”这个职务。"})
    if until is not None and until <= since:
        raise ValidationError({"until": "结束日期应晚于开始日期。"})
    if not organisation.exists_on(since):
        raise ValidationError({"since": f"{organisation}在这一天不存在。"})
    if _holds_already(person, post, organisation, since, until):
        raise ValidationError({"person": f"{person}在这段时间已经是{organisation}{post.label_at(organisation)}。"})
    appointment = Appointment.objects.create(
        person=person, post=post, organisation=organisation, since=since, until=until
    )
    if tell and post.is_committee:
        tell_upper_floors([organisation.pk], today)
    return appointment


@transaction.atomic
def end(appointment: Appointment, *, on: date, today: date) -> None:
    """The appointment no longer holds from ``on``. An appointment that has not begun is shortened to nothing."""
    appointment.until = max(on, appointment.since)
    appointment.save(update_fields=["until"])
    if appointment.post.is_committee:
        tell_upper_floors([appointment.organisation_id], today)


@transaction.atomic
def delegate_recorder(
    organisation: Organisation, person: Person, *, last_day: date, by: Person, today: date
) -> Appointment:
    """Let ``person`` record for ``organisation`` up to and including ``last_day`` (at most a year ahead)."""
    if not by.may(Act.DELEGATE, organisation, today):
        raise PermissionDenied
    if last_day < today:
        raise ValidationError({"last_day": "截止日期已经过去了。"})
    if last_day > today + LONGEST_DELEGATION:
        raise ValidationError({"last_day": "最长一年，到期再续。"})
    post = Post.objects.get(code=RECORDER)
    standing = (
        Appointment.objects.select_for_update(no_key=True)
        .filter(scoping.holding(today), person=person, post=post, organisation=organisation)
        .first()
    )
    if standing is None:
        return appoint(person, post, organisation, since=today, until=last_day + timedelta(days=1), today=today)
    standing.until = last_day + timedelta(days=1)
    standing.save(update_fields=["until"])
    return standing


@transaction.atomic
def transfer(person: Person, *, to: Organisation, on: date, today: date, tell: bool = True) -> Membership:
    """Move ``person`` to ``to`` from ``on``: the old membership ends, the new one begins the same day."""
    if not to.exists_on(on):
        raise ValidationError({"organisation": f"{to}在这一天不存在。"})
    touched = [to.pk]
    for membership in person.memberships.select_for_update(no_key=True).filter(until__isnull=True):
        if membership.since > on:
            raise ValidationError(
                {"since": f"{person}从 {membership.since:%Y-%m-%d} 起才在{membership.organisation}。"}
            )
        membership.until = on
        membership.save(update_fields=["until"])
        touched.append(membership.organisation_id)
    new = Membership.objects.create(person=person, organisation=to, since=on)
    if tell:
        tell_upper_floors(touched, today)
    return new
