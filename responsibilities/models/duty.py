"""责任清单: which post at which level answers for what. Levels and posts are data of the list, not code.

An edition that is in force is never edited: revising opens a new one and keeps the old (``responsibilities/editions.py``).
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person, Post
from organisations.permissions import Act
from programmes.models import ActivityKind, Line, Programme


class Standing(models.TextChoices):
    """How binding an edition is."""

    TRIAL = "trial", "试行"
    IN_FORCE = "in_force", "正式"


class DutyType(models.TextChoices):
    """The three kinds of responsibility that the source article names."""

    POLITICAL = "political", "政治责任"
    LEADERSHIP = "leadership", "领导责任"
    POST = "post", "岗位责任"


class Rhythm(models.TextChoices):
    """How often a duty is to be shown done. The calendar ones are those of ``programmes.periods.Cadence``."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"
    YEAR = "year", "每年"
    ONCE = "once", "到期一次"
    STANDING = "standing", "日常"


class Proof(models.TextChoices):
    """Where the proof of a duty comes from. Only TEXT asks anybody for anything."""

    KINDS = "kinds", "活动记录"
    TALKS = "talks", "谈心谈话次数"
    INSPECTIONS = "inspections", "督查记录"
    TEXT = "text", "写一句话"


class DutyListQuerySet(models.QuerySet["DutyList"]):
    def visible_to(self, person: Person, today: date | None = None) -> DutyListQuerySet:
        """Issued lists that speak to organisations which ``person`` may see or holds a post at, and drafts that he keeps."""
        if scoping.everywhere(person, Act.SEE, today):
            return self.all()
        at = {grant.path for grant in scoping.grants_of(person, today)}
        speaking = {prefix for path in at for prefix in paths.prefixes(path)}
        kept = scoping.reach(person, Act.EDIT_DUTIES, "organisation__path", today)
        return self.filter(kept | Q(organisation__path__in=speaking, since__isnull=False))

    def manageable_by(self, person: Person, today: date | None = None) -> DutyListQuerySet:
        """Those that ``person`` keeps."""
        return self.filter(scoping.reach(person, Act.EDIT_DUTIES, "organisation__path", today))

    def in_force(self, today: date) -> DutyListQuerySet:
        """Issued editions that hold on ``today``."""
        return self.filter(scoping.holding(today))


