"""问题清单: a problem with its two legs — 思想 and 实际 — from being found to being struck off."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from activities.models import Activity
from organisations import scoping
from organisations.models import Organisation, Person, Post
from organisations.permissions import Act


class ProblemSource(models.TextChoices):
    """Where a problem came to light."""

    LIFE_MEETING = "life_meeting", "组织生活会"
    APPRAISAL = "appraisal", "民主评议"
    TALK = "talk", "谈心谈话"
    SURVEY = "survey", "思想动态调研"
    INSPECTION = "inspection", "党建督查"
    VISIT = "visit", "走访“关键小事”"
    ACTIVITY = "activity", "会议和活动"
    OTHER = "other", "其他"


class ProblemState(models.TextChoices):
    """发现 → 认领 → 措施 → 落实 → 复核 → 销号. Each name says what is waited for."""

    FOUND = "found", "待认领"
    CLAIMED = "claimed", "待定措施"
    WORKING = "working", "在办"
    REPORTED = "reported", "待复核"
    ASKED = "asked", "待提出人回话"
    CLOSED = "closed", "已销号"


# Somebody has still to do something about it; afterwards it waits for others.
AT_WORK = (ProblemState.FOUND, ProblemState.CLAIMED, ProblemState.WORKING)


class RaiserAnswer(models.TextChoices):
    """What whoever raised it says, by one tap."""

    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    NOT = "not", "没有解决"


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, person: Person, today: date | None = None) -> ProblemQuerySet:
        """Those at organisations where ``person`` keeps problems, those sent up to him, and those that he raised, handles or checks."""
        return self.known_whole_to(person, today) | self.filter(raised_by=person)

    def known_whole_to(self, person: Person, today: date | None = None) -> ProblemQuerySet:
        """Of those visible: without what ``person`` only raised. Of that he learns what became of it, and no more."""
        part = Q(owner=person) | Q(checker=person) | Q(registered_by=person)
        return self.filter(
            part
            | scoping.reach(person, Act.HANDLE_PROBLEMS, "organisation__path", today)
            | scoping.reach(person, Act.HANDLE_PROBLEMS, "solved_at__path", today)
        )

    def manageable_by(self, person: Person, today: date | None = None) -> ProblemQuerySet:
        """Those that ``person`` may assign, send up and close: kept by where they are to be solved."""
        return self.filter(scoping.reach(person, Act.HANDLE_PROBLEMS, "solved_at__path", today))

    def open(self) -> ProblemQuerySet:
        """Not struck off yet."""
        return self.exclude(state=ProblemState.CLOSED)

    def overdue(self, today: date) -> ProblemQuerySet:
        """Still to be carried out, and past its day. What is reported waits for others, not for who carries it out."""
        return self.filter(state__in=AT_WORK, due_on__lt=today)


class Problem(models.Model):
    """One problem. ``organisation`` is where it was found, ``solved_at`` who has to solve it (another after being sent up)."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="发现单位", on_delete=models.PROTECT, related_name="problems"
    )
    solved_at = models.ForeignKey(
        Organisation, verbose_name="办理单位", on_delete=models.PROTECT, related_name="problems_to_solve"
    )
    number = models.PositiveIntegerField("编号")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("问题", max_length=80)
    detail = models.TextField("情况", max_length=2000, blank=True)
    source = models.CharField("来源", max_length=14, choices=ProblemSource)
    activity = models.ForeignKey(
        Activity, verbose_name="哪次活动", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    found_on = models.DateField("发现日期")
    due_on = models.DateField("期限")
    raised_by = models.ForeignKey(
        Person,
        verbose_name="提出人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="problems_raised",
        help_text="不留名的空着；留名的只有经办和复核的人看得到。",
    )
    registered_by = models.ForeignKey(Person, verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField("登记时间")
    owner = models.ForeignKey(
        Person, verbose_name="经办", null=True, blank=True, on_delete=models.PROTECT, related_name="problems_owned"
    )
    checker = models.ForeignKey(
        Person, verbose_name="复核", null=True, blank=True, on_delete=models.PROTECT, related_name="problems_checked"
    )
    state = models.CharField("状态", max_length=10, choices=ProblemState, default=ProblemState.FOUND)
    revision = models.PositiveIntegerField("修订", default=1)
    sent_up_to = models.ForeignKey(
        Post, verbose_name="上报到", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_up_on = models.DateField("上报日期", null=True, blank=True)
    sent_up_because = models.CharField("上报原因", max_length=400, blank=True)
    verified_on = models.DateField("复核日期", null=True, blank=True)
    answer = models.CharField("提出人说", max_length=8, choices=RaiserAnswer, blank=True)
    answered_on = models.DateField("回话日期", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    reopened = models.PositiveSmallIntegerField("重开次数", default=0)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "问题"
        verbose_name_plural = "问题"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "number"], name="one_problem_a_number"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(checker__isnull=True) | ~Q(owner=models.F("checker")),
                name="problem_checked_by_another",
                violation_error_message="经办和复核不能是同一个人。",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="problem_closed_on_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state"], name="problem_by_organisation"),
            models.Index(fields=["solved_at", "state"], name="problem_by_solver"),
            models.Index(fields=["due_on"], name="problem_open", condition=~Q(state="closed")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """〔2026〕第 21 号."""
        return f"〔{self.year}〕第 {self.number} 号"


class LegKind(models.TextChoices):
    """解决思想问题同解决实际问题相结合: both legs have to be closed."""

    THOUGHT = "thought", "思想"
    PRACTICAL = "practical", "实际"


class LegState(models.TextChoices):
    """Where a leg stands; EXCUSED: there is nothing of that kind to solve, with a reason."""

    OPEN = "open", "在办"
    DONE = "done", "办了"
    EXCUSED = "excused", "没有这方面的事"


class Leg(models.Model):
    """One of the two sides of a problem."""

    problem = models.ForeignKey(Problem, verbose_name="问题", on_delete=models.CASCADE, related_name="legs")
    kind = models.CharField("哪一头", max_length=10, choices=LegKind)
    state = models.CharField("状态", max_length=8, choices=LegState, default=LegState.OPEN)
    plan = models.CharField("措施", max_length=400, blank=True)
    conclusion = models.CharField("结果", max_length=400, blank=True)
    done_by = models.ForeignKey(
        Person, verbose_name="谁办的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_on = models.DateField("办了的日期", null=True, blank=True)
    excused_because = models.CharField("为什么没有", max_length=200, blank=True)

    class Meta:
        verbose_name = "问题的一头"
        verbose_name_plural = "问题的两头"
        ordering = ["-kind"]  # thought before practical
        constraints = [
            models.UniqueConstraint(fields=["problem", "kind"], name="one_leg_a_kind"),
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(state="excused"),
                name="only_one_leg_excused",
                violation_error_message="两头不能都没有事。",
            ),
            models.CheckConstraint(
                condition=~Q(state="excused") | ~Q(excused_because=""), name="leg_excused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.get_state_display()}"


class ProblemAct(models.TextChoices):
    """What was done to a problem."""

    REGISTERED = "registered", "登记"
    ASSIGNED = "assigned", "派给"
    CLAIMED = "claimed", "认领"
    PLANNED = "planned", "定措施"
    PROGRESS = "progress", "进展"
    REPORTED = "reported", "报办结"
    EXCUSED = "excused", "说明没有这方面的事"
    VERIFIED = "verified", "复核"
    RETURNED = "returned", "退回经办人"
    SENT_UP = "sent_up", "上报"
    ANSWERED = "answered", "提出人回话"
    CLOSED = "closed", "销号"
    REOPENED = "reopened", "重新打开"
    HANDED_ON = "handed_on", "转交"


class ProblemStep(models.Model):
    """One line of a problem's story: who did what on which day. ``by`` is empty for what time did, and for the raiser."""

    problem = models.ForeignKey(Problem, verbose_name="问题", on_delete=models.CASCADE, related_name="steps")
    act = models.CharField("做了什么", max_length=10, choices=ProblemAct)
    leg = models.CharField("哪一头", max_length=10, choices=LegKind, blank=True)
    by = models.ForeignKey(Person, verbose_name="谁", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("哪天")
    at = models.DateTimeField("写下时间")
    text = models.CharField("说明", max_length=400, blank=True)

    class Meta:
        verbose_name = "经过"
        verbose_name_plural = "经过"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_act_display()
