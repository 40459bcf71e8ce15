"""One question in the canonical form: its line with the marks, then what stands below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from surveys.questionnaire import AGREEMENT, TEXT_TYPES, Choice, Question, QuestionType, ShowIf, Statement

from . import codes, defaults
from .choices import BOXES, CIRCLED, is_alone
from .drafts import CHOOSING
from .linking import Numbers
from .scales import is_descending
from .shielding import quote

TYPE_MARKS = {
    QuestionType.SINGLE: "单选",
    QuestionType.MULTIPLE: "多选",
    QuestionType.SCALE: "五级",
    QuestionType.MATRIX: "五级",
    QuestionType.RATING: "0–10",
    QuestionType.SHORT: "填空",
    QuestionType.LONG: "简答",
    QuestionType.STATEMENT: "说明",
}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AWKWARD = set('“”"「」『』（）()[]【】〔〕［］`.．、:：') | set(BOXES + CIRCLED)

Spell = Callable[[str], str]


def question_lines(question: Question, section: str, condition: str, *, is_marked: bool, spell: Spell) -> Iterator[str]:
    """Yield the lines of a question; `spell` writes a text, plain or quoted. `is_marked`: with its code."""
    number = f"{question.number}、" if "." in question.number else f"{question.number}. " if question.number else ""
    marks = "，".join([*_marks(question, section), *([condition] if condition else [])])
    yield f"{number}{spell(question.text)}（{marks}）{_names(question, is_marked=is_marked)}"
    if question.hint:
        yield f"说明：{spell(question.hint)}"
    if question.type in CHOOSING:
        yield from _choices(question, spell)
    elif question.type in (QuestionType.SCALE, QuestionType.MATRIX):
        yield from _scale(question, spell)
    elif question.low or question.high:
        yield (
            f"两端：{quote(question.low)}，{quote(question.high)}"
            if spell is quote
            else f"两端：{question.low}，{question.high}"
        )


def condition_words(
    show_if: ShowIf | None, questions: Sequence[Question], numbers: Numbers, place: int, section: int, *, spell: Spell
) -> str:
    """第 4 题选“…”时才问; empty without a condition. The number where it leads to the question, else the code."""
    at = next((at for at, one in enumerate(questions) if show_if and one.code == show_if.question), None)
    if show_if is None or at is None:
        return ""
    target = questions[at]
    name = target.number if target.number and numbers.find(target.number, place, section) == at else target.code
    return f"第 {name} 题选{'、'.join(_target(code, target.choices, spell) for code in show_if.choices)}时才问"


def _target(code: str, choices: Sequence[Choice], spell: Spell) -> str:
    """One choice of a condition: its words, or its letter where the words are awkward."""
    place = next((at for at, choice in enumerate(choices) if choice.code == code), 0)
    text = choices[place].text if choices else ""
    unique = sum(choice.text == text for choice in choices) == 1
    if place < len(_LETTERS) and (spell is quote or not unique or len(text) > 80 or _AWKWARD & set(text)):
        return _LETTERS[place]
    return f"“{text}”"


def _marks(question: Question, section: str) -> Iterator[str]:
    kind = question.type
    yield TYPE_MARKS[QuestionType(kind)] if kind != QuestionType.MATRIX or question.statements else "矩阵"
    if question.minimum or question.maximum:
        yield _limits(question.minimum, question.maximum)
    if kind != QuestionType.STATEMENT and question.required != defaults.is_required(kind):
        yield "必答" if question.required else "选填"
    elif kind in TEXT_TYPES:
        yield "选填"
    if question.max_length:
        yield f"{question.max_length} 字以内"
    if question.attribute != defaults.is_attribute(kind, question.text, section):
        yield "身份题" if question.attribute else "非身份题"
    if question.refusable != question.attribute:
        yield "可以不愿回答" if question.refusable else "不设不愿回答"
    labels = [choice.text for choice in question.choices]
    if kind in (QuestionType.SCALE, QuestionType.MATRIX) and labels and is_descending(labels):
        yield "正序"


def _limits(minimum: int, maximum: int) -> str:
    if minimum and maximum:
        return f"选 {minimum}–{maximum} 项"
    return f"最多选 {maximum} 项" if maximum else f"至少选 {minimum} 项"


def _names(question: Question, *, is_marked: bool) -> str:
    return _dimension(question.text, question.dimension) + (f"【编码：{question.code}】" if is_marked else "")


def _dimension(text: str, dimension: str) -> str:
    if dimension:
        return f"【维度：{dimension}】"
    return "【维度：无】" if codes.dimension_of(text) else ""


def _choices(question: Question, spell: Spell) -> Iterator[str]:
    default = codes.choice_codes(question.code, [choice.text for choice in question.choices])
    written = [
        _choice(choice, question.type, code, spell) for choice, code in zip(question.choices, default, strict=True)
    ]
    if spell is str and len(written) > 1 and not any("/" in choice.text for choice in question.choices):
        yield " / ".join(written)
    else:
        yield from (f"{_mark(place)}{text}" for place, text in enumerate(written))


def _mark(place: int) -> str:
    """A letter; a box where the alphabet ends."""
    return f"{_LETTERS[place]}. " if place < len(_LETTERS) else "□ "


def _choice(choice: Choice, kind: str, code: str, spell: Spell) -> str:
    text = spell(choice.text) + ("____" if choice.other else "")
    if choice.exclusive != is_alone(choice.text, kind):
        text += "（单独选）" if choice.exclusive else "（可同选）"
    return text if choice.code == code else f"{text}【编码：{choice.code}】"


def _scale(question: Question, spell: Spell) -> Iterator[str]:
    labels = tuple(choice.text for choice in question.choices)
    if labels != AGREEMENT:
        if spell is str and not any("/" in label for label in labels):
            yield " / ".join(labels)
        else:
            yield from (f"{_mark(place)}{spell(label)}" for place, label in enumerate(labels))
    if question.type == QuestionType.MATRIX:
        yield from (f"- {_statement(row, code, spell)}" for row, code in _with_codes(question.statements))


def _statement(row: Statement, code: str, spell: Spell) -> str:
    text = f"{spell(row.text)}{_dimension(row.text, row.dimension)}"
    return text if row.code == code else f"{text}【编码：{row.code}】"


def _with_codes(statements: Sequence[Statement]) -> Iterator[tuple[Statement, str]]:
    """Each row with the code that it would get by itself."""
    unused = codes.Unused()
    for row in statements:
        yield row, unused.free(codes.statement_code(row.text))
        unused.keep(row.code)
