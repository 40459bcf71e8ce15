"""The survey store: it knows no person, no clock, no address and no order (anonymity by mechanism, docs/decisions/0013).

No row here may ever get a date, a serial number or a key to a person; tests/surveys/test_store.py reads the fields and
the finished tables. On SQLite the tables have no rowid, see guards.py.
"""

from __future__ import annotations

import uuid

from django.db import models

from organisations.models import Organisation

from .survey import Survey


class ReportingUnit(models.Model):
    """A node of the tree by which results are published: the whole, the units, and leaves of at least k heads each.

    Ballots carry the number of a leaf. ``covers`` are the organisations whose people get that number. The counters are
    sums of paper and steps of five, never of one person.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="units")
    number = models.PositiveSmallIntegerField("编号")
    name = models.CharField("名称", max_length=100)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    covers = models.ManyToManyField(Organisation, related_name="reporting_units", blank=True)
    heads = models.PositiveIntegerField("应填人数")
    is_leaf = models.BooleanField(default=False)
    slips_printed = models.PositiveIntegerField("印出纸票", default=0)
    slips_replaced = models.PositiveIntegerField("换出纸票", default=0)
    meter = models.PositiveIntegerField("已交（五人一档）", default=0)
    # Counted when the survey closes, before marks and spent ballots are destroyed.
    ballots_out = models.PositiveIntegerField("发出票数", null=True, blank=True)
    ballots_spent = models.PositiveIntegerField("用掉票数", null=True, blank=True)

    class Meta:
        verbose_name = "统计单元"
        verbose_name_plural = "统计单元"
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="one_number_a_reporting_unit")]

    def __str__(self) -> str:
        return self.name


class DeskMark(models.Model):
    """That somebody of this unit took a ballot at the desk: a keyed digest, so that it is not handed out twice."""

    mark = models.CharField(primary_key=True, max_length=64)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "领票记号"
        verbose_name_plural = "领票记号"

    def __str__(self) -> str:
        return "领票记号"


class SpentBallot(models.Model):
    """That a ballot was used: the digest of a random number that nothing else here knows."""

    hash = models.CharField(primary_key=True, max_length=64)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "用过的票"
        verbose_name_plural = "用过的票"

    def __str__(self) -> str:
        return "用过的票"


class DropBox(models.Model):
    """What was just handed in, until ten lie together and are mixed (sealing.py). One row a part, without a common mark.

    ``part`` is empty for the chosen answers, else the key of the text that ``payload`` holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=40, blank=True)
    payload = models.JSONField()

    class Meta:
        verbose_name = "投放箱"
        verbose_name_plural = "投放箱"

    def __str__(self) -> str:
        return "投放箱里的一份"


class Sheet(models.Model):
    """A mixed sheet, or one mixed text; same columns as the drop box, other numbers, random order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=40, blank=True)
    payload = models.JSONField()

    class Meta:
        verbose_name = "答卷"
        verbose_name_plural = "答卷"

    def __str__(self) -> str:
        return "一份答卷"


STORE = (DeskMark, SpentBallot, DropBox, Sheet)
"""The tables whose physical order and ids are guarded, and which no backup, audit or administration may hold."""
