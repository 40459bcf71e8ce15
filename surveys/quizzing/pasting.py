"""Questions as people have them in Word: a numbered line, lettered choices, 答案, 解析, read line by line.

    1. 支部党员大会一般多久召开一次？
    A. 每月
    B. 每季度
    答案：B
    解析：支部工作条例第十一条。

A line 【专题】三会一课 (or 专题：) names the topic of what follows. Two or more letters make a 多选; 对 or 错 a 判断.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from documents.text import paragraphs

from ..models import QuizType
from .bank import JUDGED, LETTERS, Asked, checked

MOST_PASTED = 200
_NUMBER = re.compile(r"^(?:第?\d{1,3}\s*[.、．。:：)）题]|[（(]\d{1,3}[)）])\s*(.+)$")
_CHOICE = re.compile(r"^([A-Fa-fＡ-Ｆａ-ｆ])\s*[.、．。:：)）]\s*(.+)$")
_ANSWER = re.compile(r"^(?:正确|参考)?答案\s*[:：]?\s*(.+)$")
_EXPLAINED = re.compile(r"^(?:答案)?(?:解析|出处|依据)\s*[:：]\s*(.+)$")
_TOPIC = re.compile(r"^(?:【专题】|专题\s*[:：])\s*(.+)$")
_NO_LETTER = re.compile(r"[\s,，、;；.。]+")
RIGHT_WORDS = {
    "对": 0,
    "正确": 0,
    "是": 0,
    "√": 0,
    "T": 0,
    "错": 1,
    "错误": 1,
    "不正确": 1,
    "否": 1,
    "×": 1,
    "X": 1,
    "F": 1,
}


@dataclass
class _Block:
    """The lines of one question."""

    number: int
    topic: str
    text: str
    choices: list[str] = field(default_factory=list)
    answer: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Pasted:
    """What was understood, and what was not: (number of the line, sentence)."""

    questions: tuple[Asked, ...]
    faults: tuple[tuple[int, str], ...]


def read(text: str, topic: str) -> Pasted:
    """The questions in ``text``; ``topic`` is that of those before any 专题 line."""
    blocks, faults = _blocks(text, topic)
    questions = []
    for block in blocks[:MOST_PASTED]:
        try:
            asked = _asked(block)
            checked(asked)
        except ValidationError as refusal:
            faults.append((block.number, "".join(refusal.messages)))
        else:
            questions.append(asked)
    if len(blocks) > MOST_PASTED:
        faults.append((blocks[MOST_PASTED].number, f"一次最多 {MOST_PASTED} 题，从这里起没有读。"))
    return Pasted(tuple(questions), tuple(sorted(faults)))


def _blocks(text: str, topic: str) -> tuple[list[_Block], list[tuple[int, str]]]:
    blocks: list[_Block] = []
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(paragraphs(text), start=1):
        if found := _TOPIC.match(line):
            topic = found[1].strip()
        elif not blocks or not _belongs(line, blocks[-1]):
            begins = _NUMBER.match(line)
            if begins:
                blocks.append(_Block(number, topic, begins[1]))
            else:
                faults.append((number, f"“{line[:20]}”不知道是什么：题目前要有题号，选项前要有字母。"))
    return blocks, faults


def _belongs(line: str, block: _Block) -> bool:
    """Put ``line`` into the question that it belongs to; False if it is none of its parts."""
    if found := _CHOICE.match(line):
        block.choices.append(found[2])
    elif found := _EXPLAINED.match(line):
        block.explanation = found[1]
    elif found := _ANSWER.match(line):
        block.answer = found[1].strip()
    else:
        return False
    return True


def _asked(block: _Block) -> Asked:
    """ValidationError if its answer is none."""
    said = unicodedata.normalize("NFKC", _NO_LETTER.sub("", block.answer)).upper()
    if not block.choices:
        if said not in RIGHT_WORDS:
            raise ValidationError("没有选项的是判断题，答案要写“对”或“错”。")
        return Asked(block.topic, QuizType.JUDGE, block.text, JUDGED, (RIGHT_WORDS[said],), block.explanation)
    if not said or any(letter not in LETTERS for letter in said):
        raise ValidationError("没有答案，或者答案不是选项的字母。")
    places = tuple(LETTERS.index(letter) for letter in said)
    kind = QuizType.MULTIPLE if len(places) > 1 else QuizType.SINGLE
    return Asked(block.topic, kind, block.text, tuple(block.choices), places, block.explanation)
