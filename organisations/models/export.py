"""A list that somebody took away as a file: who, which, how many rows, when; and the file, while it is kept.

Made at once it is only this line. Made in the background it is also the job: waiting, working, ready or failed. A job may
be handed out twice (its worker was killed): the later run has a later ``begun_at`` and the earlier one finds that it was
superseded at its next step.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.files import File
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from ..scoping import grants_of
from .person import Person

FOLDER = "exports"
KEPT = timedelta(hours=24)  # the file
REMEMBERED = timedelta(days=183)  # the line: six months, as logs are to be kept (网络安全法 Art. 21)
# Longer than a task may run (CELERY_TASK_TIME_LIMIT): whoever is still at it then, is not.
GIVEN_UP = timedelta(minutes=15)


def rights_of(person: Person, today: date) -> list[list[str]]:
    """What ``person`` may on that day, as it is kept: a role and the path of the organisation, each."""
    return [[grant.role, grant.path] for grant in grants_of(person, today)]


class ExportState(models.TextChoices):
    """waiting → working → ready or failed."""

    WAITING = "waiting", "等待"
    WORKING = "working", "在写"
    READY = "ready", "写好"
    FAILED = "failed", "没有完成"


class SupersededError(Exception):
    """Another run has taken over this job."""


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, person: Person) -> ExportQuerySet:
        """One's own only."""
        return self.filter(person=person)

    def under_way(self, now: datetime) -> ExportQuerySet:
        """Waiting or being written, and not given up."""
        since = now - GIVEN_UP
        return self.filter(
            Q(state=ExportState.WAITING, asked_at__gt=since) | Q(state=ExportState.WORKING, begun_at__gt=since)
        )

    def fetchable(self) -> ExportQuerySet:
        """Those whose file is there."""
        return self.filter(state=ExportState.READY).exclude(file="")

    def earlier(self, source: str, now: datetime) -> ExportQuerySet:
        """Those of one list that were asked for within the last day and can still be fetched, or are on their way."""
        living = self.under_way(now) | self.fetchable()
        return living.filter(source=source, asked_at__gt=now - KEPT)

    def ask(
        self, person: Person, *, source: str, query: str, extension: str, file_name: str, rows: int, now: datetime
    ) -> tuple[Export, bool]:
        """The job for that file, and whether it is new: what is under way already is not begun a second time."""
        wanted = {"person": person, "source": source, "query": query, "extension": extension}
        wanted |= {"rights": rights_of(person, timezone.localdate(now))}
        standing = self.under_way(now).filter(**wanted).first()
        if standing is not None:
            return standing, False
        return self.create(**wanted, file_name=file_name, total=rows, asked_at=now), True


class Export(models.Model):
    """One list taken away, or on its way. ``query`` is the page's own, ``source`` a name of ``settings.EXPORTS``."""

    person = models.ForeignKey(Person, verbose_name="谁", on_delete=models.PROTECT, related_name="+")
    source = models.CharField("哪张表", max_length=20)
    query = models.TextField("条件", blank=True)
    extension = models.CharField("格式", max_length=4)
    # The rights with which it was asked for: whoever has lost one may not fetch what he saw by it.
    rights = models.JSONField("当时的权限", default=list)
    file_name = models.CharField("文件名", max_length=255)
    state = models.CharField("状态", max_length=8, choices=ExportState, default=ExportState.WAITING)
    done = models.PositiveIntegerField("已写行数", default=0)
    total = models.PositiveIntegerField("行数", default=0)
    file = models.FileField("文件", upload_to=FOLDER, blank=True)
    asked_at = models.DateTimeField("时间", db_index=True)
    begun_at = models.DateTimeField("开始写", null=True, blank=True)
    finished_at = models.DateTimeField("写好", null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "导出"
        verbose_name_plural = "导出"
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def conditions(self) -> QueryDict:
        """The page's query."""
        return QueryDict(self.query)

    @property
    def kept_until(self) -> datetime:
        """When the file is deleted."""
        return (self.finished_at or self.asked_at) + KEPT

    def stands(self, now: datetime) -> str:
        """How it stands: its state, ``failed`` for what was given up, ``gone`` for what is ready without a file."""
        if self.state in (ExportState.WAITING, ExportState.WORKING):
            return self.state if (self.begun_at or self.asked_at) > now - GIVEN_UP else ExportState.FAILED
        return "gone" if self.state == ExportState.READY and not self.file else self.state

    def is_still_allowed(self, today: date) -> bool:
        """Whether the person still has every right with which the file was asked for."""
        now = rights_of(self.person, today)
        return all(right in now for right in self.rights)

    # --- the job

    def begin(self, now: datetime) -> None:
        """Take the job, also from a run that was cut off. SupersededError if it is over already."""
        open_jobs = Export.objects.filter(pk=self.pk, state__in=[ExportState.WAITING, ExportState.WORKING])
        self._change(open_jobs, state=ExportState.WORKING, begun_at=now, done=0)

    def advance(self, done: int) -> None:
        """So many rows are written. SupersededError."""
        self._change(self._mine(), done=done)

    def finish(self, content: File[bytes], *, name: str, rows: int, now: datetime) -> None:
        """The file is complete. SupersededError, and no file is left behind."""
        self.file.save(name, content, save=False)
        try:
            self._change(
                self._mine(), state=ExportState.READY, file=self.file.name, done=rows, total=rows, finished_at=now
            )
        except SupersededError:
            self.file.delete(save=False)
            raise

    def fail(self, now: datetime) -> None:
        """It will not be completed; nothing happens where another run has taken over."""
        self._mine().update(state=ExportState.FAILED, finished_at=now)

    def _mine(self) -> ExportQuerySet:
        """This row, if this run still has the job."""
        return Export.objects.filter(pk=self.pk, state=ExportState.WORKING, begun_at=self.begun_at)

    def _change(self, rows: ExportQuerySet, **values: object) -> None:
        if not rows.update(**values):
            raise SupersededError
        for name, value in values.items():
            setattr(self, name, value)
