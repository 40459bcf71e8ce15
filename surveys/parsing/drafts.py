"""A question while its lines are being read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from surveys.questionnaire import TEXT_TYPES, QuestionType

from .choices import RawChoice, is_refusal, joined, read_choice
from .conditions import Condition
from .marks import Marks, take_marks
from .scales import is_ladder, without_boxes
from .shielding import bare

_DEGREES = re.compile(
    "符合程度|同意程度|赞同程度|满意程度|认同程度|多大程度|是否符合|是否同意|是否认同|说法.{0,8}(?:符合|同意|感受)|各[项方]面?.{0,8}(?:评价|满意)"
)
CHOOSING = (QuestionType.SINGLE, QuestionType.MULTIPLE)


@dataclass
class RawStatement:
    """One row of a matrix as it was read."""

    text: str
    dimension: str | None = None
    code: str = ""


@dataclass
class Draft:
    """One question with everything that its lines gave. `how` says how its choices were written."""

    line: int
    text: str
    number: str = ""
    style: str = ""
    marks: Marks = field(default_factory=Marks)
    choices: list[RawChoice] = field(default_factory=list)
    statements: list[RawStatement] = field(default_factory=list)
    hint: list[str] = field(default_factory=list)
    how: str = ""
    low: str = ""
    high: str = ""
    has_room: bool = False
    has_figures: str = ""
    has_refusal: bool = False
    default_type: str = ""
    sub_style: str = ""
    sub_last: int = 0

    @property
    def type(self) -> str:
        """The type that was written, on it or above its section; empty when none was."""
        return self.marks.type or self.default_type

    @property
    def is_text(self) -> bool:
        """Whether it asks for words."""
        return self.type in TEXT_TYPES or (not self.type and self.has_room and not self.choices)

    @property
    def is_matrix_like(self) -> bool:
        """Whether rows below it would be statements."""
        if self.type in (QuestionType.MATRIX, QuestionType.SCALE):
            return True
        row = self.how == "row" and is_ladder([choice.text for choice in self.choices])
        return not self.type and (row or bool(self.statements) or bool(_DEGREES.search(self.text)))

    @property
    def is_rating(self) -> bool:
        """Whether it asks for 0 to 10."""
        return self.type == QuestionType.RATING or self.has_figures == "10"

    @property
    def awaits_choices(self) -> bool:
        """Whether choices are still to come."""
        return not self.choices and not self.statements and not self.is_text and not self.is_rating

    @property
    def is_bare(self) -> bool:
        """Whether nothing but words was read: it may have been a heading."""
        return self.marks.is_silent and self.awaits_choices and not self.hint and not re.search("[？?]$", self.text)

    def add_choices(self, pieces: list[str], how: str) -> None:
        """Take choices; 不愿回答 among them is offered by the room itself."""
        self.how = self.how or how
        for piece in pieces:
            if is_refusal(piece):
                self.has_refusal = True
            elif (choice := read_choice(piece)).text:
                self.choices.append(choice)

    def add_statement(self, text: str) -> None:
        """Take a row of the matrix."""
        kept, marks = take_marks(without_boxes(text)[0])
        self.statements.append(RawStatement(bare(joined(kept.strip("；;\t "))), marks.dimension, marks.code))

    def add_condition(self, condition: Condition | None) -> None:
        """Take when it is asked; what stands on the question itself goes first."""
        self.marks.condition = self.marks.condition or condition


@dataclass
class RawSection:
    """Questions under one title, while they are read."""

    title: str = ""
    text: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    default_type: str = ""
