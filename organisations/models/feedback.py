"""Complaints and suggestions about the system itself (demanded by the rules: there is always a place to complain)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models

from ..permissions import Act
from .person import Person


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, person: Person) -> FeedbackQuerySet:
        """Administrators read all of it; everybody else what he wrote and signed."""
        return self.all() if person.may(Act.ADMINISTER) else self.filter(person=person)


class Feedback(models.Model):
    """One remark. Whoever writes it chooses whether his name goes with it."""

    person = models.ForeignKey(
        Person, verbose_name="署名", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField("意见", max_length=2000)
    page = models.CharField("所在页面", max_length=200, blank=True)
    written_at = models.DateTimeField("时间", auto_now_add=True)
    answer = models.TextField("答复", max_length=2000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "意见反馈"
        verbose_name_plural = "意见反馈"
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return self.text[:30]

    def reply(self, text: str, *, by: Person, now: datetime) -> None:
        """Answer, or put a better answer in place of an earlier one: administrators only."""
        if not by.may(Act.ADMINISTER):
            raise PermissionDenied
        self.answer, self.answered_at = text, now
        self.save(update_fields=["answer", "answered_at"])
