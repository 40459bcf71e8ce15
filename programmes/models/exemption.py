"""「对我们不适用」: a person asks with a reason, another decides."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act

from ..periods import Cadence, period_of


class ExemptionState(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", "待定"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "没有批准"
    WITHDRAWN = "withdrawn", "已撤回"


class ExemptionCause(models.TextChoices):
    """The usual causes; a sentence goes with each."""

    AWAY = "away", "集中外出"
    DUTY = "duty", "值守应急"
    FEW = "few", "人数不够"
    MERGED = "merged", "已与他项合并"
    NEW = "new", "刚成立"
    OTHER = "other", "其他"


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    def visible_to(self, person: Person, today: date | None = None) -> ExemptionQuerySet:
        """Those of organisations whose records ``person`` may see."""
        return self.filter(scoping.reach(person, Act.SEE, "organisation__path", today))

    def manageable_by(self, person: Person, act: str, today: date | None = None) -> ExemptionQuerySet:
        """Those at whose organisation ``person`` may ask, or decide."""
        return self.filter(scoping.reach(person, act, "organisation__path", today))

    def standing(self) -> ExemptionQuerySet:
        """Those that keep obligations from counting: asked or granted."""
        return self.filter(state__in=[ExemptionState.ASKED, ExemptionState.GRANTED])

    def covering(self, day: date) -> ExemptionQuerySet:
        """Those whose span contains ``day``."""
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


class Exemption(models.Model):
    """A request that a requirement (by code) does not apply to an organisation from ``since`` to the day before ``until``."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="exemptions"
    )
    code = models.SlugField("要求代码", max_length=60)
    name = models.CharField("要求", max_length=40)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True, help_text="空的是一直。")
    cause = models.CharField("缘由", max_length=8, choices=ExemptionCause)
    reason = models.CharField("一句话", max_length=400)
    state = models.CharField("状态", max_length=10, choices=ExemptionState, default=ExemptionState.ASKED)
    asked_by = models.ForeignKey(Person, verbose_name="申请人", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        Person, verbose_name="答复人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=400, blank=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = "不适用申请"
        verbose_name_plural = "不适用申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("since")),
                name="exemption_until_after_since",
                violation_error_message="截止日期应晚于开始日期。",
            )
        ]
        indexes = [models.Index(fields=["organisation", "code"], name="exemption_by_code")]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.name}"

    def covers(self, day: date) -> bool:
        """Whether its span contains ``day``."""
        return self.since <= day and (self.until is None or day < self.until)

    @property
    def span_label(self) -> str:
        """For how long, as it is said: 2026年10月, 2026年10月1日起一直, 2026年10月1日至12月5日."""
        periods = (period_of(self.since, cadence) for cadence in Cadence)
        whole = next(
            (period for period in periods if (period.starts_on, period.ends_on) == (self.since, self.until)), None
        )
        if whole:
            return whole.full_label
        first = f"{self.since.year}年{self.since.month}月{self.since.day}日"
        if self.until is None:
            return f"{first}起一直"
        last = self.until - timedelta(days=1)
        year = "" if last.year == self.since.year else f"{last.year}年"
        return f"{first}至{year}{last.month}月{last.day}日"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state == ExemptionState.ASKED

    @property
    def is_answered(self) -> bool:
        """Whether somebody said yes or no."""
        return self.state in (ExemptionState.GRANTED, ExemptionState.REFUSED)

    def may_end(self, today: date) -> bool:
        """Whether it was granted and reaches beyond ``today``."""
        return self.state == ExemptionState.GRANTED and (self.until is None or self.until > today + timedelta(days=1))

    @property
    def look(self) -> str:
        """How the state is drawn: what waits stands out, what was granted is out of the count, a refusal is plain."""
        return {ExemptionState.ASKED: "soon", ExemptionState.REFUSED: "todo"}.get(ExemptionState(self.state), "off")
