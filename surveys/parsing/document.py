"""The text as lines with their shapes, the notes made on each line, and the sections that came out of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from . import lines as roles
from .choices import boxes_first, inline_start, split_strokes, split_wide
from .drafts import Draft, RawSection
from .lines import Line
from .marks import take_marks
from .scales import is_ladder
from .shapes import CHINESE_STYLES, Shape, shape_of
from .shielding import clean

_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
INSTRUCTION = re.compile("(?:填[写答表报]|答题|作答|问卷)?(?:说明|须知|注意事项|要求)[:：]?$")
LONGEST_LINE = 1000
TOO_LONG = f"这一行超过 {LONGEST_LINE} 个字；请分成几行，一行一道题或者一组选项。"


@dataclass
class Document:
    """Everything that is known while a text is read."""

    raw: list[str]
    cleaned: list[str]
    shapes: list[Shape]
    following: list[Shape]
    following_text: list[str]
    is_numbered: bool
    roles: list[str]
    problems: list[str]
    sections: list[RawSection] = field(default_factory=list)
    introduction: list[str] = field(default_factory=list)
    has_title: bool = False

    @classmethod
    def of(cls, text: str) -> Document:
        """The document of a pasted text."""
        raw = _BREAKS.split(text)
        cleaned = [boxes_first(clean(line)) if len(line) <= LONGEST_LINE else "" for line in raw]
        shapes = [
            shape_of(line) if len(source) <= LONGEST_LINE else Shape("long")
            for line, source in zip(cleaned, raw, strict=True)
        ]
        after, texts = _following(shapes, cleaned)
        numbered = any(shape.kind == "number" and shape.style not in CHINESE_STYLES for shape in shapes)
        blank = [""] * len(raw)
        return cls(raw, cleaned, shapes, after, texts, numbered, list(blank), list(blank))

    @property
    def section(self) -> RawSection:
        """The section being read; the first one begins by itself."""
        if not self.sections:
            self.sections.append(RawSection())
        return self.sections[-1]

    @property
    def current(self) -> Draft | None:
        """The question being read."""
        return self.sections[-1].drafts[-1] if self.sections and self.sections[-1].drafts else None

    @property
    def is_instructing(self) -> bool:
        """Whether numbered lines say how to fill in: they stand below 填表说明 and before the first question."""
        if self.has_questions:
            return False
        titles = [section.title for section in self.sections[-1:]] or self.introduction
        return any(map(INSTRUCTION.fullmatch, titles))

    @property
    def has_questions(self) -> bool:
        """Whether any question was read."""
        return any(section.drafts for section in self.sections)

    def note(self, place: int, role: str, problem: str = "") -> None:
        """Say what a line is."""
        self.roles[place], self.problems[place] = role, problem

    def unknown(self, place: int, problem: str) -> None:
        """Say that a line was not understood, and what to write instead."""
        self.note(place, roles.UNKNOWN, problem)

    def lines(self) -> tuple[Line, ...]:
        """Every line with its role."""
        return tuple(
            Line(place + 1, text, role or roles.UNKNOWN, problem)
            for place, (text, role, problem) in enumerate(zip(self.raw, self.roles, self.problems, strict=True))
        )

    # What a line is, seen with its neighbours

    def row_follows(self, place: int) -> bool:
        """Whether the next line is a row of choices between strokes, or of five labels."""
        text = self.following_text[place]
        shape = self.following[place]
        if shape.kind not in ("plain", "table"):
            return False
        return (
            (" / " in text and len(split_strokes(text)) > 1)
            or is_ladder(split_wide(text))
            or is_ladder(split_strokes(text))
        )

    def looks_like_question(self, place: int, text: str) -> bool:
        """Whether a line without a number is a question all the same."""
        if not take_marks(text)[1].is_silent or inline_start(text) > 0:
            return True
        current = self.current
        settled = current is None or not current.awaits_choices or self._is_by_itself(current)
        if self.following[place].kind == "choice" and settled and len(text) <= 100:
            return not self._is_lone_choice(text)
        if re.search("[？?][ *]*$", text):
            return settled or not self.is_numbered
        if self.row_follows(place) and settled:
            return True
        return (
            bool(re.search("[：:][ *]*$|[_＿]{2,}", text))
            and not self.is_numbered
            and (settled or self._is_plainly_new(place, text))
        )

    def _is_by_itself(self, current: Draft) -> bool:
        return current.how == "plain"

    def _is_lone_choice(self, text: str) -> bool:
        """A wrapped line within lettered choices is none."""
        current = self.current
        return bool(current and current.how == "letter" and self.is_numbered)

    def _is_plainly_new(self, place: int, text: str) -> bool:
        return text.endswith(("：", ":")) and self.following[place].kind == "plain"

    def is_heading(self, place: int, shape: Shape) -> bool:
        """Whether a line numbered 一、 is the title of a section rather than a question."""
        text = shape.rest
        if not take_marks(text)[1].is_silent or re.search("[？?：:]$|[_＿]{2,}", text) or inline_start(text) > 0:
            return False
        following = self.following[place]
        if following.kind == "choice" or self.row_follows(place):
            return False
        if self.is_numbered:
            return True
        return following.kind == "number" and following.style in CHINESE_STYLES and following.style != shape.style


def _following(shapes: Sequence[Shape], cleaned: Sequence[str]) -> tuple[list[Shape], list[str]]:
    """For each line the shape and text of the next one that is not blank."""
    after, texts = [Shape("blank")] * len(shapes), [""] * len(shapes)
    shape, text = Shape("blank"), ""
    for place in range(len(shapes) - 1, -1, -1):
        after[place], texts[place] = shape, text
        if shapes[place].kind not in ("blank", "rule"):
            shape, text = shapes[place], cleaned[place]
    return after, texts
