"""What the parser gives: every line of the text with the part it plays, and the questionnaire."""

from __future__ import annotations

from dataclasses import dataclass

from surveys.questionnaire import Questionnaire

BLANK, TITLE, INTRODUCTION, SECTION = "blank", "title", "introduction", "section"
QUESTION, CHOICE, STATEMENT, ENDS, NOTE, UNKNOWN = "question", "choice", "statement", "ends", "note", "unknown"


@dataclass(frozen=True)
class Line:
    """One line; `problem` says in Chinese what to write instead, and is empty when the line was understood."""

    number: int
    text: str
    role: str
    problem: str = ""


@dataclass(frozen=True)
class Parsed:
    """A text as it was understood: no line is left out."""

    questionnaire: Questionnaire
    lines: tuple[Line, ...]

    @property
    def unrecognised(self) -> list[Line]:
        """The lines that want changing before a launch."""
        return [line for line in self.lines if line.problem]

    @property
    def title(self) -> str:
        """The title that stands above the questions; empty when there is none."""
        return next((line.text.strip() for line in self.lines if line.role == TITLE), "")
