"""What the screens of 知识竞答 show: the list, one quiz, a page of an attempt, what is left to answer, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils import timezone

from organisations.models import Person
from organisations.permissions import Act

from ..models import Attempt, AttemptAnswer, Quiz, QuizQuestion, QuizType
from .answering import PAGE, shown_order, why_not
from .bank import LETTERS
from .figures import QuizFigures, figures_of
from .holding import pool_of

BANK_PAGE = 50
MOST_LISTED = 50


@dataclass(frozen=True)
class QuizLine:
    """One line of the list."""

    quiz: Quiz
    look: str
    word: str
    taken: bool


class QuizList:
    """The quizzes of one reader: those that he may take part in, and those that he holds."""

    def __init__(self, reader: Person, now: datetime) -> None:
        self.reader, self.now = reader, now

    @property
    def holds(self) -> bool:
        """Whether he holds quizzes somewhere."""
        return self.reader.may(Act.EDIT_SURVEYS)

    @cached_property
    def _taken(self) -> set[int]:
        return set(Attempt.objects.owned_by(self.reader).values_list("quiz", flat=True))

    @cached_property
    def offered(self) -> list[QuizLine]:
        """Those that he may take part in, the one that closes last on top, and those that he took part in elsewhere before."""
        today = timezone.localdate(self.now)
        visible = Quiz.objects.visible_to(self.reader, today).filter(released_at__isnull=False)
        offered = Quiz.objects.offered_to(self.reader, today).order_by().values("pk")
        mine = visible.filter(pk__in=offered) | visible.filter(pk__in=self._taken)
        return [self._line(quiz) for quiz in mine.select_related("organisation__parent")[:MOST_LISTED]]

    @cached_property
    def held(self) -> list[QuizLine]:
        """Those that he holds."""
        if not self.holds:
            return []
        kept = Quiz.objects.manageable_by(self.reader).select_related("organisation__parent")
        return [self._line(quiz) for quiz in kept[:MOST_LISTED]]

    def _line(self, quiz: Quiz) -> QuizLine:
        return QuizLine(quiz, *quiz.state_name(self.now), quiz.pk in self._taken)


class QuizPage:
    """One quiz for one reader."""

    def __init__(self, quiz: Quiz, reader: Person, now: datetime) -> None:
        self.quiz, self.reader, self.now = quiz, reader, now

    @cached_property
    def holds(self) -> bool:
        """Whether the reader holds it."""
        return self.reader.may(Act.EDIT_SURVEYS, self.quiz.organisation)

    @property
    def state(self) -> tuple[str, str]:
        """(how it is drawn, word)."""
        return self.quiz.state_name(self.now)

    @cached_property
    def attempts(self) -> list[tuple[Attempt, bool]]:
        """The reader's own, each with whether it is over."""
        return [(one, one.is_over(self.now)) for one in self.quiz.attempts.owned_by(self.reader).order_by("number")]

    @property
    def running(self) -> Attempt | None:
        """The one that he is at."""
        return next((one for one, is_over in self.attempts if not is_over), None)

    @cached_property
    def takes_part(self) -> bool:
        """Whether he is one who takes part: whoever sees it without holding it is."""
        if not self.holds or self.attempts:
            return True
        offered = Quiz.objects.offered_to(self.reader, timezone.localdate(self.now))
        return offered.filter(pk=self.quiz.pk).exists()

    @cached_property
    def why_not(self) -> str:
        """Why he cannot begin now."""
        return why_not(self.quiz, self.reader, now=self.now)

    @cached_property
    def figures(self) -> QuizFigures | None:
        """For whoever holds it, once it is over."""
        return figures_of(self.quiz, now=self.now) if self.holds else None

    @cached_property
    def pool(self) -> int:
        """Among how many questions it draws now."""
        return pool_of(self.quiz).count()

    @property
    def may_take_back(self) -> bool:
        """Whether whoever holds it may take it back: nobody has begun."""
        return self.holds and not self.quiz.is_draft and not self.quiz.attempts.exists()


