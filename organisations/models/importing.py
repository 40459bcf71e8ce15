"""Imports from Excel: one batch a file, one row for each line of it, and what an organ's files look like.

A batch keeps the proof of what was written (before and after), so that all of it can be taken back for seven days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q

from .. import scoping
from ..permissions import Act
from .organisation import Organisation
from .person import Person

UNDO_FOR = timedelta(days=7)


class ImportSubject(models.TextChoices):
    """What a file lists."""

    PEOPLE = "people", "花名册"
    ORGANISATIONS = "organisations", "单位"
    APPOINTMENTS = "appointments", "任职"


class ImportState(models.TextChoices):
    """received → checking → ready → writing → done → undoing → undone; failed from any step that a worker does."""

    RECEIVED = "received", "待对应列"
    CHECKING = "checking", "正在核对"
    READY = "ready", "待确认"
    WRITING = "writing", "正在导入"
    DONE = "done", "已导入"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "没有完成"


class Verdict(models.TextChoices):
    """What checking found out about a row."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "没有变化"
    SUSPICIOUS = "suspicious", "可疑"
    REFUSED = "refused", "有错"
    MISSING = "missing", "名册上有、表里没有"


class Decision(models.TextChoices):
    """What somebody decided about a suspicious row; nothing is decided for him but a suggestion."""

    THIS = "this", "就是此人"
    NEW = "new", "是新的人"
    SKIP = "skip", "这行先不导"


class Outcome(models.TextChoices):
    """What became of a row: written, left out because the roster had changed since the check, or taken back."""

    NONE = "", "没有写入"
    WRITTEN = "written", "已写入"
    STALE = "stale", "核对后又被改过，没有写入"
    UNDONE = "undone", "已撤销"
    KEPT = "kept", "导入后又被改过，没有撤销"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, person: Person, today: date | None = None) -> ImportBatchQuerySet:
        """Those into organisations whose roster ``person`` keeps."""
        return self.filter(scoping.reach(person, Act.MANAGE_PEOPLE, "organisation__path", today))


class ImportBatch(models.Model):
    """One file on its way into the roster of ``organisation`` and what is below it."""

    subject = models.CharField("内容", max_length=16, choices=ImportSubject)
    organisation = models.ForeignKey(
        Organisation, verbose_name="导入到", on_delete=models.PROTECT, related_name="import_batches"
    )
    by = models.ForeignKey(Person, verbose_name="谁导入的", on_delete=models.PROTECT, related_name="+")
    # Kept under a made-up name until the batch is written or forgotten: a roster is nothing to leave lying about.
    file = models.FileField("文件", upload_to="imports/", max_length=120, blank=True)
    file_name = models.CharField("文件名", max_length=120)
    sheet = models.CharField("工作表", max_length=60, blank=True)
    sheets = models.JSONField("有哪些工作表", default=list)
    header_row = models.PositiveIntegerField("表头在第几行", default=1)
    header_rows = models.PositiveSmallIntegerField("表头占几行", default=1)
    # [{"index": 0, "letter": "A", "title": "姓名", "samples": ["林知远"], "field": "name", "note": "…"}]; no samples of a
    # column that must not be read.
    columns = models.JSONField("列", default=list)
    # [{"text": "一支部", "rows": 21, "organisation": 7 or null, "sure": false}]
    places = models.JSONField("单位的写法", default=list)
    since = models.DateField("从哪天起")
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.RECEIVED)
    stage = models.CharField("进行到", max_length=40, blank=True)
    done = models.PositiveIntegerField("已处理行数", default=0)
    total = models.PositiveIntegerField("数据行数", default=0)
    counts = models.JSONField("各有多少", default=dict)
    message = models.CharField("没有完成的原因", max_length=400, blank=True)
    received_at = models.DateTimeField("收到时间")
    started_at = models.DateTimeField("后台开始时间", null=True, blank=True)
    written_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        Person, verbose_name="谁撤销的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}，{self.file_name}"

    def may_be_undone(self, now: datetime) -> bool:
        """True for seven days after it was written."""
        return self.state == ImportState.DONE and self.written_at is not None and now < self.written_at + UNDO_FOR


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def judged(self, *verdicts: Verdict) -> ImportRowQuerySet:
        """Those with one of ``verdicts``, in the order of the file."""
        return self.filter(verdict__in=verdicts).order_by("number", "pk")

    def undecided(self) -> ImportRowQuerySet:
        """Suspicious ones that nobody has decided about; they are not written."""
        return self.filter(verdict=Verdict.SUSPICIOUS, decision="")

    def to_write(self) -> ImportRowQuerySet:
        """New ones, changed ones that were not unticked, and suspicious ones decided one way or the other."""
        settled = Q(verdict=Verdict.SUSPICIOUS, decision__in=[Decision.THIS, Decision.NEW])
        sure = Q(verdict__in=[Verdict.NEW, Verdict.CHANGED], accepted=True)
        return self.filter(sure | settled).order_by("number", "pk")


class ImportRow(models.Model):
    """One line of the file (or, with MISSING, one person who is not in it): what it says, what was found, what was done."""

    batch = models.ForeignKey(ImportBatch, verbose_name="导入", on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号", null=True, blank=True)
    verdict = models.CharField("结论", max_length=12, choices=Verdict)
    # As written, by field code: the mapped columns and no others.
    cells = models.JSONField("表里写的", default=dict)
    # As understood, by field code; dates as 2005-06-30.
    values = models.JSONField("读成", default=dict)
    # A person, organisation or appointment by key (not a foreign key: an undo may delete it).
    target = models.BigIntegerField("对应的行", null=True, blank=True)
    # Keys of those whom a suspicious row may mean, the likeliest first.
    candidates = models.JSONField("可能是", default=list)
    # [{"field": "category", "label": "人员类别", "old": "预备党员", "new": "正式党员"}] in words, for the eye.
    changes = models.JSONField("改什么", default=list)
    why = models.CharField("缘由", max_length=400, blank=True)
    accepted = models.BooleanField("采用", default=True)
    decision = models.CharField("你来定", max_length=8, choices=Decision, blank=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome, blank=True, default=Outcome.NONE)
    # What the subject needs to take it back: keys and values before and after.
    undo = models.JSONField("撤销用", default=dict)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "导入的行"
        verbose_name_plural = "导入的行"
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="import_row_by_verdict")]

    def __str__(self) -> str:
        return f"第 {self.number} 行" if self.number else "表里没有"


class ImportMemory(models.Model):
    """What an organ's files look like: column titles → fields, ways of writing a unit → the unit."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.CASCADE, related_name="import_memories"
    )
    subject = models.CharField("内容", max_length=16, choices=ImportSubject)
    # {"出生年月": "birth_year", "备注": ""}: a title without a field was left out on purpose.
    columns = models.JSONField("列", default=dict)
    # {"一支部": 7}
    places = models.JSONField("单位的写法", default=dict)

    class Meta:
        verbose_name = "导入习惯"
        verbose_name_plural = "导入习惯"
        constraints = [models.UniqueConstraint(fields=["organisation", "subject"], name="one_import_memory")]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.get_subject_display()}"
