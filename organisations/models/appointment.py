"""Posts and who holds them: the one source of authority."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from .. import scoping
from ..permissions import Act, Role
from .organisation import Level
from .person import Person

if TYPE_CHECKING:
    from .organisation import Organisation


class Post(models.Model):
    """A post of a level: data, with the role that it grants."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40)
    level = models.CharField("层级", max_length=20, choices=Level)
    role = models.CharField("权限角色", max_length=20, choices=Role, default=Role.MEMBER)
    is_head = models.BooleanField("主要负责人", default=False, help_text="书记、组长：提醒先找他，空缺会提示。")
    is_deputy = models.BooleanField("副职", default=False, help_text="主要负责人空缺时，提醒找他。")
    is_committee = models.BooleanField("委员会成员", default=False, help_text="支委会、机关党委会议的应到人员。")
    is_study_centre = models.BooleanField("中心组成员", default=False)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "职务"
        verbose_name_plural = "职务"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    def label_at(self, organisation: Organisation) -> str:
        """The post as it is called at home: 机关党委书记 is 书记 at 市财政局机关党委, 党小组组长 is 组长 in a 党小组."""
        lengths = range(len(self.name) - 1, 0, -1)
        return next(
            (self.name[length:] for length in lengths if organisation.name.endswith(self.name[:length])), self.name
        )


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def holding(self, today: date) -> AppointmentQuerySet:
        """Those that hold on ``today``."""
        return self.filter(scoping.holding(today))

    def visible_to(self, person: Person, today: date | None = None) -> AppointmentQuerySet:
        """Those at organisations whose people ``person`` may read."""
        return self.filter(scoping.reach(person, Act.VIEW_PEOPLE, "organisation__path", today))

    def at(self, organisation: Organisation) -> AppointmentQuerySet:
        """Those at this organisation itself, in the order of the posts."""
        return self.filter(organisation=organisation).order_by("post__order", "since", "pk")


class Appointment(models.Model):
    """A person holds a post at an organisation from ``since`` to the day before ``until``."""

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, verbose_name="职务", on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="党组织", on_delete=models.PROTECT, related_name="appointments"
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["post__order", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="appointment_until_after_since",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "since", "until"], name="appointment_by_organisation")]

    def __str__(self) -> str:
        return f"{self.title} {self.person}"

    @property
    def label(self) -> str:
        """The post as it is called at home."""
        return self.post.label_at(self.organisation)

    @property
    def title(self) -> str:
        """Organisation and post in one: 市财政局机关党委书记, 第一党小组组长."""
        return f"{self.organisation}{self.label}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; None while no end is set."""
        return self.until - timedelta(days=1) if self.until else None
