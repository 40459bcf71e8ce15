"""党建督查: what is looked at, whom chance picks, what was found on the spot, and the problems that follow."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from organisations import scoping
from organisations.models import Level, Organisation, Person
from organisations.permissions import Act

from .problem import Problem


class TemplateQuerySet(models.QuerySet["InspectionTemplate"]):
    def manageable_by(self, person: Person, today: date | None = None) -> TemplateQuerySet:
        """Those of organisations for which ``person`` inspects, and the shipped ones."""
        return self.filter(scoping.reach(person, Act.INSPECT, "organisation__path", today) | Q(organisation=None))

    def in_use(self, today: date) -> TemplateQuerySet:
        """Those that hold on ``today``."""
        return self.filter(scoping.holding(today))


class InspectionTemplate(models.Model):
    """检查表: rows are closed and followed by another edition, never edited once used."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="制定单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    code = models.SlugField("代码", max_length=60)
    title = models.CharField("名称", max_length=80)
    basis = models.CharField("依据", max_length=200, blank=True)
    level = models.CharField("督查对象", max_length=20, choices=Level, default=Level.BRANCH)
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "检查表"
        verbose_name_plural = "检查表"
        ordering = ["code", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(until__isnull=True), name="one_open_inspection_template"
            )
        ]

    def __str__(self) -> str:
        return self.title


class InspectionItem(models.Model):
    """One question, what counts as evidence for it, and which record answers it where one can."""

    template = models.ForeignKey(
        InspectionTemplate, verbose_name="检查表", on_delete=models.CASCADE, related_name="items"
    )
    order = models.PositiveSmallIntegerField("顺序")
    question = models.CharField("看什么", max_length=120)
    evidence = models.CharField("什么算佐证", max_length=200, blank=True)
    source = models.CharField("按哪类记录", max_length=20, blank=True, help_text="空的到场看。")
    parameter = models.CharField("参数", max_length=60, blank=True)
    advice = models.CharField("整改建议", max_length=200, blank=True)
    workdays = models.PositiveSmallIntegerField("几个工作日内整改", default=15)

    class Meta:
        verbose_name = "检查内容"
        verbose_name_plural = "检查内容"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.question


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, person: Person, today: date | None = None) -> DrawQuerySet:
        """For both sides: whoever inspects there, and whoever sees the records of an organisation among those drawn from."""
        seen = Organisation.objects.filter(scoping.reach(person, Act.SEE, today=today))
        drawn_from = DrawnFrom.objects.filter(organisation__in=seen.values("pk"))
        return self.filter(
            scoping.reach(person, Act.INSPECT, "organisation__path", today) | Q(pk__in=drawn_from.values("draw"))
        )


