"""The ledger of reminders, the working calendar's exceptions and the heartbeat of the background work.

This floor knows people and text, not subjects: sources above it say what is missing (``settings.REMINDER_SOURCES``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction

from organisations.models import Person

# subject, step, recipient, the day on which it is to be sent
Key = tuple[str, str, int, date]
# subject and recipient: what stays the same from step to step
Thing = tuple[str, int]


@dataclass(frozen=True)
class Wanted:
    """One line that a source wants a person to read: the key (source aside) and its neutral text.

    ``due_on`` is the day on which to say it; ``about_on`` the day of the thing itself, from which the days left follow.
    """

    subject: str
    step: str
    recipient_id: int
    due_on: date
    title: str
    detail: str
    url: str
    about_on: date | None = None
    is_late: bool = False

    @property
    def key(self) -> Key:
        """What makes it one reminder within its source."""
        return (self.subject, self.step, self.recipient_id, self.due_on)

    @property
    def thing(self) -> Thing:
        """What is said to whom, at whichever step."""
        return (self.subject, self.recipient_id)


class ReminderState(models.TextChoices):
    """Where a reminder stands on its way."""

    WAITING = "waiting", "待送"
    SENDING = "sending", "正在送"
    SENT = "sent", "已送到"
    FAILED = "failed", "没送到"
    MISSED = "missed", "过时未送"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, person: Person) -> ReminderQuerySet:
        """One's own."""
        return self.filter(recipient=person)

    def waiting_on(self, today: date) -> ReminderQuerySet:
        """Those to be sent by now."""
        return self.filter(state=ReminderState.WAITING, due_on__lte=today)

    def still_open(self) -> ReminderQuerySet:
        """Sent, and what they ask for is not done yet."""
        return self.filter(state=ReminderState.SENT, closed_at__isnull=True)

    @transaction.atomic
    def reconcile(self, source: str, wanted: Iterable[Wanted], now: datetime) -> tuple[int, int]:
        """Make the ledger of ``source`` say what is wanted now. Returns (inserted, resolved).

        New keys are inserted, waiting rows that nobody wants any more are deleted, sent ones are closed; a closed one
        that is wanted again (the record was withdrawn) is open again. A sent one whose subject has gone on to its next
        step stays open until that one is sent, so that an open thing is never missing from the inbox. The wanted lines
        must be materialised whole before the call: if a source raises, nothing changes.
        """
        lines = {line.key: line for line in wanted}
        things = {line.thing for line in lines.values()}
        standing = self.filter(source=source, closed_at=None)
        known = {row.key: row for row in standing.select_for_update(no_key=True).order_by("pk")}
        gone = [row for key, row in known.items() if key not in lines]
        unsent = [row.pk for row in gone if row.state == ReminderState.WAITING]
        closed = [row.pk for row in gone if row.state != ReminderState.WAITING and row.thing not in things]
        self.filter(pk__in=unsent).delete()
        self.filter(pk__in=closed).update(closed_at=now)
        new = [line for key, line in lines.items() if key not in known]
        reopened = self._reopen(source, new)
        rows = [Reminder.from_line(source, line, now) for line in new if line.key not in reopened]
        Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        return len(rows), len(unsent) + len(closed)

    def _reopen(self, source: str, lines: list[Wanted]) -> set[Key]:
        """Open the closed rows of ``lines`` again. Returns their keys."""
        if not lines:
            return set()
        days = [line.due_on for line in lines]
        keys = {line.key for line in lines}
        closed = self.filter(source=source, closed_at__isnull=False, due_on__range=(min(days), max(days)))
        again = {row.key: row.pk for row in closed if row.key in keys}
        self.filter(pk__in=again.values()).update(closed_at=None)
        return set(again)


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, person: Person) -> DigestQuerySet:
        """One's own."""
        return self.filter(recipient=person)


class Digest(models.Model):
    """One person's letter of one day. Made only when there is something to say."""

    recipient = models.ForeignKey(Person, verbose_name="收件人", on_delete=models.CASCADE, related_name="digests")
    day = models.DateField("日期")
    sent_at = models.DateTimeField("送出时间")
    read_at = models.DateTimeField("标为已读", null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = "每日汇总"
        verbose_name_plural = "每日汇总"
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["recipient", "day"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    def mark_read(self, now: datetime) -> None:
        """The recipient has seen it: the bell no longer counts it. The first time stands; nobody else can see it."""
        if self.read_at is None:
            self.read_at = now
            self.save(update_fields=["read_at"])


class Reminder(models.Model):
    """One line for one person about one thing at one step of its ladder."""

    source = models.CharField("来源", max_length=40)
    subject = models.CharField("事项", max_length=60)
    step = models.CharField("步骤", max_length=20)
    recipient = models.ForeignKey(Person, verbose_name="收件人", on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField("应送日期")
    about_on = models.DateField("事情的日期", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=ReminderState, default=ReminderState.WAITING)
    title = models.CharField("标题", max_length=120)
    detail = models.CharField("说明", max_length=200, blank=True)
    url = models.CharField("去处", max_length=200)
    is_late = models.BooleanField("已逾期", default=False)
    digest = models.ForeignKey(
        Digest, verbose_name="汇总", null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    wanted_at = models.DateTimeField("记入时间", help_text="“过时未送”从应送日期和这一刻中较晚的算起。")
    claimed_at = models.DateTimeField("认领时间", null=True, blank=True)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = "提醒"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "subject", "step", "recipient", "due_on"], name="one_reminder_a_key"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="reminder_to_send"),
            models.Index(fields=["recipient", "state", "closed_at"], name="reminder_inbox"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> Key:
        """As ``Wanted.key``."""
        return (self.subject, self.step, self.recipient_id, self.due_on)

    @property
    def thing(self) -> Thing:
        """As ``Wanted.thing``."""
        return (self.subject, self.recipient_id)

    @classmethod
    def from_line(cls, source: str, line: Wanted, now: datetime) -> Reminder:
        """An unsaved waiting row for ``line``, wanted from ``now`` on. Names may be long: the text is cut to its column."""
        return cls(
            source=source,
            subject=line.subject,
            step=line.step,
            recipient_id=line.recipient_id,
            due_on=line.due_on,
            about_on=line.about_on,
            wanted_at=now,
            title=line.title[:120],
            detail=line.detail[:200],
            url=line.url,
            is_late=line.is_late,
        )


class Holiday(models.Model):
    """An exception to the working calendar: overrides the shipped data for one day."""

    date = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是工作日", default=False)
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        verbose_name = "工作日历例外"
        verbose_name_plural = "工作日历例外"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}{'上班' if self.is_workday else '休息'}"


class Heartbeat(models.Model):
    """The last tick of a background job, so that its silence can be seen."""

    name = models.CharField("名称", max_length=40, unique=True)
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = "后台心跳"
        verbose_name_plural = "后台心跳"

    def __str__(self) -> str:
        return self.name
