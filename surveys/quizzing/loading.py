"""The questions that the product ships (surveys/quiz_bank.toml): read, proven, and put into the bank."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ..models import AttemptAnswer, QuizQuestion, QuizType
from .bank import LETTERS, Asked, checked
from .pasting import RIGHT_WORDS

SHIPPED = Path(__file__).resolve().parent.parent / "quiz_bank.toml"


def shipped_questions(path: Path = SHIPPED) -> dict[str, Asked]:
    """Code → question. ValidationError that names the question in which something is wrong."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["question"]
    found: dict[str, Asked] = {}
    for row in rows:
        code = row.pop("code")
        if code in found:
            raise ValidationError(f"题目 {code} 写了两次。")
        found[code] = _read(code, row)
    return found


def _read(code: str, row: dict[str, Any]) -> Asked:
    answer = row["answer"]
    judged = row["type"] == QuizType.JUDGE
    places = (RIGHT_WORDS[answer],) if judged else tuple(LETTERS.index(letter) for letter in answer)
    asked = Asked(**row | {"choices": tuple(row["choices"]), "answer": places})
    try:
        checked(asked)
    except ValidationError as refusal:
        raise ValidationError(f"题目 {code}：{''.join(refusal.messages)}") from refusal
    return asked


@transaction.atomic
def load(questions: dict[str, Asked]) -> tuple[int, int, int]:
    """Make the bank say what ``questions`` say: (new, changed, drawn no more). What was drawn before stays as it was."""
    there = {row.code: row for row in QuizQuestion.objects.filter(code__isnull=False)}
    new = changed = 0
    for code, asked in questions.items():
        values, row = checked(asked), there.get(code)
        if row is None:
            QuizQuestion.objects.create(code=code, **values)
            new += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            _replace(row, values)
            changed += 1
    gone = [row for code, row in there.items() if code not in questions and not row.is_retired]
    QuizQuestion.objects.filter(pk__in=[row.pk for row in gone]).update(is_retired=True)
    return new, changed, len(gone)


def _replace(row: QuizQuestion, values: dict[str, Any]) -> None:
    """Write anew what nobody answered yet; otherwise put another in its place under its code."""
    code = row.code
    if AttemptAnswer.objects.filter(question=row).exists():
        row.code, row.is_retired = None, True
        row.save(update_fields=["code", "is_retired"])
        row = QuizQuestion(code=code)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
