"""Who was expected, who came, who made up for it: recorded once, by the recorder, as minutes always did."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from organisations.models import Person


class AbsenceReason(models.TextChoices):
    """The usual reasons; a short note may go with each."""

    TRIP = "trip", "出差"
    LEAVE = "leave", "请假"
    DUTY = "duty", "值班"
    OTHER = "other", "其他"


class Attendance(models.Model):
    """One person expected at one activity. Frozen at submit: later changes of the roster leave it alone."""

    activity = models.ForeignKey(
        "activities.Activity", verbose_name="活动", on_delete=models.CASCADE, related_name="attendances"
    )
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="attendances")
    present = models.BooleanField("到会", default=True)
    reason = models.CharField("未到原因", max_length=6, choices=AbsenceReason, blank=True)
    note = models.CharField("备注", max_length=60, blank=True)
    made_up_on = models.DateField("补学日期", null=True, blank=True)

    class Meta:
        verbose_name = "到会情况"
        verbose_name_plural = "到会情况"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "person"], name="one_attendance"),
            models.CheckConstraint(
                condition=Q(present=False) | Q(reason="", made_up_on__isnull=True), name="present_needs_no_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}{'' if self.present else '（未到）'}"

    @property
    def why(self) -> str:
        """Reason and note in words: 请假，会后补学."""
        return "，".join(part for part in (self.get_reason_display(), self.note) if part)
