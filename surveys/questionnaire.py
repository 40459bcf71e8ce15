"""A questionnaire as one value: sections, questions, choices. Read by the parser, the room, the tables and the pages.

It is kept whole as JSON in ``Survey.questionnaire`` and frozen with it (docs/decisions/0013). Answers are a plain
mapping from a key to a value: the key of a question is its code, that of a statement in a matrix ``code.statement``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models

REFUSED = "refused"
"""The value of a question answered by 不愿回答; it counts as given and stands in no percentage."""

Value = str | list[str]
"""One answer: the code of a choice ("3" on a scale, "0" to "10" on a rating), several codes, a text, or REFUSED."""

Answers = dict[str, Value]
"""All answers of one sheet, by the key of the question or statement."""


class QuestionType(models.TextChoices):
    """What a question asks for."""

    SINGLE = "single", "单选"
    MULTIPLE = "multiple", "多选"
    SCALE = "scale", "五级量表"
    MATRIX = "matrix", "矩阵量表"
    RATING = "rating", "0–10"
    SHORT = "short", "填空"
    LONG = "long", "简答"
    STATEMENT = "statement", "说明"


TEXT_TYPES = (QuestionType.SHORT, QuestionType.LONG)
AGREEMENT = ("很不符合", "不太符合", "一般", "比较符合", "非常符合")
RATINGS = tuple(str(number) for number in range(11))


@dataclass(frozen=True)
class Choice:
    """One answer to choose; `other` asks for words besides, `exclusive` rules out every other one (以上都没有)."""

    code: str
    text: str
    other: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class Statement:
    """One row of a matrix; `dimension` is the heading under which results put it together with others."""

    code: str
    text: str
    dimension: str = ""


@dataclass(frozen=True)
class ShowIf:
    """Ask only when the question `question` was answered by one of `choices` (codes)."""

    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question. `number` is what the author wrote or its place; `code` is stable from wave to wave."""

    code: str
    type: str
    text: str
    number: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    statements: tuple[Statement, ...] = ()
    required: bool = True
    # 不愿回答 is offered: always on a question about the person, otherwise where the author asks for it.
    refusable: bool = False
    # About the person (age, post …): published for the whole only, never by unit.
    attribute: bool = False
    # Of a MULTIPLE: how many at least and at most; 0 means no limit.
    minimum: int = 0
    maximum: int = 0
    # The ends of a RATING in words.
    low: str = ""
    high: str = ""
    dimension: str = ""
    max_length: int = 0
    show_if: ShowIf | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which its answers stand: none for a statement, one for each row of a matrix."""
        if self.type == QuestionType.STATEMENT:
            return ()
        if self.type == QuestionType.MATRIX:
            return tuple(f"{self.code}.{row.code}" for row in self.statements)
        return (self.code,)

    @property
    def other_key(self) -> str:
        """The key of the words beside 其他; empty without such a choice."""
        return f"{self.code}.other" if any(choice.other for choice in self.choices) else ""

    def get_type_display(self) -> str:
        """The type in Chinese."""
        return str(QuestionType(self.type).label)


@dataclass(frozen=True)
class Section:
    """Questions under one title; a page of the room begins with each."""

    title: str = ""
    text: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """What is asked, in order."""

    sections: tuple[Section, ...] = ()
    introduction: str = field(default="")

    @property
    def questions(self) -> Iterator[Question]:
        """Every question in order, sections aside."""
        for section in self.sections:
            yield from section.questions

    @property
    def asking(self) -> list[Question]:
        """The questions that want an answer: all but statements."""
        return [question for question in self.questions if question.type != QuestionType.STATEMENT]

    def question(self, code: str) -> Question | None:
        """The question with `code`, or None."""
        return next((question for question in self.questions if question.code == code), None)

    def to_json(self) -> dict[str, Any]:
        """As plain lists and dicts, for `Survey.questionnaire`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Questionnaire:
        """Back from `to_json`; an empty dict is an empty questionnaire."""
        sections = tuple(
            Section(part["title"], part["text"], tuple(_question(row) for row in part["questions"]))
            for part in data.get("sections", ())
        )
        return cls(sections, data.get("introduction", ""))


def _question(row: dict[str, Any]) -> Question:
    """One question out of its plain form."""
    show_if = row["show_if"]
    return Question(
        **row
        | {
            "choices": tuple(Choice(**choice) for choice in row["choices"]),
            "statements": tuple(Statement(**statement) for statement in row["statements"]),
            "show_if": ShowIf(show_if["question"], tuple(show_if["choices"])) if show_if else None,
        }
    )
