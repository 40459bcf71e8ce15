"""Asking that a requirement does not apply, and answering: the acts on an ``Exemption`` and the obligations it covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min, Q, QuerySet

from organisations import paths
from organisations.models import Appointment, Organisation, Person
from organisations.permissions import ROLE_MAY, Act

from .counting import tell_counted
from .models import Exemption, ExemptionState, Obligation
from .models.obligation import ExemptionMark, ObligationQuerySet
from .rulebook import shipped_rulebook

LOOK_BACK = timedelta(days=366)  # what is older cannot be made up for either
LOOK_AHEAD = timedelta(days=31)


def covered(exemption: Exemption) -> QuerySet[Obligation]:
    """The obligations that ``exemption`` speaks of, met or not: their period begins within its span."""
    rows = Obligation.objects.filter(
        organisation=exemption.organisation, code=exemption.code, starts_on__gte=exemption.since
    )
    if exemption.until is not None:
        rows = rows.filter(starts_on__lt=exemption.until)
    return rows


def _lock(rows: QuerySet[Obligation]) -> list[int]:
    """Lock the rows in pk order, as crediting does, and return their pks."""
    return [row.pk for row in rows.select_for_update(no_key=True).order_by("pk")]


@transaction.atomic
def ask(
    organisation: Organisation,
    obligation: Obligation,
    *,
    until: date | None,
    cause: str,
    reason: str,
    by: Person,
    now: datetime,
) -> Exemption:
    """Ask from the obligation's period on, until ``until`` (None: for good). Pending at once: neither overdue nor reminded."""
    if not by.may(Act.ASK_EXEMPTION, organisation):
        raise PermissionDenied
    if obligation.organisation_id != organisation.pk:
        raise ValidationError("这一项不是这个组织的。")
    if until is not None and until <= obligation.starts_on:
        raise ValidationError({"last_day": "截止日期应在这一期开始之后。"})
    exemption = Exemption(
        organisation=organisation,
        code=obligation.code,
        name=obligation.requirement.name,
        since=obligation.starts_on,
        until=until,
        cause=cause,
        reason=reason,
        asked_by=by,
        asked_at=now,
    )
    exemption.full_clean()
    pks = _lock(covered(exemption).unmet())
    if obligation.pk not in pks:
        raise ValidationError("这一项已经办完，或者已经申请过了。")
    exemption.save()
    Obligation.objects.filter(pk__in=pks).update(exemption_state=ExemptionMark.ASKED)
    tell_counted(obligation_ids=pks)
    return exemption


@transaction.atomic
def decide(exemption: Exemption, *, granted: bool, answer: str, by: Person, now: datetime) -> None:
    """Grant or refuse. Whoever asked cannot decide; a refusal needs a reason and restores the old due days."""
    row = _claim(exemption)
    if not by.may(Act.DECIDE_EXEMPTION, row.organisation):
        raise PermissionDenied
    if row.state != ExemptionState.ASKED:
        raise ValidationError("这份申请已经有答复了。")
    if row.asked_by_id == by.pk:
        raise ValidationError("自己提的申请，要由别人答复。")
    if not granted and not answer.strip():
        raise ValidationError({"answer": "没有批准的，请写一句为什么。"})
    row.state = ExemptionState.GRANTED if granted else ExemptionState.REFUSED
    row.decided_by, row.decided_at, row.answer = by, now, answer.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    _release(row)
    exemption.refresh_from_db()


@transaction.atomic
def take_back(exemption: Exemption, *, by: Person, now: datetime) -> None:
    """The asking side withdraws a request that is still undecided."""
    row = _claim(exemption)
    if not by.may(Act.ASK_EXEMPTION, row.organisation):
        raise PermissionDenied
    if row.state != ExemptionState.ASKED:
        raise ValidationError("这份申请已经有答复了。")
    row.state, row.decided_by, row.decided_at = ExemptionState.WITHDRAWN, by, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _release(row)
    exemption.refresh_from_db()


@transaction.atomic
def end(exemption: Exemption, *, on: date, by: Person) -> date | None:
    """What was granted ends: the periods that begin on ``on`` or later are owed again; those that have begun stay spared.

    Both sides may: whoever asked, because the reason is gone, and whoever decides. The period that it was granted from is
    spared in any case. Returns the first day of what is owed again; None where no such row is opened yet.
    """
    row = _claim(exemption)
    if not (by.may(Act.ASK_EXEMPTION, row.organisation) or by.may(Act.DECIDE_EXEMPTION, row.organisation)):
        raise PermissionDenied
    until = max(on, row.since + timedelta(days=1))
    if row.state != ExemptionState.GRANTED or (row.until is not None and row.until <= until):
        raise ValidationError("这一项没有批准，或者已经到期，不用再结束。")
    owed_again = covered(row).filter(starts_on__gte=until)
    pks = _lock(owed_again.filter(exemption_state=ExemptionMark.GRANTED))
    row.until = until
    row.save(update_fields=["until"])
    _mark_anew(row, pks)
    exemption.refresh_from_db()
    return Obligation.objects.filter(pk__in=pks).counted().aggregate(first=Min("starts_on"))["first"]


def _claim(exemption: Exemption) -> Exemption:
    """The row as it stands, under lock."""
    rows = Exemption.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    return rows.get(pk=exemption.pk)


def _release(exemption: Exemption) -> None:
    """Give the pending obligations of ``exemption`` its answer."""
    _mark_anew(exemption, _lock(covered(exemption).filter(exemption_state=ExemptionMark.ASKED)))


def _mark_anew(exemption: Exemption, pks: list[int]) -> None:
    """Mark these obligations by what now speaks of them: ``exemption`` as it stands, or another request."""
    rows = Obligation.objects.filter(pk__in=pks)
    rows.update(exemption_state=ExemptionMark.NONE)
    standing = Exemption.objects.standing().filter(organisation=exemption.organisation, code=exemption.code)
    # Those still asked come first, so that a grant has the last word.
    for other in sorted(standing, key=lambda one: one.state == ExemptionState.GRANTED):
        covered(other).filter(pk__in=pks).update(exemption_state=ExemptionMark(other.state))
    tell_counted(obligation_ids=pks)


def askable(person: Person, today: date) -> ObligationQuerySet:
    """What ``person`` may ask to be spared: unmet, of the past year or beginning within a month, in tree order."""
    span = Q(due_on__gte=today - LOOK_BACK, starts_on__lte=today + LOOK_AHEAD)
    rows = Obligation.objects.manageable_by(person, Act.ASK_EXEMPTION, today).unmet().filter(span)
    return rows.select_related("organisation", "requirement").order_by("organisation__path", "due_on", "pk")


def who_answers(organisation: Organisation, asker: Person, today: date) -> list[Appointment]:
    """The nearest ones above who may decide on a request of ``asker``: the posts of one organisation, or none."""
    deciding = [role for role, acts in ROLE_MAY.items() if Act.DECIDE_EXEMPTION in acts]
    posts = Appointment.objects.holding(today).filter(
        organisation__path__in=paths.prefixes(organisation.path), post__role__in=deciding
    )
    rows = list(
        posts.exclude(person=asker)
        .select_related("person", "post", "organisation")
        .order_by("-organisation__path", "post__order", "pk")
    )
    return [row for row in rows if row.organisation_id == rows[0].organisation_id]


def answer_workdays() -> int:
    """Within how many working days a request is answered, as the rulebook says."""
    return shipped_rulebook().help_rule("exemption_undecided").threshold
