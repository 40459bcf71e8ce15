"""The bank of questions: what a question must have, and that one that was drawn is never changed under an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.text import one_line
from organisations.models import Organisation, Person
from organisations.permissions import Act

from ..models import AttemptAnswer, QuizQuestion, QuizType
from ..models.quiz import LONGEST_CHOICE, LONGEST_EXPLANATION, LONGEST_TEXT, LONGEST_TOPIC, MOST_CHOICES

JUDGED = ("对", "错")
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Asked:
    """A question as it is written: ``answer`` are places from 0."""

    topic: str
    type: str
    text: str
    choices: tuple[str, ...]
    answer: tuple[int, ...]
    explanation: str = ""


def checked(asked: Asked) -> dict[str, Any]:
    """The fields as they are kept. ValidationError by field."""
    choices = JUDGED if asked.type == QuizType.JUDGE else tuple(one_line(choice) for choice in asked.choices)
    values = {
        "topic": one_line(asked.topic),
        "type": asked.type,
        "text": one_line(asked.text),
        "choices": list(choices),
        "answer": sorted(set(asked.answer)),
        "explanation": one_line(asked.explanation),
    }
    errors = _wrong_words(values) | _wrong_choices(values)
    if errors:
        raise ValidationError(errors)
    return values


def _wrong_words(values: dict[str, Any]) -> dict[str, str]:
    limits = {
        "topic": ("专题", LONGEST_TOPIC),
        "text": ("题目", LONGEST_TEXT),
        "explanation": ("解析", LONGEST_EXPLANATION),
    }
    errors = {
        name: f"{label}最多 {limit} 个字。" for name, (label, limit) in limits.items() if len(values[name]) > limit
    }
    return errors | {name: f"请写{limits[name][0]}。" for name in ("topic", "text") if not values[name]}


def _wrong_choices(values: dict[str, Any]) -> dict[str, str]:
    if values["type"] not in QuizType.values:
        return {"type": "请选题型。"}
    choices, answer = values["choices"], values["answer"]
    if not 2 <= len(choices) <= MOST_CHOICES:
        return {"choices": f"选项要有 2 到 {MOST_CHOICES} 个。"}
    if any(not choice or len(choice) > LONGEST_CHOICE for choice in choices):
        return {"choices": f"每个选项 1 到 {LONGEST_CHOICE} 个字。"}
    if len(set(choices)) < len(choices):
        return {"choices": "有两个选项一样。"}
    if not answer or not all(0 <= place < len(choices) for place in answer):
        return {"answer": "答案要是给出的选项。"}
    if values["type"] == QuizType.MULTIPLE:
        return {"answer": "多选题至少要有两个对的。"} if len(answer) < 2 else {}
    return {"answer": "只能有一个对的。"} if len(answer) > 1 else {}


def keeps(by: Person, organisation: Organisation | None) -> None:
    """PermissionDenied for whoever does not hold quizzes there; the shipped questions are nobody's to change."""
    if organisation is None or not by.may(Act.EDIT_SURVEYS, organisation):
        raise PermissionDenied("题目由出题的单位来改，随系统带来的不能改。")


def add(asked: Asked, *, organisation: Organisation, by: Person) -> QuizQuestion:
    """A new question of ``organisation``. ValidationError by field, PermissionDenied."""
    keeps(by, organisation)
    return QuizQuestion.objects.create(organisation=organisation, **checked(asked))


@transaction.atomic
def add_all(questions: list[Asked], *, organisation: Organisation, by: Person) -> list[QuizQuestion]:
    """All of them or none. ValidationError, PermissionDenied."""
    return [add(asked, organisation=organisation, by=by) for asked in questions]


@transaction.atomic
def rewrite(question: QuizQuestion, asked: Asked, *, by: Person) -> QuizQuestion:
    """Change a question; if it was drawn before, another takes its place and it is drawn no more. ValidationError, PermissionDenied."""
    row = QuizQuestion.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=question.pk)
    keeps(by, row.organisation)
    values = checked(asked)
    if AttemptAnswer.objects.filter(question=row).exists():
        row.is_retired = True
        row.save(update_fields=["is_retired"])
        return QuizQuestion.objects.create(organisation=row.organisation, **values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def retire(question: QuizQuestion, *, by: Person) -> None:
    """It is drawn no more; attempts that drew it keep it. PermissionDenied."""
    keeps(by, question.organisation)
    question.is_retired = True
    question.save(update_fields=["is_retired"])


def topics_for(organisation: Organisation) -> list[str]:
    """The topics among which a quiz of ``organisation`` chooses."""
    pool = QuizQuestion.objects.for_quizzes_of(organisation)
    return list(pool.order_by("topic").values_list("topic", flat=True).distinct())
