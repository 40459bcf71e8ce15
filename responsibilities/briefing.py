"""思想汇报、工作汇报: writing to one's organisation, sending, taking back, answering. Read by the two of them alone, never scored."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from organisations import paths, scoping
from organisations.models import Appointment, Level, Membership, Person
from organisations.models.appointment import AppointmentQuerySet
from organisations.permissions import Role

from .models import Briefing
from .sealing import seal
from .talk_people import ORGAN

LOOK_BACK = timedelta(days=2 * 366)
ONE_DAY = timedelta(days=1)
OF_BRANCHES = (Level.BRANCH, Level.GENERAL_BRANCH)


def recipients(person: Person, today: date) -> AppointmentQuerySet:
    """To whom ``person`` may report, the nearest first: heads and deputies of his branch, and the office of his organ.

    Whoever holds a post at the organ itself may also report to its heads and to those of the work committee.
    """
    belongs = Membership.objects.filter(scoping.holding(today), person=person).order_by()
    posts = Appointment.objects.holding(today).filter(person=person)
    places = list(belongs.values_list("organisation__path", flat=True))
    held = list(posts.values_list("organisation__path", "organisation__level"))
    above = {prefix for path in places + [path for path, _ in held] for prefix in paths.prefixes(path)}
    heads = Q(post__is_head=True) | Q(post__is_deputy=True)
    of_branch = heads & Q(organisation__level__in=OF_BRANCHES)
    if any(level not in (*OF_BRANCHES, Level.GROUP) for _, level in held):
        near = Q(heads | Q(post__role=Role.ORGAN_OFFICE), organisation__path__in=above)
    else:
        organ = [path for path in above if paths.depth(path) >= ORGAN]
        near = Q(of_branch | Q(post__role=Role.ORGAN_OFFICE), organisation__path__in=organ)
    rows = Appointment.objects.holding(today).filter(near).exclude(person=person)
    return rows.select_related("person", "post", "organisation").order_by("-organisation__path", "post__order", "pk")


@transaction.atomic
def write(
    *, kind: str, to: Appointment, since: date, until: date, text: str, by: Person, now: datetime, today: date
) -> Briefing:
    """A new draft, which nobody else sees."""
    _check(to, since, until, by, today)
    row = Briefing(author=by, recipient=to.person, organisation=to.organisation, kind=kind, saved_at=now)
    row.since, row.until = since, until
    row.sealed = seal({"text": text}, row.bond)
    row.full_clean(exclude=["sealed", "sealed_answer"])
    row.save()
    return row


@transaction.atomic
def rewrite(
    briefing: Briefing,
    *,
    revision: int,
    kind: str,
    to: Appointment,
    since: date,
    until: date,
    text: str,
    by: Person,
    now: datetime,
    today: date,
) -> None:
    """Its author goes on writing a draft. Refused where another window was faster."""
    row = _own(briefing, by)
    if row.is_sent:
        raise ValidationError("已经送出了。要改，先收回来。")
    if row.revision != revision:
        raise ValidationError("你在另一个窗口改过这份汇报。核对以后再保存一次。", code="changed")
    _check(to, since, until, by, today)
    row.recipient, row.organisation, row.kind = to.person, to.organisation, kind
    row.since, row.until, row.saved_at, row.revision = since, until, now, row.revision + 1
    row.sealed = seal({"text": text}, row.bond)
    row.full_clean(exclude=["sealed", "sealed_answer"])
    row.save()


def _check(to: Appointment, since: date, until: date, by: Person, today: date) -> None:
    if not recipients(by, today).filter(pk=to.pk).exists():
        raise ValidationError({"to": "请在给出的选项里选一个。"})
    if until <= since:
        raise ValidationError({"last_day": "结束日期不能早于开始日期。"})
    if until > today + ONE_DAY:
        raise ValidationError({"last_day": "还没到的日子不用汇报，最晚写到今天。"})
    if since < today - LOOK_BACK:
        raise ValidationError({"since": "太早了，请核对年份。"})


@transaction.atomic
def send(briefing: Briefing, *, by: Person, now: datetime, today: date) -> None:
    """Its author hands it over: from now on the other one reads it too."""
    row = _own(briefing, by)
    if row.is_sent:
        raise ValidationError("已经送出了。")
    if not recipients(by, today).filter(person=row.recipient).exists():
        raise ValidationError(f"{row.recipient}已经不在这个岗位，请改为向别人汇报。")
    row.sent_at = now
    row.save(update_fields=["sent_at"])


@transaction.atomic
def take_back(briefing: Briefing, *, by: Person) -> None:
    """Its author takes it back before it is answered: a draft again, closed to the other one."""
    row = _own(briefing, by)
    if not row.is_sent:
        raise ValidationError("还没有送出，不用收回。")
    if row.is_answered:
        raise ValidationError("已经有回复了，不能再收回。")
    row.sent_at = None
    row.save(update_fields=["sent_at"])


@transaction.atomic
def answer(briefing: Briefing, *, text: str, by: Person, now: datetime) -> None:
    """The other one answers, once. Nothing changes afterwards."""
    row = _claim(briefing)
    if row.recipient_id != by.pk:
        raise PermissionDenied
    if not row.is_sent:
        raise ValidationError("对方刚刚收回去了。")
    if row.is_answered:
        raise ValidationError("已经回复过了。")
    if not text.strip():
        raise ValidationError({"text": "请写一句。"})
    row.sealed_answer, row.answered_at = seal({"text": text}, row.answer_bond), now
    row.save(update_fields=["sealed_answer", "answered_at"])


@transaction.atomic
def discard(briefing: Briefing, *, by: Person) -> None:
    """Its author throws a draft away."""
    row = _own(briefing, by)
    if row.is_sent:
        raise ValidationError("已经送出了。不要了，先收回来。")
    row.delete()


def _own(briefing: Briefing, by: Person) -> Briefing:
    row = _claim(briefing)
    if row.author_id != by.pk:
        raise PermissionDenied
    return row


def _claim(briefing: Briefing) -> Briefing:
    """The row as it stands, under lock."""
    rows = Briefing.objects.select_for_update(no_key=True, of=("self",)).with_names()
    row = rows.filter(pk=briefing.pk).first()
    if row is None:
        raise ValidationError("这份草稿已经扔掉了。")
    return row
