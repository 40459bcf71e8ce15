"""知识竞答: questions with one truth, quizzes that draw among them, and attempts by name.

Never mixed with surveys: another table, another page, another heading. Product rule 1: no points, scores or rankings — an
attempt is its writer's own, and whoever holds a quiz reads counts only (surveys/quizzing/figures.py).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from organisations import paths, scoping
from organisations.models import Membership, Organisation, Person
from organisations.permissions import Act

LONGEST_TEXT, LONGEST_CHOICE, LONGEST_EXPLANATION, LONGEST_TOPIC = 300, 120, 400, 30
MOST_CHOICES = 6
MOST_DRAWN, MOST_MINUTES, MOST_ATTEMPTS = 50, 120, 10


class QuizType(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", "单选"
    MULTIPLE = "multiple", "多选"
    JUDGE = "judge", "判断"


class QuizQuestionQuerySet(models.QuerySet["QuizQuestion"]):
    def standing(self) -> QuizQuestionQuerySet:
        """Without those that are drawn no more."""
        return self.filter(is_retired=False)

    def for_quizzes_of(self, organisation: Organisation) -> QuizQuestionQuerySet:
        """Those that a quiz of ``organisation`` may draw: shipped, its own, and those of the organisations above it."""
        above = Q(organisation__path__in=paths.prefixes(organisation.path))
        return self.standing().filter(Q(organisation__isnull=True) | above)

    def visible_to(self, person: Person, today: date | None = None) -> QuizQuestionQuerySet:
        """With their answers, for whoever holds quizzes somewhere: the shipped ones, those above him, and those that he keeps."""
        grants = [grant for grant in scoping.grants_of(person, today) if grant.reach(Act.EDIT_SURVEYS)]
        if not grants:
            return self.none()
        above = {step for grant in grants for step in paths.prefixes(grant.path)}
        kept = scoping.reach(person, Act.EDIT_SURVEYS, "organisation__path", today)
        return self.filter(Q(organisation__isnull=True) | Q(organisation__path__in=above) | kept)

    def manageable_by(self, person: Person, today: date | None = None) -> QuizQuestionQuerySet:
        """Those that ``person`` may change; the shipped ones are nobody's."""
        return self.filter(scoping.reach(person, Act.EDIT_SURVEYS, "organisation__path", today))


class QuizQuestion(models.Model):
    """One question of the bank. ``answer`` are the places (from 0) of the right ones among ``choices``.

    What was drawn once is never changed: another takes its place (surveys/quizzing/bank.py).
    """

    organisation = models.ForeignKey(
        Organisation,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quiz_questions",
    )
    code = models.CharField("编码", max_length=40, null=True, blank=True, unique=True, editable=False)
    topic = models.CharField("专题", max_length=LONGEST_TOPIC)
    type = models.CharField("题型", max_length=8, choices=QuizType)
    text = models.CharField("题目", max_length=LONGEST_TEXT)
    choices = models.JSONField("选项")
    answer = models.JSONField("答案")
    explanation = models.CharField("解析", max_length=LONGEST_EXPLANATION, blank=True)
    is_retired = models.BooleanField("不再抽", default=False)

    objects = QuizQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "竞答题目"
        verbose_name_plural = "竞答题目"
        ordering = ["topic", "pk"]
        indexes = [models.Index(fields=["topic"], name="quiz_question_by_topic")]

    def __str__(self) -> str:
        return self.text

    def is_right(self, chosen: list[int]) -> bool:
        """True if exactly the right ones were chosen."""
        return sorted(chosen) == sorted(self.answer)


