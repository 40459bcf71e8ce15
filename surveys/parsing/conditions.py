"""When a question is asked: 第 4 题选“…”时才问, in the ways it is written, and jumps beside a choice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .shielding import bare

_TARGET = r"(?:[“\"「『][^“”\"「」『』]{1,80}[”\"」』]|[A-Z](?![A-Za-z])|[①-⑳])"
_ORDINALS = r"第?\s*[0-9]{1,2}(?:\s*[;；,，、]\s*[0-9]{1,2})*\s*(?:个?选项|项)"
_BETWEEN = r"\s*(?:[、,，;；/]|或者?|和|及)?\s*"
_TAIL = "[\\s的时者才，,请则人员同志本此题作再需继续回答填写问显示须要选项必该：:]*"
_CONDITION = re.compile(
    r"(?:仅|只有|只|如果|如|若|当|凡|对|依赖于|依赖)?(?:在)?\s*"
    r"(?:第\s*([0-9A-Za-z][0-9A-Za-z._-]{0,39})\s*题|[Qq]\s*([0-9]{1,3})|(上一?题|前一?题))\s*[中里您你]?\s*的?\s*"
    r"(?:选择?了?|勾选了?|回答|答|为)?\s*(?:[:：=]\s*)?"
    rf"({_TARGET}(?:{_BETWEEN}{_TARGET}){{0,20}}|{_ORDINALS}){_TAIL}$"
)
_INNER = re.compile(_CONDITION.pattern.removesuffix("$") + r"(?=$|[，,；;、])")
_ONE = re.compile(rf"{_TARGET}|[0-9]{{1,2}}")
_LEADING = re.compile(
    _CONDITION.pattern.removesuffix(f"{_TAIL}$")
    + r"\s*(?:的|时|者|的?人员|的?同志)?\s*[，,]?\s*(?:请|才|则|需)(?:继续)?(?:回?答|填写?|作答)(?:本题|此题)?\s*[：:，,。]\s*"
)
_JUMP = re.compile(
    r"\s*[（(\[【]?\s*(?:选?此?[项者]?请?直?接?(?:跳转?至|跳转?到|跳过?至|转至|转到)|→|->|=>|跳题\s*[:：]?)\s*"
    r"(?:第?\s*([0-9]{1,3})\s*题?|(?:问卷)?(?:末尾|结尾|结束|最后)[^）)\]】]{0,8})\s*(?:作答|继续)?\s*[）)\]】]?\s*$"
)

_QUOTES = '“”"「」『』'

END = "end"
"""Where a jump leads that ends the questionnaire."""


@dataclass(frozen=True)
class Target:
    """One choice by its words, or by its letter or place where it stands without quotation marks."""

    words: str
    is_quoted: bool


@dataclass(frozen=True)
class Condition:
    """`number` of the question before ("" is the one just before), and what must have been chosen there."""

    number: str
    targets: tuple[Target, ...]


def take_condition(body: str) -> tuple[str, Condition | None]:
    """`body` without the condition in it, and the condition."""
    if "题" not in body and not re.search("[Qq][0-9]", body):
        return body, None
    found = _INNER.search(body)
    if not found:
        return body, None
    return body[: found.start()] + body[found.end() :], _condition(found)


def leading_condition(text: str) -> tuple[str, Condition | None]:
    """As `take_condition`, for one that stands before the question: 若第 3 题选 A，请回答：…"""
    found = _LEADING.match(text)
    return (text[found.end() :], _condition(found)) if found else (text, None)


def whole_condition(text: str) -> Condition | None:
    """The condition of a line that says nothing else."""
    found = _CONDITION.match(text.strip("（(）)[]【】 "))
    return _condition(found) if found else None


def take_jump(text: str) -> tuple[str, str]:
    """A choice without 请跳至第 5 题, and where it leads: a number, `END`, or empty."""
    found = _JUMP.search(text)
    return (text[: found.start()], found[1] or END) if found else (text, "")


def _condition(found: re.Match[str]) -> Condition:
    targets = tuple(Target(bare(one.strip(_QUOTES)), one[0] in _QUOTES) for one in _ONE.findall(found[4]))
    return Condition(found[1] or found[2] or "", targets)
