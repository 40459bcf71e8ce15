"""What stays after closing: tables, comments, the certificate of destruction. And the bank of questions."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from .store import ReportingUnit
from .survey import Survey


class ReleasedTable(models.Model):
    """One published table, as fixed by the launch; ``part`` is the key of the part that it is about."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="tables")
    key = models.CharField("键", max_length=120)
    part = models.CharField("范围", max_length=60)
    kind = models.CharField("种类", max_length=20)
    title = models.CharField("标题", max_length=200)
    order = models.PositiveIntegerField(default=0)
    payload = models.JSONField()

    class Meta:
        verbose_name = "发布表"
        verbose_name_plural = "发布表"
        ordering = ["survey", "order"]
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="one_released_table_a_key")]

    def __str__(self) -> str:
        return self.title


class Part(models.Model):
    """A published part of the audience: the whole, a unit, or what was pooled. Who may read it follows from its units."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="parts")
    key = models.CharField("键", max_length=60)
    name = models.CharField("名称", max_length=120)
    parent = models.CharField("上一级", max_length=60, blank=True)
    order = models.PositiveIntegerField(default=0)
    leaves = models.JSONField(default=list)
    # The one unit that it is, where it is one: whoever reads that organisation's results reads this part.
    unit = models.ForeignKey(ReportingUnit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "公布单元"
        verbose_name_plural = "公布单元"
        ordering = ["survey", "order"]
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="one_part_a_key")]

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """One published text: masked, shuffled, tied to no sheet and to no other text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="comments")
    part = models.CharField("范围", max_length=60)
    question = models.CharField("题目", max_length=40)
    text = models.TextField("留言")
    # Paraphrased or held back by the author before publication.
    is_hidden = models.BooleanField("不公布", default=False)
    is_paraphrased = models.BooleanField("转述", default=False)

    class Meta:
        verbose_name = "留言"
        verbose_name_plural = "留言"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:20]


class Destruction(models.Model):
    """The certificate: what was destroyed, when, and how many rows of each kind were found afterwards (none)."""

    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="destruction")
    done_at = models.DateTimeField("销毁时间")
    certificate = models.JSONField(default=dict)

    class Meta:
        verbose_name = "销毁记录"
        verbose_name_plural = "销毁记录"

    def __str__(self) -> str:
        return f"{self.survey}的销毁记录"


class BankQuestion(models.Model):
    """A question of the bank: its code is what makes the next wave comparable."""

    code = models.CharField("编码", max_length=40, unique=True)
    dimension = models.CharField("维度", max_length=20, blank=True)
    topic = models.CharField("主题", max_length=40)
    definition = models.JSONField("题目", default=dict)
    is_retired = models.BooleanField("不再用", default=False)

    class Meta:
        verbose_name = "题库题目"
        verbose_name_plural = "题库"
        ordering = ["topic", "code"]

    def __str__(self) -> str:
        return str(self.definition.get("text", self.code))

    def as_json(self) -> dict[str, Any]:
        """The definition, with its code."""
        return self.definition | {"code": self.code}
