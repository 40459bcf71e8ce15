"""Rules as rows: who must hold what, how often. Rows are closed, never edited."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from organisations import scoping
from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

from ..periods import Cadence
from .programme import ActivityKind, Line


def default_ladder() -> list[int]:
    """Days before the due day on which the owner is reminded, unless the row says otherwise."""
    return [7, 0]


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def in_force(self, day: date) -> RequirementQuerySet:
        """Rows that hold on ``day``."""
        return self.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))

    def visible_to(self, person: Person) -> RequirementQuerySet:
        """The rules of the whole system, and the local ones of organisations that the reader's own rights touch."""
        grants = scoping.grants_of(person)
        local = Q(pk__in=[])
        for grant in grants:
            local |= scoping.under(grant.path, "organisation__path")
            local |= Q(organisation__path__in=[grant.path[:end] for end in range(4, len(grant.path) + 1, 4)])
        return self.filter(Q(organisation__isnull=True) | local)

    def manageable_by(self, person: Person) -> RequirementQuerySet:
        """Those that ``person`` may replace: the common ones for the work committee, local ones by the organ."""
        common = Q(organisation__isnull=True) if person.may(Act.EDIT_PROGRAMMES) else Q(pk__in=[])
        return self.filter(common | scoping.reach(person, Act.EDIT_RULES, "organisation__path"))


class Requirement(models.Model):
    """One rule, from ``since`` to the day before ``until``. The nearest organisation above that sets a code wins."""

    code = models.SlugField("代码", max_length=60)
    name = models.CharField("名称", max_length=40)
    line = models.ForeignKey(Line, verbose_name="条线", on_delete=models.PROTECT, related_name="requirements")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="制定单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="空的是全市通用。",
    )
    level = models.CharField("由谁完成", max_length=20, choices=Level)
    kinds = models.ManyToManyField(ActivityKind, verbose_name="计入的类别", related_name="+")
    cadence = models.CharField(
        "频次", max_length=8, choices=[(cadence.value, f"每{cadence.label}") for cadence in Cadence]
    )
    minimum = models.PositiveSmallIntegerField("至少次数", default=1)
    min_full_members = models.PositiveSmallIntegerField("正式党员至少", default=0)
    needs_committee = models.BooleanField("设委员会的才要", default=False)
    has_groups = models.BooleanField("设党小组的才要", default=False)
    due_days_before_end = models.PositiveSmallIntegerField("期末前几天到期", default=0)
    basis = models.CharField("依据", max_length=120, blank=True)
    remind_before = models.JSONField("提前几天提醒", default=default_ladder)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    is_active = models.BooleanField("启用", default=True, help_text="停用的行占住这个代码：从它生效起不再要求。")
    reason = models.CharField("为什么改", max_length=200, blank=True)
    written_by = models.ForeignKey(
        Person, verbose_name="谁改的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField("来源", max_length=12, default="person", editable=False)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = "要求"
        verbose_name_plural = "要求"
        ordering = ["line__pillar", "line__order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum__gte=1), name="requirement_minimum", violation_error_message="至少 1 次。"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="requirement_until_after_since"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(until__isnull=True, organisation__isnull=True),
                name="one_open_common_requirement",
            ),
            models.UniqueConstraint(
                fields=["code", "organisation"], condition=Q(until__isnull=True), name="one_open_local_requirement"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def css(self) -> str:
        """The pillar's class."""
        return f"p{self.line.pillar}"

    def sentence(self) -> str:
        """The rule as it is said: 每月至少 1 次."""
        return f"每{Cadence(self.cadence).label}至少 {self.minimum} 次"

    def who(self) -> str:
        """Whom it binds, in words: 设委员会、正式党员 7 人以上的党支部."""
        conditions = [
            "设委员会" if self.needs_committee else "",
            "设党小组" if self.has_groups else "",
            f"正式党员 {self.min_full_members} 人以上" if self.min_full_members else "",
        ]
        said = "、".join(condition for condition in conditions if condition)
        label = Level(self.level).label
        return f"{said}的{label}" if said else label
