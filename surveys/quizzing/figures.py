"""What whoever holds a quiz reads: how many took part, and of each question how many were right. Nobody's name, no sum, no order.

Only once the quiz is over, so that no figure can be compared with itself a minute later; of each person the first attempt
alone, because after it the answers are known; and nothing that stands for fewer than five people (product rule 1 and 7).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from ..models import AttemptAnswer, Quiz, QuizQuestion

SMALLEST = 5


@dataclass(frozen=True)
class QuestionFigure:
    """Of those who drew a question, how many answered it rightly; None for both where they were fewer than five."""

    question: QuizQuestion
    asked: int | None
    right: int | None


@dataclass(frozen=True)
class QuizFigures:
    """All that is counted. ``took_part`` is None for fewer than five."""

    took_part: int | None
    questions: tuple[QuestionFigure, ...]

    @property
    def shown(self) -> list[QuestionFigure]:
        """Those that stand for enough people."""
        return [one for one in self.questions if one.asked is not None]

    @property
    def hidden(self) -> int:
        """How many questions do not."""
        return len(self.questions) - len(self.shown)


def figures_of(quiz: Quiz, *, now: datetime) -> QuizFigures | None:
    """The figures of ``quiz``; None until it is over."""
    if not quiz.is_over(now):
        return None
    took_part = quiz.attempts.filter(number=1).count()
    if took_part < SMALLEST:
        return QuizFigures(None, ())
    asked: dict[int, int] = defaultdict(int)
    right: dict[int, int] = defaultdict(int)
    first = AttemptAnswer.objects.filter(attempt__quiz=quiz, attempt__number=1)
    for question, is_right in first.values_list("question", "is_right"):
        asked[question] += 1
        right[question] += is_right
    questions = QuizQuestion.objects.filter(pk__in=asked).order_by("topic", "pk")
    return QuizFigures(took_part, tuple(_figure(one, asked[one.pk], right[one.pk]) for one in questions))


def _figure(question: QuizQuestion, asked: int, right: int) -> QuestionFigure:
    return QuestionFigure(question, asked, right) if asked >= SMALLEST else QuestionFigure(question, None, None)
