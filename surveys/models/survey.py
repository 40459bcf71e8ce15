"""A survey: what is asked, of whom, by which rules. Frozen at launch, by the verbs and by the database (guards.py)."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations import scoping
from organisations.models import Membership, Organisation, Person
from organisations.permissions import Act
from programmes.models import Programme

from ..questionnaire import Questionnaire

SMALLEST_K = 5
COMMENTS_K = 10
CROSSES_K = 20
RETENTION_DAYS = 30


# Without what looks alike on paper (0 o, 1 l i) and in small letters, as a phone types them.
CODE_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 6


def fresh_code() -> str:
    """A short code for the address ``/s/<code>/``: 700 million of them, so that nobody comes upon one by trying."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


class SurveyKind(models.TextChoices):
    """What the answers are for; each has a publication rule of its own."""

    SENTIMENT = "sentiment", "思想动态调研"
    APPRAISAL = "appraisal", "民主评议党员"


class Who(models.TextChoices):
    """Whom of the audience it asks."""

    EVERYONE = "everyone", "全体干部职工"
    MEMBERS = "members", "党员"
    YOUTH = "youth", "青年（40 岁及以下）"


class State(StrEnum):
    """Where a survey stands; follows from its times."""

    DRAFT = "draft"
    WAITING = "waiting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PUBLISHED = "published"
    DESTROYED = "destroyed"


STATE_NAMES = {
    State.DRAFT: "在编",
    State.WAITING: "待开始",
    State.OPEN: "填写中",
    State.CLOSING: "正在汇总",
    State.CLOSED: "待公布",
    State.PUBLISHED: "已公布",
    State.DESTROYED: "已公布，答卷已销毁",
}


class SurveyQuerySet(models.QuerySet["Survey"]):
    def manageable_by(self, person: Person, today: date | None = None) -> SurveyQuerySet:
        """Those that ``person`` may write, launch and read the results of. An appraisal is its branch's own."""
        kept = scoping.reach(person, Act.EDIT_SURVEYS, "organisation__path", today)
        own = scoping.reach(person, Act.RUN_APPRAISAL, "organisation__path", today)
        return self.filter(
            Q(kept, kind=SurveyKind.SENTIMENT) | Q(own, kind=SurveyKind.APPRAISAL),
        )

    def asking(self, person: Person) -> SurveyQuerySet:
        """The launched ones whose audience holds ``person``: by his membership on the day of the launch."""
        here = Membership.objects.filter(
            Q(until__isnull=True) | Q(until__gt=models.OuterRef("frozen_on")),
            person=person,
            since__lte=models.OuterRef("frozen_on"),
            organisation__reporting_units__survey=models.OuterRef("pk"),
        )
        return self.filter(launched_at__isnull=False).filter(models.Exists(here)).filter(_asked(person))

    def visible_to(self, person: Person, today: date | None = None) -> SurveyQuerySet:
        """Those that ``person`` may write, and those that ask him."""
        kept, asked = self.manageable_by(person, today), self.asking(person)
        # Two lists of keys read as one: an OR of both conditions would look at every survey twice over.
        return self.filter(pk__in=kept.order_by().values("pk").union(asked.order_by().values("pk")))


def _asked(person: Person) -> Q:
    """Condition: the survey asks people like ``person`` (Who). The limit of age is reckoned in the year of the launch."""
    condition = Q(who=Who.EVERYONE)
    if person.is_party_member:
        condition |= Q(who=Who.MEMBERS)
    if person.birth_year is not None:
        condition |= Q(who=Who.YOUTH, frozen_on__year__lte=person.birth_year + 40)
    return condition