class QuizQuerySet(models.QuerySet["Quiz"]):
    def manageable_by(self, person: Person, today: date | None = None) -> QuizQuerySet:
        """Those that ``person`` holds."""
        return self.filter(scoping.reach(person, Act.EDIT_SURVEYS, "organisation__path", today))

    def offered_to(self, person: Person, today: date) -> QuizQuerySet:
        """The released ones of organisations under which ``person`` belongs."""
        belongs = Membership.objects.filter(scoping.holding(today), person=person)
        steps = {step for path in belongs.values_list("organisation__path", flat=True) for step in paths.prefixes(path)}
        return self.filter(released_at__isnull=False, organisation__path__in=steps)

    def visible_to(self, person: Person, today: date) -> QuizQuerySet:
        """Those that he holds, those that are offered to him, and those that he took part in."""
        offered = self.offered_to(person, today).order_by().values("pk")
        taken = Attempt.objects.filter(person=person).order_by().values("quiz")
        kept = scoping.reach(person, Act.EDIT_SURVEYS, "organisation__path", today)
        return self.filter(kept | Q(pk__in=offered) | Q(pk__in=taken))


class Quiz(models.Model):
    """One quiz: whoever belongs under ``organisation`` may take part, by name, while it is open. Frozen once released."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="举办单位", on_delete=models.PROTECT, related_name="quizzes"
    )
    title = models.CharField("名称", max_length=60)
    introduction = models.CharField("说明", max_length=300, blank=True)
    topics = models.JSONField("专题", default=list, blank=True)
    drawn = models.PositiveSmallIntegerField(
        "每次抽几题", default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_DRAWN)]
    )
    minutes = models.PositiveSmallIntegerField(
        "每次几分钟", default=15, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        "可答几次", default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_ATTEMPTS)]
    )
    opens_at = models.DateTimeField("开始")
    closes_at = models.DateTimeField("截止")
    released_at = models.DateTimeField("发布时间", null=True, blank=True, editable=False)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = "知识竞答"
        verbose_name_plural = "知识竞答"
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="quiz_closes_after_opening",
                violation_error_message="截止时间要晚于开始时间。",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """True until it is released."""
        return self.released_at is None

    def is_open(self, now: datetime) -> bool:
        """True while attempts may begin."""
        return not self.is_draft and self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        """True once nobody can be answering any more."""
        return not self.is_draft and now >= self.closes_at

    def state_name(self, now: datetime) -> tuple[str, str]:
        """(how it is drawn, word)."""
        if self.is_draft:
            return "off", "草稿"
        if now < self.opens_at:
            return "todo", "还没开始"
        return ("soon", "正在进行") if now < self.closes_at else ("done", "已结束")


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def owned_by(self, person: Person) -> AttemptQuerySet:
        """His own: nobody else opens an attempt."""
        return self.filter(person=person)


class Attempt(models.Model):
    """One time that somebody took part. ``seed`` decides which questions were drawn, and the order of everything."""

    quiz = models.ForeignKey(Quiz, verbose_name="竞答", on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey(Person, verbose_name="谁", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("第几次")
    seed = models.PositiveBigIntegerField()
    started_at = models.DateTimeField("开始时间")
    deadline = models.DateTimeField("到几点")
    finished_at = models.DateTimeField("交卷时间", null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = "答题"
        verbose_name_plural = "答题"
        ordering = ["quiz", "person", "number"]
        constraints = [models.UniqueConstraint(fields=["quiz", "person", "number"], name="one_attempt_a_number")]

    def __str__(self) -> str:
        return f"第 {self.number} 次"

    def is_over(self, now: datetime) -> bool:
        """True once it was handed in, or its time is up: by the clock of the server alone."""
        return self.finished_at is not None or now >= self.deadline


class AttemptAnswer(models.Model):
    """One question drawn for an attempt, at its place, and what was chosen: places among the question's own choices."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(QuizQuestion, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField("第几题")
    chosen: Any = models.JSONField("选了", default=list)
    is_right = models.BooleanField("对不对", default=False)

    class Meta:
        verbose_name = "所选"
        verbose_name_plural = "所选"
        ordering = ["attempt", "order"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "order"], name="one_question_a_place"),
            models.UniqueConstraint(fields=["attempt", "question"], name="one_question_once_an_attempt"),
        ]

    def __str__(self) -> str:
        return f"第 {self.order} 题"
