"""What carries a duty out: who answers for it where, its measures with steps and evidence, handing over, self-checks."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import Obligation

from .duty import Duty, DutyPost


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, person: Person, today: date | None = None) -> AssignmentQuerySet:
        """Those of organisations whose records ``person`` may see; what he holds himself is asked of ``seats.held_by``."""
        return self.filter(scoping.reach(person, Act.SEE, "organisation__path", today))

    def standing(self) -> AssignmentQuerySet:
        """Those that still hold."""
        return self.filter(ended_on__isnull=True)


class Assignment(models.Model):
    """An organisation answers for a duty; whoever holds the post there holds it. Its tallies are what the matrix sums.

    ``measures`` and ``done`` count the measures that have begun and were neither dropped nor exempt; ``first_due_on`` is
    the earliest due day among those still open. ``ticking.recount`` writes them, nothing else does.
    """

    duty = models.ForeignKey(Duty, verbose_name="责任", on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(
        Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="assignments"
    )
    measures = models.PositiveIntegerField("措施", default=0)
    done = models.PositiveIntegerField("已办", default=0)
    first_due_on = models.DateField("最早未办的到期日", null=True, blank=True)
    ended_on = models.DateField("不再承担", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "承担的责任"
        verbose_name_plural = "承担的责任"
        ordering = ["duty__number", "pk"]
        constraints = [models.UniqueConstraint(fields=["duty", "organisation"], name="one_assignment")]
        indexes = [
            # The matrix of a whole city is summed from this index alone: SQLite looks at ended_on though it is the condition.
            models.Index(
                fields=["duty", "organisation", "measures", "done", "first_due_on", "ended_on"],
                name="assignment_matrix",
                condition=Q(ended_on__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.duty}"

    def is_late(self, today: date) -> bool:
        """Whether a measure is overdue."""
        return self.first_due_on is not None and self.first_due_on < today


class Origin(models.TextChoices):
    """Where a measure comes from."""

    LIST = "list", "清单"
    OWN = "own", "自己加的"


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, person: Person, today: date | None = None) -> MeasureQuerySet:
        """Those of organisations whose records ``person`` may see, and those that he was given."""
        return self.filter(scoping.reach(person, Act.SEE, "assignment__organisation__path", today) | Q(owner=person))

    def counted(self) -> MeasureQuerySet:
        """Neither dropped nor exempt, and the duty still stands there."""
        return self.filter(dropped_on__isnull=True, exempt=False, assignment__ended_on__isnull=True)

    def unmet(self) -> MeasureQuerySet:
        """Counted, and less done than needed."""
        return self.counted().filter(done__lt=F("needed"))

    def overdue(self, today: date) -> MeasureQuerySet:
        """Unmet, and the last day in time has passed."""
        return self.unmet().filter(due_on__lt=today)


class Measure(models.Model):
    """One thing to be done by a day: from the list in each period of its rhythm, or added by who holds the duty.

    A bound one is ticked by records (``responsibilities/ticking.py``); one linked to an obligation takes everything from it.
    """

    assignment = models.ForeignKey(
        Assignment, verbose_name="承担的责任", on_delete=models.CASCADE, related_name="own_measures"
    )
    origin = models.CharField("来源", max_length=4, choices=Origin, default=Origin.LIST)
    text = models.CharField("措施", max_length=400)
    period = models.CharField("期间", max_length=8, blank=True)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", help_text="结束后的第一天。")
    due_on = models.DateField("到期日", help_text="最后一个不算晚的日子。")
    needed = models.PositiveSmallIntegerField("应办", default=1)
    done = models.PositiveSmallIntegerField("已办", default=0)
    done_on = models.DateField("办完日期", null=True, blank=True)
    obligation = models.ForeignKey(
        Obligation, verbose_name="应办事项", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    exempt = models.BooleanField("不适用", default=False)
    owner = models.ForeignKey(
        Person,
        verbose_name="责任人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="measures",
        help_text="空的由在岗的人负责。",
    )
    dropped_on = models.DateField("撤销日期", null=True, blank=True)
    dropped_because = models.CharField("撤销原因", max_length=200, blank=True)
    made_by = models.ForeignKey(
        Person, verbose_name="谁加的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "措施"
        verbose_name_plural = "措施"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "period"], condition=Q(origin=Origin.LIST), name="one_measure_a_period"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="measure_due_after_start",
                violation_error_message="期限不能早于开始日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["assignment", "starts_on"], name="measure_by_start"),
            models.Index(fields=["due_on"], name="measure_unmet", condition=Q(done__lt=F("needed"))),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        """Whether as much is done as is needed."""
        return self.done >= self.needed

    def state(self, today: date) -> str:
        """done, off, late, soon (within ten days) or todo: how it is drawn."""
        if self.exempt or self.dropped_on:
            return "off"
        if self.is_done:
            return "done"
        if self.due_on < today:
            return "late"
        return "soon" if (self.due_on - today).days <= SOON_DAYS else "todo"


SOON_DAYS = 10


class Step(models.Model):
    """推进步骤: one step of a measure."""

    measure = models.ForeignKey(Measure, verbose_name="措施", on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField("顺序")
    text = models.CharField("步骤", max_length=200)
    due_on = models.DateField("期限", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    done_by = models.ForeignKey(
        Person, verbose_name="谁完成的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "步骤"
        verbose_name_plural = "步骤"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def standing(self) -> EvidenceQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Evidence(models.Model):
    """The line of text by which an unbound measure is reported. Bound ones never need one."""

    measure = models.ForeignKey(Measure, verbose_name="措施", on_delete=models.CASCADE, related_name="evidence")
    text = models.CharField("做了什么", max_length=400)
    done_on = models.DateField("哪天做的")
    by = models.ForeignKey(Person, verbose_name="谁写的", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("写下时间")
    withdrawn_by = models.ForeignKey(
        Person, verbose_name="谁撤回的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "佐证"
        verbose_name_plural = "佐证"
        ordering = ["done_on", "pk"]

    def __str__(self) -> str:
        return self.text


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, person: Person, today: date | None = None) -> HandoverQuerySet:
        """Those that ``person`` gives or takes, and those at organisations whose people he keeps and whose records he sees."""
        kept = scoping.reach(person, Act.MANAGE_PEOPLE, "organisation__path", today)
        seen = scoping.reach(person, Act.SEE, "organisation__path", today)
        return self.filter((kept & seen) | Q(giver=person) | Q(taker=person))

    def waiting_for(self, person: Person) -> HandoverQuerySet:
        """Those that wait for the word of ``person``."""
        return self.open().filter(Q(giver=person, given_at__isnull=True) | Q(taker=person, taken_at__isnull=True))

    def done(self) -> HandoverQuerySet:
        """Those that both have confirmed."""
        return self.filter(cancelled_at__isnull=True, given_at__isnull=False, taken_at__isnull=False)

    def open(self) -> HandoverQuerySet:
        """Those that wait for somebody's word."""
        return self.filter(cancelled_at__isnull=True).filter(Q(given_at__isnull=True) | Q(taken_at__isnull=True))