class Survey(models.Model):
    """One wave of a survey, or one appraisal of a branch. Its audience is the subtree of ``organisation``."""

    code = models.CharField("短码", max_length=8, unique=True, editable=False, default=fresh_code)
    kind = models.CharField("种类", max_length=10, choices=SurveyKind, default=SurveyKind.SENTIMENT)
    organisation = models.ForeignKey(
        Organisation, verbose_name="发放范围", on_delete=models.PROTECT, related_name="surveys"
    )
    programme = models.ForeignKey(
        Programme, verbose_name="所属项目", null=True, blank=True, on_delete=models.PROTECT, related_name="surveys"
    )
    title = models.CharField("名称", max_length=80)
    who = models.CharField("请谁填", max_length=10, choices=Who, default=Who.EVERYONE)
    source = models.TextField("原文", blank=True, max_length=200_000)
    questionnaire = models.JSONField("题目", default=dict, blank=True)
    k = models.PositiveSmallIntegerField("数字最少人数", default=SMALLEST_K, validators=[MinValueValidator(SMALLEST_K)])
    k_comments = models.PositiveSmallIntegerField(
        "留言最少条数", default=COMMENTS_K, validators=[MinValueValidator(COMMENTS_K)]
    )
    k_crosses = models.PositiveSmallIntegerField(
        "交叉表最少人数", default=CROSSES_K, validators=[MinValueValidator(CROSSES_K)]
    )
    crosses = models.JSONField("交叉表", default=list, blank=True)
    by_desk = models.BooleanField("登录领票", default=True)
    by_slip = models.BooleanField("抽取纸票", default=False)
    desk_note = models.CharField(
        "领票点", max_length=80, blank=True, help_text="票丢了到哪里换，例如“机关党委 302 室”。"
    )
    opens_at = models.DateTimeField("开始填写", null=True, blank=True)
    closes_at = models.DateTimeField("截止填写", null=True, blank=True)
    publish_on = models.DateField("公布日期", null=True, blank=True)
    retention_days = models.PositiveSmallIntegerField("答卷保留天数", default=RETENTION_DAYS)
    previous = models.ForeignKey(
        "self", verbose_name="上一期", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    launched_at = models.DateTimeField("启用时间", null=True, blank=True, editable=False)
    # The day of the launch in Asia/Shanghai: who belongs where is read as of this day.
    frozen_on = models.DateField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("汇总时间", null=True, blank=True, editable=False)
    destroyed_at = models.DateTimeField("销毁时间", null=True, blank=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "调研"
        verbose_name_plural = "调研"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(k__gte=SMALLEST_K) & Q(k_comments__gte=COMMENTS_K) & Q(k_crosses__gte=CROSSES_K),
                name="survey_thresholds",
                violation_error_message="最少人数只能调高，不能调低。",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_opening",
                violation_error_message="截止时间要晚于开始时间。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def asked(self) -> Questionnaire:
        """What it asks."""
        return Questionnaire.from_json(self.questionnaire)

    @property
    def is_draft(self) -> bool:
        """True until it is launched."""
        return self.launched_at is None

    def state(self, now: datetime) -> State:
        """Where it stands at ``now``. CLOSING lasts from the end of answering until the tables are made."""
        if self.launched_at is None or self.opens_at is None or self.closes_at is None:
            return State.DRAFT
        if self.destroyed_at is not None:
            return State.DESTROYED
        if self.closed_at is not None:
            published = self.publish_on is None or self.publish_on <= timezone.localdate(now)
            return State.PUBLISHED if published else State.CLOSED
        if now < self.opens_at:
            return State.WAITING
        return State.OPEN if now < self.closes_at else State.CLOSING

    def state_name(self, now: datetime) -> str:
        """``state`` in Chinese."""
        return STATE_NAMES[self.state(now)]

    def is_open(self, now: datetime) -> bool:
        """True while answers are taken."""
        return self.state(now) == State.OPEN

    def has_results(self, now: datetime) -> bool:
        """True from the day of publication on."""
        return self.state(now) in (State.PUBLISHED, State.DESTROYED)

    @property
    def destroys_on(self) -> date | None:
        """The day on which single sheets are destroyed: ``retention_days`` after the end of answering."""
        if self.closes_at is None:
            return None
        return timezone.localdate(self.closes_at) + timedelta(days=self.retention_days)

    def frozen(self) -> dict[str, Any]:
        """Everything that the launch freezes, JSON-ready: what promise.json says and the certificate repeats."""
        return {
            "title": self.title,
            "kind": self.kind,
            "who": self.who,
            "k": self.k,
            "k_comments": self.k_comments,
            "k_crosses": self.k_crosses,
            "crosses": self.crosses,
            "by_desk": self.by_desk,
            "by_slip": self.by_slip,
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
            "closes_at": self.closes_at.isoformat() if self.closes_at else None,
            "publish_on": self.publish_on.isoformat() if self.publish_on else None,
            "retention_days": self.retention_days,
            "destroys_on": self.destroys_on.isoformat() if self.destroys_on else None,
            "anonymous": True,
        }