class Draw(models.Model):
    """随机抽取: seed and list are kept, so that anybody can draw again and come to the same (``responsibilities/drawing_lots.py``)."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="谁督查", on_delete=models.PROTECT, related_name="draws"
    )
    template = models.ForeignKey(InspectionTemplate, verbose_name="检查表", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("缘由", max_length=120)
    seed = models.CharField("随机数种子", max_length=64)
    wanted = models.PositiveSmallIntegerField("抽几个")
    made_by = models.ForeignKey(Person, verbose_name="谁抽的", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("抽取时间")

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = "随机抽取"
        verbose_name_plural = "随机抽取"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.reason}，抽 {self.wanted} 个"


class DrawnFrom(models.Model):
    """One organisation of the list that was drawn from, in its place; ``chosen``: chance picked it."""

    draw = models.ForeignKey(Draw, verbose_name="随机抽取", on_delete=models.CASCADE, related_name="population")
    organisation = models.ForeignKey(Organisation, verbose_name="党组织", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField("序号")
    chosen = models.BooleanField("抽中", default=False)

    class Meta:
        verbose_name = "抽取名单"
        verbose_name_plural = "抽取名单"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["draw", "organisation"], name="drawn_from_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class InspectionState(models.TextChoices):
    """planned → visited → issued (the notice is out) → closed (every finding is struck off)."""

    PLANNED = "planned", "待督查"
    VISITED = "visited", "待发通知"
    ISSUED = "issued", "整改中"
    CLOSED = "closed", "已办结"


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, person: Person, today: date | None = None) -> InspectionQuerySet:
        """Those that ``person`` may conduct; and once visited, those of organisations whose problems he keeps."""
        kept = scoping.reach(person, Act.HANDLE_PROBLEMS, "organisation__path", today)
        return self.filter(
            scoping.reach(person, Act.INSPECT, "organisation__path", today)
            | Q(pk__in=Inspection.inspectors.through.objects.filter(person=person).values("inspection"))
            | (kept & ~Q(state=InspectionState.PLANNED))
        )

    def conducted_by(self, person: Person, today: date | None = None) -> InspectionQuerySet:
        """Those that ``person`` may fill in: the organisation lies in his reach, or he was named an inspector."""
        return self.filter(
            scoping.reach(person, Act.INSPECT, "organisation__path", today)
            | Q(pk__in=Inspection.inspectors.through.objects.filter(person=person).values("inspection"))
        )


class Inspection(models.Model):
    """One visit."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="督查对象", on_delete=models.PROTECT, related_name="inspections"
    )
    held_by = models.ForeignKey(Organisation, verbose_name="谁督查", on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(InspectionTemplate, verbose_name="检查表", on_delete=models.PROTECT, related_name="+")
    draw = models.ForeignKey(
        Draw, verbose_name="随机抽取", null=True, blank=True, on_delete=models.PROTECT, related_name="inspections"
    )
    reason = models.CharField("缘由", max_length=120)
    inspectors = models.ManyToManyField(Person, verbose_name="督查人员", related_name="+")
    planned_on = models.DateField("哪天去")
    state = models.CharField("状态", max_length=8, choices=InspectionState, default=InspectionState.PLANNED)
    revision = models.PositiveIntegerField("修订", default=1)
    visited_on = models.DateField("哪天去的", null=True, blank=True)
    number = models.PositiveIntegerField("通知编号", default=0)
    opening = models.CharField("通知开头", max_length=400, blank=True)
    issued_on = models.DateField("通知日期", null=True, blank=True)
    answer_by = models.DateField("答复期限", null=True, blank=True)
    issued_by = models.ForeignKey(
        Person, verbose_name="谁发的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField("办结日期", null=True, blank=True)
    made_by = models.ForeignKey(Person, verbose_name="谁安排的", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("安排时间")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = "督查"
        verbose_name_plural = "督查"
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["organisation", "-planned_on"], name="inspection_by_place")]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.planned_on:%Y-%m-%d}"


class CheckVerdict(models.TextChoices):
    """What was found about one question."""

    YES = "yes", "做到"
    NO = "no", "没做到"
    NOT_APPLICABLE = "na", "不适用"


class Check(models.Model):
    """The answer to one question; what the records said is kept beside what was found on the spot."""

    inspection = models.ForeignKey(Inspection, verbose_name="督查", on_delete=models.CASCADE, related_name="checks")
    item = models.ForeignKey(InspectionItem, verbose_name="检查内容", on_delete=models.PROTECT, related_name="+")
    recorded = models.CharField("按记录", max_length=4, choices=CheckVerdict, blank=True)
    recorded_fact = models.CharField("记录上的事实", max_length=200, blank=True)
    verdict = models.CharField("结论", max_length=4, choices=CheckVerdict, blank=True)
    fact = models.CharField("事实", max_length=400, blank=True)

    class Meta:
        verbose_name = "检查结论"
        verbose_name_plural = "检查结论"
        ordering = ["item__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "item"], name="one_check_an_item"),
            models.CheckConstraint(
                condition=~Q(verdict="no") | ~Q(fact=""),
                name="check_no_with_a_fact",
                violation_error_message="没做到的，要写一句事实。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}：{self.get_verdict_display()}"


class Finding(models.Model):
    """What has to be put right: drafted from a 没做到, editable until the notice is out, then a problem with a deadline."""

    inspection = models.ForeignKey(Inspection, verbose_name="督查", on_delete=models.CASCADE, related_name="findings")
    # Named apart from ``check``, which every model has.
    answer_to = models.OneToOneField(Check, verbose_name="检查结论", on_delete=models.CASCADE, related_name="finding")
    order = models.PositiveSmallIntegerField("顺序")
    text = models.CharField("整改事项", max_length=400)
    due_on = models.DateField("整改期限")
    problem = models.OneToOneField(
        Problem, verbose_name="问题", null=True, blank=True, on_delete=models.PROTECT, related_name="finding"
    )

    class Meta:
        verbose_name = "发现的问题"
        verbose_name_plural = "发现的问题"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text
