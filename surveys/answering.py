"""Reading what a respondent chose: one function for a page, the review and the submit, so that they cannot differ.

A field is called ``a.<key>``, the words beside 其他 ``a.<code>.other``. What is not asked is not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict

from .questionnaire import RATINGS, REFUSED, TEXT_TYPES, Answers, Question, QuestionType

PREFIX = "a."
LONGEST_SHORT, LONGEST_LONG, LONGEST_OTHER = 200, 2000, 100


@dataclass
class Given:
    """What was given: chosen answers, texts by key, and for each question that was not answered well one sentence."""

    answers: Answers = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(questions: Iterable[Question], data: QueryDict) -> Given:
    """What ``data`` answers to ``questions``. Errors are by question code; a refused question is answered."""
    given = Given()
    for question in questions:
        if question.type == QuestionType.STATEMENT:
            continue
        if question.type in TEXT_TYPES:
            _read_text(question, data, given)
        elif question.type == QuestionType.MULTIPLE:
            _read_several(question, data, given)
        else:
            _read_one(question, data, given)
        _read_other(question, data, given)
    return given


def limit_of(question: Question) -> int:
    """How many characters a text may have."""
    return question.max_length or (LONGEST_SHORT if question.type == QuestionType.SHORT else LONGEST_LONG)


def codes_of(question: Question) -> set[str]:
    """The values that may be chosen."""
    codes = set(RATINGS) if question.type == QuestionType.RATING else {choice.code for choice in question.choices}
    return codes | {REFUSED} if question.refusable else codes


def _read_text(question: Question, data: QueryDict, given: Given) -> None:
    text = _words(data.get(PREFIX + question.code, ""))
    if len(text) > limit_of(question):
        given.errors[question.code] = f"最多写 {limit_of(question)} 个字，现在有 {len(text)} 个。"
    elif not text and question.required:
        given.errors[question.code] = "请写几个字。"
    if text:
        given.texts[question.code] = text


def _read_one(question: Question, data: QueryDict, given: Given) -> None:
    codes, refused = codes_of(question), data.get(PREFIX + question.code) == REFUSED and question.refusable
    for key in question.keys:
        value = REFUSED if refused else data.get(PREFIX + key, "")
        if value in codes:
            given.answers[key] = value
    missing = len(question.keys) - sum(key in given.answers for key in question.keys)
    if missing and question.required:
        given.errors[question.code] = _choose(question, missing)


def _choose(question: Question, missing: int) -> str:
    """What to say of a question that was left open."""
    if question.type == QuestionType.MATRIX:
        return f"还有 {missing} 条没有选。"
    return "请选一项，不想说就选“不愿回答”。" if question.refusable else "请选一项。"


def _read_several(question: Question, data: QueryDict, given: Given) -> None:
    codes, asked = codes_of(question), data.getlist(PREFIX + question.code)
    chosen = [code for code in dict.fromkeys(asked) if code in codes]
    if REFUSED in chosen:
        given.answers[question.code] = REFUSED
        return
    if chosen:
        # In the order of the questionnaire: the order of tapping is nobody's business.
        order = [choice.code for choice in question.choices]
        given.answers[question.code] = sorted(chosen, key=order.index)
    if sentence := _about_several(question, chosen):
        given.errors[question.code] = sentence


def _about_several(question: Question, chosen: list[str]) -> str:
    """What is wrong with several choices; empty when nothing is."""
    alone = [choice.text for choice in question.choices if choice.exclusive and choice.code in chosen]
    if alone and len(chosen) > 1:
        return f"选了“{alone[0]}”就不能再选别的。"
    if question.maximum and len(chosen) > question.maximum:
        return f"最多选 {question.maximum} 项，现在选了 {len(chosen)} 项。"
    if not chosen:
        return "请至少选一项。" if question.required else ""
    if not alone and len(chosen) < question.minimum:
        return f"至少选 {question.minimum} 项。"
    return ""


def _read_other(question: Question, data: QueryDict, given: Given) -> None:
    """The words beside 其他, where it was chosen."""
    chosen = given.answers.get(question.code, "")
    others = {choice.code for choice in question.choices if choice.other}
    if not others & set(chosen if isinstance(chosen, list) else [chosen]):
        return
    text = _words(data.get(PREFIX + question.other_key, ""))
    if len(text) > LONGEST_OTHER:
        given.errors[question.code] = f"“其他”最多写 {LONGEST_OTHER} 个字，现在有 {len(text)} 个。"
    if text:
        given.texts[question.other_key] = text


def _words(typed: str) -> str:
    """What was typed, with plain line ends and nothing around it."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()
