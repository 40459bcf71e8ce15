"""From what the lines gave to questions: type, codes, choices, and the sentences about what does not fit."""

from __future__ import annotations

import re

from surveys.questionnaire import TEXT_TYPES, Choice, Question, QuestionType, Statement

from . import codes, defaults, persons
from . import lines as roles
from .choices import is_alone, joined
from .document import Document
from .drafts import CHOOSING, Draft
from .scales import is_ladder
from .shielding import bare

NO_CHOICES = "这道题没有选项；在下面一行写“甲 / 乙 / 丙”，或者每行一个“A. ……”。"
NO_STATEMENTS = "这道矩阵题没有说法；每条说法另起一行，前面加“- ”。"
NOT_FIVE = "量表要正好五档；不是五档的请改成“（单选）”。"
MATRIX_NOT_FIVE = "矩阵题要正好五档；不是五档的，请把每条说法改成一道单选。"
NO_TYPE = "没认出这道题怎么答；下面写选项，或者在题目后面加“（填空）”“（简答）”。"
NO_TEXT = "这一行只有题号和题型，没有题目；请把题目写上。"
ROWS_UNDER_CHOICE = "题目写的是选择题，下面却有一条条的说法；要打分请写“（五级）”。"


class Builder:
    """Makes questions; codes are given out once over the whole questionnaire."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._codes = codes.Unused()

    def question(self, draft: Draft, section: str) -> Question | None:
        """The question of a draft, or None when it is refused; what is wrong stands on its line then."""
        kind = kind_of(draft)
        text = words_of(draft, kind)
        if problem := _refusal(draft, kind, text):
            self._document.unknown(draft.line, problem)
            return None
        if problem := _fault(draft, kind):
            self._document.note(draft.line, roles.QUESTION, problem)
        code = self._codes.keep(draft.marks.code) if draft.marks.code else self._codes.take(codes.question_code(text))
        return self._made(draft, kind, text, code, section)

    def _made(self, draft: Draft, kind: str, text: str, code: str, section: str) -> Question:
        marks = draft.marks
        attribute = _given(marks.attribute, defaults.is_attribute(kind, text, section))
        return Question(
            code=code,
            type=str(kind),
            text=text,
            number=draft.number,
            hint=" ".join(bare(joined(hint)) for hint in draft.hint),
            choices=_choices(draft, kind, code),
            statements=_statements(draft) if kind == QuestionType.MATRIX else (),
            required=kind == QuestionType.STATEMENT or _given(marks.required, defaults.is_required(kind)),
            refusable=_given(marks.refusable, attribute or draft.has_refusal),
            attribute=attribute,
            minimum=marks.minimum if kind == QuestionType.MULTIPLE else 0,
            maximum=marks.maximum if kind == QuestionType.MULTIPLE else 0,
            low=bare(draft.low) if kind == QuestionType.RATING else "",
            high=bare(draft.high) if kind == QuestionType.RATING else "",
            dimension=bare(codes.dimension_of(text) if marks.dimension is None else marks.dimension),
            max_length=marks.max_length if kind in TEXT_TYPES else 0,
        )


def kind_of(draft: Draft) -> str:
    """The type of a draft: what was written, else what its lines say; empty when nothing tells."""
    kind = draft.type
    if kind == QuestionType.SCALE and draft.statements:
        return QuestionType.MATRIX
    if kind == QuestionType.SINGLE and draft.marks.maximum > 1:
        return QuestionType.MULTIPLE
    if kind:
        return kind
    return _inferred(draft)


def words_of(draft: Draft, kind: str) -> str:
    """The text of the question; room to write in is no part of it."""
    text = draft.text
    if kind in TEXT_TYPES or kind == QuestionType.RATING or draft.choices:
        text = re.sub(r"[：:]?\s*[（(]?(?<![_＿﹍])[_＿﹍]{2,}[）)]?[\s。]*$", "", text)
    return bare(joined(text.strip().rstrip("：:").strip()) or text.strip())


def _inferred(draft: Draft) -> str:
    if draft.has_figures == "10":
        return QuestionType.RATING
    if draft.statements:
        return QuestionType.MATRIX
    if draft.has_figures == "5":
        return QuestionType.SCALE
    if draft.marks.minimum or draft.marks.maximum:
        return QuestionType.SINGLE if draft.marks.maximum == 1 else QuestionType.MULTIPLE
    if draft.choices:
        row = draft.how == "row" and is_ladder([choice.text for choice in draft.choices])
        return QuestionType.SCALE if row else defaults.choosing_type(draft.text)
    return defaults.text_type(draft.text, has_room=draft.has_room)


def _refusal(draft: Draft, kind: str, text: str) -> str:
    """Why a question cannot be kept at all."""
    if draft.marks.unsupported:
        return draft.marks.unsupported
    if not kind and not text:
        return NO_TEXT
    if kind in (*TEXT_TYPES, "") and (who := persons.who_asked(text)):
        return who
    return "" if kind else NO_TYPE


def _fault(draft: Draft, kind: str) -> str:
    """What is wrong with a question that is kept."""
    if not draft.text.strip():
        return NO_TEXT
    if kind in CHOOSING:
        if draft.statements:
            return ROWS_UNDER_CHOICE
        return "" if draft.choices else NO_CHOICES
    if kind == QuestionType.MATRIX and not draft.statements:
        return NO_STATEMENTS
    if kind in (QuestionType.SCALE, QuestionType.MATRIX) and len(draft.choices) not in (0, 5):
        return MATRIX_NOT_FIVE if kind == QuestionType.MATRIX else NOT_FIVE
    return ""


def _choices(draft: Draft, kind: str, code: str) -> tuple[Choice, ...]:
    if kind in (QuestionType.SCALE, QuestionType.MATRIX):
        labels = [choice.text for choice in draft.choices]
        return defaults.scale_choices(
            defaults.scale_labels(labels, draft.low, draft.high, ascending=draft.marks.ascending)
        )
    if kind not in CHOOSING:
        return ()
    texts = [choice.text for choice in draft.choices]
    found = codes.choice_codes(code, texts)
    return tuple(
        Choice(raw.code or default, raw.text, raw.other, _given(raw.exclusive, is_alone(raw.text, kind)))
        for raw, default in zip(draft.choices, found, strict=True)
    )


def _statements(draft: Draft) -> tuple[Statement, ...]:
    unused = codes.Unused()
    made = []
    for raw in draft.statements:
        code = unused.keep(raw.code) if raw.code else unused.take(codes.statement_code(raw.text))
        dimension = codes.dimension_of(raw.text) if raw.dimension is None else bare(raw.dimension)
        made.append(Statement(code, raw.text, dimension))
    return tuple(made)


def _given(said: bool | None, otherwise: bool) -> bool:
    return otherwise if said is None else said
