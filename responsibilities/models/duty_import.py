"""A duty list on its way in from Excel or Word: what was read, before anything is written."""

from __future__ import annotations

from datetime import date

from django.db import models

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act

from .duty import DutyList


class DutyImportQuerySet(models.QuerySet["DutyImport"]):
    def visible_to(self, person: Person, today: date | None = None) -> DutyImportQuerySet:
        """Those into organisations whose lists ``person`` keeps."""
        return self.filter(scoping.reach(person, Act.EDIT_DUTIES, "organisation__path", today))


class DutyImport(models.Model):
    """One file. ``revises``: the list of which it becomes the next edition; ``made``: the draft that it became."""

    organisation = models.ForeignKey(Organisation, verbose_name="制定单位", on_delete=models.PROTECT, related_name="+")
    revises = models.ForeignKey(
        DutyList, verbose_name="修订哪一份", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made = models.ForeignKey(
        DutyList, verbose_name="成了哪一版", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    preset = models.CharField("级和岗", max_length=40, blank=True, help_text="修订的，用原来那一份的。")
    title = models.CharField("名称", max_length=120)
    file_name = models.CharField("文件名", max_length=120)
    # Which tables may be used, by name, the likeliest first; ``table`` is one of them.
    tables = models.JSONField("有哪些表", default=list)
    table = models.CharField("用哪张表", max_length=120, blank=True)
    # The tables as read (``importing.reading.kept``): {"tables": [{"name", "titles", "rows": [{"number", "cells", …}], …}]}
    content = models.JSONField("内容", default=dict)
    columns = models.JSONField("列", default=list)
    # What each way of writing means, by name: [{"text": "各党支部", "rows": 12, "level": "党支部", "post": "支部书记", "sure": true}]
    seats = models.JSONField("级和岗的写法", default=list)
    by = models.ForeignKey(Person, verbose_name="谁导入的", on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField("收到时间")

    objects = DutyImportQuerySet.as_manager()

    class Meta:
        verbose_name = "责任清单导入"
        verbose_name_plural = "责任清单导入"
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name
