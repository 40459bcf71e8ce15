"""Drafts: what was typed and not yet saved, openable on another device."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from organisations.models import Organisation, Person

LIFETIME = timedelta(days=30)


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, person: Person) -> DraftQuerySet:
        """One's own."""
        return self.filter(person=person)

    def expired(self, now: datetime) -> DraftQuerySet:
        """Untouched for 30 days."""
        return self.filter(updated_at__lt=now - LIFETIME)


class Draft(models.Model):
    """The fields of the log form as they were typed. GET renders a new token; the first POST creates the row."""

    token = models.UUIDField("标识", unique=True, editable=False)
    person = models.ForeignKey(Person, verbose_name="谁写的", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        Organisation, verbose_name="举办单位", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    payload = models.JSONField("内容", default=dict)
    version = models.PositiveIntegerField("版本", default=1)
    updated_at = models.DateTimeField("更新时间")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "草稿"
        verbose_name_plural = "草稿"
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return str(self.payload.get("title", [""])[0] or "未写标题的草稿")
