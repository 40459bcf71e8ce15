"""What a correction changed: the record before and after, why, who and when."""

from __future__ import annotations

from django.db import models

from organisations.models import Person


class Revision(models.Model):
    """One correction. ``before`` and ``after`` are whole snapshots (see ``activities/snapshots.py``)."""

    activity = models.ForeignKey(
        "activities.Activity", verbose_name="活动", on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField("第几次")
    by = models.ForeignKey(Person, verbose_name="谁更正的", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    reason = models.CharField("原因", max_length=400, blank=True)
    before = models.JSONField("更正前")
    after = models.JSONField("更正后")

    class Meta:
        verbose_name = "更正"
        verbose_name_plural = "更正"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["activity", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return f"第 {self.number} 次更正"
