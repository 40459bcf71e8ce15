"""Quizzes for tests, made through the verbs: nine small questions, and a quiz that draws six of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from organisations.models import Person
from surveys.models import Attempt, Quiz, QuizQuestion
from surveys.quizzing import answering, bank, holding
from surveys.quizzing.bank import Asked
from surveys.quizzing.holding import Planned
from tests import make
from tests.conftest import TODAY, City

NOW = make.moment(TODAY)
ENDS = NOW + timedelta(days=2)


def asked(number: int, **different: Any) -> Asked:
    """A question by its number: every third is a 多选, every third a 判断."""
    kinds = (("single", ("甲", "乙", "丙", "丁"), (1,)), ("multiple", ("甲", "乙", "丙"), (0, 2)), ("judge", (), (0,)))
    kind, choices, answer = kinds[number % 3]
    values: dict[str, Any] = {
        "topic": "三会一课",
        "type": kind,
        "text": f"第{number}个问题",
        "choices": choices,
        "answer": answer,
    }
    return Asked(**(values | {"explanation": f"出处{number}"} | different))


def questions(city: City, size: int = 9, **different: Any) -> list[QuizQuestion]:
    """So many questions of the organ's."""
    return [bank.add(asked(number, **different), organisation=city.finance, by=city.office) for number in range(size)]


def draft(city: City, *, by: Person | None = None, **different: Any) -> Quiz:
    """Not released yet. ``organisation``: the finance bureau."""
    values: dict[str, Any] = {
        "organisation": city.finance,
        "title": "条例知识竞答",
        "opens_at": NOW,
        "closes_at": ENDS,
        "drawn": 6,
        "minutes": 10,
    }
    return holding.begin(Planned(**(values | different)), by=by or city.office)


def open_quiz(city: City, size: int = 9, **different: Any) -> Quiz:
    """Released and open."""
    questions(city, size)
    return holding.release(draft(city, **different), by=city.office, now=NOW)


def begun(city: City, by: Person | None = None, quiz: Quiz | None = None, *, now: datetime = NOW) -> Attempt:
    """Somebody has begun: the plain member unless said otherwise."""
    return answering.begin(quiz or open_quiz(city), by=by or city.member, now=now)


def answer_all(attempt: Attempt, *, rightly: bool = True, now: datetime = NOW) -> None:
    """Answer every question, rightly or wrongly."""
    rows = {row.order: row.question for row in attempt.answers.select_related("question")}
    chosen = {order: [str(place) for place in one.answer] for order, one in rows.items()}
    if not rightly:
        chosen = {order: [str((one.answer[0] + 1) % len(one.choices))] for order, one in rows.items()}
    answering.save(attempt, chosen, by=attempt.person, now=now)


def finished(city: City, by: Person, quiz: Quiz, *, rightly: bool = True) -> Attempt:
    """Somebody has taken part."""
    attempt = begun(city, by, quiz)
    answer_all(attempt, rightly=rightly)
    return answering.finish(attempt, by=by, now=NOW)


def addresses(city: City) -> dict[str, list[object]]:
    """What the addresses take: a draft, a released quiz that nobody has begun, one that the member is at, one that he finished."""
    questions(city)
    planned, *drafts = draft(city), draft(city), draft(city, title="答过的", attempts_allowed=2)
    fresh, taken = (holding.release(quiz, by=city.office, now=NOW) for quiz in drafts)
    finished(city, city.member, taken)
    running = begun(city, city.member, taken)
    question = QuizQuestion.objects.filter(organisation=city.finance).earliest("pk")
    rows = {planned: ("edit", "release", "delete"), fresh: ("start", "take-back")}
    return {
        **{f"quiz-{name}": [quiz.pk] for quiz, names in rows.items() for name in names},
        **{f"quiz-{name}": [taken.pk, running.number] for name in ("attempt", "review", "finish")},
        "quiz": [taken.pk],
        "quiz-result": [taken.pk, 1],
        "quiz-question-edit": [question.pk],
        "quiz-question-retire": [question.pk],
    }
