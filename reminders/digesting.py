"""From what is missing to one digest a working day: reconcile the ledger, claim what is due, fold it, note it as sent.

Evaluation never waits: ``reconcile`` runs at any hour. Delivery waits for a working day, 08:30. Everything here may run
twice, at the same minute and on several machines: a reminder is claimed by a conditional UPDATE, and a digest is unique
for a person and a day.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from organisations.models import Person

from .models import Digest, Key, Reminder, ReminderState
from .sources import Source, all_sources
from .workdays import WorkCalendar

logger = logging.getLogger(__name__)

SEND_FROM = time(8, 30)
# A step that could not be sent for so many working days is past: the next one will be sent.
MISSED_AFTER_WORKDAYS = 2
# Recipients a transaction: short enough for SQLite, where it holds the one write lock.
BATCH = 500


@dataclass(frozen=True)
class Reconciled:
    """What one run of ``reconcile`` did: numbers of reminders, and the sources that failed."""

    inserted: int
    resolved: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Delivered:
    """What one run of ``deliver`` did: digests made, reminders in them, dropped as done meanwhile, and missed."""

    digests: int = 0
    sent: int = 0
    dropped: int = 0
    missed: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def reconcile(now: datetime, sources: Sequence[Source] | None = None) -> Reconciled:
    """Make the ledger say what every source wants now. A source that raises changes nothing and stops no other."""
    today = timezone.localdate(now)
    inserted = resolved = 0
    failed = []
    for source in all_sources() if sources is None else sources:
        try:
            # The source reads outside the transaction, which on SQLite would keep everybody from writing.
            new, gone = Reminder.objects.reconcile(source.name, source.missing(today), now)
        except Exception:
            logger.exception("Reminder source %s failed", source.name)
            failed.append(source.name)
        else:
            inserted, resolved = inserted + new, resolved + gone
    return Reconciled(inserted, resolved, tuple(failed))


def deliver(now: datetime, sources: Sequence[Source] | None = None) -> Delivered:
    """Fold what is due into one digest a person, on a working day from 08:30 on. At other times nothing happens."""
    local = timezone.localtime(now)
    today = local.date()
    calendar = WorkCalendar.around(today)
    if local.time() < SEND_FROM or not calendar.is_workday(today):
        return Delivered()
    total = Delivered(missed=_miss(today, calendar))
    by_name = {source.name: source for source in (all_sources() if sources is None else sources)}
    recipients = _recipients(today)
    for start in range(0, len(recipients), BATCH):
        with transaction.atomic():
            total = total + _deliver_to(recipients[start : start + BATCH], by_name, today, now)
    return total


def _miss(today: date, calendar: WorkCalendar) -> int:
    """Give up the steps that have waited too long. What is late is never given up: it is as true as on its first day."""
    limit = calendar.add_workdays(today, -MISSED_AFTER_WORKDAYS)
    begin = timezone.make_aware(datetime.combine(limit, time.min))
    waiting = Reminder.objects.waiting_on(today).filter(due_on__lt=limit, wanted_at__lt=begin, is_late=False)
    return waiting.update(state=ReminderState.MISSED)


def _recipients(today: date) -> list[int]:
    """Those for whom something waits and who have had no digest today."""
    served = Digest.objects.filter(day=today).values("recipient")
    waiting = Reminder.objects.waiting_on(today).exclude(recipient__in=served)
    return sorted(set(waiting.values_list("recipient_id", flat=True)))


def _deliver_to(recipients: list[int], sources: dict[str, Source], today: date, now: datetime) -> Delivered:
    """Claim, ask once more, send. The claim holds until the transaction ends: whoever comes second finds nothing."""
    waiting = Reminder.objects.waiting_on(today).filter(recipient__in=recipients)
    pks = list(waiting.order_by("pk").values_list("pk", flat=True))
    Reminder.objects.filter(pk__in=pks, state=ReminderState.WAITING).update(state=ReminderState.SENDING, claimed_at=now)
    claimed = list(Reminder.objects.filter(pk__in=pks, state=ReminderState.SENDING, claimed_at=now))
    wanted, dropped, unsure = _ask(claimed, sources, today)
    Reminder.objects.filter(pk__in=dropped).delete()
    Reminder.objects.filter(pk__in=unsure).update(state=ReminderState.WAITING, claimed_at=None)
    return Delivered(digests=_send(wanted, today, now), sent=len(wanted), dropped=len(dropped))


def _ask(
    claimed: list[Reminder], sources: dict[str, Source], today: date
) -> tuple[list[Reminder], list[int], list[int]]:
    """(still wanted, pks of what was done meanwhile, pks of what a failing source could not say anything about)."""
    by_source: dict[str, list[Reminder]] = defaultdict(list)
    for row in claimed:
        by_source[row.source].append(row)
    wanted, dropped, unsure = [], [], []
    for name, rows in by_source.items():
        still = _still_wanted(sources.get(name), rows, today)
        if still is None:
            unsure += [row.pk for row in rows]
            continue
        wanted += [row for row in rows if row.key in still]
        dropped += [row.pk for row in rows if row.key not in still]
    return wanted, dropped, unsure


def _still_wanted(source: Source | None, rows: Iterable[Reminder], today: date) -> set[Key] | None:
    """What the source still wants; None if it fails. A source that is no longer named wants nothing."""
    if source is None:
        return set()
    try:
        with transaction.atomic():
            return source.still_wanted([row.key for row in rows], today)
    except Exception:
        logger.exception("Reminder source %s failed", source.name)
        return None


def _send(rows: list[Reminder], today: date, now: datetime) -> int:
    """Put ``rows`` into the digests of their recipients. Returns the number of digests."""
    recipients = {row.recipient_id for row in rows}
    new = [Digest(recipient_id=pk, day=today, sent_at=now) for pk in sorted(recipients)]
    Digest.objects.bulk_create(new, ignore_conflicts=True)
    _close_earlier_steps(rows, recipients, now)
    own = Digest.objects.filter(day=today, recipient=OuterRef("recipient")).values("pk")
    sent = Reminder.objects.filter(pk__in=[row.pk for row in rows])
    sent.update(state=ReminderState.SENT, sent_at=now, digest=Subquery(own))
    return len(recipients)


def _close_earlier_steps(rows: list[Reminder], recipients: set[int], now: datetime) -> None:
    """What is said now takes the place of what was said about the same thing before."""
    said = {(row.source, *row.thing) for row in rows}
    earlier = Reminder.objects.filter(recipient__in=recipients, closed_at=None).exclude(state=ReminderState.WAITING)
    known = {row.pk for row in rows}
    closed = [row.pk for row in earlier if row.pk not in known and (row.source, *row.thing) in said]
    Reminder.objects.filter(pk__in=closed).update(closed_at=now)


def open_count(person: Person) -> int:
    """What the bell shows: lines that are open and not in a digest that their reader has marked as read. One query.

    The ledger is brought up to date by the hour; what was settled since is left out by what the sources say.
    """
    conditions = [(source.name, source.still_open()) for source in all_sources()]
    unsettled = [~Q(source=name) | Q(still_open) for name, still_open in conditions if still_open is not None]
    return Reminder.objects.visible_to(person).still_open().filter(*unsettled, digest__read_at=None).count()
