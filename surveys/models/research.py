"""调研成果库: a piece of research, its file, and the blind reviews on the way into the library.

Three readers, three doors: whoever handed it in and whoever decides on it read it whole (``ResearchPiece.visible_to``);
everybody reads what stands in the library; a reviewer reads through ``ResearchReview.visible_to`` and is shown a ``BlindPiece``
(surveys/research/reviewing.py), which has neither author nor organisation.
"""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.core.files.storage import Storage
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.models.attachment import CONTENT_TYPES, FileType
from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act
from responsibilities.models import Problem

FOLDER = "research"
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_KEYWORDS, LONGEST_AUTHORS = 80, 600, 100, 120
LONGEST_TEXT = 60_000
LONGEST_REASONS = 600


class PieceKind(models.TextChoices):
    """What the article names: 调查报告、案例分析、实践研究等各类优秀成果."""

    REPORT = "report", "调查报告"
    CASE = "case", "案例分析"
    PRACTICE = "practice", "实践研究"


class PieceState(models.TextChoices):
    """草稿 → 已提交 → 评审中 → 已入库, or 已退回, from where it is handed in again."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待评审"
    REVIEWING = "reviewing", "评审中"
    PUBLISHED = "published", "已入库"
    RETURNED = "returned", "已退回"


# Whoever handed it in may write on it.
WRITABLE = (PieceState.DRAFT, PieceState.RETURNED)
# It waits for others.
WAITING = (PieceState.SUBMITTED, PieceState.REVIEWING)


class PieceVerdict(models.TextChoices):
    """What a reviewer says: words and reasons, no marks."""

    PUBLISH = "publish", "建议发布"
    REVISE = "revise", "修改后发布"
    NOT = "not", "不建议"


class PieceQuerySet(models.QuerySet["ResearchPiece"]):
    def visible_to(self, person: Person, today: date | None = None) -> PieceQuerySet:
        """The library, what ``person`` handed in himself, and what was handed in where he decides. No reviewer by this door."""
        return self.filter(
            Q(state=PieceState.PUBLISHED) | Q(submitted_by=person) | self._decided(person, today),
        )

    def manageable_by(self, person: Person, today: date | None = None) -> PieceQuerySet:
        """Those on which ``person`` decides: handed in by an organisation that he keeps, and not his own."""
        return self.filter(self._decided(person, today)).exclude(submitted_by=person)

    def _decided(self, person: Person, today: date | None) -> Q:
        """Condition: handed in by an organisation that he keeps; a draft is nobody's but its writer's."""
        return scoping.reach(person, Act.EDIT_SURVEYS, "organisation__path", today) & ~Q(state=PieceState.DRAFT)

    def in_library(self) -> PieceQuerySet:
        """What everybody may read."""
        return self.filter(state=PieceState.PUBLISHED)

    def listed(self) -> PieceQuerySet:
        """Without the long texts, in the order of the library: the latest year first, then by the sound of the title."""
        return self.defer("words", "text").order_by(F("year").desc(), "title_key", "pk")


class ResearchPiece(models.Model):
    """One piece of research. ``round`` counts how often it was handed in."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.PROTECT, related_name="research_pieces"
    )
    submitted_by = models.ForeignKey(
        Person, verbose_name="提交人", on_delete=models.PROTECT, related_name="research_pieces"
    )
    title = models.CharField("题目", max_length=LONGEST_TITLE)
    title_key = models.CharField(max_length=400, editable=False)
    kind = models.CharField("类别", max_length=10, choices=PieceKind)
    year = models.PositiveSmallIntegerField("年度")
    summary = models.CharField("摘要", max_length=LONGEST_SUMMARY)
    keywords = models.CharField("关键词", max_length=LONGEST_KEYWORDS, blank=True)
    authors = models.CharField("作者", max_length=LONGEST_AUTHORS)
    names_authors = models.BooleanField("入库后署名", default=False)
    text = models.TextField("正文", blank=True)
    words = models.TextField(editable=False, blank=True)
    state = models.CharField("状态", max_length=10, choices=PieceState, default=PieceState.DRAFT)
    round = models.PositiveSmallIntegerField("第几次提交", default=0)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_on = models.DateField("答复日期", null=True, blank=True)
    decided_by = models.ForeignKey(
        Person, verbose_name="谁答复的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_because = models.CharField("退回原因", max_length=LONGEST_REASONS, blank=True)
    problems = models.ManyToManyField(Problem, verbose_name="引出的问题", blank=True, related_name="+")

    objects = PieceQuerySet.as_manager()

    class Meta:
        verbose_name = "调研成果"
        verbose_name_plural = "调研成果"
        ordering = ["-year", "title_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PieceState.DRAFT) | Q(round__gt=0, submitted_at__isnull=False),
                name="piece_handed_in_before_it_is_judged",
            ),
            models.CheckConstraint(
                condition=~Q(state=PieceState.RETURNED) | ~Q(returned_because=""), name="piece_returned_with_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["state", "-year", "title_key"], name="research_library")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_writable(self) -> bool:
        """Whether whoever handed it in may write on it now."""
        return self.state in WRITABLE

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for reviewers or for a decision."""
        return self.state in WAITING

    @property
    def keyword_list(self) -> list[str]:
        """The keywords one by one."""
        return [word for word in self.keywords.replace("，", "、").split("、") if word]


def stored_as(paper: ResearchFile, name: str) -> str:
    """Where a file lies: a name of our own, never the one that somebody chose."""
    return f"{FOLDER}/{timezone.localdate().year}/{uuid4().hex}.{name.rpartition('.')[2]}"


class ResearchFile(models.Model):
    """The Word or PDF file of a piece: as it came, for whoever sent it, and a copy without metadata for everybody else."""

    piece = models.OneToOneField(ResearchPiece, verbose_name="成果", on_delete=models.CASCADE, related_name="paper")
    name = models.CharField("文件名", max_length=240)
    type = models.CharField("类型", max_length=4, choices=FileType)
    file = models.FileField("原文件", upload_to=stored_as, max_length=120)
    copy = models.FileField("去掉信息的副本", upload_to=stored_as, max_length=120)
    size = models.PositiveIntegerField("大小")
    text = models.TextField("文字", blank=True)

    class Meta:
        verbose_name = "成果文件"
        verbose_name_plural = "成果文件"

    def __str__(self) -> str:
        return self.name

    @property
    def content_type(self) -> str:
        """By what the content was proven to be."""
        return CONTENT_TYPES[FileType(self.type)]

    def files(self) -> list[tuple[Storage, str]]:
        """Where its bytes lie: (storage, name)."""
        return [(file.storage, file.name or "") for file in (self.file, self.copy) if file]


class ReviewQuerySet(models.QuerySet["ResearchReview"]):
    def visible_to(self, person: Person) -> ReviewQuerySet:
        """Those that ``person`` is asked for, while the piece is under review in the round that he was asked for."""
        return self.filter(reviewer=person, piece__state=PieceState.REVIEWING, round=F("piece__round"))

    def given(self) -> ReviewQuerySet:
        """Those that were written."""
        return self.exclude(verdict="")


class ResearchReview(models.Model):
    """One reviewer asked about one piece, and what he says."""

    piece = models.ForeignKey(ResearchPiece, verbose_name="成果", on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Person, verbose_name="评审人", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("第几次提交")
    appointed_by = models.ForeignKey(Person, verbose_name="谁请的", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField("意见", max_length=8, choices=PieceVerdict, blank=True)
    reasons = models.CharField("理由", max_length=LONGEST_REASONS, blank=True)
    given_on = models.DateField("写意见日期", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "评审意见"
        verbose_name_plural = "评审意见"
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["piece", "reviewer", "round"],
                name="one_review_a_reviewer_and_round",
                violation_error_message="已经请过他了。",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | (~Q(reasons="") & Q(given_on__isnull=False)), name="verdict_with_reasons"
            ),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display() if self.verdict else "还没有写"