@dataclass(frozen=True)
class ShownChoice:
    """One choice as an attempt shows it."""

    letter: str
    place: int
    text: str
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True)
class ShownQuestion:
    """One question as an attempt shows it."""

    answer: AttemptAnswer
    choices: tuple[ShownChoice, ...]

    @property
    def question(self) -> QuizQuestion:
        """The question."""
        return self.answer.question

    @property
    def control(self) -> str:
        """The control by which it is answered."""
        return "checkbox" if self.question.type == QuizType.MULTIPLE else "radio"

    @property
    def mark(self) -> tuple[str, str]:
        """(how it is drawn, word) once the attempt is over."""
        if not self.answer.chosen:
            return "off", "没有答"
        return ("done", "答对了") if self.answer.is_right else ("late", "答错了")


def shown(attempt: Attempt, answer: AttemptAnswer) -> ShownQuestion:
    """A question of an attempt, its choices in the attempt's own order."""
    question = answer.question
    places = enumerate(shown_order(attempt, question))
    rows = (
        ShownChoice(LETTERS[at], place, question.choices[place], place in answer.chosen, place in question.answer)
        for at, place in places
    )
    return ShownQuestion(answer, tuple(rows))


class AttemptPage:
    """One page of a running attempt."""

    def __init__(self, attempt: Attempt, number: str | None, now: datetime) -> None:
        self.attempt, self.now = attempt, now
        self.page: Page = Paginator(attempt.answers.select_related("question").order_by("order"), PAGE).get_page(number)

    @property
    def questions(self) -> Iterator[ShownQuestion]:
        """Those of the page."""
        return (shown(self.attempt, answer) for answer in self.page)

    @property
    def orders(self) -> range:
        """The places of the questions of the page: what a sheet of this page may answer."""
        return range(self.page.start_index(), self.page.end_index() + 1)

    @property
    def minutes_left(self) -> int:
        """Whole minutes until the deadline, as the page was made."""
        return max(0, int((self.attempt.deadline - self.now).total_seconds() // 60))

    def chosen_in(self, sent: QueryDict) -> dict[int, list[str]]:
        """What a sheet of this page says, by the place of the question."""
        return {order: sent.getlist(f"q{order}") for order in self.orders}


class ReviewPage:
    """Before handing in: which are answered."""

    def __init__(self, attempt: Attempt, now: datetime) -> None:
        self.attempt, self.now = attempt, now

    @cached_property
    def places(self) -> list[tuple[int, int, bool]]:
        """(place, page on which it stands, whether it is answered)."""
        rows = self.attempt.answers.order_by("order").values_list("order", "chosen")
        return [(order, (order - 1) // PAGE + 1, bool(chosen)) for order, chosen in rows]

    @property
    def left(self) -> int:
        """How many are not answered."""
        return sum(not answered for _, _, answered in self.places)


def result_of(attempt: Attempt) -> list[ShownQuestion]:
    """Every question of an attempt that is over, with what was chosen and what is right."""
    return [shown(attempt, answer) for answer in attempt.answers.select_related("question").order_by("order")]


class QuestionBank:
    """The bank, for whoever holds quizzes."""

    def __init__(self, reader: Person, query: QueryDict) -> None:
        self.reader, self.query = reader, query

    @property
    def topic(self) -> str:
        """One topic; empty for all."""
        return self.query.get("topic", "")[:30]

    @cached_property
    def topics(self) -> list[str]:
        """What the filter offers."""
        seen = QuizQuestion.objects.visible_to(self.reader).standing()
        return list(seen.order_by("topic").values_list("topic", flat=True).distinct())

    @cached_property
    def page(self) -> Page:
        """The questions that are still drawn."""
        rows = QuizQuestion.objects.visible_to(self.reader).standing().select_related("organisation__parent")
        if self.topic:
            rows = rows.filter(topic=self.topic)
        return Paginator(rows.order_by("topic", "pk"), BANK_PAGE).get_page(self.query.get("page"))

    @cached_property
    def lines(self) -> list[tuple[QuizQuestion, str, bool]]:
        """(question, its right answer in words, whether the reader may change it)."""
        return [(row, right_words(row), self._keeps(row)) for row in self.page]

    def _keeps(self, row: QuizQuestion) -> bool:
        return row.organisation is not None and self.reader.may(Act.EDIT_SURVEYS, row.organisation)


def right_words(question: QuizQuestion) -> str:
    """The right answer in words."""
    return "；".join(question.choices[place] for place in question.answer)
