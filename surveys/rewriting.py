"""Changes that a button makes in the text of a draft: the type of one question, questions of the bank behind the last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from organisations.models import Person

from .authoring import save_text, shown_text
from .models import BankQuestion, Survey
from .parsing import Parsed, parse, write
from .parsing.lines import QUESTION
from .parsing.marks import CLOSE, OPEN, type_named
from .questionnaire import Question, Questionnaire, QuestionType, Section

_BRACKET = re.compile(f"([{re.escape(OPEN)}])([^{re.escape(OPEN + CLOSE)}]*)([{re.escape(CLOSE)}])")
_PART = re.compile("([，,；;、|])")
# A question may become one of those that are written alike: the lines below it keep their meaning.
ALIKE: tuple[tuple[str, ...], ...] = (
    (QuestionType.SINGLE, QuestionType.MULTIPLE),
    (QuestionType.SCALE, QuestionType.RATING),
    (QuestionType.SHORT, QuestionType.LONG),
)
IN_WORDS = "这道题的题型在原文里写得不一样，这里改不了，请改原文。"


def alike(type: str) -> tuple[str, ...]:
    """The types that a question of ``type`` may be given without touching the lines below it."""
    return next((group for group in ALIKE if type in group), (type,))


@transaction.atomic
def retype(survey: Survey, *, place: int, type: str, opened: str, by: Person, today: date) -> None:
    """Write another type into the mark of the question at ``place`` (from 1). ValidationError where the text does not allow it."""
    parsed = parse(shown_text(survey))
    lines = [line.text for line in parsed.lines]
    number = _line_of(parsed, place)
    if type not in alike(list(parsed.questionnaire.questions)[place - 1].type):
        raise ValidationError(IN_WORDS)
    lines[number] = with_type(lines[number], type)
    text = "\n".join(lines)
    asked = list(parse(text).questionnaire.questions)
    if len(asked) < place or asked[place - 1].type != type:
        raise ValidationError(IN_WORDS)
    save_text(survey, text, opened=opened, by=by, today=today)


def with_type(line: str, type: str) -> str:
    """The line of a question with ``type`` in its brackets: where one stood, else at the end."""
    label = str(QuestionType(type).label)
    for found in _BRACKET.finditer(line):
        parts = _PART.split(found[2])
        named = [place for place, part in enumerate(parts) if type_named(part)]
        if named:
            parts[named[0]] = label
            return f"{line[: found.start(2)]}{''.join(parts)}{line[found.end(2) :]}"
    return f"{line.rstrip()}（{label}）"


@transaction.atomic
def add_from_bank(survey: Survey, rows: Sequence[BankQuestion], *, opened: str, by: Person, today: date) -> int:
    """Put questions of the bank behind the text, with their codes. How many they were. ValidationError as ``save_text``."""
    text = shown_text(survey)
    asked = parse(text).questionnaire
    used = {question.code for question in asked.questions}
    fresh = [row for row in rows if row.code not in used]
    first = len(asked.asking) + 1
    questions = [replace(_question(row), number=str(first + place)) for place, row in enumerate(fresh)]
    added = write(Questionnaire((Section(questions=tuple(questions)),))) if questions else ""
    save_text(survey, f"{text}\n{added}" if text else added, opened=opened, by=by, today=today)
    return len(fresh)


def _question(row: BankQuestion) -> Question:
    """The question, asked of everybody: what it depends on elsewhere is not here."""
    section = {"title": "", "text": "", "questions": [row.as_json()]}
    return replace(next(Questionnaire.from_json({"sections": [section]}).questions), show_if=None)


def _line_of(parsed: Parsed, place: int) -> int:
    """The index of the line on which the question at ``place`` stands. ValidationError where there is none."""
    found = [index for index, line in enumerate(parsed.lines) if line.role == QUESTION]
    if not 1 <= place <= len(found) or len(found) != len(list(parsed.questionnaire.questions)):
        raise ValidationError(IN_WORDS)
    return found[place - 1]
