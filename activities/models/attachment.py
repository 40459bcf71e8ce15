"""What hangs on a draft or a record: pictures and papers. Optional, and never counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from documents.downloads import DOCX, XLSX
from organisations.models import Person

from .activity import Activity
from .draft import Draft

# How many hang on one draft or record; more is a folder, not an attachment.
MOST = 20
# What was taken off a record can be put back for so long.
KEPT = timedelta(days=30)
FOLDER = "attachments"


class FileType(models.TextChoices):
    """What a file is by its content, whatever its name says."""

    JPG = "jpg", "JPG 图片"
    PNG = "png", "PNG 图片"
    WEBP = "webp", "WebP 图片"
    PDF = "pdf", "PDF 文件"
    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 表格"


CONTENT_TYPES = {
    FileType.JPG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.WEBP: "image/webp",
    FileType.PDF: "application/pdf",
    FileType.DOCX: DOCX,
    FileType.XLSX: XLSX,
}
PICTURES = (FileType.JPG, FileType.PNG, FileType.WEBP)


def stored_as(attachment: Attachment, name: str) -> str:
    """Where a file lies: a name of our own, never the one that somebody chose."""
    return f"{FOLDER}/{timezone.localdate().year}/{uuid4().hex}.{name.rpartition('.')[2]}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, person: Person) -> AttachmentQuerySet:
        """Those on records that ``person`` may see, and those of his own drafts."""
        seen = Activity.objects.visible_to(person).order_by().values("pk")
        return self.filter(Q(activity__in=seen) | Q(draft__person=person))

    def standing(self) -> AttachmentQuerySet:
        """Without those that were taken off."""
        return self.filter(removed_at=None)

    def removed_before(self, moment: datetime) -> AttachmentQuerySet:
        """Those taken off before ``moment``."""
        return self.filter(removed_at__lt=moment)

    def forget(self) -> int:
        """Delete rows and, once that is certain, their files. Returns how many."""
        rows = list(self)
        files = [file for row in rows for file in row.files()]
        self.model.objects.filter(pk__in=[row.pk for row in rows]).delete()
        transaction.on_commit(lambda: [storage.delete(name) for storage, name in files])
        return len(rows)

    def copy_to(self, draft: Draft) -> None:
        """Hang a copy of each on another draft: two drafts that parted never share a file."""
        for row in self:
            twin = Attachment(draft=draft, **{name: getattr(row, name) for name in COPIED})
            with row.file.open("rb") as file:
                twin.file.save(row.name, ContentFile(file.read()), save=False)
            if row.thumbnail:
                with row.thumbnail.open("rb") as file:
                    twin.thumbnail.save(row.thumbnail.name, ContentFile(file.read()), save=False)
            twin.save()


class Attachment(models.Model):
    """One file, proven and stored (see ``activities/attaching.py``), on exactly one draft or record."""

    draft = models.ForeignKey(
        Draft, verbose_name="草稿", null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    activity = models.ForeignKey(
        Activity, verbose_name="活动", null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField("文件名", max_length=240)
    type = models.CharField("类型", max_length=4, choices=FileType)
    file = models.FileField("文件", upload_to=stored_as, max_length=120)
    thumbnail = models.FileField("小图", upload_to=stored_as, max_length=120, blank=True)
    size = models.PositiveIntegerField("大小")
    width = models.PositiveIntegerField("宽", null=True, blank=True)
    height = models.PositiveIntegerField("高", null=True, blank=True)
    caption = models.CharField(
        "说明", max_length=60, blank=True, error_messages={"max_length": "说明最多 60 个字，现在是 %(show_value)d 个。"}
    )
    sha256 = models.CharField("原文件指纹", max_length=64, editable=False)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    uploaded_by = models.ForeignKey(Person, verbose_name="谁传的", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("上传时间")
    removed_by = models.ForeignKey(
        Person, verbose_name="谁移除的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=True, activity__isnull=False)
                | Q(draft__isnull=False, activity__isnull=True, removed_at__isnull=True),
                name="attachment_on_draft_or_record",
            ),
            models.UniqueConstraint(
                fields=["activity", "sha256"], condition=Q(removed_at__isnull=True), name="one_file_once_on_a_record"
            ),
            models.UniqueConstraint(fields=["draft", "sha256"], name="one_file_once_on_a_draft"),
        ]

    def __str__(self) -> str:
        return self.caption or self.name

    @property
    def is_picture(self) -> bool:
        """Whether it is shown in place."""
        return self.type in PICTURES

    @property
    def content_type(self) -> str:
        """By what the content was proven to be, never by what an upload said."""
        return CONTENT_TYPES[FileType(self.type)]

    def files(self) -> list[tuple[Storage, str]]:
        """Where its bytes lie: (storage, name)."""
        return [(file.storage, file.name) for file in (self.file, self.thumbnail) if file]

    def describe(self, caption: str) -> None:
        """Write what the picture shows. ValidationError if that is too long."""
        self.caption = caption.strip()
        self.clean_fields(exclude=[field.name for field in self._meta.fields if field.name != "caption"])
        self.save(update_fields=["caption"])

    def remove(self, *, by: Person, now: datetime) -> None:
        """Take it off: off a draft for good, off a record so that it can be put back for 30 days."""
        if self.draft_id is not None:
            Attachment.objects.filter(pk=self.pk).forget()
        elif self.removed_at is None:
            self.removed_by, self.removed_at = by, now
            self.save(update_fields=["removed_by", "removed_at"])

    @transaction.atomic
    def restore(self) -> None:
        """Put it back on its record. ValidationError if the same file hangs there again, or there is no room."""
        if self.removed_at is None:
            return
        Activity.objects.select_for_update(no_key=True).get(pk=self.activity_id)
        refuse_more(Attachment.objects.standing().filter(activity=self.activity_id), self.sha256)
        self.removed_by = self.removed_at = None
        self.save(update_fields=["removed_by", "removed_at"])


COPIED = ("name", "type", "size", "width", "height", "caption", "sha256", "order", "uploaded_by", "uploaded_at")


class AlreadyAttached(ValidationError):
    """The same file hangs there; ``attachment`` is that one."""

    def __init__(self, attachment: Attachment) -> None:
        super().__init__(f"“{attachment.name}”已经在附件里，没有再传一份。")
        self.attachment = attachment


def refuse_more(there: models.QuerySet[Attachment], sha256: str) -> dict[str, Any]:
    """The place of one more file among those that hang there. AlreadyAttached; ValidationError if there is no room."""
    rows = list(there)
    for row in rows:
        if row.sha256 == sha256:
            raise AlreadyAttached(row)
    if len(rows) >= MOST:
        raise ValidationError(f"一条记录最多 {MOST} 个附件，先移除几个再传。")
    return {"order": max((row.order for row in rows), default=0) + 1}
