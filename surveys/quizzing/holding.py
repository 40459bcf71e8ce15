"""Holding a quiz: written as a draft, released once and then frozen, taken back while nobody has begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from documents.text import one_line
from organisations.models import Organisation, Person
from organisations.permissions import Act

from ..models import Quiz, QuizQuestion
from ..models.quiz import MOST_ATTEMPTS, MOST_DRAWN, MOST_MINUTES, QuizQuestionQuerySet

LONGEST_TITLE, LONGEST_INTRODUCTION = 60, 300


@dataclass(frozen=True)
class Planned:
    """What a quiz is to be."""

    organisation: Organisation
    title: str
    opens_at: datetime
    closes_at: datetime
    introduction: str = ""
    topics: tuple[str, ...] = ()
    drawn: int = 10
    minutes: int = 15
    attempts_allowed: int = 1


def pool_of(quiz: Quiz) -> QuizQuestionQuerySet:
    """The questions among which ``quiz`` draws now."""
    pool = QuizQuestion.objects.for_quizzes_of(quiz.organisation)
    return pool.filter(topic__in=quiz.topics) if quiz.topics else pool


def begin(planned: Planned, *, by: Person) -> Quiz:
    """A new draft. ValidationError by field, PermissionDenied."""
    return Quiz.objects.create(**_checked(planned, by))


@transaction.atomic
def rewrite(quiz: Quiz, planned: Planned, *, by: Person) -> Quiz:
    """Change a draft. ValidationError, PermissionDenied."""
    row = _draft(quiz, by)
    values = _checked(planned, by)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


@transaction.atomic
def release(quiz: Quiz, *, by: Person, now: datetime) -> Quiz:
    """Offer it to everybody under its organisation. ValidationError while there are too few questions or it is too late."""
    row = _draft(quiz, by)
    number = pool_of(row).count()
    if number < row.drawn:
        raise ValidationError(f"题库里符合的只有 {number} 题，不够抽 {row.drawn} 题。请加题、多选专题，或者少抽几题。")
    if row.closes_at <= now:
        raise ValidationError("截止时间已经过了，请先改时间。")
    row.released_at = now
    row.save(update_fields=["released_at"])
    return row


@transaction.atomic
def take_back(quiz: Quiz, *, by: Person) -> Quiz:
    """A draft again, while nobody has begun. ValidationError, PermissionDenied."""
    row = _held(quiz, by)
    if row.is_draft:
        raise ValidationError("还没有发布。")
    if row.attempts.exists():
        raise ValidationError("已经有人开始答题，不能收回。")
    row.released_at = None
    row.save(update_fields=["released_at"])
    return row


@transaction.atomic
def delete(quiz: Quiz, *, by: Person) -> None:
    """Throw a draft away. ValidationError, PermissionDenied."""
    _draft(quiz, by).delete()


def _held(quiz: Quiz, by: Person) -> Quiz:
    row = Quiz.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=quiz.pk)
    if not by.may(Act.EDIT_SURVEYS, row.organisation):
        raise PermissionDenied("由举办单位来办。")
    return row


def _draft(quiz: Quiz, by: Person) -> Quiz:
    row = _held(quiz, by)
    if not row.is_draft:
        raise ValidationError("已经发布，不能再改。没有人开始答题的可以先收回。")
    return row


def _checked(planned: Planned, by: Person) -> dict[str, Any]:
    """The fields as they are kept. ValidationError by field, PermissionDenied."""
    if not by.may(Act.EDIT_SURVEYS, planned.organisation):
        raise PermissionDenied("由机关党委和机关工委举办。")
    title, introduction = one_line(planned.title), one_line(planned.introduction)
    errors = {}
    if not title or len(title) > LONGEST_TITLE:
        errors["title"] = f"名称 1 到 {LONGEST_TITLE} 个字。"
    if len(introduction) > LONGEST_INTRODUCTION:
        errors["introduction"] = f"说明最多 {LONGEST_INTRODUCTION} 个字。"
    for name, most in (("drawn", MOST_DRAWN), ("minutes", MOST_MINUTES), ("attempts_allowed", MOST_ATTEMPTS)):
        if not 1 <= getattr(planned, name) <= most:
            errors[name] = f"要在 1 和 {most} 之间。"
    if planned.closes_at <= planned.opens_at:
        errors["closes_at"] = "截止时间要晚于开始时间。"
    if errors:
        raise ValidationError(errors)
    values = {name: getattr(planned, name) for name in planned.__dataclass_fields__}
    return values | {"title": title, "introduction": introduction, "topics": sorted(set(planned.topics))}
