"""Which question a condition or a jump means, and what must have been chosen there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from surveys.questionnaire import Question, QuestionType, ShowIf

from . import lines as roles
from .choices import CIRCLED
from .conditions import END, Condition
from .document import Document
from .drafts import Draft

NO_TARGET = "“只在某题选了某项才问”没认出来：没有这道题或这个选项；写成“（第 4 题选“轮岗”时才问）”。"
NO_JUMP = "跳题没认出来；请在被跳过的题目后面写“（第 4 题选“是”时才问）”。"

Built = list[tuple[int, Draft, Question]]
"""Every question with the place of its section and the draft that it came from, in order."""


class Numbers:
    """Finds the question that a number means: in its own section before, else before, else behind; a code works too."""

    def __init__(self, questions: Sequence[tuple[int, Question]]) -> None:
        self._by_number: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._by_code: dict[str, int] = {}
        for place, (section, question) in enumerate(questions):
            if question.number:
                self._by_number[question.number].append((place, section))
            self._by_code.setdefault(question.code, place)

    def find(self, number: str, place: int, section: int) -> int | None:
        """The place of the question called `number`, asked from the question at `place`; None when there is none."""
        if not number:
            return place - 1 if place else None
        named = [(at, within) for at, within in self._by_number.get(number, ())[:400] if at != place]
        before = [at for at, _ in named if at < place]
        own = [at for at, within in named if at < place and within == section]
        if named:
            return (own or before or [named[0][0]])[-1]
        return self._by_code.get(number)


def link(document: Document, built: Built) -> list[Question]:
    """The questions with their conditions; one that leads nowhere is said on its line."""
    numbers = Numbers([(section, question) for section, _, question in built])
    questions = [question for _, _, question in built]
    for place, (section, draft, _) in enumerate(built):
        if condition := draft.marks.condition:
            show_if = _resolve(condition, numbers.find(condition.number, place, section), questions)
            if show_if is None:
                document.note(draft.line, roles.QUESTION, NO_TARGET)
            else:
                questions[place] = replace(questions[place], show_if=show_if)
    for place, (_, draft, _) in enumerate(built):
        if any(choice.jump for choice in draft.choices):
            _jump(document, built, questions, numbers, place)
    return questions


def targets_of(condition: Condition, question: Question) -> list[str]:
    """The codes of the choices that a condition names; one that is not there is left out."""
    texts = {choice.text: choice.code for choice in reversed(question.choices)}
    found = []
    for target in condition.targets:
        place = _place(target.words)
        if target.is_quoted and target.words in texts:
            found.append(texts[target.words])
        elif place is not None and place < len(question.choices):
            found.append(question.choices[place].code)
    return found


def _place(words: str) -> int | None:
    """The place that a letter, a figure in a circle or a number means."""
    if words.isascii() and words.isdigit():
        return int(words) - 1 if int(words) else None
    if len(words) == 1 and "A" <= words <= "Z":
        return ord(words) - ord("A")
    return CIRCLED.index(words) if words and words in CIRCLED else None


def _resolve(condition: Condition, at: int | None, questions: Sequence[Question]) -> ShowIf | None:
    if at is None:
        return None
    found = targets_of(condition, questions[at])
    if len(found) < len(condition.targets):
        return None
    return ShowIf(questions[at].code, tuple(dict.fromkeys(found)))


def _jump(document: Document, built: Built, questions: list[Question], numbers: Numbers, place: int) -> None:
    """请跳至第 5 题 beside a choice: what lies between is asked after the other choices only."""
    section, draft, question = built[place]
    ends = [_lands(choice.jump, numbers, place, section, len(built)) for choice in draft.choices]
    if question.type != QuestionType.SINGLE or len(ends) != len(question.choices) or None in ends:
        document.note(draft.line, roles.QUESTION, NO_JUMP)
        return
    landing = [end for end in ends if end is not None]
    for between in range(place + 1, max(landing)):
        asked = tuple(_codes(question, landing, between))
        if questions[between].show_if is not None or not asked:
            document.note(built[between][1].line, roles.QUESTION, NO_JUMP)
        elif len(asked) < len(question.choices):
            questions[between] = replace(questions[between], show_if=ShowIf(question.code, asked))


def _codes(question: Question, landing: Sequence[int], between: int) -> Iterator[str]:
    for choice, end in zip(question.choices, landing, strict=True):
        if end <= between:
            yield choice.code


def _lands(jump: str, numbers: Numbers, place: int, section: int, length: int) -> int | None:
    """Where a choice leads: the next question without a jump; None when it leads backwards or nowhere."""
    if not jump:
        return place + 1
    if jump == END:
        return length
    at = numbers.find(jump, length, section)
    return at if at is not None and at > place else None