class Handover(models.Model):
    """The open measures of a post go from one holder to the next; both confirm."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="handovers"
    )
    post = models.ForeignKey(DutyPost, verbose_name="岗", on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(Person, verbose_name="移交人", on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(Person, verbose_name="接手人", on_delete=models.PROTECT, related_name="+")
    measures = models.ManyToManyField(Measure, verbose_name="移交的措施", related_name="+", blank=True)
    note = models.CharField("交代", max_length=400, blank=True)
    opened_by = models.ForeignKey(Person, verbose_name="谁发起的", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("发起时间")
    given_at = models.DateTimeField("移交确认", null=True, blank=True)
    taken_at = models.DateTimeField("接手确认", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = "交接"
        verbose_name_plural = "交接"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(giver=F("taker")),
                name="handover_between_two",
                violation_error_message="移交人和接手人不能是同一个人。",
            ),
            models.UniqueConstraint(
                fields=["organisation", "post"],
                condition=Q(cancelled_at__isnull=True) & (Q(given_at__isnull=True) | Q(taken_at__isnull=True)),
                name="one_open_handover",
                violation_error_message="这个岗位还有一次交接没有办完。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.post}：{self.giver} → {self.taker}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody's word."""
        return self.cancelled_at is None and not self.is_done

    @property
    def is_done(self) -> bool:
        """Whether both have confirmed."""
        return self.given_at is not None and self.taken_at is not None

    @property
    def done_at(self) -> datetime | None:
        """When the second of them confirmed."""
        return max(self.given_at, self.taken_at) if self.given_at and self.taken_at else None


class SelfCheckQuerySet(models.QuerySet["SelfCheck"]):
    def visible_to(self, person: Person) -> SelfCheckQuerySet:
        """One's own: nobody above reads them."""
        return self.filter(person=person)


class SelfCheck(models.Model):
    """半年自查: what a post-holder says about his half-year; the facts beside it are read from the records, and kept when finished."""

    person = models.ForeignKey(Person, verbose_name="谁", on_delete=models.PROTECT, related_name="self_checks")
    organisation = models.ForeignKey(
        Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="self_checks"
    )
    period = models.CharField("期间", max_length=8)
    shortfalls = models.TextField("存在的不足", max_length=3000, blank=True)
    plans = models.TextField("下步打算", max_length=3000, blank=True)
    facts = models.JSONField("当时的事实", default=dict, blank=True)
    saved_at = models.DateTimeField("保存时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "半年自查"
        verbose_name_plural = "半年自查"
        ordering = ["-period", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation", "period"], name="one_self_check_a_half")
        ]

    def __str__(self) -> str:
        return f"{self.person}，{self.period}"

    @property
    def is_finished(self) -> bool:
        """Whether its facts are kept as they were."""
        return self.finished_at is not None
