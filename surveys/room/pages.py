"""What a page of the room shows: the questions with what was given, and everything given elsewhere carried along.

Nothing is kept on the server between two pages: each form holds all answers so far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.http import QueryDict

from .. import paths
from ..answering import PREFIX, Given, limit_of, read
from ..models import Survey
from ..questionnaire import RATINGS, REFUSED, TEXT_TYPES, Question, QuestionType

REFUSAL = "不愿回答"


@dataclass(frozen=True)
class Option:
    """One thing to tap."""

    id: str
    name: str
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One statement of a matrix, or the one scale of a question."""

    id: str
    text: str
    options: list[Option]


@dataclass
class Asked:
    """One question as it is drawn."""

    question: Question
    number: str
    data: QueryDict
    error: str = ""

    @property
    def kind(self) -> str:
        """Which fragment draws it."""
        return {"short": "text", "long": "text", "matrix": "scale"}.get(self.question.type, self.question.type)

    @property
    def id(self) -> str:
        """Its id in the page."""
        return f"q-{self.question.code}"

    @property
    def text(self) -> str:
        """What was written, of a text question."""
        return self.data.get(PREFIX + self.question.code, "")

    @property
    def limit(self) -> int:
        """How many characters may be written."""
        return limit_of(self.question)

    @property
    def optional(self) -> bool:
        """True where it may be left open."""
        return not self.question.required and self.question.type != QuestionType.STATEMENT

    @property
    def hint(self) -> str:
        """How many may be chosen, in words."""
        question = self.question
        if question.hint or question.type != QuestionType.MULTIPLE:
            return question.hint
        if question.minimum and question.maximum:
            same = question.minimum == question.maximum
            return f"选 {question.maximum} 项" if same else f"可多选，{question.minimum} 至 {question.maximum} 项"
        if question.maximum:
            return f"可多选，最多 {question.maximum} 项"
        return f"可多选，至少 {question.minimum} 项" if question.minimum > 1 else "可多选"

    @property
    def options(self) -> list[Option]:
        """The choices of a single or multiple question, 不愿回答 at the end."""
        pairs = [(choice.code, choice.text) for choice in self.question.choices]
        pairs += [(REFUSED, REFUSAL)] * self.question.refusable
        return self._options(self.question.code, pairs)

    @property
    def ratings(self) -> list[Option]:
        """0 to 10."""
        return self._options(self.question.code, [(rating, rating) for rating in RATINGS])

    @property
    def rows(self) -> list[Row]:
        """The rows of a matrix; a scale has one."""
        pairs = [(choice.code, choice.text) for choice in self.question.choices]
        if self.question.type == QuestionType.SCALE:
            return [Row(self.id, "", self._options(self.question.code, pairs))]
        return [
            Row(f"{self.id}-{row.code}", row.text, self._options(f"{self.question.code}.{row.code}", pairs))
            for row in self.question.statements
        ]

    @property
    def refusal(self) -> Option | None:
        """不愿回答 beside a scale or a rating, for all its rows at once."""
        if not self.question.refusable:
            return None
        return self._options(self.question.code, [(REFUSED, REFUSAL)], "refused")[0]

    @property
    def other(self) -> tuple[str, str]:
        """Name and words of the field beside 其他; empty without one."""
        key = self.question.other_key
        return (PREFIX + key, self.data.get(PREFIX + key, "")) if key else ("", "")

    def _options(self, key: str, pairs: list[tuple[str, str]], mark: str = "") -> list[Option]:
        given = self.data.getlist(PREFIX + key)
        return [
            Option(f"q-{key}-{mark or place}", PREFIX + key, value, text, value in given)
            for place, (value, text) in enumerate(pairs)
        ]


@dataclass
class Answered:
    """One line of the review."""

    number: str
    text: str
    answer: str
    page: int


