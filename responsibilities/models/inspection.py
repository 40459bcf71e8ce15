"""党建督查: what is looked at, whom chance picks, what was found on the spot, and the problems that follow."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from organisations import paths, scoping
from organisations.models import Level, Organisation, Person
from organisations.models.organisation import OrganisationQuerySet
from organisations.permissions import Act

from .problem import Problem, ProblemState


class Subject(models.TextChoices):
    """Whom a check list is for. ORGAN: the root of a government body, its 党组 or else its 机关党委."""

    ORGAN = "organ", "单位（党组、机关党委）"
    GENERAL_BRANCH = Level.GENERAL_BRANCH.value, Level.GENERAL_BRANCH.label
    BRANCH = Level.BRANCH.value, Level.BRANCH.label


def to_be_inspected(held_by: Organisation, subject: str, today: date) -> OrganisationQuerySet:
    """Those of the sort ``subject`` that stand under ``held_by`` on ``today``, in tree order."""
    below = Organisation.objects.under(held_by).exclude(pk=held_by.pk).open_on(today).in_tree_order()
    if subject == Subject.ORGAN:
        return below.filter(parent__level=Level.WORK_COMMITTEE)
    return below.filter(level=subject)


def is_subject(organisation: Organisation, subject: str) -> bool:
    """Whether a check list for ``subject`` speaks of ``organisation``."""
    if subject == Subject.ORGAN:
        return paths.depth(organisation.path) == ORGAN_DEPTH
    return organisation.level == subject


def full_place(organisation: Organisation) -> str:
    """A branch with the names of what it stands under, as far as the organ: every organ has its 第一党支部."""
    names = [organisation.name]
    above = organisation.parent
    while above is not None and above.parent_id and not (above.level == Level.PARTY_GROUP and len(names) > 1):
        names.insert(0, above.name)
        above = above.parent
    return "".join(names)


ORGAN_DEPTH = 2


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
    level = models.CharField("督查对象", max_length=20, choices=Subject, default=Subject.BRANCH)
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True, blank=True)
    is_shipped = models.BooleanField("随系统带的", default=False)

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

    def is_usable(self, today: date) -> bool:
        """Whether it holds on ``today`` and asks anything."""
        holds = self.since <= today and (self.until is None or self.until > today)
        return holds and self.items.exists()


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
    # Who was inspected within so many years was left out before the lots were drawn; 0: nobody was.
    years_spared = models.PositiveSmallIntegerField("几年内督查过的不抽", default=0)
    spared = models.PositiveIntegerField("没放进来几个", default=0)
    follows = models.ForeignKey(
        "self", verbose_name="接着哪一次重抽", null=True, blank=True, on_delete=models.PROTECT, related_name="followers"
    )
    because = models.CharField("为什么重抽", max_length=120, blank=True)
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
    # As they stood when the lots were drawn: the code or the number by which the order was made, and the name.
    mark = models.CharField("标识", max_length=40)
    name = models.CharField("名称", max_length=250)
    chosen = models.BooleanField("抽中", default=False)

    class Meta:
        verbose_name = "抽取名单"
        verbose_name_plural = "抽取名单"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["draw", "organisation"], name="drawn_from_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class InspectionState(models.TextChoices):
    """planned → visited → issued (the notice is out); closed at once where nothing was found.

    Whether an issued one is done follows from its problems (``settled``), so that one which is reopened opens it again.
    """

    PLANNED = "planned", "待督查"
    VISITED = "visited", "待发通知"
    ISSUED = "issued", "整改中"
    CLOSED = "closed", "已办结"
    CANCELLED = "cancelled", "已取消"


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, person: Person, today: date | None = None) -> InspectionQuerySet:
        """Those that ``person`` conducts; and once visited, those of organisations whose problems he keeps."""
        kept = scoping.reach(person, Act.HANDLE_PROBLEMS, "organisation__path", today)
        # Until the visit it is the inspecting side's alone: what is only planned may still change, and asks nothing of anybody.
        known = ~Q(state__in=[InspectionState.PLANNED, InspectionState.CANCELLED])
        return self.filter(self._conducting(person, today) | (kept & known))

    def conducted_by(self, person: Person, today: date | None = None) -> InspectionQuerySet:
        """Those that ``person`` may fill in: he inspects for the organisation that holds it, or was named an inspector."""
        return self.filter(self._conducting(person, today))

    @staticmethod
    def _conducting(person: Person, today: date | None) -> Q:
        # By who holds it, not by who is inspected: the office of an organ would otherwise inspect its own.
        named = Inspection.inspectors.through.objects.filter(person=person).values("inspection")
        return scoping.reach(person, Act.INSPECT, "held_by__path", today) | Q(pk__in=named)

    def with_names(self) -> InspectionQuerySet:
        """With all that a line names, and whether a problem of it is still open."""
        unsolved = Finding.objects.filter(inspection=OuterRef("pk")).exclude(problem__state=ProblemState.CLOSED)
        named = self.select_related("organisation__parent__parent__parent", "held_by", "template")
        return named.annotate(has_open_findings=Exists(unsolved))

    def standing(self) -> InspectionQuerySet:
        """Without the cancelled."""
        return self.exclude(state=InspectionState.CANCELLED)

    def visited(self) -> InspectionQuerySet:
        """Those that took place."""
        return self.filter(visited_on__isnull=False)

    def settled(self) -> InspectionQuerySet:
        """Those after which nothing is left to be done."""
        unsolved = Finding.objects.filter(inspection=OuterRef("pk")).exclude(problem__state=ProblemState.CLOSED)
        return self.filter(Q(state=InspectionState.CLOSED) | Q(state=InspectionState.ISSUED) & ~Exists(unsolved))

    def in_hand(self) -> InspectionQuerySet:
        """Those visited after which something is left to be done."""
        return self.filter(state__in=[InspectionState.VISITED, InspectionState.ISSUED]).exclude(
            pk__in=self.model.objects.settled().values("pk")
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
    state = models.CharField("状态", max_length=10, choices=InspectionState, default=InspectionState.PLANNED)
    revision = models.PositiveIntegerField("修订", default=1)
    visited_on = models.DateField("哪天去的", null=True, blank=True)
    year = models.PositiveSmallIntegerField("通知年度", default=0)
    number = models.PositiveIntegerField("通知编号", default=0)
    opening = models.CharField("通知开头", max_length=400, blank=True)
    issued_on = models.DateField("通知日期", null=True, blank=True)
    answer_by = models.DateField("答复期限", null=True, blank=True)
    issued_by = models.ForeignKey(
        Person, verbose_name="谁发的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField("办结日期", null=True, blank=True)
    cancelled_because = models.CharField("为什么取消", max_length=200, blank=True)
    saved_by = models.ForeignKey(
        Person, verbose_name="最近谁填的", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField("最近填的时间", null=True, blank=True)
    made_by = models.ForeignKey(Person, verbose_name="谁安排的", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("安排时间")

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = "督查"
        verbose_name_plural = "督查"
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["organisation", "-planned_on"], name="inspection_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["held_by", "year", "number"], condition=Q(number__gt=0), name="one_notice_a_number"
            ),
            models.UniqueConstraint(
                fields=["held_by", "organisation"],
                condition=Q(state="planned"),
                name="one_visit_planned",
                violation_error_message="已经安排了一次，还没有去。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.planned_on:%Y-%m-%d}"

    @property
    def label(self) -> str:
        """The number of the notice: 〔2026〕第 3 号; empty before it is out."""
        return f"〔{self.year}〕第 {self.number} 号" if self.number else ""

    @property
    def is_planned(self) -> bool:
        """Whether it is still to be filled in."""
        return self.state == InspectionState.PLANNED

    @property
    def is_visited(self) -> bool:
        """Whether its notice is being drafted."""
        return self.state == InspectionState.VISITED

    @property
    def is_issued(self) -> bool:
        """Whether its notice is out."""
        return self.state == InspectionState.ISSUED


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
