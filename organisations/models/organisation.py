"""The tree of party organisations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from .. import paths, scoping
from ..permissions import Act

if TYPE_CHECKING:
    from .person import Person


class Level(models.TextChoices):
    """The levels of the tree, from the work committee down."""

    WORK_COMMITTEE = "work_committee", "机关工委"
    PARTY_GROUP = "party_group", "党组（党委）"
    ORGAN_COMMITTEE = "organ_committee", "机关党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    GROUP = "group", "党小组"


# What may stand under what. The work committee is the root; a group has nothing below it.
ALLOWED_PARENTS: dict[str, frozenset[str]] = {
    Level.WORK_COMMITTEE: frozenset(),
    Level.PARTY_GROUP: frozenset({Level.WORK_COMMITTEE}),
    Level.ORGAN_COMMITTEE: frozenset({Level.PARTY_GROUP, Level.WORK_COMMITTEE}),
    Level.GENERAL_BRANCH: frozenset({Level.ORGAN_COMMITTEE}),
    Level.BRANCH: frozenset({Level.GENERAL_BRANCH, Level.ORGAN_COMMITTEE, Level.PARTY_GROUP}),
    Level.GROUP: frozenset({Level.BRANCH}),
}


class System(models.TextChoices):
    """The 系统 by which the work committee arranges its organs on the board."""

    PARTY = "party", "党委"
    GOVERNMENT = "government", "政府"
    PEOPLE = "people", "群团"
    INSTITUTION = "institution", "事业"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def open_on(self, day: date) -> OrganisationQuerySet:
        """Those that exist on ``day``."""
        return self.filter(founded_on__lte=day).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def under(self, organisation: Organisation) -> OrganisationQuerySet:
        """``organisation`` and everything below it."""
        return self.filter(scoping.under(organisation.path))

    def visible_to(self, person: Person, today: date | None = None) -> OrganisationQuerySet:
        """Those whose page (posts, people, rhythm) ``person`` may read."""
        return self.manageable_by(person, Act.VIEW_PEOPLE, today)

    def manageable_by(self, person: Person, act: str, today: date | None = None) -> OrganisationQuerySet:
        """Those at which ``person`` may do ``act``."""
        return self.filter(scoping.reach(person, act, today=today))

    def in_tree_order(self) -> OrganisationQuerySet:
        """Parents before children, siblings in the order in which they were set up."""
        return self.order_by("path")


class Organisation(models.Model):
    """A node of the tree. ``path`` is written by ``organisations/tree.py`` alone."""

    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField("路径", max_length=60, unique=True, editable=False)
    level = models.CharField("层级", max_length=20, choices=Level)
    system = models.CharField("系统", max_length=12, choices=System, blank=True)
    code = models.CharField("编码", max_length=40, unique=True, null=True, blank=True)
    name = models.CharField("名称", max_length=80)
    full_name = models.CharField(
        "全称", max_length=120, blank=True, help_text="会议记录和公文上用的名称，不填就用名称。"
    )
    remark = models.CharField("说明", max_length=120, blank=True, help_text="例如所含处室。")
    founded_on = models.DateField("成立日期")
    closed_on = models.DateField("撤销日期", null=True, blank=True, help_text="从这一天起不再存在。")
    term_years = models.PositiveSmallIntegerField("任期（年）", null=True, blank=True)
    term_began_on = models.DateField("本届起于", null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "党组织"
        verbose_name_plural = "党组织"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("founded_on")),
                name="organisation_closed_after_founded",
                violation_error_message="撤销日期不能早于成立日期。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def official_name(self) -> str:
        """The name for minutes and documents."""
        return self.full_name or self.name

    @property
    def near_name(self) -> str:
        """The name, a group's with its branch before it: 第一党支部第二党小组."""
        return f"{self.parent}{self.name}" if self.level == Level.GROUP and self.parent else self.name

    def exists_on(self, day: date) -> bool:
        """True from the day of founding to the day before closing."""
        return self.founded_on <= day and (self.closed_on is None or self.closed_on > day)

    def ancestors(self) -> OrganisationQuerySet:
        """Those above, root first, without the organisation itself."""
        return Organisation.objects.filter(path__in=paths.prefixes(self.path)[:-1]).in_tree_order()

    @property
    def root_path_of_organ(self) -> str:
        """The path of the organ's root: the second step of the tree (the first for the work committee itself)."""
        return self.path[: 2 * paths.STEP]

    def term_ends_on(self) -> date | None:
        """The day on which the present term is over (换届); None where no term is recorded."""
        if self.term_began_on is None or self.term_years is None:
            return None
        began = self.term_began_on
        try:
            return began.replace(year=began.year + self.term_years)
        except ValueError:  # 29 February
            return began.replace(year=began.year + self.term_years, day=28)
