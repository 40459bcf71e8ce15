"""Taking part: drawing, saving page by page, handing in; the clock is the server's and nothing after the deadline counts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organisations.models import Person

from ..models import Attempt, AttemptAnswer, Quiz, QuizQuestion, QuizType
from .holding import pool_of

PAGE = 5


class TimeIsUp(ValidationError):
    """What came after the deadline is not taken; what was saved before counts."""

    def __init__(self, attempt: Attempt) -> None:
        until = timezone.localtime(attempt.deadline)
        super().__init__(f"时间到了。{until:%H:%M} 以前存下的算数，这一页没有算进去。")
        self.attempt = attempt


def why_not(quiz: Quiz, person: Person, *, now: datetime) -> str:
    """Why ``person`` cannot begin an attempt now; empty if he can."""
    if quiz.is_draft or now < quiz.opens_at:
        return "还没有开始。"
    if now >= quiz.closes_at:
        return "已经结束。"
    if not Quiz.objects.offered_to(person, timezone.localdate(now)).filter(pk=quiz.pk).exists():
        return f"只有{quiz.organisation}的人参加。"
    if quiz.attempts.owned_by(person).count() >= quiz.attempts_allowed:
        return f"每人可以答 {quiz.attempts_allowed} 次，已经答过了。"
    return ""


def begin(quiz: Quiz, *, by: Person, now: datetime) -> Attempt:
    """A new attempt, or the one that is still running: beginning twice is beginning once. ValidationError, PermissionDenied."""
    with transaction.atomic():
        # His own row serialises what he begins in two windows.
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        quiz = Quiz.objects.select_related("organisation").get(pk=quiz.pk)
        running = quiz.attempts.owned_by(by).filter(finished_at=None, deadline__gt=now).first()
        if running is not None:
            return running
        refusal = why_not(quiz, by, now=now)
        if refusal:
            raise (PermissionDenied if refusal.startswith("只有") else ValidationError)(refusal)
        number = quiz.attempts.owned_by(by).count() + 1
        deadline = min(now + timedelta(minutes=quiz.minutes), quiz.closes_at)
        times = {"started_at": now, "deadline": deadline}
        attempt = Attempt.objects.create(quiz=quiz, person=by, number=number, seed=secrets.randbits(48), **times)
        # From here on nobody can take the quiz back; before, somebody may just have.
        if not Quiz.objects.filter(pk=quiz.pk, released_at__isnull=False).exists():
            raise ValidationError("举办单位刚刚收回了这次竞答。")
        drawn = draw(quiz, attempt.seed)
        rows = [AttemptAnswer(attempt=attempt, question=one, order=order) for order, one in enumerate(drawn, start=1)]
        AttemptAnswer.objects.bulk_create(rows)
        return attempt


def draw(quiz: Quiz, seed: int) -> list[QuizQuestion]:
    """The questions of an attempt with that seed, in their order. ValidationError if the bank has fewer by now."""
    pool = list(pool_of(quiz).order_by("pk"))
    if len(pool) < quiz.drawn:
        raise ValidationError("题库里的题不够了，请告诉举办单位。")
    return Random(seed).sample(pool, quiz.drawn)  # noqa: S311  (an order, no secret)


def shown_order(attempt: Attempt, question: QuizQuestion) -> list[int]:
    """The places of the choices as this attempt shows them; 对 and 错 stay where everybody expects them."""
    places = list(range(len(question.choices)))
    if question.type != QuizType.JUDGE:
        Random(f"{attempt.seed}:{question.pk}").shuffle(places)  # noqa: S311
    return places


@transaction.atomic
def save(attempt: Attempt, chosen: Mapping[int, list[str]], *, by: Person, now: datetime) -> None:
    """Keep what was chosen, by the place of the question; what is no choice of it is left out. TimeIsUp, PermissionDenied."""
    row = _own(attempt, by)
    if row.finished_at is not None:
        raise ValidationError("已经交卷，不能再改。")
    if row.is_over(now):
        raise TimeIsUp(row)
    for answer in row.answers.select_related("question").filter(order__in=chosen):
        answer.chosen = _places(answer.question, chosen[answer.order])
        answer.is_right = answer.question.is_right(answer.chosen)
        answer.save(update_fields=["chosen", "is_right"])


def _places(question: QuizQuestion, typed: list[str]) -> list[int]:
    known = {str(place): place for place in range(len(question.choices))}
    places = sorted({known[one] for one in typed if one in known})
    return places if question.type == QuizType.MULTIPLE else places[:1]


@transaction.atomic
def finish(attempt: Attempt, *, by: Person, now: datetime) -> Attempt:
    """Hand in. Handing in late is handing in at the deadline; doing it twice changes nothing. PermissionDenied."""
    row = _own(attempt, by)
    if row.finished_at is None:
        row.finished_at = min(now, row.deadline)
        row.save(update_fields=["finished_at"])
    return row


def _own(attempt: Attempt, by: Person) -> Attempt:
    row = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
    if row.person_id != by.pk:
        raise PermissionDenied("别人的答题，谁也打不开。")
    return row
