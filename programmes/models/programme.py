"""Pillars, lines, programmes, their indicators, and the kinds of activity."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

from ..titles import unknown_placeholders


class Pillar(models.IntegerChoices):
    """三个突出: the three pillars are code, everything below them is data."""

    EDUCATION = 1, "教育引导"
    RESPONSIBILITY = 2, "责任落实"
    ATMOSPHERE = 3, "氛围营造"

    @property
    def force(self) -> str:
        """What the pillar is to bring forth (三力)."""
        return {1: "内动力", 2: "执行力", 3: "凝聚力"}[self.value]

    @property
    def css(self) -> str:
        """The class that colours whatever belongs to the pillar."""
        return f"p{self.value}"


class Line(models.Model):
    """One of the nine lines of the source article."""

    code = models.SlugField("代码", max_length=40, unique=True)
    pillar = models.PositiveSmallIntegerField("支柱", choices=Pillar)
    name = models.CharField("名称", max_length=40)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "条线"
        verbose_name_plural = "条线"
        ordering = ["pillar", "order", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def css(self) -> str:
        """The pillar's class."""
        return f"p{self.pillar}"


class Expected(models.TextChoices):
    """Who is expected at an activity of a kind."""

    MEMBERS = "members", "全体党员"
    FULL_MEMBERS = "full_members", "正式党员"
    COMMITTEE = "committee", "委员会成员"
    GROUP = "group", "党小组成员"
    STUDY_CENTRE = "study_centre", "中心组成员"
    YOUTH = "youth", "四十岁以下青年"
    OPEN = "open", "自愿参加"


class HoursRule(models.TextChoices):
    """How an activity turns into 学时 (local practice; domain.md §1.2 no. 17)."""

    NONE = "none", "不计学时"
    DURATION = "duration", "按时长，1 小时 1 学时"
    HALF_DAY = "half_day", "半天 4 学时"


class ActivityKind(models.Model):
    """A kind of activity: what the secretary picks first, and what prefills the rest."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    line = models.ForeignKey(Line, verbose_name="条线", on_delete=models.PROTECT, related_name="kinds")
    programme = models.ForeignKey(
        "programmes.Programme",
        verbose_name="默认项目",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    expected = models.CharField("应到人员", max_length=16, choices=Expected, default=Expected.MEMBERS)
    levels = models.JSONField("由谁举办", default=list, help_text="层级代码的列表。")
    title = models.CharField("标题模板", max_length=80, blank=True, help_text="可用 {year} {month} {quarter} {half}。")
    agenda = models.JSONField("议程模板", default=list, blank=True, help_text='[{"title": "…", "first_topic": true}]')
    minutes = models.PositiveSmallIntegerField("一般时长（分钟）", default=90)
    hours_rule = models.CharField("学时", max_length=12, choices=HoursRule, default=HoursRule.NONE)
    has_vote = models.BooleanField("有表决", default=False)
    headcount = models.BooleanField("只记人数", default=False)
    common = models.BooleanField("常用", default=True)
    active = models.BooleanField("启用", default=True)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "活动类别"
        verbose_name_plural = "活动类别"
        ordering = ["line__pillar", "order", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Levels must be known codes, and the title one that can be filled in: every new form would fail on another."""
        unknown = set(self.levels) - set(Level.values)
        if unknown:
            raise ValidationError({"levels": f"没有这样的层级：{'、'.join(sorted(unknown))}。"})
        strange = unknown_placeholders(self.title or self.name)
        if strange:
            raise ValidationError({"title": f"标题模板里有不认识的占位：{'、'.join(strange)}。"})


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def running_on(self, day: date) -> ProgrammeQuerySet:
        """Those whose dates contain ``day``."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def visible_to(self, person: Person) -> ProgrammeQuerySet:
        """Programmes are public within the system; the figures on their pages are not."""
        return self.all()

    def manageable_by(self, person: Person) -> ProgrammeQuerySet:
        """Those that ``person`` may edit: all for the work committee, none for others."""
        return self.all() if person.may(Act.EDIT_PROGRAMMES) else self.none()


class Programme(models.Model):
    """A project of a line, with a goal, dates and those who take part. Holds activities, duty lists and surveys."""

    code = models.SlugField("代码", max_length=60)
    line = models.ForeignKey(Line, verbose_name="条线", on_delete=models.PROTECT, related_name="programmes")
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=60)
    goal = models.TextField("目标", max_length=600, blank=True)
    led_by = models.CharField("牵头", max_length=60, blank=True)
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", null=True, blank=True, help_text="结束后的第一天。")
    kinds = models.ManyToManyField(ActivityKind, verbose_name="常用类别", blank=True, related_name="+")
    participants = models.ManyToManyField(
        Organisation, verbose_name="参加单位", blank=True, related_name="+", help_text="不选就是全部单位。"
    )
    order = models.PositiveSmallIntegerField("顺序", default=0)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目"
        ordering = ["line__pillar", "line__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "year"], name="one_programme_a_year"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=models.F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message="结束日期应晚于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Measure(models.TextChoices):
    """What an indicator counts; the counting is in ``dashboards/indicators.py``."""

    ACTIVITIES = "activities", "场次"
    ORGANISATIONS = "organisations", "开展的单位"
    ATTENDANCES = "attendances", "参加人次"
    HOURS = "hours", "学时"


class Indicator(models.Model):
    """A planned figure of a programme: a plan, not a duty, so it is shown as done／planned without colour."""

    programme = models.ForeignKey(Programme, verbose_name="项目", on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField("名称", max_length=60)
    measure = models.CharField("计什么", max_length=16, choices=Measure)
    kinds = models.ManyToManyField(
        ActivityKind, verbose_name="类别", blank=True, related_name="+", help_text="不选就是项目下的全部活动。"
    )
    target = models.PositiveIntegerField("计划", null=True, blank=True)
    per = models.CharField(
        "计划按",
        max_length=8,
        choices=[("total", "总数"), ("branch", "每个支部"), ("organ", "每个单位")],
        default="total",
    )
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


def agenda_lines(kind: ActivityKind) -> list[dict[str, Any]]:
    """The agenda template of ``kind`` as a list of {title, first_topic}."""
    return [{"title": str(item.get("title", "")), "first_topic": bool(item.get("first_topic"))} for item in kind.agenda]
