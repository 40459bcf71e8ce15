"""交接: the open measures of a post go from whoever held it to whoever holds it now, and both say so.

The post itself needs no hand-over: whoever holds it holds its duties from that day on. What changes hands here are the
measures that were given to the one who left by name; and both have seen the same list.
"""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F

from organisations import scoping
from organisations.models import Appointment, Organisation, Person
from organisations.models.person import PersonQuerySet
from organisations.permissions import Act

from .handover_offers import assignments_at
from .models import DutyPost, Handover, Measure
from .models.measure import MeasureQuerySet


def keeps(person: Person, place: Organisation, today: date) -> bool:
    """Whether ``person`` keeps the people there and sees the records: the office, not the administrator."""
    return person.may(Act.MANAGE_PEOPLE, place, today) and person.may(Act.SEE, place, today)


def takers(post: DutyPost, place: Organisation, today: date) -> PersonQuerySet:
    """Who holds the post at ``place`` today."""
    rows = Appointment.objects.filter(scoping.holding(today), organisation=place, post__in=post.posts.all())
    return Person.objects.filter(pk__in=rows.values("person")).order_by("pk")


def givers(post: DutyPost, place: Organisation, today: date) -> PersonQuerySet:
    """Who held the post at ``place`` and does not any more."""
    ended = Appointment.objects.filter(
        organisation=place, post__in=post.posts.all(), until__lte=today, until__gt=F("since")
    )
    now = takers(post, place, today).values("pk")
    return Person.objects.filter(pk__in=ended.values("person")).exclude(pk__in=now).order_by("pk")


def open_measures(post: DutyPost, place: Organisation, today: date) -> MeasureQuerySet:
    """What is to be handed over: the open measures of that post there, by day."""
    at = assignments_at(post, place, today)
    return Measure.objects.unmet().filter(assignment__in=at, starts_on__lte=today).order_by("due_on", "pk")


@transaction.atomic
def open_handover(
    post: DutyPost,
    place: Organisation,
    *,
    giver: Person,
    taker: Person,
    note: str,
    by: Person,
    now: datetime,
    today: date,
) -> Handover:
    """Open a hand-over. Neither side has confirmed by it, whoever opens it."""
    if by.pk not in (giver.pk, taker.pk) and not keeps(by, place, today):
        raise PermissionDenied("交接由移交人、接手人或者机关党委办公室来发起。")
    # Two who open at once wait here for each other.
    Organisation.objects.select_for_update(no_key=True).get(pk=place.pk)
    _check_people(post, place, giver, taker, today)
    _check_others(post, place, giver, taker)
    measures = list(open_measures(post, place, today))
    if not measures:
        raise ValidationError("这个岗位没有没办完的措施，不用交接。")
    row = Handover(
        organisation=place, post=post, giver=giver, taker=taker, note=note.strip(), opened_by=by, opened_at=now
    )
    row.full_clean(exclude=["organisation", "post", "giver", "taker", "opened_by"])
    row.save()
    row.measures.set(measures)
    return row


def _check_people(post: DutyPost, place: Organisation, giver: Person, taker: Person, today: date) -> None:
    if giver.pk == taker.pk:
        raise ValidationError({"taker": "移交人和接手人不能是同一个人。"})
    if not takers(post, place, today).filter(pk=taker.pk).exists():
        raise ValidationError({"taker": f"{taker}现在不担任{place}的{post}。"})
    if takers(post, place, today).filter(pk=giver.pk).exists():
        raise ValidationError({"giver": f"{giver}还在任，任职结束以后再交接。"})
    if not givers(post, place, today).filter(pk=giver.pk).exists():
        raise ValidationError({"giver": f"{giver}没有担任过{place}的{post}。"})


def _check_others(post: DutyPost, place: Organisation, giver: Person, taker: Person) -> None:
    """What is under way at the same place."""
    standing = Handover.objects.open().filter(organisation=place)
    if standing.filter(giver=taker, taker=giver).exists():
        raise ValidationError(f"{taker}正在向{giver}移交，先把那一次办完或者取消，不能互相移交。")
    if standing.filter(post=post).exists():
        raise ValidationError("这个岗位还有一次交接没有办完。")


@transaction.atomic
def give(handover: Handover, *, by: Person, now: datetime) -> None:
    """The one who leaves says: this is all. Twice is once."""
    row = _claim(handover)
    if row.giver_id != by.pk:
        raise PermissionDenied("这一步由移交人本人确认。")
    if row.given_at is None:
        row.given_at = now
        _confirm(row, "given_at")


@transaction.atomic
def take(handover: Handover, *, by: Person, now: datetime, today: date) -> None:
    """The one who comes says: taken. Twice is once."""
    row = _claim(handover)
    if row.taker_id != by.pk:
        raise PermissionDenied("这一步由接手人本人确认。")
    if row.taken_at is None:
        if not takers(row.post, row.organisation, today).filter(pk=by.pk).exists():
            raise ValidationError("你现在不担任这个岗位了，请取消这次交接。")
        row.taken_at = now
        _confirm(row, "taken_at")


@transaction.atomic
def cancel(handover: Handover, *, by: Person, now: datetime, today: date) -> None:
    """Call it off, as long as not both have confirmed."""
    row = _claim(handover)
    if by.pk not in (row.giver_id, row.taker_id) and not keeps(by, row.organisation, today):
        raise PermissionDenied
    if row.is_done:
        raise ValidationError("双方都确认了，不能再取消。")
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])


def _claim(handover: Handover) -> Handover:
    """The row under lock: else two who confirm at once would each miss that the other has. ValidationError if called off."""
    rows = Handover.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation", "post")
    row = rows.get(pk=handover.pk)
    if row.cancelled_at is not None:
        raise ValidationError("这次交接已经取消了。")
    return row


def _confirm(row: Handover, field: str) -> None:
    """Note one side's word; with the second one the measures that were the giver's by name become the taker's."""
    row.save(update_fields=[field])
    if row.is_done:
        pks = list(row.measures.values_list("pk", flat=True))
        Measure.objects.unmet().filter(pk__in=pks, owner=row.giver_id).update(owner=row.taker_id)
