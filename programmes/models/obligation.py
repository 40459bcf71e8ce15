"""One row for each thing that an organisation owes in a period: what desk, board, reminders and reports count."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act

from ..periods import Period, parse
from .requirement import Requirement


class ObligationState(models.TextChoices):
    """What follows from a row and today."""

    NOT_DUE = "not_due", "未开始"
    DUE = "due", "待开展"
    DONE = "done", "已完成"
    LATE = "late", "补办"
    OVERDUE = "overdue", "已逾期"
    EXEMPT = "exempt", "不适用"
    PENDING = "pending", "待批"


class ExemptionMark(models.TextChoices):
    """The exemption state that is kept on the obligation itself."""

    NONE = "", "无"
    ASKED = "asked", "待批"
    GRANTED = "granted", "已批准"
    CLOSED = "closed", "已撤销"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, person: Person, today: date | None = None) -> ObligationQuerySet:
        """Those of organisations whose records ``person`` may see."""
        return self.filter(scoping.reach(person, Act.SEE, "organisation__path", today))

    def manageable_by(self, person: Person, act: str = Act.LOG, today: date | None = None) -> ObligationQuerySet:
        """Those of organisations at which ``person`` may do ``act``."""
        return self.filter(scoping.reach(person, act, "organisation__path", today))

    def begun(self, today: date) -> ObligationQuerySet:
        """Those whose period has begun."""
        return self.filter(starts_on__lte=today)

    def counted(self) -> ObligationQuerySet:
        """Those that count: neither exempt nor waiting for an answer."""
        return self.filter(exemption_state=ExemptionMark.NONE)

    def unmet(self) -> ObligationQuerySet:
        """Counted, and less done than needed."""
        return self.counted().filter(done__lt=F("needed"))

    def overdue(self, today: date) -> ObligationQuerySet:
        """Unmet, and the last day in time has passed."""
        return self.unmet().filter(due_on__lt=today)


class Obligation(models.Model):
    """An organisation owes a requirement in a period. Provisional until the period begins; then only verbs change it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="obligations"
    )
    requirement = models.ForeignKey(Requirement, verbose_name="要求", on_delete=models.PROTECT, related_name="+")
    code = models.SlugField("代码", max_length=60, db_index=False)
    period = models.CharField("期间", max_length=8)
    starts_on = models.DateField("期间开始")
    ends_on = models.DateField("期间结束", help_text="结束后的第一天。")
    due_on = models.DateField("到期日", help_text="最后一个不算晚的日子。")
    needed = models.PositiveSmallIntegerField("应办")
    done = models.PositiveSmallIntegerField("已办", default=0)
    late = models.PositiveSmallIntegerField("其中补办", default=0)
    done_on = models.DateField("办完日期", null=True, blank=True)
    exemption_state = models.CharField(
        "不适用", max_length=8, choices=ExemptionMark, default=ExemptionMark.NONE, blank=True
    )
    provisional = models.BooleanField("未定", default=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "应办事项"
        verbose_name_plural = "应办事项"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code", "period"], name="one_obligation_a_period")
        ]
        indexes = [
            # The grid of a whole city is read from this index alone, and the few unmet rows from the next one.
            models.Index(
                fields=["due_on", "organisation", "code", "exemption_state", "needed", "done", "late", "starts_on"],
                name="obligation_grid",
            ),
            models.Index(
                fields=["due_on", "code", "organisation", "needed", "done", "exemption_state", "starts_on"],
                name="obligation_unmet",
                condition=Q(done__lt=F("needed")),
            ),
            models.Index(fields=["organisation", "starts_on"], name="obligation_by_start"),
            models.Index(fields=["starts_on"], name="obligation_unsettled", condition=Q(provisional=True)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.requirement}，{self.span.label}"

    @property
    def span(self) -> Period:
        """The period as a value."""
        return parse(self.period)

    @property
    def missing(self) -> int:
        """How many are still to be held."""
        return max(0, self.needed - self.done)

    def state(self, today: date) -> ObligationState:
        """The state on ``today``. The same cases in SQL: ``ObligationQuerySet`` and ``compliance.grid`` (compared by a test)."""
        if self.exemption_state in (ExemptionMark.GRANTED, ExemptionMark.CLOSED):
            return ObligationState.EXEMPT
        if self.exemption_state == ExemptionMark.ASKED:
            return ObligationState.PENDING
        if self.done >= self.needed:
            return ObligationState.LATE if self.done - self.late < self.needed else ObligationState.DONE
        if self.starts_on > today:
            return ObligationState.NOT_DUE
        return ObligationState.OVERDUE if self.due_on < today else ObligationState.DUE
