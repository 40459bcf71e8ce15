"""The record of one activity."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from organisations import scoping
from organisations.models import Organisation, Person
from organisations.permissions import Act
from programmes.models import ActivityKind, Obligation, Programme
from programmes.periods import Period


class ActivityState(models.TextChoices):
    """planned → held → withdrawn."""

    PLANNED = "planned", "已安排"
    HELD = "held", "已开展"
    WITHDRAWN = "withdrawn", "已撤回"


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, person: Person, today: date | None = None) -> ActivityQuerySet:
        """Those held or shared by organisations whose records ``person`` may see, and those where he was expected.

        Withdrawn ones are left to those who may see the organisation's records.
        """
        if scoping.everywhere(person, Act.SEE, today):
            return self.all()
        # One list of keys: an OR of the path range and EXISTS would read every record of the period.
        first, *others = (way.order_by().values("pk") for way in Activity.objects.ways_to(person, today))
        return self.filter(pk__in=first.union(*others) if others else first)

    def ways_to(self, person: Person, today: date | None = None) -> list[ActivityQuerySet]:
        """The ways by which ``visible_to`` comes to see activities, one by one. Some are found by several, or twice by one.

        Whoever reads many narrows each of them and joins what is left: a condition put to the union would be asked of
        everything that was ever held within his reach.
        """
        if scoping.everywhere(person, Act.SEE, today):
            return [self.all()]
        own = self.standing().filter(attendances__person=person)
        if not scoping.may(person, Act.SEE, today=today):
            return [own]
        hosted, shared = (
            scoping.reach(person, Act.SEE, path, today)
            for path in ("organisation__path", "partnerships__organisation__path")
        )
        return [own, self.filter(hosted), self.filter(shared)]

    def manageable_by(self, person: Person, today: date | None = None) -> ActivityQuerySet:
        """Those that ``person`` may correct or withdraw: held by an organisation for which he may log."""
        return self.filter(scoping.reach(person, Act.LOG, "organisation__path", today))

    def counted(self) -> ActivityQuerySet:
        """Those that took place and stand."""
        return self.filter(state=ActivityState.HELD)

    def standing(self) -> ActivityQuerySet:
        """Planned and held ones, without the withdrawn."""
        return self.exclude(state=ActivityState.WITHDRAWN)

    def held_in(self, period: Period) -> ActivityQuerySet:
        """Those whose day lies in ``period``."""
        return self.filter(held_on__gte=period.starts_on, held_on__lt=period.ends_on)

    def held_under(self, organisation: Organisation) -> ActivityQuerySet:
        """Those held by ``organisation`` or below it."""
        return self.filter(scoping.under(organisation.path, "organisation__path"))

    def of_kinds(self, kinds: models.QuerySet[ActivityKind] | list[int]) -> ActivityQuerySet:
        """Those with at least one of ``kinds``, each once."""
        through = Activity.kinds.through.objects.filter(activitykind__in=kinds, activity=OuterRef("pk"))
        return self.filter(Exists(through))

    def mentioning(self, text: str) -> ActivityQuerySet:
        """Those whose title, content, place or guests contain ``text``."""
        return self.filter(
            Q(title__icontains=text) | Q(content__icontains=text) | Q(place__icontains=text) | Q(guests__icontains=text)
        )

    def latest_first(self) -> ActivityQuerySet:
        """By day, newest first."""
        return self.order_by("-held_on", "-pk")


class Activity(models.Model):
    """One activity as it was recorded. ``held_on`` (Asia/Shanghai) carries all arithmetic of periods."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="举办单位", on_delete=models.PROTECT, related_name="activities"
    )
    partners = models.ManyToManyField(
        Organisation, verbose_name="联合举办", through="Partnership", related_name="+", blank=True
    )
    kinds = models.ManyToManyField(ActivityKind, verbose_name="类别", related_name="+")
    programme = models.ForeignKey(
        Programme, verbose_name="项目", null=True, blank=True, on_delete=models.PROTECT, related_name="activities"
    )
    makes_up_for = models.ForeignKey(
        Obligation, verbose_name="补办", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField("标题", max_length=200)
    held_on = models.DateField("日期")
    starts_at = models.TimeField("开始", null=True, blank=True)
    ends_at = models.TimeField("结束", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    chair = models.ForeignKey(
        Person, verbose_name="主持人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorder = models.ForeignKey(
        Person, verbose_name="记录人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content = models.TextField("内容纪实", max_length=20000, blank=True)
    decisions = models.TextField("决定事项", max_length=5000, blank=True)
    guests = models.TextField("来宾、列席", max_length=2000, blank=True, help_text="一行一位，写姓名和单位职务。")
    headcount = models.BooleanField("只记人数", default=False)
    expected = models.PositiveIntegerField("应到", null=True, blank=True)
    present = models.PositiveIntegerField("实到", null=True, blank=True)
    voters_due = models.PositiveIntegerField("应到会有表决权", null=True, blank=True)
    voters_present = models.PositiveIntegerField("实到会有表决权", null=True, blank=True)
    votes_for = models.PositiveIntegerField("赞成", null=True, blank=True)
    votes_against = models.PositiveIntegerField("反对", null=True, blank=True)
    votes_abstained = models.PositiveIntegerField("弃权", null=True, blank=True)
    study_hours = models.DecimalField("学时", max_digits=4, decimal_places=1, default=0)
    state = models.CharField("状态", max_length=10, choices=ActivityState, default=ActivityState.HELD)
    number = models.PositiveIntegerField("年内序号", default=0)
    revision = models.PositiveIntegerField("修订", default=1)
    submission_key = models.CharField("提交标识", max_length=36, unique=True, editable=False)
    submitted_by = models.ForeignKey(Person, verbose_name="谁保存的", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("保存时间")
    withdrawn_by = models.ForeignKey(
        Person, verbose_name="谁撤回的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_because = models.CharField("撤回原因", max_length=400, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动"
        verbose_name_plural = "活动"
        ordering = ["-held_on", "-pk"]
        indexes = [
            models.Index(fields=["-held_on", "-id"], name="activity_by_day"),
            models.Index(fields=["organisation", "-held_on"], name="activity_by_host"),
            models.Index(fields=["programme", "-held_on"], name="activity_by_programme"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(present__isnull=True) | Q(expected__isnull=True) | Q(present__lte=F("expected")),
                name="activity_present_within_expected",
                violation_error_message="实到人数不能多于应到人数。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def absent(self) -> int | None:
        """How many of the expected did not come; None where nobody was expected by name or number."""
        return None if self.expected is None or self.present is None else self.expected - self.present

    @property
    def document_number(self) -> str:
        """The serial number within the year and organisation: 〔2026〕第 31 号; empty for what is only planned."""
        return f"〔{self.held_on.year}〕第 {self.number} 号" if self.number else ""

    @property
    def has_votes(self) -> bool:
        """Whether a vote was recorded."""
        return self.votes_for is not None

    @property
    def vote_quorate(self) -> bool | None:
        """At least half of those with a vote were present (支部工作条例 Art. 11); None without a vote."""
        if self.voters_due is None or self.voters_present is None:
            return None
        return 2 * self.voters_present >= self.voters_due

    @property
    def vote_passed(self) -> bool | None:
        """More than half of those with a vote who were due — not of those present — said yes; None without a vote."""
        if self.voters_due is None or self.votes_for is None:
            return None
        return bool(self.vote_quorate) and 2 * self.votes_for > self.voters_due


class Partnership(models.Model):
    """Another organisation that held the activity jointly: credited at once, unless its secretary declines."""

    activity = models.ForeignKey(Activity, verbose_name="活动", on_delete=models.CASCADE, related_name="partnerships")
    organisation = models.ForeignKey(
        Organisation, verbose_name="联合单位", on_delete=models.PROTECT, related_name="partnerships"
    )
    declined_by = models.ForeignKey(
        Person, verbose_name="谁谢绝的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField("谢绝时间", null=True, blank=True)
    declined_because = models.CharField("谢绝原因", max_length=400, blank=True)

    class Meta:
        verbose_name = "联合举办"
        verbose_name_plural = "联合举办"
        ordering = ["organisation__path"]
        constraints = [models.UniqueConstraint(fields=["activity", "organisation"], name="one_partnership")]

    def __str__(self) -> str:
        return str(self.organisation)


class AgendaItem(models.Model):
    """One item of the agenda; the first topic is a mark, not a kind."""

    activity = models.ForeignKey(Activity, verbose_name="活动", on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField("顺序")
    title = models.CharField("议题", max_length=400)
    speaker = models.CharField("主讲", max_length=60, blank=True)
    first_topic = models.BooleanField("第一议题", default=False)

    class Meta:
        verbose_name = "议程"
        verbose_name_plural = "议程"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title
