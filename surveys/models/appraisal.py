"""What the branch committee decides after the secret ballot of 民主评议党员. The ballot itself is an ordinary survey."""

from __future__ import annotations

from django.db import models

from organisations.models import Person

from .survey import Survey


class Tier(models.TextChoices):
    """The four tiers of 民主评议党员 (domain.md §1.3)."""

    EXCELLENT = "excellent", "优秀"
    QUALIFIED = "qualified", "合格"
    BASIC = "basic", "基本合格"
    UNQUALIFIED = "unqualified", "不合格"


class AppraisalDecision(models.Model):
    """The tier that the committee settled on for one candidate, with its reason: the votes do not decide by themselves."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="decisions")
    candidate = models.CharField("题号", max_length=40)
    name = models.CharField("姓名", max_length=60)
    tier = models.CharField("评定意见", max_length=12, choices=Tier)
    reason = models.CharField("理由", max_length=300)
    decided_on = models.DateField("评定日期")
    told_on = models.DateField("反馈本人日期", null=True, blank=True)
    recorded_by = models.ForeignKey(Person, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "评定意见"
        verbose_name_plural = "评定意见"
        ordering = ["survey", "candidate"]
        constraints = [models.UniqueConstraint(fields=["survey", "candidate"], name="one_decision_a_candidate")]

    def __str__(self) -> str:
        return f"{self.name}，{self.get_tier_display()}"
