"""The bank of questions that the product ships (`bank.toml`), and the two questionnaires made of it.

Everything but `load_bank` is pure.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps

from .questionnaire import AGREEMENT, Choice, Question, QuestionType

FOLDER = Path(__file__).parent
NAMES = {"思想动态": "thought.txt", "青年理论学习": "youth.txt"}
DIMENSIONS = ("政治认同", "理论学习", "意见回应", "组织关怀", "岗位发展", "工作负担", "文体生活", "机关氛围")


@dataclass(frozen=True)
class Entry:
    """One question of the bank under its topic."""

    topic: str
    question: Question

    @property
    def code(self) -> str:
        """Its stable code."""
        return self.question.code

    @property
    def dimension(self) -> str:
        """Its dimension; empty for a question that makes no mean."""
        return self.question.dimension

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen."""
        return self.question.choices


@cache
def entries() -> tuple[Entry, ...]:
    """All questions of the bank, in its order."""
    rows = tomllib.loads((FOLDER / "bank.toml").read_text(encoding="utf-8"))["question"]
    return tuple(_entry(row) for row in rows)


def by_words(words: str) -> Entry | None:
    """The entry whose text has just these letters and figures, or None."""
    return _by_words().get(words)


def by_code(code: str) -> Entry | None:
    """The entry with this code, or None."""
    return _by_code().get(code)


def shipped() -> dict[str, str]:
    """The questionnaires that the product ships: name → canonical text."""
    return {name: (FOLDER / "questionnaires" / file).read_text(encoding="utf-8") for name, file in NAMES.items()}


def load_bank() -> list[str]:
    """Bring the bank into the database; one line for each row made or changed, none when nothing changed.

    A question that left the file is retired, never deleted: its code stands in old surveys.
    """
    rows = apps.get_model("surveys", "BankQuestion")._default_manager
    changed = []
    for entry in entries():
        wanted = {
            "dimension": entry.dimension,
            "topic": entry.topic,
            "definition": _plain(entry.question),
            "is_retired": False,
        }
        row, made = rows.get_or_create(code=entry.code, defaults=wanted)
        if made:
            changed.append(f"+ {entry.code} {entry.question.text}")
        elif {name: getattr(row, name) for name in wanted} != wanted:
            rows.filter(pk=row.pk).update(**wanted)
            changed.append(f"~ {entry.code} {entry.question.text}")
    gone = rows.filter(is_retired=False).exclude(code__in=[entry.code for entry in entries()])
    changed += [f"- {code}" for code in gone.order_by("code").values_list("code", flat=True)]
    gone.update(is_retired=True)
    return changed


def _plain(question: Question) -> dict[str, Any]:
    """The definition as JSON gives it back: lists, no tuples."""
    row = asdict(question)
    return row | {"choices": list(row["choices"]), "statements": list(row["statements"])}


@cache
def _by_words() -> dict[str, Entry]:
    return {re.sub(r"[\W_]+", "", entry.question.text).casefold(): entry for entry in entries()}


@cache
def _by_code() -> dict[str, Entry]:
    return {entry.code: entry for entry in entries()}


def _entry(row: dict[str, Any]) -> Entry:
    kind = QuestionType(row["type"])
    labels = row.get("choices", AGREEMENT if kind == QuestionType.SCALE else ())
    codes = "12345" if kind == QuestionType.SCALE else "abcdefghijklmnopqrstuvwxyz"
    choices = tuple(_choice(code, label, kind) for code, label in zip(codes, labels, strict=False))
    attribute = row.get("attribute", False)
    question = Question(
        code=row["code"],
        type=kind.value,
        text=row["text"],
        choices=choices,
        required=row.get("required", kind != QuestionType.LONG),
        refusable=attribute,
        attribute=attribute,
        maximum=row.get("maximum", 0),
        low=row.get("low", ""),
        high=row.get("high", ""),
        dimension=row.get("dimension", ""),
        max_length=row.get("max_length", 0),
    )
    return Entry(row["topic"], question)


def _choice(code: str, label: str, kind: str) -> Choice:
    """A choice as the bank writes it: “其他____” asks for words, “以上都没有” of several rules out the others."""
    text = label.rstrip("_")
    alone = kind == QuestionType.MULTIPLE and text.startswith(("以上都", "没有", "都没有"))
    return Choice(code, text, other=text != label, exclusive=alone)