class DutyList(models.Model):
    """One edition of a list. A draft has no ``since``; it holds from ``since`` to the day before ``until``."""

    series = models.CharField("清单", max_length=36, help_text="同一份清单的各版相同。", db_index=True)
    edition = models.PositiveSmallIntegerField("版本", default=1)
    organisation = models.ForeignKey(
        Organisation, verbose_name="制定单位", on_delete=models.PROTECT, related_name="duty_lists"
    )
    programme = models.ForeignKey(
        Programme, verbose_name="项目", null=True, blank=True, on_delete=models.PROTECT, related_name="duty_lists"
    )
    title = models.CharField("名称", max_length=120)
    document_no = models.CharField("文号", max_length=60, blank=True)
    standing = models.CharField("效力", max_length=10, choices=Standing, default=Standing.TRIAL)
    since = models.DateField("施行日期", null=True, blank=True)
    until = models.DateField("失效日期", null=True, blank=True, help_text="失效的第一天。")
    note = models.CharField("说明", max_length=400, blank=True)
    is_sample = models.BooleanField("示例", default=False, help_text="随系统带的示例，供换成本单位的清单。")
    made_by = models.ForeignKey(
        Person, verbose_name="谁拟的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("拟稿时间")

    objects = DutyListQuerySet.as_manager()

    class Meta:
        verbose_name = "责任清单"
        verbose_name_plural = "责任清单"
        ordering = ["organisation__path", "series", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["series", "edition"], name="one_edition_a_number"),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(since__isnull=False, until__isnull=True),
                name="one_open_edition",
                violation_error_message="这份清单已经有一版在施行。",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="duty_list_until_after_since",
                violation_error_message="失效日期不能早于施行日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """Whether it is still being prepared: only then its lines may be edited."""
        return self.since is None


class DutyLevel(models.Model):
    """A row of the matrix: 一级, 二级, 三级, and which levels of the tree stand there."""

    duty_list = models.ForeignKey(DutyList, verbose_name="责任清单", on_delete=models.CASCADE, related_name="levels")
    order = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("级", max_length=40)
    levels = models.JSONField("党组织层级", default=list, help_text="层级代码的列表。")

    class Meta:
        verbose_name = "级"
        verbose_name_plural = "级"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["duty_list", "name"], name="one_duty_level_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def stands_for(self) -> str:
        """机关党委、党总支."""
        labels = dict(Level.choices)
        return "、".join(labels.get(code, code) for code in self.levels)


class DutyPost(models.Model):
    """A column of the matrix: a 岗, and which posts of the roster hold it; ``everybody``: all party members there."""

    duty_list = models.ForeignKey(DutyList, verbose_name="责任清单", on_delete=models.CASCADE, related_name="posts")
    order = models.PositiveSmallIntegerField("顺序")
    name = models.CharField("岗", max_length=40)
    note = models.CharField("说明", max_length=40, blank=True)
    posts = models.ManyToManyField(Post, verbose_name="职务", related_name="+", blank=True)
    everybody = models.BooleanField("全体党员", default=False)

    class Meta:
        verbose_name = "岗"
        verbose_name_plural = "岗"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["duty_list", "name"], name="one_duty_post_a_name")]

    def __str__(self) -> str:
        return self.name


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, person: Person, today: date | None = None) -> DutyQuerySet:
        """Those of lists that ``person`` may see."""
        return self.filter(duty_list__in=DutyList.objects.visible_to(person, today))

    def manageable_by(self, person: Person, today: date | None = None) -> DutyQuerySet:
        """Those of lists that ``person`` keeps."""
        return self.filter(scoping.reach(person, Act.EDIT_DUTIES, "duty_list__organisation__path", today))


class Duty(models.Model):
    """One line of a list: what a post at a level answers for, by which standard, how often, and what proves it."""

    duty_list = models.ForeignKey(DutyList, verbose_name="责任清单", on_delete=models.CASCADE, related_name="duties")
    number = models.PositiveSmallIntegerField("序号")
    category = models.CharField("类别", max_length=60, blank=True)
    level = models.ForeignKey(DutyLevel, verbose_name="级", on_delete=models.PROTECT, related_name="duties")
    post = models.ForeignKey(DutyPost, verbose_name="岗", on_delete=models.PROTECT, related_name="duties")
    type = models.CharField("责任类型", max_length=12, choices=DutyType)
    line = models.ForeignKey(
        Line, verbose_name="条线", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content = models.CharField("工作内容", max_length=400)
    measure = models.CharField("工作措施", max_length=400, blank=True)
    standard = models.CharField("工作标准", max_length=400, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    rhythm = models.CharField("频次", max_length=10, choices=Rhythm, default=Rhythm.YEAR)
    times = models.PositiveSmallIntegerField("每期次数", default=1)
    deadline = models.DateField("完成时限", null=True, blank=True, help_text="只用于“到期一次”。")
    proof = models.CharField("佐证", max_length=12, choices=Proof, default=Proof.TEXT)
    kinds = models.ManyToManyField(ActivityKind, verbose_name="活动类别", related_name="+", blank=True)
    requirement_code = models.SlugField(
        "对应要求", max_length=60, blank=True, help_text="填了的，到期日、是否适用都与这条要求一致。"
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = "责任"
        verbose_name_plural = "责任"
        ordering = ["number", "pk"]
        constraints = [models.UniqueConstraint(fields=["duty_list", "number"], name="one_duty_a_number")]

    def __str__(self) -> str:
        return self.content

    @property
    def css(self) -> str:
        """The class of its pillar; responsibility where no line is named."""
        return self.line.css if self.line else "p2"

    @property
    def title(self) -> str:
        """What a measure that follows from this line is called."""
        return self.measure or self.content