@dataclass
class Sheet:
    """A sheet on its way: the survey, the form as posted, and the walk through its pages."""

    survey: Survey
    data: QueryDict
    errors: dict[str, str] = field(default_factory=dict)

    @cached_property
    def pages(self) -> list[paths.Page]:
        """All pages, those that show nothing now included: a page keeps its number."""
        return paths.pages(self.survey.asked)

    @cached_property
    def _walk(self) -> list[tuple[list[Question], Given]]:
        """For each page what it asks, given the pages before, and what was given. What is asked nowhere is dropped."""
        walk: list[tuple[list[Question], Given]] = []
        answers: dict[str, str | list[str]] = {}
        for page in self.pages:
            asked = paths.visible(page.questions, answers)
            given = read(asked, self.data)
            answers |= given.answers
            walk.append((asked, given))
        return walk

    def asked_on(self, number: int) -> list[Question]:
        """What page ``number`` asks."""
        return self._walk[number][0]

    def given_on(self, number: int) -> Given:
        """What was given on page ``number``."""
        return self._walk[number][1]

    def forward(self, number: int) -> int | None:
        """The first page from ``number`` on that asks something; None when the review follows."""
        return next((place for place in range(number, len(self.pages)) if self.asked_on(place)), None)

    def back(self, number: int) -> int | None:
        """The last page before ``number`` that asks something; None when the beginning is before."""
        return next((place for place in reversed(range(min(number, len(self.pages)))) if self.asked_on(place)), None)

    def backward(self, number: int) -> int | None:
        """Page ``number`` or the nearest before it that asks something, else the first that does."""
        found = self.back(number + 1)
        return self.forward(0) if found is None else found

    @cached_property
    def given(self) -> Given:
        """Everything given, with everything that is wrong."""
        whole = Given()
        for _, given in self._walk:
            whole.answers |= given.answers
            whole.texts |= given.texts
            whole.errors |= given.errors
        return whole

    def first_wrong(self) -> int | None:
        """The first page with something wrong."""
        return next((place for place, (_, given) in enumerate(self._walk) if given.errors), None)

    def asked(self, number: int) -> list[Asked]:
        """The questions of a page as they are drawn."""
        return [
            Asked(question, self._numbers[question.code], self.data, self.errors.get(question.code, ""))
            for question in self.asked_on(number)
        ]

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The author's number, else the place among what is asked."""
        numbers = {}
        for place, question in enumerate(self.survey.asked.asking, 1):
            numbers[question.code] = question.number or str(place)
        return {question.code: numbers.get(question.code, "") for question in self.survey.asked.questions}

    def carried(self, number: int | None) -> Iterator[tuple[str, str]]:
        """Every field that page ``number`` does not draw itself (all of them, for None): name and value."""
        drawn = set() if number is None else set(_names(self.asked_on(number)))
        for name, values in self.data.lists():
            if name.startswith(PREFIX) and name not in drawn:
                yield from ((name, str(value)) for value in values)

    def review(self) -> list[Answered]:
        """Every question that was asked with its answer in words, in order."""
        lines = []
        for place, (asked, given) in enumerate(self._walk):
            for question in asked:
                lines += [
                    Answered(self._numbers[question.code], text, answer, place)
                    for text, answer in _in_words(question, given)
                ]
        return lines


def _names(questions: list[Question]) -> Iterator[str]:
    for question in questions:
        yield from (PREFIX + key for key in (question.code, *question.keys, question.other_key))


def _in_words(question: Question, given: Given) -> list[tuple[str, str]]:
    """The question (or each of its rows) and what was chosen; — where nothing was."""
    if question.type == QuestionType.STATEMENT:
        return []
    if question.type in TEXT_TYPES:
        return [(question.text, given.texts.get(question.code, "没有写"))]
    words = {choice.code: choice.text for choice in question.choices} | {REFUSED: REFUSAL}
    if question.type == QuestionType.RATING:
        words |= {rating: f"{rating} 分" for rating in RATINGS}
    texts = {f"{question.code}.{row.code}": row.text for row in question.statements}
    lines = []
    for key in question.keys:
        value = given.answers.get(key, "")
        chosen = value if isinstance(value, list) else [value]
        said = "、".join(words[code] for code in chosen if code in words)
        other = given.texts.get(question.other_key, "")
        lines.append((texts.get(key, question.text), (f"{said}：{other}" if other else said) or "没有选"))
    return lines
