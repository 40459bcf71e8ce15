"""Lines without any mark of their own: title and introduction, plain choices, statements, wrapped lines, or unknown."""

from __future__ import annotations

import re

from surveys.questionnaire import QuestionType

from . import lines as roles
from .choices import joined, split_strokes, split_wide
from .document import INSTRUCTION, Document
from .drafts import CHOOSING, Draft
from .marks import take_marks
from .scales import figure_row, is_ladder, without_boxes
from .shielding import bare

ENDING = re.compile(
    "(?:再次|衷心|非常|十分|诚挚)?(?:地)?(?:谢谢|感谢)|(?:本次)?(?:本?问卷|本?调[查研]|本?测评|答题)(?:已|到此|至此|全部)*(?:结束|完成)|辛苦了|祝您"
)
UNCLEAR = "没认出是选项还是说明；是选项就在前面加“A.”，是说明就写成“说明：……”。"
NO_TEN = "打分只有“（五级）”和“（0–10）”两种，请改成其中一种。"
_LONGEST_TITLE, _LONGEST_CHOICE = 50, 60
_NO_TITLE = re.compile("[。！!：:，,；;]$|您好|你好|同志|：")


def first_lines(document: Document, place: int, text: str, *, sure: bool = False) -> None:
    """Keep a line above the questions: the title, the introduction, or the words below the title of a section."""
    if document.sections:
        document.section.text.append(bare(joined(text)))
        document.note(place, roles.NOTE)
    elif not sure and not document.has_title and not document.introduction and _is_title(text):
        document.has_title = True
        document.note(place, roles.TITLE)
    else:
        document.introduction.append(bare(joined(text)))
        document.note(place, roles.INTRODUCTION)


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not _NO_TITLE.search(text) and not INSTRUCTION.fullmatch(text)


def read_row(document: Document, place: int, current: Draft, text: str) -> bool:
    """Take a row of figures (0 to 10, 1 to 5) of a rating or scale; False when it is none."""
    row = figure_row(text)
    if row is None or current.statements or current.type in CHOOSING or current.choices:
        return False
    kind, low, high = row
    if kind == "bad":
        document.unknown(place, NO_TEN)
        return True
    current.has_figures = kind
    if low or high:
        current.low, current.high = low, high
    document.note(place, roles.ENDS if low or high else roles.CHOICE)
    return True


def read_plain(document: Document, place: int, text: str) -> bool:
    """Read a line without a mark; False when it is a question of its own."""
    current = document.current
    if current is None:
        if document.looks_like_question(place, text) and not _is_greeting(document, text):
            return False
        first_lines(document, place, text)
        return True
    if ENDING.match(text) and not (current.awaits_choices and current.type):
        document.note(place, roles.NOTE)
        return True
    if any(takes(document, place, current, text) for takes in (_marks_below, read_row, _statement, _continuation)):
        return True
    if document.looks_like_question(place, text):
        return False
    if not (_row(document, place, current, text) or _plain_choice(document, place, current, text)):
        _leftover(document, place, current, text)
    return True


def _is_greeting(document: Document, text: str) -> bool:
    """An introduction may ask 您好吗？ and hold brackets."""
    return bool(re.search("您好|你好|同志们|各位", text)) and take_marks(text)[1].is_silent


def _marks_below(document: Document, place: int, current: Draft, text: str) -> bool:
    """Take marks or a bracketed remark on a line of their own."""
    if not re.fullmatch(r"[（(\[【][^（(\[【]*[）)\]】]", text):
        return False
    kept, marks = take_marks(text)
    if kept:
        current.hint.append(bare(joined(kept.strip("（()）[]【】 "))))
    else:
        _merge(current, marks)
    document.note(place, roles.NOTE)
    return True


def _merge(current: Draft, marks: object) -> None:
    """Let a second line of marks say what the first left open."""
    for name, value in vars(marks).items():
        if name == "rest":
            current.hint += value
        elif getattr(current.marks, name) in ("", None, 0):
            setattr(current.marks, name, value)


def _statement(document: Document, place: int, current: Draft, text: str) -> bool:
    """Take the row of a matrix: boxes behind it, or any line below the labels of a matrix."""
    kept, boxed = without_boxes(text)
    labels_stand = bool(current.choices) and current.how == "row"
    is_matrix = current.type == QuestionType.MATRIX or (current.is_matrix_like and labels_stand)
    below = is_matrix and labels_stand and not document.looks_like_question(place, text)
    if not (boxed and current.is_matrix_like) and not below:
        return False
    current.add_statement(kept)
    document.note(place, roles.STATEMENT)
    return True


def _continuation(document: Document, place: int, current: Draft, text: str) -> bool:
    """Take the rest of a question that was wrapped: choices follow, and the line above is the question."""
    if not current.awaits_choices or document.roles[place - 1] != roles.QUESTION:
        return False
    wrapped = len(current.text) >= 12 and not re.search("[？?：:。]$", current.text)
    if not (wrapped and document.following[place].kind == "choice" and take_marks(text)[1].is_silent):
        return False
    current.text += text
    # One question has one line of its role: a page that changes its type looks for that one.
    document.note(place, roles.NOTE)
    return True


def _row(document: Document, place: int, current: Draft, text: str) -> bool:
    """Take choices or labels that stand side by side."""
    if current.is_text or current.is_rating or current.how not in ("", "row"):
        return False
    strokes = split_strokes(text)
    wide = split_wide(text)
    pieces = strokes or wide
    if not pieces or (current.choices and not strokes):
        return False
    if current.type in (QuestionType.SCALE, QuestionType.MATRIX) and len(pieces) != 5 and len(wide) == 5:
        pieces = wide
    if current.type in (QuestionType.SCALE, QuestionType.MATRIX) and (len(pieces) < 3 or current.choices):
        return False
    current.add_choices(pieces, "row")
    document.note(place, roles.CHOICE)
    return True


def _plain_choice(document: Document, place: int, current: Draft, text: str) -> bool:
    """Take one choice a line without any mark, as web pages give them."""
    if current.how not in ("", "plain") or current.is_text or current.is_rating or len(text) > _LONGEST_CHOICE:
        return False
    if current.statements or (current.type == QuestionType.MATRIX and not is_ladder(["一般"] * 4 + [text])):
        return False
    if re.search("[。！!]$", text) or current.type == QuestionType.STATEMENT:
        return False
    current.add_choices([text], "plain")
    document.note(place, roles.CHOICE)
    return True


def _leftover(document: Document, place: int, current: Draft, text: str) -> None:
    """A wrapped choice goes on; everything else is unknown."""
    pieces = split_wide(text)
    if current.is_rating and len(pieces) == 2:
        document.unknown(place, f"没认出是选项还是说明；写成“两端：{pieces[0]}，{pieces[1]}”。")
    elif current.how == "letter" and current.choices and document.following[place].kind == "choice":
        current.choices[-1].text += bare(joined(text))
        document.note(place, roles.CHOICE)
    else:
        document.unknown(place, UNCLEAR)
