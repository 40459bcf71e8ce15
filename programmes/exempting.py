"""Asking that a requirement does not apply, and answering: the acts on an ``Exemption`` and the obligations it covers."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from organisations.models import Organisation, Person
from organisations.permissions import Act

from .models import Exemption, ExemptionState, Obligation
from .models.obligation import ExemptionMark


def covered(exemption: Exemption) -> QuerySet[Obligation]:
    """The obligations that ``exemption`` speaks of and that are not met: their period begins within its span."""
    rows = Obligation.objects.filter(organisation=exemption.organisation, code=exemption.code, starts_on__gte=exemption.since)
    if exemption.until is not None:
        rows = rows.filter(starts_on__lt=exemption.until)
    return rows


def _lock(rows: QuerySet[Obligation]) -> list[int]:
    """Lock the rows in pk order, as crediting does, and return their pks."""
    return [row.pk for row in rows.select_for_update(no_key=True).order_by("pk")]


@transaction.atomic
def ask(organisation: Organisation, obligation: Obligation, *, until: date | None, cause: str, reason: str, by: Person, now: datetime) -> Exemption:
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
    return exemption


@transaction.atomic
def decide(exemption: Exemption, *, granted: bool, answer: str, by: Person, now: datetime) -> None:
    """Grant or refuse. Whoever asked cannot decide; a refusal needs a reason and restores the old due days."""
    row = Exemption.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=exemption.pk)
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
    _release(row, ExemptionMark.GRANTED if granted else ExemptionMark.NONE)
    exemption.refresh_from_db()


@transaction.atomic
def take_back(exemption: Exemption, *, by: Person, now: datetime) -> None:
    """The asking side withdraws a request that is still undecided."""
    row = Exemption.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=exemption.pk)
    if not by.may(Act.ASK_EXEMPTION, row.organisation):
        raise PermissionDenied
    if row.state != ExemptionState.ASKED:
        raise ValidationError("这份申请已经有答复了。")
    row.state, row.decided_by, row.decided_at = ExemptionState.WITHDRAWN, by, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _release(row, ExemptionMark.NONE)
    exemption.refresh_from_db()


def _release(exemption: Exemption, mark: ExemptionMark) -> None:
    """Give the pending obligations of ``exemption`` their answer."""
    pks = _lock(covered(exemption).filter(exemption_state=ExemptionMark.ASKED))
    Obligation.objects.filter(pk__in=pks).update(exemption_state=mark)
